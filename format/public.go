package format

import (
	"bytes"
	"fmt"
)

// Public is the part of an evidence that an opening on chain reveals. As a
// message: 1 version, 2 root, 3 items, 4 header_items, 5 total_size, 6 recipe,
// 7 recipe_version, 8 produced_from, 9 produced_to.
type Public struct {
	Root          Hash   // root of the content tree
	Items         uint64 // n, from 1 to MaxItems
	HeaderItems   uint32 // h, 0 or 1, for csv only, at most Items
	TotalSize     uint64 // sum of the items' sizes, bytes
	Recipe        Recipe
	RecipeVersion uint32 // RecipeVersion
	ProducedFrom  uint64 // claimed period, unix nanoseconds; 0: not stated
	ProducedTo    uint64 // not before ProducedFrom; 0: not stated
}

// Count returns 条数 = n − h.
func (p Public) Count() uint64 { return p.Items - uint64(p.HeaderItems) }

// Bytes returns the canonical encoding, or refuses values no evidence can have.
func (p Public) Bytes() ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("public part: %w", err)
	}
	return p.encode(), nil
}

// ParsePublic decodes the canonical encoding and refuses every other one.
func ParsePublic(b []byte) (Public, error) {
	d := NewDecoder("public part", b, MaxPublicBytes)
	d.Version()
	p := Public{
		Root:          d.Hash(2),
		Items:         d.Uint(3),
		HeaderItems:   d.Uint32(4),
		TotalSize:     d.Uint(5),
		Recipe:        Recipe(d.Uint32(6)),
		RecipeVersion: d.Uint32(7),
		ProducedFrom:  d.Uint(8),
		ProducedTo:    d.Uint(9),
	}
	if err := d.Close(); err != nil {
		return Public{}, err
	}
	if err := p.check(); err != nil {
		return Public{}, fmt.Errorf("public part: %w", err)
	}
	return p, identical("public part", b, p.encode())
}

func (p Public) encode() []byte {
	var e Encoder
	e.Uint(1, Version)
	e.Hash(2, p.Root)
	e.Uint(3, p.Items)
	e.Uint(4, uint64(p.HeaderItems))
	e.Uint(5, p.TotalSize)
	e.Uint(6, uint64(p.Recipe))
	e.Uint(7, uint64(p.RecipeVersion))
	e.Uint(8, p.ProducedFrom)
	e.Uint(9, p.ProducedTo)
	return e.Bytes()
}

func (p Public) check() error {
	if err := p.Recipe.check(p.Items, p.HeaderItems); err != nil {
		return err
	}
	if uint64(p.HeaderItems) > p.Items {
		return fmt.Errorf("header_items: %w: expected at most %d, got %d", ErrValue, p.Items, p.HeaderItems)
	}
	if p.RecipeVersion != RecipeVersion {
		return fmt.Errorf("recipe_version: %w: expected %d, got %d", ErrVersion, RecipeVersion, p.RecipeVersion)
	}
	return checkPeriod(p.ProducedFrom, p.ProducedTo)
}

// checkPeriod refuses a claimed period that ends before it begins. Either end
// may be left open.
func checkPeriod(from, to uint64) error {
	if to != 0 && from > to {
		return fmt.Errorf("produced_to: %w: expected %d or later, got %d", ErrValue, from, to)
	}
	return nil
}

// identical is the rule decode → encode = the same bytes, checked in the open
// although the decoder already enforces it: a mistake there must not pass.
func identical(what string, got, want []byte) error {
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s: %w: expected %x, got %x", what, ErrNotCanonical, want, got)
	}
	return nil
}
