package opening

import (
	"fmt"
	"io"
	"iter"

	"github.com/inkchain/inkd/format"
)

// Create writes the opening file at path, which must not exist (ErrExists). The
// header must be sealed; the items must be exactly those the public part speaks
// of, which is recomputed while writing (ErrContent).
func Create(path string, h Header, items iter.Seq2[format.Item, error]) error {
	public, err := h.Check()
	if err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	return writeNew(path, func(w io.Writer) error {
		return writeOpening(w, h, public, items)
	})
}

func writeOpening(w io.Writer, h Header, public format.Public, items iter.Seq2[format.Item, error]) error {
	fw, err := newFrameWriter(w, openMagic)
	if err != nil {
		return err
	}
	if err := fw.message(h.encode()); err != nil {
		return err
	}
	tree := format.NewItemTree(h.Secret)
	var enc format.Encoder
	for it, err := range items {
		if err != nil {
			return err
		}
		if err := tree.Add(it); err != nil {
			return err
		}
		enc.Reset()
		encodeItem(&enc, it)
		if err := fw.message(enc.Bytes()); err != nil {
			return err
		}
	}
	if err := sameTree(public, tree); err != nil {
		return err
	}
	return fw.close()
}

// sameTree checks that the items are those of the public part.
func sameTree(p format.Public, t *format.ItemTree) error {
	switch {
	case t.Items() != p.Items:
		return fmt.Errorf("%w: expected %d items, got %d", ErrContent, p.Items, t.Items())
	case t.TotalSize() != p.TotalSize:
		return fmt.Errorf("%w: expected items of %d bytes together, got %d", ErrContent, p.TotalSize, t.TotalSize())
	case t.Root() != p.Root:
		return fmt.Errorf("%w: expected root %x, got %x", ErrContent, p.Root, t.Root())
	}
	return nil
}
