package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
)

// Authorise answers whether the signer of a message of this module may send it:
// nil, or ErrNotPermitted. The ante chain calls it to refuse early, each handler
// as its first act, because messages that a proposal executes pass no ante chain.
func (k *Keeper) Authorise(ctx context.Context, msg sdk.Msg) error {
	_, err := k.authorise(ctx, msg)
	return err
}

// authorise is Authorise for the handlers: it also answers for which institution
// the signer acts, so that no handler goes on without it. A decision is nobody's.
func (k *Keeper) authorise(ctx context.Context, msg sdk.Msg) (types.Institution, error) {
	switch m := msg.(type) {
	case *types.MsgAppointOfficer:
		return k.operatorOf(ctx, m.Operator)
	case *types.MsgDismissOfficer:
		in, err := k.operatorOf(ctx, m.Operator)
		if err != nil {
			return in, err
		}
		o, err := k.Officer(ctx, m.OfficerId)
		if err == nil && o.InstitutionId != in.Id {
			err = errorsmod.Wrapf(types.ErrNotPermitted, "expected the operator of institution %d, got that of %d", o.InstitutionId, in.Id)
		}
		return in, err
	case *types.MsgPublishDigest:
		return k.operatorOf(ctx, m.Operator)
	case *types.MsgRotateConsensusKey:
		return k.voterOf(ctx, m.Operator)
	case *types.MsgPropose:
		return k.voterOf(ctx, m.Operator)
	case *types.MsgVote:
		return k.voterOf(ctx, m.Operator)
	case interface{ GetAuthority() string }:
		return types.Institution{}, k.AuthoriseDecision(m.GetAuthority())
	}
	return types.Institution{}, errorsmod.Wrapf(types.ErrNotPermitted, "expected a message of the consortium, got %T", msg)
}
