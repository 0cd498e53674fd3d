package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/libs/bytes"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/cosmos/cosmos-sdk/client"
)

const (
	// answerTime is the patience with a node.
	answerTime = 5 * time.Second
	// probeTime is how long a node may take to accept a connection.
	probeTime = time.Second
)

// Nodes are the nodes a command may ask, in order of preference. It is the RPC
// client of the SDK's commands too: each request goes to the node that answered
// last, and to the next one if that fails. A refusal is an answer.
type Nodes struct {
	urls    []string
	clients []*rpchttp.HTTP

	// patience is how long one node may take before the next is asked.
	patience time.Duration

	// interrupted ends every request; the SDK's queries do not pass their context
	// on. Nil if nothing interrupts.
	interrupted context.Context

	mu   sync.Mutex
	good int
}

var _ client.CometRPC = (*Nodes)(nil)

// NewNodes takes RPC URLs (tcp://host:port or http…), in order.
func NewNodes(urls []string) (*Nodes, error) {
	if len(urls) == 0 {
		return nil, Usage("未指定节点", "expected at least one node, got none", "--node URL[,URL…]")
	}
	n := &Nodes{urls: urls, patience: answerTime}
	for _, u := range urls {
		c, err := newRPC(u)
		if err != nil {
			return nil, err
		}
		n.clients = append(n.clients, c)
	}
	return n, nil
}

func newRPC(u string) (*rpchttp.HTTP, error) {
	parsed, err := url.Parse(u)
	if err != nil || parsed.Host == "" {
		return nil, Usage("节点地址不正确："+u, fmt.Sprintf("node: expected a URL like tcp://127.0.0.1:26657, got %q", u), "")
	}
	c, err := rpchttp.New(u, "/websocket")
	if err != nil {
		return nil, Usage("节点地址不正确："+u, fmt.Sprintf("node: expected a URL like tcp://127.0.0.1:26657, got %q: %s", u, err), "")
	}
	return c, nil
}

// SplitNodes reads a list of URLs separated by commas.
func SplitNodes(list string) []string {
	var urls []string
	for _, u := range strings.Split(list, ",") {
		if u = strings.TrimSpace(u); u != "" {
			urls = append(urls, u)
		}
	}
	return urls
}

// firstReachable is the first node that accepts a connection, or else the first.
func firstReachable(urls []string) string {
	if len(urls) < 2 {
		return strings.Join(urls, "")
	}
	for _, u := range urls {
		parsed, err := url.Parse(u)
		if err != nil || parsed.Host == "" {
			continue
		}
		if conn, err := net.DialTimeout("tcp", parsed.Host, probeTime); err == nil {
			conn.Close()
			return u
		}
	}
	return urls[0]
}

// order lists the nodes, beginning with the one that answered last.
func (n *Nodes) order() []int {
	n.mu.Lock()
	defer n.mu.Unlock()
	order := make([]int, 0, len(n.clients))
	for i := range n.clients {
		order = append(order, (n.good+i)%len(n.clients))
	}
	return order
}

func (n *Nodes) answered(i int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.good = i
}

// ask asks one node after the other until one answers, if only with an error.
func ask[T any](ctx context.Context, n *Nodes, f func(context.Context, *rpchttp.HTTP) (T, error)) (T, error) {
	return askUntil(ctx, n, isAnswer, f)
}

// askAll is ask for what one node may have and another not: an error of the first is
// the answer only if none of the others has it.
func askAll[T any](ctx context.Context, n *Nodes, f func(context.Context, *rpchttp.HTTP) (T, error)) (T, error) {
	return askUntil(ctx, n, func(error) bool { return false }, f)
}

func askUntil[T any](ctx context.Context, n *Nodes, final func(error) bool, f func(context.Context, *rpchttp.HTTP) (T, error)) (T, error) {
	var zero T
	var last, said error
	for _, i := range n.order() {
		try, cancel := context.WithTimeout(ctx, n.patience)
		if n.interrupted != nil {
			context.AfterFunc(n.interrupted, cancel)
		}
		out, err := f(try, n.clients[i])
		cancel()
		if err == nil || final(err) {
			n.answered(i)
			return out, err
		}
		if ctx.Err() != nil {
			return zero, ctx.Err()
		}
		if n.interrupted != nil && n.interrupted.Err() != nil {
			return zero, n.interrupted.Err()
		}
		if said == nil && isAnswer(err) {
			said = err
		}
		last = err
	}
	if said != nil {
		return zero, said
	}
	return zero, Unreachable(n.urls, last)
}

// answerError is what a node said, as an error of ours.
type answerError struct{ error }

func (a answerError) Unwrap() error { return a.error }

// isAnswer says whether an error is what the node said, rather than a failure to
// reach it.
func isAnswer(err error) bool {
	var rpc *rpctypes.RPCError
	var own answerError
	return errors.As(err, &rpc) || errors.As(err, &own)
}

