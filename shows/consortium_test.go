//go:build network

package shows

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	sdkcrypto "github.com/cosmos/cosmos-sdk/crypto"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// patience with anything that takes some blocks, on a busy machine.
const patience = 2 * time.Minute

// founderNames are the institutions of the local network, by id from 1.
var founderNames = []string{"center", "court", "notary", "exchange"}

// consortium is a local network with the nodes that joined it.
type consortium struct {
	*testutil.Network
	t       *testing.T
	app     *app.App
	keys    keyring.Keyring
	chainID string
	// nodes are the founders' in order, then those that joined.
	nodes []*node
	load  *load
	// fifth is the institution that joins.
	fifth fifth
	// lonely is the proposal of the center that nobody approves.
	lonely uint64
}

// fifth is the fifth institution: it is admitted, rotates its key, signs twice, is
// readmitted and removed.
type fifth struct {
	id        uint64
	address   string
	node      *node
	successor *node
}

func newConsortium(t *testing.T) *consortium {
	c := &consortium{Network: testutil.NewNetwork(t), t: t}
	began := time.Now()
	c.Up()
	t.Logf("four institutions up in %s", time.Since(began).Round(time.Second))
	c.app = app.New(log.NewNopLogger(), dbm.NewMemDB(), true, simtestutil.EmptyAppOptions{})
	var err error
	c.keys, err = client.NewKeyringFromBackend(client.Context{}.WithCodec(c.app.Codec).
		WithKeyringDir(filepath.Join(c.Dir, "client")).WithKeyringOptions(app.KeyringOptions), keyring.BackendTest)
	require.NoError(t, err)
	for i, name := range founderNames {
		c.nodes = append(c.nodes, c.founder(name, i))
	}
	status, err := c.nodes[0].rpc.Status(context.Background())
	require.NoError(t, err)
	c.chainID = status.NodeInfo.Network
	c.load = startLoad(c, c.signer("demo-employee"))
	t.Cleanup(c.load.end)
	return c
}

// signer is a key of the client home.
func (c *consortium) signer(name string) testutil.Signer {
	c.t.Helper()
	armor, err := c.keys.ExportPrivKeyArmor(name, "x")
	require.NoError(c.t, err)
	key, _, err := sdkcrypto.UnarmorDecryptPrivKey(armor, "x")
	require.NoError(c.t, err)
	return testutil.Signer{Name: name, Key: key}
}

// outcome is what `inkd institution propose` and `approve` say.
type outcome struct {
	ID        uint64 `json:"proposal_id"`
	Status    string `json:"status"`
	Approving uint64 `json:"approving"`
	Total     uint64 `json:"total"`
	Height    int64  `json:"height"`
}

// institution runs a command of `inkd institution` that has to succeed.
func (c *consortium) institution(into any, args ...string) {
	c.t.Helper()
	out := c.OK(c.Client(append(append([]string{"institution"}, args...), "-o", "json")...))
	require.NoError(c.t, json.Unmarshal([]byte(out), into), out)
}

func (c *consortium) propose(args ...string) outcome {
	c.t.Helper()
	var o outcome
	c.institution(&o, append(append([]string{"propose"}, args...), "--from", "center-operator", "--yes", "--wait", "1m")...)
	return o
}

func (c *consortium) approve(id uint64, name string) outcome {
	c.t.Helper()
	var o outcome
	c.institution(&o, "approve", fmt.Sprint(id), "--from", name+"-operator", "--yes", "--wait", "1m")
	return o
}

// decide lets the center propose and the voters approve; the last one decides.
func (c *consortium) decide(voters []string, args ...string) outcome {
	c.t.Helper()
	o := c.propose(args...)
	for _, v := range voters {
		require.Equal(c.t, "open", o.Status, "%v before the vote of %s", args, v)
		o = c.approve(o.ID, v)
	}
	require.Equal(c.t, "executed", o.Status, "%v", args)
	c.t.Logf("decided at height %d, %d of %d power: %s", o.Height, o.Approving, o.Total, strings.Join(args, " "))
	return o
}

// refused runs a command that the chain has to refuse with a code.
func (c *consortium) refused(code string, args ...string) {
	c.t.Helper()
	r := c.Client(append(args, "-o", "json")...)
	require.Equal(c.t, 65, r.Exit, "%v\n%s%s", args, r.Stdout, r.Stderr)
	var e struct{ Code, En string }
	require.NoError(c.t, json.Unmarshal([]byte(r.Stderr), &e), r.Stderr)
	require.Equal(c.t, code, e.Code, e.En)
	c.t.Logf("refused [%s]: %s", e.Code, e.En)
}

// standing is what `inkd institution show` says of one.
type standing struct {
	ID       uint64 `json:"id"`
	Standing string `json:"standing"`
	Power    uint64 `json:"power"`
}

// query asks the application of a node, at its latest height.
func (c *consortium) query(n *node, path string, request interface{ Marshal() ([]byte, error) }, response interface{ Unmarshal([]byte) error }) {
	c.t.Helper()
	data, err := request.Marshal()
	require.NoError(c.t, err)
	res, err := n.rpc.ABCIQuery(context.Background(), path, data)
	require.NoError(c.t, err)
	require.Zero(c.t, res.Response.Code, "%s: %s", path, res.Response.Log)
	require.NoError(c.t, response.Unmarshal(res.Response.Value))
}

// entries are those of the log from a number on.
func (c *consortium) entries(from uint64) []logtypes.Entry {
	c.t.Helper()
	var all []logtypes.Entry
	for {
		var page logtypes.QueryEntriesResponse
		c.query(c.nodes[0], "/ink.log.v1.Query/Entries", &logtypes.QueryEntriesRequest{From: from}, &page)
		for _, raw := range page.Entries {
			var e logtypes.Entry
			require.NoError(c.t, e.Unmarshal(raw))
			all = append(all, e)
		}
		if page.Next == 0 {
			return all
		}
		from = page.Next
	}
}

func (c *consortium) head(n *node) logtypes.LogHead {
	c.t.Helper()
	var r logtypes.QueryHeadResponse
	c.query(n, "/ink.log.v1.Query/Head", &logtypes.QueryHeadRequest{}, &r)
	return r.Head
}

// write writes a file beside the network.
func (c *consortium) write(name string, content []byte) string {
	c.t.Helper()
	path := filepath.Join(filepath.Dir(c.Dir), name)
	require.NoError(c.t, os.WriteFile(path, content, 0o600))
	return path
}
