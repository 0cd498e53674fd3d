package format

import (
	"crypto/sha256"
	"fmt"
	"math/bits"
)

// MaxConsistency is the number of hashes in the longest consistency proof: one for
// each level and one to start from.
const MaxConsistency = MaxPath + 1

// VerifyConsistency checks that the tree of size from is the beginning of the tree
// of size to (RFC 9162 2.1.4.2). Trees of the same size, and the empty tree, need no
// hashes: their roots are compared, and any tree begins with the empty one. The
// refusals are ErrIndexRange, ErrPathLimit, ErrPathTooLong, ErrPathTooShort and
// ErrRootMismatch.
func VerifyConsistency(from, to uint64, rootFrom, rootTo Hash, proof []Hash) error {
	if from > to {
		return fmt.Errorf("%w: expected a first size of at most %d, got %d", ErrIndexRange, to, from)
	}
	if len(proof) > MaxConsistency {
		return fmt.Errorf("%w: expected at most %d hashes, got %d", ErrPathLimit, MaxConsistency, len(proof))
	}
	if from == 0 || from == to {
		return verifyTrivial(from, to, rootFrom, rootTo, len(proof))
	}
	// The node to start from is the largest perfect subtree that ends at leaf
	// from-1. If that is the whole first tree, its root is known and not sent.
	if from&(from-1) != 0 {
		if len(proof) == 0 {
			return fmt.Errorf("%w: got no hashes from %d to %d, expected some", ErrPathTooShort, from, to)
		}
		return climb(from, to, rootFrom, rootTo, proof[0], proof[1:])
	}
	return climb(from, to, rootFrom, rootTo, rootFrom, proof)
}

// verifyTrivial compares without any hashes: no leaves, or no further ones.
func verifyTrivial(from, to uint64, rootFrom, rootTo Hash, hashes int) error {
	if hashes != 0 {
		return fmt.Errorf("%w: expected no hashes from %d to %d, got %d", ErrPathTooLong, from, to, hashes)
	}
	if empty := Hash(sha256.Sum256(nil)); from == 0 && rootFrom != empty {
		return fmt.Errorf("%w: expected %x of the empty tree, got %x", ErrRootMismatch, empty, rootFrom)
	}
	if from == to && rootFrom != rootTo {
		return fmt.Errorf("%w: expected %x of the same %d leaves, got %x", ErrRootMismatch, rootFrom, from, rootTo)
	}
	return nil
}

// climb computes both roots from the start node upwards: siblings at the left
// belong to both trees, those at the right to the second only.
func climb(from, to uint64, rootFrom, rootTo, start Hash, path []Hash) error {
	fn, sn := from-1, to-1
	level := bits.TrailingZeros64(^fn)
	fn, sn = fn>>level, sn>>level
	first, second := start, start
	for _, p := range path {
		if sn == 0 {
			return fmt.Errorf("%w: expected fewer from %d to %d, got %d behind the first", ErrPathTooLong, from, to, len(path))
		}
		if fn&1 == 1 || fn == sn {
			first, second = NodeHash(p, first), NodeHash(p, second)
			// The last node of an odd level moves up without a sibling.
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			second = NodeHash(second, p)
		}
		fn, sn = fn>>1, sn>>1
	}
	if sn != 0 {
		return fmt.Errorf("%w: got %d hashes from %d to %d behind the first, expected more", ErrPathTooShort, len(path), from, to)
	}
	if first != rootFrom {
		return fmt.Errorf("%w: expected %x of the first %d leaves, got %x", ErrRootMismatch, rootFrom, from, first)
	}
	if second != rootTo {
		return fmt.Errorf("%w: expected %x of all %d leaves, got %x", ErrRootMismatch, rootTo, to, second)
	}
	return nil
}

// ConsistencyProof returns the hashes that show that the first from leaves are the
// beginning of all leaves (RFC 9162 2.1.4.1). Like InclusionProof it hashes the
// whole tree.
func ConsistencyProof(leaves []Hash, from uint64) ([]Hash, error) {
	if from > uint64(len(leaves)) {
		return nil, fmt.Errorf("%w: expected a first size of at most %d, got %d", ErrIndexRange, len(leaves), from)
	}
	if from == 0 {
		return nil, nil
	}
	var path []Hash
	known := true // the subtree is the whole first tree, whose root the verifier has
	for from < uint64(len(leaves)) {
		k := uint64(1) << (bits.Len64(uint64(len(leaves)-1)) - 1)
		if from <= k {
			path = append(path, TreeRoot(leaves[k:]))
			leaves = leaves[:k]
		} else {
			path = append(path, TreeRoot(leaves[:k]))
			leaves, from, known = leaves[k:], from-k, false
		}
	}
	if !known {
		path = append(path, TreeRoot(leaves))
	}
	// Collected from the root down; the proof goes up.
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	return path, nil
}
