package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
)

func TestListQuery(t *testing.T) {
	q, err := (&listFlags{enterprise: 1, complete: true, from: "2026-01-01", to: "2026-01-31"}).query()
	require.NoError(t, err)
	require.Equal(t, listQuery{
		kind: bundle.ListEnterprise, id: 1,
		from: uint64(time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC).UnixNano()),
		to:   uint64(time.Date(2026, 1, 31, 16, 0, 0, 0, time.UTC).UnixNano()),
	}, q)
	q, err = (&listFlags{applications: true}).query()
	require.NoError(t, err)
	require.Equal(t, listQuery{kind: bundle.ListApplications}, q)
	one, err := (&listFlags{enterprise: 1, from: "2026-01-01", to: "2026-01-01"}).query()
	require.NoError(t, err)
	require.Equal(t, uint64(24*time.Hour), one.to-one.from)
	for _, f := range []listFlags{
		{}, {enterprise: 1, applications: true}, {enterprise: 1, from: "2026-1-1"}, {enterprise: 1, to: "2026-02-30"},
		{enterprise: 1, from: "2026-02-01", to: "2026-01-31"}, {enterprise: 1, from: "1969-01-01"}, {enterprise: 1, out: outFile{path: "x.ink"}},
	} {
		_, err := f.query()
		require.Equal(t, ExitUsage, exitOf(t, err).Exit, "%+v", f)
	}
}

// What is printed of a proven list comes out of the verdict: the whole, a period,
// and applications without a decision.
func TestProvenList(t *testing.T) {
	s := testutil.NewStory(t)
	t.Cleanup(func() { s.Stop() })
	own, err := nodesAnchor(t.Context(), s.Source)
	require.NoError(t, err)
	list := func(q listQuery) *listed {
		b, err := prove.List(t.Context(), s.Source, q.kind, q.id, q.from, q.to, prove.Options{Anchor: own.anchor, Statuses: q.kind == bundle.ListApplications})
		require.NoError(t, err)
		v, _, err := own.judged(b)
		require.NoError(t, err)
		out := newListed(q)
		require.NoError(t, out.proven(b, &v.Statement.Lists[0], own))
		var text bytes.Buffer
		require.NoError(t, out.table(&text))
		require.Equal(t, len(out.Entries)+1, bytes.Count(text.Bytes(), []byte("\n")))
		return out
	}
	all := list(listQuery{kind: bundle.ListEnterprise, id: s.Busy})
	require.Len(t, all.Entries, len(s.Deposits))
	require.EqualValues(t, len(s.Deposits), all.Total)
	for i, e := range all.Entries {
		require.Equal(t, s.Deposits[i], e.Seq)
		require.EqualValues(t, i+1, e.Place)
	}
	require.Regexp(t, `^30 of 30 as of 20.*Z$`, all.summary().value)

	from := uint64(s.BusyFrom.Add(24 * time.Hour).UnixNano())
	period := list(listQuery{kind: bundle.ListEnterprise, id: s.Busy, from: from, to: from + uint64(48*time.Hour)})
	require.Less(t, len(period.Entries), len(all.Entries))
	require.Regexp(t, `in the period as of`, period.summary().value)

	undecided := list(listQuery{kind: bundle.ListApplications})
	require.Len(t, undecided.Entries, 1)
	require.Equal(t, s.Undecided, undecided.Entries[0].Seq)
	require.Equal(t, s.Waiting, undecided.Entries[0].EvidenceSeq)
	require.Greater(t, undecided.Count, 1)
	require.Regexp(t, `^未决 1 件 · 1 undecided；\d+ of \d+ as of`, undecided.summary().value)
}

// That there is nothing at all cannot be proven.
func TestEmptyList(t *testing.T) {
	_, src, _ := newDepositedChain(t)
	own, err := AnchorOf(t.Context(), src)
	require.NoError(t, err)
	_, err = prove.List(t.Context(), src, bundle.ListApplications, 0, 0, 0, prove.Options{Anchor: own})
	e := exitOf(t, explained(emptyList(err)))
	require.Equal(t, ExitRefused, e.Exit)
	require.Equal(t, "not-found", e.Code)
	require.Contains(t, e.En, "cannot be proven")
}
