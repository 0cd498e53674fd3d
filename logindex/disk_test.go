package logindex

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log/v2"

	"github.com/inkchain/inkd/logindex/types"
)

// flaky is a disk that is full at times. What was open when a write failed refuses all
// writes from then on, as goleveldb does.
type flaky struct {
	data  *dbm.MemDB
	full  atomic.Bool
	lands bool // a write that fails is on the disk all the same
	dead  atomic.Bool
	opens atomic.Int64
}

func newFlaky() *flaky { return &flaky{data: dbm.NewMemDB()} }

// disk is opened again at once.
func (f *flaky) disk(t testing.TB) *Disk {
	t.Helper()
	d, err := newDisk(f.open, func() error { return nil })
	require.NoError(t, err)
	d.every, d.drain = 0, time.Second
	return d
}

func (f *flaky) open() (dbm.DB, error) {
	if f.dead.Load() {
		return nil, errFull
	}
	f.opens.Add(1)
	return &flakyHandle{DB: f.data, f: f}, nil
}

type flakyHandle struct {
	dbm.DB
	f      *flaky
	broken atomic.Bool
	closed atomic.Bool
}

func (h *flakyHandle) write(do func() error) error {
	if h.closed.Load() {
		return errors.New("write after close")
	}
	if !h.broken.Load() && !h.f.full.Load() {
		return do()
	}
	if !h.broken.Swap(true) && h.f.lands {
		return errors.Join(errFull, do())
	}
	return errFull
}

func (h *flakyHandle) Get(k []byte) ([]byte, error) {
	if h.closed.Load() {
		return nil, errors.New("read after close")
	}
	return h.DB.Get(k)
}
func (h *flakyHandle) Close() error {
	h.closed.Store(true)
	if h.broken.Load() {
		return errFull
	}
	return nil
}
func (h *flakyHandle) DeleteSync(k []byte) error {
	return h.write(func() error { return h.DB.DeleteSync(k) })
}
func (h *flakyHandle) NewBatch() dbm.Batch { return &flakyBatch{h.DB.NewBatch(), h} }

type flakyBatch struct {
	dbm.Batch
	h *flakyHandle
}

func (b *flakyBatch) Write() error     { return b.h.write(b.Batch.Write) }
func (b *flakyBatch) WriteSync() error { return b.h.write(b.Batch.WriteSync) }

// A node with pruning=everything, whose disk is full for some blocks.
func TestADiskThatWasFullLosesNoProof(t *testing.T) {
	for _, lands := range []bool{false, true} {
		archived, indexed := newFlaky(), newFlaky()
		archived.lands, indexed.lands = lands, lands
		l := newLedger(t)
		a, err := OpenArchive(archived.disk(t))
		require.NoError(t, err)
		x := open(t, indexed.disk(t))
		r := recorder(t, a, x, func() (ProvingState, error) { return l.state(), nil })
		next := func() {
			l.pruned = l.block(2, false)
			r.Commit()
		}
		next()
		require.True(t, r.Settled())
		archived.full.Store(true)
		indexed.full.Store(true)
		for range 5 {
			next()
			require.False(t, r.Settled(), "blocks may be pruned")
		}
		_, kept, err := a.Head(1)
		require.NoError(t, err)
		require.True(t, kept, "what is kept is answered meanwhile")
		checkProofs(t, x, l.log, 1, 2)

		archived.full.Store(false)
		indexed.full.Store(false)
		next()
		require.True(t, r.Settled())
		require.Empty(t, a.held)
		require.Equal(t, stats{heads: 7, completeFrom: 1, pending: 7}, statsOf(a))
		for h := uint64(2); h <= 7; h++ {
			require.NoError(t, l.add(a, h))
		}
		l.block(0, false)
		require.NoError(t, l.add(a, 8))
		require.Equal(t, stats{heads: 7, blocks: 7, completeFrom: 1}, statsOf(a))
		require.NoError(t, a.Audit(func(err error) { t.Error(err) }))
		_, want := caughtUp(t, l.log.now())
		require.Equal(t, dump(t, want), dump(t, indexed.data))
	}
}

func TestADiskIsNotOpenedAgainAllTheTime(t *testing.T) {
	f := newFlaky()
	d := f.disk(t)
	d.every = time.Hour
	a, err := OpenArchive(d)
	require.NoError(t, err)
	f.full.Store(true)
	for h := uint64(1); h < 20; h++ {
		require.ErrorIs(t, a.giveUp(h), errFull)
	}
	require.EqualValues(t, 2, f.opens.Load(), "once at first, once after the failure")
	f.full.Store(false)
	require.ErrorIs(t, a.giveUp(20), ErrDisk)
	d.every = 0
	require.NoError(t, a.giveUp(21))
	require.EqualValues(t, 1, statsOf(a).missing)
}

