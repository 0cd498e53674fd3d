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
	// MaxPage is the largest number of entries in one answer.
	MaxPage = 100
)
