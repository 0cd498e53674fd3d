package app

import (
	"bytes"

	"google.golang.org/protobuf/types/known/anypb"

	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/mldsa65"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
)

// signatureCost is what a signature takes.
type signatureCost struct {
	// gas is about the nanoseconds that verifying costs one core, so that a block
	// full of the dearest signatures takes no longer than another.
	gas storetypes.Gas
	// bytes in a transaction.
	bytes int
}

func costOf(key cryptotypes.PubKey) (signatureCost, error) {
	switch key.(type) {
	case *ed25519.PubKey:
		return signatureCost{60_000, 64}, nil
	case *secp256r1.PubKey:
		return signatureCost{100_000, 64}, nil
	case *mldsa65.PubKey:
		return signatureCost{110_000, 3309}, nil
	case *secp256k1.PubKey:
		return signatureCost{180_000, 64}, nil
	}
	return signatureCost{}, errorsmod.Wrapf(ErrTx, "expected a key of type ed25519, secp256k1, secp256r1 or ML-DSA-65, got %T", key)
}

// laterBytes of a simulated transaction: the fields of gas limit and signature grow
// by so much when they are filled in.
const laterBytes = 8

// checkSignature verifies the signature with the key in state and counts the
// signer's sequence on. A transaction cannot bring a key: keys are bound.
func (c anteChain) checkSignature(ctx sdk.Context, t *transaction) error {
	acc := c.app.AccountKeeper.GetAccount(ctx, t.signer)
	if acc == nil || acc.GetPubKey() == nil {
		return errorsmod.Wrap(sdkerrors.ErrUnknownAddress, "expected an account with a bound key, got none")
	}
	key := acc.GetPubKey()
	cost, err := costOf(key)
	if err != nil {
		return err
	}
	ctx.GasMeter().ConsumeGas(cost.gas, "signature")
	if t.simulate {
		missing := max(0, cost.bytes-len(t.raw.Signatures[0])) + laterBytes
		ctx.GasMeter().ConsumeGas(gasPerByte*storetypes.Gas(missing), "bytes of the signature to come")
	}
	bound, err := codectypes.NewAnyWithValue(key)
	if err != nil {
		return err
	}
	// As bytes: the SDK's Equals panics over a P-256 key without a point.
	if brought := t.raw.AuthInfo.SignerInfos[0].PublicKey; brought != nil &&
		(brought.TypeUrl != bound.TypeUrl || !bytes.Equal(brought.Value, bound.Value)) {
		return errorsmod.Wrap(sdkerrors.ErrInvalidPubKey, "expected the signer's bound key or none, got another")
	}
	if t.signature.Sequence != acc.GetSequence() {
		return errorsmod.Wrapf(sdkerrors.ErrWrongSequence, "account sequence mismatch, expected %d, got %d", acc.GetSequence(), t.signature.Sequence)
	}
	if !t.simulate && !ctx.IsReCheckTx() {
		if err := c.verify(ctx, t, acc, bound); err != nil {
			return err
		}
	}
	if err := acc.SetSequence(acc.GetSequence() + 1); err != nil {
		return err
	}
	c.app.AccountKeeper.SetAccount(ctx, acc)
	return nil
}

func (c anteChain) verify(ctx sdk.Context, t *transaction, acc sdk.AccountI, bound *codectypes.Any) error {
	key := acc.GetPubKey()
	// In genesis the SDK signs with account number 0; there are no transactions then.
	verdict := verdictKey(ctx.TxBytes(), ctx.ChainID(), acc.GetAccountNumber(), key)
	if c.app.verdicts.has(verdict) {
		return nil
	}
	adaptable, ok := t.Tx.(authsigning.V2AdaptableTx)
	if !ok {
		return errorsmod.Wrapf(ErrTx, "expected a transaction with sign bytes, got %T", t.Tx)
	}
	data := txsigning.SignerData{
		Address: acc.GetAddress().String(), ChainID: ctx.ChainID(),
		AccountNumber: acc.GetAccountNumber(), Sequence: acc.GetSequence(),
		PubKey: &anypb.Any{TypeUrl: bound.TypeUrl, Value: bound.Value},
	}
	err := authsigning.VerifySignature(ctx, key, data, t.signature.Data, c.app.TxConfig.SignModeHandler(), adaptable.GetSigningTxData())
	if err != nil {
		return errorsmod.Wrapf(sdkerrors.ErrUnauthorized,
			"expected a signature of account number %d, sequence %d, chain %s: %s", data.AccountNumber, data.Sequence, data.ChainID, err)
	}
	c.app.verdicts.add(verdict)
	return nil
}
