package app

import (
	"context"
	"strings"

	errorsmod "cosmossdk.io/errors"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

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
	// MaxPending is the number of one signer's transactions in a node's mempool.
	MaxPending = 128
	// gasPerByte pays for hashing, gossiping and storing a transaction's bytes.
	gasPerByte = 10
)

// anteChain refuses early what cannot succeed, cheap checks first: form, signer,
// class, authority, quota, and only then the signature and the sequence.
type anteChain struct{ app *App }

func newAnte(a *App) anteChain { return anteChain{a} }

func (c anteChain) handle(ctx sdk.Context, tx sdk.Tx, simulate bool) (result sdk.Context, err error) {
	t, err := parse(tx)
	if err != nil {
		return ctx, err
	}
	t.simulate = simulate
	limit := min(t.gas(), MaxTxGas)
	if simulate {
		// Who simulates wants to know what to declare.
		limit = MaxTxGas
	}
	ctx = ctx.WithGasMeter(storetypes.NewGasMeter(limit))
	defer func() {
		if r := recover(); r != nil {
			out, ok := r.(storetypes.ErrorOutOfGas)
			if !ok {
				panic(r)
			}
			// The limited meter goes back too, or the block would count no gas.
			result, err = ctx, errorsmod.Wrapf(sdkerrors.ErrOutOfGas, "expected more gas than %d, ran out at %s", limit, out.Descriptor)
		}
	}()
	if err := c.checkForm(ctx, t); err != nil {
		return ctx, err
	}
	ctx.GasMeter().ConsumeGas(gasPerByte*storetypes.Gas(len(ctx.TxBytes())), "transaction bytes")
	for _, step := range []func(sdk.Context, *transaction) error{
		c.checkSigner, c.checkPending, c.checkMessages, c.checkQuota, c.checkSignature,
	} {
		if err := step(ctx, t); err != nil {
			return ctx, err
		}
	}
	if ctx.IsCheckTx() && !simulate {
		c.app.pending.add(t.signer)
	}
	return ctx, nil
}

// checkPending bounds what one signer keeps in this node's mempool, because the
// node checks all of it again after each block.
func (c anteChain) checkPending(ctx sdk.Context, t *transaction) error {
	if n := c.app.pending.of(t.signer); ctx.IsCheckTx() && !t.simulate && n >= MaxPending {
		return errorsmod.Wrapf(sdkerrors.ErrMempoolIsFull, "expected at most %d pending transactions of one signer: send this one after the next block", MaxPending)
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

// checkMessages asks the module of each message whether its signer may send it, and
// whether it can succeed at all: what a block refuses stands in it all the same,
// for ever, with whatever its fields say.
func (c anteChain) checkMessages(ctx sdk.Context, t *transaction) error {
	for i, msg := range t.GetMsgs() {
		if classes[sdk.MsgTypeURL(msg)] != signed {
			return errorsmod.Wrapf(ErrClass, "message %d: expected one that may come in a transaction, got %s", i, sdk.MsgTypeURL(msg))
		}
		g, err := c.app.gateOf(msg)
		if err != nil {
			return errorsmod.Wrapf(err, "message %d", i)
		}
		if err := g.Authorise(ctx, msg); err != nil {
			return errorsmod.Wrapf(err, "message %d", i)
		}
		if ctx.ExecMode() == sdk.ExecModeFinalize {
			continue // the handler is about to check
		}
		if err := g.Check(ctx, msg); err != nil {
			return errorsmod.Wrapf(err, "message %d", i)
		}
	}
	return nil
}

// checkQuota counts the records of a transaction against the enterprise's quota.
// Where messages run the handler counts; elsewhere what is counted here stays in
// the branch of the mempool or of the proposal, so that a burst is refused there.
func (c anteChain) checkQuota(ctx sdk.Context, t *transaction) error {
	if ctx.ExecMode() == sdk.ExecModeFinalize || t.simulate {
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

// gate is what each module's keeper offers the ante chain: who may, and what can be
// known of a message before it is executed. Both only read.
type gate interface {
	Authorise(ctx context.Context, msg sdk.Msg) error
	Check(ctx context.Context, msg sdk.Msg) error
}

// gateOf is the keeper of a message's module.
func (a *App) gateOf(msg sdk.Msg) (gate, error) {
	switch moduleOf(msg) {
	case "ink.consortium.v1":
		return a.ConsortiumKeeper, nil
	case "ink.enterprise.v1":
		return a.EnterpriseKeeper, nil
	case "ink.evidence.v1":
		return a.EvidenceKeeper, nil
	}
	return nil, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a message of this chain, got %T", msg)
}

// moduleOf is the proto package of a message.
func moduleOf(msg sdk.Msg) string {
	url := strings.TrimPrefix(sdk.MsgTypeURL(msg), "/")
	if i := strings.LastIndexByte(url, '.'); i >= 0 {
		return url[:i]
	}
	return url
}
