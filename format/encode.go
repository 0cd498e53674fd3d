package format

import "encoding/binary"

// Wire types of protobuf that the canonical form uses.
const (
	wireVarint = 0
	wireBytes  = 2
)

// Encoder writes one message in canonical protobuf. The caller asks for fields
// in ascending order; defaults are left out. The zero value is ready to use.
type Encoder struct{ b []byte }

// Bytes returns what has been written; it is empty for a message of defaults.
func (e *Encoder) Bytes() []byte { return e.b }

// Reset forgets what has been written and keeps the memory; what Bytes returned
// before is overwritten.
func (e *Encoder) Reset() { e.b = e.b[:0] }

// Uint writes an unsigned integer, or nothing if it is 0.
func (e *Encoder) Uint(field uint32, v uint64) {
	if v != 0 {
		e.tag(field, wireVarint)
		e.b = binary.AppendUvarint(e.b, v)
	}
}

// Raw writes bytes, or nothing if there are none.
func (e *Encoder) Raw(field uint32, v []byte) {
	if len(v) != 0 {
		e.Message(field, v)
	}
}

// Text writes a string, or nothing if it is empty. It does not check it.
func (e *Encoder) Text(field uint32, v string) {
	if v != "" {
		e.tag(field, wireBytes)
		e.b = binary.AppendUvarint(e.b, uint64(len(v)))
		e.b = append(e.b, v...)
	}
}

// Hash writes 32 bytes, whatever they are.
func (e *Encoder) Hash(field uint32, v Hash) { e.Message(field, v[:]) }

// OptionalHash writes 32 bytes, or nothing if all of them are zero: in the
// fields that use it, zero stands for "not stated".
func (e *Encoder) OptionalHash(field uint32, v Hash) {
	if v != (Hash{}) {
		e.Hash(field, v)
	}
}

// Message writes an embedded message, also an empty one: an element of a
// repeated field is there even if all of its fields are defaults.
func (e *Encoder) Message(field uint32, v []byte) {
	e.tag(field, wireBytes)
	e.b = binary.AppendUvarint(e.b, uint64(len(v)))
	e.b = append(e.b, v...)
}

func (e *Encoder) tag(field uint32, wire uint64) {
	e.b = binary.AppendUvarint(e.b, uint64(field)<<3|wire)
}
