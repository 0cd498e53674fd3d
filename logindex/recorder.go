package logindex

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"cosmossdk.io/log/v2"
)

// viewEntries is how many entries are read from one view of the present state.
const viewEntries = 1_000

// Recorder brings archive and index up to each committed state. It keeps the head of
// the block at once; what would keep the next block waiting is done beside. Nothing
// that fails in it stops consensus: it is logged and made up for after a later commit.
type Recorder struct {
	archive *Archive
	index   *Index
	state   func() (ProvingState, error)
	log     log.Logger
	pace    pace

	ctx   context.Context
	end   context.CancelFunc
	tasks sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	archiving bool // a task is
	indexing  bool
	settled   bool
}

// NewRecorder records the states that a function gives: the last committed one, at any
// time and from several goroutines.
func NewRecorder(a *Archive, x *Index, state func() (ProvingState, error), l log.Logger) *Recorder {
	r := &Recorder{archive: a, index: x, state: state, log: l, pace: atCommit}
	r.ctx, r.end = context.WithCancel(context.Background())
	return r
}

// Commit records the state that was just committed. It is called for each of them,
// before it can be pruned and from one goroutine.
func (r *Recorder) Commit() {
	var s ProvingState
	err := safely(func() (err error) { s, err = r.state(); return err })
	if err != nil {
		r.settle(false)
		r.log.Error("PROOFS MAY BE LOST: the state cannot be read for the proof archive and the index of the log", "err", err)
		return
	}
	kept := safely(func() error { return r.archive.keepHead(s) })
	if kept != nil {
		r.log.Error("PROOFS MAY BE LOST: the proof archive did not take the head of this block", "height", s.Height(), "held in memory", len(r.archive.held), "err", kept)
	}
	complete := r.catchUp("the proof archive", &r.archiving, s, func(_ context.Context, s ProvingState, p pace) error {
		return r.archive.makeUp(s, p)
	})
	r.settle(kept == nil && complete)
	r.catchUp("the index of the log", &r.indexing, s, func(ctx context.Context, s ProvingState, p pace) error {
		return r.index.catchUp(ctx, s, p.entries)
	})
}

// Settled says whether the archive has all that the last committed state can tell it.
// Until then no block may be pruned: which ones it needs is not known.
func (r *Recorder) Settled() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.settled
}

func (r *Recorder) settle(yes bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if yes && !r.settled {
		r.log.Info("the proof archive has all that the state can tell it")
	}
	r.settled = yes
}

// Close ends what is done beside and waits for it; the databases may be closed then.
func (r *Recorder) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.end()
	r.tasks.Wait()
}

// work brings something up to a state within a pace, or all the way.
type work func(context.Context, ProvingState, pace) error

// catchUp does the work, beside if it is long, unless it is under way already. It says
// whether it is done.
func (r *Recorder) catchUp(what string, busy *bool, s ProvingState, do work) bool {
	r.mu.Lock()
	wait := *busy || r.closed
	r.mu.Unlock()
	if wait {
		return false
	}
	err := safely(func() error { return do(r.ctx, s, r.pace) })
	if errors.Is(err, errLong) {
		r.log.Info(what+" is brought up to the state beside the blocks", "height", s.Height(), "why", err)
		r.beside(what, busy, s, do)
	} else if err != nil {
		r.log.Error(what+" does not follow the state", "height", s.Height(), "err", err)
	}
	return err == nil
}

// beside does the work in a task. What came since it began is for the next commit.
func (r *Recorder) beside(what string, busy *bool, s ProvingState, do work) {
	lasting, err := r.last(what, s)
	if err != nil {
		r.log.Error(what+" does not follow the state", "height", s.Height(), "err", err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	*busy = true
	r.tasks.Go(func() {
		err := safely(func() error { return do(r.ctx, lasting, pace{}) })
		switch {
		case r.ctx.Err() != nil:
		case err != nil:
			r.log.Error(what+" does not follow the state", "height", lasting.height, "err", err)
		default:
			r.log.Info(what+" was brought up to the state", "height", lasting.height, "entries", lasting.size)
		}
		r.mu.Lock()
		*busy = false
		r.mu.Unlock()
	})
}

// safely turns panics into errors: stores panic when a state is pruned under a reader.
func safely(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return do()
}
