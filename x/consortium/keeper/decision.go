package keeper

import (
	"context"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// AuthoriseDecision refuses everybody but the consortium itself: ErrNotPermitted.
func (k *Keeper) AuthoriseDecision(authority string) error {
	if authority != k.authority {
		return errorsmod.Wrapf(types.ErrNotPermitted, "expected a decision of the consortium, got a message of %q", authority)
	}
	return nil
}

// execute carries a proposal out, all of it or nothing, and enters how it went. The
// text of an error is no part of the state: only which message, and which error.
func (k *Keeper) execute(ctx context.Context, p *types.Proposal) error {
	msgs, err := types.Unpacked(p.Messages)
	if err != nil {
		return err
	}
	branch, write := sdk.UnwrapSDKContext(ctx).CacheContext()
	n, err := k.checkCancels(ctx, p.Cancels, msgs)
	if err == nil {
		n, err = k.carryOut(branch, msgs)
	}
	if err != nil {
		codespace, code, _ := errorsmod.ABCIInfo(err, false)
		p.Status = types.PROPOSAL_STATUS_FAILED
		p.Failure = &types.Failure{Message: uint32(n), Codespace: codespace, Code: code}
		return nil
	}
	p.Status = types.PROPOSAL_STATUS_EXECUTED
	write()
	return nil
}

// cancellation is the number, from 1, of the message that cancels a software upgrade;
// 0 if none does.
func cancellation(msgs []sdk.Msg) int {
	for i, msg := range msgs {
		if _, ok := msg.(*upgradetypes.MsgCancelUpgrade); ok {
			return i + 1
		}
	}
	return 0
}

// checkCancels refuses to cancel another upgrade than the one that was voted on; it
// answers the message's number.
func (k *Keeper) checkCancels(ctx context.Context, name string, msgs []sdk.Msg) (int, error) {
	n := cancellation(msgs)
	if n == 0 {
		return 0, nil
	}
	planned, _, err := k.router.Plan(ctx)
	if err == nil && planned != name {
		err = errorsmod.Wrapf(types.ErrUpgrade, "expected the upgrade %s to cancel, got %s planned instead", name, planned)
	}
	return n, err
}

// carryOut runs messages through their handlers, in the name of the consortium, and
// checks the validator set that they decided together. It answers the number, from
// 1, of the message that failed; 0 if it was the set.
func (k *Keeper) carryOut(ctx sdk.Context, msgs []sdk.Msg) (int, error) {
	before, err := k.decided(ctx)
	if err != nil {
		return 0, err
	}
	epoch, err := k.params.Get(ctx)
	if err != nil {
		return 0, err
	}
	for i, msg := range msgs {
		handle, err := k.router.Handler(ctx, msg)
		if err != nil {
			return i + 1, err
		}
		body, err := k.entryOf(ctx, msg)
		if err != nil {
			return i + 1, err
		}
		result, err := handle(ctx, msg)
		if err != nil {
			return i + 1, err
		}
		ctx.EventManager().EmitEvents(result.GetEvents())
		if body != nil {
			if _, err := k.log.Append(ctx, body); err != nil {
				return i + 1, err
			}
		}
	}
	return 0, k.checkDecided(ctx, before, epoch)
}

// checkDecided refuses a decided set that must not be or cannot be reached, if it or
// the length of an epoch was another before.
func (k *Keeper) checkDecided(ctx context.Context, before []types.Validator, epoch types.Params) error {
	decided, err := k.decided(ctx)
	if err != nil {
		return err
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if len(types.Waiting(before, decided)) == 0 && p == epoch {
		return nil
	}
	if err := types.CheckSet(decided); err != nil {
		return err
	}
	return k.checkReachable(ctx, decided)
}

// entryOf is the entry of a decision whose handler makes none: parameters of any
// module, and software upgrades, whose modules do not know the log. It is asked
// before the handler: a plan that is cancelled has no name afterwards.
func (k *Keeper) entryOf(ctx context.Context, msg sdk.Msg) (logtypes.Body, error) {
	switch m := msg.(type) {
	case *upgradetypes.MsgSoftwareUpgrade:
		return upgradeEntry(logtypes.UPGRADE_STAGE_SCHEDULED, m.Plan.Name, uint64(max(m.Plan.Height, 0)), nil), nil
	case *upgradetypes.MsgCancelUpgrade:
		name, at, err := k.router.Plan(ctx)
		return upgradeEntry(logtypes.UPGRADE_STAGE_CANCELLED, name, at, nil), err
	}
	module, isParams := strings.CutSuffix(strings.TrimPrefix(sdk.MsgTypeURL(msg), "/"), ".MsgUpdateParams")
	if !isParams {
		return nil, nil
	}
	raw, err := proto.Marshal(msg)
	return &logtypes.Entry_ParametersChanged{ParametersChanged: &logtypes.ParametersChanged{Module: module, Message: raw}}, err
}

// EndBlock closes what expired, counts who signed, and gives consensus the changes
// of the validator set.
func (k *Keeper) EndBlock(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	if err := k.expire(ctx); err != nil {
		return nil, err
	}
	if err := k.countUptime(ctx); err != nil {
		return nil, err
	}
	return k.giveValidators(ctx)
}
