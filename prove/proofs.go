package prove

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/inkchain/inkd/verify/bundle"
)

// Proofs are separate proofs for pins of these sizes, which may be younger than the
// bundle: that entry seq is in each tree that is larger, and that each that is not is
// the beginning of the log as the entry's own block left it.
func Proofs(ctx context.Context, src Source, seq uint64, sizes []uint64) (*bundle.Proofs, error) {
	e, err := entryOf(ctx, src, seq)
	if err != nil {
		return nil, err
	}
	p := &bundle.Proofs{}
	if p.LogID, err = src.LogID(ctx); err != nil {
		return nil, err
	}
	origin := uint64(0)
	switch s, err := src.Head(ctx, e.Height); {
	case err == nil:
		h, err := headOf(s)
		if err != nil {
			return nil, err
		}
		origin = h.Size_
	case !errors.Is(err, ErrNotKept):
		return nil, err
	}
	l := line{ctx: ctx, src: src, p: p}
	return p, l.pins(seq, sizes, origin)
}

// line makes the proofs between sizes of the log.
type line struct {
	ctx context.Context
	src Source
	p   *bundle.Proofs
}

// pins adds the proofs for pins of sizes, for an entry and the size of the least head
// that has it; 0 if that is not known.
func (l *line) pins(seq uint64, sizes []uint64, head uint64) error {
	sizes = ascending(sizes)
	for _, size := range sizes {
		switch {
		case size > seq:
			path, err := l.src.Inclusion(l.ctx, seq, size)
			if err != nil {
				return fmt.Errorf("inclusion of entry %d in the first %d entries: %w", seq, size, err)
			}
			l.p.Inclusions = append(l.p.Inclusions, bundle.Inclusion{Seq: seq, Size: size, Path: path})
		case head != 0:
			if err := l.between(size, head); err != nil {
				return err
			}
		}
	}
	return nil
}

// through adds the proofs from each size to the next.
func (l *line) through(sizes []uint64) error {
	for i := 1; i < len(sizes); i++ {
		if err := l.between(sizes[i-1], sizes[i]); err != nil {
			return err
		}
	}
	return nil
}

// between adds one proof, unless it is there or there is nothing to prove.
func (l *line) between(from, to uint64) error {
	if from == 0 || from == to || slices.ContainsFunc(l.p.Consistency, func(c bundle.Consistency) bool { return c.From == from && c.To == to }) {
		return nil
	}
	hashes, err := l.src.Consistency(l.ctx, from, to)
	if err != nil {
		return fmt.Errorf("consistency of the first %d entries with the first %d: %w", from, to, err)
	}
	l.p.Consistency = append(l.p.Consistency, bundle.Consistency{From: from, To: to, Hashes: hashes})
	slices.SortFunc(l.p.Consistency, func(a, b bundle.Consistency) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return nil
}

// proofs adds to the bundle what holds its heads, the eras between them and the
// pins against each other.
func (g *gatherer) proofs() error {
	if len(g.heads) == 0 {
		return nil
	}
	l := line{g.ctx, g.src, &g.b.Proofs}
	least, most := g.heads[0], g.heads[len(g.heads)-1]
	points := slices.Clone(g.heads)
	for i, e := range g.o.Anchor.Eras {
		if i > 0 && e.LogSize > least && e.LogSize <= most {
			points = append(points, e.LogSize)
		}
	}
	if err := l.through(ascending(points)); err != nil {
		return err
	}
	pins := slices.Clone(g.o.PinSizes)
	for _, p := range g.o.Pins {
		pins = append(pins, p.Size)
	}
	if g.b.Subject != 0 {
		return l.pins(g.b.Subject, pins, least)
	}
	// Lists: each pin for itself, and all of them together.
	for _, size := range ascending(pins) {
		if err := l.between(min(size, least), max(size, least)); err != nil {
			return err
		}
	}
	return l.through(ascending(append(pins, points...)))
}

func ascending(sizes []uint64) []uint64 {
	out := slices.Clone(sizes)
	slices.Sort(out)
	return slices.Compact(out)
}
