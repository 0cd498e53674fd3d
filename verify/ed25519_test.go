package verify

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/hex"
	"math/big"
	"math/rand"
	"slices"
	"testing"

	"filippo.io/edwards25519"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/stretchr/testify/require"
)

// TestEd25519RFC8032 takes the vectors of RFC 8032, 7.1.
func TestEd25519RFC8032(t *testing.T) {
	for _, v := range [][3]string{
		{
			"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
			"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
		},
		{
			"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
			"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
		},
		{
			"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
			"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
		},
	} {
		require.True(t, verifyEd25519(unhex(t, v[0]), unhex(t, v[1]), unhex(t, v[2])))
	}
}

// TestEd25519SmallOrder has what the standard library takes and we do not.
func TestEd25519SmallOrder(t *testing.T) {
	require.Len(t, torsion(t), 8)
	s := newEdSigner("small order")
	for i, p := range torsion(t) {
		encoded := p.Bytes()
		require.True(t, smallOrder(encoded), "point %d", i)
		require.True(t, canonicalY(encoded))

		// Anybody signs for a key of small order: [S]B = R + [k]A if 8 divides k.
		msg, sig := []byte{0}, append(s.nonce().Bytes(), s.r.Bytes()...)
		for !ed25519.Verify(encoded, msg, sig) {
			msg[0]++
		}
		require.False(t, verifyEd25519(encoded, msg, sig))

		// R of small order, and R with a part of it: the chain takes both, the
		// library the first if that part is nothing.
		for _, r := range []*edwards25519.Scalar{edwards25519.NewScalar(), s.r} {
			sig := s.sign(msg, r, p)
			require.True(t, cmted25519.PubKey(s.public).VerifySignature(msg, sig))
			pure := p.Equal(edwards25519.NewIdentityPoint()) == 1
			require.Equal(t, pure, ed25519.Verify(s.public, msg, sig))
			require.Equal(t, pure && r == s.r, verifyEd25519(s.public, msg, sig))
		}
	}
	require.False(t, smallOrder(s.public))
}

// TestEd25519Canonical goes through all encodings of y that are not below p.
func TestEd25519Canonical(t *testing.T) {
	p := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	for i := range int64(19) {
		y := littleEndian(new(big.Int).Add(p, big.NewInt(i)))
		require.False(t, canonicalY(y), "p + %d", i)
		y[31] |= 0x80
		require.False(t, canonicalY(y), "p + %d, other sign", i)
	}
	for i := int64(1); i < 300; i++ {
		require.True(t, canonicalY(littleEndian(new(big.Int).Sub(p, big.NewInt(i)))), "p - %d", i)
	}

	// y = p+1 is the identity in another dress: the library takes that key.
	key := littleEndian(new(big.Int).Add(p, big.NewInt(1)))
	s := newEdSigner("canonical")
	sig := append(s.nonce().Bytes(), s.r.Bytes()...)
	require.True(t, ed25519.Verify(key, []byte("any"), sig))
	require.False(t, verifyEd25519(key, []byte("any"), sig))
	// The identity with the sign of x = 0 is no encoding of RFC 8032 either.
	key = append([]byte{1}, make([]byte, 31)...)
	key[31] = 0x80
	require.True(t, ed25519.Verify(key, []byte("any"), sig))
	require.False(t, verifyEd25519(key, []byte("any"), sig))

	// R in another encoding than its own, and S + L.
	r := slices.Concat(littleEndian(new(big.Int).Add(p, big.NewInt(1))), s.sign([]byte("m"), edwards25519.NewScalar(), edwards25519.NewIdentityPoint())[32:])
	require.False(t, verifyEd25519(s.public, []byte("m"), r))
	good := s.sign([]byte("m"), s.r, edwards25519.NewIdentityPoint())
	require.True(t, verifyEd25519(s.public, []byte("m"), good))
	l, ok := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	require.True(t, ok)
	n := slices.Clone(good[32:])
	slices.Reverse(n)
	large := append(slices.Clone(good[:32]), littleEndian(l.Add(l, new(big.Int).SetBytes(n)))...)
	require.False(t, verifyEd25519(s.public, []byte("m"), large))
}

// TestEd25519Mutated: no bit can be another, and nothing of another length passes.
func TestEd25519Mutated(t *testing.T) {
	public, secret, err := ed25519.GenerateKey(rand.New(rand.NewSource(1)))
	require.NoError(t, err)
	msg := []byte("a block of the chain")
	sig := ed25519.Sign(secret, msg)
	require.True(t, verifyEd25519(public, msg, sig))
	for name, b := range map[string][]byte{"key": public, "message": msg, "signature": sig} {
		for i := range 8 * len(b) {
			b[i/8] ^= 1 << (i % 8)
			require.False(t, verifyEd25519(public, msg, sig), "%s, bit %d", name, i)
			b[i/8] ^= 1 << (i % 8)
		}
	}
	for n := range 65 {
		require.False(t, verifyEd25519(public, msg, sig[:min(n, 63)]))
		require.False(t, verifyEd25519(public[:min(n, 31)], msg, sig))
	}
	require.False(t, verifyEd25519(append(public, 0), msg, sig))
	require.False(t, verifyEd25519(public, msg, append(sig, 0)))
	require.False(t, verifyEd25519(nil, nil, nil))
}

// torsion are the eight points of small order: multiples of one of order 8.
func torsion(t *testing.T) []*edwards25519.Point {
	g, err := new(edwards25519.Point).SetBytes(unhex(t, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
	require.NoError(t, err)
	p := edwards25519.NewIdentityPoint()
	var out []*edwards25519.Point
	for {
		out = append(out, new(edwards25519.Point).Set(p))
		if p.Add(p, g); p.Equal(edwards25519.NewIdentityPoint()) == 1 {
			return out
		}
	}
}

// edSigner signs with an R of the test's choice.
type edSigner struct {
	public []byte
	a, r   *edwards25519.Scalar
}

func newEdSigner(name string) edSigner {
	scalar := func(of string) *edwards25519.Scalar {
		wide := sha512.Sum512([]byte(of))
		s, err := edwards25519.NewScalar().SetUniformBytes(wide[:])
		if err != nil {
			panic(err)
		}
		return s
	}
	s := edSigner{a: scalar(name), r: scalar(name + " nonce")}
	s.public = new(edwards25519.Point).ScalarBaseMult(s.a).Bytes()
	return s
}

func (s edSigner) nonce() *edwards25519.Point { return new(edwards25519.Point).ScalarBaseMult(s.r) }

// sign makes a signature with R = rB + T.
func (s edSigner) sign(msg []byte, r *edwards25519.Scalar, torsion *edwards25519.Point) []byte {
	point := new(edwards25519.Point).ScalarBaseMult(r)
	encoded := point.Add(point, torsion).Bytes()
	challenge := sha512.Sum512(slices.Concat(encoded, s.public, msg))
	k, err := edwards25519.NewScalar().SetUniformBytes(challenge[:])
	if err != nil {
		panic(err)
	}
	return append(bytes.Clone(encoded), k.MultiplyAdd(k, s.a, r).Bytes()...)
}

func littleEndian(n *big.Int) []byte {
	b := n.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return b
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}
