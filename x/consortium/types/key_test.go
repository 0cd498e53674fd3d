package types_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// CO-7: the eight points of small order, for which anybody can sign, and second
// encodings of a point are neither an account's nor a validator's key.
func TestWeakEd25519KeysAreRefused(t *testing.T) {
	for key, want := range map[string]string{
		// Orders 1, 2, 4, 4, 8, 8, 8, 8.
		"0100000000000000000000000000000000000000000000000000000000000000": "anybody can sign",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": "anybody can sign",
		"0000000000000000000000000000000000000000000000000000000000000000": "anybody can sign",
		"0000000000000000000000000000000000000000000000000000000000000080": "anybody can sign",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05": "anybody can sign",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85": "anybody can sign",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a": "anybody can sign",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa": "anybody can sign",
		// The identity and the point of order 2 with the sign bit, y = p and p + 1, and
		// y = p + 3, whose order is large.
		"0100000000000000000000000000000000000000000000000000000000000080": "canonical encoding",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff": "canonical encoding",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": "canonical encoding",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": "canonical encoding",
		"f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": "canonical encoding",
		// y = 2 is on no point.
		"0200000000000000000000000000000000000000000000000000000000000000": "a point of ed25519",
	} {
		b, err := hex.DecodeString(key)
		require.NoError(t, err)
		k := types.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: b}
		_, err = k.CryptoKey()
		require.ErrorIs(t, err, types.ErrInvalidKey, key)
		require.ErrorContains(t, err, want, key)
		require.ErrorIs(t, k.CheckConsensusKey(), types.ErrInvalidKey, key)
	}
	// The base point, a key like any other.
	b, err := hex.DecodeString("5866666666666666666666666666666666666666666666666666666666666666")
	require.NoError(t, err)
	_, err = types.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: b}.CryptoKey()
	require.NoError(t, err)
}
