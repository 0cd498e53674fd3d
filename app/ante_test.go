package app_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

// refusal is a transaction with one thing wrong, and what must be said of it.
type refusal struct {
	name   string
	change func(*draft)
	want   error
	says   string
}

// unknownField is field 1024, which the SDK's decoder counts as "non-critical".
var unknownField = []byte{0x82, 0x40, 0x03, 'h', 'i', '!'}

func coins(n int64) sdk.Coins { return sdk.Coins{{Denom: "ink", Amount: math.NewInt(n)}} }

func refusals(w *testutil.World) []refusal {
	return slices.Concat(bodyRefusals(w), feeRefusals(w), signerRefusals(w), signatureRefusals(w))
}

func changeFee(change func(*txtypes.Fee)) func(*draft) {
	return func(d *draft) { change(d.auth.Fee) }
}

func changeInfo(change func(*txtypes.SignerInfo)) func(*draft) {
	return func(d *draft) { change(d.auth.SignerInfos[0]) }
}

func changeMode(m signing.SignMode) func(*draft) {
	return changeInfo(func(i *txtypes.SignerInfo) { i.ModeInfo = modeInfo(m) })
}

func changeSignature(change func([]byte) []byte) func(*draft) {
	return func(d *draft) {
		d.spoil = func(raw *txtypes.TxRaw) { raw.Signatures[0] = change(raw.Signatures[0]) }
	}
}

func flipBit(i int) func(*draft) {
	return changeSignature(func(b []byte) []byte { b[i] ^= 1; return b })
}

func bodyRefusals(w *testutil.World) []refusal {
	timestamp := time.Unix(4_000_000_000, 0).UTC()
	return []refusal{
		{"no message", func(d *draft) { d.body.Messages = nil }, sdkerrors.ErrInvalidRequest, "must contain at least one message"},
		{"17 messages", func(d *draft) { d.body.Messages = slices.Repeat(d.body.Messages, 17) }, app.ErrTx, "expected 1 to 16 messages, got 17"},
		{"memo", func(d *draft) { d.body.Memo = "hello" }, app.ErrTx, "expected an empty memo, got 5 bytes"},
		{"unordered", func(d *draft) { d.body.Unordered = true }, app.ErrTx, "expected an ordered transaction"},
		{"timeout timestamp", func(d *draft) { d.body.TimeoutTimestamp = &timestamp }, app.ErrTx, "got a timeout timestamp"},
		{"timeout height", func(d *draft) { d.body.TimeoutHeight = uint64(w.Height) - 1 }, app.ErrTx, "its timeout height"},
		{"unknown field", func(d *draft) { d.bodyTail = unknownField }, app.ErrTx, "expected canonical protobuf"},
		{"unknown field in a message", func(d *draft) {
			d.body.Messages[0].Value = append(d.body.Messages[0].Value, unknownField...)
		}, app.ErrTx, "expected canonical protobuf"},
	}
}

func feeRefusals(w *testutil.World) []refusal {
	return []refusal{
		{"fee", changeFee(func(f *txtypes.Fee) { f.Amount = coins(1) }), app.ErrTx, "expected no fee"},
		{"fee of nothing", changeFee(func(f *txtypes.Fee) { f.Amount = coins(0) }), app.ErrTx, "expected no fee"},
		{"fee payer", changeFee(func(f *txtypes.Fee) { f.Payer = w.Admin.Address() }), app.ErrTx, "expected no fee payer or granter"},
		{"fee payer without sense", changeFee(func(f *txtypes.Fee) { f.Payer = "nobody" }), app.ErrTx, "expected no fee payer or granter"},
		{"own fee payer", changeFee(func(f *txtypes.Fee) { f.Payer = w.Employee.Address() }), app.ErrTx, "expected no fee payer or granter"},
		{"fee granter", changeFee(func(f *txtypes.Fee) { f.Granter = w.Admin.Address() }), app.ErrTx, "expected no fee payer or granter"},
		//lint:ignore SA1019 what is refused
		{"tip", func(d *draft) { d.auth.Tip = &txtypes.Tip{Amount: coins(1)} }, app.ErrTx, "expected no tip"},
		{"no fee at all", func(d *draft) { d.auth.Fee = nil }, app.ErrTx, "expected a transaction with body, auth info and fee"},
		{"no gas", changeFee(func(f *txtypes.Fee) { f.GasLimit = 0 }), app.ErrTx, "expected a gas limit from 1 to 10000000, got 0"},
		{"too much gas", changeFee(func(f *txtypes.Fee) { f.GasLimit = app.MaxTxGas + 1 }), app.ErrTx, "got 10000001"},
		{"too little gas", changeFee(func(f *txtypes.Fee) { f.GasLimit = 50_000 }), sdkerrors.ErrOutOfGas, "expected more gas than 50000"},
	}
}

