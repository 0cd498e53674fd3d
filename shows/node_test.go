//go:build network

package shows

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/stretchr/testify/require"
)

// node is a process with its RPC. A founder's is run by `inkd network`.
type node struct {
	name, home, log string
	rpc             *rpchttp.HTTP
	// process is nil while it does not run, and for founders.
	process *exec.Cmd
	ended   chan struct{}
	// seen is how much of the log was looked at.
	seen int
}

// made is what `inkd node init` says.
type made struct {
	NodeID           string          `json:"node_id"`
	ConsensusKey     json.RawMessage `json:"consensus_key"`
	ConsensusAddress string          `json:"consensus_address"`
}

func (c *consortium) founder(name string, i int) *node {
	home := filepath.Join(c.Dir, name)
	return &node{name: name, home: home, log: filepath.Join(home, "node.log"), rpc: c.rpcAt(c.address(i, 7))}
}

// address is on a port of the block of ten that a node has.
func (c *consortium) address(slot, offset int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(c.BasePort+10*slot+offset))
}

func (c *consortium) rpcAt(address string) *rpchttp.HTTP {
	rpc, err := rpchttp.New("tcp://"+address, "/websocket")
	require.NoError(c.t, err)
	return rpc
}

// join makes the home of a node as an institution does, with the founders as peers.
func (c *consortium) join(name string, slot int) (*node, made) {
	c.t.Helper()
	home := filepath.Join(filepath.Dir(c.Dir), name)
	args := []string{
		"node", "init", "--home", home, "--moniker", name, "-o", "json",
		"--genesis", filepath.Join(c.nodes[0].home, "config", "genesis.json"),
		"--p2p", c.address(slot, 6), "--rpc", c.address(slot, 7), "--grpc", c.address(slot, 8), "--rest", c.address(slot, 9),
	}
	for i, f := range c.nodes[:len(founderNames)] {
		id := strings.TrimSpace(c.OK(c.Inkd("comet", "show-node-id", "--home", f.home)))
		args = append(args, "--peer", id+"@"+c.address(i, 6))
	}
	var m made
	require.NoError(c.t, json.Unmarshal([]byte(c.OK(c.Inkd(args...))), &m))
	shown := c.OK(c.Inkd("comet", "show-validator", "--home", home))
	require.JSONEq(c.t, shown, string(m.ConsensusKey))
	n := &node{name: name, home: home, log: filepath.Join(home, "node.log"), rpc: c.rpcAt(c.address(slot, 7))}
	c.nodes = append(c.nodes, n)
	c.t.Cleanup(func() {
		if c.t.Failed() {
			c.t.Logf("log of %s:\n%s", n.name, tail(n.log))
		}
		c.stop(n)
	})
	return n, m
}

func tail(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-4000):])
}

// start runs a node that joined.
func (c *consortium) start(n *node) {
	c.t.Helper()
	out, err := os.OpenFile(n.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(c.t, err)
	defer out.Close()
	n.process = exec.Command(c.Binary, "start", "--home", n.home, "--log_no_color")
	n.process.Stdout, n.process.Stderr = out, out
	n.process.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	require.NoError(c.t, n.process.Start())
	n.ended = make(chan struct{})
	go func(p *exec.Cmd, ended chan struct{}) { _ = p.Wait(); close(ended) }(n.process, n.ended)
}

// stop ends a node that joined, and waits until it has ended.
func (c *consortium) stop(n *node) {
	if n.process == nil {
		return
	}
	_ = n.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-n.ended:
	case <-time.After(20 * time.Second):
		_ = n.process.Process.Kill()
		<-n.ended
	}
	n.process = nil
}

// running tells whether a node should answer.
func (n *node) running() bool {
	_, err := n.rpc.Status(context.Background())
	return err == nil
}

// height is a node's latest; 0 if it does not answer.
func (n *node) height() int64 {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	s, err := n.rpc.Status(ctx)
	if err != nil {
		return 0
	}
	return s.SyncInfo.LatestBlockHeight
}

// height is the latest of the first founder that answers.
func (c *consortium) height() int64 {
	for _, n := range c.nodes {
		if h := n.height(); h > 0 {
			return h
		}
	}
	return 0
}

// await waits until a node has a height.
func (c *consortium) await(n *node, height int64) {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return n.height() >= height }, patience, 100*time.Millisecond,
		"%s does not get to height %d", n.name, height)
}

// awaitSynced waits until a node follows the others.
func (c *consortium) awaitSynced(n *node) {
	c.t.Helper()
	began := time.Now()
	require.Eventually(c.t, func() bool {
		s, err := n.rpc.Status(context.Background())
		return err == nil && !s.SyncInfo.CatchingUp && s.SyncInfo.LatestBlockHeight+1 >= c.nodes[0].height()
	}, patience, 200*time.Millisecond, "%s does not catch up", n.name)
	c.t.Logf("%s follows at height %d after %s", n.name, n.height(), time.Since(began).Round(100*time.Millisecond))
}

// healthy compares what all nodes that run made of a block, and looks for failures
// of consensus in the logs since the last time.
func (c *consortium) healthy() {
	c.t.Helper()
	common := c.height()
	var with []*node
	for _, n := range c.nodes {
		if n.running() {
			with = append(with, n)
		}
	}
	for _, n := range with {
		c.await(n, common)
	}
	hashes := map[string][]string{}
	for _, n := range with {
		r, err := n.rpc.BlockResults(context.Background(), &common)
		require.NoError(c.t, err)
		b, err := n.rpc.Block(context.Background(), &common)
		require.NoError(c.t, err)
		id := fmt.Sprintf("%X in %X", r.AppHash, b.BlockID.Hash)
		hashes[id] = append(hashes[id], n.name)
	}
	require.Len(c.t, hashes, 1, "height %d", common)
	for _, n := range c.nodes {
		require.NotContains(c.t, c.news(n), "CONSENSUS FAILURE", n.name)
	}
	c.t.Logf("height %d: the same application hash on %d nodes: %v", common, len(with), hashes)
}

// news is what a node logged since the last time.
func (c *consortium) news(n *node) string {
	b, err := os.ReadFile(n.log)
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(c.t, err)
	fresh := b[n.seen:]
	n.seen = len(b)
	return string(bytes.ToValidUTF8(fresh, nil))
}
