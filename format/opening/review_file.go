package opening

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/inkchain/inkd/format"
)

// MaxReviewBytes is the largest review copy that is read, the limit of a bundle.
const MaxReviewBytes = 64 << 20

// WriteReview writes a review copy at path, which must not exist (ErrExists). A
// copy that Check refuses is not written.
func WriteReview(path string, r Review) error {
	if _, err := r.Check(); err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	return writeNew(path, func(w io.Writer) error { return encodeReview(w, r) })
}

// ReadReview reads a review copy from a file. It checks the framing; whether the
// content belongs together, Review.Check says.
func ReadReview(path string) (Review, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Review{}, err
	}
	if info.Size() > MaxReviewBytes {
		return Review{}, fmt.Errorf("%q: %w: expected at most %d bytes, got %d", path, format.ErrLimit, MaxReviewBytes, info.Size())
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return Review{}, err
	}
	r, err := ParseReview(b)
	if err != nil {
		return Review{}, fmt.Errorf("%q: %w", path, err)
	}
	return r, nil
}

// EncodeReview returns the bytes of a review copy; it is not checked.
func EncodeReview(r Review) []byte {
	var b bytes.Buffer
	_ = encodeReview(&b, r) // a buffer does not fail
	return b.Bytes()
}

func encodeReview(w io.Writer, r Review) error {
	fw, err := newFrameWriter(w, reviewMagic)
	if err != nil {
		return err
	}
	if err := fw.message(r.encodeHeader()); err != nil {
		return err
	}
	for i := range r.Shown {
		if err := fw.message(r.Shown[i].Bytes()); err != nil {
			return err
		}
	}
	return fw.close()
}

// ParseReview is ReadReview for bytes in memory.
func ParseReview(b []byte) (Review, error) {
	if len(b) > MaxReviewBytes {
		return Review{}, fmt.Errorf("%w: expected at most %d bytes, got %d", format.ErrLimit, MaxReviewBytes, len(b))
	}
	if err := checkMagic(b[:min(len(b), len(reviewMagic))], reviewMagic); err != nil {
		return Review{}, err
	}
	sumErr := checkTrailer(bytes.NewReader(b), int64(len(b)))
	fr := newFrameReader(bytes.NewReader(b[len(reviewMagic):]))
	head, err := fr.message("header", maxHeader)
	if err != nil {
		return Review{}, err
	}
	r, n, err := parseReviewHeader(head)
	if err != nil {
		return Review{}, because(sumErr, err)
	}
	if n > MaxShown {
		return Review{}, fmt.Errorf("shown items: %w: expected at most %d, got %d", format.ErrLimit, MaxShown, n)
	}
	if r.Shown, err = parseShownItems(fr, n); err != nil {
		return Review{}, because(sumErr, err)
	}
	switch rest, err := io.Copy(io.Discard, fr.r); {
	case err != nil:
		return Review{}, err
	case rest < trailerSize:
		return Review{}, fmt.Errorf("trailer: %w: expected %d bytes, got %d", ErrTruncated, trailerSize, rest)
	case rest > trailerSize:
		return Review{}, fmt.Errorf("%w: expected %d bytes after the items, got %d", ErrTrailing, trailerSize, rest)
	}
	return r, sumErr
}

func parseShownItems(fr *frameReader, n uint64) ([]format.Shown, error) {
	var shown []format.Shown
	for i := range n {
		what := fmt.Sprintf("shown item %d of %d", i, n)
		b, err := fr.message(what, maxItem)
		if err != nil {
			return nil, err
		}
		s, err := format.ParseShown(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		shown = append(shown, s)
	}
	return shown, nil
}
