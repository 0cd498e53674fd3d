package logindex

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
)

// All pairs up to a size that has a few full tiles would take long; these are all
// around a tile's border.
func TestProofsOfSmallTrees(t *testing.T) {
	c := grownChain(1, 40)
	x, _ := caughtUp(t, c.now())
	for to := uint64(0); to <= 40; to++ {
		for from := uint64(0); from <= to; from++ {
			checkProofs(t, x, c, from, to)
		}
	}
}

func TestProofsAroundTiles(t *testing.T) {
	c := grownChain(2, 1100)
	x, _ := caughtUp(t, c.now())
	borders := []uint64{1, 2, 127, 128, 255, 256, 257, 383, 511, 512, 513, 767, 768, 769, 1023, 1024, 1025, 1100}
	for _, to := range borders {
		for _, from := range borders {
			if from <= to {
				checkProofs(t, x, c, from, to)
			}
		}
	}
}

func TestProofsOfRandomSizes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for seed := range uint64(4) {
		size := 1 + r.IntN(3000)
		c := grownChain(10+seed, size)
		x, _ := caughtUp(t, c.now())
		for range 150 {
			to := 1 + r.Uint64N(uint64(size))
			checkProofs(t, x, c, r.Uint64N(to+1), to)
		}
	}
}

// checkProofs compares with what hashing the whole tree gives: the inclusion of the
// leaf before from, and the consistency.
func checkProofs(t *testing.T, x *Index, c *chain, from, to uint64) {
	t.Helper()
	root, err := x.Root(to)
	require.NoError(t, err)
	require.Equal(t, c.roots[to], root)

	want, err := format.ConsistencyProof(c.leaves[:to], from)
	require.NoError(t, err)
	got, err := x.Consistency(from, to)
	require.NoError(t, err)
	require.Equal(t, want, got, "consistency from %d to %d", from, to)
	require.NoError(t, format.VerifyConsistency(from, to, c.roots[from], root, got))

	if from == 0 {
		return
	}
	want, err = format.InclusionProof(c.leaves[:to], from-1)
	require.NoError(t, err)
	got, err = x.Inclusion(from-1, to)
	require.NoError(t, err)
	require.Equal(t, want, got, "inclusion of %d in %d", from-1, to)
	require.NoError(t, format.VerifyInclusion(root, to, from-1, c.leaves[from-1], got))
}

// A tree that was written in many steps is the one written in one.
func TestStepsMakeTheSameIndex(t *testing.T) {
	c := grownChain(4, 1300)
	_, want := caughtUp(t, c.now())
	db := dbm.NewMemDB()
	x := open(t, db)
	for size := uint64(0); size < 1300; size += 1 + c.r.Uint64N(90) {
		require.NoError(t, x.CatchUp(c.at(size)))
		require.NoError(t, x.CatchUp(c.at(size)), "nothing new")
	}
	require.NoError(t, x.CatchUp(c.now()))
	require.Equal(t, dump(t, want), dump(t, db))
}

// A proof reads two tiles a level at the most, whatever the size.
func TestProofsReadFewTiles(t *testing.T) {
	c := grownChain(5, 70_000)
	_, db := caughtUp(t, c.now())
	counting := &countingDB{DB: db}
	x := open(t, counting)
	require.NoError(t, x.CatchUp(c.now()))
	for range 200 {
		to := 1 + c.r.Uint64N(70_000)
		counting.gets = 0
		_, err := x.Inclusion(c.r.Uint64N(to), to)
		require.NoError(t, err)
		require.LessOrEqual(t, counting.gets, 6)
		counting.gets = 0
		_, err = x.Consistency(c.r.Uint64N(to+1), to)
		require.NoError(t, err)
		require.LessOrEqual(t, counting.gets, 6)
	}
}

type countingDB struct {
	dbm.DB
	gets int
}

func (d *countingDB) Get(key []byte) ([]byte, error) {
	d.gets++
	return d.DB.Get(key)
}

func TestQuestionsOutsideTheTree(t *testing.T) {
	c := grownChain(6, 300)
	x, _ := caughtUp(t, c.at(280))
	_, err := x.Inclusion(5, 5)
	require.ErrorIs(t, err, ErrRequest)
	require.ErrorContains(t, err, "expected a seq below the tree's size 5, got 5")
	_, err = x.Consistency(6, 5)
	require.ErrorIs(t, err, ErrRequest)
	_, err = x.Inclusion(0, 281)
	require.ErrorIs(t, err, ErrAhead)
	require.ErrorContains(t, err, "expected a size of at most 280, got 281")
	_, err = x.Consistency(1, 281)
	require.ErrorIs(t, err, ErrAhead)
	_, err = x.Root(1 << 63)
	require.ErrorIs(t, err, ErrAhead)
}

func TestTilesEndWithTheServedTree(t *testing.T) {
	c := grownChain(7, 70_000)
	x, _ := caughtUp(t, c.now())
	// The example of C2SP tlog-tiles.
	for _, full := range [][2]uint64{{0, 0}, {0, 272}, {1, 0}} {
		b, err := x.Tile(full[0], full[1], 256)
		require.NoError(t, err)
		require.Len(t, b, 8192)
	}
	for _, last := range [][3]uint64{{0, 273, 112}, {1, 1, 17}, {2, 0, 1}} {
		b, err := x.Tile(last[0], last[1], int(last[2]))
		require.NoError(t, err)
		require.Len(t, b, int(last[2])*32)
		_, err = x.Tile(last[0], last[1], int(last[2])+1)
		require.ErrorIs(t, err, ErrNoTile)
	}
	for _, none := range [][3]uint64{{2, 1, 1}, {3, 0, 1}, {7, 0, 1}, {8, 0, 1}, {63, 0, 1}, {0, 0, 0}, {0, 0, 257}, {0, 274, 1}, {0, 1 << 56, 1}, {0, 1<<64 - 1, 256}} {
		_, err := x.Tile(none[0], none[1], int(none[2]))
		require.ErrorIs(t, err, ErrNoTile)
	}
	b, err := x.Tile(0, 3, 7)
	require.NoError(t, err)
	require.Equal(t, c.leaves[768:775], hashes(b))
	b, err = x.Tile(1, 0, 2)
	require.NoError(t, err)
	require.Equal(t, []format.Hash{format.TreeRoot(c.leaves[:256]), format.TreeRoot(c.leaves[256:512])}, hashes(b))
}
