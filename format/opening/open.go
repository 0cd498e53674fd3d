package opening

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/inkchain/inkd/format"
)

// File is an open opening file whose trailer and header have been checked.
type File struct {
	Header Header
	Public format.Public // the header's public part, decoded

	f          *os.File
	start, end int64 // where the items are
}

// Open opens the file, checks its trailer over all of it (one pass, constant
// memory) and the header by Header.Check. It does not recompute the items'
// tree: see Check. Close it after use.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	o := &File{f: f}
	if err := o.load(); err != nil {
		f.Close()
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return o, nil
}

func (o *File) load() error {
	info, err := o.f.Stat()
	if err != nil {
		return err
	}
	o.end = info.Size() - trailerSize
	sumErr := checkTrailer(o.f, info.Size())
	if err := o.readHeader(info.Size()); err != nil {
		return because(sumErr, err)
	}
	if sumErr != nil {
		return o.diagnose(sumErr)
	}
	o.Public, err = o.Header.Check()
	return err
}

// readHeader reads magic and header. It runs before the trailer's verdict is
// given, so that a file of another kind or a cut header is named as such.
func (o *File) readHeader(size int64) error {
	magic := make([]byte, len(openMagic))
	if n, err := o.f.ReadAt(magic, 0); err != nil {
		if !errors.Is(err, io.EOF) {
			return err
		}
		magic = magic[:n]
	}
	if err := checkMagic(magic, openMagic); err != nil {
		return err
	}
	r := newFrameReader(io.NewSectionReader(o.f, int64(len(openMagic)), size-int64(len(openMagic))))
	b, err := r.message("header", maxHeader)
	if err != nil {
		return err
	}
	o.start = int64(len(openMagic) + 4 + len(b))
	o.Header, err = parseHeader(b)
	return err
}

// diagnose says what is wrong with a file whose trailer does not match: cut off,
// longer than it says, or altered.
func (o *File) diagnose(sumErr error) error {
	public, err := format.ParsePublic(o.Header.Public)
	if err != nil {
		return sumErr
	}
	whole := io.NewSectionReader(o.f, o.start, o.end+trailerSize-o.start)
	r := newFrameReader(whole)
	for i := range public.Items {
		if _, err := r.message(fmt.Sprintf("item %d of %d", i, public.Items), maxItem); err != nil {
			return err
		}
	}
	switch rest, err := io.Copy(io.Discard, r.r); {
	case err != nil:
		return err
	case rest < trailerSize:
		return fmt.Errorf("trailer: %w: expected %d bytes, got %d", ErrTruncated, trailerSize, rest)
	case rest > trailerSize:
		return fmt.Errorf("%w: expected %d bytes after the items, got %d", ErrTrailing, trailerSize, rest)
	}
	return sumErr
}

// Close closes the file.
func (o *File) Close() error { return o.f.Close() }

// Items iterates over the items in order, any number of times, in constant
// memory. After an error it ends.
func (o *File) Items() iter.Seq2[format.Item, error] {
	return func(yield func(format.Item, error) bool) {
		r := newFrameReader(io.NewSectionReader(o.f, o.start, o.end-o.start))
		if !streamItems(r, o.Public.Items, yield) {
			return
		}
		rest, err := io.Copy(io.Discard, r.r)
		if err == nil && rest > 0 {
			err = fmt.Errorf("%w: expected %d items, got %d more bytes", ErrTrailing, o.Public.Items, rest)
		}
		if err != nil {
			yield(format.Item{}, err)
		}
	}
}

// Check recomputes the tree from all items and compares it with the public part.
func (o *File) Check() error {
	tree := format.NewItemTree(o.Header.Secret)
	for it, err := range o.Items() {
		if err != nil {
			return err
		}
		if err := tree.Add(it); err != nil {
			return err
		}
	}
	return sameTree(o.Public, tree)
}

// Leaves returns the leaf hashes of all items: 32 bytes of memory for each.
func (o *File) Leaves() ([]format.Hash, error) {
	var leaves []format.Hash
	for it, err := range o.Items() {
		if err != nil {
			return nil, err
		}
		leaf, err := format.ItemLeaf(o.Header.Secret.Salt(it.Index), it)
		if err != nil {
			return nil, err
		}
		leaves = append(leaves, leaf)
	}
	return leaves, nil
}

// Item returns one item by its index.
func (o *File) Item(index uint64) (format.Item, error) {
	for it, err := range o.Items() {
		if err != nil || it.Index == index {
			return it, err
		}
	}
	return format.Item{}, fmt.Errorf("%w: expected an index below %d, got %d", format.ErrIndexRange, o.Public.Items, index)
}

// ProofFor returns the inclusion path of one item, checked against the root.
func (o *File) ProofFor(index uint64) ([]format.Hash, error) {
	leaves, err := o.Leaves()
	if err != nil {
		return nil, err
	}
	return o.proof(leaves, index)
}

func (o *File) proof(leaves []format.Hash, index uint64) ([]format.Hash, error) {
	path, err := format.InclusionProof(leaves, index)
	if err != nil {
		return nil, err
	}
	if err := format.VerifyInclusion(o.Public.Root, o.Public.Items, index, leaves[index], path); err != nil {
		return nil, fmt.Errorf("%w: item %d: %w", ErrContent, index, err)
	}
	return path, nil
}

// streamItems yields n items and reports whether to go on.
func streamItems(r *frameReader, n uint64, yield func(format.Item, error) bool) bool {
	for i := range n {
		b, err := r.message("item", maxItem)
		var it format.Item
		if err == nil {
			it, err = parseItem(b, i)
		}
		if err != nil {
			yield(format.Item{}, fmt.Errorf("item %d of %d: %w", i, n, err))
			return false
		}
		if !yield(it, nil) {
			return false
		}
	}
	return true
}
