package app_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

var keyTypes = []logtypes.KeyType{
	logtypes.KEY_TYPE_ED25519, logtypes.KEY_TYPE_SECP256K1, logtypes.KEY_TYPE_SECP256R1, logtypes.KEY_TYPE_ML_DSA_65,
}

// All four types of keys sign; one changed bit anywhere and they do not.
func TestKeyTypes(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	for i, kind := range keyTypes {
		s := testutil.NewSignerOf(kind, "user of "+kind.String())
		w.Enrol(s)
		raw := forge(w.Chain, s, nil, application(s, 900+i))
		for _, at := range []int{1, 33, 63} {
			bad := forge(w.Chain, s, spoiled(func(b []byte) []byte { b[len(b)-at] ^= 4; return b }), application(s, 900+i))
			got := w.Check(bad)
			requireRefused(t, got.Codespace, got.Code, got.Log, sdkerrors.ErrUnauthorized, "unable to verify")
		}
		require.True(t, w.Accepts(raw), kind)
		got := checkFresh(w.Chain, raw)
		require.Zero(t, got.Code, "%s: %s", kind, got.Log)
		w.Must(s, application(s, 900+i), nil)
	}
}

func spoiled(change func([]byte) []byte) func(*draft) {
	return func(d *draft) {
		d.spoil = func(raw *txtypes.TxRaw) { raw.Signatures[0] = change(raw.Signatures[0]) }
	}
}

// Of the two signatures that ECDSA takes for one, only that with the low S counts:
// otherwise anybody could change a transaction's bytes and with them its hash.
func TestHighSIsRefused(t *testing.T) {
	orders := map[logtypes.KeyType]string{
		logtypes.KEY_TYPE_SECP256K1: "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141",
		logtypes.KEY_TYPE_SECP256R1: "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
	}
	w := testutil.NewWorld(t, testutil.Options{})
	for _, kind := range []logtypes.KeyType{logtypes.KEY_TYPE_SECP256K1, logtypes.KEY_TYPE_SECP256R1} {
		order, _ := new(big.Int).SetString(orders[kind], 16)
		s := testutil.NewSignerOf(kind, "user of "+kind.String())
		w.Enrol(s)
		high := spoiled(func(b []byte) []byte {
			n := new(big.Int).SetBytes(b[32:])
			n.Sub(order, n).FillBytes(b[32:])
			return b
		})
		got := w.Check(forge(w.Chain, s, high, application(s, 910)))
		requireRefused(t, got.Codespace, got.Code, got.Log, sdkerrors.ErrUnauthorized, "unable to verify")
		low := spoiled(func(b []byte) []byte {
			n := new(big.Int).SetBytes(b[32:])
			n.Sub(order, n).Sub(order, n).FillBytes(b[32:]) // there and back
			return b
		})
		got = checkFresh(w.Chain, forge(w.Chain, s, low, application(s, 910)))
		require.Zero(t, got.Code, got.Log)
	}
}

// Simulation needs neither gas limit nor signature, and its gas is enough for the
// real transaction, whatever the type of key.
func TestSimulation(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	for i, kind := range keyTypes {
		s := testutil.NewSignerOf(kind, "user of "+kind.String())
		w.Enrol(s)
		msg := application(s, 920+i)
		unsigned := func(d *draft) {
			d.auth.Fee.GasLimit = 0
			d.spoil = func(raw *txtypes.TxRaw) { raw.Signatures[0] = nil }
		}
		gas, _, err := w.App.Simulate(forge(w.Chain, s, unsigned, msg))
		require.NoError(t, err, kind)
		result := w.Block(forge(w.Chain, s, func(d *draft) { d.auth.Fee.GasLimit = gas.GasUsed }, msg))[0]
		require.Zero(t, result.Code, "%s: %s", kind, result.Log)
		require.Less(t, gas.GasUsed-uint64(result.GasUsed), uint64(200), kind)
	}
	// The last of the quota can be simulated: it is counted once.
	setQuota(w, w.Enterprise, 1)
	raw := forge(w.Chain, w.Employee, nil, testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a")))
	_, _, err := w.App.Simulate(raw)
	require.NoError(t, err)
	two := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	_, _, err = w.App.Simulate(forge(w.Chain, w.Employee, nil, two, two))
	require.ErrorIs(t, err, errQuotaExhausted)
}

// What the mempool counted is not in an export.
func TestExportIsOfTheCommittedState(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	before, err := w.App.Export(nil)
	require.NoError(t, err)
	got := w.Check(w.Sign(w.Employee, testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))))
	require.Zero(t, got.Code, got.Log)
	after, err := w.App.Export(nil)
	require.NoError(t, err)
	require.Equal(t, string(before.AppState), string(after.AppState))
}

