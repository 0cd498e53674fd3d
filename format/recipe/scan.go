package recipe

import (
	"context"
	"fmt"
	"io"

	"github.com/inkchain/inkd/format"
)

// Source is where the bytes come from.
type Source struct {
	Path   string    // a file, or for dir a directory
	Reader io.Reader // instead of Path (standard input); not for dir

	// Progress, if set, is called now and then from the scanning goroutine with
	// the bytes read so far and in total; total is 0 if it is not known.
	Progress func(done, total uint64)
}

// Summary is what Scan has seen; with the tree's root it makes a format.Public.
type Summary struct {
	Items       uint64 // n
	HeaderItems uint32 // h
	TotalSize   uint64 // bytes
}

// Scan cuts src by the recipe and calls emit for each item in order. Memory is
// constant, except for dir, which holds the list of files. The items emitted
// before an error must not be used. A cancelled ctx is noticed between reads,
// not while one blocks.
func Scan(ctx context.Context, r format.Recipe, headerRows uint32, src Source, emit func(format.Item) error) (Summary, error) {
	if err := checkParameters(r, headerRows, src); err != nil {
		return Summary{}, err
	}
	var sum Summary
	count := func(it format.Item) error {
		if it.Index >= format.MaxItems {
			return fmt.Errorf("%w: expected at most %d items", format.ErrLimit, uint64(format.MaxItems))
		}
		sum.Items++
		sum.TotalSize += it.Size
		return emit(it)
	}
	var err error
	if r == format.RecipeDir {
		err = scanDir(ctx, src, count)
	} else {
		err = scanStream(ctx, r, src, count)
	}
	if err != nil {
		return Summary{}, err
	}
	if sum.Items == 0 {
		return Summary{}, fmt.Errorf("recipe %s: %w: expected at least one item, got none", r, ErrEmpty)
	}
	sum.HeaderItems = headerRows
	return sum, nil
}

func checkParameters(r format.Recipe, headerRows uint32, src Source) error {
	switch {
	case r != format.RecipeFile && r != format.RecipeDir && r != format.RecipeLines && r != format.RecipeCSV:
		return fmt.Errorf("%w: expected file, dir, lines or csv, got %s", ErrParameter, r)
	case r == format.RecipeCSV && headerRows > 1:
		return fmt.Errorf("%w: expected 0 or 1 header rows, got %d", ErrParameter, headerRows)
	case r != format.RecipeCSV && headerRows != 0:
		return fmt.Errorf("%w: expected no header rows for %s, got %d", ErrParameter, r, headerRows)
	case r == format.RecipeDir && src.Reader != nil:
		return fmt.Errorf("%w: expected a directory, got a stream", ErrParameter)
	}
	return nil
}

// scanStream is Scan for the recipes that read one stream of bytes.
func scanStream(ctx context.Context, r format.Recipe, src Source, emit func(format.Item) error) error {
	in, err := open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	hasher := format.NewDoubleHasher()
	var index uint64
	cut := cutter{
		split: newSplitter(r),
		write: func(b []byte) error {
			hasher.Write(b)
			return nil
		},
		end: func() error {
			it := format.Item{Index: index, Digests: hasher.Sum()}
			hasher.Reset()
			index++
			return emit(it)
		},
	}
	if err := cut.run(ctx, in); err != nil {
		return err
	}
	return in.unchanged()
}

// Extract copies the bytes of one item of a file, lines or csv source to w, so
// that it can be shown to somebody. What was written before an error must not be
// used. It refuses an index the source does not have with format.ErrIndexRange.
func Extract(ctx context.Context, r format.Recipe, src Source, index uint64, w io.Writer) error {
	if r == format.RecipeDir {
		return fmt.Errorf("%w: expected file, lines or csv, got dir, whose items are files already", ErrParameter)
	}
	if err := checkParameters(r, 0, src); err != nil {
		return err
	}
	in, err := open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	var at uint64
	cut := cutter{
		split: newSplitter(r),
		write: func(b []byte) error {
			if at != index {
				return nil
			}
			_, err := w.Write(b)
			return err
		},
		end: func() error { at++; return nil },
	}
	if err := cut.run(ctx, in); err != nil {
		return err
	}
	if index >= at {
		return fmt.Errorf("%w: expected an index below %d, got %d", format.ErrIndexRange, at, index)
	}
	return in.unchanged()
}
