package opening

import (
	"bufio"
	"encoding/binary"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"

	"github.com/inkchain/inkd/format"
)

// Spool keeps items on disk while the source is digested, since the opening
// file's header is only known afterwards. Create it with NewSpool, Add all
// items, hand Items to Create, and Close it.
type Spool struct {
	target string
	file   *os.File
	w      *bufio.Writer
	enc    format.Encoder
	n      uint64
}

// NewSpool makes a spool beside target, the path the opening file will have: the
// same disk must have room for both. Its file has no name where the system
// allows that, so that a killed process leaves nothing.
func NewSpool(target string) (*Spool, error) {
	f, err := os.CreateTemp(filepath.Dir(target), ".inkspool.*.tmp")
	if err != nil {
		return nil, explain(target, err)
	}
	os.Remove(f.Name()) // fails where open files keep their names; Close does it then
	return &Spool{target: target, file: f, w: bufio.NewWriterSize(f, 256<<10)}, nil
}

// Add appends an item; its index is its place in the spool.
func (s *Spool) Add(it format.Item) error {
	s.enc.Reset()
	encodeItem(&s.enc, it)
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(s.enc.Bytes())))
	if _, err := s.w.Write(length[:]); err != nil {
		return explain(s.target, err)
	}
	if _, err := s.w.Write(s.enc.Bytes()); err != nil {
		return explain(s.target, err)
	}
	s.n++
	return nil
}

// Items iterates over everything added so far, in order, any number of times.
func (s *Spool) Items() iter.Seq2[format.Item, error] {
	return func(yield func(format.Item, error) bool) {
		if err := s.w.Flush(); err != nil {
			yield(format.Item{}, explain(s.target, err))
			return
		}
		streamItems(newFrameReader(io.NewSectionReader(s.file, 0, math.MaxInt64)), s.n, yield)
	}
}

// Close removes the spool.
func (s *Spool) Close() error {
	err := s.file.Close()
	os.Remove(s.file.Name())
	return err
}
