package logindex

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/types"
)

func TestAnIndexThatHasNotCaughtUpAnswersNothing(t *testing.T) {
	c := grownChain(1, 100)
	_, db := caughtUp(t, c.now())
	x := open(t, db) // what is written is not what is committed
	_, err := x.Mark()
	require.ErrorIs(t, err, ErrNotReady)
	_, err = x.Inclusion(1, 50)
	require.ErrorIs(t, err, ErrNotReady)
	_, err = x.Tile(0, 0, 1)
	require.ErrorIs(t, err, ErrNotReady)
	_, _, err = x.Find(&types.QueryFindRequest{Subject: types.Subject_SUBJECT_TIME})
	require.ErrorIs(t, err, ErrNotReady)
}

func TestEmptyLog(t *testing.T) {
	c := newChain(1)
	x, _ := caughtUp(t, c.now())
	m, err := x.Mark()
	require.NoError(t, err)
	require.Equal(t, Mark{Root: c.roots[0]}, m)
	_, err = x.Inclusion(0, 1)
	require.ErrorIs(t, err, ErrAhead)
	seqs, more, err := x.Find(&types.QueryFindRequest{Subject: types.Subject_SUBJECT_TIME})
	require.NoError(t, err)
	require.Empty(t, seqs)
	require.False(t, more)
}

// A block that appends nothing moves the height only.
func TestMarkIsTheState(t *testing.T) {
	c := grownChain(2, 30)
	x, _ := caughtUp(t, c.now())
	s := c.now()
	s.height += 5
	require.NoError(t, x.CatchUp(s))
	m, err := x.Mark()
	require.NoError(t, err)
	require.Equal(t, Mark{Height: s.height, Size: 30, Root: c.roots[30]}, m)
	require.Zero(t, s.reads)
}

// While a long catch-up goes on, answers end where the last one ended.
func TestNeverAheadOfTheState(t *testing.T) {
	c := grownChain(3, 900)
	x, _ := caughtUp(t, c.at(100))
	old, err := x.Mark()
	require.NoError(t, err)
	s := c.now()
	s.before = func(uint64) error {
		m, err := x.Mark()
		require.NoError(t, err)
		require.Equal(t, old, m)
		_, err = x.Inclusion(100, 101)
		require.ErrorIs(t, err, ErrAhead)
		_, err = x.Tile(0, 0, 101)
		require.ErrorIs(t, err, ErrNoTile)
		seqs, more, err := x.Find(&types.QueryFindRequest{Subject: types.Subject_SUBJECT_TIME, After: 97})
		require.NoError(t, err)
		require.Equal(t, []uint64{98, 99}, seqs)
		require.False(t, more)
		seqs, _, err = x.Find(&types.QueryFindRequest{Subject: types.Subject_SUBJECT_USER, Id: 1})
		require.NoError(t, err)
		require.Less(t, seqs[len(seqs)-1], uint64(100))
		return nil
	}
	require.NoError(t, x.CatchUp(s))
	m, err := x.Mark()
	require.NoError(t, err)
	require.Equal(t, uint64(900), m.Size)
}

// A state behind the index (a node that was rolled back, or lost its last blocks with
// the power) is served up to its size, without a rebuild.
func TestStateBehindTheIndex(t *testing.T) {
	c := grownChain(4, 700)
	_, db := caughtUp(t, c.now())
	want := dump(t, db)
	x := open(t, db)
	s := c.at(650)
	require.NoError(t, x.CatchUp(s))
	require.Zero(t, s.reads)
	_, err := x.Inclusion(1, 651)
	require.ErrorIs(t, err, ErrAhead)
	checkProofs(t, x, c, 640, 650)
	checkFind(t, x, c, 650, 200)
	require.NoError(t, x.CatchUp(c.now()))
	checkProofs(t, x, c, 651, 700)
	require.Equal(t, want, dump(t, db))
}

// The same place in another history is found out and the index rebuilt, whether that
// history is shorter, as long, or longer.
func TestAnotherHistoryRebuilds(t *testing.T) {
	c := grownChain(5, 700)
	for _, size := range []int{620, 700, 790} {
		f := c.fork(600, size)
		_, want := caughtUp(t, f.now())
		x, db := caughtUp(t, c.now())
		s := f.now()
		require.NoError(t, x.CatchUp(s))
		require.GreaterOrEqual(t, s.reads, size)
		require.Equal(t, dump(t, want), dump(t, db))
		checkFind(t, x, f, uint64(size), 200)
	}
}

