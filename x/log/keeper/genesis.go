package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/layout"
	"github.com/inkchain/inkd/x/log/types"
)

// InitGenesis writes the log's identity and imports the entries of a former chain.
// Nothing that can be recomputed is taken from the genesis: root, edge, counters
// and status values come from the entries, and size and root must come out equal.
func (k *Keeper) InitGenesis(ctx context.Context, gs *types.GenesisState) error {
	if err := gs.Validate(); err != nil {
		return err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	first := uint64(max(sdkCtx.BlockHeight(), 1))
	id := types.LogIdentity{Version: types.Version, LogId: gs.LogId, FirstHeight: first}
	if err := write(ctx, k.log, layout.IdentityKey(), &id); err != nil {
		return err
	}
	if len(gs.Entries) == 0 {
		return nil
	}
	if err := continues(gs, sdkCtx.ChainID(), first); err != nil {
		return err
	}
	edge, height, err := k.replay(ctx, gs.Entries)
	if err != nil {
		return err
	}
	if root := edge.Root(); !bytes.Equal(root[:], gs.Head.Root) {
		return errorsmod.Wrapf(types.ErrGenesis, "log.head.root: expected %x, got %x", root, gs.Head.Root)
	}
	if gs.Head.LastHeight != height {
		return errorsmod.Wrapf(types.ErrGenesis, "log.head.last_height: expected %d, the height of the last entry, got %d", height, gs.Head.LastHeight)
	}
	return k.writeTip(ctx, edge, height)
}

// continues refuses a log that is neither the same chain's, going on at the next
// height, nor closed by an era entry.
func continues(gs *types.GenesisState, chainID string, first uint64) error {
	last, err := types.ParseEntry(gs.Entries[len(gs.Entries)-1])
	if err != nil {
		return err
	}
	if last.GetEra() != nil {
		return nil
	}
	if last.Height > gs.LastHeight {
		return errorsmod.Wrapf(types.ErrGenesis, "log.last_height: expected %d or more, the height of the last entry, got %d", last.Height, gs.LastHeight)
	}
	if gs.ChainId != chainID || gs.LastHeight+1 != first {
		return errorsmod.Wrapf(types.ErrGenesis,
			"log.entries: expected an era entry at the end, or chain id %s with initial height %d, got %s with %d",
			gs.ChainId, gs.LastHeight+1, chainID, first)
	}
	return nil
}

// replay writes all entries as if they were appended again.
func (k *Keeper) replay(ctx context.Context, entries [][]byte) (format.Edge, uint64, error) {
	var edge format.Edge
	var height uint64
	for i, b := range entries {
		e, err := types.ParseEntry(b)
		if err != nil {
			return edge, 0, errorsmod.Wrapf(err, "log.entries[%d]", i)
		}
		if err := k.checkPlace(ctx, e, b, uint64(i), height); err != nil {
			return edge, 0, errorsmod.Wrapf(err, "log.entries[%d]", i)
		}
		if err := k.store(ctx, e, b, &edge); err != nil {
			return edge, 0, errorsmod.Wrapf(err, "log.entries[%d]", i)
		}
		height = e.Height
	}
	return edge, height, nil
}

// checkPlace compares what the stored bytes say of the entry's place with what
// they must say, by placing the entry again.
func (k *Keeper) checkPlace(ctx context.Context, e *types.Entry, b []byte, seq, height uint64) error {
	again, err := types.ParseEntry(b)
	if err != nil {
		return err
	}
	again.Seq, again.EventNo = seq, 0
	if err := k.place(ctx, again); err != nil {
		return err
	}
	want, err := again.Marshal()
	if err != nil {
		return err
	}
	if e.Height < height || !bytes.Equal(b, want) {
		return errorsmod.Wrapf(types.ErrGenesis,
			"expected seq %d, a height from %d and the next place in its lists, got seq %d, height %d, event %d", seq, height, e.Seq, e.Height, e.EventNo)
	}
	return nil
}

// ExportGenesis returns the whole log.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	id, err := k.Identity(ctx)
	if err != nil {
		return nil, err
	}
	head, err := k.Head(ctx)
	if err != nil {
		return nil, err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	gs := &types.GenesisState{
		LogId: id.LogId, Head: &head,
		ChainId: sdkCtx.ChainID(), LastHeight: uint64(max(sdkCtx.BlockHeight(), 0)),
	}
	for seq := range head.Size_ {
		b, err := k.EntryBytes(ctx, seq)
		if err != nil {
			return nil, err
		}
		gs.Entries = append(gs.Entries, b)
	}
	return gs, nil
}