func signerRefusals(w *testutil.World) []refusal {
	const fewKeys = "expected one signature in SIGN_MODE_DIRECT"
	return []refusal{
		{"amino", changeMode(signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON), app.ErrTx, fewKeys},
		{"textual, which the SDK no longer names", changeMode(2), app.ErrTx, fewKeys},
		{"direct aux", changeMode(signing.SignMode_SIGN_MODE_DIRECT_AUX), app.ErrTx, fewKeys},
		{"mode unspecified", changeMode(signing.SignMode_SIGN_MODE_UNSPECIFIED), app.ErrTx, fewKeys},
		{"no mode", changeInfo(func(i *txtypes.SignerInfo) { i.ModeInfo = nil }), app.ErrTx, fewKeys},
		{"multisignature", changeInfo(func(i *txtypes.SignerInfo) {
			i.ModeInfo = &txtypes.ModeInfo{Sum: &txtypes.ModeInfo_Multi_{Multi: &txtypes.ModeInfo_Multi{}}}
		}), app.ErrTx, fewKeys},
		{"two signers", func(d *draft) {
			d.body.Messages = append(d.body.Messages, anyOf(w.T, testutil.Deposit(w.Admin, w.Enterprise, testutil.Commitment("b"))))
		}, app.ErrTx, "expected exactly one signer, got 2"},
		{"two signer infos", func(d *draft) {
			d.auth.SignerInfos = slices.Repeat(d.auth.SignerInfos, 2)
			d.spoil = func(raw *txtypes.TxRaw) { raw.Signatures = slices.Repeat(raw.Signatures, 2) }
		}, app.ErrTx, "expected exactly one signer info and signature, got 2 and 2"},
		{"no signer info", func(d *draft) { d.auth.SignerInfos = nil }, app.ErrTx, "got 0 and 1"},
		{"a second signature", func(d *draft) {
			d.spoil = func(raw *txtypes.TxRaw) { raw.Signatures = append(raw.Signatures, []byte("more")) }
		}, app.ErrTx, "got 1 and 2"},
		{"no signature", func(d *draft) { d.spoil = func(raw *txtypes.TxRaw) { raw.Signatures = nil } }, app.ErrTx, "got 1 and 0"},
	}
}

