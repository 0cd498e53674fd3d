package format

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// PrivateDigest returns D = H("ink/private/v1" ‖ nonce_p ‖ private bytes).
func PrivateDigest(nonceP Hash, private []byte) Hash {
	h := sha256.New()
	h.Write([]byte("ink/private/v1"))
	h.Write(nonceP[:])
	h.Write(private)
	var out Hash
	h.Sum(out[:0])
	return out
}

// Commitment returns what a deposit puts on chain: H("ink/commit/v1" ‖ log_id ‖
// be64(enterprise_id) ‖ be32(kind) ‖ nonce ‖ H(public bytes) ‖ D). Log, enterprise
// and kind are inside, so that a copied commitment is of no use elsewhere.
func Commitment(logID Hash, enterpriseID uint64, kind uint32, nonce Hash, public []byte, d Hash) Hash {
	const domain = "ink/commit/v1"
	b := make([]byte, 0, len(domain)+4*32+12)
	b = append(b, domain...)
	b = append(b, logID[:]...)
	b = binary.BigEndian.AppendUint64(b, enterpriseID)
	b = binary.BigEndian.AppendUint32(b, kind)
	b = append(b, nonce[:]...)
	sum := sha256.Sum256(public)
	b = append(b, sum[:]...)
	b = append(b, d[:]...)
	return sha256.Sum256(b)
}

// CheckOpening recomputes a commitment from what an opening reveals and returns
// the public part. It refuses public bytes that are not canonical even if the
// commitment was made over them (errors as of ParsePublic), and anything that
// does not lead to the commitment with ErrCommitment.
func CheckOpening(commitment, logID Hash, enterpriseID uint64, kind uint32, nonce Hash, public []byte, d Hash) (Public, error) {
	p, err := ParsePublic(public)
	if err != nil {
		return Public{}, err
	}
	if got := Commitment(logID, enterpriseID, kind, nonce, public, d); got != commitment {
		return Public{}, fmt.Errorf("opening for enterprise %d, kind %d: %w: expected %x, got %x",
			enterpriseID, kind, ErrCommitment, commitment, got)
	}
	return p, nil
}

// RequestID returns HMAC(client key, "ink/request/v1" ‖ text): the id under which
// a client repeats the same request without being counted twice. The key stays
// with the client, so that the id says nothing about the text.
func RequestID(clientKey [32]byte, text string) Hash {
	return mac(clientKey, append([]byte("ink/request/v1"), text...))
}
