package testutil

import (
	"os"
	"path/filepath"

	cmtdb "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/crypto"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
)

// NewConsensusIn is NewConsensus with the databases and the genesis of a node in a
// home. Stop closes them.
func NewConsensusIn(t TB, home string, founding app.Founding, params *cmttypes.ConsensusParams, keys ...crypto.PrivKey) *Consensus {
	t.Helper()
	c := newConsensus(t, keys)
	c.home = home
	require.NoError(t, os.MkdirAll(filepath.Join(home, "config"), 0o700))
	c.openDisk()
	c.found(founding, params)
	require.NoError(t, c.doc.SaveAs(filepath.Join(home, "config", "genesis.json")))
	return c
}

// openDisk opens the databases as a node does.
func (c *Consensus) openDisk() {
	data := filepath.Join(c.home, "data")
	var err error
	c.db, err = dbm.NewGoLevelDB("application", data, nil)
	require.NoError(c.T, err)
	states, err := cmtdb.NewGoLevelDB("state", data)
	require.NoError(c.T, err)
	c.states = sm.NewStore(states, sm.StoreOptions{})
	blocks, err := cmtdb.NewGoLevelDB("blockstore", data)
	require.NoError(c.T, err)
	c.blocks = store.NewBlockStore(blocks)
}

// closeDisk closes what the application does not.
func (c *Consensus) closeDisk() {
	require.NoError(c.T, c.states.Close())
	require.NoError(c.T, c.blocks.Close())
}
