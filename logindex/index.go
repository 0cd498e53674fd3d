// Package logindex is what a node keeps beside the state to give proofs: the Index
// (the log's Merkle tree and look-ups, rebuilt from the state whenever need be), the
// Archive (proofs that cannot be made again), and the Server that answers from both.
// Nothing in it takes part in consensus, and nobody who asks has to believe it.
package logindex

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// State is the log in the committed state of one height.
type State interface {
	// Height of the state.
	Height() uint64
	// Head is the number of entries, the root of their tree, and the height of the
	// last block that appended.
	Head() (size uint64, root format.Hash, lastHeight uint64, err error)
	// Entry is an entry's bytes as stored.
	Entry(seq uint64) ([]byte, error)
}

// Mark is a state that the index has been compared with.
type Mark struct {
	Height, Size uint64
	Root         format.Hash
}

// batchEntries is about how many entries go into one write when there are many. A
// block is never divided.
const batchEntries = 2_000

// Index is the tree of the log and the look-ups, over a database of its own. It
// answers only up to the size whose root the last CatchUp compared with the state's;
// what is written above that is provisional. Safe for concurrent use.
type Index struct {
	db    dbm.DB
	batch int

	catching sync.Mutex // one CatchUp at a time
	broken   error      // set when a rebuild has not helped

	// Questions hold mu for reading. Entries are added without it, above what is
	// served; it is taken to serve more and to wipe.
	mu     sync.RWMutex
	served *Mark // nil until CatchUp has succeeded

	// How far a CatchUp is, for who asks meanwhile: entries on the disk, and wanted.
	reached, wanted atomic.Uint64
}

// Open opens the index in a database; an empty one is filled by CatchUp, and one of
// another layout is rebuilt by it. Until then all questions are ErrNotReady.
func Open(db dbm.DB) (*Index, error) {
	if _, err := db.Get(writtenKey()); err != nil {
		return nil, fmt.Errorf("open the index: %w", err)
	}
	return &Index{db: db, batch: batchEntries}, nil
}

// Mark is the state up to which the index answers; ErrNotReady before there is one.
func (x *Index) Mark() (Mark, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.served == nil {
		return Mark{}, x.notReady()
	}
	return *x.served, nil
}

// notReady is ErrNotReady with how far the index is.
func (x *Index) notReady() error {
	if all := x.wanted.Load(); all > 0 {
		return fmt.Errorf("%w: %d of %d entries are indexed", ErrNotReady, x.reached.Load(), all)
	}
	return ErrNotReady
}

// CatchUp brings the index to the head of the state, and answers up to there once
// its root is the state's. An index that is damaged or of another log is rebuilt from
// the state, once; if it still differs the error is ErrCorrupt, and stays so until
// the index is opened again. A state behind the index is served up to the state's
// size. After other errors CatchUp may be tried again; until it succeeds the index
// answers as before or not at all.
func (x *Index) CatchUp(s State) error { return x.catchUp(context.Background(), s, 0) }

// errLong says that what is to be done would keep the next block waiting.
var errLong = errors.New("too much to be done at once")

// catchUp is CatchUp until the context ends. With a limit, one of more entries and any
// rebuild are errLong.
func (x *Index) catchUp(ctx context.Context, s State, limit uint64) error {
	x.catching.Lock()
	defer x.catching.Unlock()
	if x.broken != nil {
		return x.broken
	}
	if err := heal(x.db); err != nil {
		return err
	}
	size, root, _, err := s.Head()
	if err != nil {
		return fmt.Errorf("head of the state at %d: %w", s.Height(), err)
	}
	mark := Mark{Height: s.Height(), Size: size, Root: root}
	err = x.reach(ctx, mark, s, limit)
	switch {
	case errors.Is(err, ErrCorrupt) && limit > 0:
		return fmt.Errorf("%w: %w", errLong, err)
	case errors.Is(err, ErrCorrupt):
		err = x.rebuild(ctx, mark, s, err)
	}
	if err != nil {
		return err
	}
	x.mu.Lock()
	x.served = &mark
	x.mu.Unlock()
	return nil
}

