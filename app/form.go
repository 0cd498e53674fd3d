package app

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
)

// transaction is a decoded transaction with its one signer.
type transaction struct {
	authsigning.Tx
	raw       *txtypes.Tx
	signer    sdk.AccAddress
	signature signing.SignatureV2
	simulate  bool
}

// parse refuses what the SDK decodes although parts are missing: the SDK's own
// accessors panic over them.
func parse(tx sdk.Tx) (*transaction, error) {
	signed, ok := tx.(interface {
		authsigning.Tx
		GetProtoTx() *txtypes.Tx
	})
	if !ok {
		return nil, errorsmod.Wrapf(ErrTx, "expected a signed transaction, got %T", tx)
	}
	raw := signed.GetProtoTx()
	if raw == nil || raw.Body == nil || raw.AuthInfo == nil || raw.AuthInfo.Fee == nil {
		return nil, errorsmod.Wrap(ErrTx, "expected a transaction with body, auth info and fee (for the gas limit), got one without")
	}
	return &transaction{Tx: signed, raw: raw}, nil
}

// gas that the transaction declares.
func (t *transaction) gas() uint64 { return t.raw.AuthInfo.Fee.GasLimit }

// checkForm looks at nothing but the transaction itself and the height.
func (c anteChain) checkForm(ctx sdk.Context, t *transaction) error {
	if n := len(ctx.TxBytes()); n > MaxTxBytes {
		return errorsmod.Wrapf(ErrTx, "expected at most %d bytes, got %d", MaxTxBytes, n)
	}
	body := t.raw.Body
	if n := len(body.Messages); n == 0 || n > MaxMsgs {
		return errorsmod.Wrapf(ErrTx, "expected 1 to %d messages, got %d", MaxMsgs, n)
	}
	if body.Memo != "" {
		return errorsmod.Wrapf(ErrTx, "expected an empty memo, got %d bytes", len(body.Memo))
	}
	if n := len(body.ExtensionOptions) + len(body.NonCriticalExtensionOptions); n != 0 {
		return errorsmod.Wrapf(ErrTx, "expected no extension options, got %d", n)
	}
	if body.Unordered {
		return errorsmod.Wrap(ErrTx, "expected an ordered transaction, got an unordered one")
	}
	// A time would make the verdict depend on the block's time; a height does not.
	if body.TimeoutTimestamp != nil {
		return errorsmod.Wrap(ErrTx, "expected a timeout height or none, got a timeout timestamp")
	}
	if h := body.TimeoutHeight; h != 0 && uint64(max(ctx.BlockHeight(), 0)) > h {
		return errorsmod.Wrapf(ErrTx, "expected block %d at most, its timeout height, got block %d", h, ctx.BlockHeight())
	}
	if err := checkFee(t); err != nil {
		return err
	}
	if err := checkEncoding(ctx, t); err != nil {
		return err
	}
	return checkOneSigner(t)
}

// checkFee refuses all that has to do with fees, which this chain has not.
func checkFee(t *transaction) error {
	fee := t.raw.AuthInfo.Fee
	if n := len(fee.Amount); n != 0 {
		return errorsmod.Wrapf(ErrTx, "expected no fee: this chain has none, got %d coins", n)
	}
	if fee.Payer != "" || fee.Granter != "" {
		return errorsmod.Wrap(ErrTx, "expected no fee payer or granter, got one")
	}
	if t.raw.AuthInfo.Tip != nil {
		return errorsmod.Wrap(ErrTx, "expected no tip, got one")
	}
	if g := fee.GasLimit; g > MaxTxGas || (g == 0 && !t.simulate) {
		return errorsmod.Wrapf(ErrTx, "expected a gas limit from 1 to %d, got %d", MaxTxGas, g)
	}
	return nil
}

// checkEncoding refuses any bytes but the canonical form of what was decoded: the
// SDK's decoder lets "non-critical" unknown fields pass, in which anybody could
// write anything, and fields in another order. A transaction is evidence too.
func checkEncoding(ctx sdk.Context, t *transaction) error {
	canonical, err := t.raw.Marshal()
	if err != nil {
		return errorsmod.Wrap(ErrTx, err.Error())
	}
	if !bytes.Equal(ctx.TxBytes(), canonical) {
		return errorsmod.Wrapf(ErrTx, "expected canonical protobuf of the known fields, %d bytes, got %d bytes of another form", len(canonical), len(ctx.TxBytes()))
	}
	return nil
}

// onlySigner is the address of the one signer, as bytes.
func (t *transaction) onlySigner() (string, error) {
	signers, err := t.GetSigners()
	if err != nil {
		return "", errorsmod.Wrap(ErrTx, err.Error())
	}
	if len(signers) != 1 {
		return "", errorsmod.Wrapf(ErrTx, "expected exactly one signer, got %d", len(signers))
	}
	return string(signers[0]), nil
}

func checkOneSigner(t *transaction) error {
	signer, err := t.onlySigner()
	if err != nil {
		return err
	}
	t.signer = sdk.AccAddress(signer)
	infos := t.raw.AuthInfo.SignerInfos
	if len(infos) != 1 || len(t.raw.Signatures) != 1 {
		return errorsmod.Wrapf(ErrTx, "expected exactly one signer info and signature, got %d and %d", len(infos), len(t.raw.Signatures))
	}
	single := infos[0].ModeInfo.GetSingle()
	if single == nil || (single.Mode != signing.SignMode_SIGN_MODE_DIRECT && !t.simulate) {
		return errorsmod.Wrap(ErrTx, "expected one signature in SIGN_MODE_DIRECT, got another mode or a multisignature")
	}
	signatures, err := t.GetSignaturesV2()
	if err != nil {
		return errorsmod.Wrap(ErrTx, err.Error())
	}
	t.signature = signatures[0]
	return nil
}
