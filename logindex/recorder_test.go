package logindex

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log/v2"
)

// slow is a ledger whose entries take long to read, and whose states are pruned under
// who reads them.
type slow struct {
	*ledger
	perEntry atomic.Int64
	reads    atomic.Int64
	latest   atomic.Uint64
}

func (l *slow) block(appends int) uint64 {
	h := l.ledger.block(appends, false)
	l.latest.Store(h)
	return h
}

func (l *slow) present() (ProvingState, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.state()
	s.before = func(uint64) error {
		l.reads.Add(1)
		if l.latest.Load() > s.at {
			panic("the state was pruned")
		}
		time.Sleep(time.Duration(l.perEntry.Load()))
		return nil
	}
	return s, nil
}

// late is a node that begins when its log is long already.
func late(t *testing.T) (*slow, *Archive, *Index, *Recorder) {
	l := &slow{ledger: newLedger(t)}
	for range 100 {
		l.block(4)
	}
	l.perEntry.Store(int64(5 * time.Millisecond))
	a, _ := openArchive(t)
	x := open(t, dbm.NewMemDB())
	r := recorder(t, a, x, l.present)
	r.pace = pace{entries: 20, heads: 5}
	return l, a, x, r
}

func TestCommitDoesNotWaitForALongLog(t *testing.T) {
	l, a, x, r := late(t)
	r.Commit()
	for range 10 {
		h := l.block(1)
		began := time.Now()
		r.Commit()
		require.Less(t, time.Since(began), time.Second)
		_, kept, err := a.Head(h)
		require.NoError(t, err)
		require.True(t, kept, "the head needs no index")
		_, err = x.Mark()
		require.ErrorIs(t, err, ErrNotReady)
		require.False(t, r.Settled(), "blocks may be pruned")
		time.Sleep(2 * time.Millisecond)
	}
	l.perEntry.Store(0)
	eventually(t, func() bool {
		r.Commit()
		m, err := x.Mark()
		return err == nil && m.Size == 410 && r.Settled()
	})
	checkProofs(t, x, l.log, 400, 410)
	_, want := caughtUp(t, l.log.now())
	require.Equal(t, dump(t, want), dump(t, x.db))
	require.Equal(t, stats{heads: 110, completeFrom: 1, pending: 110}, statsOf(a))

	read := l.reads.Load()
	l.block(7)
	r.Commit()
	m, err := x.Mark()
	require.NoError(t, err)
	require.EqualValues(t, 417, m.Size, "what is short is done at once")
	require.LessOrEqual(t, l.reads.Load()-read, int64(14))
}

// A running node finds its index damaged.
func TestARebuildIsDoneBeside(t *testing.T) {
	l, _, x, r := late(t)
	l.perEntry.Store(0)
	eventually(t, func() bool { r.Commit(); _, err := x.Mark(); return err == nil && r.Settled() })
	for name, damage := range map[string]func() error{
		"a tile":                 func() error { return x.db.Set(tileKey(0, 1), make([]byte, (400-256)*hashBytes)) },
		"an interrupted wipe":    func() error { return x.db.Delete(writtenKey()) },
		"a tile that is missing": func() error { return x.db.Delete(tileKey(0, 1)) },
	} {
		require.NoError(t, damage())
		l.perEntry.Store(int64(5 * time.Millisecond))
		began := time.Now()
		r.Commit()
		require.Less(t, time.Since(began), time.Second, name)
		eventually(t, func() bool { _, err := x.Mark(); return errors.Is(err, ErrNotReady) })
		require.True(t, r.Settled(), "the archive is another database")
		l.perEntry.Store(0)
		eventually(t, func() bool { _, err := x.Mark(); return err == nil })
		checkProofs(t, x, l.log, 390, 400)
	}
}

func TestCloseDuringARebuild(t *testing.T) {
	l, a, x, r := late(t)
	l.perEntry.Store(int64(20 * time.Millisecond))
	r.Commit()
	time.Sleep(30 * time.Millisecond)
	began := time.Now()
	r.Close()
	require.Less(t, time.Since(began), time.Second)
	r.Close()
	read := l.reads.Load()
	l.block(1)
	r.Commit()
	time.Sleep(30 * time.Millisecond)
	require.Equal(t, read, l.reads.Load(), "something is still going on")

	l.perEntry.Store(0)
	again := recorder(t, a, open(t, x.db), l.present)
	eventually(t, func() bool {
		again.Commit()
		m, err := again.index.Mark()
		return err == nil && m.Size == 401 && again.Settled()
	})
	require.EqualValues(t, 101, statsOf(a).heads)
}

