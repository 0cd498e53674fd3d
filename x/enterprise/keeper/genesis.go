package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/inkchain/inkd/x/enterprise/types"
)

// InitGenesis fills the tables and derives the indexes from them. The log must
// have been imported before: what it says cannot be overruled here, and nothing is
// appended to it. Error: ErrInvalidGenesis.
func (k *Keeper) InitGenesis(ctx context.Context, g *types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if err := k.checkAgainstLog(ctx, g); err != nil {
		return err
	}
	if err := k.params.Set(ctx, g.Params); err != nil {
		return err
	}
	if err := k.setFormer(ctx, g.Params, g.FormerCategories); err != nil {
		return err
	}
	if err := k.initUsers(ctx, g); err != nil {
		return err
	}
	if err := k.initEnterprises(ctx, g); err != nil {
		return err
	}
	for _, m := range g.Members {
		if err := k.setMember(ctx, m); err != nil {
			return err
		}
	}
	if err := k.initQualifications(ctx, g); err != nil {
		return err
	}
	for _, u := range g.QuotaUses {
		if err := k.quotaUses.Set(ctx, u.EnterpriseId, u); err != nil {
			return err
		}
	}
	return nil
}

// checkAgainstLog compares a genesis with the log in one walk over its entries.
func (k *Keeper) checkAgainstLog(ctx context.Context, g *types.GenesisState) error {
	head, err := k.log.Head(ctx)
	if err != nil {
		return err
	}
	replay := types.NewReplay()
	for seq := range head.Size_ {
		entry, err := k.log.Entry(ctx, seq)
		if err != nil {
			return err
		}
		replay.Enter(entry)
	}
	return replay.Check(g)
}

func (k *Keeper) initUsers(ctx context.Context, g *types.GenesisState) error {
	for _, u := range g.Users {
		if err := k.users.Set(ctx, u.Id, u); err != nil {
			return err
		}
	}
	return k.userCount.Set(ctx, uint64(len(g.Users)))
}

func (k *Keeper) initEnterprises(ctx context.Context, g *types.GenesisState) error {
	for _, e := range g.Enterprises {
		if e.State == types.ENTERPRISE_STATE_PENDING {
			if err := k.pendingEnterprise.Set(ctx, e.Administrator, e.Id); err != nil {
				return err
			}
		}
		if err := k.setEnterprise(ctx, e); err != nil {
			return err
		}
	}
	return k.enterpriseCount.Set(ctx, uint64(len(g.Enterprises)))
}

// initQualifications plays the decisions again in the order of their ids, which
// is that of the decisions because one is pending at a time: an approval takes its
// categories, and a revoked one had taken them before.
func (k *Keeper) initQualifications(ctx context.Context, g *types.GenesisState) error {
	for _, q := range g.Qualifications {
		if q.Decided() {
			approved := q
			approved.State = types.QUALIFICATION_STATE_APPROVED
			if err := k.setQualification(ctx, approved); err != nil {
				return err
			}
		}
		if err := k.setQualification(ctx, q); err != nil {
			return err
		}
	}
	return k.qualificationCount.Set(ctx, uint64(len(g.Qualifications)))
}

// ExportGenesis is the whole state of the tables, without what is derived.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	g := new(types.GenesisState)
	var err error
	if g.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if g.FormerCategories, err = rows(ctx, k.former); err != nil {
		return nil, err
	}
	if g.Users, err = rows(ctx, k.users); err != nil {
		return nil, err
	}
	if g.Enterprises, err = rows(ctx, k.enterprises); err != nil {
		return nil, err
	}
	if g.Members, err = rows(ctx, k.members); err != nil {
		return nil, err
	}
	if g.Qualifications, err = rows(ctx, k.qualifications); err != nil {
		return nil, err
	}
	g.QuotaUses, err = rows(ctx, k.quotaUses)
	return g, err
}

// rows are all rows of a table in the order of their keys.
func rows[K, V any](ctx context.Context, table collections.Map[K, V]) ([]V, error) {
	var all []V
	err := table.Walk(ctx, nil, func(_ K, row V) (bool, error) {
		all = append(all, row)
		return false, nil
	})
	return all, err
}
