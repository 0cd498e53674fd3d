package logindex

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	dbm "github.com/cosmos/cosmos-db"
)

// commit makes a block as a node does: it records the state, then wakes the follower.
func commit(t testing.TB, l *ledger, a *Archive, f *Follower, appends int, change bool) uint64 {
	t.Helper()
	h := l.block(appends, change)
	require.NoError(t, a.Record(l.state()))
	f.Wake(h)
	return h
}

// follow runs a follower until the test ends, or stop is called.
func follow(t testing.TB, a *Archive, l *ledger) (f *Follower, stop func()) {
	t.Helper()
	f = NewFollower(a, l, log.NewNopLogger())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { f.Run(ctx); close(done) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return f, stop
}

func eventually(t testing.TB, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, 5*time.Second, time.Millisecond)
}

func TestTheNextBlockIsThereAtOnceAndItsCommitGrowsLater(t *testing.T) {
	l := newLedger(t)
	l.lazy = 1
	a, _ := openArchive(t)
	f, _ := follow(t, a, l)
	commit(t, l, a, f, 2, false)
	time.Sleep(20 * time.Millisecond)
	require.Equal(t, stats{heads: 1, completeFrom: 1, pending: 1}, statsOf(a))

	began := time.Now()
	commit(t, l, a, f, 0, false)
	eventually(t, func() bool { return statsOf(a).pending == 0 })
	require.Less(t, time.Since(began), 100*time.Millisecond)
	block, _, _, _, err := a.Block(2)
	require.NoError(t, err)
	full, _, _ := l.bundled(2)
	require.NotEqual(t, full.Message(), block, "the seen commit lacks a vote")

	commit(t, l, a, f, 0, false)
	eventually(t, func() bool {
		block, _, _, _, err := a.Block(2)
		return err == nil && string(block) == string(full.Message())
	})
}

func TestLinksAreKeptThoughNothingWasAppended(t *testing.T) {
	l := newLedger(t)
	a, _ := openArchive(t)
	f, _ := follow(t, a, l)
	for i := range 30 {
		commit(t, l, a, f, 0, i%10 == 5)
	}
	eventually(t, func() bool { links, err := a.Links(0, 0); return err == nil && len(links) == 3 })
	links, err := a.Links(0, 0)
	require.NoError(t, err)
	require.Equal(t, []uint64{7, 17, 27}, links)
	require.EqualValues(t, 3, statsOf(a).blocks)
	_, _, next, _, err := a.Block(17)
	require.NoError(t, err)
	require.NotEmpty(t, next)
}

func TestAFollowerCatchesUpFromTheBlockStore(t *testing.T) {
	l := newLedger(t)
	for i := range 250 {
		l.block(i%3, i == 100)
	}
	a, _ := openArchive(t)
	require.NoError(t, a.Record(l.state()))
	heads := statsOf(a).heads
	require.EqualValues(t, 167-1, heads)
	_, stop := follow(t, a, l)
	eventually(t, func() bool { s := statsOf(a); return s.pending <= 1 && s.blocks >= heads })
	eventually(t, func() bool { n, err := a.NeededFrom(); return err == nil && n > 200 })
	stop()
	require.NoError(t, a.Audit(func(err error) { t.Error(err) }))

	// Down for a while, then again from where it ended.
	l.lazy = 0
	for range 50 {
		l.block(1, false)
	}
	require.NoError(t, a.Record(l.state()))
	calls := l.calls
	f, _ := follow(t, a, l)
	eventually(t, func() bool { return statsOf(a).pending == 1 })
	require.Less(t, l.calls-calls, 500, "it read everything again")
	commit(t, l, a, f, 0, false)
	commit(t, l, a, f, 0, false)
	eventually(t, func() bool {
		block, _, _, ok, err := a.Block(301)
		b, _, _ := l.bundled(301)
		return err == nil && ok && string(block) == string(b.Message())
	})
}