// ABCIQueryWithOptions asks the application. A refusal keeps its code, which the
// SDK's own client would lose.
func (n *Nodes) ABCIQueryWithOptions(ctx context.Context, path string, data bytes.HexBytes, opts rpcclient.ABCIQueryOptions) (*coretypes.ResultABCIQuery, error) {
	res, err := ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultABCIQuery, error) {
		return c.ABCIQueryWithOptions(ctx, path, data, opts)
	})
	if err == nil && res.Response.Code != abci.CodeTypeOK {
		return nil, refusedQuery(path, res.Response.Codespace, res.Response.Code, res.Response.Log)
	}
	return res, err
}

// ABCIQuery is ABCIQueryWithOptions at the latest height.
func (n *Nodes) ABCIQuery(ctx context.Context, path string, data bytes.HexBytes) (*coretypes.ResultABCIQuery, error) {
	return n.ABCIQueryWithOptions(ctx, path, data, rpcclient.DefaultABCIQueryOptions)
}

// ABCIInfo implements client.CometRPC.
func (n *Nodes) ABCIInfo(ctx context.Context) (*coretypes.ResultABCIInfo, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultABCIInfo, error) { return c.ABCIInfo(ctx) })
}

// BroadcastTxCommit implements client.CometRPC.
func (n *Nodes) BroadcastTxCommit(ctx context.Context, tx cmttypes.Tx) (*coretypes.ResultBroadcastTxCommit, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultBroadcastTxCommit, error) {
		return c.BroadcastTxCommit(ctx, tx)
	})
}

// BroadcastTxAsync implements client.CometRPC.
func (n *Nodes) BroadcastTxAsync(ctx context.Context, tx cmttypes.Tx) (*coretypes.ResultBroadcastTx, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultBroadcastTx, error) {
		return c.BroadcastTxAsync(ctx, tx)
	})
}

// BroadcastTxSync implements client.CometRPC.
func (n *Nodes) BroadcastTxSync(ctx context.Context, tx cmttypes.Tx) (*coretypes.ResultBroadcastTx, error) {
	handOver(tx)
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultBroadcastTx, error) {
		return c.BroadcastTxSync(ctx, tx)
	})
}

// Validators implements client.CometRPC.
func (n *Nodes) Validators(ctx context.Context, height *int64, page, perPage *int) (*coretypes.ResultValidators, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultValidators, error) {
		return c.Validators(ctx, height, page, perPage)
	})
}

// Status implements client.CometRPC.
func (n *Nodes) Status(ctx context.Context) (*coretypes.ResultStatus, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultStatus, error) { return c.Status(ctx) })
}

// Header is a block's header.
func (n *Nodes) Header(ctx context.Context, height *int64) (*coretypes.ResultHeader, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultHeader, error) {
		return c.Header(ctx, height)
	})
}

// Block implements client.CometRPC.
func (n *Nodes) Block(ctx context.Context, height *int64) (*coretypes.ResultBlock, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultBlock, error) {
		return c.Block(ctx, height)
	})
}

// BlockByHash implements client.CometRPC.
func (n *Nodes) BlockByHash(ctx context.Context, hash []byte) (*coretypes.ResultBlock, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultBlock, error) {
		return c.BlockByHash(ctx, hash)
	})
}

// BlockResults implements client.CometRPC.
func (n *Nodes) BlockResults(ctx context.Context, height *int64) (*coretypes.ResultBlockResults, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultBlockResults, error) {
		return c.BlockResults(ctx, height)
	})
}

// BlockchainInfo implements client.CometRPC.
func (n *Nodes) BlockchainInfo(ctx context.Context, low, high int64) (*coretypes.ResultBlockchainInfo, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultBlockchainInfo, error) {
		return c.BlockchainInfo(ctx, low, high)
	})
}

// Commit implements client.CometRPC.
func (n *Nodes) Commit(ctx context.Context, height *int64) (*coretypes.ResultCommit, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultCommit, error) {
		return c.Commit(ctx, height)
	})
}

// Tx implements client.CometRPC.
func (n *Nodes) Tx(ctx context.Context, hash []byte, prove bool) (*coretypes.ResultTx, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultTx, error) { return c.Tx(ctx, hash, prove) })
}

// TxSearch implements client.CometRPC.
func (n *Nodes) TxSearch(ctx context.Context, query string, prove bool, page, perPage *int, orderBy string) (*coretypes.ResultTxSearch, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultTxSearch, error) {
		return c.TxSearch(ctx, query, prove, page, perPage, orderBy)
	})
}

// BlockSearch implements client.CometRPC.
func (n *Nodes) BlockSearch(ctx context.Context, query string, page, perPage *int, orderBy string) (*coretypes.ResultBlockSearch, error) {
	return ask(ctx, n, func(ctx context.Context, c *rpchttp.HTTP) (*coretypes.ResultBlockSearch, error) {
		return c.BlockSearch(ctx, query, page, perPage, orderBy)
	})
}