// A verdict is remembered for the bytes of a transaction together with the chain,
// the account's number and its key: whatever of it changes, the signature is
// verified again.
func TestVerdictsAreOfOneAccount(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	deposit := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	before := w.App.Verdicts()
	good := forge(w.Chain, w.Employee, nil, deposit)
	bad := forge(w.Chain, w.Employee, spoiled(func(b []byte) []byte { b[40] ^= 1; return b }), deposit)
	require.Zero(t, checkFresh(w.Chain, good).Code)
	require.Equal(t, before+1, w.App.Verdicts())
	require.Zero(t, checkFresh(w.Chain, good).Code, "the same again, from the cache")
	require.Equal(t, before+1, w.App.Verdicts())

	got := w.Check(bad)
	requireRefused(t, got.Codespace, got.Code, got.Log, sdkerrors.ErrUnauthorized, "unable to verify")

	ante := func(change func(sdk.AccountI)) error {
		ctx := w.Ctx()
		acc := w.App.AccountKeeper.GetAccount(ctx, sdk.AccAddress(w.Employee.Key.PubKey().Address()))
		if change != nil {
			change(acc)
			w.App.AccountKeeper.SetAccount(ctx, acc)
		}
		_, err := w.App.Ante(ctx, good)
		return err
	}
	require.NoError(t, ante(nil))
	require.ErrorIs(t, ante(func(a sdk.AccountI) {
		require.NoError(t, a.SetAccountNumber(a.GetAccountNumber()+1000))
	}), sdkerrors.ErrUnauthorized)
	require.Error(t, ante(func(a sdk.AccountI) { require.NoError(t, a.SetPubKey(w.Admin.Key.PubKey())) }))
	noKey := forge(w.Chain, w.Employee, func(d *draft) { d.auth.SignerInfos[0].PublicKey = nil }, deposit)
	require.Zero(t, checkFresh(w.Chain, noKey).Code)
	ctx := w.Ctx()
	acc := w.App.AccountKeeper.GetAccount(ctx, sdk.AccAddress(w.Employee.Key.PubKey().Address()))
	require.NoError(t, acc.SetPubKey(w.Admin.Key.PubKey()))
	w.App.AccountKeeper.SetAccount(ctx, acc)
	_, err := w.App.Ante(ctx, noKey)
	require.ErrorIs(t, err, sdkerrors.ErrUnauthorized, "without a key in the transaction only the verdict could let it pass")
	_, err = w.App.Ante(w.Ctx().WithChainID("ink-test-2"), good)
	require.ErrorIs(t, err, sdkerrors.ErrUnauthorized)
}

// What is remembered is not verified again: even a wrong signature passes, once it
// is remembered as good.
func TestVerdictsAreUsed(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	bad := forge(w.Chain, w.Employee, spoiled(func(b []byte) []byte { b[40] ^= 1; return b }),
		testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a")))
	require.False(t, w.Accepts(bad))
	_, number := w.Sequence(w.Employee)
	w.App.Believe(bad, testutil.ChainID, number, w.Employee.Key.PubKey())
	require.True(t, w.Accepts(bad))
}

// The cache never holds more than two generations, and forgets the oldest.
func TestVerdictsAreCapped(t *testing.T) {
	const n = 10
	v := app.NewVerdicts(n)
	for i := range 1000 {
		v.Add([32]byte{byte(i), byte(i >> 8)})
		require.LessOrEqual(t, v.Size(), 2*n)
		require.True(t, v.Has([32]byte{byte(i), byte(i >> 8)}), "the latest is there")
	}
	require.False(t, v.Has([32]byte{}), "the oldest is not")
	require.LessOrEqual(t, app.VerdictCap, 100_000)
}
