package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
)

// CheckQuota says whether an enterprise may make some more records today (UTC+8,
// block time), and writes nothing. Errors: ErrQuotaExhausted, which says used,
// quota and when it refills; ErrEnterpriseNotFound.
func (k *Keeper) CheckQuota(ctx context.Context, enterpriseID, records uint64) error {
	_, err := k.spend(ctx, enterpriseID, records)
	return err
}

// ConsumeQuota counts records against an enterprise's quota of today. Errors: as
// CheckQuota.
func (k *Keeper) ConsumeQuota(ctx context.Context, enterpriseID, records uint64) error {
	use, err := k.spend(ctx, enterpriseID, records)
	if err != nil {
		return err
	}
	return k.quotaUses.Set(ctx, enterpriseID, use)
}

// spend is the use after some more records.
func (k *Keeper) spend(ctx context.Context, enterpriseID, records uint64) (types.QuotaUse, error) {
	if records == 0 {
		return types.QuotaUse{}, errorsmod.Wrap(types.ErrInvalidQuota, "expected at least one record, got 0")
	}
	use, quota, err := k.quotaToday(ctx, enterpriseID)
	if err != nil {
		return use, err
	}
	return use.Add(records, quota)
}

// quotaToday is an enterprise's use of the block's day and its quota.
func (k *Keeper) quotaToday(ctx context.Context, enterpriseID uint64) (types.QuotaUse, uint64, error) {
	e, err := k.Enterprise(ctx, enterpriseID)
	if err != nil {
		return types.QuotaUse{}, 0, err
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return types.QuotaUse{}, 0, err
	}
	use, err := k.quotaUses.Get(ctx, enterpriseID)
	if errors.Is(err, collections.ErrNotFound) {
		use, err = types.QuotaUse{EnterpriseId: enterpriseID}, nil
	}
	day := consortiumtypes.Day(sdk.UnwrapSDKContext(ctx).BlockTime())
	return use.On(day), p.QuotaOf(e), err
}
