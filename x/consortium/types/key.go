package types

import (
	"bytes"

	"filippo.io/edwards25519"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/mldsa65"
	sdksecp256k1 "github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Lengths of public keys in bytes; ECDSA keys are compressed points.
const (
	ed25519Bytes   = 32
	secp256Bytes   = 33
	mldsa65Bytes   = 1952
	ecdsaEvenPoint = 0x02
)

// CryptoKey converts the key to the SDK's type, and refuses types that the chain
// does not accept, wrong lengths, points off the curve, and ed25519 keys for which
// anybody can sign: ErrInvalidKey.
func (m PublicKey) CryptoKey() (cryptotypes.PubKey, error) {
	switch m.Type {
	case logtypes.KEY_TYPE_ED25519:
		return &ed25519.PubKey{Key: m.Key}, m.checkEdwards()
	case logtypes.KEY_TYPE_SECP256K1:
		if err := checkLength(m, secp256Bytes); err != nil {
			return nil, err
		}
		if _, err := secp256k1.ParsePubKey(m.Key); err != nil {
			return nil, errorsmod.Wrapf(ErrInvalidKey, "expected a compressed point of secp256k1: %s", err)
		}
		return &sdksecp256k1.PubKey{Key: m.Key}, nil
	case logtypes.KEY_TYPE_SECP256R1:
		return m.p256()
	case logtypes.KEY_TYPE_ML_DSA_65:
		return &mldsa65.PubKey{Key: m.Key}, checkLength(m, mldsa65Bytes)
	}
	return nil, errorsmod.Wrapf(ErrInvalidKey, "expected a key of type ed25519, secp256k1, secp256r1 or ML-DSA-65, got %s", m.Type)
}

// p256 goes through the SDK's protobuf form, the only way to its key type.
func (m PublicKey) p256() (cryptotypes.PubKey, error) {
	if err := checkLength(m, secp256Bytes); err != nil {
		return nil, err
	}
	if m.Key[0]&^1 != ecdsaEvenPoint {
		return nil, errorsmod.Wrapf(ErrInvalidKey, "expected a compressed point that begins with 02 or 03, got %02x", m.Key[0])
	}
	k := new(secp256r1.PubKey)
	if err := k.Unmarshal(append([]byte{0x0a, secp256Bytes}, m.Key...)); err != nil {
		return nil, errorsmod.Wrapf(ErrInvalidKey, "expected a point of P-256: %s", err)
	}
	return k, nil
}

// checkEdwards refuses points off the curve, a second encoding of a point, and the
// eight points of small order, for which anybody makes signatures without a secret.
func (m PublicKey) checkEdwards() error {
	if err := checkLength(m, ed25519Bytes); err != nil {
		return err
	}
	point, err := new(edwards25519.Point).SetBytes(m.Key)
	if err != nil {
		return errorsmod.Wrap(ErrInvalidKey, "expected a point of ed25519, got bytes that are none")
	}
	if !bytes.Equal(point.Bytes(), m.Key) {
		return errorsmod.Wrap(ErrInvalidKey, "expected the canonical encoding of a point of ed25519, got another one")
	}
	if new(edwards25519.Point).MultByCofactor(point).Equal(edwards25519.NewIdentityPoint()) == 1 {
		return errorsmod.Wrap(ErrInvalidKey, "expected a point of ed25519 of large order, got one for which anybody can sign")
	}
	return nil
}

// NewPublicKey converts a key of the SDK.
func NewPublicKey(k cryptotypes.PubKey) (PublicKey, error) {
	p := PublicKey{Key: k.Bytes()}
	switch k.(type) {
	case *ed25519.PubKey:
		p.Type = logtypes.KEY_TYPE_ED25519
	case *sdksecp256k1.PubKey:
		p.Type = logtypes.KEY_TYPE_SECP256K1
	case *secp256r1.PubKey:
		p.Type = logtypes.KEY_TYPE_SECP256R1
	case *mldsa65.PubKey:
		p.Type = logtypes.KEY_TYPE_ML_DSA_65
	default:
		return p, errorsmod.Wrapf(ErrInvalidKey, "expected a key of type ed25519, secp256k1, secp256r1 or ML-DSA-65, got %s", k.Type())
	}
	return p, nil
}

// CheckConsensusKey refuses keys that cannot be a validator's.
func (m PublicKey) CheckConsensusKey() error {
	if m.Type != logtypes.KEY_TYPE_ED25519 && m.Type != logtypes.KEY_TYPE_ML_DSA_65 {
		return errorsmod.Wrapf(ErrInvalidKey, "expected a consensus key of type ed25519 or ML-DSA-65, got %s", m.Type)
	}
	_, err := m.CryptoKey()
	return err
}

// Is tells whether two keys are the same.
func (m PublicKey) Is(other PublicKey) bool {
	return m.Type == other.Type && bytes.Equal(m.Key, other.Key)
}

// identity tells keys apart: the same bytes may be a key of two curves.
func (m PublicKey) identity() string { return m.Type.String() + string(m.Key) }

func checkLength(m PublicKey, want int) error {
	if len(m.Key) != want {
		return errorsmod.Wrapf(ErrInvalidKey, "expected %d bytes for %s, got %d", want, m.Type, len(m.Key))
	}
	return nil
}
