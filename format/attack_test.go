package format

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Attack tests are named after the catalogue in the requirements.

// chainView is what an attacker has: the entry, an opening on chain, and the
// review of one row.
type chainView struct {
	logID, commitment, nonce, d Hash
	enterprise                  uint64
	kind                        uint32
	public                      Public
	opened                      Item
	openedSalt                  Hash
	siblings                    []Hash
}

// guessRow is the attacker's code: it tries all four-digit rows with every salt
// it could know, against the siblings, the root and the commitment.
func guessRow(v chainView) (string, bool) {
	salts := []Hash{{}, v.openedSalt, v.nonce, v.commitment, v.d, v.public.Root, v.logID}
	openedLeaf, _ := ItemLeaf(v.openedSalt, v.opened)
	h := NewDoubleHasher()
	for n := range 10_000 {
		row := fmt.Sprintf("%04d\n", n)
		h.Reset()
		h.Write([]byte(row))
		for _, salt := range salts {
			leaf, _ := ItemLeaf(salt, Item{Index: 1, Digests: h.Sum()})
			public := v.public
			public.Root = NodeHash(openedLeaf, leaf)
			b, _ := public.Bytes()
			c := Commitment(v.logID, v.enterprise, v.kind, v.nonce, b, v.d)
			if leaf == v.siblings[0] || public.Root == v.public.Root || c == v.commitment {
				return row, true
			}
		}
	}
	return "", false
}

// depositTwoRows makes the view of a table of two rows whose first was opened.
func depositTwoRows(t *testing.T, salt func(uint64) Hash) chainView {
	t.Helper()
	secret := Secret{7}
	rows := []string{"time,reading\n", "4711\n"}
	var leaves []Hash
	var items []Item
	for i, row := range rows {
		h := NewDoubleHasher()
		h.Write([]byte(row))
		it := Item{Index: uint64(i), Digests: h.Sum()}
		leaf, err := ItemLeaf(salt(uint64(i)), it)
		require.NoError(t, err)
		items, leaves = append(items, it), append(leaves, leaf)
	}
	v := chainView{logID: Hash{1}, enterprise: 3, kind: 1, nonce: secret.Nonce(), opened: items[0], openedSalt: salt(0)}
	v.public = Public{Root: TreeRoot(leaves), Items: 2, HeaderItems: 1, TotalSize: 18, Recipe: RecipeCSV, RecipeVersion: 1}
	b, err := v.public.Bytes()
	require.NoError(t, err)
	v.d = PrivateDigest(secret.PrivateNonce(), nil)
	v.commitment = Commitment(v.logID, v.enterprise, v.kind, v.nonce, b, v.d)
	v.siblings, err = InclusionProof(leaves, 0)
	require.NoError(t, err)
	return v
}

func TestA9GuessingARowFails(t *testing.T) {
	secret := Secret{7}
	_, found := guessRow(depositTwoRows(t, secret.Salt))
	require.False(t, found, "a salted row was guessed")

	row, found := guessRow(depositTwoRows(t, func(uint64) Hash { return Hash{} }))
	require.True(t, found, "the attacker's code must find the row of an unsalted tree")
	require.Equal(t, "4711\n", row)
}

func TestA9OneSaltForAllRowsWouldNotDo(t *testing.T) {
	shared := Secret{7}.Salt(0)
	row, found := guessRow(depositTwoRows(t, func(uint64) Hash { return shared }))
	require.True(t, found, "opening one row reveals the salt of all")
	require.Equal(t, "4711\n", row)
}

func TestA12NodeAsLeaf(t *testing.T) {
	leaves := testLeaves(4)
	root := TreeRoot(leaves)
	left := NodeHash(leaves[0], leaves[1])
	right := NodeHash(leaves[2], leaves[3])
	// The inner node as a leaf of a tree of two has the same root ...
	require.NoError(t, VerifyInclusion(root, 2, 0, left, []Hash{right}))
	// ... which is why the size is committed to, and why no data hash to a node:
	require.ErrorIs(t, VerifyInclusion(root, 4, 0, left, []Hash{right}), ErrPathTooShort)
	data := append(leaves[0][:], leaves[1][:]...)
	require.NotEqual(t, left, LeafHash(data))
	require.ErrorIs(t, VerifyInclusion(root, 2, 0, LeafHash(data), []Hash{right}), ErrRootMismatch)
}

func TestA12DuplicatedLastLeaf(t *testing.T) {
	three := testLeaves(3)
	four := append(testLeaves(3), three[2])
	require.NotEqual(t, TreeRoot(three), TreeRoot(four), "Bitcoin's rule would make them equal")
	path, err := InclusionProof(four, 3)
	require.NoError(t, err)
	require.ErrorIs(t, VerifyInclusion(TreeRoot(three), 4, 3, three[2], path), ErrRootMismatch)
	require.ErrorIs(t, VerifyInclusion(TreeRoot(three), 3, 3, three[2], path), ErrIndexRange)
	require.ErrorIs(t, VerifyInclusion(TreeRoot(three), 3, 2, three[2], path), ErrPathTooLong)
}

