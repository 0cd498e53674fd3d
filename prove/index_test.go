package prove_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex"
	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
)

// committed is the state of a chain, as an index reads it.
type committed struct{ c *testutil.Consensus }

func (s committed) Height() uint64 { return uint64(s.c.Height()) }

func (s committed) Head() (size uint64, root format.Hash, lastHeight uint64, err error) {
	h, err := s.c.App.LogKeeper.Head(s.c.Ctx())
	if err != nil {
		return 0, format.Hash{}, 0, err
	}
	return h.Size_, format.Hash(h.Root), h.LastHeight, nil
}

func (s committed) Entry(seq uint64) ([]byte, error) {
	return s.c.App.LogKeeper.EntryBytes(s.c.Ctx(), seq)
}

// indexed takes from a node's index what a node takes from it.
type indexed struct {
	prove.Source
	x *logindex.Index
}

func (i indexed) Inclusion(_ context.Context, seq, size uint64) ([]bundle.Hash, error) {
	return i.x.Inclusion(seq, size)
}

func (i indexed) Consistency(_ context.Context, from, to uint64) ([]bundle.Hash, error) {
	return i.x.Consistency(from, to)
}

func (i indexed) Find(_ context.Context, q *indextypes.QueryFindRequest) ([]uint64, error) {
	var all []uint64
	page := *q
	page.Limit = 3
	for {
		seqs, more, err := i.x.Find(&page)
		if err != nil {
			return nil, err
		}
		all = append(all, seqs...)
		if !more {
			return all, nil
		}
		page.After = seqs[len(seqs)-1]
	}
}

// With a node's index the writer makes the same bundles as by looking at every entry.
func TestIndexMakesTheSameBundles(t *testing.T) {
	s := newStory(t)
	x, err := logindex.Open(dbm.NewMemDB())
	require.NoError(t, err)
	require.NoError(t, x.CatchUp(committed{s.Consensus}))
	src := indexed{s.Source, x}
	o := prove.Options{Anchor: s.Anchor, Latest: true, Submission: true, PinSizes: []uint64{2, s.MLDSA, s.Absent, size(t, s)}}
	for _, seq := range []uint64{s.File, s.Table, s.Package, s.P256, s.MLDSA, s.PostQuantum, s.Stalled, s.Secp256k1} {
		want, err := prove.Evidence(t.Context(), s.Source, seq, o)
		require.NoError(t, err)
		got, err := prove.Evidence(t.Context(), src, seq, o)
		require.NoError(t, err)
		require.Equal(t, want.Bytes(), got.Bytes(), "entry %d", seq)
	}
	o.Submission, o.Statuses = false, true
	for kind, id := range map[bundle.ListKind]uint64{bundle.ListEnterprise: s.Busy, bundle.ListApplications: 0} {
		for _, to := range []uint64{0, uint64(s.BusyFrom.UnixNano()) + 2*86_400e9} {
			want, err := prove.List(t.Context(), s.Source, kind, id, 1, to, o)
			require.NoError(t, err)
			got, err := prove.List(t.Context(), src, kind, id, 1, to, o)
			require.NoError(t, err)
			require.Equal(t, want.Bytes(), got.Bytes())
		}
	}
	want, err := prove.Anchor(t.Context(), s.Source, 0, s.Anchor.Eras...)
	require.NoError(t, err)
	got, err := prove.Anchor(t.Context(), src, 0, s.Anchor.Eras...)
	require.NoError(t, err)
	require.Equal(t, want.Bytes(), got.Bytes())
}
