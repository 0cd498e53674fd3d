package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/cosmos/cosmos-sdk/client"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// Sender signs transactions, sends them and waits until they are in a block.
type Sender struct {
	ctx   client.Context
	nodes *Nodes
	wait  time.Duration
}

// Receipt is what became of a committed transaction.
type Receipt struct {
	TxHash    string // upper-case hex
	Height    int64  // 0 if the commit was not waited for
	BlockTime time.Time
	// MsgResponses of its messages, in order.
	MsgResponses []*codectypes.Any
	// CommittedMs are the milliseconds from handing it to a node until its commit
	// was seen.
	CommittedMs int64
	// Began is when it was handed to a node.
	Began time.Time
}

// NewSender makes a sender over some nodes; it waits that long for a commit, and
// with 0 or less not at all.
func NewSender(c client.Context, nodes []string, wait time.Duration) (*Sender, error) {
	n, err := NewNodes(nodes)
	if err != nil {
		return nil, err
	}
	return newSender(c, n, wait), nil
}

func newSender(c client.Context, n *Nodes, wait time.Duration) *Sender {
	return &Sender{ctx: c.WithClient(n).WithHeight(0), nodes: n, wait: wait}
}

// maxAttempts bounds how often a transaction is signed again because another one
// of the same key came first.
const maxAttempts = 20

// Send sends messages as one transaction of a key, given by name or address. It
// costs nothing and needs no simulation. Errors: 65 refused, 66 no node, 67 sent
// but not seen in time.
func (s *Sender) Send(ctx context.Context, from string, msgs ...sdk.Msg) (*Receipt, error) {
	signer, err := s.signer(from)
	if err != nil {
		return nil, err
	}
	if err := s.findChainID(ctx); err != nil {
		return nil, err
	}
	account, err := s.account(ctx, signer)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		raw, err := s.sign(ctx, signer, account, msgs)
		if err != nil {
			return nil, err
		}
		receipt, err := s.deliver(ctx, raw)
		var wrong *wrongSequenceError
		if !errors.As(err, &wrong) {
			return receipt, err
		}
		if attempt == maxAttempts {
			return nil, Refused(sdkerrors.RootCodespace, sdkerrors.ErrWrongSequence.ABCICode(), wrong.log)
		}
		if account.sequence, err = s.nextSequence(ctx, signer, wrong); err != nil {
			return nil, err
		}
	}
}

// wrongSequenceError is the refusal of a transaction before which another one of
// the same account came.
type wrongSequenceError struct{ log string }

func (e *wrongSequenceError) Error() string { return e.log }

var expectedSequence = regexp.MustCompile(`expected (\d+), got (\d+)`)

// nextSequence reads the sequence out of the refusal, which counts the mempool
// too, or else asks for the account.
func (s *Sender) nextSequence(ctx context.Context, signer signer, wrong *wrongSequenceError) (uint64, error) {
	if m := expectedSequence.FindStringSubmatch(wrong.log); m != nil {
		if n, err := strconv.ParseUint(m[1], 10, 64); err == nil {
			return n, nil
		}
	}
	account, err := s.account(ctx, signer)
	return account.sequence, err
}

// deliver sends signed bytes and waits for their commit.
func (s *Sender) deliver(ctx context.Context, raw []byte) (*Receipt, error) {
	watch := s.watch(ctx, raw)
	defer watch.stop()
	start := time.Now()
	if err := s.broadcast(ctx, raw, watch.hash); err != nil {
		return nil, err
	}
	if s.wait <= 0 {
		return &Receipt{TxHash: watch.hashHex()}, nil
	}
	done, err := watch.result(ctx, s.wait)
	if err != nil {
		return nil, err
	}
	elapsed := time.Since(start)
	if done.result.Code != 0 {
		return nil, Refused(done.result.Codespace, done.result.Code, done.result.Log)
	}
	return s.receipt(ctx, watch, done, start, elapsed)
}

func (s *Sender) receipt(ctx context.Context, w *watch, done *committed, began time.Time, elapsed time.Duration) (*Receipt, error) {
	var data sdk.TxMsgData
	if err := data.Unmarshal(done.result.Data); err != nil {
		return nil, internal(fmt.Errorf("result of %s: %w", w.hashHex(), err))
	}
	header, err := s.header(ctx, done.height)
	if err != nil {
		return nil, err
	}
	return &Receipt{
		TxHash: w.hashHex(), Height: done.height, BlockTime: header.Time,
		MsgResponses: data.MsgResponses, CommittedMs: elapsed.Milliseconds(), Began: began,
	}, nil
}

// header waits for a node that has the block: after a change of the node it may
// be one behind.
func (s *Sender) header(ctx context.Context, height int64) (*cmttypes.Header, error) {
	var last error
	for range 20 {
		res, err := s.nodes.Header(ctx, &height)
		if err == nil && res.Header != nil {
			return res.Header, nil
		}
		if last = err; err != nil && !isAnswer(err) {
			return nil, err
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
	return nil, internal(fmt.Errorf("header of block %d: expected it on a node: %w", height, last))
}

// broadcast hands the same bytes to one node after the other until one takes
// them. If a node may have taken them without saying so, a refusal of the next
// one for its sequence is no refusal.
func (s *Sender) broadcast(ctx context.Context, raw []byte, hash []byte) error {
	maybe := false
	var last error
	for _, i := range s.nodes.order() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		handOver(raw)
		try, cancel := context.WithTimeout(ctx, s.nodes.patience)
		res, err := s.nodes.clients[i].BroadcastTxSync(try, raw)
		cancel()
		if err != nil && !isAnswer(err) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			maybe, last = maybe || !unreachable(err), err
			continue
		}
		s.nodes.answered(i)
		return s.verdict(ctx, res, err, hash, maybe)
	}
	e := Unreachable(s.nodes.urls, last)
	if maybe {
		e.Hint = "a node may have taken the transaction: inkd query wait-tx " + strings.ToUpper(hex.EncodeToString(hash))
	}
	return e
}

// verdict is what a node says of a transaction that it was given.
func (s *Sender) verdict(ctx context.Context, res *coretypes.ResultBroadcastTx, err error, hash []byte, maybe bool) error {
	if known := client.CheckCometError(err, nil); known != nil {
		if known.Code == sdkerrors.ErrTxInMempoolCache.ABCICode() {
			return nil // it came by another way
		}
		return Refused(known.Codespace, known.Code, err.Error())
	}
	if err != nil {
		return internal(err)
	}
	if res.Code == 0 {
		return nil
	}
	if res.Codespace == sdkerrors.RootCodespace && res.Code == sdkerrors.ErrWrongSequence.ABCICode() {
		if maybe && s.known(ctx, hash) {
			return nil
		}
		return &wrongSequenceError{res.Log}
	}
	return Refused(res.Codespace, res.Code, res.Log)
}

// known looks for a transaction for a few blocks.
func (s *Sender) known(ctx context.Context, hash []byte) bool {
	for range 8 {
		if _, err := s.nodes.Tx(ctx, hash, false); err == nil {
			return true
		}
		if pause(ctx, 500*time.Millisecond) != nil {
			return false
		}
	}
	return false
}

func (n *Nodes) current() string { return n.urls[n.order()[0]] }

// pause waits, or returns when ctx is done.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
