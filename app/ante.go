package app

import (
	"fmt"

	errorsmod "cosmossdk.io/errors"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// Limits of a transaction.
const (
	// MaxTxBytes is the size of a transaction.
	MaxTxBytes = 64 << 10
	// MaxMsgs is the number of its messages.
	MaxMsgs = 16
	// MaxTxGas is the gas it may declare.
	MaxTxGas = 10_000_000
	// gasPerByte pays for hashing, gossiping and storing a transaction's bytes.
	gasPerByte = 10
)

// ErrTx is the refusal of a transaction's form.
var ErrTx = errorsmod.Register(Name, 2, "transaction refused")

// ErrClass is the refusal of a message that may not come in a transaction.
var ErrClass = errorsmod.Register(Name, 3, "message refused")

// anteChain refuses early what cannot succeed, cheap checks first: form, signer,
// class, authority, quota, and only then the signature and the sequence.
type anteChain struct{ app *App }

func newAnte(a *App) anteChain { return anteChain{a} }

// transaction is a decoded transaction with its one signer.
type transaction struct {
	authsigning.Tx
	signer    sdk.AccAddress
	signature signing.SignatureV2
	simulate  bool
}

func (c anteChain) handle(ctx sdk.Context, tx sdk.Tx, simulate bool) (_ sdk.Context, err error) {
	signed, ok := tx.(authsigning.Tx)
	if !ok {
		return ctx, errorsmod.Wrapf(ErrTx, "expected a signed transaction, got %T", tx)
	}
	ctx = ctx.WithGasMeter(storetypes.NewGasMeter(min(signed.GetGas(), MaxTxGas)))
	defer func() {
		if r := recover(); r != nil {
			out, ok := r.(storetypes.ErrorOutOfGas)
			if !ok {
				panic(r)
			}
			err = errorsmod.Wrapf(sdkerrors.ErrOutOfGas, "expected more gas than the declared %d, ran out at %s", signed.GetGas(), out.Descriptor)
		}
	}()
	t := &transaction{Tx: signed, simulate: simulate}
	if err := c.checkForm(ctx, t); err != nil {
		return ctx, err
	}
	ctx.GasMeter().ConsumeGas(gasPerByte*storetypes.Gas(len(ctx.TxBytes())), "transaction bytes")
	for _, step := range []func(sdk.Context, *transaction) error{
		c.checkSigner, c.checkMessages, c.checkQuota, c.checkSignature,
	} {
		if err := step(ctx, t); err != nil {
			return ctx, err
		}
	}
	return ctx, nil
}

// checkForm looks at nothing but the transaction itself.
func (c anteChain) checkForm(ctx sdk.Context, t *transaction) error {
	if n := len(ctx.TxBytes()); n > MaxTxBytes {
		return errorsmod.Wrapf(ErrTx, "expected at most %d bytes, got %d", MaxTxBytes, n)
	}
	if n := len(t.GetMsgs()); n == 0 || n > MaxMsgs {
		return errorsmod.Wrapf(ErrTx, "expected 1 to %d messages, got %d", MaxMsgs, n)
	}
	if t.GetMemo() != "" {
		return errorsmod.Wrapf(ErrTx, "expected an empty memo, got %d bytes", len(t.GetMemo()))
	}
	if x, ok := t.Tx.(ante.HasExtensionOptionsTx); ok {
		if n := len(x.GetExtensionOptions()) + len(x.GetNonCriticalExtensionOptions()); n != 0 {
			return errorsmod.Wrapf(ErrTx, "expected no extension options, got %d", n)
		}
	}
	if !t.GetFee().IsZero() {
		return errorsmod.Wrapf(ErrTx, "expected no fee: this chain has none, got %s", t.GetFee())
	}
	if len(t.GetFee()) != 0 || len(t.FeeGranter()) != 0 {
		return errorsmod.Wrap(ErrTx, "expected no fee, payer or granter, got one")
	}
	if u, ok := t.Tx.(sdk.TxWithUnordered); ok && u.GetUnordered() {
		return errorsmod.Wrap(ErrTx, "expected an ordered transaction, got an unordered one")
	}
	if h := t.GetTimeoutHeight(); h != 0 && uint64(max(ctx.BlockHeight(), 0)) > h {
		return errorsmod.Wrapf(ErrTx, "expected block %d at most, its timeout height, got block %d", h, ctx.BlockHeight())
	}
	if g := t.GetGas(); g > MaxTxGas || (g == 0 && !t.simulate) {
		return errorsmod.Wrapf(ErrTx, "expected a gas limit from 1 to %d, got %d", MaxTxGas, g)
	}
	return c.checkOneSigner(t)
}

func (c anteChain) checkOneSigner(t *transaction) error {
	signers, err := t.GetSigners()
	if err != nil {
		return errorsmod.Wrap(ErrTx, err.Error())
	}
	if len(signers) != 1 {
		return errorsmod.Wrapf(ErrTx, "expected exactly one signer, got %d", len(signers))
	}
	t.signer = signers[0]
	if payer := t.FeePayer(); len(payer) != 0 && !t.signer.Equals(sdk.AccAddress(payer)) {
		return errorsmod.Wrap(ErrTx, "expected no fee payer, got one")
	}
	signatures, err := t.GetSignaturesV2()
	if err != nil {
		return errorsmod.Wrap(ErrTx, err.Error())
	}
	if len(signatures) != 1 {
		return errorsmod.Wrapf(ErrTx, "expected exactly one signature, got %d", len(signatures))
	}
	t.signature = signatures[0]
	if t.simulate {
		return nil
	}
	single, ok := t.signature.Data.(*signing.SingleSignatureData)
	if !ok || single.SignMode != signing.SignMode_SIGN_MODE_DIRECT {
		return errorsmod.Wrap(ErrTx, "expected one signature in SIGN_MODE_DIRECT, got another mode or a multisignature")
	}
	return nil
}

// checkSigner refuses whoever has no bound key, before anything is verified.
func (c anteChain) checkSigner(ctx sdk.Context, t *transaction) error {
	address, err := c.app.AddressCodec.BytesToString(t.signer)
	if err != nil {
		return errorsmod.Wrap(ErrTx, err.Error())
	}
	_, err = c.app.ConsortiumKeeper.KeyOf(ctx, address)
	return err
}

// checkMessages asks the module of each message whether its signer may send it.
func (c anteChain) checkMessages(ctx sdk.Context, t *transaction) error {
	for i, msg := range t.GetMsgs() {
		if classes[sdk.MsgTypeURL(msg)] != signed {
			return errorsmod.Wrapf(ErrClass, "message %d: expected one that may come in a transaction, got %s", i, sdk.MsgTypeURL(msg))
		}
		if err := c.app.authorise(ctx, msg); err != nil {
			return errorsmod.Wrapf(err, "message %d", i)
		}
	}
	return nil
}

// checkQuota counts the records of a transaction against the enterprise's quota.
// In a block the handler counts; elsewhere what is counted here stays in the
// branch of the mempool or of the proposal, so that a burst is refused there.
func (c anteChain) checkQuota(ctx sdk.Context, t *transaction) error {
	if ctx.ExecMode() == sdk.ExecModeFinalize {
		ctx, _ = ctx.CacheContext()
	}
	for _, msg := range t.GetMsgs() {
		enterprise, records, err := c.app.EvidenceKeeper.Charge(ctx, msg)
		if err != nil {
			return err
		}
		if records == 0 {
			continue
		}
		if err := c.app.EnterpriseKeeper.ConsumeQuota(ctx, enterprise, records); err != nil {
			return err
		}
	}
	return nil
}

// authorise asks the module of a message who may send it.
func (a *App) authorise(ctx sdk.Context, msg sdk.Msg) error {
	switch moduleOf(msg) {
	case "ink.consortium.v1":
		return a.ConsortiumKeeper.Authorise(ctx, msg)
	case "ink.enterprise.v1":
		return a.EnterpriseKeeper.Authorise(ctx, msg)
	case "ink.evidence.v1":
		return a.EvidenceKeeper.Authorise(ctx, msg)
	}
	return errorsmod.Wrap(consortiumtypes.ErrNotPermitted, fmt.Sprintf("expected a message of this chain, got %T", msg))
}
