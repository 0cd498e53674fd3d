package logindex

import (
	"context"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// lasting is a committed state for work that outlasts it. Its head was read when it
// was there; its entries, which never change, are read from the state that is the last
// one by then. For one goroutine, until the context ends.
type lasting struct {
	ctx     context.Context
	present func() (ProvingState, error)

	height, size, lastHeight uint64
	root                     format.Hash
	id                       format.Hash

	view ProvingState
	left int // entries to be read from the view
}

// last reads a state's head while it is there.
func (r *Recorder) last(s ProvingState) (*lasting, error) {
	l := &lasting{ctx: r.ctx, present: r.state, height: s.Height()}
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
	return safely(func() (err error) {
		if l.view, err = l.present(); err == nil {
			l.left = viewEntries
		}
		return err
	})
}

// HeadProof proves the head in a state that is still there.
func (l *lasting) HeadProof(height uint64) (bundle.State, error) {
	if err := l.renew(); err != nil {
		return bundle.State{}, err
	}
	return l.view.HeadProof(height)
}
