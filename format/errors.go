package format

import "errors"

// Refusals of the canonical form (§0 of the specification).
var (
	ErrUnknownField    = errors.New("unknown field")
	ErrDuplicateField  = errors.New("duplicate field")
	ErrFieldOrder      = errors.New("fields out of order")
	ErrWireType        = errors.New("wrong wire type")
	ErrLongVarint      = errors.New("varint longer than necessary")
	ErrVarintOverflow  = errors.New("varint overflows")
	ErrExplicitDefault = errors.New("default value written out")
	ErrTrailing        = errors.New("trailing bytes")
	ErrTruncated       = errors.New("truncated")
	ErrLength          = errors.New("wrong length")
	ErrMissing         = errors.New("missing field")
	ErrLimit           = errors.New("limit exceeded")
	ErrText            = errors.New("text not allowed")
	ErrVersion         = errors.New("unsupported version")
	ErrValue           = errors.New("value not allowed")
	ErrNotCanonical    = errors.New("not canonical")
)

// Refusals of the tree.
var (
	ErrIndexRange   = errors.New("index outside the tree")
	ErrPathLimit    = errors.New("path over the limit")
	ErrPathTooLong  = errors.New("path too long")
	ErrPathTooShort = errors.New("path too short")
	ErrRootMismatch = errors.New("root does not match")
	ErrEdge         = errors.New("right edge malformed")
)

// Refusals of commitments and numbers.
var (
	ErrCommitment   = errors.New("commitment does not match")
	ErrDigests      = errors.New("digests do not match")
	ErrRecipe       = errors.New("unknown recipe")
	ErrNumber       = errors.New("number malformed")
	ErrNumberCheck  = errors.New("check digit of the number wrong")
	ErrNumberEntry  = errors.New("number belongs to another entry")
	ErrNumberLegacy = errors.New("number of the former platform")
)
