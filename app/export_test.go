package app

import (
	"maps"
	"slices"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Classes are the rows of the allow-list; Signed and Proposed are its classes.
var Classes = classes

const (
	Refused  = refused
	Signed   = signed
	Proposed = proposed
	// HeaderReserve is what of max_bytes is not for transactions.
	HeaderReserve = headerReserve
	// MaxEvidenceBytes is the most that a block may have of evidence.
	MaxEvidenceBytes = maxEvidenceBytes
	// Shares of a block.
	Shares = shares
)

// AddUpgrade makes the applications made from now on those of a later version, with
// an upgrade that adds a store, unless that is "". It answers how to undo that.
func AddUpgrade(name, store string, migrate func(sdk.Context, *App) error) func() {
	oldStores, oldUpgrades := stores, upgrades
	u := softwareUpgrade{name: name, migrate: migrate}
	if store != "" {
		u.added = []string{store}
		stores = append(slices.Clone(stores), store)
	}
	upgrades = append(slices.Clone(upgrades), u)
	return func() { stores, upgrades = oldStores, oldUpgrades }
}

// VerdictCap is the number of verdicts of a generation.
const VerdictCap = verdictCap

// StoreNames are the names of all stores, sorted.
func (a *App) StoreNames() []string { return slices.Sorted(maps.Keys(a.keys)) }

// StoreKey is for tests that look at raw state.
func (a *App) StoreKey(name string) *storetypes.KVStoreKey { return a.keys[name] }

// Ante runs the ante chain alone, on whatever state the context has.
func (a *App) Ante(ctx sdk.Context, raw []byte) (sdk.Context, error) {
	tx, err := a.TxConfig.TxDecoder()(raw)
	if err != nil {
		return ctx, err
	}
	return newAnte(a).handle(ctx.WithTxBytes(raw), tx, false)
}

// Verdicts is the number of remembered verdicts, both generations.
func (a *App) Verdicts() int { return a.verdicts.size() }

// Believe remembers the signature of a transaction as good, without verifying it.
func (a *App) Believe(raw []byte, chainID string, accountNumber uint64, key cryptotypes.PubKey) {
	a.verdicts.add(verdictKey(raw, chainID, accountNumber, key))
}

// NewVerdicts makes a cache of its own.
func NewVerdicts(n int) *verdicts { return newVerdicts(n) }

// Add, Has and Size are for the test of the cap.
func (v *verdicts) Add(k [32]byte)      { v.add(k) }
func (v *verdicts) Has(k [32]byte) bool { return v.has(k) }
func (v *verdicts) Size() int           { return v.size() }

func (v *verdicts) size() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.new) + len(v.old)
}

// ValidateConsensusParams and SLIP-0010 need no chain.
var ValidateConsensusParams = validateConsensusParams
