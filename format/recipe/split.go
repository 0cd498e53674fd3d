package recipe

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/inkchain/inkd/format"
)

// chunkSize is how much is read at once; rows may be longer.
const chunkSize = 256 << 10

// splitter finds the ends of items in consecutive chunks.
type splitter interface {
	// check looks at a whole chunk before next sees it; first is true for the
	// one at the front of the input.
	check(chunk []byte, first bool) error
	// next returns how many bytes at the front of b belong to the current item
	// and whether the item ends with them.
	next(b []byte) (n int, end bool)
	// close is asked at the end of the input and reports whether an unfinished
	// item of that many bytes counts as one.
	close(rest uint64) (bool, error)
}

func newSplitter(r format.Recipe) splitter {
	switch r {
	case format.RecipeLines:
		return linesSplitter{}
	case format.RecipeCSV:
		return &csvSplitter{line: 1}
	}
	return wholeSplitter{}
}

// cutter feeds a stream through a splitter.
type cutter struct {
	split splitter
	write func(b []byte) error // more bytes of the current item
	end   func() error         // the current item is complete
}

func (c *cutter) run(ctx context.Context, r io.Reader) error {
	buf := make([]byte, chunkSize)
	var rest uint64 // bytes of the current item so far
	for first := true; ; first = false {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(r, buf)
		done := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !done {
			return fmt.Errorf("reading the source: %w", err)
		}
		if err := c.split.check(buf[:n], first); err != nil {
			return err
		}
		if rest, err = c.chunk(buf[:n], rest); err != nil {
			return err
		}
		if done {
			return c.finish(rest)
		}
	}
}

// chunk cuts b and returns the size of the item that goes on after it.
func (c *cutter) chunk(b []byte, rest uint64) (uint64, error) {
	for len(b) > 0 {
		n, end := c.split.next(b)
		if err := c.write(b[:n]); err != nil {
			return 0, err
		}
		rest += uint64(n)
		if end {
			if err := c.end(); err != nil {
				return 0, err
			}
			rest = 0
		}
		b = b[n:]
	}
	return rest, nil
}

func (c *cutter) finish(rest uint64) error {
	counts, err := c.split.close(rest)
	if err != nil || !counts {
		return err
	}
	return c.end()
}

// wholeSplitter is the recipe file: one item, even an empty one.
type wholeSplitter struct{}

func (wholeSplitter) check([]byte, bool) error   { return nil }
func (wholeSplitter) next(b []byte) (int, bool)  { return len(b), false }
func (wholeSplitter) close(uint64) (bool, error) { return true, nil }

// linesSplitter ends an item after each 0x0A.
type linesSplitter struct{}

func (linesSplitter) check([]byte, bool) error { return nil }

func (linesSplitter) next(b []byte) (int, bool) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i + 1, true
	}
	return len(b), false
}

func (linesSplitter) close(rest uint64) (bool, error) { return rest > 0, nil }

// csvSplitter ends an item after each 0x0A outside quotes. Each 0x22 toggles one
// bit; a doubled quote toggles it twice, so no dialect needs to be known.
type csvSplitter struct {
	quoted bool
	line   uint64 // number of the current line, by 0x0A alone
	opened uint64 // line of the quote that is open
}

var quote = []byte{'"'}

// check refuses what shows that the bytes are not in a byte-wise encoding: in
// UTF-16, 0x0A and 0x22 would be halves of other characters.
func (s *csvSplitter) check(chunk []byte, first bool) error {
	if first && len(chunk) >= 2 && (chunk[0] == 0xFF && chunk[1] == 0xFE || chunk[0] == 0xFE && chunk[1] == 0xFF) {
		return &LineError{1, fmt.Sprintf("expected a byte-wise encoding, got a UTF-16 mark %x", chunk[:2])}
	}
	if i := bytes.IndexByte(chunk, 0); i >= 0 {
		line := s.line + uint64(bytes.Count(chunk[:i], []byte{'\n'}))
		return &LineError{line, "expected no byte 0x00, got one"}
	}
	return nil
}

func (s *csvSplitter) next(b []byte) (int, bool) {
	n := 0
	for n < len(b) {
		i := bytes.IndexByte(b[n:], '\n')
		line := b[n:]
		if i >= 0 {
			line = line[:i+1]
		}
		if q := bytes.Count(line, quote); q > 0 {
			s.quoted = s.quoted != (q%2 == 1)
			s.opened = s.line // if one is open now, it opened here
		}
		n += len(line)
		if i >= 0 {
			s.line++
			if !s.quoted {
				return n, true
			}
		}
	}
	return n, false
}

func (s *csvSplitter) close(rest uint64) (bool, error) {
	if s.quoted {
		return false, &LineError{s.opened, fmt.Sprintf("expected the quote that opens here to be closed, got the end of the input in line %d", s.line)}
	}
	return rest > 0, nil
}
