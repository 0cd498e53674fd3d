package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/cosmos/gogoproto/proto"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// source is where bundles come from: the RPC of nodes. What one node has not kept,
// the next one is asked for. Nothing that it answers is believed.
type source struct{ nodes *Nodes }

var _ prove.Source = (*source)(nil)

func (s *session) source() *source { return &source{s.nodes} }

// NewSource is where bundles come from, over the RPC of nodes.
func NewSource(n *Nodes) prove.Source { return &source{n} }

// queryOf is the path of a query of one of our services.
func queryOf(service, method string) string { return "/ink." + service + ".v1.Query/" + method }

// askNode asks one node's application and decodes the answer.
func askNode(ctx context.Context, c *rpchttp.HTTP, path string, req, resp proto.Message) error {
	data, err := proto.Marshal(req)
	if err != nil {
		return internal(err)
	}
	res, err := c.ABCIQueryWithOptions(ctx, path, data, rpcclient.DefaultABCIQueryOptions)
	if err != nil {
		return err
	}
	if res.Response.Code != abci.CodeTypeOK {
		return answerError{refusedPart(path, &res.Response)}
	}
	if err := proto.Unmarshal(res.Response.Value, resp); err != nil {
		return answerError{internal(fmt.Errorf("%s: %w", path, err))}
	}
	return nil
}

// grpcCodeInLog finds the code of gRPC, most of which the SDK replaces by others.
var grpcCodeInLog = regexp.MustCompile(`^rpc error: code = (\w+) desc = `)

// refusedPart is the refusal of a part of a bundle, as one of prove's errors if it is
// none of the asker's faults.
func refusedPart(path string, r *abci.ResponseQuery) error {
	log := cleanLog(r.Log)
	if m := grpcCodeInLog.FindStringSubmatch(r.Log); m != nil {
		switch m[1] {
		case "NotFound":
			return fmt.Errorf("%s: %w", log, prove.ErrNotFound)
		case "OutOfRange":
			return fmt.Errorf("%s: %w", log, prove.ErrNotYet)
		}
	}
	err := refusedQuery(path, r.Codespace, r.Code, r.Log)
	if !strings.Contains(r.Log, "unknown query path") {
		return err
	}
	return &Error{
		Exit: ExitRefused, Code: "no-index", Cause: err,
		Zh: "该节点没有日志索引，无法给出证明", En: "the node has no index of the log and cannot give proofs",
		Hint: "请询问其他节点 · ask another node: --node URL[,URL…]",
	}
}

// fromAny asks the nodes for what not all of them have to have.
func fromAny[R any, PR interface {
	*R
	proto.Message
}](ctx context.Context, s *source, path string, req proto.Message) (*R, error) {
	return askAll(ctx, s.nodes, func(ctx context.Context, c *rpchttp.HTTP) (*R, error) {
		resp := new(R)
		return resp, askNode(ctx, c, path, req, PR(resp))
	})
}

// LogID of the chain.
func (s *source) LogID(ctx context.Context) (bundle.Hash, error) {
	resp, err := fromAny[logtypes.QueryHeadResponse](ctx, s, queryOf("log", "Head"), &logtypes.QueryHeadRequest{})
	if err != nil {
		return bundle.Hash{}, err
	}
	return hashOf("log_id", resp.LogId)
}

// Entry is the bytes of an entry.
func (s *source) Entry(ctx context.Context, seq uint64) ([]byte, error) {
	resp, err := fromAny[logtypes.QueryEntryResponse](ctx, s, queryOf("log", "Entry"), &logtypes.QueryEntryRequest{Seq: seq})
	if err != nil {
		return nil, err
	}
	return resp.EntryBytes, nil
}

func hashOf(what string, b []byte) (bundle.Hash, error) {
	if len(b) != len(bundle.Hash{}) {
		return bundle.Hash{}, internal(fmt.Errorf("%s: expected 32 bytes, got %d", what, len(b)))
	}
	return bundle.Hash(b), nil
}

func hashesOf(what string, list [][]byte) ([]bundle.Hash, error) {
	out := make([]bundle.Hash, len(list))
	for i, b := range list {
		var err error
		if out[i], err = hashOf(what, b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// isMissing says whether nobody is at fault: it is not there, not kept or not yet.
func isMissing(err error) bool {
	for _, e := range []error{prove.ErrNotFound, prove.ErrNotKept, prove.ErrPruned, prove.ErrNotYet} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
