package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/x/log/types"
)

// replay writes the entries of an exported log as if they were appended again, and
// refuses what no chain can have appended.
type replay struct {
	k *Keeper
	// chainID, first height and genesis time of the chain that imports.
	chainID     string
	first       uint64
	genesisTime uint64

	edge format.Edge
	// height and blockTime of the entry before.
	height    uint64
	blockTime uint64
	// former are the chain ids that era entries have closed.
	former map[string]bool
}

// continues refuses a log that is neither the same chain's, going on at the next
// height, nor closed by an era entry about the chain that exported it.
func (r *replay) continues(gs *types.GenesisState) error {
	last, err := types.ParseEntry(gs.Entries[len(gs.Entries)-1])
	if err != nil {
		return errorsmod.Wrapf(err, "log.entries[%d]", len(gs.Entries)-1)
	}
	if era := last.GetEra(); era != nil && era.OldChainId == gs.ChainId {
		return r.closes(era, last.Height, gs.LastHeight)
	}
	if gs.ChainId != r.chainID || gs.LastHeight+1 != r.first {
		return errorsmod.Wrapf(types.ErrGenesis,
			"log.entries: expected an era entry of %s at the end, or chain id %s with initial height %d, got %s with %d",
			gs.ChainId, gs.ChainId, gs.LastHeight+1, r.chainID, r.first)
	}
	if last.Height > gs.LastHeight {
		return errorsmod.Wrapf(types.ErrGenesis, "log.last_height: expected %d or more, the height of the last entry, got %d", last.Height, gs.LastHeight)
	}
	return nil
}

// closes checks the era entry that belongs to the new chain's first block.
func (r *replay) closes(era *types.Era, height, lastHeight uint64) error {
	if era.LastHeight != lastHeight {
		return errorsmod.Wrapf(types.ErrGenesis, "log.last_height: expected %d, that of the era entry, got %d", era.LastHeight, lastHeight)
	}
	if r.first <= era.LastHeight {
		return errorsmod.Wrapf(types.ErrGenesis, "initial_height: expected more than %d, the last height of %s, got %d", era.LastHeight, era.OldChainId, r.first)
	}
	if height != r.first {
		return errorsmod.Wrapf(types.ErrGenesis, "log.entries: expected the era entry at the initial height %d, got %d", r.first, height)
	}
	return nil
}

// enter checks the next entry and writes it.
func (r *replay) enter(ctx context.Context, b []byte) error {
	e, err := types.ParseEntry(b)
	if err != nil {
		return err
	}
	if err := r.checkWhen(e); err != nil {
		return err
	}
	if err := r.checkEra(e); err != nil {
		return err
	}
	if err := r.checkPlace(ctx, e, b); err != nil {
		return err
	}
	r.height, r.blockTime = e.Height, e.BlockTime
	return r.k.store(ctx, e, b, &r.edge)
}

// checkWhen refuses heights and times that go back, or lie after the genesis.
func (r *replay) checkWhen(e *types.Entry) error {
	if e.Height < r.height || e.Height > r.first {
		return errorsmod.Wrapf(types.ErrGenesis, "height: expected %d to %d, got %d", r.height, r.first, e.Height)
	}
	if e.BlockTime < r.blockTime || e.BlockTime > r.genesisTime {
		return errorsmod.Wrapf(types.ErrGenesis, "block_time: expected %d to %d, the time of the genesis, got %d", r.blockTime, r.genesisTime, e.BlockTime)
	}
	return nil
}

// checkEra compares an era entry with the log before it. Its own height lies after
// the last one of the era it closes, and so do all heights that follow.
func (r *replay) checkEra(e *types.Entry) error {
	era := e.GetEra()
	if era == nil {
		return nil
	}
	if id := era.OldChainId; id == "" || id == r.chainID || r.former[id] {
		return errorsmod.Wrapf(types.ErrGenesis, "era.old_chain_id: expected a chain id that no other era has, got %q", id)
	}
	r.former[era.OldChainId] = true
	if era.LastHeight < r.height || era.LastHeight >= e.Height {
		return errorsmod.Wrapf(types.ErrGenesis, "era.last_height: expected %d or more and less than the entry's height %d, got %d", r.height, e.Height, era.LastHeight)
	}
	if era.LogSize != r.edge.Size() {
		return errorsmod.Wrapf(types.ErrGenesis, "era.log_size: expected %d, got %d", r.edge.Size(), era.LogSize)
	}
	if root := r.edge.Root(); !bytes.Equal(root[:], era.Root) {
		return errorsmod.Wrapf(types.ErrGenesis, "era.root: expected %x, got %x", root, era.Root)
	}
	return nil
}

// checkPlace compares what the stored bytes say of the entry's place with what
// they must say, by placing the entry again.
func (r *replay) checkPlace(ctx context.Context, e *types.Entry, b []byte) error {
	again, err := types.ParseEntry(b)
	if err != nil {
		return err
	}
	again.Seq, again.EventNo = r.edge.Size(), 0
	if err := r.k.place(ctx, again); err != nil {
		return err
	}
	want, err := again.Marshal()
	if err != nil {
		return err
	}
	if !bytes.Equal(b, want) {
		return errorsmod.Wrapf(types.ErrGenesis,
			"expected seq %d, event %d and the next place in its lists, got seq %d, event %d", again.Seq, again.EventNo, e.Seq, e.EventNo)
	}
	return nil
}
