// Package types holds the messages, state and rules of the consortium that need no
// store: who may have which role, which keys are accepted, what a founding is.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName of the consortium.
	ModuleName = "consortium"
	// StoreKey is the name of its store.
	StoreKey = "inkconsortium"
)

// Prefixes of the tables. All keys are fixed-length: uint64 ids, or 32-byte hashes
// of addresses.
var (
	InstitutionsPrefix   = collections.NewPrefix(0x01)
	InstitutionIDsPrefix = collections.NewPrefix(0x02)
	OfficersPrefix       = collections.NewPrefix(0x03)
	OfficerIDsPrefix     = collections.NewPrefix(0x04)
	KeysPrefix           = collections.NewPrefix(0x05)
	KeyIDsPrefix         = collections.NewPrefix(0x06)
	KeyByAddressPrefix   = collections.NewPrefix(0x07)
	EnrolmentsPrefix     = collections.NewPrefix(0x08)
)

// Caps.
const (
	// MaxInstitutions is the verifier's limit of validators.
	MaxInstitutions = 256
	// MaxPower keeps the sum of powers below 2^60.
	MaxPower = 1 << 50
	// MaxEnrolCap is the largest daily cap of an enroller.
	MaxEnrolCap = 100_000
	// MaxNameBytes is the length limit of an institution's name.
	MaxNameBytes = 192
)
