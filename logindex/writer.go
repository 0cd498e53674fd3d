package logindex

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// writer adds entries: tiles, look-ups, and what is written, all in the same batch.
type writer struct {
	db    dbm.DB
	limit int
	at    written
	// reached is told the entries on the disk.
	reached *atomic.Uint64

	batch   dbm.Batch
	pending int    // entries in the batch
	height  uint64 // of the last of them
	// edge is the last, unfinished tile of each level; changed says that the batch
	// has to write it.
	edge    [tileLevels][]byte
	changed [tileLevels]bool
}

func newWriter(db dbm.DB, at written, limit int, reached *atomic.Uint64) (*writer, error) {
	w := &writer{db: db, limit: limit, at: at, reached: reached, batch: db.NewBatch()}
	v := newView(db, Mark{Size: at.size})
	for level := range w.edge {
		n := at.size >> (level * tileHeight)
		if n%tileWidth == 0 {
			continue
		}
		b, err := v.tile(level, n/tileWidth)
		if err != nil {
			return nil, err
		}
		if len(b) != int(n%tileWidth)*hashBytes {
			return nil, fmt.Errorf("%w: expected %d hashes in the last tile of level %d, got %d bytes", ErrCorrupt, n%tileWidth, level, len(b))
		}
		w.edge[level] = bytes.Clone(b)
	}
	return w, nil
}

func (w *writer) close() { _ = w.batch.Close() }

// extend adds the entries up to a size; none if that many are written already.
func (w *writer) extend(ctx context.Context, size uint64, s State) error {
	for seq := w.at.size; seq < size; seq++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := s.Entry(seq)
		if err != nil {
			return fmt.Errorf("entry %d of the state: %w", seq, err)
		}
		e, err := parse(seq, b)
		if err != nil {
			return err
		}
		// A block is in one batch, however large.
		if w.pending >= w.limit && e.Height != w.height {
			if err := w.flush(); err != nil {
				return err
			}
		}
		if err := w.add(e, b); err != nil {
			return err
		}
	}
	return w.flush()
}

// add puts one entry into the batch.
func (w *writer) add(e *logtypes.Entry, b []byte) error {
	if e.BlockTime != w.at.time {
		if err := w.batch.Set(timeKey(e.BlockTime), binary.BigEndian.AppendUint64(nil, e.Seq)); err != nil {
			return err
		}
	}
	for _, row := range rows(e) {
		if err := w.batch.Set(rowKey(row, e.Seq), present); err != nil {
			return err
		}
	}
	w.at.size, w.at.time = w.at.size+1, e.BlockTime
	w.pending, w.height = w.pending+1, e.Height
	return w.push(0, format.EntryLeaf(b))
}

// push adds a hash at the end of a level. A tile that it completes is written, and
// its root goes to the level above.
func (w *writer) push(level int, h format.Hash) error {
	w.edge[level] = append(w.edge[level], h[:]...)
	w.changed[level] = true
	if len(w.edge[level]) < tileBytes {
		return nil
	}
	full := w.edge[level]
	w.edge[level], w.changed[level] = nil, false
	if err := w.batch.Set(tileKey(level, w.at.size>>((level+1)*tileHeight)-1), full); err != nil {
		return err
	}
	return w.push(level+1, format.TreeRoot(hashes(full)))
}

// flush writes the batch, synced, and begins the next.
func (w *writer) flush() error {
	if w.pending == 0 {
		return nil
	}
	for level, b := range w.edge {
		if !w.changed[level] {
			continue
		}
		// The batch keeps what it is given, and the edge goes on growing.
		if err := w.batch.Set(tileKey(level, w.at.size>>((level+1)*tileHeight)), bytes.Clone(b)); err != nil {
			return err
		}
		w.changed[level] = false
	}
	if err := w.batch.Set(writtenKey(), w.at.bytes()); err != nil {
		return err
	}
	if err := w.batch.WriteSync(); err != nil {
		return fmt.Errorf("write %d entries up to %d to the index: %w", w.pending, w.at.size, err)
	}
	w.reached.Store(w.at.size)
	if err := w.batch.Close(); err != nil {
		return err
	}
	w.batch, w.pending = w.db.NewBatch(), 0
	return nil
}

func hashes(b []byte) []format.Hash {
	out := make([]format.Hash, len(b)/hashBytes)
	for i := range out {
		copy(out[i][:], b[i*hashBytes:])
	}
	return out
}
