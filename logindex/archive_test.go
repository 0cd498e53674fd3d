package logindex

import (
	"testing"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/verify/bundle"
)

// small is a chain of six blocks: 1, 3 and 4 append, 2 decides on another set (header
// 3 is the link).
func small(t testing.TB) *ledger {
	l := newLedger(t)
	l.block(3, false)
	l.block(0, true)
	l.block(1, false)
	l.block(2, false)
	l.block(0, false)
	l.block(0, false)
	return l
}

func TestHeadsAndBlocksComeBackAsTheyWere(t *testing.T) {
	l := small(t)
	a, db := openArchive(t)
	require.NoError(t, a.Record(l.state()))
	require.Equal(t, stats{heads: 3, completeFrom: 1, pending: 3}, statsOf(a))
	for h := uint64(2); h <= 5; h++ {
		require.NoError(t, l.add(a, h))
	}
	want := stats{heads: 3, blocks: 4, completeFrom: 1}
	require.Equal(t, want, statsOf(a))

	a, err := OpenArchive(db)
	require.NoError(t, err)
	require.Equal(t, want, statsOf(a), "after it was opened again")
	for _, h := range []uint64{1, 3, 4} {
		b, ok, err := a.Head(h)
		require.NoError(t, err)
		require.True(t, ok)
		s := l.headProof(h)
		require.Equal(t, s.Message(), b)
	}
	for h := uint64(2); h <= 5; h++ {
		block, set, next, ok, err := a.Block(h)
		require.NoError(t, err)
		require.True(t, ok)
		b, members, following := l.bundled(h)
		require.Equal(t, b.Message(), block)
		require.Equal(t, bundle.EncodeSet(members), set)
		if h == 3 {
			require.Equal(t, bundle.EncodeSet(following), next)
		} else {
			require.Empty(t, next)
		}
	}
	_, ok, err := a.Head(2)
	require.NoError(t, err)
	require.False(t, ok)
	links, err := a.Links(0, 0)
	require.NoError(t, err)
	require.Equal(t, []uint64{3}, links)
	heads, err := a.Heads(1, 1)
	require.NoError(t, err)
	require.Equal(t, []uint64{3}, heads)
}

func TestWhatIsKeptIsNeverReplacedByAnother(t *testing.T) {
	l, other := small(t), newLedger(t)
	other.block(2, false)
	other.block(0, false)
	a, _ := openArchive(t)
	require.NoError(t, a.AddHead(l.headProof(1)))
	require.NoError(t, l.add(a, 2))
	before := statsOf(a)

	require.NoError(t, a.AddHead(l.headProof(1)), "the same again")
	require.NoError(t, l.add(a, 2), "the same again")
	require.ErrorIs(t, a.AddHead(other.headProof(1)), ErrConflict)
	require.ErrorIs(t, other.add(a, 2), ErrConflict)
	require.Equal(t, before, statsOf(a))
	b, _, err := a.Head(1)
	require.NoError(t, err)
	s := l.headProof(1)
	require.Equal(t, s.Message(), b)
}

func TestVotesAreAddedToAKeptCommit(t *testing.T) {
	l := small(t)
	a, _ := openArchive(t)
	b, set, next := l.bundled(2)
	seen := b
	seen.Commit.Signatures = append([]bundle.Signature(nil), b.Commit.Signatures...)
	seen.Commit.Signatures[2] = bundle.Signature{Flag: bundle.FlagAbsent}
	kept := func() []byte {
		got, _, _, _, err := a.Block(2)
		require.NoError(t, err)
		return got
	}
	require.NoError(t, a.AddBlock(seen, set, next))
	require.Equal(t, seen.Message(), kept())
	other := b
	other.Commit.Signatures = append([]bundle.Signature(nil), b.Commit.Signatures...)
	other.Commit.Signatures[0] = bundle.Signature{Flag: bundle.FlagAbsent}
	round := other
	round.Commit.Round++
	require.NoError(t, a.AddBlock(round, set, next))
	require.Equal(t, seen.Message(), kept(), "of another round, with as much power")
	require.NoError(t, a.AddBlock(other, set, next))
	require.Equal(t, b.Message(), kept(), "as much power, other votes: all of them are kept")
	require.NoError(t, a.Audit(func(err error) { require.NotContains(t, err.Error(), "'b'") }))
	require.NoError(t, a.AddBlock(seen, set, next))
	require.Equal(t, b.Message(), kept())
	require.EqualValues(t, 1, statsOf(a).blocks)
}

