package prove

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	ics23 "github.com/cosmos/ics23/go"

	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// gatherer collects the parts of one bundle.
type gatherer struct {
	ctx  context.Context
	src  Source
	o    Options
	plan plan
	b    *bundle.Bundle
	// heads that the bundle has, and the height of the latest states, 0 if there are none.
	heads  []uint64 // sizes, ascending
	latest uint64
	// wanted are seqs of entries to be added.
	wanted map[uint64]bool
	// terse leaves out whose the keys are.
	terse bool
}

func newGatherer(ctx context.Context, src Source, o Options, p plan) *gatherer {
	return &gatherer{ctx: ctx, src: src, o: o, plan: p, b: &bundle.Bundle{}, wanted: map[uint64]bool{}}
}

func (g *gatherer) want(seq uint64) { g.wanted[seq] = true }

// origin adds the head that an entry's block left.
func (g *gatherer) origin(e *logtypes.Entry) error {
	s, err := g.src.Head(g.ctx, e.Height)
	if err != nil {
		return err
	}
	return g.head(s)
}

// latestHead adds the head of the latest state of which the header above is there.
func (g *gatherer) latestHead() error {
	latest, err := g.src.Latest(g.ctx)
	if err != nil {
		return err
	}
	if latest <= g.plan.back {
		return fmt.Errorf("state of %d blocks before height %d: %w", g.plan.back, latest, ErrNotFound)
	}
	g.latest = latest - g.plan.back
	if slices.ContainsFunc(g.b.States, func(s bundle.State) bool { return s.Height == g.latest }) {
		return nil // it is the subject's own
	}
	s, err := g.src.State(g.ctx, g.latest, bundle.StateHead, 0)
	if err != nil {
		return err
	}
	return g.head(s)
}

func (g *gatherer) head(s bundle.State) error {
	h, err := headOf(s)
	if err != nil {
		return err
	}
	g.b.States = append(g.b.States, s)
	g.heads = append(g.heads, h.Size_)
	slices.Sort(g.heads)
	_, err = g.block(s.Height + 1)
	return err
}

// headOf is the value of a proven head.
func headOf(s bundle.State) (logtypes.LogHead, error) {
	var proof ics23.CommitmentProof
	var h logtypes.LogHead
	if err := proof.Unmarshal(s.ValueProof); err != nil {
		return h, fmt.Errorf("proof of the head of height %d: %w", s.Height, err)
	}
	if err := h.Unmarshal(proof.GetExist().GetValue()); err != nil {
		return h, fmt.Errorf("head of height %d: %w", s.Height, err)
	}
	if h.Size_ == 0 {
		return h, fmt.Errorf("head of height %d: expected a log with entries, got none", s.Height)
	}
	return h, nil
}

// block adds a block and the set that signed it, unless they are there.
func (g *gatherer) block(height uint64) (*bundle.Header, error) {
	at, found := slices.BinarySearchFunc(g.b.Blocks, height, func(b bundle.Block, h uint64) int {
		return int(b.Header.Height) - int(h)
	})
	if !found {
		b, set, err := g.src.Block(g.ctx, height)
		if err != nil {
			return nil, err
		}
		g.b.Blocks = slices.Insert(g.b.Blocks, at, b)
		g.set(set)
	}
	return &g.b.Blocks[at].Header, nil
}

// set adds a validator set, unless the bundle or the anchor has it.
func (g *gatherer) set(set []bundle.Validator) {
	message := bundle.EncodeSet(set)
	same := func(other []bundle.Validator) bool { return bytes.Equal(message, bundle.EncodeSet(other)) }
	inAnchor := slices.ContainsFunc(g.o.Anchor.Eras, func(e bundle.Era) bool { return same(e.Validators) })
	if !inAnchor && !slices.ContainsFunc(g.b.Sets, same) {
		g.b.Sets = append(g.b.Sets, set)
	}
}

// links adds, for each era of which there is a block, the headers that lead from its
// first validators (or a pin's) to the last of its blocks.
func (g *gatherer) links() error {
	after := map[uint64]uint64{} // start of the era → last height used
	for i := range g.b.Blocks {
		h := g.b.Blocks[i].Header.Height
		after[g.start(h)] = h // they ascend
	}
	starts := make([]uint64, 0, len(after))
	for start := range after {
		starts = append(starts, start)
	}
	slices.Sort(starts)
	for _, start := range starts {
		if after[start] <= start+1 {
			continue
		}
		heights, err := g.src.Links(g.ctx, start, after[start]-1)
		if err != nil {
			return fmt.Errorf("changes of the validator set from height %d on: %w", start+1, err)
		}
		for _, h := range heights {
			if _, err := g.block(h); err != nil {
				return fmt.Errorf("change of the validator set at height %d: %w", h, err)
			}
		}
	}
	return nil
}

// start is the height behind which the chain of sets to a height begins.
func (g *gatherer) start(height uint64) uint64 {
	start := uint64(0)
	for _, e := range g.o.Anchor.Eras {
		if e.InitialHeight <= height {
			start = e.InitialHeight - 1
		}
	}
	if g.o.FromPins {
		least := g.b.Blocks[0].Header.Height
		for _, p := range g.o.Pins {
			if p.NextValidatorsHash != nil && p.Height < least {
				start = max(start, p.Height)
			}
		}
	}
	return start
}

// finish adds what the parts need to be verified, and verifies all of it.
func (g *gatherer) finish() (*bundle.Bundle, error) {
	var err error
	if g.b.LogID, err = g.src.LogID(g.ctx); err != nil {
		return nil, err
	}
	if err := g.links(); err != nil {
		return nil, err
	}
	if !g.terse {
		if err := g.keys(); err != nil {
			return nil, err
		}
	}
	if err := g.entries(); err != nil {
		return nil, err
	}
	if err := g.proofs(); err != nil {
		return nil, err
	}
	return g.b, g.check()
}

// entries adds the wanted entries, each with its path under the least head that has it.
func (g *gatherer) entries() error {
	seqs := make([]uint64, 0, len(g.wanted))
	for seq := range g.wanted {
		seqs = append(seqs, seq)
	}
	slices.Sort(seqs)
	for _, seq := range seqs {
		size, err := g.sizeFor(seq)
		if err != nil {
			return err
		}
		e := bundle.Entry{Size: size}
		if e.Bytes, err = g.src.Entry(g.ctx, seq); err != nil {
			return err
		}
		if e.Path, err = g.src.Inclusion(g.ctx, seq, size); err != nil {
			return err
		}
		g.b.Entries = append(g.b.Entries, e)
	}
	return nil
}

// sizeFor is the least size of a head that has an entry.
func (g *gatherer) sizeFor(seq uint64) (uint64, error) {
	for _, size := range g.heads {
		if size > seq {
			return size, nil
		}
	}
	return 0, fmt.Errorf("entry %d: %w: the proven heads have %v entries", seq, ErrNotYet, g.heads)
}
