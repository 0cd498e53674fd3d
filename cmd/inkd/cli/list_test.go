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
	require.Regexp(t, `^30 of 30 as of 20.*\+08:00（全部 30 件，截至 20.*\+08:00）$`, all.summary().value)

	from := uint64(s.BusyFrom.Add(24 * time.Hour).UnixNano())
	period := list(listQuery{kind: bundle.ListEnterprise, id: s.Busy, from: from, to: from + uint64(48*time.Hour)})
	require.Less(t, len(period.Entries), len(all.Entries))
	require.Regexp(t, `in the period as of .*（期间内 \d+ 件`, period.summary().value)

	undecided := list(listQuery{kind: bundle.ListApplications})
	require.Len(t, undecided.Entries, 1)
	require.Equal(t, s.Undecided, undecided.Entries[0].Seq)
	require.Equal(t, s.Waiting, undecided.Entries[0].EvidenceSeq)
	require.Greater(t, undecided.Count, 1)
	require.Regexp(t, `^未决 1 件 · 1 undecided；\d+ of \d+ as of`, undecided.summary().value)
}

// A period that is not over, or has not begun, is said in days as they are typed and in
// times of Beijing.
func TestPeriodsToComeAreSaidInDays(t *testing.T) {
	s := testutil.NewStory(t)
	t.Cleanup(func() { s.Stop() })
	now := s.Now()
	today, tomorrow := now.In(utc8).Format(time.DateOnly), now.In(utc8).AddDate(0, 0, 1).Format(time.DateOnly)
	prove1 := func(f listFlags) error {
		f.enterprise, f.complete = s.Busy, true
		q, err := f.query()
		require.NoError(t, err)
		b, err := prove.List(t.Context(), s.Source, q.kind, q.id, q.from, q.to, prove.Options{Anchor: s.Anchor})
		if err != nil {
			return q.unfinished(err)
		}
		v, _, err := (&trust{anchor: s.Anchor}).judged(b)
		require.NoError(t, err)
		return q.begun(uint64(v.Statement.Lists[0].AsOf))
	}
	require.NoError(t, prove1(listFlags{from: today}))
	e := exitOf(t, prove1(listFlags{from: today, to: today}))
	require.Equal(t, ExitNotSeen, e.Exit)
	require.Contains(t, e.En, "--to "+today+": that day, at UTC+8, is not over")
	require.Contains(t, e.En, "got the latest of 20")
	require.NotRegexp(t, `\d{15}|Z`, e.En, "neither nanoseconds nor UTC")
	require.Contains(t, e.Hint, "inkd evidence list --enterprise 2 --from "+today+" --complete")
	e = exitOf(t, prove1(listFlags{from: tomorrow}))
	require.Equal(t, ExitNotSeen, e.Exit)
	require.Contains(t, e.Zh, "--from "+tomorrow+"：晚于最新区块头的时间 20")
	require.NotRegexp(t, `\d{15}|Z`, e.En)

	_, err := prove.List(t.Context(), s.Source, bundle.ListEnterprise, s.Busy, 2e18, 1e18, prove.Options{Anchor: s.Anchor})
	require.ErrorContains(t, err, "got 2033-05-18T11:33:20+08:00 to 2001-09-09T09:46:40+08:00")
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
