package verify

import (
	"bytes"
	"crypto/elliptic"
	"math/big"
	"math/rand"
	"slices"
	"testing"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtmldsa65 "github.com/cometbft/cometbft/crypto/mldsa65"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/mldsa65"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdkbech32 "github.com/cosmos/cosmos-sdk/types/bech32"

	"github.com/inkchain/inkd/verify/bundle"
)

// requireRule wants a refusal by that rule.
func requireRule(t *testing.T, rule string, err error) {
	t.Helper()
	var r *ruleError
	require.ErrorAs(t, err, &r)
	require.Equal(t, rule, r.Rule, "%s", err)
}

// p256Key makes the SDK's key of a secret: its protobuf form is the only way there.
func p256Key(t *testing.T, secret []byte) *secp256r1.PrivKey {
	t.Helper()
	k := new(secp256r1.PrivKey)
	require.NoError(t, k.Unmarshal(append([]byte{0x0a, 32}, secret...)))
	return k
}

// TestP256LikeTheChain compares with the chain's own verification.
func TestP256LikeTheChain(t *testing.T) {
	random := rand.New(rand.NewSource(9))
	order := elliptic.P256().Params().N
	for i := range 1500 {
		secret := make([]byte, 32)
		random.Read(secret[1:])
		key := p256Key(t, secret)
		public, msg := key.PubKey().Bytes(), []byte{byte(i)}
		sig, err := key.Sign(msg)
		require.NoError(t, err)
		require.NoError(t, verifyAccount(bundle.PublicKey{Type: bundle.KeySecp256r1, Key: public}, msg, sig))

		public, msg, sig = spoil(random, public, msg, sig)
		if i%10 == 0 && len(sig) == 64 {
			copy(sig[32:], new(big.Int).Sub(order, new(big.Int).SetBytes(sig[32:])).FillBytes(make([]byte, 64))[32:])
		}
		want := false
		if k := new(secp256r1.PubKey); public[0]&^1 == 2 && k.Unmarshal(append([]byte{0x0a, 33}, public...)) == nil {
			want = k.VerifySignature(msg, sig)
		}
		got := verifyAccount(bundle.PublicKey{Type: bundle.KeySecp256r1, Key: public}, msg, sig) == nil
		require.Equal(t, want, got, "key %x, message %x, signature %x", public, msg, sig)
	}
}

func TestP256Edges(t *testing.T) {
	key := p256Key(t, slices.Repeat([]byte{7}, 32))
	public, msg := key.PubKey().Bytes(), []byte("a transaction")
	sig, err := key.Sign(msg)
	require.NoError(t, err)
	order := elliptic.P256().Params().N
	s := new(big.Int).SetBytes(sig[32:])
	high := append(slices.Clone(sig[:32]), new(big.Int).Sub(order, s).FillBytes(make([]byte, 32))...)
	require.True(t, verifyP256(public, msg, high))
	requireRule(t, ruleSubmissionLowS, verifyAccount(bundle.PublicKey{Type: bundle.KeySecp256r1, Key: public}, msg, high))

	zero, n := make([]byte, 32), order.FillBytes(make([]byte, 32))
	for _, part := range [][]byte{zero, n, slices.Repeat([]byte{0xff}, 32)} {
		require.False(t, verifyP256(public, msg, slices.Concat(part, sig[32:])))
		require.False(t, verifyP256(public, msg, slices.Concat(sig[:32], part)))
	}
	for _, bad := range [][]byte{nil, make([]byte, 33), public[1:], append([]byte{4}, public[1:]...), append([]byte{2}, slices.Repeat([]byte{0xff}, 32)...)} {
		require.False(t, verifyP256(bad, msg, sig))
	}
	half := new(big.Int).Rsh(order, 1)
	require.True(t, lowS(bundle.KeySecp256r1, append(zero, half.FillBytes(make([]byte, 32))...)))
	half.Add(half, big.NewInt(1))
	require.False(t, lowS(bundle.KeySecp256r1, append(make([]byte, 32), half.FillBytes(make([]byte, 32))...)))
}

