// Package layout names the stores and computes the keys that stand in proofs. The
// chain writes with it and the verifier reads with it, so the two cannot differ.
// It imports nothing.
//
// The head of the log lies alone in a store of its own, so that its proof stays
// small and does not grow with the data. All keys have fixed lengths and are made
// here, never from bytes that a caller chose.
package layout

// Store names. None is a prefix of another: a proof names its store.
const (
	HeadStore       = "inkhead"
	LogStore        = "inklog"
	ConsortiumStore = "inkconsortium"
)

// Prefixes in ConsortiumStore of what is proven from it.
const (
	PrefixValidatorSets = 0x0d
	PrefixUptime        = 0x11
)

// Prefixes in LogStore; each key is the prefix and a big-endian uint64.
const (
	prefixEntry             = 0x01
	prefixIdentity          = 0x02
	prefixCertificateStatus = 0x10
	prefixEvidenceStatus    = 0x11
	prefixKeyStatus         = 0x12
	prefixEnterpriseCounter = 0x20
	prefixSourceCounter     = 0x21
	prefixApplications      = 0x22
)

// HeadKey is the key of the LogHead in HeadStore.
func HeadKey() []byte { return []byte{0x01} }

// EdgeKey is the key of the right edge in HeadStore.
func EdgeKey() []byte { return []byte{0x02} }

// EntryKey is the key of the entry with an index.
func EntryKey(index uint64) []byte { return key(prefixEntry, index) }

// IdentityKey is the key of the LogIdentity.
func IdentityKey() []byte { return key(prefixIdentity, 0) }

// CertificateStatusKey is the key of a certificate's status.
func CertificateStatusKey(certSeq uint64) []byte { return key(prefixCertificateStatus, certSeq) }

// EvidenceStatusKey is the key of a piece of evidence's status.
func EvidenceStatusKey(evidenceSeq uint64) []byte { return key(prefixEvidenceStatus, evidenceSeq) }

// KeyStatusKey is the key of an account key's status.
func KeyStatusKey(keyID uint64) []byte { return key(prefixKeyStatus, keyID) }

// EnterpriseCounterKey is the key of the counter of an enterprise's records.
func EnterpriseCounterKey(enterpriseID uint64) []byte {
	return key(prefixEnterpriseCounter, enterpriseID)
}

// SourceCounterKey is the key of the counter of an API source's batches.
func SourceCounterKey(sourceID uint64) []byte { return key(prefixSourceCounter, sourceID) }

// ApplicationCounterKey is the key of the counter of all applications.
func ApplicationCounterKey() []byte { return key(prefixApplications, 0) }

// ValidatorSetKey is the key, in ConsortiumStore, of the validator set that the
// header of a height was the first to name as next.
func ValidatorSetKey(height uint64) []byte { return key(PrefixValidatorSets, height) }

// UptimeKey is the key, in ConsortiumStore, of an institution's counted window.
func UptimeKey(institutionID, window uint64) []byte {
	return append(key(PrefixUptime, institutionID), key(0, window)[1:]...)
}

func key(prefix byte, n uint64) []byte {
	return []byte{
		prefix,
		byte(n >> 56), byte(n >> 48), byte(n >> 40), byte(n >> 32),
		byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n),
	}
}
