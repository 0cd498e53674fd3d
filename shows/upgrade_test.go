//go:build network

package shows

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	rpcclient "github.com/cometbft/cometbft/rpc/client"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/testutil"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const upgradeName = "next"

// buildNext builds the software of after the upgrade.
func buildNext(t *testing.T) string {
	binary, err := testutil.Build("inkd-next", "-tags", "nextversion")
	require.NoError(t, err)
	return binary
}

// upgraded: the old binaries stop at the height, the new ones go on from there, and
// a node that comes late goes the same way.
func (c *consortium) upgraded(next string) {
	c.expired() // by now
	at := c.height() + 20
	c.decide([]string{"court", "notary"}, "upgrade", upgradeName, "--height", fmt.Sprint(at))
	for i, name := range founderNames {
		c.awaitStopped(c.nodes[i], at)
		if c.Node(name).Alive {
			c.Stop(name, syscall.SIGTERM)
		}
		c.news(c.nodes[i]) // it says CONSENSUS FAILURE, as it should
	}

	old := c.Binary
	c.Binary = next
	began := time.Now()
	c.Up()
	c.t.Logf("up again with the new software after %s", time.Since(began).Round(time.Second))
	for _, n := range c.nodes[:len(founderNames)] {
		c.await(n, at+3)
		c.newStore(n, at)
	}
	c.upgradeEntered(at)

	c.Binary = old
	late, _ := c.join("late", 7)
	c.start(late)
	c.awaitStopped(late, at)
	c.stop(late)
	c.Binary = next
	c.start(late)
	c.awaitSynced(late)
	c.newStore(late, at)
	c.news(late)
}

// newStore expects the store that the new software adds, with the height at which it
// was made.
func (c *consortium) newStore(n *node, at int64) {
	c.t.Helper()
	r, err := n.rpc.ABCIQuery(context.Background(), "/store/inknext/key", []byte{1})
	require.NoError(c.t, err)
	require.Zero(c.t, r.Response.Code, r.Response.Log)
	require.Equal(c.t, sdk.Uint64ToBigEndian(uint64(at)), r.Response.Value, n.name)
}

// awaitStopped waits until a node says that it needs the new software, and expects
// the height before the upgrade as its application's last.
func (c *consortium) awaitStopped(n *node, at int64) {
	c.t.Helper()
	want := fmt.Sprintf(`UPGRADE "%s" NEEDED at height: %d`, upgradeName, at)
	said := ""
	require.Eventually(c.t, func() bool {
		said += c.news(n)
		return strings.Contains(said, want)
	}, patience, 200*time.Millisecond, "%s does not stop at height %d", n.name, at)
	// Consensus has the block, the application has not executed it.
	if info, err := n.rpc.ABCIInfo(context.Background()); err == nil {
		require.Equal(c.t, at-1, info.Response.LastBlockHeight, n.name)
	}
	c.t.Logf("%s stopped before height %d", n.name, at)
}

// upgradeEntered expects the first entry after the upgrade to name the log as the old
// software left it.
func (c *consortium) upgradeEntered(at int64) {
	c.t.Helper()
	var before logtypes.QueryHeadResponse
	r, err := c.nodes[0].rpc.ABCIQueryWithOptions(context.Background(), "/ink.log.v1.Query/Head", nil, rpcclient.ABCIQueryOptions{Height: at - 1})
	require.NoError(c.t, err)
	require.Zero(c.t, r.Response.Code, r.Response.Log)
	require.NoError(c.t, before.Unmarshal(r.Response.Value))
	e := c.entries(before.Head.Size_)[0]
	u := e.GetSoftwareUpgrade()
	require.NotNil(c.t, u, "%v", e)
	require.Equal(c.t, logtypes.UPGRADE_STAGE_APPLIED, u.Stage)
	require.Equal(c.t, upgradeName, u.Name)
	require.EqualValues(c.t, at, u.UpgradeHeight)
	require.EqualValues(c.t, at, e.Height)
	require.Equal(c.t, before.Head.Size_, u.LogSize)
	require.Equal(c.t, before.Head.Root, u.LogRoot)
	c.t.Logf("entry %d at height %d: the new software found and left the log with %d entries and root %X", e.Seq, e.Height, u.LogSize, u.LogRoot)
}
