//go:build network

package localnet_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/testutil"
)

// TestNetworkOfFour drives four real processes through their life. The steps build
// on each other; each says what must still hold.
func TestNetworkOfFour(t *testing.T) {
	n := testutil.NewNetwork(t)
	w := &world{Network: n, t: t}
	for _, step := range []struct {
		name string
		run  func()
	}{
		{"up enrols, and does nothing twice", w.upTwice},
		{"the same evidence is byte-equal from all nodes", w.sameFromAll},
		{"a wiped node syncs to the same bytes", w.wiped},
		{"with one node killed everything goes on", w.oneKilled},
		{"with two down nothing commits, nothing forks, and it resumes", w.twoDown},
		{"the whole network stops and starts again", w.downAndUp},
		{"a taken port is named with who needs it", w.takenPort},
	} {
		t.Logf("== %s", step.name)
		step.run()
		if t.Failed() {
			t.Fatalf("step failed: %s", step.name)
		}
	}
}

// world is the network with what was deposited in it.
type world struct {
	*testutil.Network
	t       *testing.T
	numbers []string
	height  int64
}

type deposit struct {
	Number string `json:"number"`
	Height int64  `json:"height"`
	File   string `json:"opening_file"`
}

func (w *world) upTwice() {
	began := time.Now()
	w.Up()
	w.t.Logf("up in %s", time.Since(began))
	head := w.head()
	w.Up()
	require.Equal(w.t, head, w.head(), "a second up appended to the log")
	require.Len(w.t, w.Nodes(), 4)
}

func (w *world) head() string {
	return w.OK(w.Client("query", "log", "head", "-o", "json"))
}

// submit deposits a new file and returns what the command says of it.
func (w *world) submit(args ...string) (deposit, testutil.Run) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), fmt.Sprintf("data-%d.txt", len(w.numbers)))
	require.NoError(w.t, os.WriteFile(file, []byte("evidence of "+w.t.Name()+" "+strconv.Itoa(len(w.numbers))), 0o600))
	r := w.Client(append([]string{
		"tx", "evidence", "submit", file,
		"--from", "demo-employee", "--category", "manufacturing", "--name", "网络测试", "-o", "json",
	}, args...)...)
	d := deposit{File: file + ".inkopen"}
	if r.Exit == 0 {
		require.NoError(w.t, json.Unmarshal([]byte(r.Stdout), &d), r.Stdout)
		w.numbers, w.height = append(w.numbers, d.Number), d.Height
	}
	return d, r
}

func (w *world) mustSubmit() {
	w.t.Helper()
	_, r := w.submit()
	w.OK(r)
}

// show is the answer of one node at a height.
func (w *world) show(number string, height int64, node testutil.Node) string {
	w.t.Helper()
	return w.OK(w.Client("evidence", "show", number, "-o", "json",
		"--height", strconv.FormatInt(height, 10), "--node", node.RPC))
}

// awaitAll waits until all nodes have a height.
func (w *world) awaitAll(height int64) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		for _, node := range w.Nodes() {
			if node.Height < height {
				return false
			}
		}
		return true
	}, time.Minute, 200*time.Millisecond, "not all nodes reach height %d", height)
}

// sameEverywhere compares all evidence so far from all four nodes, at one height.
func (w *world) sameEverywhere() {
	w.t.Helper()
	w.awaitAll(w.height)
	for _, number := range w.numbers {
		answers := map[string][]string{}
		for _, node := range w.Nodes() {
			answer := w.show(number, w.height, node)
			answers[answer] = append(answers[answer], node.Name)
		}
		require.Len(w.t, answers, 1, "nodes answer differently about %s", number)
	}
}

func (w *world) sameFromAll() {
	w.mustSubmit()
	w.sameEverywhere()
}

func (w *world) wiped() {
	w.Stop("notary", syscall.SIGTERM)
	w.Wipe("notary")
	w.Up()
	w.sameEverywhere()
	w.noForks()
}

// oneKilled kills the node that clients ask first.
func (w *world) oneKilled() {
	w.Stop("center", syscall.SIGKILL)
	w.mustSubmit()
	w.OK(w.Client("evidence", "show", w.numbers[0]))
	w.Up()
	w.sameEverywhere()
}

func (w *world) twoDown() {
	w.Stop("center", syscall.SIGKILL)
	w.Stop("exchange", syscall.SIGKILL)
	pending, r := w.submit("--wait", "3s")
	require.Equal(w.t, 67, r.Exit, "expected a commit that is not seen: %s%s", r.Stdout, r.Stderr)
	before := w.highest()
	require.Never(w.t, func() bool { return w.highest() > before }, 10*time.Second, 500*time.Millisecond, "two of four commit")
	w.Up()
	resumed := deposit{}
	require.NoError(w.t, json.Unmarshal([]byte(w.OK(w.Client("evidence", "resume", pending.File, "--from", "demo-employee", "-o", "json"))), &resumed))
	require.Greater(w.t, resumed.Height, before)
	w.numbers, w.height = append(w.numbers, resumed.Number), resumed.Height
	w.sameEverywhere()
	w.noForks()
}

func (w *world) highest() int64 {
	var h int64
	for _, node := range w.Nodes() {
		h = max(h, node.Height)
	}
	return h
}

// noForks compares the hash of every block on all nodes.
func (w *world) noForks() {
	w.t.Helper()
	nodes := w.Nodes()
	for h := int64(1); h <= w.height; h++ {
		hashes := map[string]bool{}
		for _, node := range nodes {
			hashes[w.BlockHash(node, h)] = true
		}
		require.Len(w.t, hashes, 1, "block %d", h)
		require.NotContains(w.t, hashes, "", "block %d is missing", h)
	}
}

func (w *world) downAndUp() {
	began := time.Now()
	w.Down()
	for _, node := range w.Nodes() {
		require.False(w.t, node.Alive, node.Name)
	}
	w.Up()
	w.t.Logf("down and up in %s", time.Since(began))
	w.sameEverywhere()
	w.mustSubmit()
	w.sameEverywhere()
}

func (w *world) takenPort() {
	w.Down()
	port := w.BasePort + 10 + 8 // court, gRPC
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	require.NoError(w.t, err)
	defer l.Close()
	r := w.TryUp()
	require.Equal(w.t, 64, r.Exit)
	require.Contains(w.t, r.Stderr, strconv.Itoa(port))
	require.Contains(w.t, r.Stderr, "court")
	for _, node := range w.Nodes() {
		require.False(w.t, node.Alive, "%s was started although a port is taken", node.Name)
	}
	require.False(w.t, strings.Contains(r.Stdout, "{"), "a network that is not up reported itself")
}
