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
// the beginning of the log as the entry's own block left it. With the sizes of an
// existing bundle's heads (HeadSizes) also that the heads beside the entry's own are
// of the same log as the larger trees, and that the smaller ones are its beginning.
// With seq 0 they are for a bundle about lists: all pins and heads are one log.
func Proofs(ctx context.Context, src Source, seq uint64, sizes, heads []uint64) (*bundle.Proofs, error) {
	p := &bundle.Proofs{}
	var err error
	if p.LogID, err = src.LogID(ctx); err != nil {
		return nil, err
	}
	l := line{ctx: ctx, src: src, p: p}
	if seq == 0 {
		return p, l.beside(ascending(sizes), ascending(heads))
	}
	e, err := entryOf(ctx, src, seq)
	if err != nil {
		return nil, err
	}
	switch s, err := src.Head(ctx, e.Height); {
	case err == nil:
		h, err := headOf(s)
		if err != nil {
			return nil, err
		}
		if err := l.pins(seq, sizes, []uint64{h.Size_}); err != nil {
			return nil, err
		}
	case !errors.Is(err, ErrNotKept):
		return nil, err
	}
	return p, l.pins(seq, sizes, ascending(heads))
}

// HeadSizes are the sizes of the heads that a bundle carries, ascending. They are
// what it claims: nothing is verified.
func HeadSizes(b *bundle.Bundle) ([]uint64, error) {
	var sizes []uint64
	for _, s := range b.States {
		if s.Kind != bundle.StateHead {
			continue
		}
		h, err := headOf(s)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, h.Size_)
	}
	return ascending(sizes), nil
}

// line makes the proofs between sizes of the log.
type line struct {
	ctx context.Context
	src Source
	p   *bundle.Proofs
}

// pins adds the proofs for pins of sizes, for an entry and the heads of a bundle,
// ascending, of which the least that has the entry is its own.
func (l *line) pins(seq uint64, sizes, heads []uint64) error {
	own := slices.IndexFunc(heads, func(size uint64) bool { return size > seq })
	var above []uint64
	for _, size := range ascending(sizes) {
		switch {
		case size > seq:
			if err := l.inclusion(seq, size); err != nil {
				return err
			}
			above = append(above, size)
		case len(heads) > 0:
			if err := l.near(size, heads); err != nil {
				return err
			}
		}
	}
	if own < 0 {
		return nil
	}
	return l.beside(above, slices.Delete(slices.Clone(heads), own, own+1))
}

// inclusion adds one, unless it is there.
func (l *line) inclusion(seq, size uint64) error {
	if slices.ContainsFunc(l.p.Inclusions, func(i bundle.Inclusion) bool { return i.Seq == seq && i.Size == size }) {
		return nil
	}
	path, err := l.src.Inclusion(l.ctx, seq, size)
	if err != nil {
		return fmt.Errorf("inclusion of entry %d in the first %d entries: %w", seq, size, err)
	}
	l.p.Inclusions = append(l.p.Inclusions, bundle.Inclusion{Seq: seq, Size: size, Path: path})
	return nil
}

// beside adds the proofs between pins and points of the log, from neighbour to
// neighbour: for all the pins together, and for who has only some of them.
func (l *line) beside(pins, points []uint64) error {
	if len(points) == 0 {
		return nil
	}
	for _, size := range pins {
		if err := l.near(size, points); err != nil {
			return err
		}
	}
	return l.through(ascending(slices.Concat(pins, points)))
}

// near adds the proofs between a size and its neighbours among points, which ascend.
func (l *line) near(size uint64, points []uint64) error {
	at, found := slices.BinarySearch(points, size)
	if found {
		return nil
	}
	return l.through(ascending(append(slices.Clone(points[max(at-1, 0):min(at+1, len(points))]), size)))
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
		return l.pins(g.b.Subject, pins, ascending(g.heads))
	}
	return l.beside(ascending(pins), ascending(points))
}

func ascending(sizes []uint64) []uint64 {
	out := slices.Clone(sizes)
	slices.Sort(out)
	return slices.Compact(out)
}
