package app_test

import (
	"encoding/json"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
)

// The block's gas meter is on: in a block that nobody judged, what stands behind
// the last of the gas is not executed.
func TestBlockGasIsMetered(t *testing.T) {
	a := newApp()
	state, err := a.FoundingState(testutil.Founding())
	require.NoError(t, err)
	raw, err := json.Marshal(state)
	require.NoError(t, err)
	params := app.ConsensusParams().ToProto()
	c := &testutil.Chain{T: t, App: a, Now: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}
	_, err = a.InitChain(&abci.RequestInitChain{
		ChainId: testutil.ChainID, Time: c.Now, InitialHeight: 1, ConsensusParams: &params, AppStateBytes: raw,
	})
	require.NoError(t, err)
	c.Block()
	params.Block.MaxGas = 1_000_000 // less than may be decided
	ctx := sdk.NewContext(a.CommitMultiStore(), cmtproto.Header{}, false, a.Logger())
	require.NoError(t, a.ConsensusKeeper.ParamsStore.Set(ctx, params))
	c.Block()

	// A message that is permitted and fails costs its gas all the same.
	operator := testutil.Operator("center")
	var txs [][]byte
	for i := range 30 {
		txs = append(txs, c.SignAhead(operator, uint64(i), rows["MsgAppointOfficer"](nil, "op1", operator, nil)))
	}
	require.False(t, c.Accepts(txs...))
	results := c.Block(txs...)
	used, last := int64(0), results[len(results)-1]
	for _, r := range results {
		used += r.GasUsed
	}
	require.Less(t, used, params.Block.MaxGas+results[0].GasUsed, "no more than the one that crosses the border")
	requireRefused(t, last.Codespace, last.Code, last.Log, sdkerrors.ErrOutOfGas, "no block gas left to run tx")
}
