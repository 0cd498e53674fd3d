package keeper

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/comet"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
)

// countUptime counts, in each block that is not idle, whose signatures stand in the
// commit of the block before. One value is written in such a block, which is
// written in anyway; each institution's row once in 100 of them.
func (k *Keeper) countUptime(ctx context.Context) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	meter, info := sdkCtx.BlockGasMeter(), sdkCtx.CometInfo()
	if meter == nil || meter.GasConsumed() == 0 || info == nil {
		return nil
	}
	votes := info.GetLastCommit().Votes()
	if votes.Len() == 0 {
		return nil // the first block has no commit before it
	}
	w, err := k.window.Get(ctx)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if w.Blocks == 0 {
		w.FirstHeight = height(ctx)
	}
	w.Blocks++
	for i := range votes.Len() {
		vote := votes.Get(i)
		key, err := k.consensusKeys.Get(ctx, addressKey(vote.Validator().Address()))
		if errors.Is(err, collections.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		row := member(&w, key.InstitutionId)
		row.Blocks++
		if vote.GetBlockIDFlag() == comet.BlockIDFlagCommit {
			row.Signed++
		}
	}
	if w.Blocks < types.WindowBlocks {
		return k.window.Set(ctx, w)
	}
	return k.closeWindow(ctx, w)
}

// member is the institution's row of the window, made if it is new: by institution.
func member(w *types.UptimeWindow, institutionID uint64) *types.Uptime {
	i, found := slices.BinarySearchFunc(w.Members, institutionID, func(m types.Uptime, id uint64) int {
		return cmp.Compare(m.InstitutionId, id)
	})
	if !found {
		w.Members = slices.Insert(w.Members, i, types.Uptime{InstitutionId: institutionID, Window: w.Window})
	}
	return &w.Members[i]
}

// closeWindow writes each institution's row and begins the next window.
func (k *Keeper) closeWindow(ctx context.Context, w types.UptimeWindow) error {
	for _, row := range w.Members {
		row.FirstHeight, row.LastHeight = w.FirstHeight, height(ctx)
		if err := k.uptimes.Set(ctx, collections.Join(row.InstitutionId, row.Window), row); err != nil {
			return err
		}
	}
	return k.window.Set(ctx, types.UptimeWindow{Window: w.Window + 1})
}
