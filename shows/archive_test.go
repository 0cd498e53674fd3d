//go:build network

package shows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	rpcclient "github.com/cometbft/cometbft/rpc/client"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"github.com/inkchain/inkd/logindex"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
)

const notary = 2 // its place among the nodes

// TestNetworkKeepsProofs: what nodes prune, lose or never had, they still prove.
// Deposits go on all the time.
func TestNetworkKeepsProofs(t *testing.T) {
	c := newConsortium(t)
	for _, step := range []struct {
		name string
		run  func()
	}{
		{"the notary prunes everything, the center takes snapshots", c.notaryPrunes},
		{"a fifth institution joins: two sets, one link", func() { c.centerAlone(); c.fifthJoins() }},
		{"heads of pruned states are still proven", c.prunedIsProven},
		{"killed while it writes, again and again, it loses nothing", c.killedWhileWriting},
		{"a deleted index is rebuilt", c.indexDeleted},
		{"a lost archive comes back from a backup of the running node", c.archiveRestored},
		{"a deleted archive comes back from a peer", c.archiveDeleted},
		{"a node that joins by state sync proves what is older than it", c.joinsByStateSync},
	} {
		t.Logf("== %s", step.name)
		step.run()
		if t.Failed() {
			t.Fatalf("step failed: %s", step.name)
		}
		c.healthy()
	}
}

// indexStatus is what a node says of its index and archive.
type indexStatus struct {
	Size         uint64 `json:"tree_size,string"`
	Heads        uint64 `json:"heads,string"`
	Blocks       uint64 `json:"blocks,string"`
	CompleteFrom uint64 `json:"complete_from,string"`
	Missing      uint64 `json:"missing,string"`
	Pending      uint64 `json:"pending,string"`
}

var errNone = errors.New("not found")

// index asks a node's index over REST.
func (c *consortium) index(slot int, path string, into any) error {
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Get("http://" + c.address(slot, 9) + "/ink/index/v1/" + path)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s: %s", errNone, path, body)
	}
	return json.Unmarshal(body, into)
}

func (c *consortium) indexStatus(slot int) (s indexStatus) {
	if err := c.index(slot, "status", &s); err != nil {
		return indexStatus{}
	}
	return s
}

// heights are all of a list of a node.
func (c *consortium) heights(slot int, list string) []string {
	c.t.Helper()
	var all []string
	for after := "0"; ; {
		var page struct{ Heights []string }
		require.NoError(c.t, c.index(slot, list+"?after="+after, &page))
		if len(page.Heights) == 0 {
			return all
		}
		all = append(all, page.Heights...)
		after = all[len(all)-1]
	}
}

// head and block of a node's archive.
func (c *consortium) archivedHead(slot int, height uint64) (bundle.State, error) {
	var answer struct{ State []byte }
	if err := c.index(slot, fmt.Sprintf("head/%d", height), &answer); err != nil {
		return bundle.State{}, err
	}
	return bundle.ParseState(answer.State)
}

func (c *consortium) archivedBlock(slot int, height uint64) (bundle.Block, []bundle.Validator, error) {
	var answer struct{ Block, Validators []byte }
	if err := c.index(slot, fmt.Sprintf("block/%d", height), &answer); err != nil {
		return bundle.Block{}, nil, err
	}
	b, err := bundle.ParseBlock(answer.Block)
	if err != nil {
		return b, nil, err
	}
	set, err := bundle.ParseSet(answer.Validators)
	return b, set, err
}

// sameProofs compares a node's whole archive, up to a common height, with that of
// the center, and checks each proof. Commits may differ: each node saw its own votes.
func (c *consortium) sameProofs(slot int) {
	c.t.Helper()
	c.awaitArchive(slot)
	mine, theirs := c.heights(slot, "heads"), c.heights(0, "heads")
	common := min(len(mine), len(theirs)) - 1 // the last may wait for its block
	require.Equal(c.t, theirs[:common], mine[:common])
	for _, h := range theirs[:common] {
		var height uint64
		_, err := fmt.Sscan(h, &height)
		require.NoError(c.t, err)
		s, err := c.archivedHead(slot, height)
		require.NoError(c.t, err)
		want, err := c.archivedHead(0, height)
		require.NoError(c.t, err)
		require.Equal(c.t, want, s)
		b, set, err := c.archivedBlock(slot, height+1)
		require.NoError(c.t, err)
		reference, _, err := c.archivedBlock(0, height+1)
		require.NoError(c.t, err)
		require.Equal(c.t, reference.Header, b.Header)
		_, err = logindex.ProveHead(s, b.Header.AppHash)
		require.NoError(c.t, err)
		members, err := blocks.ToSet(set)
		require.NoError(c.t, err)
		header, commit := blocks.ToComet(b)
		require.NoError(c.t, members.VerifyCommit(c.chainID, commit.BlockID, header.Height, commit))
	}
	require.Equal(c.t, c.heights(0, "links"), c.heights(slot, "links"))
	c.t.Logf("%d heads from height %s to %s, each with its block, links %v: %+v", common, theirs[0], theirs[common-1], c.heights(slot, "links"), c.indexStatus(slot))
}

