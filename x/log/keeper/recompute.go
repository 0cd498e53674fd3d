package keeper

import (
	"context"

	corestore "cosmossdk.io/core/store"
)

// Recomputation makes anew, from a log's entries in their order, all that the log
// keeps beside them, in stores that were empty. An audit compares it with what a node
// holds. Entries pass the same checks as those of an imported genesis.
type Recomputation struct{ r replay }

// NewRecomputation begins at an empty log of a chain; no entry may be of a later height
// or block time (unix nanoseconds) than these.
func NewRecomputation(heads, log corestore.KVStoreService, chainID string, height, blockTime uint64) *Recomputation {
	return &Recomputation{replay{
		k: New(heads, log), chainID: chainID, first: height, genesisTime: blockTime, former: map[string]bool{},
	}}
}

// Enter checks the next entry's bytes and counts it.
func (r *Recomputation) Enter(ctx context.Context, b []byte) error { return r.r.enter(ctx, b) }

// Size is the number of entries so far.
func (r *Recomputation) Size() uint64 { return r.r.edge.Size() }

// Close writes head and edge; a log without entries has none.
func (r *Recomputation) Close(ctx context.Context) error {
	if r.r.edge.Size() == 0 {
		return nil
	}
	return r.r.k.writeTip(ctx, r.r.edge, r.r.height)
}
