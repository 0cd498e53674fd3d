package prove_test

import (
	"context"
	"slices"
	"testing"

	ics23 "github.com/cosmos/ics23/go"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func headSize(t *testing.T, s bundle.State) uint64 {
	t.Helper()
	var proof ics23.CommitmentProof
	require.NoError(t, proof.Unmarshal(s.ValueProof))
	var h logtypes.LogHead
	require.NoError(t, h.Unmarshal(proof.GetExist().Value))
	return h.Size_
}

// A receipt is the least that proves a record, as soon as the header above is there.
func TestReceipt(t *testing.T) {
	s := newStory(t)
	seq := s.Submit(s.Admin, s.Enterprise, testutil.Commitment("receipt"))
	_, err := prove.Receipt(t.Context(), s.Source, seq, s.Anchor)
	require.ErrorIs(t, err, prove.ErrNotYet)
	s.Block(testutil.Next{})
	b, err := prove.Receipt(t.Context(), s.Source, seq, s.Anchor)
	require.NoError(t, err)
	v := judged(t, b, s.Anchor, verify.Input{})
	require.True(t, v.Statement.OriginProven)
	require.Equal(t, seq, v.Statement.Seq)
	require.Len(t, b.Entries, 1)

	b, err = prove.Receipt(t.Context(), s.Source, s.File, s.Anchor)
	require.NoError(t, err)
	require.LessOrEqual(t, len(b.Bytes()), 2_000)
	t.Logf("%d bytes without changes of the validator set", len(b.Bytes()))
}

// Without the head of its own block an entry is proven by the latest one, and the
// verdict says on what it rests.
func TestWithoutTheOriginsHead(t *testing.T) {
	s := newStory(t)
	origin, err := s.Source.Head(t.Context(), s.Source.HeightOf(t, s.File))
	require.NoError(t, err)
	s.Source.NotKept[origin.Height] = true
	for _, latest := range []bool{false, true} {
		b, err := prove.Evidence(t.Context(), s.Source, s.File, prove.Options{Anchor: s.Anchor, Latest: latest})
		require.NoError(t, err)
		v := judged(t, b, s.Anchor, verify.Input{})
		require.Equal(t, verify.ExitUnsupported, v.Exit)
		require.False(t, v.Statement.OriginProven)
		require.True(t, slices.ContainsFunc(v.RestsOn, func(r verify.Sentence) bool { return r.Code == "no-origin" }))
	}
	_, err = prove.Receipt(t.Context(), s.Source, s.File, s.Anchor)
	require.ErrorIs(t, err, prove.ErrNotKept)
}

// failing is a source with faults of its own.
type failing struct {
	prove.Source
	// spoil changes blocks.
	spoil func(*bundle.Block)
	// prunes is how often the latest state is gone when it is read.
	prunes int
}

func (f *failing) Block(ctx context.Context, height uint64) (bundle.Block, []bundle.Validator, error) {
	b, set, err := f.Source.Block(ctx, height)
	b.Commit.Signatures = slices.Clone(b.Commit.Signatures)
	if f.spoil != nil {
		f.spoil(&b)
	}
	return b, set, err
}

func (f *failing) State(ctx context.Context, height uint64, kind bundle.StateKind, id uint64) (bundle.State, error) {
	if f.prunes > 0 && kind != bundle.StateHead {
		f.prunes--
		return bundle.State{}, prove.ErrPruned
	}
	return f.Source.State(ctx, height, kind, id)
}

// unsign makes signatures of these heights invalid, all of them.
func unsign(heights ...uint64) func(*bundle.Block) {
	return func(b *bundle.Block) {
		if !slices.Contains(heights, b.Header.Height) {
			return
		}
		for i := range b.Commit.Signatures {
			b.Commit.Signatures[i].Signature = make([]byte, 64)
		}
	}
}

// A header without enough valid signatures is gone around: a later one proves the
// entry, an earlier one what is known as of now. A link cannot be replaced.
func TestHeadersWithoutValidSignatures(t *testing.T) {
	s := newStory(t)
	last := uint64(s.Height())
	origin := s.Source.HeightOf(t, s.File) + 1
	links, err := s.Source.Links(t.Context(), 0, last)
	require.NoError(t, err)
	o := prove.Options{Anchor: s.Anchor, Latest: true}

	b, err := prove.Evidence(t.Context(), &failing{Source: s.Source, spoil: unsign(origin)}, s.File, o)
	require.NoError(t, err)
	require.False(t, judged(t, b, s.Anchor, verify.Input{}).Statement.OriginProven)

	b, err = prove.Evidence(t.Context(), &failing{Source: s.Source, spoil: unsign(last, last-1)}, s.File, o)
	require.NoError(t, err)
	require.Equal(t, last-2, b.Blocks[len(b.Blocks)-1].Header.Height)
	require.True(t, judged(t, b, s.Anchor, verify.Input{}).Statement.OriginProven)

	_, err = prove.Evidence(t.Context(), &failing{Source: s.Source, spoil: unsign(links[2])}, s.File, o)
	require.ErrorIs(t, err, prove.ErrRefused)

	_, err = prove.Receipt(t.Context(), &failing{Source: s.Source, spoil: unsign(origin)}, s.File, s.Anchor)
	require.ErrorIs(t, err, prove.ErrRefused)
}

// A state that is pruned while it is read is read again later, but not for ever.
func TestPrunedWhileReading(t *testing.T) {
	s := newStory(t)
	o := prove.Options{Anchor: s.Anchor, Latest: true}
	b, err := prove.Evidence(t.Context(), &failing{Source: s.Source, prunes: 3}, s.File, o)
	require.NoError(t, err)
	judged(t, b, s.Anchor, verify.Input{})
	_, err = prove.Evidence(t.Context(), &failing{Source: s.Source, prunes: 100}, s.File, o)
	require.ErrorIs(t, err, prove.ErrPruned)
}

// A node that pruned everything but the last states still serves old records.
func TestAfterPruning(t *testing.T) {
	s := newStory(t)
	s.Source.Pruned = uint64(s.Height()) - 3
	b, err := prove.Evidence(t.Context(), s.Source, s.File, prove.Options{Anchor: s.Anchor, Latest: true, Submission: true})
	require.NoError(t, err)
	require.True(t, judged(t, b, s.Anchor, verify.Input{}).Statement.OriginProven)
}
