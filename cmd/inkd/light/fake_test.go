package light_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/libs/bytes"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/inkchain/inkd/cmd/inkd/light"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// all is one chain for all tests of the package: they only add to it.
var all = sync.OnceValue(func() *testutil.Story { return testutil.NewStory(stop{}) })

// stop ends the tests when the chain itself fails.
type stop struct{}

func (stop) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (stop) FailNow()                          { panic("the chain of the tests failed") }
func (stop) Helper()                           {}

// node is a node over the chain of the tests, with what it does otherwise.
type node struct {
	*testutil.Prover
	story    *testutil.Story
	noIndex  bool
	dead     bool
	hangs    chan struct{} // it does not answer until this is closed
	hung     atomic.Int32  // how often it was asked and did not answer
	logID    *bundle.Hash
	top      uint64                    // last header it admits to; 0 for all
	blocks   map[uint64]signed         // other blocks than the chain's
	change   func(*abci.ResponseQuery) // of answers to queries
	instead  func(path string, key []byte, height int64) (string, []byte, int64)
	tampered func(*cmttypes.Block)
	results  func(*coretypes.ResultBlockResults)
	txAt     int64 // height that it gives of a transaction
	reported []cmttypes.Evidence
}

type signed struct {
	block bundle.Block
	set   []bundle.Validator
}

var errDead = errors.New("connection refused")

func newNode(t *testing.T) *node {
	t.Helper()
	s := all()
	return &node{Prover: testutil.NewProver(s.Consensus), story: s, blocks: map[uint64]signed{}}
}

func (n *node) LogID(ctx context.Context) (bundle.Hash, error) {
	if n.dead {
		return bundle.Hash{}, errDead
	}
	if n.logID != nil {
		return *n.logID, nil
	}
	return n.Prover.LogID(ctx)
}

func (n *node) Latest(ctx context.Context) (uint64, error) {
	if n.dead {
		return 0, errDead
	}
	if n.hangs != nil {
		n.hung.Add(1)
		select {
		case <-n.hangs:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	if n.top > 0 {
		return n.top - 1, nil
	}
	return n.Prover.Latest(ctx)
}

func (n *node) Links(ctx context.Context, after, upto uint64) ([]uint64, error) {
	if n.noIndex || n.dead {
		return nil, errors.New("no index")
	}
	return n.Prover.Links(ctx, after, upto)
}

func (n *node) Block(ctx context.Context, height uint64) (bundle.Block, []bundle.Validator, error) {
	if n.hangs != nil {
		n.hung.Add(1)
		select {
		case <-n.hangs:
		case <-ctx.Done():
			return bundle.Block{}, nil, ctx.Err()
		}
	}
	switch b, ok := n.blocks[height]; {
	case n.dead:
		return bundle.Block{}, nil, errDead
	case ok:
		return b.block, b.set, nil
	case n.top > 0 && height > n.top:
		return bundle.Block{}, nil, fmt.Errorf("block %d: %w", height, prove.ErrNotYet)
	}
	return n.Prover.Block(ctx, height)
}

// rpc is the node's RPC.
type rpc struct{ n *node }

func (r rpc) ABCIQueryWithOptions(_ context.Context, path string, data bytes.HexBytes, opts rpcclient.ABCIQueryOptions) (*coretypes.ResultABCIQuery, error) {
	key, height := []byte(data), opts.Height
	if r.n.instead != nil {
		path, key, height = r.n.instead(path, key, height)
	}
	resp, err := r.n.story.App.CommitMultiStore().(storetypes.Queryable).Query(&storetypes.RequestQuery{
		Path: path[len("/store"):], Data: key, Height: height, Prove: opts.Prove,
	})
	if err != nil {
		return nil, err
	}
	out := &coretypes.ResultABCIQuery{Response: abci.ResponseQuery{
		Key: resp.Key, Value: resp.Value, ProofOps: resp.ProofOps, Height: resp.Height, Log: "unproven", Info: "unproven", Index: 7,
	}}
	if r.n.change != nil {
		r.n.change(&out.Response)
	}
	return out, nil
}

func (r rpc) Block(_ context.Context, height *int64) (*coretypes.ResultBlock, error) {
	b := r.n.story.BlockAt(*height)
	if r.n.tampered != nil {
		r.n.tampered(b)
	}
	return &coretypes.ResultBlock{Block: b}, nil
}

func (r rpc) BlockByHash(_ context.Context, hash []byte) (*coretypes.ResultBlock, error) {
	for h := r.n.story.Height(); h > 0; h-- {
		if b := r.n.story.BlockAt(h); string(b.Hash()) == string(hash) {
			return &coretypes.ResultBlock{Block: b}, nil
		}
	}
	return &coretypes.ResultBlock{}, nil
}

func (r rpc) BlockResults(_ context.Context, height *int64) (*coretypes.ResultBlockResults, error) {
	res := r.n.story.ResultsAt(*height)
	out := &coretypes.ResultBlockResults{Height: *height, TxsResults: res.TxResults, FinalizeBlockEvents: res.Events}
	if r.n.results != nil {
		r.n.results(out)
	}
	return out, nil
}

func (r rpc) Tx(_ context.Context, hash []byte, _ bool) (*coretypes.ResultTx, error) {
	for h := r.n.story.Height(); h > 0; h-- {
		if r.n.story.BlockAt(h).Txs.IndexByHash(hash) >= 0 {
			return &coretypes.ResultTx{Height: h + r.n.txAt}, nil
		}
	}
	return nil, errors.New("tx not found")
}

func (r rpc) BroadcastEvidence(_ context.Context, ev cmttypes.Evidence) (*coretypes.ResultBroadcastEvidence, error) {
	r.n.reported = append(r.n.reported, ev)
	return &coretypes.ResultBroadcastEvidence{}, nil
}

// config trusts the anchor of the story, long after the chain's last block.
func config(nodes ...*node) light.Config {
	s := all()
	c := light.Config{
		Anchor: s.Anchor, Note: func(string, string) {},
		Now: func() time.Time { return s.Now().AddDate(20, 0, 0) },
	}
	for i, n := range nodes {
		c.Nodes = append(c.Nodes, light.Node{Name: fmt.Sprintf("node%d", i+1), Source: n, RPC: rpc{n}})
	}
	return c
}

func start(t *testing.T, nodes ...*node) *light.Chain {
	t.Helper()
	c, err := light.Start(context.Background(), config(nodes...))
	require.NoError(t, err)
	return c
}

// refused expects a refusal by a rule, with an exit status.
func refused(t *testing.T, err error, code string, exit int) {
	t.Helper()
	var r *light.Refusal
	require.ErrorAs(t, err, &r)
	require.Equal(t, code, r.Code, r.En)
	require.Equal(t, exit, r.Exit)
	require.NotEmpty(t, r.Zh)
	require.Contains(t, r.En, "expected")
}

func pin(h *bundle.Header) verify.Pin {
	next := bundle.Hash(h.NextValidatorsHash)
	return verify.Pin{Size: 1, Height: h.Height, NextValidatorsHash: &next}
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