// While there is no room it stays open for reading.
func TestADiskWithoutRoomIsNotClosed(t *testing.T) {
	f := newFlaky()
	d := f.disk(t)
	room := errors.New("no room for a probe")
	d.probe = func() error { return room }
	f.full.Store(true)
	require.ErrorIs(t, d.DeleteSync([]byte("k")), errFull)
	f.full.Store(false)
	require.ErrorIs(t, d.Heal(), room)
	_, err := d.Get([]byte("k"))
	require.NoError(t, err)
	d.probe = func() error { return nil }
	require.NoError(t, d.Heal())
	require.NoError(t, d.DeleteSync([]byte("k")))
}

func TestADiskThatCannotBeOpenedIsUnavailable(t *testing.T) {
	f := newFlaky()
	d := f.disk(t)
	a, err := OpenArchive(d)
	require.NoError(t, err)
	f.full.Store(true)
	require.Error(t, a.giveUp(1))
	f.dead.Store(true)
	require.ErrorIs(t, a.giveUp(1), ErrDisk)
	_, err = NewServer(nil, a, nil).Head(background, &types.QueryHeadRequest{Height: 1})
	requireCode(t, codes.Unavailable, "", err)
	_, err = a.NeededFrom()
	require.ErrorIs(t, err, ErrDisk)
	b := d.NewBatch()
	require.ErrorIs(t, b.WriteSync(), ErrDisk)
	f.full.Store(false)
	f.dead.Store(false)
	require.NoError(t, a.giveUp(1))
	require.NoError(t, d.Close())
	require.ErrorIs(t, a.giveUp(2), ErrDisk)
}

// Who iterates is waited for, and is refused further questions instead of waiting too.
func TestADiskIsOpenedAgainWhenNobodyReads(t *testing.T) {
	f := newFlaky()
	d := f.disk(t)
	d.drain = 20 * time.Millisecond
	stale := d.NewBatch()
	f.full.Store(true)
	require.Error(t, d.DeleteSync([]byte("k")))
	f.full.Store(false)
	it, err := d.Iterator(nil, nil)
	require.NoError(t, err)
	require.ErrorContains(t, d.Heal(), "under way")
	_, err = d.Get([]byte("k"))
	require.NoError(t, err, "it goes on as before")

	d.drain = time.Minute
	healed := make(chan error)
	go func() { healed <- d.Heal() }()
	eventually(t, func() bool { _, err := d.Get([]byte("k")); return errors.Is(err, ErrDisk) })
	require.NoError(t, it.Close())
	require.NoError(t, it.Close(), "once more")
	require.NoError(t, <-healed)
	require.ErrorIs(t, stale.WriteSync(), errVoid)
	require.NoError(t, d.Heal(), "a void batch is no failure")
	require.NoError(t, d.DeleteSync([]byte("k")))
	require.EqualValues(t, 2, f.opens.Load())
}

// Readers and writers from everywhere, while the disk fails again and again.
func TestADiskFromManySides(t *testing.T) {
	f := newFlaky()
	d := f.disk(t)
	a, err := OpenArchive(d)
	require.NoError(t, err)
	var all sync.WaitGroup
	for w := range uint64(4) {
		all.Go(func() {
			for h := range uint64(300) {
				_ = a.giveUp(1 + w*300 + h)
				if _, err := a.Missing(0, 3); err != nil {
					require.ErrorIs(t, err, ErrDisk)
				}
			}
		})
	}
	for i := range 100 {
		f.full.Store(i%2 == 0)
		time.Sleep(100 * time.Microsecond)
	}
	f.full.Store(false)
	all.Wait()
	for h := range uint64(1200) {
		require.NoError(t, a.giveUp(1+h))
	}
	require.EqualValues(t, 1200, statsOf(a).missing)
	require.NoError(t, d.Close())
	require.Zero(t, d.users)
}

// recorder closes before the test ends.
func recorder(t testing.TB, a *Archive, x *Index, state func() (ProvingState, error)) *Recorder {
	t.Helper()
	r := NewRecorder(a, x, state, log.NewNopLogger())
	t.Cleanup(r.Close)
	return r
}
