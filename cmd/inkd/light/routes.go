package light

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/cometbft/cometbft/libs/bytes"
	"github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/p2p"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/cometbft/cometbft/rpc/jsonrpc/server"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	cmttypes "github.com/cometbft/cometbft/types"
)

// Refused are the routes of CometBFT's RPC that are not served, and why. CometBFT's
// own light proxy passes most of them on as the node answers them.
var Refused = map[string]string{
	"abci_info":            "no header commits to it; see status",
	"blockchain":           "sizes and counts of blocks are in no header; see header",
	"block_search":         "that a search found everything cannot be shown",
	"check_tx":             "it is the node's opinion",
	"consensus_params":     "the header commits to two of them only",
	"consensus_state":      "it is the node's own",
	"dump_consensus_state": "it is the node's own",
	"genesis":              "trust comes from the anchor",
	"genesis_chunked":      "trust comes from the anchor",
	"net_info":             "it is the node's own",
	"num_unconfirmed_txs":  "it is the node's own",
	"subscribe":            "events are in no header",
	"tx_search":            "that a search found everything cannot be shown; see tx",
	"unconfirmed_txs":      "it is the node's own",
	"unsubscribe":          "events are in no header",
	"unsubscribe_all":      "events are in no header",
}

// Sending are the routes that would hand something to a node. It is no matter of trust
// that they are not served: the proxy only reads.
var Sending = map[string]string{
	"broadcast_evidence":  "evidence of misbehaviour",
	"broadcast_tx_async":  "a transaction",
	"broadcast_tx_commit": "a transaction",
	"broadcast_tx_sync":   "a transaction",
}

// RefusedNames are the names of Refused in their order.
func RefusedNames() []string { return slices.Sorted(maps.Keys(Refused)) }

// SendingNames are the names of Sending in their order.
func SendingNames() []string { return slices.Sorted(maps.Keys(Sending)) }

// routes are those of CometBFT's RPC, under the same names and with the same
// arguments, answered with what was verified and nothing else. light/rpc is not used
// for them: it does not compare a query's key and height, a block's height or a
// transaction's hash with what was asked for, passes on results' logs and events, and
// falls over when the last header is asked for twice.
func routes(c *Chain) map[string]*server.RPCFunc {
	r := map[string]*server.RPCFunc{
		"health":         server.NewRPCFunc(func(*rpctypes.Context) (*coretypes.ResultHealth, error) { return &coretypes.ResultHealth{}, nil }, ""),
		"status":         server.NewRPCFunc(c.status, ""),
		"commit":         server.NewRPCFunc(c.commit, "height"),
		"header":         server.NewRPCFunc(c.header, "height"),
		"header_by_hash": server.NewRPCFunc(c.headerByHash, "hash"),
		"validators":     server.NewRPCFunc(c.validators, "height,page,per_page"),
		"block":          server.NewRPCFunc(c.block, "height"),
		"block_by_hash":  server.NewRPCFunc(c.blockByHash, "hash"),
		"block_results":  server.NewRPCFunc(c.blockResults, "height"),
		"tx":             server.NewRPCFunc(c.tx, "hash,prove"),
		"abci_query":     server.NewRPCFunc(c.abciQuery, "path,data,height,prove"),
	}
	refusals := map[string]error{}
	for name, why := range Refused {
		refusals[name] = inBoth(unverifiable(name, why))
	}
	for name, what := range Sending {
		refusals[name] = inBoth(readOnly(name, what))
	}
	for name, refusal := range refusals {
		r[name] = server.NewRPCFunc(func(*rpctypes.Context) (*coretypes.ResultHealth, error) { return nil, refusal }, "")
	}
	return r
}

const (
	maxConnections = 100
	patience       = 60 * time.Second // with one request
)

// Listen opens the address of the proxy, tcp://host:port.
func Listen(addr string) (net.Listener, error) { return server.Listen(addr, maxConnections) }