func TestA12IndexOutsideTheTree(t *testing.T) {
	leaves := testLeaves(5)
	path, err := InclusionProof(leaves, 4)
	require.NoError(t, err)
	for _, index := range []uint64{5, 6, 8, 12, 1 << 40, 1<<64 - 1} {
		require.ErrorIs(t, VerifyInclusion(TreeRoot(leaves), 5, index, leaves[4], path), ErrIndexRange)
	}
	require.ErrorIs(t, VerifyInclusion(TreeRoot(nil), 0, 0, Hash{}, nil), ErrIndexRange)
}

func TestA12PathTooLongOrTooShort(t *testing.T) {
	for n := 1; n <= 17; n++ {
		leaves := testLeaves(n)
		root := TreeRoot(leaves)
		for i := range leaves {
			path, err := InclusionProof(leaves, uint64(i))
			require.NoError(t, err)
			long := append(append([]Hash{}, path...), Hash{})
			require.ErrorIs(t, VerifyInclusion(root, uint64(n), uint64(i), leaves[i], long), ErrPathTooLong)
			if len(path) > 0 {
				require.ErrorIs(t, VerifyInclusion(root, uint64(n), uint64(i), leaves[i], path[:len(path)-1]), ErrPathTooShort)
			}
		}
	}
	require.ErrorIs(t, VerifyInclusion(Hash{}, 1<<63, 0, Hash{}, make([]Hash, 65)), ErrPathLimit)
	require.ErrorIs(t, VerifyInclusion(Hash{}, 1, 0, Hash{}, make([]Hash, 64)), ErrPathTooLong)
}

func TestA12OtherSizeOfTheSameRootIsNoticedByThePublicPart(t *testing.T) {
	leaves := testLeaves(4)
	two := []Hash{NodeHash(leaves[0], leaves[1]), NodeHash(leaves[2], leaves[3])}
	require.Equal(t, TreeRoot(leaves), TreeRoot(two))
	p := Public{Root: TreeRoot(leaves), Items: 4, Recipe: RecipeLines, RecipeVersion: 1}
	q := p
	q.Items = 2
	pb, err := p.Bytes()
	require.NoError(t, err)
	qb, err := q.Bytes()
	require.NoError(t, err)
	c := Commitment(Hash{}, 1, 1, Hash{}, pb, Hash{})
	_, err = CheckOpening(c, Hash{}, 1, 1, Hash{}, qb, Hash{})
	require.ErrorIs(t, err, ErrCommitment)
}

func TestA14LookAlikeCodeIsRefused(t *testing.T) {
	const code = "91350100M000100Y43" // the example that goes round with the standard
	require.Equal(t, code[17], usccCheck(code))
	require.NoError(t, CheckUSCC(code))
	for pos := range code {
		for _, c := range usccAlphabet {
			if byte(c) == code[pos] {
				continue
			}
			typo := code[:pos] + string(c) + code[pos+1:]
			var ue *USCCError
			require.ErrorAs(t, CheckUSCC(typo), &ue, typo)
			require.Equal(t, 18, ue.Position)
		}
	}
	// All transpositions of neighbours are noticed too.
	for i := range len(code) - 1 {
		if code[i] != code[i+1] {
			b := []byte(code)
			b[i], b[i+1] = b[i+1], b[i]
			require.Error(t, CheckUSCC(string(b)), string(b))
		}
	}
}

// usccCheck is the table form of the standard, to have it twice.
func usccCheck(s string) byte {
	weights := []int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	sum := 0
	for i, w := range weights {
		for v := range len(usccAlphabet) {
			if usccAlphabet[v] == s[i] {
				sum += v * w
			}
		}
	}
	return usccAlphabet[(31-sum%31)%31]
}

func TestA14OtherWritingsOfACodeAreRefused(t *testing.T) {
	const code = "91330108MA2CFGQ954"
	require.Equal(t, byte('4'), usccCheck(code), "a made-up code")
	require.NoError(t, CheckUSCC(code))
	for _, c := range []struct {
		s        string
		position int
		expected string
		got      string
	}{
		{"91330108MA2CFGq954", 15, "'Q' (lower case is not allowed)", "'q'"},
		{"91330108ma2CFGQ954", 9, "'M' (lower case is not allowed)", "'m'"},
		{"9133O108MA2CFGQ954", 5, "one of 0-9A-HJ-NP-RTUWXY (a zero?)", "'O'"},
		{"9I330108MA2CFGQ954", 2, "one of 0-9A-HJ-NP-RTUWXY (a one?)", "'I'"},
		{"\uff191330108MA2CFGQ954", 1, "one of 0-9A-HJ-NP-RTUWXY (full-width is not allowed)", "'\uff19'"},
		{"91330108MA2CFGQ95Z", 18, "one of 0-9A-HJ-NP-RTUWXY", "'Z'"},
		{"91330108M\u04102CFGQ954", 10, "one of 0-9A-HJ-NP-RTUWXY", "'\u0410'"}, // Cyrillic
		{"91330108MA2CFGQ95", 0, "18 characters", "17"},
		{" 91330108MA2CFGQ954", 0, "18 characters", "19"},
		{"", 0, "18 characters", "0"},
		{"91330108MA2CFGQ95X", 18, "check character '4'", "'X'"},
	} {
		var ue *USCCError
		require.ErrorAs(t, CheckUSCC(c.s), &ue, c.s)
		require.Equal(t, USCCError{c.position, c.expected, c.got}, *ue, c.s)
	}
}
