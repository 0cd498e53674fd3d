package logindex

import (
	"context"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/verify/bundle"
)

// Queries is an archive as a node's queries give it; Server is one. What is not there
// is the code NotFound.
type Queries interface {
	Heads(context.Context, *types.QueryHeadsRequest) (*types.QueryHeadsResponse, error)
	Links(context.Context, *types.QueryLinksRequest) (*types.QueryLinksResponse, error)
	Head(context.Context, *types.QueryHeadRequest) (*types.QueryHeadResponse, error)
	Block(context.Context, *types.QueryBlockRequest) (*types.QueryBlockResponse, error)
}

// Copied counts what a Copy brought, and the heads that it left because the next block
// is not there yet.
type Copied struct{ Heads, Blocks, Left uint64 }

// Copy brings into the archive what another one of the log has more, of all eras. Heads
// must lead to their headers and commits have more than two thirds of the set beside
// them; that it is the chain's set only an anchor tells: copy from a node of your own.
// It is synced when Copy returns; after an error, it may be called again. shown is
// called with the heads and links that were looked at.
func (a *Archive) Copy(ctx context.Context, from Queries, logID bundle.Hash, shown func(n uint64)) (Copied, error) {
	if err := a.Bind(logID); err != nil {
		return Copied{}, err
	}
	c := &copier{ctx: ctx, to: a, from: from, shown: shown}
	a.setLazy(true)
	err := c.run()
	a.setLazy(false)
	if err == nil {
		// The journal is synced up to here with it.
		err = a.change(func(c *change) { c.set(metaKey(metaLog), logID[:]) })
	}
	return c.done, err
}

func (a *Archive) setLazy(yes bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lazy = yes
}

type copier struct {
	ctx    context.Context
	to     *Archive
	from   Queries
	shown  func(uint64)
	looked uint64
	done   Copied
}

func (c *copier) run() error {
	err := c.each("links", func(after uint64) ([]uint64, error) {
		resp, err := c.from.Links(c.ctx, &types.QueryLinksRequest{After: after})
		return resp.GetHeights(), err
	}, func(height uint64) error {
		_, err := c.block(height)
		return err
	})
	if err != nil {
		return err
	}
	return c.each("heads", func(after uint64) ([]uint64, error) {
		resp, err := c.from.Heads(c.ctx, &types.QueryHeadsRequest{After: after})
		return resp.GetHeights(), err
	}, c.head)
}

// each goes through all pages of a list.
func (c *copier) each(what string, page func(after uint64) ([]uint64, error), do func(height uint64) error) error {
	for after := uint64(0); ; {
		heights, err := page(after)
		if err != nil || len(heights) == 0 {
			return err
		}
		for _, h := range heights {
			if h <= after {
				return fmt.Errorf("%s: %w: expected a height above %d, got %d", what, ErrNotSound, after, h)
			}
			if err := c.ctx.Err(); err != nil {
				return err
			}
			if err := do(h); err != nil {
				return fmt.Errorf("%s, height %d: %w", what, h, err)
			}
			after = h
			if c.looked++; c.shown != nil {
				c.shown(c.looked)
			}
		}
	}
}

// block brings a block, and says whether it is there now.
func (c *copier) block(height uint64) (bool, error) {
	if _, kept, err := c.to.header(height); err != nil || kept {
		return kept, err
	}
	resp, err := c.from.Block(c.ctx, &types.QueryBlockRequest{Height: height})
	if status.Code(err) == codes.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	b, err := parseBlock(resp.Block, resp.Validators, resp.NextValidators)
	if err != nil {
		return false, err
	}
	if b.Header.Height != height {
		return false, fmt.Errorf("%w: expected block %d, got %d", ErrNotSound, height, b.Header.Height)
	}
	if err := b.addTo(c.to); err != nil {
		return false, err
	}
	c.done.Blocks++
	return true, nil
}

// head brings the head that a block left, after the block above, which it leads to.
func (c *copier) head(height uint64) error {
	if there, err := c.block(height + 1); err != nil || !there {
		c.done.Left++
		return err
	}
	if _, kept, err := c.to.Head(height); err != nil || kept {
		return err
	}
	resp, err := c.from.Head(c.ctx, &types.QueryHeadRequest{Height: height})
	if err != nil {
		return err
	}
	s, err := bundle.ParseState(resp.State)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	if s.Height != height {
		return fmt.Errorf("%w: expected the head of %d, got that of %d", ErrNotSound, height, s.Height)
	}
	if err := c.to.AddHead(s); err != nil {
		return err
	}
	c.done.Heads++
	return nil
}

// foreign is a block as another node gave it.
type foreign struct {
	bundle.Block
	set, next []bundle.Validator
}

func parseBlock(block, set, next []byte) (f foreign, err error) {
	if f.Block, err = bundle.ParseBlock(block); err != nil {
		return f, fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	if f.set, err = bundle.ParseSet(set); err != nil {
		return f, fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	if f.next, err = bundle.ParseSet(next); err != nil {
		return f, fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	return f, nil
}

// addTo keeps the block if its commit has more than two thirds of its set.
func (f *foreign) addTo(a *Archive) error {
	if err := checkBlock(&f.Block, f.set, f.next); err != nil {
		return err
	}
	if err := checkCommit(f.Block, f.set); err != nil {
		return err
	}
	return a.AddBlock(f.Block, f.set, f.next)
}