func TestMLDSA65LikeTheChain(t *testing.T) {
	random := rand.New(rand.NewSource(10))
	secret, err := cmtmldsa65.GenPrivKeyFromSeed(make([]byte, 32))
	require.NoError(t, err)
	public, msg := secret.PubKey().Bytes(), []byte("a block of the chain")
	sig, err := secret.Sign(msg)
	require.NoError(t, err)
	require.True(t, verifyMLDSA65(public, msg, sig))
	for range 300 {
		k, s := slices.Clone(public), slices.Clone(sig)
		if random.Intn(2) == 0 {
			k[random.Intn(len(k))] ^= 1 << random.Intn(8)
		} else {
			// The hints are the last 61 bytes.
			i := len(s) - 1 - random.Intn([]int{61, len(s)}[random.Intn(2)])
			s[i] ^= 1 << random.Intn(8)
		}
		require.False(t, verifyMLDSA65(k, msg, s))
	}
	require.False(t, verifyMLDSA65(public, append(msg, 0), sig))
	for _, bad := range [][]byte{nil, sig[:len(sig)-1], append(slices.Clone(sig), 0)} {
		require.False(t, verifyMLDSA65(public, msg, bad))
		require.False(t, verifyMLDSA65(bad, msg, sig))
	}
}

func TestConsensusKeys(t *testing.T) {
	msg := []byte("a vote")
	ed := cmted25519.GenPrivKeyFromSecret([]byte("validator"))
	ml, err := cmtmldsa65.GenPrivKeyFromSeed(bytes.Repeat([]byte{3}, 32))
	require.NoError(t, err)
	for keyType, key := range map[uint32]interface {
		Sign([]byte) ([]byte, error)
	}{bundle.KeyEd25519: ed, bundle.KeyMLDSA65: ml} {
		sig, err := key.Sign(msg)
		require.NoError(t, err)
		k := bundle.PublicKey{Type: keyType, Key: ed.PubKey().Bytes()}
		want := ed.PubKey().Address()
		if keyType == bundle.KeyMLDSA65 {
			k.Key, want = ml.PubKey().Bytes(), ml.PubKey().Address()
		}
		require.Equal(t, []byte(want), address(k))
		require.NoError(t, verifyConsensus(k, msg, sig))
		require.ErrorIs(t, verifyConsensus(k, append(msg, 'x'), sig), errSignature)
		for _, other := range []uint32{0, bundle.KeySecp256k1, bundle.KeySecp256r1, 5} {
			require.ErrorIs(t, verifyConsensus(bundle.PublicKey{Type: other, Key: k.Key}, msg, sig), errKeyType)
		}
	}
}

// TestAccountAddress compares with the SDK's addresses.
func TestAccountAddress(t *testing.T) {
	ml, err := mldsa65.GenPrivKeyFromSeed(make([]byte, 32))
	require.NoError(t, err)
	for keyType, key := range map[uint32]cryptotypes.PrivKey{
		bundle.KeyEd25519: ed25519.GenPrivKeyFromSecret([]byte("a")), bundle.KeySecp256r1: p256Key(t, slices.Repeat([]byte{9}, 32)), bundle.KeyMLDSA65: &ml,
	} {
		want, err := sdkbech32.ConvertAndEncode("ink", key.PubKey().Address())
		require.NoError(t, err)
		require.Equal(t, want, accountAddress(bundle.PublicKey{Type: keyType, Key: key.PubKey().Bytes()}))
	}
	k1 := secp256k1.GenPrivKeyFromSecret([]byte("a")).PubKey().Bytes()
	require.Empty(t, accountAddress(bundle.PublicKey{Type: bundle.KeySecp256k1, Key: k1}))

	random := rand.New(rand.NewSource(11))
	for n := range 40 {
		b := make([]byte, n)
		random.Read(b)
		want, err := sdkbech32.ConvertAndEncode("ink", b)
		require.NoError(t, err)
		require.Equal(t, want, bech32("ink", b))
	}
}
