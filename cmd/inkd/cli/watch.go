package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
)

const (
	// pollEvery is how often a commit is asked for beside the subscription.
	pollEvery = 500 * time.Millisecond
	// resendEvery polls the bytes are handed over again: the node that took them
	// may have gone.
	resendEvery = 6
)

// watch waits for the commit of one transaction: by a subscription, and by asking
// in case that fails.
type watch struct {
	nodes  *Nodes
	raw    []byte
	hash   []byte
	events <-chan coretypes.ResultEvent // nil without a subscription
	ws     *rpchttp.HTTP
	every  time.Duration // between polls
}

// committed is a transaction in a block.
type committed struct {
	height int64
	result *abci.ExecTxResult
}

// watch subscribes before the transaction is sent, or its commit could be missed.
func (s *Sender) watch(ctx context.Context, raw []byte) *watch {
	w := &watch{nodes: s.nodes, raw: raw, hash: cmttypes.Tx(raw).Hash(), every: pollEvery}
	if s.wait > 0 {
		w.subscribe(ctx, s.nodes.current())
	}
	return w
}

func (w *watch) hashHex() string { return strings.ToUpper(hex.EncodeToString(w.hash)) }

// subscribe does without if it fails: then asking has to do.
func (w *watch) subscribe(ctx context.Context, url string) {
	ws, err := newRPC(url)
	if err != nil || ws.Start() != nil {
		return
	}
	try, cancel := context.WithTimeout(ctx, w.nodes.patience)
	defer cancel()
	query := fmt.Sprintf("%s='%s' AND %s='%s'", cmttypes.EventTypeKey, cmttypes.EventTx, cmttypes.TxHashKey, w.hashHex())
	events, err := ws.Subscribe(try, "inkd", query)
	if err != nil {
		_ = ws.Stop()
		return
	}
	w.ws, w.events = ws, events
}

func (w *watch) stop() {
	if w.ws != nil {
		_ = w.ws.Stop()
	}
}

// result waits for the commit; NotSeen if it does not come in time.
func (w *watch) result(ctx context.Context, wait time.Duration) (*committed, error) {
	limit, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	for polls := 1; ; polls++ {
		select {
		case ev := <-w.events:
			if tx, ok := ev.Data.(cmttypes.EventDataTx); ok {
				return &committed{tx.Height, &tx.Result}, nil
			}
		case <-tick.C:
			if res, err := w.nodes.Tx(limit, w.hash, false); err == nil {
				return &committed{res.Height, &res.TxResult}, nil
			}
			if w.raw != nil && polls%resendEvery == 0 {
				_, _ = w.nodes.BroadcastTxSync(limit, w.raw)
			}
		case <-limit.Done():
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			return nil, NotSeen(w.hashHex())
		}
	}
}
