package verify

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"errors"
	"math/big"

	"github.com/inkchain/inkd/verify/bundle"
)

// Rules of the signature of a submission.
const (
	ruleSubmissionSignature = "submission.signature"
	ruleSubmissionLowS      = "submission.low-s"
	ruleSubmissionKeyType   = "submission.key-type"
)

var (
	// errKeyType says that the verifier knows no keys of the type.
	errKeyType = errors.New("expected a key of a type that this verifier knows")
	// errSignature says that a signature is not valid.
	errSignature = errors.New("expected a valid signature")
)

// verifyConsensus checks the signature of a validator: nil, errSignature, or
// errKeyType for other keys than ed25519 and ML-DSA-65.
func verifyConsensus(k bundle.PublicKey, msg, sig []byte) error {
	var valid bool
	switch k.Type {
	case bundle.KeyEd25519:
		valid = verifyEd25519(k.Key, msg, sig)
	case bundle.KeyMLDSA65:
		valid = verifyMLDSA65(k.Key, msg, sig)
	default:
		return errKeyType
	}
	if !valid {
		return errSignature
	}
	return nil
}

// address is the validator's address: the first 20 bytes of SHA-256 of the key, for
// both types.
func address(k bundle.PublicKey) []byte {
	h := sha256.Sum256(k.Key)
	return h[:20]
}

// verifyAccount checks the signature of a transaction. Of ed25519 only what RFC 8032
// calls valid counts, as everywhere here. The chain takes a few signatures more,
// which no proper signer makes (docs/spec/bundle.md); they are refused like forged
// ones, because telling the two apart takes other arithmetic than the library's.
func verifyAccount(k bundle.PublicKey, msg, sig []byte) error {
	var valid bool
	switch k.Type {
	case bundle.KeyEd25519:
		valid = verifyEd25519(k.Key, msg, sig)
	case bundle.KeySecp256k1:
		valid = verifySecp256k1(k.Key, msg, sig)
	case bundle.KeySecp256r1:
		valid = verifyP256(k.Key, msg, sig)
	case bundle.KeyMLDSA65:
		valid = verifyMLDSA65(k.Key, msg, sig)
	default:
		return missing(ruleSubmissionKeyType, "expected a submitter's key of type 1 to 4, got type %d", k.Type)
	}
	return first(
		must(valid, ruleSubmissionSignature, "expected the submitter's signature, got one that does not verify with its key"),
		must(lowS(k.Type, sig), ruleSubmissionLowS, "expected the lower of the two values of s, got the higher one"),
	)
}

// verifyP256 says whether sig = r ‖ s, 32 bytes each, is an ECDSA signature over
// SHA-256(msg) by the compressed key of NIST P-256.
func verifyP256(key, msg, sig []byte) bool {
	if len(key) != 33 || len(sig) != 64 {
		return false
	}
	x, y := elliptic.UnmarshalCompressed(elliptic.P256(), key)
	if x == nil {
		return false
	}
	point := make([]byte, 65)
	point[0] = 4
	x.FillBytes(point[1:33])
	y.FillBytes(point[33:])
	k, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return false
	}
	digest := sha256.Sum256(msg)
	r, s := new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
	return ecdsa.Verify(k, digest[:], r, s)
}

// lowS says whether s of an ECDSA signature is at most half the order of its curve:
// r ‖ s and r ‖ n−s are valid together, and only one of them is to be. What has
// another length is no such signature.
func lowS(keyType uint32, sig []byte) bool {
	var order *big.Int
	switch keyType {
	case bundle.KeySecp256k1:
		order = secpN
	case bundle.KeySecp256r1:
		order = elliptic.P256().Params().N
	}
	if order == nil || len(sig) != 64 {
		return true
	}
	s := new(big.Int).SetBytes(sig[32:])
	return s.Lsh(s, 1).Cmp(order) <= 0
}