// awaitArchive waits until nothing is missing in an archive.
func (c *consortium) awaitArchive(slot int) {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		s := c.indexStatus(slot)
		return s.Size > 0 && s.Missing == 0 && s.Pending <= 1 && s.CompleteFrom == 1
	}, patience, 100*time.Millisecond, "the archive of node %d does not become complete", slot)
}

// configure sets a key in a section of a node's file.
func (c *consortium) configure(n *node, file, section, key, value string) {
	c.t.Helper()
	path := filepath.Join(n.home, "config", file)
	b, err := os.ReadFile(path)
	require.NoError(c.t, err)
	lines, within, done := strings.Split(string(b), "\n"), section == "", false
	for i, line := range lines {
		if strings.HasPrefix(line, "[") {
			within = line == "["+section+"]"
		}
		if within && strings.HasPrefix(line, key+" =") {
			lines[i], done = key+" = "+value, true
		}
	}
	require.True(c.t, done, "%s: no %s in [%s]", path, key, section)
	require.NoError(c.t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600))
}

func (c *consortium) notaryPrunes() {
	c.Down()
	c.configure(c.nodes[notary], "app.toml", "", "pruning", `"everything"`)
	c.configure(c.nodes[0], "app.toml", "state-sync", "snapshot-interval", "10")
	c.Up()
}

func (c *consortium) prunedIsProven() {
	require.Eventually(c.t, func() bool {
		_, err := c.proof(c.nodes[notary], 3)
		return err != nil
	}, patience, time.Second, "the notary does not prune")
	_, err := c.proof(c.nodes[0], 3)
	require.NoError(c.t, err, "the center has it still")
	c.sameProofs(notary)
}

// proof asks a node's state of a height for a proof of the head.
func (c *consortium) proof(n *node, height int64) (int, error) {
	r, err := n.rpc.ABCIQueryWithOptions(context.Background(), "/store/"+layout.HeadStore+"/key", layout.HeadKey(),
		rpcclient.ABCIQueryOptions{Height: height, Prove: true})
	if err != nil {
		return 0, err
	}
	if r.Response.Code != 0 || r.Response.ProofOps == nil {
		return 0, fmt.Errorf("%d: %s", r.Response.Code, r.Response.Log)
	}
	return len(r.Response.ProofOps.Ops), nil
}

func (c *consortium) killedWhileWriting() {
	for i := range 6 {
		time.Sleep(time.Duration(i*170) * time.Millisecond) // somewhere else in a block each time
		c.Stop("notary", syscall.SIGKILL)
		c.Up()
	}
	c.sameProofs(notary)
}

func (c *consortium) indexDeleted() {
	c.Stop("notary", syscall.SIGTERM)
	require.NoError(c.t, os.RemoveAll(filepath.Join(c.nodes[notary].home, "data", "logindex.db")))
	c.Up()
	var mine, theirs struct{ Path []string }
	size := c.indexStatus(notary).Size
	require.NotZero(c.t, size)
	require.NoError(c.t, c.index(notary, fmt.Sprintf("inclusion/0/%d", size), &mine))
	require.Eventually(c.t, func() bool { return c.index(0, fmt.Sprintf("inclusion/0/%d", size), &theirs) == nil }, patience, 100*time.Millisecond)
	require.NotEmpty(c.t, mine.Path)
	require.Equal(c.t, theirs, mine)
}

