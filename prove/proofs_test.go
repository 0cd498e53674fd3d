package prove_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// pin of a size as the log has it.
func pin(t *testing.T, s *testutil.Story, size uint64) verify.Pin {
	t.Helper()
	root, err := s.Source.Root(size)
	require.NoError(t, err)
	return verify.Pin{Size: size, Root: root, Date: "2026-05-20", Source: "test"}
}

func size(t *testing.T, s *testutil.Story) uint64 {
	t.Helper()
	head, err := s.App.LogKeeper.Head(s.Ctx())
	require.NoError(t, err)
	return head.Size_
}

// Pins of all sizes are kept, whether they were known when the bundle was made, were
// thought of, or came later with proofs of their own.
func TestPins(t *testing.T) {
	s := newStory(t)
	last := size(t, s)
	sizes := []uint64{1, 2, s.Table, s.MLDSA - 1, s.MLDSA, s.MLDSA + 1, s.MLDSA + 2, last - 1, last}
	var pins []verify.Pin
	for _, n := range sizes {
		pins = append(pins, pin(t, s, n))
	}
	for _, o := range []prove.Options{{}, {Latest: true}} {
		o.Anchor = s.Anchor
		bare, err := prove.Evidence(t.Context(), s.Source, s.MLDSA, o)
		require.NoError(t, err)
		o.PinSizes = sizes
		thought, err := prove.Evidence(t.Context(), s.Source, s.MLDSA, o)
		require.NoError(t, err)
		o.Pins, o.PinSizes = pins, nil
		known, err := prove.Evidence(t.Context(), s.Source, s.MLDSA, o)
		require.NoError(t, err)
		heads, err := prove.HeadSizes(bare)
		require.NoError(t, err)
		later, err := prove.Proofs(t.Context(), s.Source, s.MLDSA, sizes, heads)
		require.NoError(t, err)
		file := later.Bytes()
		again, err := bundle.ParseProofs(file)
		require.NoError(t, err)
		require.Equal(t, file, again.Bytes())
		for i := range pins {
			for _, some := range [][]verify.Pin{pins[i : i+1], pins[:i+1], pins[i:]} {
				policy := verify.Policy{Pins: some}
				for _, in := range []verify.Input{{Policy: policy}, {Policy: policy, Proofs: [][]byte{file}}} {
					b := thought
					if in.Proofs != nil {
						b = bare
					}
					require.Equal(t, verify.Passed, status(judged(t, b, s.Anchor, in), "pins"), "sizes %v", sizes[i])
				}
			}
		}
		require.Equal(t, verify.Passed, status(judged(t, known, s.Anchor, verify.Input{Policy: verify.Policy{Pins: pins}}), "pins"))
	}
}

// Proofs that do not know the bundle's heads do not tie what it says of later to a
// younger pin.
func TestProofsForTheHeadsOfABundle(t *testing.T) {
	s := newStory(t)
	at := uint64(s.Source.HeightOf(t, s.Removed))
	head, err := s.Source.Head(t.Context(), at)
	require.NoError(t, err)
	policy := verify.Policy{Pins: []verify.Pin{pin(t, s, headSize(t, head))}}
	b, err := prove.Evidence(t.Context(), s.Source, s.File, prove.Options{Anchor: s.Anchor, Latest: true})
	require.NoError(t, err)
	heads, err := prove.HeadSizes(b)
	require.NoError(t, err)
	require.Len(t, heads, 2)
	for _, c := range []struct {
		heads []uint64
		exit  int
	}{{nil, verify.ExitTrust}, {heads, verify.ExitNothingShown}} {
		p, err := prove.Proofs(t.Context(), s.Source, s.File, []uint64{policy.Pins[0].Size}, c.heads)
		require.NoError(t, err)
		v := verify.Verify(verify.Input{Bundle: b.Bytes(), Anchor: s.Anchor.Bytes(), Policy: policy, Proofs: [][]byte{p.Bytes()}})
		require.Equal(t, c.exit, v.Exit)
	}
}

// A pin that is not of this log refuses the bundle in the writer's own hands.
func TestWriterSeesAFalsePin(t *testing.T) {
	s := newStory(t)
	for _, n := range []uint64{s.Table, s.MLDSA + 1, size(t, s)} {
		p := pin(t, s, n)
		p.Root[0] ^= 1
		_, err := prove.Evidence(t.Context(), s.Source, s.MLDSA, prove.Options{Anchor: s.Anchor, Pins: []verify.Pin{p}})
		require.ErrorIs(t, err, prove.ErrRefused, "size %d", n)
	}
}

func TestListsWithPins(t *testing.T) {
	s := newStory(t)
	last := size(t, s)
	sizes := []uint64{1, s.Table, last - 1, last}
	o := prove.Options{Anchor: s.Anchor, PinSizes: sizes}
	b, err := prove.List(t.Context(), s.Source, bundle.ListEnterprise, s.Busy, 0, 0, o)
	require.NoError(t, err)
	for i := range sizes {
		judged(t, b, s.Anchor, verify.Input{Policy: verify.Policy{Pins: []verify.Pin{pin(t, s, sizes[i])}}})
	}
	var pins []verify.Pin
	for _, n := range sizes {
		pins = append(pins, pin(t, s, n))
	}
	judged(t, b, s.Anchor, verify.Input{Policy: verify.Policy{Pins: pins}})

	o.PinSizes = nil
	bare, err := prove.List(t.Context(), s.Source, bundle.ListEnterprise, s.Busy, 0, 0, o)
	require.NoError(t, err)
	heads, err := prove.HeadSizes(bare)
	require.NoError(t, err)
	p, err := prove.Proofs(t.Context(), s.Source, 0, sizes, heads)
	require.NoError(t, err)
	for i := range pins {
		judged(t, bare, s.Anchor, verify.Input{Policy: verify.Policy{Pins: pins[i:]}, Proofs: [][]byte{p.Bytes()}})
	}
}

// A pin that names a set may stand for the chain of sets before it.
func TestChainOfSetsFromAPin(t *testing.T) {
	s := newStory(t)
	const at = 100 // above all links
	b, _, err := s.Source.Block(t.Context(), at)
	require.NoError(t, err)
	state, err := s.Source.State(t.Context(), at-1, bundle.StateHead, 0)
	require.NoError(t, err)
	p := pin(t, s, headSize(t, state))
	next := bundle.Hash(b.Header.NextValidatorsHash)
	p.Height, p.NextValidatorsHash = at, &next
	o := prove.Options{Anchor: s.Anchor, Pins: []verify.Pin{p}}
	seq := s.Deposits[len(s.Deposits)-1]
	whole, err := prove.Evidence(t.Context(), s.Source, seq, o)
	require.NoError(t, err)
	require.Len(t, whole.Blocks, 9)
	o.FromPins = true
	short, err := prove.Evidence(t.Context(), s.Source, seq, o)
	require.NoError(t, err)
	require.Len(t, short.Blocks, 1)
	for _, b := range []*bundle.Bundle{whole, short} {
		judged(t, b, s.Anchor, verify.Input{Policy: verify.Policy{Pins: o.Pins}})
	}
	v := verify.Verify(verify.Input{Bundle: short.Bytes(), Anchor: s.Anchor.Bytes()})
	require.Equal(t, verify.Failed, status(v, "authority"), "who has not the pin cannot verify it")
}
