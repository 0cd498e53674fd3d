package cli

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// deposited is a chain whose last block but some has one record.
func newDepositedChain(t *testing.T) (*testutil.Consensus, *testutil.Prover, uint64) {
	t.Helper()
	c := testutil.NewConsensus(t, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	t.Cleanup(func() { c.Stop() })
	p := testutil.NewPeople(c)
	return c, testutil.NewProver(c), p.Submit(p.Admin, p.Enterprise, testutil.Commitment("a deposit"))
}

func anything(*verify.Statement) bool { return true }

func exitOf(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	require.True(t, errors.As(err, &e), "expected an error of ours, got %v", err)
	return e
}

// A receipt is good when the next block has a commit, and not before.
func TestReceiptWaitsForTheNextBlock(t *testing.T) {
	c, src, seq := newDepositedChain(t)
	r := &receipts{src: src, wait: 200 * time.Millisecond, began: time.Now()}
	_, err := r.check(t.Context(), subject{seq: seq, number: "CZ1"}, anything)
	e := exitOf(t, err)
	require.Equal(t, ExitNotSeen, e.Exit)
	require.Equal(t, "not-proven", e.Code)
	require.Contains(t, e.En, "CZ1: the next block was not seen in time")
	require.Contains(t, e.Hint, "inkd evidence bundle CZ1 --out CZ1.ink")

	c.Block(testutil.Next{})
	proof, err := r.check(t.Context(), subject{seq: seq, number: "CZ1"}, anything)
	require.NoError(t, err)
	require.Equal(t, "node", proof.CheckedAgainst)
	require.Equal(t, stamp(uint64(c.Header(c.Height()).Time.UnixNano())), proof.ProvenTime)
	require.Nil(t, proof.Verdict)
}

// What keeps the proof from coming is no failed proof: the deposit stands.
func TestReceiptThatDoesNotCome(t *testing.T) {
	c, src, seq := newDepositedChain(t)
	c.Block(testutil.Next{})
	src.NotKept[uint64(c.Height()-1)] = true
	r := &receipts{src: src, wait: time.Second, began: time.Now()}
	_, err := r.check(t.Context(), subject{seq: seq}, anything)
	require.Equal(t, ExitNotSeen, exitOf(t, err).Exit)
	require.ErrorIs(t, err, prove.ErrNotKept)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, src, seq = newDepositedChain(t)
	_, err = (&receipts{src: src, wait: time.Hour}).check(ctx, subject{seq: seq}, anything)
	require.Equal(t, ExitNotSeen, exitOf(t, err).Exit)
}

// A proof that the user's anchor does not bear, or that is about something else, is
// loud, and the verdict comes with it.
func TestReceiptThatFails(t *testing.T) {
	c, src, seq := newDepositedChain(t)
	c.Block(testutil.Next{})
	own, err := nodesAnchor(t.Context(), src)
	require.NoError(t, err)
	forged := *own.anchor
	forged.Eras = []bundle.Era{own.anchor.Eras[0]}
	forged.Eras[0].Validators = own.anchor.Eras[0].Validators[1:]
	r := &receipts{src: src, wait: time.Second, trust: &trust{anchor: &forged, path: "anchor.ink"}}
	proof, err := r.check(t.Context(), subject{seq: seq}, anything)
	e := exitOf(t, err)
	require.Equal(t, ExitInternal, e.Exit)
	require.Equal(t, "proof", e.Code)
	require.Contains(t, e.En, "FAILED")
	require.Equal(t, verify.ExitFailed, proof.Verdict.Exit)
	require.Empty(t, proof.ProvenTime)
	require.NotEmpty(t, proof.rows())

	r.trust = own
	proof, err = r.check(t.Context(), subject{seq: seq}, func(*verify.Statement) bool { return false })
	require.Contains(t, exitOf(t, err).En, "not about what was sent")
	require.NotNil(t, proof.Verdict)
}

// The anchor of what the nodes say is that of the founders.
func TestNodesAnchor(t *testing.T) {
	s := testutil.NewStory(t)
	t.Cleanup(func() { s.Stop() })
	own, err := nodesAnchor(t.Context(), s.Source)
	require.NoError(t, err)
	require.False(t, own.own())
	require.Equal(t, s.Anchor.Eras, own.anchor.Eras)
	require.Greater(t, len(own.anchor.Institutions), len(s.Anchor.Institutions))
	for _, seq := range []uint64{s.File, s.PostQuantum, s.Removed, s.Siblings[1]} {
		_, err := (&receipts{src: s.Source, wait: time.Second, trust: own}).check(t.Context(), subject{seq: seq}, anything)
		require.NoError(t, err, "%d", seq)
	}
}
