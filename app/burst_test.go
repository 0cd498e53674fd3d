package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

// signatureGas is the least that the verification of a signature takes; the ante
// chain takes it before it verifies.
const signatureGas = 60_000

// A18: an enterprise sends ten times its quota, by several members at once. Exactly
// its quota is accepted, by the mempool, by the proposer and by a block that nobody
// judged; the rest is refused before a signature is verified, and other enterprises
// do not notice.
func TestA18QuotaBurst(t *testing.T) {
	const quota, members = 20, 8
	w := testutil.NewWorld(t, testutil.Options{})
	neighbour, other := rival(w)
	setQuota(w, w.Enterprise, quota)
	var senders []testutil.Signer
	for i := range members {
		s, id := w.User(fmt.Sprintf("sender %d", i))
		w.Join(w.Enterprise, w.Admin, s, id, enterprisetypes.RIGHT_DEPOSIT)
		senders = append(senders, s)
	}
	var burst [][]byte
	for i := range 10 * quota {
		s := senders[i%members]
		burst = append(burst, w.SignAhead(s, uint64(i/members), testutil.Deposit(s, w.Enterprise, testutil.Commitment(fmt.Sprint("burst", i)))))
	}
	peaceful := w.Sign(neighbour, testutil.Deposit(neighbour, other, testutil.Commitment("peaceful")))
	mempool := append(slices.Clone(burst), peaceful)

	before := w.App.Verdicts()
	accepted := 0
	for i, tx := range burst {
		r := w.Check(tx)
		if r.Code == 0 {
			accepted++
			continue
		}
		requireRefused(t, r.Codespace, r.Code, r.Log, errQuotaExhausted, "the quota refills at 2026-05-21 00:00:00 UTC+8")
		require.Less(t, r.GasUsed, int64(signatureGas), "transaction %d: refused before its signature is looked at", i)
	}
	require.Equal(t, quota, accepted, "by the mempool")
	require.Equal(t, before+quota, w.App.Verdicts(), "signatures verified")
	require.Zero(t, w.Check(peaceful).Code)

	proposal := w.Propose(mempool...)
	requireSame(t, append(slices.Clone(burst[:quota]), peaceful), proposal, "the proposal")
	require.True(t, w.Accepts(proposal...))
	require.False(t, w.Accepts(mempool...))

	done := 0
	for _, r := range w.Block(mempool...)[:len(burst)] {
		if r.Code == 0 {
			done++
			continue
		}
		requireResult(t, r, errQuotaExhausted)
		require.Less(t, r.GasUsed, int64(signatureGas))
	}
	require.Equal(t, quota, done, "by a block of everything")
	require.Zero(t, w.Last.TxResults[len(burst)].Code, "the neighbour's")
	counter, err := w.App.LogKeeper.EnterpriseCounter(w.Ctx(), w.Enterprise)
	require.NoError(t, err)
	require.EqualValues(t, quota, counter.Count)

	w.Now = time.Date(2026, 5, 20, 16, 0, 0, 0, time.UTC) // 00:00 in Hangzhou
	requireSame(t, burst[quota:2*quota], w.Propose(burst...), "the next day")
}

// A18: garbage from outside costs next to nothing: nothing is written, no signature
// is verified, and the refusal takes less than a millisecond.
func TestA18OutsidersGarbage(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	stranger := testutil.NewSigner("stranger")
	deposit := testutil.Deposit(stranger, w.Enterprise, testutil.Commitment("x"))
	garbled := func(d *draft) {
		d.spoil = func(r *txtypes.TxRaw) { r.Signatures[0] = make([]byte, 64) }
	}
	whole := forge(w.Chain, stranger, nil, deposit)
	kinds := map[string][]byte{
		"unknown signer":          whole,
		"unknown signer, garbled": forge(w.Chain, stranger, garbled, deposit),
		"unknown signer, large":   padded(w.Chain, stranger, 0, 1, 60_000),
		"known without a right":   forge(w.Chain, w.Outsider, garbled, testutil.Deposit(w.Outsider, w.Enterprise, testutil.Commitment("x"))),
		"half":                    whole[:len(whole)/2],
		"zeros":                   make([]byte, 500),
	}
	w.Block()
	hash, verdicts := w.AppHash, w.App.Verdicts()
	var garbage [][]byte
	for name, raw := range kinds {
		garbage = append(garbage, raw)
		var took []time.Duration
		for range 200 {
			start := time.Now()
			r := w.Check(raw)
			took = append(took, time.Since(start))
			require.NotZero(t, r.Code, name)
			require.Less(t, r.GasUsed, int64(700_000), name)
		}
		slices.Sort(took)
		require.Less(t, took[len(took)/2], time.Millisecond, "%s: the median refusal", name)
	}
	r := w.Check(whole)
	requireRefused(t, r.Codespace, r.Code, r.Log, consortiumtypes.ErrUnknownSigner, "")
	require.Empty(t, w.Propose(garbage...))
	for _, r := range w.Block(slices.Repeat(garbage, 50)...) {
		require.NotZero(t, r.Code)
	}
	require.Equal(t, hash, w.AppHash, "a block full of garbage writes nothing")
	require.Equal(t, verdicts, w.App.Verdicts(), "no signature was verified")
	w.Block()
	require.Equal(t, hash, w.AppHash, "nor does the idle block behind it")
}
