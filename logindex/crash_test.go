package logindex

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
)

var errPower = errors.New("the power is off")

// failingDB loses the power at its n-th write, before it or directly behind it. It
// knows only the writes that the index may use: synced ones.
type failingDB struct {
	dbm.DB
	left   int // writes until then
	behind bool
	off    bool
}

// write makes one write unless the power is off.
func (d *failingDB) write(do func() error) error {
	if d.off {
		return errPower
	}
	d.left--
	if d.left > 0 {
		return do()
	}
	d.off = true
	if d.behind {
		if err := do(); err != nil {
			return err
		}
	}
	return errPower
}

func (d *failingDB) Set(k, _ []byte) error { panic(fmt.Sprintf("unsynced write of %x", k)) }
func (d *failingDB) Delete(k []byte) error { panic(fmt.Sprintf("unsynced write of %x", k)) }
func (d *failingDB) SetSync(k, _ []byte) error {
	panic(fmt.Sprintf("write of %x outside of a batch", k))
}
func (d *failingDB) DeleteSync(k []byte) error {
	return d.write(func() error { return d.DB.DeleteSync(k) })
}
func (d *failingDB) NewBatch() dbm.Batch { return &failingBatch{d.DB.NewBatch(), d} }

type failingBatch struct {
	dbm.Batch
	db *failingDB
}

func (b *failingBatch) Write() error     { panic("unsynced batch") }
func (b *failingBatch) WriteSync() error { return b.db.write(b.Batch.WriteSync) }

// The power goes at each write in turn, of a catch-up and of a rebuild. After the
// restart the index is at a block's end, and comes to be a fresh one.
func TestPowerLossAtEveryWrite(t *testing.T) {
	c := grownChain(1, 700)
	_, fresh := caughtUp(t, c.now())
	want := dump(t, fresh)
	starts := map[string]*snapshot{"new": newChain(1).now(), "grown": c.at(300), "rebuilt": c.fork(250, 400).now()}
	for name, start := range starts {
		for _, behind := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, behind the write: %v", name, behind), func(t *testing.T) {
				cuts := 0
				for cutAt(t, c, start, &failingDB{left: cuts + 1, behind: behind}, want) {
					cuts++
				}
				require.Greater(t, cuts, 8, "as many writes as there are batches")
			})
		}
	}
}

// cutAt catches up with the power going off, restarts and compares. It says whether
// the power went.
func cutAt(t *testing.T, c *chain, start *snapshot, failing *failingDB, want map[string]string) bool {
	_, failing.DB = caughtUp(t, start)
	err := open(t, failing).CatchUp(c.now())
	if !failing.off {
		require.NoError(t, err)
	} else {
		require.ErrorIs(t, err, errPower)
		requireBlockBoundary(t, failing.DB, c, start)
	}
	require.NoError(t, open(t, failing.DB).CatchUp(c.now()))
	require.Equal(t, want, dump(t, failing.DB))
	return failing.off
}

// requireBlockBoundary requires that what is written ends with a block, unless it is
// the start's.
func requireBlockBoundary(t *testing.T, db dbm.DB, c *chain, start *snapshot) {
	b, err := db.Get(writtenKey())
	require.NoError(t, err)
	if b == nil {
		return // wiped
	}
	w, err := parseWritten(b)
	require.NoError(t, err)
	if n := w.size; n != start.size && n != c.size() && n > 0 {
		require.NotEqual(t, c.heights[n-1], c.heights[n], "written up to %d, inside a block", n)
	}
}

// A running index whose write fails goes on answering, and catches up later.
func TestAFailedWriteIsTriedAgain(t *testing.T) {
	c := grownChain(2, 400)
	_, db := caughtUp(t, c.at(100))
	failing := &failingDB{DB: db, left: 1 << 30}
	x := open(t, failing)
	require.NoError(t, x.CatchUp(c.at(100)))
	failing.left = 3
	require.ErrorIs(t, x.CatchUp(c.now()), errPower)
	checkProofs(t, x, c, 30, 100)
	_, err := x.Root(101)
	require.ErrorIs(t, err, ErrAhead)
	failing.off, failing.left = false, 1<<30
	require.NoError(t, x.CatchUp(c.now()))
	checkProofs(t, x, c, 101, 400)
	_, want := caughtUp(t, c.now())
	require.Equal(t, dump(t, want), dump(t, db))
}

// A block is in one batch, even one of more entries than a batch.
func TestABlockIsNotDivided(t *testing.T) {
	c := newChain(3)
	for _, n := range []int{30, 200, 1, 39, 41, 300} {
		c.block(n)
	}
	ends := map[uint64]bool{}
	for cut := 1; ; cut++ {
		failing := &failingDB{DB: dbm.NewMemDB(), left: cut, behind: true}
		err := open(t, failing).CatchUp(c.now())
		b, getErr := failing.DB.Get(writtenKey())
		require.NoError(t, getErr)
		if b != nil {
			w, err := parseWritten(b)
			require.NoError(t, err)
			ends[w.size] = true
		}
		if !failing.off {
			require.NoError(t, err)
			break
		}
	}
	require.Equal(t, map[uint64]bool{230: true, 270: true, 311: true, 611: true}, ends)
}

// On disk, with the node's own kind of database.
func TestOnDisk(t *testing.T) {
	c := grownChain(4, 600)
	dir := t.TempDir()
	for size := uint64(150); size <= 600; size += 150 {
		db, err := dbm.NewGoLevelDB("logindex", dir, nil)
		require.NoError(t, err)
		x := open(t, db)
		s := c.at(size)
		require.NoError(t, x.CatchUp(s))
		require.Equal(t, 150, s.reads)
		checkProofs(t, x, c, size/2, size)
		checkFind(t, x, c, size, 50)
		if size == 300 { // and a rebuild
			bad := c.now()
			bad.root = format.Hash{}
			require.ErrorIs(t, x.CatchUp(bad), ErrCorrupt)
			require.NoError(t, x.wipe(background))
			require.NoError(t, open(t, db).CatchUp(c.at(300)))
		}
		require.NoError(t, db.Close())
	}
}