// Serve answers on a listener until the context ends.
func (c *Chain) Serve(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	logger := log.NewNopLogger()
	server.RegisterRPCFuncs(mux, routes(c), logger)
	config := server.DefaultConfig()
	config.WriteTimeout = patience + 5*time.Second
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	err := server.Serve(l, mux, logger, config)
	if ctx.Err() != nil || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// inBoth says a refusal in both languages, since RPC has one text for an error.
func inBoth(err error) error {
	var r *Refusal
	if errors.As(err, &r) {
		return errors.New(r.Zh + " · " + err.Error())
	}
	return err
}

// within bounds the time of a request, and its error is said in both languages.
func within[T any](r *rpctypes.Context, f func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	out, err := f(ctx)
	return out, inBoth(err)
}

// chosen is the header of a height, the last one for none.
func (c *Chain) chosen(ctx context.Context, height *int64) (*cmttypes.LightBlock, error) {
	switch {
	case height == nil || *height == 0:
		return c.Latest(ctx)
	case *height < 0:
		return nil, usage("height", "expected at least 1, got %d", *height)
	}
	return c.At(ctx, uint64(*height))
}

// status says what is verified: chain id and last header.
func (c *Chain) status(r *rpctypes.Context) (*coretypes.ResultStatus, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultStatus, error) {
		lb, err := c.Latest(ctx)
		if err != nil {
			return nil, err
		}
		return &coretypes.ResultStatus{
			NodeInfo: p2p.DefaultNodeInfo{Network: c.era.ChainID, Moniker: "inkd light"},
			SyncInfo: coretypes.SyncInfo{
				LatestBlockHash: lb.Hash(), LatestAppHash: lb.AppHash, LatestBlockHeight: lb.Height, LatestBlockTime: lb.Time,
			},
		}, nil
	})
}

func (c *Chain) commit(r *rpctypes.Context, height *int64) (*coretypes.ResultCommit, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultCommit, error) {
		lb, err := c.chosen(ctx, height)
		if err != nil {
			return nil, err
		}
		return &coretypes.ResultCommit{SignedHeader: *lb.SignedHeader, CanonicalCommit: true}, nil
	})
}

func (c *Chain) header(r *rpctypes.Context, height *int64) (*coretypes.ResultHeader, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultHeader, error) {
		lb, err := c.chosen(ctx, height)
		if err != nil {
			return nil, err
		}
		return &coretypes.ResultHeader{Header: lb.Header}, nil
	})
}

func (c *Chain) headerByHash(r *rpctypes.Context, hash []byte) (*coretypes.ResultHeader, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultHeader, error) {
		lb, err := c.ByHash(ctx, hash)
		if err != nil {
			return nil, err
		}
		return &coretypes.ResultHeader{Header: lb.Header}, nil
	})
}

// maxPerPage is CometBFT's.
const maxPerPage = 100

func (c *Chain) validators(r *rpctypes.Context, height *int64, pagePtr, perPagePtr *int) (*coretypes.ResultValidators, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultValidators, error) {
		lb, err := c.chosen(ctx, height)
		if err != nil {
			return nil, err
		}
		all := lb.ValidatorSet.Validators
		page, per := 1, 30
		if pagePtr != nil {
			page = *pagePtr
		}
		if perPagePtr != nil && *perPagePtr > 0 {
			per = min(*perPagePtr, maxPerPage)
		}
		if pages := (len(all)-1)/per + 1; page < 1 || page > pages {
			return nil, usage("page", "expected 1 to %d, got %d", pages, page)
		}
		shown := all[(page-1)*per : min(page*per, len(all))]
		return &coretypes.ResultValidators{BlockHeight: lb.Height, Validators: shown, Count: len(shown), Total: len(all)}, nil
	})
}

func (c *Chain) block(r *rpctypes.Context, height *int64) (*coretypes.ResultBlock, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultBlock, error) {
		lb, err := c.chosen(ctx, height)
		if err != nil {
			return nil, err
		}
		return c.Block(ctx, uint64(lb.Height))
	})
}

func (c *Chain) blockByHash(r *rpctypes.Context, hash []byte) (*coretypes.ResultBlock, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultBlock, error) {
		lb, err := c.ByHash(ctx, hash)
		if err != nil {
			return nil, err
		}
		return c.Block(ctx, uint64(lb.Height))
	})
}

// blockResults of no height are those of the last block that has them proven.
func (c *Chain) blockResults(r *rpctypes.Context, height *int64) (*coretypes.ResultBlockResults, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultBlockResults, error) {
		lb, err := c.chosen(ctx, height)
		if err != nil {
			return nil, err
		}
		h := uint64(lb.Height)
		if height == nil || *height == 0 {
			h--
		}
		return c.Results(ctx, h)
	})
}

func (c *Chain) tx(r *rpctypes.Context, hash []byte, _ bool) (*coretypes.ResultTx, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultTx, error) { return c.Tx(ctx, hash) })
}

func (c *Chain) abciQuery(r *rpctypes.Context, path string, data bytes.HexBytes, height int64, _ bool) (*coretypes.ResultABCIQuery, error) {
	return within(r, func(ctx context.Context) (*coretypes.ResultABCIQuery, error) { return c.Query(ctx, path, data, height) })
}