func TestAHeadThatTheNextHeaderRefutesIsGivenUp(t *testing.T) {
	l, fork := small(t), newLedger(t)
	fork.block(2, false)
	a, _ := openArchive(t)
	require.NoError(t, a.AddHead(fork.headProof(1)), "a wrong state, later rolled back")
	require.ErrorIs(t, l.add(a, 2), ErrNotSound)
	_, ok, err := a.Head(1)
	require.NoError(t, err)
	require.False(t, ok)
	require.Equal(t, stats{blocks: 1, missing: 1}, statsOf(a))
	require.ErrorIs(t, a.AddHead(fork.headProof(1)), ErrConflict)
	require.NoError(t, a.AddHead(l.headProof(1)))
	require.Equal(t, stats{heads: 1, blocks: 1, completeFrom: 1}, statsOf(a))
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	l := small(t)
	a, _ := openArchive(t)
	for name, spoil := range map[string]func(b *bundle.Block, set, next *[]bundle.Validator){
		"header":         func(b *bundle.Block, _, _ *[]bundle.Validator) { b.Header.AppHash = make([]byte, 32) },
		"block id":       func(b *bundle.Block, _, _ *[]bundle.Validator) { b.Commit.BlockID.Hash = make([]byte, 32) },
		"places":         func(b *bundle.Block, _, _ *[]bundle.Validator) { b.Commit.Signatures = b.Commit.Signatures[:3] },
		"set":            func(_ *bundle.Block, set, _ *[]bundle.Validator) { (*set)[0].Power++ },
		"order of a set": func(_ *bundle.Block, set, _ *[]bundle.Validator) { (*set)[0], (*set)[1] = (*set)[1], (*set)[0] },
		"next set":       func(_ *bundle.Block, _, next *[]bundle.Validator) { *next = nil },
		"height":         func(b *bundle.Block, _, _ *[]bundle.Validator) { b.Header.Height = 0 },
	} {
		b, set, next := l.bundled(3)
		spoil(&b, &set, &next)
		require.ErrorIs(t, a.AddBlock(b, set, next), ErrNotSound, name)
	}
	for name, spoil := range map[string]func(*bundle.State){
		"kind":   func(s *bundle.State) { s.Kind = bundle.StateKey },
		"id":     func(s *bundle.State) { s.ID = 1 },
		"height": func(s *bundle.State) { s.Height = 2 },
		"value":  func(s *bundle.State) { s.ValueProof = s.ValueProof[:10] },
		"empty":  func(s *bundle.State) { s.ValueProof = nil },
		"store":  func(s *bundle.State) { s.StoreProof = nil },
	} {
		s := l.headProof(1)
		spoil(&s)
		require.ErrorIs(t, a.AddHead(s), ErrNotSound, name)
	}
	require.Equal(t, stats{}, statsOf(a))
}

func TestAHeadIsProvenByTheNextHeaderOnly(t *testing.T) {
	l := small(t)
	s := l.headProof(3)
	head, err := ProveHead(s, l.headers[3].AppHash)
	require.NoError(t, err)
	require.EqualValues(t, 4, head.Size_)
	for _, h := range []int{2, 4, 5} {
		_, err := ProveHead(s, l.headers[h].AppHash)
		require.ErrorIs(t, err, ErrNotSound)
	}
	swapped := s
	swapped.StoreProof = l.headProof(4).StoreProof
	_, err = ProveHead(swapped, l.headers[4].AppHash)
	require.ErrorIs(t, err, ErrNotSound)
	swapped = s
	swapped.ValueProof, swapped.StoreProof = s.StoreProof, s.ValueProof
	_, err = ProveHead(swapped, l.headers[3].AppHash)
	require.ErrorIs(t, err, ErrNotSound)
}

// Bytes of each value are flipped, and values removed: what comes back is right, or an error says
// that it is not.
func TestFlippedBytesAreNoticed(t *testing.T) {
	l := small(t)
	a, db := openArchive(t)
	require.NoError(t, a.Record(l.state()))
	for h := uint64(2); h <= 5; h++ {
		require.NoError(t, l.add(a, h))
	}
	clean := dump(t, db)
	require.NoError(t, a.Audit(func(err error) { t.Errorf("clean: %s", err) }))
	for key, value := range clean {
		for i := 0; i < len(value); i += 1 + len(value)/60 {
			bad := []byte(value)
			bad[i] ^= 1 << (i % 8)
			require.NoError(t, db.Set([]byte(key), bad))
			found := 0
			require.NoError(t, a.Audit(func(error) { found++ }))
			require.NotZero(t, found, "key %q, byte %d", key, i)
			require.NoError(t, db.Set([]byte(key), []byte(value)))
		}
		require.NoError(t, db.Delete([]byte(key)))
		found := 0
		require.NoError(t, a.Audit(func(error) { found++ }))
		require.True(t, found > 0 || harmless(key), "key %q gone", key)
		require.NoError(t, db.Set([]byte(key), []byte(value)))
	}
}

// harmless are notes that are made anew when they are gone.
func harmless(key string) bool { return key == "m"+metaSeen || key == "m"+metaLog }

func TestAnArchiveServesOneLogOnly(t *testing.T) {
	a, _ := openArchive(t)
	require.NoError(t, a.Bind(logID))
	require.NoError(t, a.Bind(logID))
	require.ErrorIs(t, a.Bind(bundle.Hash{1}), ErrOtherLog)
}

func TestRecordGoesBackAsFarAsStatesReach(t *testing.T) {
	l := newLedger(t)
	for range 20 {
		l.block(1, false)
	}
	l.pruned = 15
	a, _ := openArchive(t)
	require.NoError(t, a.Record(l.state()))
	require.Equal(t, stats{heads: 6, completeFrom: 15, missing: 14, pending: 6}, statsOf(a))
	require.NoError(t, a.Record(l.state()))
	missing, err := a.Missing(3, 2)
	require.NoError(t, err)
	require.Equal(t, []uint64{4, 5}, missing)
	require.NoError(t, a.AddHead(l.headProof(14)), "from elsewhere")
	require.EqualValues(t, 14, statsOf(a).completeFrom)
}

func TestAFailedHeadIsMadeUpForAtTheNextCommit(t *testing.T) {
	l := newLedger(t)
	a, _ := openArchive(t)
	l.block(1, false)
	real := a.db
	a.db = fullDisk{real}
	require.Error(t, a.Record(l.state()))
	a.db = real
	l.block(1, false)
	require.NoError(t, a.Record(l.state()))
	require.Equal(t, stats{heads: 2, completeFrom: 1, pending: 2}, statsOf(a))
}

// fullDisk is a database on a disk that is full.
type fullDisk struct{ dbm.DB }

func (f fullDisk) NewBatch() dbm.Batch { return fullBatch{f.DB.NewBatch()} }

type fullBatch struct{ dbm.Batch }

func (f fullBatch) WriteSync() error { return errFull }
