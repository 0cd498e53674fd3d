package verify

import (
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"math/rand"
	"slices"
	"testing"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/stretchr/testify/require"

	sdksecp256k1 "github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"

	"github.com/inkchain/inkd/verify/bundle"
)

// TestSecp256k1LikeTheChain compares with the chain's own verification for
// signatures of many keys, each also spoiled in a random way.
func TestSecp256k1LikeTheChain(t *testing.T) {
	random := rand.New(rand.NewSource(7))
	accepted := 0
	for i := range 1500 {
		key := sdksecp256k1.GenPrivKeyFromSecret(binary.BigEndian.AppendUint64(nil, uint64(i)))
		public := key.PubKey().Bytes()
		msg := make([]byte, random.Intn(100))
		random.Read(msg)
		sig, err := key.Sign(msg)
		require.NoError(t, err)
		require.True(t, verifySecp256k1(public, msg, sig), "key %d", i)

		public, msg, sig = spoil(random, public, msg, sig)
		want := (&sdksecp256k1.PubKey{Key: public}).VerifySignature(msg, sig)
		got := verifyAccount(bundle.PublicKey{Type: bundle.KeySecp256k1, Key: public}, msg, sig) == nil
		require.Equal(t, want, got, "key %x, message %x, signature %x", public, msg, sig)
		if got {
			accepted++
		}
	}
	require.Less(t, accepted, 100, "expected spoiling to spoil")
}

// spoil changes one of the three, now and then into what is good again.
func spoil(random *rand.Rand, key, msg, sig []byte) (k, m, s []byte) {
	k, m, s = slices.Clone(key), slices.Clone(msg), slices.Clone(sig)
	switch random.Intn(8) {
	case 0:
		k[random.Intn(33)] ^= 1 << random.Intn(8)
	case 1:
		k[0] ^= 1
	case 2:
		m = append(m, byte(random.Int()))
	case 3:
		s = otherS(s)
	case 4:
		random.Read(s)
	case 5:
		s = s[:random.Intn(64)]
	case 6:
		copy(s[32*random.Intn(2):][:32], secpN.FillBytes(make([]byte, 32)))
	default:
		s[random.Intn(64)] ^= 1 << random.Intn(8)
	}
	return k, m, s
}

// otherS is r ‖ n−s.
func otherS(sig []byte) []byte {
	s := new(big.Int).Sub(secpN, new(big.Int).SetBytes(sig[32:]))
	return append(slices.Clone(sig[:32]), s.FillBytes(make([]byte, 32))...)
}

func TestSecp256k1Edges(t *testing.T) {
	secret := sdksecp256k1.GenPrivKeyFromSecret([]byte("edges"))
	public, msg := secret.PubKey().Bytes(), []byte("a transaction")
	sig, err := secret.Sign(msg)
	require.NoError(t, err)
	k := bundle.PublicKey{Type: bundle.KeySecp256k1, Key: public}
	require.NoError(t, verifyAccount(k, msg, sig))

	// High S verifies, and is refused for itself.
	require.True(t, verifySecp256k1(public, msg, otherS(sig)))
	requireRule(t, ruleSubmissionLowS, verifyAccount(k, msg, otherS(sig)))

	zero, one := make([]byte, 32), append(make([]byte, 31), 1)
	n, above := secpN.FillBytes(make([]byte, 32)), new(big.Int).Add(secpN, big.NewInt(1)).FillBytes(make([]byte, 32))
	for _, part := range [][]byte{zero, one, n, above, slices.Repeat([]byte{0xff}, 32)} {
		require.False(t, verifySecp256k1(public, msg, slices.Concat(part, sig[32:])))
		require.False(t, verifySecp256k1(public, msg, slices.Concat(sig[:32], part)))
		require.False(t, verifySecp256k1(public, msg, slices.Concat(part, part)))
	}
	for _, bad := range [][]byte{nil, sig[:63], append(slices.Clone(sig), 0)} {
		require.False(t, verifySecp256k1(public, msg, bad))
	}

	full, err := secp256k1.ParsePubKey(public)
	require.NoError(t, err)
	x5 := append([]byte{2}, make([]byte, 32)...)
	x5[32] = 5 // 5³ + 7 is no square
	p := append([]byte{2}, secpP.FillBytes(make([]byte, 32))...)
	for name, key := range map[string][]byte{
		"none": nil, "short": public[:32], "long": append(slices.Clone(public), 0), "not compressed": full.SerializeUncompressed(),
		"wrong prefix": append([]byte{4}, public[1:]...), "x alone": public[1:], "infinity": make([]byte, 33),
		"off the curve": x5, "x = p": p, "x above p": append([]byte{2}, slices.Repeat([]byte{0xff}, 32)...),
		"minus the key": append([]byte{public[0] ^ 1}, public[1:]...),
	} {
		require.False(t, verifySecp256k1(key, msg, sig), name)
	}
}

