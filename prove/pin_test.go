package prove_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
)

// A pin names the head as it is, and the set from which the chain of sets may begin.
func TestPinOfTheLatestHead(t *testing.T) {
	s := newStory(t)
	p, err := prove.Pin(t.Context(), s.Source, "test", prove.Options{Anchor: s.Anchor})
	require.NoError(t, err)
	want := pin(t, s, p.Size)
	require.Equal(t, want.Root, p.Root)
	require.Equal(t, "test", p.Source)
	latest, err := s.Source.Latest(t.Context())
	require.NoError(t, err)
	require.Equal(t, latest+1, p.Height)
	above, _, err := s.Source.Block(t.Context(), p.Height)
	require.NoError(t, err)
	require.Equal(t, above.Header.Time, p.Time)
	require.NoError(t, verify.Policy{Pins: []verify.Pin{p}}.Check())

	again, err := prove.Pin(t.Context(), s.Source, "test", prove.Options{Anchor: s.Anchor, Pins: []verify.Pin{p, pin(t, s, 1), pin(t, s, s.Table)}})
	require.NoError(t, err)
	require.Equal(t, p, again)

	b, err := prove.Evidence(t.Context(), s.Source, s.File, prove.Options{Anchor: s.Anchor, Pins: []verify.Pin{p}, Latest: true})
	require.NoError(t, err)
	require.Equal(t, verify.Passed, status(judged(t, b, s.Anchor, verify.Input{Policy: verify.Policy{Pins: []verify.Pin{p}}}), "pins"))
}

func TestPinRefuses(t *testing.T) {
	s := newStory(t)
	last := size(t, s)
	for _, n := range []uint64{1, s.Table, last - 1} {
		p := pin(t, s, n)
		p.Root[0] ^= 1
		_, err := prove.Pin(t.Context(), s.Source, "test", prove.Options{Anchor: s.Anchor, Pins: []verify.Pin{pin(t, s, s.MLDSA), p}})
		require.ErrorIs(t, err, prove.ErrPins, "size %d", n)
	}
	_, err := prove.Pin(t.Context(), s.Source, "test", prove.Options{Anchor: s.Anchor, Pins: []verify.Pin{{Size: last + 10}}})
	require.ErrorIs(t, err, prove.ErrPins, "a log that became shorter")
	_, err = prove.Pin(t.Context(), s.Source, "test", prove.Options{})
	require.ErrorIs(t, err, prove.ErrOptions)
	_, err = prove.Pin(t.Context(), s.Source, "test", prove.Options{Anchor: otherLog(s.Anchor)})
	require.ErrorIs(t, err, prove.ErrRefused)
	require.NotErrorIs(t, err, prove.ErrPins)

	// Another set than a pin names: keys of a retired one sign something else.
	own, err := prove.Pin(t.Context(), s.Source, "test", prove.Options{Anchor: s.Anchor})
	require.NoError(t, err)
	own.NextValidatorsHash[0] ^= 1
	s.Block(testutil.Next{})
	s.Block(testutil.Next{})
	_, err = prove.Pin(t.Context(), s.Source, "test", prove.Options{Anchor: s.Anchor, Pins: []verify.Pin{own}})
	require.ErrorIs(t, err, prove.ErrPins)
}
