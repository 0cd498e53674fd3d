//go:build network

package light_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	rpcclient "github.com/cometbft/cometbft/rpc/client"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
)

// TestNetworkLight has the command follow real nodes, and nodes that lie.
func TestNetworkLight(t *testing.T) {
	n := testutil.NewNetwork(t)
	n.Up()
	w := &court{Network: n, t: t, dir: t.TempDir()}
	w.anchor = filepath.Join(w.dir, "anchor.ink")
	require.NoError(t, os.WriteFile(w.anchor, w.makeAnchor().Bytes(), 0o600))
	for _, step := range []struct {
		name string
		run  func()
	}{
		{"what it serves is what an honest node says", w.honest},
		{"it follows the chain, and remembers it", w.follows},
		{"changes of validators are followed, and a new start finds its way through them", w.changes},
		{"a node that changes headers is refused", w.lyingHeader},
		{"a node that changes values is refused", w.lyingValue},
		{"the founders of another chain are not trusted", w.otherAnchor},
	} {
		t.Logf("== %s", step.name)
		step.run()
	}
}

type court struct {
	*testutil.Network
	t           *testing.T
	dir, anchor string
}

// client of a node or of the proxy.
func (w *court) client(addr string) *rpchttp.HTTP {
	c, err := rpchttp.New(addr, "/websocket")
	require.NoError(w.t, err)
	return c
}

// makeAnchor takes the founders from a node: the test trusts it.
func (w *court) makeAnchor() *bundle.Anchor {
	c := w.client(w.Node("center").RPC)
	first := int64(1)
	vals, err := c.Validators(ctx, &first, nil, nil)
	require.NoError(w.t, err)
	set, err := blocks.Validators(vals.Validators)
	require.NoError(w.t, err)
	status, err := c.Status(ctx)
	require.NoError(w.t, err)
	var head struct {
		LogID []byte `json:"log_id"`
	}
	require.NoError(w.t, json.Unmarshal([]byte(w.OK(w.Client("query", "log", "head", "-o", "json"))), &head))
	return &bundle.Anchor{
		LogID: bundle.Hash(head.LogID),
		Eras:  []bundle.Era{{ChainID: status.NodeInfo.Network, InitialHeight: 1, Validators: set, LogRoot: format.TreeRoot(nil)}},
	}
}

type ready struct {
	Address string `json:"laddr"`
	Height  int64  `json:"height"`
}

