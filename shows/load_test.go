//go:build network

package shows

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/inkchain/inkd/testutil"
)

const (
	// pace of the load: four transactions a second.
	pace       = 250 * time.Millisecond
	enterprise = 1 // the demo enterprise
)

// load sends one signer's transactions, one after the other, whatever happens to
// the nodes. What was sent and is not in a block is sent again with the same bytes.
type load struct {
	c       *consortium
	signer  testutil.Signer
	message func(i int) sdk.Msg
	nodes   []*rpchttp.HTTP
	number  uint64
	first   uint64

	mu   sync.Mutex
	sent [][]byte // by sequence from first
	// refused are the errors of transactions that no node took.
	refused []error
	stop    chan struct{}
	done    chan struct{}
}

// startLoad deposits until it is finished.
func startLoad(c *consortium, s testutil.Signer) *load {
	return startSending(c, s, func(i int) sdk.Msg {
		return testutil.Deposit(s, enterprise, testutil.Commitment(fmt.Sprintf("load %d", i)))
	})
}

func startSending(c *consortium, s testutil.Signer, message func(i int) sdk.Msg) *load {
	l := &load{c: c, signer: s, message: message, stop: make(chan struct{}), done: make(chan struct{})}
	for _, n := range c.nodes[:len(founderNames)] {
		l.nodes = append(l.nodes, n.rpc)
	}
	var err error
	l.number, l.first, err = l.account()
	require.NoError(c.t, err)
	go l.run()
	return l
}

func (l *load) run() {
	defer close(l.done)
	for {
		select {
		case <-l.stop:
			return
		case <-time.After(pace):
		}
		l.next()
	}
}

// next sends one transaction; if it was not taken, those before may be missing.
func (l *load) next() {
	l.mu.Lock()
	defer l.mu.Unlock()
	sequence := l.first + uint64(len(l.sent))
	raw, err := l.signer.Sign(l.c.app.TxConfig, l.c.chainID, l.number, sequence, nil, l.message(len(l.sent)))
	if err == nil {
		err = l.broadcast(raw)
	}
	switch {
	case err == nil:
		l.sent = append(l.sent, raw)
	case errors.Is(err, errWait):
	case errors.Is(err, errSequence):
		l.again()
	default:
		l.refused = append(l.refused, err)
	}
}

var (
	errWait     = errors.New("no node takes it now")
	errSequence = errors.New("the node lacks transactions before")
)

// broadcast gives a transaction to the first node that takes it.
func (l *load) broadcast(raw []byte) error {
	for _, n := range l.nodes {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		r, err := n.BroadcastTxSync(ctx, raw)
		cancel()
		if err != nil {
			continue
		}
		switch {
		case r.Code == 0:
			return nil
		case r.Codespace == sdkerrors.RootCodespace && r.Code == sdkerrors.ErrWrongSequence.ABCICode():
			return errSequence
		case r.Codespace == sdkerrors.RootCodespace && r.Code == sdkerrors.ErrMempoolIsFull.ABCICode():
			return errWait
		}
		return fmt.Errorf("%s/%d: %s", r.Codespace, r.Code, r.Log)
	}
	return errWait
}

// again sends what is in no block yet, with the same bytes.
func (l *load) again() {
	_, sequence, err := l.account()
	if err != nil {
		return
	}
	for i := sequence - l.first; i < uint64(len(l.sent)); i++ {
		_ = l.broadcast(l.sent[i]) // the node may have it: then it says so
	}
}

func (l *load) account() (number, sequence uint64, err error) {
	data, err := (&authtypes.QueryAccountInfoRequest{Address: l.signer.Address()}).Marshal()
	if err != nil {
		return 0, 0, err
	}
	err = errWait
	for _, n := range l.nodes {
		r, errAsk := n.ABCIQuery(context.Background(), "/cosmos.auth.v1beta1.Query/AccountInfo", data)
		if errAsk != nil {
			continue
		}
		var info authtypes.QueryAccountInfoResponse
		if r.Response.Code != 0 {
			return 0, 0, fmt.Errorf("account: %s", r.Response.Log)
		}
		if err = info.Unmarshal(r.Response.Value); err == nil {
			return info.Info.AccountNumber, info.Info.Sequence, nil
		}
	}
	return 0, 0, err
}

// progress is how many transactions were taken so far.
func (l *load) progress() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.sent)
}

// end stops sending.
func (l *load) end() {
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	<-l.done
}

// finish stops sending and expects every transaction that a node took in a block,
// carried out.
func (l *load) finish() {
	t := l.c.t
	t.Helper()
	l.end()
	require.Empty(t, l.refused)
	require.Eventually(t, func() bool {
		_, sequence, err := l.account()
		if err == nil && sequence == l.first+uint64(len(l.sent)) {
			return true
		}
		l.again()
		return false
	}, patience, time.Second, "what was sent is not in blocks")
	for i, raw := range l.sent {
		r, err := l.nodes[0].Tx(context.Background(), cmttypes.Tx(raw).Hash(), false)
		require.NoError(t, err, "transaction %d", i)
		require.Zero(t, r.TxResult.Code, "transaction %d: %s", i, r.TxResult.Log)
	}
	t.Logf("load: %d deposits were taken, all of them are in blocks and carried out", len(l.sent))
}
