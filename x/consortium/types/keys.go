// Package types holds the messages, state and rules of the consortium that need no
// store: who may have which role, which keys are accepted, what a founding is.
package types

import (
	"time"

	"cosmossdk.io/collections"

	"github.com/inkchain/inkd/verify/layout"
)

const (
	// ModuleName of the consortium.
	ModuleName = "consortium"
	// StoreKey is the name of its store.
	StoreKey = layout.ConsortiumStore
)

// Prefixes of the tables. All keys are fixed-length: one or two uint64, or 32-byte
// hashes of addresses.
var (
	InstitutionsPrefix   = collections.NewPrefix(0x01)
	InstitutionIDsPrefix = collections.NewPrefix(0x02)
	OfficersPrefix       = collections.NewPrefix(0x03)
	OfficerIDsPrefix     = collections.NewPrefix(0x04)
	KeysPrefix           = collections.NewPrefix(0x05)
	KeyIDsPrefix         = collections.NewPrefix(0x06)
	KeyByAddressPrefix   = collections.NewPrefix(0x07)
	EnrolmentsPrefix     = collections.NewPrefix(0x08)
	ParamsPrefix         = collections.NewPrefix(0x09)
	ConsensusKeysPrefix  = collections.NewPrefix(0x0a)
	ValidatorsPrefix     = collections.NewPrefix(0x0b)
	RoutinePrefix        = collections.NewPrefix(0x0c)
	SetsPrefix           = collections.NewPrefix(layout.PrefixValidatorSets)
	ProposalsPrefix      = collections.NewPrefix(0x0e)
	ProposalIDsPrefix    = collections.NewPrefix(0x0f)
	OpenPrefix           = collections.NewPrefix(0x10)
	UptimesPrefix        = collections.NewPrefix(layout.PrefixUptime)
	OffencesPrefix       = collections.NewPrefix(0x12)
	OpenOfPrefix         = collections.NewPrefix(0x13)
	WindowPrefix         = collections.NewPrefix(0x14)
	WaitingPrefix        = collections.NewPrefix(0x15)
	KnownUpgradesPrefix  = collections.NewPrefix(0x16)
	NamedPrefix          = collections.NewPrefix(0x17)
)

// Caps.
const (
	// MaxInstitutions is the verifier's limit of validators.
	MaxInstitutions = 256
	// MaxAdmissions is the number of institutions that may ever be admitted.
	MaxAdmissions = 4096
	// MaxPower keeps the sum of powers below 2^60.
	MaxPower = 1 << 50
	// MaxEnrolCap is the largest daily cap of an enroller.
	MaxEnrolCap = 100_000
	// MaxNameBytes is the length limit of an institution's name.
	MaxNameBytes = 192
	// MaxEpochBlocks is about a month of an idle chain.
	MaxEpochBlocks = 100_000
	// WindowBlocks are the blocks, idle ones left out, of a window of uptime.
	WindowBlocks = 100
)

// Limits of proposals.
const (
	MaxTitleBytes       = 192
	MaxProposalMessages = 16
	MaxProposalBytes    = 32 << 10
	// MaxOpenProposals of one institution.
	MaxOpenProposals = 4
	// MaxExpired proposals are closed in one block.
	MaxExpired = 64

	MinDeadline = time.Minute
	MaxDeadline = 90 * 24 * time.Hour
)
