package testutil_test

import (
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
)

// The driver itself: blocks with and without an honest proposer, absent signatures,
// evidence, stops between the halves of a block, and a new chain from an export.
func TestConsensusDriver(t *testing.T) {
	var keys []crypto.PrivKey
	for _, in := range testutil.Institutions {
		keys = append(keys, testutil.ConsensusKey(in.Name))
	}
	first := keys[0].PubKey().Address()
	c := testutil.NewConsensus(t, testutil.Founding(), app.ConsensusParams(), keys...)
	t.Cleanup(func() { c.Stop() })
	c.Block(testutil.Next{Absent: []crypto.Address{first}, Pause: time.Minute})
	c.Block(testutil.Next{Exactly: true})
	require.EqualValues(t, 1, c.LastBlock.LastCommit.Signatures[index(c, first)].BlockIDFlag, "absent")
	require.Equal(t, time.Minute, c.LastBlock.Time.Sub(c.Header(2).Time))

	c.DoubleSign(first, 2, 0)
	c.Block(testutil.Next{})
	require.Len(t, c.LastBlock.Evidence.Evidence, 1)
	hash := c.State.AppHash
	c.Restart()
	require.Equal(t, hash, c.State.AppHash)
	c.Block(testutil.Next{Crash: true})
	require.EqualValues(t, 5, c.Height())

	old := c
	c = c.Export()
	old.Stop()
	require.EqualValues(t, 6, c.Height())
	c.Block(testutil.Next{})
}

func index(c *testutil.Consensus, address crypto.Address) int32 {
	i, _ := c.Validators(c.Height()).GetByAddress(address)
	return i
}
