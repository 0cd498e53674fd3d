package keeper

import (
	"context"

	"github.com/inkchain/inkd/x/enterprise/types"
)

// checkParams checks parameters to come against all categories that there ever
// were. Error: ErrInvalidParams.
func (k *Keeper) checkParams(ctx context.Context, p types.Params) error {
	before, err := k.categories(ctx)
	if err != nil {
		return err
	}
	return types.CheckParams(p, before)
}

// setParams replaces the parameters. Categories that are left out are kept as
// former ones: evidence and qualifications name them for ever.
func (k *Keeper) setParams(ctx context.Context, p types.Params) error {
	before, err := k.categories(ctx)
	if err != nil {
		return err
	}
	if err := k.params.Set(ctx, p); err != nil {
		return err
	}
	return k.setFormer(ctx, p, p.Former(before))
}

// setFormer writes the former categories; one that is back is none any more.
func (k *Keeper) setFormer(ctx context.Context, p types.Params, former []types.Category) error {
	for _, c := range p.Categories {
		if err := k.former.Remove(ctx, uint64(c.Code)); err != nil {
			return err
		}
	}
	for _, c := range former {
		if err := k.former.Set(ctx, uint64(c.Code), c); err != nil {
			return err
		}
	}
	return nil
}

// categories are the present and the former ones.
func (k *Keeper) categories(ctx context.Context) ([]types.Category, error) {
	p, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	former, err := rows(ctx, k.former)
	return append(p.Categories, former...), err
}