// TestSecp256k1Infinity: u1·G + u2·Q is the point at infinity for Q = −(e/r)·G. The
// library agrees that there is no such signature.
func TestSecp256k1Infinity(t *testing.T) {
	msg := []byte("nothing")
	digest := sha256.Sum256(msg)
	r := big.NewInt(12345)
	q := new(big.Int).ModInverse(r, secpN)
	q.Mod(q.Mul(q, new(big.Int).SetBytes(digest[:])), secpN)
	q.Sub(secpN, q)
	key := secp256k1.PrivKeyFromBytes(q.FillBytes(make([]byte, 32))).PubKey().SerializeCompressed()
	sig := append(r.FillBytes(make([]byte, 32)), big.NewInt(99).FillBytes(make([]byte, 32))...)
	require.NotNil(t, parseSecp256k1(key))
	require.False(t, verifySecp256k1(key, msg, sig))
	require.False(t, (&sdksecp256k1.PubKey{Key: key}).VerifySignature(msg, sig))

	var infinity *secpPoint
	minus := &secpPoint{secpG.x, new(big.Int).Sub(secpP, secpG.y)}
	require.Nil(t, secpG.add(minus))
	require.Nil(t, secpSum(big.NewInt(5), secpG, big.NewInt(5), minus))
	require.Equal(t, secpG, secpG.add(infinity))
	require.Equal(t, secpG, infinity.add(secpG))
	require.Nil(t, infinity.add(infinity))
	require.Nil(t, secpSum(secpN, secpG, big.NewInt(0), secpG))
}

// TestSecp256k1LargeR: the chain's library takes r + n for r, where both have 32
// bytes; SEC 1 does not. Only who chooses the key after the message gets there, and
// a transaction names its key's address.
func TestSecp256k1LargeR(t *testing.T) {
	msg := []byte("a message before its key")
	digest := sha256.Sum256(msg)
	point := parseSecp256k1(append([]byte{2}, big.NewInt(1).FillBytes(make([]byte, 32))...))
	require.NotNil(t, point)
	// r = 1, Q = r⁻¹(s·R − e·G).
	s := big.NewInt(777)
	e := new(big.Int).Sub(secpN, new(big.Int).Mod(new(big.Int).SetBytes(digest[:]), secpN))
	q := secpSum(s, point, e, secpG)
	key := append([]byte{2 + byte(q.y.Bit(0))}, q.x.FillBytes(make([]byte, 32))...)

	tail := s.FillBytes(make([]byte, 32))
	small := append(big.NewInt(1).FillBytes(make([]byte, 32)), tail...)
	large := append(new(big.Int).Add(secpN, big.NewInt(1)).FillBytes(make([]byte, 32)), tail...)
	require.True(t, verifySecp256k1(key, msg, small))
	require.False(t, verifySecp256k1(key, msg, large))
	require.True(t, (&sdksecp256k1.PubKey{Key: key}).VerifySignature(msg, large))
}

// TestSecp256k1Arithmetic compares sums and the half of the order with the library.
func TestSecp256k1Arithmetic(t *testing.T) {
	random := rand.New(rand.NewSource(8))
	for range 50 {
		a, b := new(big.Int).Rand(random, secpN), new(big.Int).Rand(random, secpN)
		q := parseSecp256k1(secp256k1.PrivKeyFromBytes(b.FillBytes(make([]byte, 32))).PubKey().SerializeCompressed())
		// a·G + b·(b·G)
		want := new(big.Int).Mod(new(big.Int).Add(a, new(big.Int).Mul(b, b)), secpN)
		public := secp256k1.PrivKeyFromBytes(want.FillBytes(make([]byte, 32))).PubKey()
		got := secpSum(a, secpG, b, q)
		require.Zero(t, got.x.Cmp(public.X()))
		require.Zero(t, got.y.Cmp(public.Y()))
	}
	half := new(big.Int).Rsh(secpN, 1)
	for i := int64(-2); i <= 2; i++ {
		s := new(big.Int).Add(half, big.NewInt(i)).FillBytes(make([]byte, 32))
		var scalar secp256k1.ModNScalar
		scalar.SetByteSlice(s)
		require.Equal(t, !scalar.IsOverHalfOrder(), lowS(bundle.KeySecp256k1, append(make([]byte, 32), s...)), "half %+d", i)
	}
}

func BenchmarkSecp256k1(b *testing.B) {
	secret := sdksecp256k1.GenPrivKeyFromSecret([]byte("bench"))
	sig, err := secret.Sign(nil)
	require.NoError(b, err)
	for b.Loop() {
		verifySecp256k1(secret.PubKey().Bytes(), nil, sig)
	}
}
