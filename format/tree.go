package format

import (
	"crypto/sha256"
	"fmt"
	"math/bits"
)

// Hash is 32 bytes of SHA-256 or SM3; which one, the name of the value says.
type Hash = [32]byte

// The first byte of what is hashed keeps leaves and nodes apart (RFC 6962), so
// that an inner node can never be presented as a leaf.
const (
	leafPrefix = 0x00
	nodePrefix = 0x01
)

// LeafHash returns H(0x00 ‖ data), the leaf of RFC 6962/9162.
func LeafHash(data []byte) Hash {
	h := sha256.New()
	h.Write([]byte{leafPrefix})
	h.Write(data)
	var out Hash
	h.Sum(out[:0])
	return out
}

// NodeHash returns H(0x01 ‖ l ‖ r), an inner node of RFC 6962/9162.
func NodeHash(l, r Hash) Hash {
	var b [65]byte
	b[0] = nodePrefix
	copy(b[1:], l[:])
	copy(b[33:], r[:])
	return sha256.Sum256(b[:])
}

// Edge is the right edge of a tree: the hashes of its perfect subtrees, largest
// first. It is all that is needed to append and to know the root. The zero
// value is the empty tree; a copy is independent of its original, and equal trees
// compare equal.
type Edge struct {
	size   uint64
	hashes [64]Hash // the first bits.OnesCount64(size) are in use
}

// Append adds one leaf hash at the right.
func (e *Edge) Append(leaf Hash) {
	n := bits.OnesCount64(e.size)
	// Each one bit at the end of the size is a perfect subtree that the new
	// leaf completes to one of twice the size.
	for carry := e.size; carry&1 == 1; carry >>= 1 {
		n--
		leaf = NodeHash(e.hashes[n], leaf)
		e.hashes[n] = Hash{} // equal trees are equal values
	}
	e.hashes[n] = leaf
	e.size++
}

// Size returns the number of leaves.
func (e Edge) Size() uint64 { return e.size }

// Root returns the root of the tree; that of the empty tree is H("").
func (e Edge) Root() Hash {
	n := bits.OnesCount64(e.size)
	if n == 0 {
		return sha256.Sum256(nil)
	}
	root := e.hashes[n-1]
	for i := n - 2; i >= 0; i-- {
		root = NodeHash(e.hashes[i], root)
	}
	return root
}

// Bytes returns the hashes of the edge, largest subtree first, joined: 32 bytes
// for each one bit of the size. The size is not part of it.
func (e Edge) Bytes() []byte {
	n := bits.OnesCount64(e.size)
	out := make([]byte, 0, 32*n)
	for i := range n {
		out = append(out, e.hashes[i][:]...)
	}
	return out
}

// ParseEdge is the inverse of Edge.Bytes for a tree of the given size.
func ParseEdge(size uint64, b []byte) (Edge, error) {
	n := bits.OnesCount64(size)
	if len(b) != 32*n {
		return Edge{}, fmt.Errorf("%w: expected %d bytes for size %d, got %d", ErrEdge, 32*n, size, len(b))
	}
	e := Edge{size: size}
	for i := range n {
		copy(e.hashes[i][:], b[32*i:])
	}
	return e, nil
}

// TreeRoot returns the root over all leaf hashes, in order.
func TreeRoot(leaves []Hash) Hash {
	var e Edge
	for _, l := range leaves {
		e.Append(l)
	}
	return e.Root()
}

// InclusionProof returns the path of leaf index in the tree over leaves, from
// the leaf upwards (RFC 9162 2.1.3.1). It hashes the whole tree once, which is
// what owners and reviewers need; the log keeps its inner hashes elsewhere.
func InclusionProof(leaves []Hash, index uint64) ([]Hash, error) {
	if index >= uint64(len(leaves)) {
		return nil, fmt.Errorf("%w: expected an index below %d, got %d", ErrIndexRange, len(leaves), index)
	}
	var path []Hash
	for len(leaves) > 1 {
		k := uint64(1) << (bits.Len64(uint64(len(leaves)-1)) - 1)
		if index < k {
			path = append(path, TreeRoot(leaves[k:]))
			leaves = leaves[:k]
		} else {
			path = append(path, TreeRoot(leaves[:k]))
			leaves, index = leaves[k:], index-k
		}
	}
	// Collected from the root down; the path goes from the leaf up.
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	return path, nil
}

// VerifyInclusion checks that leaf stands at index in the tree of that size and
// root (RFC 9162 2.1.3.2). The refusals are ErrIndexRange, ErrPathLimit,
// ErrPathTooLong, ErrPathTooShort and ErrRootMismatch.
func VerifyInclusion(root Hash, size, index uint64, leaf Hash, path []Hash) error {
	if index >= size {
		return fmt.Errorf("%w: expected an index below %d, got %d", ErrIndexRange, size, index)
	}
	if len(path) > MaxPath {
		return fmt.Errorf("%w: expected at most %d hashes, got %d", ErrPathLimit, MaxPath, len(path))
	}
	fn, sn, r := index, size-1, leaf
	for i, p := range path {
		if sn == 0 {
			return fmt.Errorf("%w: expected %d hashes for leaf %d of %d, got %d", ErrPathTooLong, i, index, size, len(path))
		}
		if fn&1 == 1 || fn == sn {
			r = NodeHash(p, r)
			// The last node of an odd level moves up without a sibling.
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			r = NodeHash(r, p)
		}
		fn, sn = fn>>1, sn>>1
	}
	if sn != 0 {
		return fmt.Errorf("%w: got %d hashes for leaf %d of %d, expected more", ErrPathTooShort, len(path), index, size)
	}
	if r != root {
		return fmt.Errorf("%w: expected %x, got %x", ErrRootMismatch, root, r)
	}
	return nil
}
