package testutil

import (
	cmtconsensus "github.com/cometbft/cometbft/consensus"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	cmtmempool "github.com/cometbft/cometbft/mempool"
	"github.com/cometbft/cometbft/proxy"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/server"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"

	"github.com/inkchain/inkd/app"
)

// open makes the application over the node's database.
func (c *Consensus) open() {
	// The goroutines of the other kind of pruning would outlive the application.
	c.App = app.New(log.NewNopLogger(), c.db, true, simtestutil.EmptyAppOptions{}, baseapp.SetChainID(c.ChainID()), baseapp.SetIAVLSyncPruning(true))
	c.conns = proxy.NewAppConns(proxy.NewLocalClientCreator(server.NewCometABCIWrapper(c.App)), proxy.NopMetrics())
	c.conns.SetLogger(cmtlog.NewNopLogger())
	require.NoError(c.T, c.conns.Start())
}

// start begins the chain of a genesis with its first block.
func (c *Consensus) start(doc *cmttypes.GenesisDoc) {
	c.T.Helper()
	require.NoError(c.T, doc.ValidateAndComplete())
	c.doc, c.commit = doc, &cmttypes.Commit{}
	c.handshake()
	c.Block(Next{})
}

// handshake brings the application to where CometBFT is, as a node's start does.
func (c *Consensus) handshake() {
	c.T.Helper()
	state, err := c.states.LoadFromDBOrGenesisDoc(c.doc)
	require.NoError(c.T, err)
	h := cmtconsensus.NewHandshaker(c.states, state, c.blocks, c.doc)
	require.NoError(c.T, h.Handshake(c.conns))
	c.connect()
}

// Restart stops the node and starts it again over its databases.
func (c *Consensus) Restart() {
	c.T.Helper()
	c.Stop()
	if c.home != "" {
		c.openDisk()
	}
	c.open()
	c.handshake()
}

// Stop ends the node.
func (c *Consensus) Stop() {
	require.NoError(c.T, c.conns.Stop())
	require.NoError(c.T, c.App.Close())
	if c.home != "" {
		c.closeDisk()
	}
}

// Export exports the state, and starts another chain from it at the next height; the
// old one stays as it was. The new one's databases know no earlier block.
func (c *Consensus) Export() *Consensus {
	c.T.Helper()
	exported, err := c.App.Export(nil)
	require.NoError(c.T, err)
	fresh := newConsensus(c.T, nil)
	fresh.keys = c.keys
	fresh.open()
	params := c.State.ConsensusParams
	require.Equal(c.T, params.ToProto(), exported.ConsensusParams, "exported consensus parameters")
	fresh.start(&cmttypes.GenesisDoc{
		GenesisTime: c.Now(), ChainID: ChainID, InitialHeight: exported.Height, ConsensusParams: &params,
		Validators: exported.Validators, AppState: exported.AppState,
	})
	return fresh
}

// givenTxs is a mempool that holds what the test gives it until the next block.
type givenTxs struct {
	cmtmempool.NopMempool
	txs cmttypes.Txs
}

// ReapMaxBytesMaxGas gives all, in their order.
func (m *givenTxs) ReapMaxBytesMaxGas(_, _ int64) cmttypes.Txs {
	txs := m.txs
	m.txs = nil
	return txs
}