// What was begun at a state goes on when that state is pruned.
func TestWhatLastsReadsThePresentState(t *testing.T) {
	l, _, _, r := late(t)
	s, err := l.present()
	require.NoError(t, err)
	begun, err := r.last("the index", s)
	require.NoError(t, err)
	for seq := range uint64(30) {
		b, err := begun.Entry(seq)
		require.NoError(t, err)
		require.Equal(t, l.log.stored[seq], b)
		if seq%7 == 0 {
			l.block(1)
		}
	}
	size, root, last, err := begun.Head()
	require.NoError(t, err)
	require.Equal(t, []any{uint64(400), l.log.roots[400], uint64(100)}, []any{size, root, last})
	r.Close()
	_, err = begun.Entry(1)
	require.ErrorIs(t, err, context.Canceled)
}

func TestAWipeCanBeInterrupted(t *testing.T) {
	c := grownChain(7, 300)
	x, db := caughtUp(t, c.now())
	ctx, cancel := context.WithCancel(background)
	cancel()
	require.ErrorIs(t, x.wipe(ctx), context.Canceled)
	_, err := x.Mark()
	require.ErrorIs(t, err, ErrNotReady)
	require.ErrorIs(t, x.catchUp(background, c.now(), 1_000), errLong)
	require.NoError(t, x.CatchUp(c.now()))
	_, want := caughtUp(t, c.now())
	require.Equal(t, dump(t, want), dump(t, db))
}

func TestAStateThatPanicsIsOnlyLogged(t *testing.T) {
	a, _ := openArchive(t)
	r := recorder(t, a, open(t, dbm.NewMemDB()), func() (ProvingState, error) { panic("closed") })
	r.Commit()
	require.False(t, r.Settled())
}

// A peer that answers slowly takes its share of a round and no more.
func TestASlowPeerDoesNotKeepTheOthersWaiting(t *testing.T) {
	l := grown(t, 40)
	full, fullIndex := complete(t, l)
	a, x := synced(t, l)
	tarpit := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(tarpit.Close)
	p := newPeers(t, a, x, l, tarpit.URL, serve(t, l, full, fullIndex, nil))
	p.budget = 2 * time.Second
	began := time.Now()
	_, err := p.round(background)
	require.NoError(t, err)
	require.Less(t, time.Since(began), 10*time.Second)
	require.Zero(t, statsOf(a).missing)
}

// What is done beside the blocks leaves half of the time to them, and can be stopped
// while it rests.
func TestWhatLastsRests(t *testing.T) {
	l, _, _, r := late(t)
	s, err := l.present()
	require.NoError(t, err)
	begun, err := r.last("the index", s)
	require.NoError(t, err)
	_, err = begun.Entry(0)
	require.NoError(t, err)
	begun.left, begun.since = 0, time.Now().Add(-80*time.Millisecond)
	began := time.Now()
	_, err = begun.Entry(1)
	require.NoError(t, err)
	require.GreaterOrEqual(t, time.Since(began), 80*time.Millisecond)

	begun.left, begun.since = 0, time.Now().Add(-time.Hour)
	time.AfterFunc(20*time.Millisecond, r.end)
	began = time.Now()
	_, err = begun.Entry(2)
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, time.Since(began), maxRest)
}

// Who waits for a long rebuild sees how far it is: in the log, and in the refusals.
func TestARebuildSaysHowFarItIs(t *testing.T) {
	l, _, x, r := late(t)
	var out bytes.Buffer
	r.log = log.NewLogger(&out, log.ColorOption(false))
	s, err := l.present()
	require.NoError(t, err)
	begun, err := r.last("the index of the log", s)
	require.NoError(t, err)
	_, err = begun.Entry(8)
	require.NoError(t, err)
	require.Empty(t, out.String())
	begun.said = time.Now().Add(-time.Minute)
	_, err = begun.Entry(9)
	require.NoError(t, err)
	require.Contains(t, out.String(), "the index of the log is being brought up to the state")
	require.Contains(t, out.String(), "entries=9")
	require.Contains(t, out.String(), "of=400")

	x.batch = 50
	stop := errors.New("stopped on the way")
	begun.present = func() (ProvingState, error) { return failing{s, 120, stop}, nil }
	begun.left, begun.since = 0, time.Time{}
	require.ErrorIs(t, x.CatchUp(begun), stop)
	_, err = x.Mark()
	require.ErrorIs(t, err, ErrNotReady)
	require.ErrorContains(t, err, "104 of 400 entries are indexed")
	_, err = x.Root(1)
	require.ErrorContains(t, err, "104 of 400 entries are indexed")
}

// failing is a state that cannot be read from an entry on.
type failing struct {
	ProvingState
	from uint64
	err  error
}

func (f failing) Entry(seq uint64) ([]byte, error) {
	if seq >= f.from {
		return nil, f.err
	}
	return f.ProvingState.Entry(seq)
}