func signatureRefusals(w *testutil.World) []refusal {
	return []refusal{
		{"wrong chain id", func(d *draft) { d.chainID = "ink-test-2" }, sdkerrors.ErrUnauthorized, "chain ink-test-1"},
		{"wrong account number", func(d *draft) { d.number++ }, sdkerrors.ErrUnauthorized, "expected a signature of account number"},
		{"sequence ahead", changeInfo(func(i *txtypes.SignerInfo) { i.Sequence++ }), sdkerrors.ErrWrongSequence, "account sequence mismatch"},
		{"sequence behind", changeInfo(func(i *txtypes.SignerInfo) { i.Sequence-- }), sdkerrors.ErrWrongSequence, "account sequence mismatch"},
		{"bit of R", flipBit(0), sdkerrors.ErrUnauthorized, "unable to verify"},
		{"bit of S", flipBit(32), sdkerrors.ErrUnauthorized, "unable to verify"},
		{"last bit", flipBit(63), sdkerrors.ErrUnauthorized, "unable to verify"},
		{"short signature", changeSignature(func(b []byte) []byte { return b[:63] }), sdkerrors.ErrUnauthorized, "unable to verify"},
		{"long signature", changeSignature(func(b []byte) []byte { return append(b, 0) }), sdkerrors.ErrUnauthorized, "unable to verify"},
		{"empty signature", changeSignature(func([]byte) []byte { return nil }), sdkerrors.ErrUnauthorized, "unable to verify"},
		{"another's key", changeInfo(func(i *txtypes.SignerInfo) { i.PublicKey = anyOf(w.T, w.Admin.Key.PubKey()) }), sdkerrors.ErrInvalidPubKey, "bound key or none"},
		{"a key without a point", changeInfo(func(i *txtypes.SignerInfo) { i.PublicKey = anyOf(w.T, &secp256r1.PubKey{}) }), sdkerrors.ErrInvalidPubKey, "bound key or none"},
		{"changed after signing", func(d *draft) {
			d.spoil = func(raw *txtypes.TxRaw) {
				commitment := testutil.Commitment("a")
				i := bytes.Index(raw.BodyBytes, commitment)
				raw.BodyBytes[i] ^= 1
			}
		}, sdkerrors.ErrUnauthorized, "unable to verify"},
	}
}

// Every rule of the ante chain refuses for its own reason; the same transaction
// without the one thing wrong is accepted.
func TestAnteRefuses(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	deposit := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	for _, r := range refusals(w) {
		t.Run(r.name, func(t *testing.T) {
			before := w.App.Verdicts()
			got := w.Check(forge(w.Chain, w.Employee, r.change, deposit))
			requireRefused(t, got.Codespace, got.Code, got.Log, r.want, r.says)
			require.Equal(t, before, w.App.Verdicts(), "no verdict of what is refused")
			require.False(t, w.Accepts(forge(w.Chain, w.Employee, r.change, deposit)), "nor may it stand in a block")
		})
	}
	got := w.Check(forge(w.Chain, w.Employee, nil, deposit))
	require.Zero(t, got.Code, got.Log)
}

func requireRefused(t testing.TB, codespace string, code uint32, log string, want error, says string) {
	t.Helper()
	wantSpace, wantCode, _ := errorsmod.ABCIInfo(want, false)
	require.Equal(t, wantSpace, codespace, log)
	require.Equal(t, wantCode, code, log)
	require.Contains(t, log, says)
}

// What is exactly at a limit is accepted.
func TestAnteAcceptsTheLimits(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	deposit := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	seq := w.Submit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	for name, raw := range map[string][]byte{
		"16 messages": forge(w.Chain, w.Employee, func(d *draft) { d.body.Messages = slices.Repeat(d.body.Messages, 16) }, deposit),
		"all the gas": forge(w.Chain, w.Employee, func(d *draft) { d.auth.Fee.GasLimit = app.MaxTxGas }, deposit),
		"no key":      forge(w.Chain, w.Employee, func(d *draft) { d.auth.SignerInfos[0].PublicKey = nil }, deposit),
	} {
		got := checkFresh(w.Chain, raw)
		require.Zero(t, got.Code, "%s: %s", name, got.Log)
	}
	got := w.Check(padded(w.Chain, w.Employee, 0, seq, app.MaxTxBytes))
	require.NotContains(t, got.Log, "bytes, got 65536", "not for its size")
	got = w.Check(padded(w.Chain, w.Employee, 0, seq, app.MaxTxBytes+1))
	requireRefused(t, got.Codespace, got.Code, got.Log, app.ErrTx, "expected at most 65536 bytes, got 65537")

	// The timeout height is the last block that may hold the transaction.
	last := forge(w.Chain, w.Employee, func(d *draft) { d.body.TimeoutHeight = uint64(w.Height) + 1 }, deposit)
	require.True(t, w.Accepts(last))
	w.Block()
	require.False(t, w.Accepts(last))
	require.NotZero(t, w.Block(last)[0].Code)
}

