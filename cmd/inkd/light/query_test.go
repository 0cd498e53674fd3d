package light_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/cmd/inkd/light"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/layout"
)

var headPath = "/store/" + layout.HeadStore + "/key"

func TestAValueIsProven(t *testing.T) {
	n := newNode(t)
	c := start(t, n)
	res, err := c.Query(ctx, headPath, layout.HeadKey(), 0)
	require.NoError(t, err)
	r := res.Response
	require.EqualValues(t, n.story.Height()-1, r.Height)
	want, err := n.Head(ctx, uint64(r.Height))
	require.NoError(t, err)
	require.Equal(t, want.ValueProof, r.ProofOps.Ops[0].Data)
	require.NotEmpty(t, r.Value)
	require.Empty(t, r.Log+r.Info+r.Codespace)
	require.Zero(t, r.Index)

	old, err := c.Query(ctx, headPath, layout.HeadKey(), 9)
	require.NoError(t, err)
	require.NotEqual(t, r.Value, old.Response.Value)
}

func TestAbsenceIsProven(t *testing.T) {
	c := start(t, newNode(t))
	res, err := c.Query(ctx, "/store/"+layout.LogStore+"/key", layout.CertificateStatusKey(1<<40), 0)
	require.NoError(t, err)
	require.Empty(t, res.Response.Value)
	require.NotNil(t, res.Response.ProofOps)
}

func TestALieAboutAValueIsRefused(t *testing.T) {
	lies := map[string]struct {
		code   string
		change func(*abci.ResponseQuery)
	}{
		"another value":       {"state.app-hash", func(r *abci.ResponseQuery) { r.Value[len(r.Value)-1] ^= 1 }},
		"no value":            {"state.app-hash", func(r *abci.ResponseQuery) { r.Value = nil }},
		"another key":         {"state.key", func(r *abci.ResponseQuery) { r.Key = []byte{9} }},
		"another height":      {"state.height", func(r *abci.ResponseQuery) { r.Height-- }},
		"no proof":            {"no-proof", func(r *abci.ResponseQuery) { r.ProofOps = nil }},
		"one operation":       {"no-proof", func(r *abci.ResponseQuery) { r.ProofOps.Ops = r.ProofOps.Ops[:1] }},
		"an operation more":   {"no-proof", func(r *abci.ResponseQuery) { r.ProofOps.Ops = append(r.ProofOps.Ops, r.ProofOps.Ops[1]) }},
		"no key of the store": {"no-proof", func(r *abci.ResponseQuery) { r.ProofOps.Ops[1].Key = nil }},
		"no key of the value": {"no-proof", func(r *abci.ResponseQuery) { r.ProofOps.Ops[0].Key = nil }},
		"another type":        {"no-proof", func(r *abci.ResponseQuery) { r.ProofOps.Ops[0].Type = "ics23:smt" }},
		"garbage":             {"no-proof", func(r *abci.ResponseQuery) { r.ProofOps.Ops[0].Data = []byte("x") }},
		"a broken proof":      {"state.app-hash", func(r *abci.ResponseQuery) { r.ProofOps.Ops[0].Data[len(r.ProofOps.Ops[0].Data)-1] ^= 1 }},
	}
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			liar := newNode(t)
			c := start(t, liar)
			liar.change = lie.change
			_, err := c.Query(ctx, headPath, layout.HeadKey(), 0)
			refused(t, err, lie.code, verify.ExitFailed)

			honest := start(t, liar, newNode(t))
			res, err := honest.Query(ctx, headPath, layout.HeadKey(), 0)
			require.NoError(t, err, "the honest node answers")
			require.NotEmpty(t, res.Response.Value)
		})
	}
}

// A genuine value with a genuine proof, but not what was asked for: CometBFT's light
// proxy would pass it on.
func TestAnotherGenuineAnswerIsRefused(t *testing.T) {
	liar := newNode(t)
	c := start(t, liar)
	liar.instead = func(path string, key []byte, height int64) (string, []byte, int64) { return path, key, height - 5 }
	_, err := c.Query(ctx, headPath, layout.HeadKey(), 0)
	refused(t, err, "state.height", verify.ExitFailed)
	liar.change = func(r *abci.ResponseQuery) { r.Height += 5 }
	_, err = c.Query(ctx, headPath, layout.HeadKey(), 0)
	refused(t, err, "state.app-hash", verify.ExitFailed)
	liar.change = nil
	counter := func(id uint64) []byte { return layout.EnterpriseCounterKey(id) }
	liar.instead = func(path string, key []byte, height int64) (string, []byte, int64) { return path, counter(2), height }
	_, err = c.Query(ctx, "/store/"+layout.LogStore+"/key", counter(1), 0)
	refused(t, err, "state.key", verify.ExitFailed)
	liar.change = func(r *abci.ResponseQuery) { r.Key = counter(1) }
	_, err = c.Query(ctx, "/store/"+layout.LogStore+"/key", counter(1), 0)
	refused(t, err, "no-proof", verify.ExitFailed)
}

func TestOtherPathsAreRefused(t *testing.T) {
	c := start(t, newNode(t))
	for _, path := range []string{
		"/ink.log.v1.Query/Head", "/store/inkhead/subspace", "/store/inkhead/key/", "store/inkhead/key", "/store//key",
		"/store/a/b/key", "/app/version", "", "/p2p/filter/addr/x", "x/store/inkhead/key",
	} {
		_, err := c.Query(ctx, path, []byte{1}, 0)
		var r *light.Refusal
		require.ErrorAs(t, err, &r, path)
		require.Equal(t, "unverifiable", r.Code)
	}
	_, err := c.Query(ctx, headPath, layout.HeadKey(), all().Height())
	require.Error(t, err, "no header proves the last state yet")
}