func TestDamageIsRepaired(t *testing.T) {
	c := grownChain(6, 700)
	_, good := caughtUp(t, c.at(690))
	_, want := caughtUp(t, c.now())
	damages := map[string]func(db dbm.DB) error{
		"deleted":         func(db dbm.DB) error { return emptied(db) },
		"changed":         func(db dbm.DB) error { return db.Set(tileKey(0, 2), make([]byte, (690-512)*hashBytes)) },
		"shortened":       func(db dbm.DB) error { return db.Set(tileKey(0, 2), make([]byte, hashBytes)) },
		"lengthened":      func(db dbm.DB) error { return db.Set(tileKey(0, 2), make([]byte, tileBytes)) },
		"no tile":         func(db dbm.DB) error { return db.Delete(tileKey(0, 2)) },
		"no upper tile":   func(db dbm.DB) error { return db.Delete(tileKey(1, 0)) },
		"another layout":  func(db dbm.DB) error { return db.Set(writtenKey(), append([]byte{2}, make([]byte, 16)...)) },
		"no mark":         func(db dbm.DB) error { return db.Delete(writtenKey()) },
		"mark too small":  func(db dbm.DB) error { return db.Set(writtenKey(), written{size: 600}.bytes()) },
		"mark too large":  func(db dbm.DB) error { return db.Set(writtenKey(), written{size: 1 << 40}.bytes()) },
		"unknown table":   func(db dbm.DB) error { return errors.Join(db.Delete(writtenKey()), db.Set([]byte{9, 9}, present)) },
		"row of nobody's": func(db dbm.DB) error { return errors.Join(db.Delete(writtenKey()), db.Set(idRow(7, 7), present)) },
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			db := dbm.NewMemDB()
			for k, v := range dump(t, good) {
				require.NoError(t, db.Set([]byte(k), []byte(v)))
			}
			require.NoError(t, damage(db))
			require.NoError(t, open(t, db).CatchUp(c.now()))
			require.Equal(t, dump(t, want), dump(t, db))
		})
	}
}

func emptied(db dbm.DB) error {
	it, err := db.Iterator(nil, nil)
	if err != nil {
		return err
	}
	var keys [][]byte
	for ; it.Valid(); it.Next() {
		keys = append(keys, it.Key())
	}
	if err := it.Close(); err != nil {
		return err
	}
	for _, k := range keys {
		if err := db.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// Keys of others in the same database are left alone.
func TestWipeRemovesOwnTablesOnly(t *testing.T) {
	c := grownChain(7, 100)
	x, db := caughtUp(t, c.now())
	require.NoError(t, db.Set([]byte{tablesEnd}, present))
	require.NoError(t, db.Set([]byte("other"), present))
	require.NoError(t, x.wipe(background))
	require.Equal(t, map[string]string{"\x10": "\x01", "other": "\x01"}, dump(t, db))
}

// A state whose root is not that of its entries cannot be indexed. It is said once
// and not tried again at every block.
func TestAStateThatContradictsItself(t *testing.T) {
	c := grownChain(8, 300)
	x, _ := caughtUp(t, c.at(200))
	s := c.now()
	s.root = format.Hash{1}
	err := x.CatchUp(s)
	require.ErrorIs(t, err, ErrCorrupt)
	require.ErrorContains(t, err, "after a rebuild of the index")
	require.Equal(t, 100+300, s.reads)
	_, err = x.Mark()
	require.ErrorIs(t, err, ErrNotReady)
	s = c.now()
	require.ErrorIs(t, x.CatchUp(s), ErrCorrupt)
	require.Zero(t, s.reads)
}

// What the state cannot read is no fault of the index: it stays as it was.
func TestAStateThatCannotBeRead(t *testing.T) {
	c := grownChain(9, 300)
	x, _ := caughtUp(t, c.at(100))
	s := c.now()
	broken := errors.New("disk on fire")
	s.before = func(seq uint64) error {
		if seq == 250 {
			return broken
		}
		return nil
	}
	err := x.CatchUp(s)
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "entry 250 of the state")
	checkProofs(t, x, c, 50, 100)
	_, err = x.Root(101)
	require.ErrorIs(t, err, ErrAhead)
	again := c.now()
	require.NoError(t, x.CatchUp(again))
	require.Less(t, again.reads, 150, "what was written is not written again")
	checkProofs(t, x, c, 250, 300)
}

func TestEntriesOfAnotherPlaceAreRefused(t *testing.T) {
	c := grownChain(10, 20)
	c.stored[7] = c.stored[8]
	x := open(t, dbm.NewMemDB())
	err := x.CatchUp(c.now())
	require.ErrorContains(t, err, "entry 7 of the state: expected this seq in it, got 8")
	c.stored[7] = []byte{0xff}
	require.ErrorContains(t, x.CatchUp(c.now()), "entry 7 of the state")
}