// Extension options are refused by the decoder for want of any such type, and by
// the rule if a type comes to be registered one day.
func TestAnteRefusesExtensionOptions(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	deposit := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	option := []*codectypes.Any{anyOf(t, &evidencetypes.Revelation{})}
	critical := func(d *draft) { d.body.ExtensionOptions = option }
	other := func(d *draft) { d.body.NonCriticalExtensionOptions = option }
	for _, change := range []func(*draft){critical, other} {
		got := w.Check(forge(w.Chain, w.Employee, change, deposit))
		requireRefused(t, got.Codespace, got.Code, got.Log, sdkerrors.ErrTxDecode, "unable to resolve type URL")
	}
	w.App.Registry.RegisterImplementations((*txtypes.TxExtensionOptionI)(nil), &evidencetypes.Revelation{})
	for _, change := range []func(*draft){critical, other} {
		got := w.Check(forge(w.Chain, w.Employee, change, deposit))
		requireRefused(t, got.Codespace, got.Code, got.Log, app.ErrTx, "expected no extension options, got 1")
	}
}

// Messages that only the consortium may decide on are refused in a transaction,
// whoever signs it.
func TestAnteRefusesProposedMessages(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	tried := 0
	for url, class := range app.Classes {
		if class != app.Proposed {
			continue
		}
		tried++
		m, err := w.App.Registry.Resolve(url)
		require.NoError(t, err)
		reflect.ValueOf(m).Elem().FieldByName("Authority").SetString(w.Registrar.Address())
		got := w.Check(forge(w.Chain, w.Registrar, nil, m))
		requireRefused(t, got.Codespace, got.Code, got.Log, app.ErrClass, "message 0: expected one that may come in a transaction, got "+url)
	}
	require.NotZero(t, tried)
}

// The cheap refusals come first: what costs a signature's verification is only
// asked of a known signer with the right and the quota. The gas tells how far the
// chain went: a signature's is taken before it is verified.
func TestAnteOrder(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	setQuota(w, w.Enterprise, 1)
	w.Submit(w.Employee, w.Enterprise, testutil.Commitment("the only one"))
	garbage := func(d *draft) { d.spoil = func(raw *txtypes.TxRaw) { raw.Signatures[0] = make([]byte, 64) } }
	stranger := testutil.NewSigner("stranger")
	for _, x := range []struct {
		name     string
		signer   testutil.Signer
		msg      sdk.Msg
		want     error
		verified bool
	}{
		{"unknown signer", stranger, testutil.Deposit(stranger, w.Enterprise, testutil.Commitment("a")), consortiumtypes.ErrUnknownSigner, false},
		{"no right", w.Outsider, testutil.Deposit(w.Outsider, w.Enterprise, testutil.Commitment("a")), consortiumtypes.ErrNotPermitted, false},
		{"no quota", w.Employee, testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a")), errQuotaExhausted, false},
		{"wrong signature", w.Outsider, application(w.Outsider, 800), sdkerrors.ErrUnauthorized, true},
	} {
		before := w.App.Verdicts()
		got := w.Check(forge(w.Chain, x.signer, garbage, x.msg))
		requireRefused(t, got.Codespace, got.Code, got.Log, x.want, "")
		require.Equal(t, x.verified, got.GasUsed >= signatureGas, "%s: used gas %d", x.name, got.GasUsed)
		require.Equal(t, before, w.App.Verdicts())
	}
	everything := func(d *draft) {
		garbage(d)
		d.body.Memo, d.auth.Fee.Amount = "x", coins(1)
	}
	got := w.Check(forge(w.Chain, stranger, everything, application(stranger, 801)))
	requireRefused(t, got.Codespace, got.Code, got.Log, app.ErrTx, "memo")
}