func TestBlocksThatWerePrunedAreCountedMissing(t *testing.T) {
	l := newLedger(t)
	for range 20 {
		l.block(1, false)
	}
	l.pruned, l.first = 5, 10
	a, _ := openArchive(t)
	require.NoError(t, a.Record(l.state()))
	f, _ := follow(t, a, l)
	eventually(t, func() bool {
		return statsOf(a) == stats{heads: 16, blocks: 11, completeFrom: 9, missing: 4 + 4, pending: 1}
	})
	commit(t, l, a, f, 0, false)
	eventually(t, func() bool { return statsOf(a).pending == 0 })
	require.NoError(t, l.add(a, 8), "from elsewhere")
	require.EqualValues(t, 7, statsOf(a).missing)
}

func TestNothingIsPrunedBeforeItIsKept(t *testing.T) {
	l := newLedger(t)
	a, _ := openArchive(t)
	f, stop := follow(t, a, l)
	commit(t, l, a, f, 1, false)
	commit(t, l, a, f, 0, false)
	eventually(t, func() bool { return statsOf(a).pending == 0 })
	stop()
	l.mu.Lock()
	l.fails = errors.New("not now")
	l.mu.Unlock()
	f, _ = follow(t, a, l)
	commit(t, l, a, f, 1, false)
	for range 5 {
		commit(t, l, a, f, 0, false)
	}
	n, err := f.NeededFrom()
	require.NoError(t, err)
	require.LessOrEqual(t, n, uint64(4))
	l.mu.Lock()
	l.fails = nil
	l.mu.Unlock()
	f.Wake(8)
	eventually(t, func() bool { return statsOf(a).pending == 0 })
}

// The disk takes no more after each of the writes in turn, and the node starts again.
func TestADeathAtAnyWriteLosesNothing(t *testing.T) {
	for at := int64(1); ; at++ {
		disk := &mortal{DB: dbm.NewMemDB(), left: at}
		l := newLedger(t)
		died := live(t, l, disk, 12)
		disk.revive()
		live(t, l, disk, 4)
		a, err := OpenArchive(disk)
		require.NoError(t, err)
		require.NoError(t, a.Audit(func(err error) { t.Errorf("death at write %d: %s", at, err) }))
		s := statsOf(a)
		require.Equal(t, stats{heads: 8, blocks: s.blocks, completeFrom: 1}, s, "death at write %d", at)
		links, err := a.Links(0, 0)
		require.NoError(t, err)
		require.Equal(t, []uint64{6}, links, "death at write %d", at)
		if !died {
			require.Greater(t, at, int64(10))
			return
		}
	}
}

// live runs a node for some blocks or until its disk is dead; every second block
// appends, the fifth decides on another set.
func live(t *testing.T, l *ledger, disk *mortal, n int) (died bool) {
	a, err := OpenArchive(disk)
	if err != nil {
		return true
	}
	f := NewFollower(a, l, log.NewNopLogger())
	ctx := context.Background()
	for range n {
		h := l.height() + 1
		l.block(int(h%2), h == 5)
		err := errors.Join(a.Record(l.state()))
		f.Wake(h)
		if err = errors.Join(err, f.start(ctx), f.step(ctx)); err != nil {
			require.ErrorIs(t, err, errFull)
			for l.height() < uint64(12) { // the others go on
				h := l.height() + 1
				l.block(int(h%2), h == 5)
			}
			return true
		}
	}
	return false
}

// mortal is a disk that takes so many writes and then no more.
type mortal struct {
	dbm.DB
	left int64
}

func (m *mortal) revive()             { atomic.StoreInt64(&m.left, 1<<40) }
func (m *mortal) NewBatch() dbm.Batch { return &mortalBatch{m.DB.NewBatch(), m} }

type mortalBatch struct {
	dbm.Batch
	m *mortal
}

func (b *mortalBatch) Write() error {
	if atomic.AddInt64(&b.m.left, -1) < 0 {
		return errFull
	}
	return b.Batch.Write()
}

func (b *mortalBatch) WriteSync() error {
	if atomic.AddInt64(&b.m.left, -1) < 0 {
		return errFull
	}
	return b.Batch.WriteSync()
}