// rebuild writes the index again from the first entry. If that does not help, either
// the state or the machine is unsound: to try again at every block would only keep
// the node from its work.
func (x *Index) rebuild(ctx context.Context, mark Mark, s State, cause error) error {
	if err := x.wipe(ctx); err != nil {
		return fmt.Errorf("wipe the index (%s): %w", cause, err)
	}
	err := x.reach(ctx, mark, s, 0)
	if errors.Is(err, ErrCorrupt) {
		err = fmt.Errorf("after a rebuild of the index (%s): %w", cause, err)
		x.broken = err
	}
	return err
}

// reach writes what is missing up to the mark and compares roots.
func (x *Index) reach(ctx context.Context, mark Mark, s State, limit uint64) error {
	w, err := x.writer(ctx, limit)
	if err != nil {
		return err
	}
	defer w.close()
	x.reached.Store(w.at.size)
	x.wanted.Store(mark.Size)
	if limit > 0 && mark.Size > w.at.size+limit {
		return fmt.Errorf("%w: %d entries of %d are indexed", errLong, w.at.size, mark.Size)
	}
	if err := w.extend(ctx, mark.Size, s); err != nil {
		return err
	}
	root, err := newView(x.db, mark).root(0, mark.Size)
	if err != nil {
		return err
	}
	if root != mark.Root {
		return fmt.Errorf("%w: expected root %x of %d entries as in the state of %d, got %x",
			ErrCorrupt, mark.Root, mark.Size, mark.Height, root)
	}
	return nil
}

// writer continues where the last batch ended.
func (x *Index) writer(ctx context.Context, limit uint64) (*writer, error) {
	b, err := x.db.Get(writtenKey())
	if err != nil {
		return nil, err
	}
	if b == nil {
		// New, or the remains of a wipe that was interrupted.
		if limit > 0 {
			if remains, err := x.remains(); err != nil {
				return nil, err
			} else if remains {
				return nil, fmt.Errorf("%w: a wipe was interrupted", errLong)
			}
		}
		if err := x.wipe(ctx); err != nil {
			return nil, err
		}
		return newWriter(x.db, written{}, x.batch, &x.reached)
	}
	at, err := parseWritten(b)
	if err != nil {
		return nil, err
	}
	return newWriter(x.db, at, x.batch, &x.reached)
}

// wipe removes all tables. What says how much is written goes first: without it,
// remains are wiped again before anything is written.
func (x *Index) wipe(ctx context.Context) error {
	x.mu.Lock()
	x.served = nil // nobody reads any more what goes now
	x.mu.Unlock()
	if err := x.db.DeleteSync(writtenKey()); err != nil {
		return err
	}
	for ctx.Err() == nil {
		n, err := x.wipeSome()
		if err != nil || n == 0 {
			return err
		}
	}
	return ctx.Err()
}

// remains says whether there is anything to wipe.
func (x *Index) remains() (bool, error) {
	it, err := x.db.Iterator([]byte{tableWritten}, []byte{tablesEnd})
	if err != nil {
		return false, err
	}
	return it.Valid(), errors.Join(it.Error(), it.Close())
}

// wipeSome removes the first keys there are and says how many.
func (x *Index) wipeSome() (int, error) {
	it, err := x.db.Iterator([]byte{tableWritten}, []byte{tablesEnd})
	if err != nil {
		return 0, err
	}
	batch := x.db.NewBatch()
	defer batch.Close()
	n := 0
	for ; it.Valid() && n < 10*batchEntries; it.Next() {
		if err := batch.Delete(append([]byte{}, it.Key()...)); err != nil {
			return 0, errors.Join(err, it.Close())
		}
		n++
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil || n == 0 {
		return 0, err
	}
	return n, batch.WriteSync()
}

// parse reads what the index needs of an entry. The state has read it back in full
// before it was stored, so its form is not checked again.
func parse(seq uint64, b []byte) (*logtypes.Entry, error) {
	e := new(logtypes.Entry)
	if err := e.Unmarshal(b); err != nil {
		return nil, fmt.Errorf("entry %d of the state: %w", seq, err)
	}
	if e.Seq != seq {
		return nil, fmt.Errorf("entry %d of the state: expected this seq in it, got %d", seq, e.Seq)
	}
	return e, nil
}
