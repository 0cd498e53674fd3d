package prove_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// Lists are complete: of a period in the midst, at the edges, empty, and up to now.
func TestList(t *testing.T) {
	s := newStory(t)
	day := func(n int) uint64 { return uint64(s.BusyFrom.Add(time.Duration(n) * 24 * time.Hour).UnixNano()) }
	all := s.Deposits
	latest, err := s.Source.Latest(t.Context())
	require.NoError(t, err)
	last, _, err := s.Source.Block(t.Context(), latest+1)
	require.NoError(t, err)
	before, now := day(-400), last.Header.Time
	for _, c := range []struct {
		name     string
		from, to uint64
		seqs     []uint64
		total    bool // by the counter
	}{
		{"a period", day(1), day(3), all[testutil.BusyPerDay : 3*testutil.BusyPerDay], false},
		{"from the beginning", 0, day(2), all[:2*testutil.BusyPerDay], false},
		{"up to now", 0, 0, all, true},
		{"the end, up to now", day(4), 0, all[4*testutil.BusyPerDay:], true},
		{"a period that ends after the last", day(5), now, all[5*testutil.BusyPerDay:], true},
		{"before the first", before, day(-1), []uint64{}, false},
		{"between two", day(1) + 1, day(1) + 2, []uint64{}, false},
		{"after the last", day(30), 0, []uint64{}, true},
		{"one", s.Source.BlockTime(t, all[7]), s.Source.BlockTime(t, all[7]) + 1, all[7:8], false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := prove.List(t.Context(), s.Source, bundle.ListEnterprise, s.Busy, c.from, c.to, prove.Options{Anchor: s.Anchor})
			require.NoError(t, err)
			v := judged(t, b, s.Anchor, verify.Input{})
			require.Equal(t, verify.ExitNothingShown, v.Exit)
			require.Len(t, v.Statement.Lists, 1)
			l := v.Statement.Lists[0]
			require.Equal(t, c.seqs, l.Seqs)
			require.Equal(t, c.total, l.Total != 0)
			if c.total {
				require.EqualValues(t, len(all), l.Total)
			}
			t.Logf("%d bytes", len(b.Bytes()))
		})
	}
}

// Of all applications those without a decision are known.
func TestApplications(t *testing.T) {
	s := newStory(t)
	o := prove.Options{Anchor: s.Anchor, Statuses: true}
	b, err := prove.List(t.Context(), s.Source, bundle.ListApplications, 0, 0, 0, o)
	require.NoError(t, err)
	l := judged(t, b, s.Anchor, verify.Input{}).Statement.Lists[0]
	require.Equal(t, []uint64{s.Issued, s.Revoked, s.Rejected, s.Undecided}, l.Seqs)
	require.True(t, l.DecisionsProven)
	require.Equal(t, []uint64{s.Undecided}, l.Undecided)
	require.EqualValues(t, 4, l.Total)

	second := s.Source.BlockTime(t, s.Revoked)
	b, err = prove.List(t.Context(), s.Source, bundle.ListApplications, 0, second, second+1, o)
	require.NoError(t, err)
	l = judged(t, b, s.Anchor, verify.Input{}).Statement.Lists[0]
	require.Equal(t, []uint64{s.Revoked}, l.Seqs)
	require.True(t, l.DecisionsProven)
	require.Empty(t, l.Undecided)
	require.EqualValues(t, 2, l.First)
}

func TestListRefuses(t *testing.T) {
	s := newStory(t)
	o := prove.Options{Anchor: s.Anchor}
	for name, c := range map[string]struct {
		kind         bundle.ListKind
		id, from, to uint64
		o            prove.Options
		want         error
	}{
		"no anchor":               {bundle.ListEnterprise, s.Busy, 0, 0, prove.Options{}, prove.ErrOptions},
		"ends before it begins":   {bundle.ListEnterprise, s.Busy, 2, 1, o, prove.ErrOptions},
		"applications with an id": {bundle.ListApplications, 1, 0, 0, o, prove.ErrOptions},
		"no such kind":            {3, 0, 0, 0, o, prove.ErrOptions},
		"a transaction with it":   {bundle.ListEnterprise, s.Busy, 0, 0, prove.Options{Anchor: s.Anchor, Submission: true}, prove.ErrOptions},
		"ends as it begins":       {bundle.ListEnterprise, s.Busy, 2, 2, o, prove.ErrOptions},
		"a period not over":       {bundle.ListEnterprise, s.Busy, 0, uint64(s.Now().UnixNano()), o, prove.ErrNotOver},
		"nothing to prove":        {bundle.ListEnterprise, 77, 0, 0, o, prove.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := prove.List(t.Context(), s.Source, c.kind, c.id, c.from, c.to, c.o)
			require.ErrorIs(t, err, c.want)
		})
	}
}
