package app_test

import (
	"slices"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
)

// A block's gas may be used up to the last unit and no further.
func TestBlockGasBorder(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	deposit := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	tx := func(ahead int, gas uint64) []byte {
		return forge(w.Chain, w.Employee, func(d *draft) {
			d.auth.SignerInfos[0].Sequence += uint64(ahead)
			d.auth.Fee.GasLimit = gas
		}, deposit)
	}
	full := app.BlockMaxGas / app.MaxTxGas
	require.Zero(t, app.BlockMaxGas%app.MaxTxGas)
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

// A block's bytes may be used up to the last one and no further.
func TestBlockBytesBorder(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	seq := w.Submit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	room := int64(app.BlockMaxBytes - app.HeaderReserve)
	var txs [][]byte
	for size := inBlock(app.MaxTxBytes); room > size+2000; room -= size {
		txs = append(txs, padded(w.Chain, w.Employee, uint64(len(txs)), seq, app.MaxTxBytes))
	}
	n := int(room)
	for inBlock(n) > room {
		n--
	}
	require.Equal(t, room, inBlock(n))
	exact := append(slices.Clone(txs), padded(w.Chain, w.Employee, uint64(len(txs)), seq, n))
	over := append(slices.Clone(txs), padded(w.Chain, w.Employee, uint64(len(txs)), seq, n+1))
	require.True(t, w.Accepts(exact...))
	requireSame(t, exact, w.Propose(exact...), "exact")
	require.False(t, w.Accepts(over...))
	requireSame(t, txs, w.Propose(over...), "the last is left out")

	// CometBFT may leave the proposer less room; the others do not mind.
	resp, err := w.App.PrepareProposal(&abci.RequestPrepareProposal{
		Txs: exact, MaxTxBytes: 3 * inBlock(app.MaxTxBytes), Height: w.Height + 1, Time: w.Now,
	})
	require.NoError(t, err)
	requireSame(t, exact[:3], resp.Txs, "three")
	require.True(t, w.Accepts(resp.Txs...))
}

// inBlock is what a transaction of so many bytes takes in a block.
func inBlock(n int) int64 { return cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{make([]byte, n)}) }
