package format

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// subproof is SUBPROOF of RFC 9162 2.1.4.1, written as it stands there.
func subproof(m uint64, d []Hash, b bool) []Hash {
	if m == uint64(len(d)) {
		if b {
			return nil
		}
		return []Hash{rfcRoot(d)}
	}
	k := uint64(1)
	for k*2 < uint64(len(d)) {
		k *= 2
	}
	if m <= k {
		return append(subproof(m, d[:k], b), rfcRoot(d[k:]))
	}
	return append(subproof(m-k, d[k:], false), rfcRoot(d[:k]))
}

// roots are those of all beginnings of the leaves.
func roots(leaves []Hash) []Hash {
	var e Edge
	out := []Hash{e.Root()}
	for _, l := range leaves {
		e.Append(l)
		out = append(out, e.Root())
	}
	return out
}

const consistencySizes = 130

func TestConsistencyProofsAreThoseOfTheRFC(t *testing.T) {
	leaves := testLeaves(consistencySizes)
	root := roots(leaves)
	for to := uint64(0); to <= consistencySizes; to++ {
		for from := uint64(0); from <= to; from++ {
			proof, err := ConsistencyProof(leaves[:to], from)
			require.NoError(t, err)
			if from > 0 {
				require.Equal(t, subproof(from, leaves[:to], true), proof, "%d to %d", from, to)
			}
			require.NoError(t, VerifyConsistency(from, to, root[from], root[to], proof), "%d to %d", from, to)
		}
	}
}

// Each hash changed, each hash left out, one doubled, one added, each root changed.
func TestConsistencyRefusesEveryChange(t *testing.T) {
	leaves := testLeaves(consistencySizes)
	root := roots(leaves)
	for to := uint64(1); to <= consistencySizes; to++ {
		for from := uint64(1); from <= to; from++ {
			proof, err := ConsistencyProof(leaves[:to], from)
			require.NoError(t, err)
			for i := range proof {
				proof[i][i%32] ^= 1
				refuses(t, ErrRootMismatch, from, to, root[from], root[to], proof)
				proof[i][i%32] ^= 1
				without := append(append([]Hash{}, proof[:i]...), proof[i+1:]...)
				refuses(t, ErrPathTooShort, from, to, root[from], root[to], without)
				doubled := append(append([]Hash{}, proof[:i+1]...), proof[i:]...)
				refuses(t, ErrPathTooLong, from, to, root[from], root[to], doubled)
			}
			refuses(t, ErrPathTooLong, from, to, root[from], root[to], append(proof, Hash{}))
			changed := root[from]
			changed[31] ^= 1
			refuses(t, ErrRootMismatch, from, to, changed, root[to], proof)
			changed = root[to]
			changed[0] ^= 1
			refuses(t, ErrRootMismatch, from, to, root[from], changed, proof)
		}
	}
}

func refuses(t *testing.T, want error, from, to uint64, rootFrom, rootTo Hash, proof []Hash) {
	t.Helper()
	require.ErrorIs(t, VerifyConsistency(from, to, rootFrom, rootTo, proof), want, "%d to %d", from, to)
}

// A proof for one pair of sizes with the roots of another pair.
func TestConsistencyRefusesOtherSizes(t *testing.T) {
	const n = 40
	leaves := testLeaves(n)
	root := roots(leaves)
	for to := uint64(2); to <= n; to++ {
		for from := uint64(1); from < to; from++ {
			proof, err := ConsistencyProof(leaves[:to], from)
			require.NoError(t, err)
			for other := uint64(0); other <= n; other++ {
				if other != from {
					require.Error(t, VerifyConsistency(from, to, root[other], root[to], proof))
				}
				if other != to {
					require.Error(t, VerifyConsistency(from, to, root[from], root[other], proof))
				}
			}
		}
	}
}

func TestConsistencyOfLargeTrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	leaves := testLeaves(5000)
	root := roots(leaves)
	for range 200 {
		to := 1 + r.Uint64N(5000)
		from := 1 + r.Uint64N(to)
		proof, err := ConsistencyProof(leaves[:to], from)
		require.NoError(t, err)
		require.NoError(t, VerifyConsistency(from, to, root[from], root[to], proof))
		require.Equal(t, TreeRoot(leaves[:from]), root[from])
		// The same leaf is in both trees, in the same place.
		i := r.Uint64N(from)
		for _, size := range []uint64{from, to} {
			path, err := InclusionProof(leaves[:size], i)
			require.NoError(t, err)
			require.NoError(t, VerifyInclusion(root[size], size, i, leaves[i], path))
		}
	}
}

// A tree in which one leaf of the first was replaced shows no proof at all.
func TestConsistencyRefusesARewrittenLog(t *testing.T) {
	const n = 33
	honest := testLeaves(n)
	first := roots(honest)
	for i := range honest {
		forged := testLeaves(n)
		forged[i][0] ^= 1
		second := roots(forged)
		for from := uint64(i + 1); from <= n; from++ {
			for _, leaves := range [][]Hash{honest, forged} {
				proof, err := ConsistencyProof(leaves, from)
				require.NoError(t, err)
				require.ErrorIs(t, VerifyConsistency(from, n, first[from], second[n], proof), ErrRootMismatch)
			}
		}
	}
}

func TestConsistencyOfNothing(t *testing.T) {
	root := roots(testLeaves(3))
	require.NoError(t, VerifyConsistency(0, 0, root[0], root[0], nil))
	require.NoError(t, VerifyConsistency(0, 3, root[0], root[3], nil))
	refuses(t, ErrRootMismatch, 0, 3, root[1], root[3], nil)
	refuses(t, ErrRootMismatch, 0, 0, root[1], root[1], nil)
	refuses(t, ErrRootMismatch, 0, 0, root[0], root[1], nil)
	refuses(t, ErrPathTooLong, 0, 3, root[0], root[3], []Hash{{}})
	refuses(t, ErrPathTooShort, 1, 3, root[1], root[3], nil)
	refuses(t, ErrPathTooShort, 3, 5, root[3], root[3], nil)
	refuses(t, ErrIndexRange, 3, 2, root[3], root[2], nil)
	_, err := ConsistencyProof(testLeaves(2), 3)
	require.ErrorIs(t, err, ErrIndexRange)
}

func TestConsistencyLimits(t *testing.T) {
	const most = 1<<64 - 1
	proof := make([]Hash, MaxConsistency+1)
	refuses(t, ErrPathLimit, 3, most, Hash{}, Hash{}, proof)
	refuses(t, ErrRootMismatch, 3, most, Hash{}, Hash{}, proof[:MaxConsistency])
	refuses(t, ErrPathTooShort, 3, most, Hash{}, Hash{}, proof[:MaxConsistency-1])
	refuses(t, ErrPathTooLong, 2, most, Hash{}, Hash{}, proof[:MaxConsistency])
	refuses(t, ErrRootMismatch, most-1, most, Hash{}, Hash{}, proof[:MaxConsistency-1])
	refuses(t, ErrRootMismatch, 1<<63, most, Hash{}, Hash{}, proof[:1])
}
