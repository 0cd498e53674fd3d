package logindex

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/types"
)

func allOf(t *testing.T, list func(uint64, int) ([]uint64, error)) []uint64 {
	t.Helper()
	heights, err := list(0, 0)
	require.NoError(t, err)
	return heights
}

// A backup is taken of a node that runs, again and again, and the node goes on from it.
func TestABackupIsACopyThatServes(t *testing.T) {
	l := grown(t, 40)
	full, x := complete(t, l)
	node := NewServer(x, full, l.log)
	dir := t.TempDir()
	db, err := OpenDisk("archive", dir)
	require.NoError(t, err)
	backup, err := OpenArchive(db)
	require.NoError(t, err)
	var shown uint64
	first, err := backup.Copy(background, node, logID, func(n uint64) { shown = n })
	require.NoError(t, err)
	want := statsOf(full)
	require.Equal(t, Copied{Heads: want.heads - 1, Blocks: want.blocks, Left: 1}, first, "the last head waits for its block")
	require.EqualValues(t, want.heads+2, shown)
	again, err := backup.Copy(background, node, logID, nil)
	require.NoError(t, err)
	require.Equal(t, Copied{Left: 1}, again)

	for range 3 {
		l.block(1, false)
	}
	require.NoError(t, full.Record(l.state()))
	for h := l.height() - 2; h <= l.height(); h++ {
		require.NoError(t, l.add(full, h))
	}
	more, err := backup.Copy(background, node, logID, nil)
	require.NoError(t, err)
	require.Equal(t, Copied{Heads: 3, Blocks: 3, Left: 1}, more)
	require.NoError(t, db.Close())

	db, err = OpenDisk("archive", dir)
	require.NoError(t, err)
	defer db.Close()
	restored, err := OpenArchive(db)
	require.NoError(t, err)
	require.NoError(t, restored.Audit(func(err error) { t.Error(err) }))
	require.Equal(t, allOf(t, full.Links), allOf(t, restored.Links))
	l.pruned = l.height() // the states of before are gone
	require.NoError(t, restored.Record(l.state()))
	require.Equal(t, allOf(t, full.Heads), allOf(t, restored.Heads))
	require.Zero(t, statsOf(restored).missing)
	for _, h := range allOf(t, full.Heads) {
		mine, _, err := restored.Head(h)
		require.NoError(t, err)
		theirs, _, err := full.Head(h)
		require.NoError(t, err)
		require.Equal(t, theirs, mine)
	}
}

// bent is a node that answers otherwise than its archive says.
type bent struct {
	*Server
	heads func([]uint64) []uint64
	head  func(*types.QueryHeadResponse)
	block func(*types.QueryBlockResponse)
	err   error
}

func (b bent) Heads(ctx context.Context, q *types.QueryHeadsRequest) (*types.QueryHeadsResponse, error) {
	resp, err := b.Server.Heads(ctx, q)
	if err == nil && b.heads != nil && q.After == 0 {
		resp.Heights = b.heads(resp.Heights)
	}
	return resp, errors.Join(err, b.err)
}

func (b bent) Head(ctx context.Context, q *types.QueryHeadRequest) (*types.QueryHeadResponse, error) {
	resp, err := b.Server.Head(ctx, q)
	if err == nil && b.head != nil {
		b.head(resp)
	}
	return resp, err
}

func (b bent) Block(ctx context.Context, q *types.QueryBlockRequest) (*types.QueryBlockResponse, error) {
	resp, err := b.Server.Block(ctx, q)
	if err == nil && b.block != nil {
		b.block(resp)
	}
	return resp, err
}

func TestACopyTakesOnlyWhatFits(t *testing.T) {
	l := grown(t, 40)
	full, x := complete(t, l)
	node := NewServer(x, full, l.log)
	one, err := node.Head(background, &types.QueryHeadRequest{Height: 2})
	require.NoError(t, err)
	other, err := node.Block(background, &types.QueryBlockRequest{Height: 3})
	require.NoError(t, err)
	for name, b := range map[string]bent{
		"a list that goes back":      {heads: func(h []uint64) []uint64 { slices.Reverse(h); return h }},
		"a head of another height":   {head: func(r *types.QueryHeadResponse) { *r = *one }},
		"a head that is none":        {head: func(r *types.QueryHeadResponse) { r.State = []byte{1} }},
		"a block of another height":  {block: func(r *types.QueryBlockResponse) { *r = *other }},
		"a block that is none":       {block: func(r *types.QueryBlockResponse) { r.Block = r.Block[1:] }},
		"a block of another set":     {block: func(r *types.QueryBlockResponse) { r.Validators = r.Validators[:len(r.Validators)-1] }},
		"a vote that is not genuine": {block: func(r *types.QueryBlockResponse) { r.Block = slices.Clone(r.Block); r.Block[len(r.Block)-1] ^= 1 }},
	} {
		b.Server = node
		a, _ := openArchive(t)
		_, err := a.Copy(background, b, logID, nil)
		require.ErrorIs(t, err, ErrNotSound, name)
	}
	a, _ := openArchive(t)
	_, err = a.Copy(background, bent{Server: node, err: errFull}, logID, nil)
	require.ErrorIs(t, err, errFull)
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err = a.Copy(ctx, node, logID, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = a.Copy(background, node, format.Hash{9}, nil)
	require.ErrorIs(t, err, ErrOtherLog)
	_, err = a.Copy(background, node, logID, nil)
	require.NoError(t, err)
	require.False(t, a.lazy)
}

// Nothing is synced on the way, and all of it at the end.
func TestACopyIsSyncedAtItsEnd(t *testing.T) {
	l := grown(t, 40)
	full, x := complete(t, l)
	db := &syncs{DB: dbm.NewMemDB()}
	a, err := OpenArchive(db)
	require.NoError(t, err)
	_, err = a.Copy(background, NewServer(x, full, l.log), logID, nil)
	require.NoError(t, err)
	require.Equal(t, 2, db.synced, "the log's id at first, and the end")
	require.True(t, db.last)
	require.NoError(t, l.add(a, 1))
	require.Equal(t, 3, db.synced)
}

// syncs counts synced writes.
type syncs struct {
	dbm.DB
	synced int
	last   bool // the last write was one
}

func (s *syncs) NewBatch() dbm.Batch { return &syncsBatch{s.DB.NewBatch(), s} }

type syncsBatch struct {
	dbm.Batch
	s *syncs
}

func (b *syncsBatch) Write() error {
	b.s.last = false
	return b.Batch.Write()
}

func (b *syncsBatch) WriteSync() error {
	b.s.synced++
	b.s.last = true
	return b.Batch.WriteSync()
}
