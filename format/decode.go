package format

import (
	"fmt"
	"math"
)

// Decoder reads one message of canonical protobuf and refuses every other
// encoding of the same values. The caller asks for all fields the message has,
// in ascending order, and then calls Close; the first error stays.
type Decoder struct {
	what    string
	rest    []byte
	last    uint64 // number of the last field read
	err     error
	missing error // reported last: a field out of its place is missing, too
}

// NewDecoder reads b as the message called what, of at most limit bytes. What it
// returns refers to b.
func NewDecoder(what string, b []byte, limit int) *Decoder {
	d := &Decoder{what: what, rest: b}
	if len(b) > limit {
		d.err = fmt.Errorf("%s: %w: expected at most %d bytes, got %d", what, ErrLimit, limit, len(b))
	}
	return d
}

// Version reads field 1 and refuses any version but Version.
func (d *Decoder) Version() {
	v := d.Uint(1)
	switch {
	case d.err != nil:
	case v == 0:
		d.absent(1, fmt.Sprintf("version %d", Version))
	case v != Version:
		d.fail(1, ErrVersion, "expected %d, got %d", Version, v)
	}
}

// Uint reads an unsigned integer; an absent field is 0.
func (d *Decoder) Uint(field uint32) uint64 {
	if !d.at(field, wireVarint) {
		return 0
	}
	v := d.varint(field)
	if v == 0 && d.err == nil {
		d.fail(field, ErrExplicitDefault, "expected the field to be absent, got 0")
	}
	return v
}

// Uint32 reads an unsigned integer below 2³²; an absent field is 0.
func (d *Decoder) Uint32(field uint32) uint32 {
	v := d.Uint(field)
	if v > math.MaxUint32 {
		d.fail(field, ErrVarintOverflow, "expected less than 2^32, got %d", v)
	}
	return uint32(v)
}

// Raw reads at most limit bytes; an absent field is nil.
func (d *Decoder) Raw(field uint32, limit int) []byte {
	b, ok := d.Message(field)
	switch {
	case !ok:
		return nil
	case len(b) == 0:
		d.fail(field, ErrExplicitDefault, "expected the field to be absent, got 0 bytes")
	case len(b) > limit:
		d.fail(field, ErrLimit, "expected at most %d bytes, got %d", limit, len(b))
	}
	return b
}

// Text reads a string that CheckText accepts; an absent field is empty.
func (d *Decoder) Text(field uint32, limit int) string {
	s := string(d.Raw(field, limit))
	if d.err == nil {
		if err := CheckText(s, limit); err != nil {
			d.err = fmt.Errorf("%s, field %d: %w", d.what, field, err)
		}
	}
	return s
}

// Hash reads exactly 32 bytes and refuses an absent field.
func (d *Decoder) Hash(field uint32) Hash {
	b, ok := d.Message(field)
	if !ok {
		d.absent(field, "32 bytes")
		return Hash{}
	}
	return d.hash(field, b)
}

// OptionalHash reads 32 bytes that are not all zero; an absent field is zero.
func (d *Decoder) OptionalHash(field uint32) Hash {
	b, ok := d.Message(field)
	if !ok {
		return Hash{}
	}
	h := d.hash(field, b)
	if h == (Hash{}) {
		d.fail(field, ErrExplicitDefault, "expected the field to be absent, got zeros")
	}
	return h
}

// Message reads the next element of a repeated field of messages (or the only
// one) and reports whether there was one.
func (d *Decoder) Message(field uint32) ([]byte, bool) {
	if !d.at(field, wireBytes) {
		return nil, false
	}
	n := d.varint(field)
	if d.err != nil {
		return nil, false
	}
	if n > uint64(len(d.rest)) {
		d.fail(field, ErrTruncated, "expected %d bytes, got %d", n, len(d.rest))
		return nil, false
	}
	b := d.rest[:n:n]
	d.rest = d.rest[n:]
	return b, true
}

