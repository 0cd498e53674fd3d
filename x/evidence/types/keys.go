// Package types holds the messages, the state and the stateless rules of evidence
// and certificates.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName of evidence and certificates.
	ModuleName = "evidence"
	// StoreKey is the name of the module's store.
	StoreKey = "inkevidence"
)

// Prefixes of the store. Every key behind one has a fixed length.
var (
	CertificatesPrefix = collections.NewPrefix(1) // be64(cert_seq)
	LatestPrefix       = collections.NewPrefix(2) // be64(evidence_seq)
	OpeningsPrefix     = collections.NewPrefix(3) // be64(evidence_seq)
	RequestsPrefix     = collections.NewPrefix(4) // 32 bytes, RequestKey
	ExpiriesPrefix     = collections.NewPrefix(5) // be64(expires), 32 bytes
)
