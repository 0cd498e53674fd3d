package app_test

import (
	"encoding/json"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
)

// A block with nothing in it and nothing due leaves the app hash as it was: also
// over the borders of days, and whatever was done before.
func TestIdleBlocksChangeNothing(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	w.Must(w.Enroller, enrol(w.Enroller, testutil.NewSigner("of the enroller")), nil)
	w.Submit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	want := w.AppHash
	for i := range 100 {
		w.Advance(time.Hour)
		w.Block()
		require.Equal(t, want, w.AppHash, "block %d, %s", i, w.Now)
	}
}

// A request that becomes due changes the app hash once: in the block from whose
// time on it is forgotten.
func TestDueRequestChangesOnce(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	m := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	m.RequestId = testutil.Commitment("request")
	at := w.Now
	w.Must(w.Employee, m, nil)
	before := w.AppHash
	w.Now = at.Add(7*24*time.Hour - time.Nanosecond)
	w.Block()
	require.Equal(t, before, w.AppHash, "not due yet")
	w.Now = at.Add(7 * 24 * time.Hour)
	w.Block()
	after := w.AppHash
	require.NotEqual(t, before, after, "due")
	for range 10 {
		w.Advance(time.Hour)
		w.Block()
		require.Equal(t, after, w.AppHash, "once")
	}
}

// The first block of an era carries no transactions: not of a new chain, nor of
// one that goes on from an export.
func TestFirstBlockCarriesNoTransactions(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	valid := w.Sign(w.Employee, testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment("a")))
	require.True(t, w.Accepts(valid))
	exported, err := w.App.Export(nil)
	require.NoError(t, err)

	again := beforeFirstBlock(t, exported.AppState, exported.Height)
	require.Empty(t, again.Propose(valid))
	require.False(t, again.Accepts(valid))
	require.True(t, again.Accepts())
	again.Block()
	require.Len(t, again.Propose(valid), 1)
	require.True(t, again.Accepts(valid))

	state, err := newApp().FoundingState(testutil.Founding())
	require.NoError(t, err)
	raw, err := json.Marshal(state)
	require.NoError(t, err)
	first := beforeFirstBlock(t, raw, 1)
	operator := testutil.Operator("center")
	msg := rows["MsgAppointOfficer"](nil, "op1", operator, nil)
	require.Empty(t, first.Propose(first.Sign(operator, msg)))
	require.False(t, first.Accepts(first.Sign(operator, msg)))
	first.Block()
	require.True(t, first.Accepts(first.Sign(operator, msg)))
}

// beforeFirstBlock is a chain that has its genesis and no block yet.
func beforeFirstBlock(t *testing.T, state json.RawMessage, height int64) *testutil.Chain {
	c := &testutil.Chain{T: t, App: newApp(), Now: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Height: height - 1}
	params := app.ConsensusParams().ToProto()
	_, err := c.App.InitChain(&abci.RequestInitChain{
		ChainId: testutil.ChainID, Time: c.Now, InitialHeight: height, ConsensusParams: &params, AppStateBytes: state,
	})
	require.NoError(t, err)
	return c
}
