package light

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"regexp"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	ics23 "github.com/cosmos/ics23/go"

	"github.com/cosmos/cosmos-sdk/store/v2/rootmulti"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/inkchain/inkd/verify"
)

// storePath is the only path of a query whose answer can be proven.
var storePath = regexp.MustCompile(`^/store/([A-Za-z0-9_-]{1,64})/key$`)

// Query is a value of a store, or its absence, proven by the header above its height.
// Height 0 is the last state that can be proven. What no proof covers (log, info, index)
// is left out of the answer.
func (c *Chain) Query(ctx context.Context, path string, key []byte, height int64) (*coretypes.ResultABCIQuery, error) {
	m := storePath.FindStringSubmatch(path)
	if m == nil {
		return nil, unverifiable("abci_query "+path, "only /store/<name>/key has proofs")
	}
	if len(key) == 0 || height < 0 {
		return nil, usage("data, height", "expected a key and a height of at least 0, got %d bytes and %d", len(key), height)
	}
	if height == 0 {
		latest, err := c.Latest(ctx)
		if err != nil {
			return nil, err
		}
		height = latest.Height - 1
	}
	header, err := c.At(ctx, uint64(height)+1)
	if err != nil {
		return nil, fmt.Errorf("the header of height %d, which proves the state of %d: %w", height+1, height, err)
	}
	return askNodes(ctx, c, func(ctx context.Context, n *Node) (*coretypes.ResultABCIQuery, error) {
		res, err := n.RPC.ABCIQueryWithOptions(ctx, path, key, rpcclient.ABCIQueryOptions{Height: height, Prove: true})
		if err != nil {
			return nil, err
		}
		return provenAnswer(n, m[1], key, height, header.AppHash, &res.Response)
	})
}

// provenAnswer holds an answer against what was asked and against the app hash. All
// that is returned is proven.
func provenAnswer(n *Node, store string, key []byte, height int64, appHash []byte, r *abci.ResponseQuery) (*coretypes.ResultABCIQuery, error) {
	if r.Code != abci.CodeTypeOK {
		return nil, fmt.Errorf("node %s refuses the query, which proves nothing: %s (%s %d)", n.Name, r.Log, r.Codespace, r.Code)
	}
	if !bytes.Equal(r.Key, key) {
		return nil, answered(n, "state.key", "键不符", "expected key %x, got %x", key, r.Key)
	}
	if r.Height != height {
		return nil, answered(n, "state.height", "高度不符", "expected the state of height %d, got %d", height, r.Height)
	}
	if err := checkOps(r.ProofOps, store, key); err != nil {
		return nil, answered(n, "no-proof", "证明缺失或形式不符", "store %s, key %x: %s", store, key, err)
	}
	path := fmt.Sprintf("/%s/x:%s", store, hex.EncodeToString(key))
	runtime := rootmulti.DefaultProofRuntime()
	var err error
	if len(r.Value) > 0 {
		err = runtime.VerifyValue(r.ProofOps, appHash, path, r.Value)
	} else {
		err = runtime.VerifyAbsence(r.ProofOps, appHash, path)
	}
	if err != nil {
		return nil, answered(n, "state.app-hash", "证明与区块头的应用哈希不符", "store %s, key %x: expected a proof that leads to app hash %X of height %d: %s", store, key, appHash, height+1, err)
	}
	return &coretypes.ResultABCIQuery{Response: abci.ResponseQuery{Key: key, Value: r.Value, ProofOps: r.ProofOps, Height: height}}, nil
}

// checkOps demands exactly the store's tree and then the multistore's, about the key
// and the store that were asked for: an operation without a key would skip its part
// of the path.
func checkOps(ops *cmtcrypto.ProofOps, store string, key []byte) error {
	if ops == nil || len(ops.Ops) != 2 {
		n := 0
		if ops != nil {
			n = len(ops.Ops)
		}
		return fmt.Errorf("expected 2 operations of proof, got %d", n)
	}
	for i, want := range []struct {
		kind string
		key  []byte
	}{{storetypes.ProofOpIAVLCommitment, key}, {storetypes.ProofOpSimpleMerkleCommitment, []byte(store)}} {
		op := &ops.Ops[i]
		if op.Type != want.kind || !bytes.Equal(op.Key, want.key) {
			return fmt.Errorf("expected %s about %x, got %s about %x", want.kind, want.key, op.Type, op.Key)
		}
		var proof ics23.CommitmentProof
		if err := proof.Unmarshal(op.Data); err != nil || proof.GetExist() == nil && proof.GetNonexist() == nil {
			return fmt.Errorf("expected a proof of existence or of absence as %s, got another kind", want.kind)
		}
	}
	return nil
}

// askNodes asks one node after the other until one gives an answer that holds.
func askNodes[T any](ctx context.Context, c *Chain, f func(context.Context, *Node) (T, error)) (T, error) {
	var zero T
	var worst error
	for _, n := range c.inOrder() {
		began := time.Now()
		out, err := f(ctx, n)
		if err == nil {
			return out, nil
		}
		c.late(ctx, n, began, err)
		if isRefusal(err) {
			_ = c.refused(n, err)
		}
		worst = worse(worst, err)
	}
	return zero, worst
}

// unverifiable refuses a route whose answers nothing proves.
func unverifiable(what, why string) *Refusal {
	return &Refusal{
		Exit: verify.ExitUnsupported, Code: "unverifiable",
		Zh: what + "：应答无法核验，故不转发",
		En: what + ": the answer could not be verified, so it is not passed on: " + why + "; ask a node that you trust directly",
	}
}

// readOnly refuses to send: nothing was verified or found wrong.
func readOnly(route, what string) *Refusal {
	return &Refusal{
		Exit: verify.ExitUsage, Code: "read-only",
		Zh: route + "：本代理只读，未发送任何内容，也与核验无关；请直接发往节点",
		En: route + ": this proxy only reads, so nothing was sent; that has nothing to do with what is verified: send " + what + " to a node itself",
	}
}

func usage(what, en string, args ...any) *Refusal {
	detail := fmt.Sprintf(en, args...)
	return &Refusal{Exit: verify.ExitUsage, Code: "usage", Zh: "参数不正确：" + what + "（" + detail + "）", En: what + ": " + detail}
}