// light runs the command until the test has done with it; it must end in order.
func (w *court) light(use func(ready, *rpchttp.HTTP), nodes ...string) (stderr string) {
	w.t.Helper()
	limit, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(limit, w.Binary, w.args(w.anchor, nodes...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	require.NoError(w.t, err)
	require.NoError(w.t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(w.t, err, "%s", &said)
	var r ready
	require.NoError(w.t, json.Unmarshal([]byte(line), &r), line)
	use(r, w.client(r.Address))
	require.NoError(w.t, cmd.Process.Signal(syscall.SIGINT))
	require.NoError(w.t, cmd.Wait(), "%s", &said)
	return said.String()
}

func (w *court) args(anchor string, nodes ...string) []string {
	return []string{"light", "--anchor", anchor, "--node", strings.Join(nodes, ","), "--laddr", "tcp://127.0.0.1:0", "--home", filepath.Join(w.dir, "home"), "-o", "json"}
}

func (w *court) honest() {
	node := w.client(w.Node("notary").RPC)
	w.light(func(r ready, proxy *rpchttp.HTTP) {
		for h := int64(1); h <= r.Height; h++ {
			want, err := node.Commit(ctx, &h)
			require.NoError(w.t, err)
			got, err := proxy.Commit(ctx, &h)
			require.NoError(w.t, err)
			require.Equal(w.t, want.Header.Hash(), got.Header.Hash())
			if h < r.Height { // of the last block nodes may have seen different votes
				require.Equal(w.t, want.Commit.Hash(), got.Commit.Hash())
			}
			block, err := proxy.Block(ctx, &h)
			require.NoError(w.t, err)
			require.Equal(w.t, want.Header.Hash(), block.Block.Hash())
		}
		want, err := node.Validators(ctx, &r.Height, nil, nil)
		require.NoError(w.t, err)
		got, err := proxy.Validators(ctx, &r.Height, nil, nil)
		require.NoError(w.t, err)
		require.Len(w.t, got.Validators, len(want.Validators))
		for i, v := range want.Validators {
			require.Equal(w.t, v.PubKey, got.Validators[i].PubKey)
			require.Equal(w.t, v.VotingPower, got.Validators[i].VotingPower)
		}
		w.sameHead(node, proxy)
		_, err = proxy.ABCIQuery(ctx, "/ink.log.v1.Query/Head", nil)
		require.ErrorContains(w.t, err, "could not be verified")
		_, err = proxy.TxSearch(ctx, "tx.height=1", false, nil, nil, "")
		require.ErrorContains(w.t, err, "could not be verified")
	}, w.Node("center").RPC, w.Node("court").RPC)
}

// sameHead compares the head of the log from the proxy with a node's at its height.
func (w *court) sameHead(node, proxy *rpchttp.HTTP) {
	path := "/store/" + layout.HeadStore + "/key"
	got, err := proxy.ABCIQuery(ctx, path, layout.HeadKey())
	require.NoError(w.t, err)
	require.Len(w.t, got.Response.ProofOps.Ops, 2)
	var want string
	require.Eventually(w.t, func() bool {
		res, err := node.ABCIQueryWithOptions(ctx, path, layout.HeadKey(), rpcclient.ABCIQueryOptions{Height: got.Response.Height})
		if err == nil {
			want = hex.EncodeToString(res.Response.Value)
		}
		return want != ""
	}, 10*time.Second, 100*time.Millisecond)
	require.Equal(w.t, want, hex.EncodeToString(got.Response.Value))
}

func (w *court) follows() {
	file := filepath.Join(w.dir, "evidence.txt")
	require.NoError(w.t, os.WriteFile(file, []byte("evidence"), 0o600))
	w.light(func(r ready, proxy *rpchttp.HTTP) {
		w.OK(w.Client("tx", "evidence", "submit", file, "--from", "demo-employee", "--category", "manufacturing", "--name", "轻客户端"))
		require.Eventually(w.t, func() bool {
			s, err := proxy.Status(ctx)
			return err == nil && s.SyncInfo.LatestBlockHeight > r.Height
		}, time.Minute, 200*time.Millisecond)
		w.sameHead(w.client(w.Node("notary").RPC), proxy)
	}, w.Node("center").RPC, w.Node("court").RPC)
	seen, err := filepath.Glob(filepath.Join(w.dir, "home", "seen-*.json"))
	require.NoError(w.t, err)
	require.Len(w.t, seen, 1)
	b, err := os.ReadFile(seen[0])
	require.NoError(w.t, err)
	var kept struct {
		Height uint64 `json:"height"`
		Hash   string `json:"hash"`
		Sum    string `json:"sum"`
	}
	require.NoError(w.t, json.Unmarshal(b, &kept))
	kept.Hash = strings.Repeat("ab", 32)
	write := func() {
		changed, err := json.Marshal(kept)
		require.NoError(w.t, err)
		require.NoError(w.t, os.WriteFile(seen[0], changed, 0o600))
	}
	write() // damaged: the sum is of another hash
	r := w.Inkd(w.args(w.anchor, w.Node("center").RPC)...)
	require.Equal(w.t, 68, r.Exit, r.Stderr)
	require.Contains(w.t, r.Stderr, "damaged")
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", kept.Height, kept.Hash))
	kept.Sum = hex.EncodeToString(sum[:8])
	write() // another history was seen
	r = w.Inkd(w.args(w.anchor, w.Node("center").RPC)...)
	require.Equal(w.t, 2, r.Exit, r.Stderr)
	require.Contains(w.t, r.Stderr, `"fork"`)
	require.NoError(w.t, os.Remove(seen[0]))
}

// changes lets the exchange go, come back and go again.
func (w *court) changes() {
	w.light(func(r ready, proxy *rpchttp.HTTP) {
		for i, change := range [][]string{{"suspend", "4", "--reason", "breach"}, {"readmit", "4", "--power", "1"}, {"suspend", "4", "--reason", "breach"}} {
			w.OK(w.Client(append(append([]string{"institution", "propose"}, change...), "--from", "center-operator", "-y")...))
			for _, voter := range []string{"court-operator", "notary-operator"} {
				w.OK(w.Client("institution", "approve", strconv.Itoa(i+1), "--from", voter, "-y"))
			}
			want := 3 + i%2
			require.Eventually(w.t, func() bool {
				set, err := proxy.Validators(ctx, nil, nil, nil)
				return err == nil && len(set.Validators) == want
			}, time.Minute, 200*time.Millisecond)
		}
	}, w.Node("center").RPC, w.Node("court").RPC)
	w.honest()
}

// liar stands before a node and changes what it answers to a method.
func (w *court) liar(method string, change func(result map[string]any)) string {
	target, err := url.Parse("http://" + strings.TrimPrefix(w.Node("center").RPC, "tcp://"))
	require.NoError(w.t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(asked))
		rec := httptest.NewRecorder()
		proxy.ServeHTTP(rec, r)
		answer := rec.Body.Bytes()
		var v map[string]any
		if bytes.Contains(asked, []byte(`"method":"`+method+`"`)) && json.Unmarshal(answer, &v) == nil {
			if result, ok := v["result"].(map[string]any); ok {
				change(result)
				answer, _ = json.Marshal(v)
			}
		}
		rw.Header().Set("Content-Type", "application/json")
		_, _ = rw.Write(answer)
	}))
	w.t.Cleanup(s.Close)
	return s.URL
}

