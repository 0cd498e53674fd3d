package testutil

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Network is a local consortium of real processes, driven through the command as
// a user drives it.
type Network struct {
	// Dir is --home of `inkd network`; the client home is Dir/client.
	Dir string
	// BasePort is the first of a hundred; `inkd network` takes the first forty.
	BasePort int
	// Binary is the command, and what its nodes run when they are started.
	Binary string

	t *testing.T
}

// Run is what became of a command.
type Run struct {
	Stdout, Stderr string
	Exit           int
}

// Node is what `inkd network status` says of a node, as far as tests need it.
type Node struct {
	Name   string `json:"name"`
	PID    int    `json:"pid"`
	Alive  bool   `json:"alive"`
	Height int64  `json:"height"`
	RPC    string `json:"rpc"`
	Log    string `json:"log"`
}

// inkdBinary builds the command once for all tests of a process.
var inkdBinary = sync.OnceValues(func() (string, error) { return Build("inkd") })

// Build builds the command as build/test/NAME, with these arguments of `go build`.
func Build(name string, args ...string) (string, error) {
	root, err := repositoryRoot()
	if err != nil {
		return "", err
	}
	binary := filepath.Join(root, "build", "test", name)
	cmd := exec.Command("go", append(append([]string{"build", "-o", binary}, args...), "./cmd/inkd")...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build ./cmd/inkd: %w\n%s", err, out)
	}
	return binary, nil
}

// repositoryRoot is the directory of go.mod above the working directory.
func repositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("expected go.mod above the working directory")
		}
	}
}

// NewNetwork makes a network that is not up yet, on free ports; it is brought down
// at the end of the test, and the nodes' logs are shown if the test failed.
func NewNetwork(t *testing.T) *Network {
	t.Helper()
	binary, err := inkdBinary()
	require.NoError(t, err)
	n := &Network{Dir: filepath.Join(t.TempDir(), "net"), BasePort: freeBasePort(t), Binary: binary, t: t}
	t.Cleanup(func() {
		if t.Failed() {
			n.showLogs()
		}
		n.Inkd("network", "down", "--home", n.Dir)
	})
	return n
}

// Up brings the network up, or starts what does not run, and returns when it is ready.
func (n *Network) Up() {
	n.t.Helper()
	n.OK(n.TryUp())
}

// TryUp is Up without the expectation of success.
func (n *Network) TryUp() Run {
	return n.Inkd("network", "up", "--detach", "--home", n.Dir, "--base-port", strconv.Itoa(n.BasePort), "-o", "json")
}

// Down stops all nodes.
func (n *Network) Down() { n.t.Helper(); n.OK(n.Inkd("network", "down", "--home", n.Dir)) }

// Client runs the command with the network's client home.
func (n *Network) Client(args ...string) Run {
	return n.Inkd(append([]string{"--home", filepath.Join(n.Dir, "client")}, args...)...)
}

// Inkd runs the command.
func (n *Network) Inkd(args ...string) Run {
	n.t.Helper()
	// The cleanup runs commands too, when the test's own context has ended.
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, n.Binary, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// A node keeps the pipes of the command that started it open if it inherits them.
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(n.t, err)
	}
	return Run{Stdout: stdout.String(), Stderr: stderr.String(), Exit: cmd.ProcessState.ExitCode()}
}

// OK expects a command to have succeeded and returns its output.
func (n *Network) OK(r Run) string {
	n.t.Helper()
	require.Zero(n.t, r.Exit, "stdout: %s\nstderr: %s", r.Stdout, r.Stderr)
	return r.Stdout
}

// Nodes are all nodes, in the order of the institutions.
func (n *Network) Nodes() []Node {
	n.t.Helper()
	var status struct {
		Nodes []Node `json:"nodes"`
	}
	out := n.OK(n.Inkd("network", "status", "--home", n.Dir, "-o", "json"))
	require.NoError(n.t, json.Unmarshal([]byte(out), &status))
	return status.Nodes
}

// Node is one node by its name.
func (n *Network) Node(name string) Node {
	n.t.Helper()
	for _, node := range n.Nodes() {
		if node.Name == name {
			return node
		}
	}
	require.Failf(n.t, "no such node", "%s", name)
	return Node{}
}

// Stop ends a node with a signal and waits until it has ended.
func (n *Network) Stop(name string, signal syscall.Signal) {
	n.t.Helper()
	node := n.Node(name)
	require.True(n.t, node.Alive, "%s is not running", name)
	require.NoError(n.t, syscall.Kill(node.PID, signal))
	require.Eventually(n.t, func() bool { return !n.Node(name).Alive }, 20*time.Second, 100*time.Millisecond, "%s does not end", name)
}

// Wipe deletes a stopped node's blocks and state. What it has signed stays, or it
// could sign a height twice.
func (n *Network) Wipe(name string) {
	n.t.Helper()
	data := filepath.Join(n.Dir, name, "data")
	entries, err := os.ReadDir(data)
	require.NoError(n.t, err)
	for _, e := range entries {
		if e.Name() != "priv_validator_state.json" {
			require.NoError(n.t, os.RemoveAll(filepath.Join(data, e.Name())))
		}
	}
}

// BlockHash is the hash of a block as a node knows it; empty if it has none.
func (n *Network) BlockHash(node Node, height int64) string {
	n.t.Helper()
	var block struct {
		Result struct {
			BlockID struct {
				Hash string `json:"hash"`
			} `json:"block_id"`
		} `json:"result"`
	}
	n.get(node, fmt.Sprintf("/block?height=%d", height), &block)
	return block.Result.BlockID.Hash
}

func (n *Network) get(node Node, path string, into any) {
	n.t.Helper()
	host := node.RPC[len("tcp://"):]
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Get("http://" + host + path)
	require.NoError(n.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(n.t, err)
	require.NoError(n.t, json.Unmarshal(body, into), "%s%s: %s", host, path, body)
}

// showLogs prints the end of each node's log.
func (n *Network) showLogs() {
	for _, name := range []string{"center", "court", "notary", "exchange"} {
		b, err := os.ReadFile(filepath.Join(n.Dir, name, "node.log"))
		if err == nil {
			n.t.Logf("log of %s:\n%s", name, b[max(0, len(b)-4000):])
		}
	}
}

// freeBasePort finds ports for a whole network, below those that the system gives
// to outgoing connections.
func freeBasePort(t *testing.T) int {
	t.Helper()
	const first, last, width = 12_000, 32_000, 100
	offset := os.Getpid() * width % (last - first)
	for i := 0; i < last-first; i += width {
		base := first + (offset+i)%(last-first)
		if portsFree(base, width) {
			return base
		}
	}
	require.Fail(t, "no free ports")
	return 0
}

func portsFree(base, width int) bool {
	for p := base; p < base+width; p++ {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		if err != nil {
			return false
		}
		l.Close()
	}
	return true
}
