package logindex

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/types"
)

const benchEntries = 200_000

// BenchmarkCatchUp fills an index on disk from nothing, with synced batches as a node
// writes them, and adds single blocks of 100 entries to it.
func BenchmarkCatchUp(b *testing.B) {
	c := newChain(1)
	for c.size() < benchEntries {
		c.block(100)
	}
	b.Run("rebuild", func(b *testing.B) {
		start, n := time.Now(), 0
		for b.Loop() {
			require.NoError(b, onDisk(b).CatchUp(c.now()))
			n += benchEntries
		}
		b.ReportMetric(float64(n)/time.Since(start).Seconds(), "entries/s")
	})
	b.Run("block", func(b *testing.B) {
		x := onDisk(b)
		size := uint64(0)
		for b.Loop() {
			if size += 100; size > benchEntries {
				size = 100
				x = onDisk(b)
			}
			require.NoError(b, x.CatchUp(c.at(size)))
		}
	})
}

// BenchmarkProofs answers queries from an index on disk: proof, self-check, entry.
func BenchmarkProofs(b *testing.B) {
	c := newChain(1)
	for c.size() < benchEntries {
		c.block(100)
	}
	x := onDisk(b)
	require.NoError(b, x.CatchUp(c.now()))
	s := NewServer(x, fakeArchive{}, c)
	run := func(name string, ask func(seq, size uint64) error) {
		b.Run(name, func(b *testing.B) {
			start, n := time.Now(), 0
			for b.Loop() {
				size := 1 + c.r.Uint64N(benchEntries)
				require.NoError(b, ask(c.r.Uint64N(size), size))
				n++
			}
			b.ReportMetric(float64(n)/time.Since(start).Seconds(), "proofs/s")
		})
	}
	run("inclusion", func(seq, size uint64) error {
		_, err := s.Inclusion(background, &types.QueryInclusionRequest{Seq: seq, TreeSize: size})
		return err
	})
	run("consistency", func(from, to uint64) error {
		_, err := s.Consistency(background, &types.QueryConsistencyRequest{From: from, To: to})
		return err
	})
	run("path only", func(seq, size uint64) error {
		var path []format.Hash
		path, err := x.Inclusion(seq, size)
		require.LessOrEqual(b, len(path), 18)
		return err
	})
	run("find", func(seq, size uint64) error {
		_, err := s.Find(background, &types.QueryFindRequest{Subject: types.Subject_SUBJECT_USER, Id: 1, After: seq, Limit: 100})
		return err
	})
}

func onDisk(b *testing.B) *Index {
	db, err := dbm.NewGoLevelDB("logindex", b.TempDir(), nil)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	x, err := Open(db)
	require.NoError(b, err)
	return x
}
