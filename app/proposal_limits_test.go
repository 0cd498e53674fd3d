package app_test

import (
	"fmt"
	"slices"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// depositors are new members with DEPOSIT.
func depositors(w *testutil.World, n int) []testutil.Signer {
	out := make([]testutil.Signer, n)
	for i := range out {
		s, id := w.User(fmt.Sprintf("depositor %d", i))
		w.Join(w.Enterprise, w.Admin, s, id, enterprisetypes.RIGHT_DEPOSIT)
		out[i] = s
	}
	return out
}

// depositWith is a deposit that declares so much gas.
func depositWith(w *testutil.World, s testutil.Signer, ahead int, gas uint64) []byte {
	return forge(w.Chain, s, func(d *draft) {
		d.auth.SignerInfos[0].Sequence += uint64(ahead)
		d.auth.Fee.GasLimit = gas
	}, testutil.Deposit(s, w.Enterprise, testutil.Commitment(fmt.Sprint(s.Name, ahead))))
}

// perSigner transactions that declare the most gas are a signer's share of a block.
const perSigner = app.BlockMaxGas / app.Shares / app.MaxTxGas

// A block's gas may be used up to the last unit and no further.
func TestBlockGasBorder(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	full := app.BlockMaxGas / app.MaxTxGas
	require.Zero(t, app.BlockMaxGas%app.MaxTxGas)
	signers := depositors(w, full/perSigner+1)
	tx := func(i int, gas uint64) []byte { return depositWith(w, signers[i/perSigner], i%perSigner, gas) }
	var txs [][]byte
	for i := range full - 1 {
		txs = append(txs, tx(i, app.MaxTxGas))
	}
	half := uint64(app.MaxTxGas / 2)
	exact := append(slices.Clone(txs), tx(full-1, half), tx(full, app.MaxTxGas-half))
	over := append(slices.Clone(txs), tx(full-1, half), tx(full, app.MaxTxGas-half+1))
	require.Len(t, w.Propose(exact...), full+1)
	require.True(t, w.Accepts(exact...))
	require.Len(t, w.Propose(over...), full, "the last is left out")
	require.False(t, w.Accepts(over...))
	for _, r := range w.Block(exact...) {
		require.Zero(t, r.Code, r.Log)
	}
}

// One signer may use the own share of a block up to the last unit and no further:
// nobody alone can keep the others out.
func TestSignersShareBorder(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	var txs [][]byte
	for i := range perSigner - 1 {
		txs = append(txs, depositWith(w, w.Employee, i, app.MaxTxGas))
	}
	half := uint64(app.MaxTxGas / 2)
	a, b := depositWith(w, w.Employee, perSigner-1, half), depositWith(w, w.Employee, perSigner, app.MaxTxGas-half)
	exact := append(slices.Clone(txs), a, b)
	over := append(slices.Clone(txs), a, depositWith(w, w.Employee, perSigner, app.MaxTxGas-half+1))
	require.True(t, w.Accepts(exact...))
	require.False(t, w.Accepts(over...))
	other := depositWith(w, depositors(w, 1)[0], 0, testutil.TxGas)
	requireSame(t, append(over[:len(over)-1:len(over)-1], other), w.Propose(append(over, other)...), "another signer's goes in")
}

// largeDeposits with the longest signatures, just more than a block of the least size
// has room for, and the bytes that they take in it.
func largeDeposits(w *testutil.World) (txs [][]byte, total int64) {
	const each = 20
	for n := 0; ; n++ {
		s := testutil.NewSignerOf(logtypes.KEY_TYPE_ML_DSA_65, fmt.Sprint("depositor ", n))
		w.Join(w.Enterprise, w.Admin, s, w.Enrol(s), enterprisetypes.RIGHT_DEPOSIT)
		for i := range each {
			txs = append(txs, depositWith(w, s, i, app.MaxTxGas/16))
			if total += inBlock(len(txs[len(txs)-1])); total >= app.BlockMinBytes-app.HeaderReserve {
				return txs, total
			}
		}
	}
}

// A block's bytes may be used up to the last one and no further.
func TestBlockBytesBorder(t *testing.T) {
	build := func(maxBytes int64) (*testutil.World, [][]byte, int64) {
		w := testutil.NewWorld(t, testutil.Options{MaxBytes: maxBytes})
		txs, total := largeDeposits(w)
		return w, txs, total
	}
	_, _, total := build(0)
	w, txs, _ := build(total + app.HeaderReserve)
	require.True(t, w.Accepts(txs...))
	requireSame(t, txs, w.Propose(txs...), "exact")
	w, txs, _ = build(total + app.HeaderReserve - 1)
	require.False(t, w.Accepts(txs...))
	requireSame(t, txs[:len(txs)-1], w.Propose(txs...), "the last is left out")

	// CometBFT may leave the proposer less room; the others do not mind.
	resp, err := w.App.PrepareProposal(&abci.RequestPrepareProposal{
		Txs: txs, MaxTxBytes: 3 * inBlock(len(txs[0])), Height: w.Height + 1, Time: w.Now,
	})
	require.NoError(t, err)
	requireSame(t, txs[:3], resp.Txs, "three")
	require.True(t, w.Accepts(resp.Txs...))
}

// Whoever fills a node's mempool fills only the own part of it.
func TestPendingOfOneSignerIsBounded(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	for i := range app.MaxPending {
		require.Zero(t, w.Check(depositWith(w, w.Employee, i, testutil.TxGas)).Code)
	}
	got := w.Check(depositWith(w, w.Employee, app.MaxPending, testutil.TxGas))
	require.NotZero(t, got.Code)
	require.Contains(t, got.Log, "pending transactions of one signer")
	require.Zero(t, w.Check(depositWith(w, depositors(w, 1)[0], 0, testutil.TxGas)).Code, "others are not hindered")
	w.Block()
	require.Zero(t, w.Check(depositWith(w, w.Employee, 0, testutil.TxGas)).Code, "after a block it is counted anew")
}

// inBlock is what a transaction of so many bytes takes in a block.
func inBlock(n int) int64 { return cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{make([]byte, n)}) }
