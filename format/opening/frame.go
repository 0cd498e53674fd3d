package opening

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
)

// What can be wrong with a file as such.
var (
	ErrMagic     = errors.New("not a file of this kind")
	ErrTruncated = errors.New("file truncated")
	ErrCorrupt   = errors.New("file corrupted")
	ErrTrailing  = errors.New("bytes after the end of the file")
	ErrContent   = errors.New("content does not belong together")
)

const (
	openMagic   = "INKOPEN1"
	reviewMagic = "INKREVW1"
	trailerSize = sha256.Size

	// maxHeader is above what the fields' own limits add up to.
	maxHeader = 128 << 10
	// maxItem is above label, digests, salt and a full inclusion path.
	maxItem = 4 << 10
)

// frameWriter writes magic, messages and trailer, and hashes as it goes.
type frameWriter struct {
	w   *bufio.Writer
	sum hash.Hash
}

func newFrameWriter(w io.Writer, magic string) (*frameWriter, error) {
	fw := &frameWriter{w: bufio.NewWriterSize(w, 256<<10), sum: sha256.New()}
	return fw, fw.write([]byte(magic))
}

func (fw *frameWriter) write(b []byte) error {
	fw.sum.Write(b)
	_, err := fw.w.Write(b)
	return err
}

func (fw *frameWriter) message(b []byte) error {
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(b)))
	if err := fw.write(length[:]); err != nil {
		return err
	}
	return fw.write(b)
}

func (fw *frameWriter) close() error {
	if _, err := fw.w.Write(fw.sum.Sum(nil)); err != nil {
		return err
	}
	return fw.w.Flush()
}

// frameReader reads messages; what it returns is valid until the next call.
type frameReader struct {
	r   *bufio.Reader
	buf []byte
}

func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{r: bufio.NewReaderSize(r, 256<<10)}
}

// message reads the next message, called what in errors, of at most limit bytes.
func (fr *frameReader) message(what string, limit uint32) ([]byte, error) {
	var length [4]byte
	if _, err := io.ReadFull(fr.r, length[:]); err != nil {
		return nil, short(what, err)
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > limit {
		return nil, fmt.Errorf("%s: %w: expected at most %d bytes, got a length of %d", what, ErrCorrupt, limit, n)
	}
	if uint32(cap(fr.buf)) < n {
		fr.buf = make([]byte, n)
	}
	fr.buf = fr.buf[:n]
	if _, err := io.ReadFull(fr.r, fr.buf); err != nil {
		return nil, short(what, err)
	}
	return fr.buf, nil
}

// short turns the end of the input in the middle of something into ErrTruncated.
func short(what string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%s: %w: expected more bytes, got the end", what, ErrTruncated)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// checkMagic compares the first bytes and names the other kind of file.
func checkMagic(got []byte, want string) error {
	switch {
	case string(got) == want:
		return nil
	case len(got) < len(want) && string(got) == want[:len(got)]:
		return fmt.Errorf("magic: %w: expected %d bytes, got %d", ErrTruncated, len(want), len(got))
	case string(got) == reviewMagic:
		return fmt.Errorf("%w: expected %s, got a review copy (%s)", ErrMagic, want, reviewMagic)
	case string(got) == openMagic:
		return fmt.Errorf("%w: expected %s, got an opening file (%s)", ErrMagic, want, openMagic)
	}
	return fmt.Errorf("%w: expected %s, got %q", ErrMagic, want, got)
}

// because joins what is wrong with a part and what the trailer says, unless the
// part names the reason well enough: it is cut off, or of another kind.
func because(sumErr, err error) error {
	if sumErr == nil || errors.Is(err, ErrTruncated) || errors.Is(err, ErrMagic) {
		return err
	}
	return fmt.Errorf("%w; %w", sumErr, err)
}

// checkTrailer hashes the file and compares the trailer; size is that of the
// whole file. Only the trailer is judged, not what is in front of it.
func checkTrailer(r io.ReaderAt, size int64) error {
	if size < trailerSize {
		return fmt.Errorf("trailer: %w: expected %d bytes, got %d", ErrTruncated, trailerSize, size)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(r, 0, size-trailerSize)); err != nil {
		return err
	}
	var got [trailerSize]byte
	if _, err := r.ReadAt(got[:], size-trailerSize); err != nil && err != io.EOF {
		return err
	}
	if want := sum.Sum(nil); string(want) != string(got[:]) {
		return fmt.Errorf("trailer: %w: expected %x, got %x", ErrCorrupt, want, got)
	}
	return nil
}
