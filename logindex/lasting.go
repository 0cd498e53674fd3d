package logindex

import (
	"context"
	"time"

	"cosmossdk.io/log/v2"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

const (
	// maxRest is the longest pause of work beside the blocks.
	maxRest = time.Second
	// reportEvery is how often such work says how far it is.
	reportEvery = 10 * time.Second
)

// lasting is a committed state for work that outlasts it. Its head was read when it
// was there; its entries, which never change, are read from the state that is the last
// one by then. Such work rests as long as it works: consensus has the other half of a
// processor and of the disk. For one goroutine, until the context ends.
type lasting struct {
	ctx     context.Context
	present func() (ProvingState, error)
	what    string // that is brought up to the state, for the log
	log     log.Logger

	height, size, lastHeight uint64
	root                     format.Hash
	id                       format.Hash

	view  ProvingState
	left  int       // entries to be read from the view
	since time.Time // when it was taken
	said  time.Time // when it was last said how far this is
}

// last reads a state's head while it is there.
func (r *Recorder) last(what string, s ProvingState) (*lasting, error) {
	l := &lasting{ctx: r.ctx, present: r.state, what: what, log: r.log, height: s.Height(), said: time.Now()}
	return l, safely(func() (err error) {
		if l.size, l.root, l.lastHeight, err = s.Head(); err != nil {
			return err
		}
		l.id, err = s.LogID()
		return err
	})
}

// Height of the state.
func (l *lasting) Height() uint64 { return l.height }

// Head as it was.
func (l *lasting) Head() (size uint64, root format.Hash, lastHeight uint64, err error) {
	return l.size, l.root, l.lastHeight, nil
}

// LogID as it was.
func (l *lasting) LogID() (format.Hash, error) { return l.id, nil }

// Entry is read from the view, or from a fresh one if its state is gone.
func (l *lasting) Entry(seq uint64) ([]byte, error) {
	if b, err := l.fromView(seq); err == nil {
		return b, nil
	}
	l.left = 0
	return l.fromView(seq)
}

func (l *lasting) fromView(seq uint64) (b []byte, err error) {
	if err := l.renew(); err != nil {
		return nil, err
	}
	l.report(seq)
	l.left--
	err = safely(func() (err error) { b, err = l.view.Entry(seq); return err })
	return b, err
}

func (l *lasting) renew() error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	if l.left > 0 {
		return nil
	}
	if err := l.rest(); err != nil {
		return err
	}
	return safely(func() (err error) {
		if l.view, err = l.present(); err == nil {
			l.left, l.since = viewEntries, time.Now()
		}
		return err
	})
}

// rest waits as long as the work on the last view took.
func (l *lasting) rest() error {
	if l.since.IsZero() {
		return nil
	}
	select {
	case <-l.ctx.Done():
	case <-time.After(min(time.Since(l.since), maxRest)):
	}
	return l.ctx.Err()
}

// report says once in a while how far the work is.
func (l *lasting) report(seq uint64) {
	if time.Since(l.said) < reportEvery {
		return
	}
	l.said = time.Now()
	l.log.Info(l.what+" is being brought up to the state", "height", l.height, "entries", seq, "of", l.size)
}

// HeadProof proves the head in a state that is still there.
func (l *lasting) HeadProof(height uint64) (bundle.State, error) {
	if err := l.renew(); err != nil {
		return bundle.State{}, err
	}
	l.left--
	return l.view.HeadProof(height)
}
