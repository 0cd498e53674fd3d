package testutil

import (
	"encoding/json"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// NextEra ends the chain and founds another with its log, under another chain id and
// from a height on that lies above: the genesis closes the log with an era entry. It
// also returns the era for anchors. The old chain stays as it was.
func (c *Consensus) NextEra(chainID string, height int64) (*Consensus, bundle.Era) {
	c.T.Helper()
	exported, err := c.App.Export(nil)
	require.NoError(c.T, err)
	var state map[string]json.RawMessage
	require.NoError(c.T, json.Unmarshal(exported.AppState, &state))
	var gs logtypes.GenesisState
	require.NoError(c.T, c.App.Codec.UnmarshalJSON(state[logtypes.ModuleName], &gs))
	era := bundle.Era{ChainID: chainID, InitialHeight: uint64(height), LogSize: gs.Head.Size_, LogRoot: bundle.Hash(gs.Head.Root)}
	c.closeLog(&gs, height)
	state[logtypes.ModuleName], err = c.App.Codec.MarshalJSON(&gs)
	require.NoError(c.T, err)
	raw, err := json.Marshal(state)
	require.NoError(c.T, err)

	next := newConsensus(c.T, nil)
	next.keys, next.chainID = c.keys, chainID
	next.open()
	params := c.State.ConsensusParams
	next.start(&cmttypes.GenesisDoc{
		GenesisTime: c.Now(), ChainID: chainID, InitialHeight: height, ConsensusParams: &params,
		Validators: exported.Validators, AppState: raw,
	})
	return next, era
}

// closeLog appends the era entry to an exported log.
func (c *Consensus) closeLog(gs *logtypes.GenesisState, height int64) {
	last := c.Header(c.Height())
	e := &logtypes.Entry{
		Version: logtypes.Version, Seq: gs.Head.Size_, Height: uint64(height), BlockTime: uint64(c.Now().UnixNano()),
		Body: &logtypes.Entry_Era{Era: &logtypes.Era{
			OldChainId: gs.ChainId, LastHeight: gs.LastHeight, HeaderHash: last.Hash(),
			LogSize: gs.Head.Size_, Root: gs.Head.Root, MinutesDigest: Commitment("minutes"),
		}},
	}
	b, err := e.Marshal()
	require.NoError(c.T, err)
	edge := format.Edge{}
	for _, entry := range append(gs.Entries, b) {
		edge.Append(format.EntryLeaf(entry))
	}
	root := edge.Root()
	gs.Entries = append(gs.Entries, b)
	gs.Head = &logtypes.LogHead{Version: logtypes.Version, Size_: edge.Size(), Root: root[:], LastHeight: uint64(height)}
}
