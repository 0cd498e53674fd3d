package verify

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/inkchain/inkd/format"
)

// Kinds of entries that the verifier understands more of than their form.
const (
	kindRecord       = 16
	kindOpening      = 17
	kindDisclosure   = 18
	kindApplied      = 19
	kindInitial      = 20
	kindFinal        = 21
	kindIssued       = 22
	kindRejected     = 23
	kindRevoked      = 24
	kindKeyBound     = 41
	kindKeyRetired   = 42
	kindAdmitted     = 44
	kindValidatorKey = 47
)

// kinds gives the fields of each kind of entry, from field 1 on, as in
// docs/spec/entries.md: u integer · t text · b bytes · h hash · o hash that may be
// absent · p packed integers · i disclosed items.
var kinds = []struct {
	kind   uint32
	fields string
}{
	{kindRecord, "uuuhuuuh"}, {kindOpening, "ubhhuu"}, {kindDisclosure, "ui"}, {kindApplied, "uuuuhuuu"},
	{kindInitial, "uu"}, {kindFinal, "uu"}, {kindIssued, "uuuuuh"}, {kindRejected, "uuu"}, {kindRevoked, "uuu"},
	{32, "uuuuuphu"}, {33, "uuuu"}, {34, "uttuuh"}, {37, "uuuu"}, {39, "uupu"}, {40, "uuu"},
	{kindKeyBound, "uuuuubuuou"}, {kindKeyRetired, "uu"}, {kindAdmitted, "utut"}, {46, "uu"}, {kindValidatorKey, "uubu"},
	{48, "uupuu"}, {49, "uuu"}, {53, "tb"}, {54, "utuuo"}, {55, "ubuuuu"}, {61, "uuh"}, {63, "tuhuhh"}, {64, "uuu"},
}

// entry is a decoded entry: the envelope, and the body's fields by their numbers.
type entry struct {
	leaf      Hash
	seq       uint64
	height    uint64
	blockTime uint64
	txHash    []byte // 32 bytes, or nil
	msgIndex  uint32
	eventNo   uint64
	kind      uint32
	u         [11]uint64
	b         [11][]byte
}

// parseEntry reads the canonical bytes of an entry of a known kind.
func parseEntry(b []byte) (*entry, error) {
	d := format.NewDecoder("entry", b, format.MaxEntryBytes)
	d.Version()
	e := &entry{leaf: format.EntryLeaf(b), seq: d.Uint(2), height: d.Uint(3), blockTime: d.Uint(4)}
	if h := d.OptionalHash(5); h != (Hash{}) {
		e.txHash = h[:]
	}
	e.msgIndex, e.eventNo = d.Uint32(6), d.Uint(7)
	for _, k := range kinds {
		body, ok := d.Message(k.kind)
		if !ok {
			continue
		}
		if e.kind != 0 {
			d.Fail(k.kind, fmt.Errorf("%w: expected one body, got a second", format.ErrDuplicateField))
			break
		}
		e.kind = k.kind
		if err := e.parseBody(k.fields, body); err != nil {
			d.Fail(k.kind, err)
		}
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	if e.kind == 0 {
		return nil, fmt.Errorf("entry: %w: expected a body", format.ErrMissing)
	}
	return e, nil
}

func (e *entry) parseBody(fields string, b []byte) error {
	d := format.NewDecoder("body", b, format.MaxEntryBytes)
	for i, t := range fields {
		n := uint32(i + 1)
		switch t {
		case 'u':
			e.u[n] = d.Uint(n)
		case 't':
			e.b[n] = []byte(d.Text(n, format.MaxEntryBytes))
		case 'b':
			e.b[n] = d.Raw(n, format.MaxEntryBytes)
		case 'h':
			h := d.Hash(n)
			e.b[n] = h[:]
		case 'o':
			h := d.OptionalHash(n)
			e.b[n] = h[:]
		case 'p':
			if err := packed(d.Raw(n, format.MaxEntryBytes)); err != nil {
				d.Fail(n, err)
			}
		case 'i':
			for item, ok := d.Message(n); ok; item, ok = d.Message(n) {
				if err := disclosed(item); err != nil {
					d.Fail(n, err)
				}
			}
		}
	}
	return d.Close()
}

// packed checks that packed integers have their shortest form.
func packed(b []byte) error {
	var again []byte
	for rest := b; len(rest) > 0; {
		v, n := binary.Uvarint(rest)
		if n <= 0 {
			return fmt.Errorf("%w: expected packed integers", format.ErrTruncated)
		}
		again, rest = binary.AppendUvarint(again, v), rest[n:]
	}
	if !bytes.Equal(b, again) {
		return fmt.Errorf("%w: expected packed integers in their shortest form", format.ErrLongVarint)
	}
	return nil
}

// disclosed reads an item of a disclosure: as format.Shown, but for the path, which
// is a repeated field there.
func disclosed(b []byte) error {
	d := format.NewDecoder("disclosed item", b, format.MaxEntryBytes)
	d.Uint(1)
	d.Hash(2)
	d.Uint(3)
	d.Hash(4)
	d.Hash(5)
	d.Text(6, format.MaxLabelBytes)
	for n := 0; ; n++ {
		h, ok := d.Message(7)
		if !ok {
			return d.Close()
		}
		if len(h) != 32 || n >= format.MaxPath {
			d.Fail(7, fmt.Errorf("%w: expected at most %d hashes of 32 bytes", format.ErrLength, format.MaxPath))
		}
	}
}

// subject says of what the entry is an event: each counts for one at most.
func (e *entry) subject() (kind string, id uint64) {
	switch e.kind {
	case kindApplied:
		return "certificate", e.seq
	case kindInitial, kindFinal, kindIssued, kindRejected, kindRevoked:
		return "certificate", e.u[1]
	case kindOpening, kindDisclosure:
		return "evidence", e.u[1]
	case kindKeyBound, kindKeyRetired:
		return "key", e.u[1]
	}
	return "", 0
}