// Fail records a refusal of a value that was read; only the first one stays.
func (d *Decoder) Fail(field uint32, err error) {
	if d.err == nil && !tolerated(err) {
		d.err = fmt.Errorf("%s, field %d: %w", d.what, field, err)
	}
}

// Close returns the first error, or refuses what is left over.
func (d *Decoder) Close() error {
	for d.err == nil && len(d.rest) != 0 {
		num, _, _, err := readTag(d.rest)
		if err != nil {
			d.err = fmt.Errorf("%s, after field %d: %w", d.what, d.last, err)
		} else {
			d.misplaced(num)
		}
	}
	if d.err == nil {
		d.err = d.missing
	}
	return d.err
}

// at reports whether the next field is this one, and steps over its tag.
func (d *Decoder) at(field uint32, wire uint64) bool {
	if d.err != nil || len(d.rest) == 0 {
		return false
	}
	num, typ, n, err := readTag(d.rest)
	switch {
	case err != nil:
		d.err = fmt.Errorf("%s, after field %d: %w", d.what, d.last, err)
		return false
	case num > uint64(field):
		return false // absent; what stands here, a later call judges
	case num < uint64(field):
		d.misplaced(num)
		return d.at(field, wire)
	case typ != wire:
		d.fail(field, ErrWireType, "expected %d, got %d", wire, typ)
		return false
	}
	d.rest = d.rest[n:]
	d.last = num
	return true
}

// misplaced names why field num cannot stand here: all lower numbers the message
// has were already asked for.
func (d *Decoder) misplaced(num uint64) {
	defer d.tolerate()
	switch {
	case num == 0:
		d.err = fmt.Errorf("%s: %w: expected a field after field %d, got field number 0", d.what, ErrTrailing, d.last)
	case num == d.last:
		d.err = fmt.Errorf("%s: %w: %d", d.what, ErrDuplicateField, num)
	case num < d.last:
		d.err = fmt.Errorf("%s: %w: got %d after %d", d.what, ErrFieldOrder, num, d.last)
	default:
		d.err = fmt.Errorf("%s: %w: %d", d.what, ErrUnknownField, num)
	}
}

func (d *Decoder) varint(field uint32) uint64 {
	v, n, err := readVarint(d.rest)
	if err != nil {
		d.Fail(field, err)
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *Decoder) hash(field uint32, b []byte) (h Hash) {
	if len(b) != len(h) {
		d.fail(field, ErrLength, "expected %d bytes, got %d", len(h), len(b))
		return h
	}
	return Hash(b)
}

func (d *Decoder) fail(field uint32, sentinel error, format string, args ...any) {
	d.Fail(field, fmt.Errorf("%w: %s", sentinel, fmt.Sprintf(format, args...)))
}

// absent records that a required field did not come.
func (d *Decoder) absent(field uint32, expected string) {
	if d.missing == nil {
		d.missing = fmt.Errorf("%s, field %d: %w: expected %s", d.what, field, ErrMissing, expected)
	}
}

// readTag returns field number, wire type and length of the tag at the front.
func readTag(b []byte) (num, wire uint64, n int, err error) {
	tag, n, err := readVarint(b)
	return tag >> 3, tag & 7, n, err
}

// readVarint reads the varint at the front, in its shortest form only.
func readVarint(b []byte) (v uint64, n int, err error) {
	for n < len(b) {
		c := b[n]
		if n == 9 && c > 1 {
			return 0, 0, fmt.Errorf("%w: expected less than 2^64", ErrVarintOverflow)
		}
		v |= uint64(c&0x7f) << (7 * n)
		n++
		if c < 0x80 {
			if c == 0 && n > 1 && !tolerated(ErrLongVarint) {
				return 0, 0, fmt.Errorf("%w: got %d bytes for %d", ErrLongVarint, n, v)
			}
			return v, n, nil
		}
	}
	return 0, 0, fmt.Errorf("%w: expected more bytes of a varint, got %d", ErrTruncated, n)
}
