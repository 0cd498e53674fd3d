// Package types holds the messages of the evidence log, what each entry is about,
// and the log's genesis.
package types

import "github.com/inkchain/inkd/verify/layout"

// ModuleName of the log. It has two stores: layout.HeadStore and layout.LogStore.
const ModuleName = "log"

// HeadStoreKey and LogStoreKey are the names of the log's stores.
const (
	HeadStoreKey = layout.HeadStore
	LogStoreKey  = layout.LogStore
)

// Version of entries, head, status values and counters: it picks the whole suite.
const Version = 1

// Limits of docs/spec/evidence-format.md.
const (
	// MaxEntryBytes is the size limit of an entry.
	MaxEntryBytes = 16 << 10
	// AddressBytes is the length of a consensus key's address.
	AddressBytes = 20
	// MaxPackageBytes is the length limit of a proto package's name.
	MaxPackageBytes = 128
	// MaxParametersBytes is the size limit of a decision on parameters.
	MaxParametersBytes = 8 << 10
	// MaxUpgradeNameBytes is the length limit of a software upgrade's name.
	MaxUpgradeNameBytes = 128
	// MaxPage is the largest number of entries in one answer.
	MaxPage = 100
)
