package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

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
	r := replay{
		k: k, chainID: sdkCtx.ChainID(), first: first,
		genesisTime: uint64(max(sdkCtx.BlockTime().UnixNano(), 0)),
		former:      map[string]bool{},
	}
	if err := r.continues(gs); err != nil {
		return err
	}
	for i, b := range gs.Entries {
		if err := r.enter(ctx, b); err != nil {
			return errorsmod.Wrapf(err, "log.entries[%d]", i)
		}
	}
	if root := r.edge.Root(); !bytes.Equal(root[:], gs.Head.Root) {
		return errorsmod.Wrapf(types.ErrGenesis, "log.head.root: expected %x, got %x", root, gs.Head.Root)
	}
	if gs.Head.LastHeight != r.height {
		return errorsmod.Wrapf(types.ErrGenesis, "log.head.last_height: expected %d, the height of the last entry, got %d", r.height, gs.Head.LastHeight)
	}
	return k.writeTip(ctx, r.edge, r.height)
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
