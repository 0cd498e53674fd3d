package format

import (
	"encoding/hex"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// rfcRoot is MTH of RFC 9162 2.1.1, written as it stands there.
func rfcRoot(d []Hash) Hash {
	switch len(d) {
	case 0:
		return Hash(unhexOrPanic("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
	case 1:
		return d[0]
	}
	k := 1 << (bits.Len(uint(len(d)-1)) - 1)
	return NodeHash(rfcRoot(d[:k]), rfcRoot(d[k:]))
}

func unhexOrPanic(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func testLeaves(n int) []Hash {
	leaves := make([]Hash, n)
	for i := range leaves {
		leaves[i] = LeafHash([]byte{byte(i), byte(i >> 8)})
	}
	return leaves
}

// The leaves and roots of the Certificate Transparency reference tests.
func TestTreeAgreesWithCertificateTransparency(t *testing.T) {
	inputs := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var e Edge
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hexOf(e.Root()))
	for i, in := range inputs {
		e.Append(LeafHash(unhex(t, in)))
		require.Equal(t, roots[i], hexOf(e.Root()), "size %d", i+1)
	}
}

func hexOf(h Hash) string { return hex.EncodeToString(h[:]) }

func TestEdgeRootAgreesWithTheDefinitionForEverySize(t *testing.T) {
	var e Edge
	leaves := testLeaves(130)
	for n := range leaves {
		require.Equal(t, uint64(n), e.Size())
		require.Equal(t, rfcRoot(leaves[:n]), e.Root(), "size %d", n)
		require.Equal(t, e.Root(), TreeRoot(leaves[:n]))
		e.Append(leaves[n])
	}
}

func TestEdgeSurvivesBytesAtEverySize(t *testing.T) {
	var e Edge
	for n, leaf := range testLeaves(70) {
		again, err := ParseEdge(uint64(n), e.Bytes())
		require.NoError(t, err)
		require.Equal(t, e, again)
		e.Append(leaf)
	}
}

func TestEdgeCopyIsIndependent(t *testing.T) {
	leaves := testLeaves(8)
	var a Edge
	for _, l := range leaves[:7] {
		a.Append(l)
	}
	b := a
	a.Append(leaves[7])
	b.Append(LeafHash([]byte("other")))
	require.Equal(t, rfcRoot(leaves), a.Root())
	require.NotEqual(t, a.Root(), b.Root())
}

func TestEdgeOfWrongLengthIsRefused(t *testing.T) {
	for _, c := range []struct {
		size uint64
		n    int
	}{{0, 1}, {0, 32}, {1, 0}, {1, 31}, {1, 33}, {3, 32}, {4, 64}, {1<<64 - 1, 63 * 32}} {
		_, err := ParseEdge(c.size, make([]byte, c.n))
		require.ErrorIs(t, err, ErrEdge, "size %d with %d bytes", c.size, c.n)
	}
	_, err := ParseEdge(1<<64-1, make([]byte, 64*32))
	require.NoError(t, err)
}

func TestInclusionOfEveryLeafInEverySize(t *testing.T) {
	for n := 1; n <= 33; n++ {
		leaves := testLeaves(n)
		root := rfcRoot(leaves)
		for i := range leaves {
			path, err := InclusionProof(leaves, uint64(i))
			require.NoError(t, err)
			require.NoError(t, VerifyInclusion(root, uint64(n), uint64(i), leaves[i], path))
			for j := range leaves {
				if j != i {
					require.Error(t, VerifyInclusion(root, uint64(n), uint64(j), leaves[i], path), "leaf %d of %d shown as %d", i, n, j)
				}
			}
		}
	}
}

func TestInclusionProofOutsideTheTreeIsRefused(t *testing.T) {
	_, err := InclusionProof(nil, 0)
	require.ErrorIs(t, err, ErrIndexRange)
	_, err = InclusionProof(testLeaves(3), 3)
	require.ErrorIs(t, err, ErrIndexRange)
	require.ErrorContains(t, err, "expected an index below 3, got 3")
}

func TestInclusionInTheLargestTree(t *testing.T) {
	path := make([]Hash, 64)
	err := VerifyInclusion(Hash{}, 1<<64-1, 0, Hash{}, path)
	require.ErrorIs(t, err, ErrRootMismatch, "64 hashes are a possible length")
	err = VerifyInclusion(Hash{}, 1<<64-1, 0, Hash{}, path[:63])
	require.ErrorIs(t, err, ErrPathTooShort)
}

func TestAccumulatorChainsLeaves(t *testing.T) {
	a, b := EntryLeaf([]byte("a")), EntryLeaf([]byte("b"))
	ab := Accumulate(Accumulate(Hash{}, a), b)
	ba := Accumulate(Accumulate(Hash{}, b), a)
	require.NotEqual(t, ab, ba, "order counts")
	require.Equal(t, LeafHash([]byte("ink/entry/v1a")), a)
}