// archiveRestored has no peers: what is there afterwards was in the backup.
func (c *consortium) archiveRestored() {
	n := c.nodes[notary]
	var made struct{ Heads, Blocks uint64 }
	backup := func() {
		out := c.OK(c.Client("archive", "backup", filepath.Join(c.Dir, "backup"), "--node", "tcp://"+c.address(notary, 7), "-o", "json"))
		require.NoError(c.t, json.Unmarshal([]byte(out), &made), out)
		c.t.Logf("backup: %s", out)
	}
	backup()
	first := made.Heads
	require.Eventually(c.t, func() bool { return c.indexStatus(notary).Heads > first+2 }, patience, 100*time.Millisecond)
	backup()
	require.Greater(c.t, made.Heads, first, "the second one adds what is new")
	c.Stop("notary", syscall.SIGTERM)
	path := filepath.Join(n.home, "archive.db")
	require.NoError(c.t, os.RemoveAll(path))
	require.NoError(c.t, os.CopyFS(path, os.DirFS(filepath.Join(c.Dir, "backup", "archive.db"))))
	c.Up()
	require.Eventually(c.t, func() bool { return c.indexStatus(notary).Heads > made.Heads }, patience, 100*time.Millisecond)
	mine, theirs := c.heights(notary, "heads"), c.heights(0, "heads")
	require.Equal(c.t, theirs[:made.Heads], mine[:made.Heads])
	require.Equal(c.t, c.heights(0, "links"), c.heights(notary, "links"))
	c.t.Logf("%d heads of the backup are served, %+v", made.Heads, c.indexStatus(notary))
}

func (c *consortium) archiveDeleted() {
	c.Stop("notary", syscall.SIGTERM)
	path := filepath.Join(c.nodes[notary].home, "archive.db")
	require.DirExists(c.t, path)
	require.NoError(c.t, os.RemoveAll(path))
	c.configure(c.nodes[notary], "app.toml", "archive", "peers", fmt.Sprintf("[%q]", "http://"+c.address(0, 9)))
	c.Up()
	c.sameProofs(notary)
}

func (c *consortium) joinsByStateSync() {
	n, _ := c.join("late", 6)
	trusted, err := c.nodes[0].rpc.Commit(context.Background(), ptr(int64(2)))
	require.NoError(c.t, err)
	for key, value := range map[string]string{
		"enable": "true", "rpc_servers": fmt.Sprintf("%q", c.address(0, 7)+","+c.address(1, 7)),
		"trust_height": "2", "trust_hash": fmt.Sprintf("%q", trusted.Hash().String()), "trust_period": `"168h0m0s"`, "discovery_time": `"5s"`,
	} {
		c.configure(n, "config.toml", "statesync", key, value)
	}
	c.configure(n, "app.toml", "", "pruning", `"everything"`)
	c.configure(n, "app.toml", "archive", "peers", fmt.Sprintf("[%q, %q]", "http://"+c.address(1, 9), "http://"+c.address(0, 9)))
	c.configure(n, "app.toml", "log-index", "public-address", fmt.Sprintf("%q", c.address(6, 5)))
	c.start(n)
	c.awaitSynced(n)
	s, err := n.rpc.Status(context.Background())
	require.NoError(c.t, err)
	require.Greater(c.t, s.SyncInfo.EarliestBlockHeight, int64(10), "it has all blocks: it did not join by state sync")
	c.t.Logf("its first block is %d; its archive: %+v", s.SyncInfo.EarliestBlockHeight, c.indexStatus(6))
	c.sameProofs(6)
	c.publicServes(6)
}

// publicServes looks at what anybody can read there, and what not.
func (c *consortium) publicServes(slot int) {
	get := func(path string) int {
		resp, err := http.Get("http://" + c.address(slot, 5) + path)
		require.NoError(c.t, err)
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, path := range []string{"/checkpoint", "/tile/0/000.p/1", "/v1/head/1", "/v1/block/2", "/v1/links/0"} {
		require.Equal(c.t, http.StatusOK, get(path), path)
	}
	c.checkpointIsSigned(slot)
	for _, path := range []string{"/tile/entries/000.p/1", "/ink/index/v1/find", "/v1/find", "/cosmos/base/node/v1beta1/status"} {
		require.Equal(c.t, http.StatusNotFound, get(path), path)
	}
}

// checkpointIsSigned reads the checkpoint with the key that the node has written.
func (c *consortium) checkpointIsSigned(slot int) {
	vkey, err := os.ReadFile(filepath.Join(c.nodes[len(c.nodes)-1].home, "config", "log_note.vkey"))
	require.NoError(c.t, err)
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	require.NoError(c.t, err)
	resp, err := http.Get("http://" + c.address(slot, 5) + "/checkpoint")
	require.NoError(c.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	read, err := note.Open(body, note.VerifierList(verifier))
	require.NoError(c.t, err, string(body))
	require.Len(c.t, read.Sigs, 1)
	c.t.Logf("signed by %s:\n%s", strings.TrimSpace(string(vkey)), read.Text)
}

func ptr[T any](v T) *T { return &v }