func (w *court) lyingHeader() {
	liar := w.liar("commit", func(result map[string]any) {
		header := result["signed_header"].(map[string]any)["header"].(map[string]any)
		header["app_hash"] = strings.Repeat("AB", 32)
	})
	r := w.Inkd(w.args(w.anchor, liar)...)
	require.Equal(w.t, 2, r.Exit, r.Stderr)
	require.Contains(w.t, r.Stderr, `"code":"commit.block-id"`)
	require.Contains(w.t, r.Stderr, "expected a commit for block")

	said := w.light(func(_ ready, proxy *rpchttp.HTTP) {
		h := int64(2)
		_, err := proxy.Commit(ctx, &h)
		require.NoError(w.t, err, "the honest node is believed")
	}, liar, w.Node("court").RPC)
	require.Contains(w.t, said, liar)
}

func (w *court) lyingValue() {
	liar := w.liar("abci_query", func(result map[string]any) {
		response := result["response"].(map[string]any)
		if response["proofOps"] != nil {
			response["value"] = "AQ=="
		}
	})
	w.light(func(_ ready, proxy *rpchttp.HTTP) {
		_, err := proxy.ABCIQuery(ctx, "/store/"+layout.HeadStore+"/key", layout.HeadKey())
		require.ErrorContains(w.t, err, "expected a proof that leads to app hash")
	}, liar)
	w.light(func(_ ready, proxy *rpchttp.HTTP) {
		w.sameHead(w.client(w.Node("notary").RPC), proxy)
	}, liar, w.Node("court").RPC)
}

func (w *court) otherAnchor() {
	a := w.makeAnchor()
	a.Eras[0].Validators[0].Power++
	other := filepath.Join(w.dir, "other.ink")
	require.NoError(w.t, os.WriteFile(other, a.Bytes(), 0o600))
	r := w.Inkd(w.args(other, w.Node("center").RPC)...)
	require.Equal(w.t, 2, r.Exit, r.Stderr)
	require.Contains(w.t, r.Stderr, "chain.set")
}