func TestBlocksResultsAndTransactions(t *testing.T) {
	n := newNode(t)
	c := start(t, n)
	with := int64(0)
	for h := int64(1); h < n.story.Height(); h++ {
		res, err := c.Block(ctx, uint64(h))
		require.NoError(t, err, "height %d", h)
		require.Equal(t, n.story.BlockAt(h).Hash(), res.Block.Hash())
		if len(res.Block.Txs) > 0 {
			with = h
		}
	}
	hash := n.story.BlockAt(with).Txs[0].Hash()
	tx, err := c.Tx(ctx, hash)
	require.NoError(t, err)
	require.Equal(t, with, tx.Height)
	require.NoError(t, tx.Proof.Validate(n.story.BlockAt(with).DataHash))
	require.Empty(t, tx.TxResult.Events)
	want := n.story.ResultsAt(with).TxResults[0]
	require.NotEmpty(t, want.Events)
	require.Equal(t, want.Data, tx.TxResult.Data)

	n.txAt = -1
	_, err = c.Tx(ctx, hash)
	require.Error(t, err, "a transaction of another block")
	n.txAt = 0
	n.results = func(r *coretypes.ResultBlockResults) {
		changed := *r.TxsResults[0]
		changed.Code = 5
		r.TxsResults = append([]*abci.ExecTxResult{&changed}, r.TxsResults[1:]...)
	}
	_, err = c.Results(ctx, uint64(with))
	refused(t, err, "header", verify.ExitFailed)
	n.results = func(r *coretypes.ResultBlockResults) { r.TxsResults = []*abci.ExecTxResult{nil} }
	_, err = c.Results(ctx, uint64(with))
	refused(t, err, "header", verify.ExitFailed)
}

func TestALieAboutABlockIsRefused(t *testing.T) {
	for name, lie := range map[string]func(*cmttypes.Block){
		"transactions": func(b *cmttypes.Block) { b.Txs = append(cmttypes.Txs{[]byte("x")}, b.Txs...) },
		"header":       func(b *cmttypes.Block) { b.AppHash = bytes.Repeat([]byte{1}, 32) },
		"another":      func(b *cmttypes.Block) { *b = *all().BlockAt(b.Height - 1) },
		"last round":   func(b *cmttypes.Block) { b.LastCommit.Round++ },
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			c := start(t, n)
			n.tampered = lie
			_, err := c.Block(ctx, 20)
			var r *light.Refusal
			require.ErrorAs(t, err, &r)
			require.Contains(t, []string{"header", "commit.block-id"}, r.Code)
		})
	}
}

// get asks the proxy as curl does.
func get(t *testing.T, base, path string) (result json.RawMessage, said string) {
	t.Helper()
	resp, err := http.Get(base + path)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	var out struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Data string `json:"data"`
		} `json:"error"`
	}
	require.NoError(t, json.Unmarshal(b, &out), "%s: %s", path, b)
	if out.Error != nil {
		return nil, out.Error.Data
	}
	return out.Result, ""
}

func TestTheProxyServesWhatIsVerifiedAndNothingElse(t *testing.T) {
	n := newNode(t)
	c := start(t, n)
	l, err := light.Listen("tcp://127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error)
	serving, stop := context.WithCancel(context.Background())
	go func() { done <- c.Serve(serving, l) }()
	base := "http://" + l.Addr().String()
	hash := fmt.Sprintf("0x%X", n.story.BlockAt(5).Hash())
	block := n.story.BlockAt(20)
	for _, path := range []string{
		"/health", "/status", "/commit", "/commit", "/commit?height=5", "/header", "/header?height=5", "/header_by_hash?hash=" + hash,
		"/validators", "/validators?height=5&page=1&per_page=2", "/block", "/block?height=5", "/block_by_hash?hash=" + hash,
		"/block_results", "/block_results?height=5", fmt.Sprintf("/tx?hash=0x%X", block.Txs[0].Hash()),
		"/abci_query?path=" + url.QueryEscape(`"`+headPath+`"`) + fmt.Sprintf("&data=0x%x", layout.HeadKey()),
	} {
		result, said := get(t, base, path)
		require.Empty(t, said, path)
		require.NotEmpty(t, result, path)
	}
	for _, name := range light.RefusedNames() {
		_, said := get(t, base, "/"+name)
		require.Contains(t, said, "无法核验", name)
		require.Contains(t, said, "could not be verified", name)
	}
	for _, name := range light.SendingNames() {
		_, said := get(t, base, "/"+name)
		require.Contains(t, said, "本代理只读，未发送任何内容", name)
		require.Contains(t, said, "this proxy only reads, so nothing was sent", name)
		require.NotContains(t, said, "could not be verified", name)
	}
	for path, part := range map[string]string{
		"/abci_query?path=" + url.QueryEscape(`"/ink.log.v1.Query/Head"`) + "&data=0x01": "无法核验",
		"/commit?height=-1":      "expected at least 1",
		"/commit?height=1000000": "has not come there yet",
		"/validators?page=9":     "expected 1 to",
	} {
		_, said := get(t, base, path)
		require.Contains(t, said, part, path)
	}
	stop()
	require.NoError(t, <-done)
}
