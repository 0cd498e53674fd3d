package format

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDerivedValuesAgreeWithCryptoHMAC(t *testing.T) {
	s := Secret(bytes.Repeat([]byte{0xA5}, 32))
	want := func(msg string) Hash {
		m := hmac.New(sha256.New, s[:])
		m.Write([]byte(msg))
		return Hash(m.Sum(nil))
	}
	for _, i := range []uint64{0, 1, 255, 1 << 40, 1<<64 - 1} {
		require.Equal(t, want("ink/salt/v1"+string(binary.BigEndian.AppendUint64(nil, i))), s.Salt(i))
	}
	require.Equal(t, want("ink/nonce/v1"), s.Nonce())
	require.Equal(t, want("ink/noncep/v1"), s.PrivateNonce())
	for _, n := range []int{0, 1, 17, 18, 19, 64, 4096} {
		text := strings.Repeat("x", n)
		require.Equal(t, want("ink/request/v1"+text), RequestID(s, text), "%d bytes", n)
	}
}

func TestSecretsDifferAndDoNotPrint(t *testing.T) {
	a, err := NewSecret()
	require.NoError(t, err)
	b, err := NewSecret()
	require.NoError(t, err)
	require.NotEqual(t, a, b)
	require.Equal(t, "Secret(hidden) Secret(hidden) Secret(hidden)", fmt.Sprintf("%v %s %#v", a, a, a))
}

func TestDigestKnowsBothAlgorithms(t *testing.T) {
	d, err := Digest(strings.NewReader("abc"))
	require.NoError(t, err)
	require.Equal(t, uint64(3), d.Size)
	require.Equal(t, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hexOf(d.SHA256))
	require.Equal(t, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", hexOf(d.SM3))
}

// countingReader gives n zero bytes, once.
type countingReader struct{ left, read int }

func (r *countingReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), r.left)
	clear(p[:n])
	r.left -= n
	r.read += n
	return n, nil
}

func TestDigestReadsOnceAndReportsErrors(t *testing.T) {
	r := &countingReader{left: 3 << 20}
	d, err := Digest(r)
	require.NoError(t, err)
	require.Equal(t, 3<<20, r.read)
	require.Equal(t, uint64(3<<20), d.Size)
	require.Equal(t, sha256.Sum256(make([]byte, 3<<20)), d.SHA256)

	_, err = Digest(io.MultiReader(strings.NewReader("x"), failingReader{}))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestHasherIsReusableWithoutAllocating(t *testing.T) {
	h := NewDoubleHasher()
	row := []byte("2026-01-01,42\n")
	want, err := Digest(bytes.NewReader(row))
	require.NoError(t, err)
	var got Digests
	require.Zero(t, testing.AllocsPerRun(100, func() {
		h.Reset()
		h.Write(row)
		got = h.Sum()
	}))
	require.Equal(t, want, got)
	require.Equal(t, want, h.Sum(), "Sum does not end the item")
}

func TestDigestsOfDifferentBytesAreNoticed(t *testing.T) {
	a, err := Digest(strings.NewReader("one"))
	require.NoError(t, err)
	b, err := Digest(strings.NewReader("two"))
	require.NoError(t, err)
	require.NoError(t, a.Match(a))
	mixed := Digests{Size: 3, SHA256: a.SHA256, SM3: b.SM3}
	require.ErrorIs(t, mixed.Match(a), ErrDigests)
	require.ErrorContains(t, mixed.Match(a), "SHA-256 is equal, but expected SM3")
	require.ErrorContains(t, mixed.Match(b), "SM3 is equal, but expected SHA-256")
	require.ErrorContains(t, a.Match(b), "expected SHA-256")
	longer := a
	longer.Size++
	require.ErrorContains(t, a.Match(longer), "expected 3 bytes, got 4")
}

func TestItemLeafIsTheLeafOfItsBytes(t *testing.T) {
	salt := Secret{1}.Salt(9)
	for _, label := range []string{"", "a/b.csv", strings.Repeat("x", 1024), strings.Repeat("数", 341) + "x"} {
		it := Item{Index: 9, Label: label, Digests: Digests{Size: 5, SHA256: Hash{2}, SM3: Hash{3}}}
		b := AppendItemLeaf(nil, salt, it)
		require.Len(t, b, 11+32+8+32+32+2+len(label))
		leaf, err := ItemLeaf(salt, it)
		require.NoError(t, err)
		require.Equal(t, LeafHash(b), leaf)
	}
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = ItemLeaf(salt, Item{}) }))
}

func TestItemLeafRefusesLabelsAndIndexes(t *testing.T) {
	_, err := ItemLeaf(Hash{}, Item{Label: strings.Repeat("x", 1025)})
	require.ErrorIs(t, err, ErrLimit)
	require.ErrorContains(t, err, "expected at most 1024 bytes, got 1025")
	_, err = ItemLeaf(Hash{}, Item{Label: "a\nb"})
	require.ErrorIs(t, err, ErrText)
	_, err = ItemLeaf(Hash{}, Item{Index: MaxItems})
	require.ErrorIs(t, err, ErrLimit)
	_, err = ItemLeaf(Hash{}, Item{Index: MaxItems - 1})
	require.NoError(t, err)
}

func TestItemTreeIsTheTreeOfItsLeaves(t *testing.T) {
	s := Secret{1, 2, 3}
	tree := NewItemTree(s)
	var leaves []Hash
	for i := range uint64(9) {
		it := Item{Index: i, Digests: Digests{Size: i, SHA256: Hash{byte(i)}}}
		require.NoError(t, tree.Add(it))
		leaf, err := ItemLeaf(s.Salt(i), it)
		require.NoError(t, err)
		leaves = append(leaves, leaf)
	}
	require.Equal(t, TreeRoot(leaves), tree.Root())
	require.Equal(t, uint64(9), tree.Items())
	require.Equal(t, uint64(36), tree.TotalSize())
	require.ErrorIs(t, tree.Add(Item{Index: 10}), ErrValue, "an item was left out")
	require.ErrorIs(t, tree.Add(Item{Index: 9, Digests: Digests{Size: 1<<64 - 1}}), ErrLimit)
}

func TestRecipeNames(t *testing.T) {
	for _, s := range []string{"file", "dir", "lines", "csv/0", "csv/1", "api", "secret-points"} {
		r, h, err := ParseRecipe(s)
		require.NoError(t, err)
		require.Equal(t, s, RecipeName(r, h))
	}
	for _, s := range []string{"", "csv", "csv/2", "CSV/1", "files", "recipe 7"} {
		_, _, err := ParseRecipe(s)
		require.ErrorIs(t, err, ErrRecipe, s)
	}
	require.Equal(t, "recipe 9", Recipe(9).String())
}
