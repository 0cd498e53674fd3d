package keeper

import (
	"context"
	"errors"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Everything that changes the validator set changes what is decided, in the table of
// institutions, and calls wait. The one way to consensus is giveValidators, at the
// end of the block: it gives a step towards what is decided. So nothing is queued
// outside the state, and what a failing transaction decided is gone with it.

// wait notes that the decided set may differ from the one given to consensus.
func (k *Keeper) wait(ctx context.Context) error {
	return k.waiting.Set(ctx, height(ctx))
}

// giveValidators gives consensus the next step, and keeps it in the history.
func (k *Keeper) giveValidators(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	if waiting, err := k.waiting.Has(ctx); err != nil || !waiting {
		return nil, err
	}
	given, err := k.given(ctx)
	if err != nil {
		return nil, err
	}
	decided, err := k.decided(ctx)
	if err != nil {
		return nil, err
	}
	if len(types.Waiting(given, decided)) == 0 {
		return nil, k.waiting.Remove(ctx)
	}
	due, err := k.routineDue(ctx)
	if err != nil {
		return nil, err
	}
	next := types.Step(given, acceptable(ctx, given, decided), height(ctx) >= due)
	updates, err := types.Updates(given, next)
	if err != nil || len(updates) == 0 {
		return nil, err
	}
	if types.RoutineIn(given, next) {
		if err := k.routine.Set(ctx, height(ctx)); err != nil {
			return nil, err
		}
	}
	return updates, k.setGiven(ctx, given, next)
}

// acceptable is the decided set without keys of types that consensus does not accept
// in this block: those wait, as they were.
func acceptable(ctx context.Context, given, decided []types.Validator) []types.Validator {
	var out []types.Validator
	for _, v := range decided {
		if v.PublicKey.CheckKeyType(keyTypes(ctx)) == nil {
			out = append(out, v)
			continue
		}
		for _, old := range given {
			if old.InstitutionId == v.InstitutionId {
				out = append(out, old)
			}
		}
	}
	return out
}

// keyTypes are the types of consensus keys that the consensus parameters allow.
func keyTypes(ctx context.Context) []string {
	if p := sdk.UnwrapSDKContext(ctx).ConsensusParams().Validator; p != nil {
		return p.PubKeyTypes
	}
	return []string{cmttypes.ABCIPubKeyTypeEd25519}
}

// routineDue is the first height at which a routine change may be given.
func (k *Keeper) routineDue(ctx context.Context) (uint64, error) {
	last, err := k.routine.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	p, err := k.params.Get(ctx)
	return last + p.EpochBlocks, err
}

// checkReachable refuses a decided set to which the steps from the end of this block
// on do not lead: it would wait for ever. ErrValidatorSet.
func (k *Keeper) checkReachable(ctx context.Context, decided []types.Validator) error {
	given, err := k.given(ctx)
	if err != nil {
		return err
	}
	due, err := k.routineDue(ctx)
	if err != nil {
		return err
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	return types.CheckReachable(given, decided, types.Schedule{Height: height(ctx), RoutineDue: due, EpochBlocks: p.EpochBlocks})
}

// given is the set as given to consensus last, by institution.
func (k *Keeper) given(ctx context.Context) ([]types.Validator, error) {
	var set []types.Validator
	err := k.validators.Walk(ctx, nil, func(_ uint64, v types.Validator) (bool, error) {
		set = append(set, v)
		return false, nil
	})
	return set, err
}

// decided is the set as decided, by institution.
func (k *Keeper) decided(ctx context.Context) ([]types.Validator, error) {
	var set []types.Validator
	err := k.institutions.Walk(ctx, nil, func(_ uint64, in types.Institution) (bool, error) {
		if in.Power > 0 {
			set = append(set, types.Validator{
				InstitutionId: in.Id, PublicKey: in.ConsensusKey, Power: in.Power, DecidedHeight: in.DecidedHeight,
			})
		}
		return false, nil
	})
	return set, err
}

// setGiven writes the set that is given, and its row of the history: updates of this
// block are named as next by the header after it.
func (k *Keeper) setGiven(ctx context.Context, before, after []types.Validator) error {
	for _, v := range before {
		if err := k.validators.Remove(ctx, v.InstitutionId); err != nil {
			return err
		}
	}
	for _, v := range after {
		if err := k.validators.Set(ctx, v.InstitutionId, v); err != nil {
			return err
		}
	}
	return k.remember(ctx, height(ctx)+1, after)
}

// remember keeps a set in the history.
func (k *Keeper) remember(ctx context.Context, from uint64, set []types.Validator) error {
	row, err := types.HistoryOf(from, set)
	if err != nil {
		return err
	}
	if err := k.sets.Set(ctx, from, row); err != nil {
		return err
	}
	return emit(ctx, &types.EventValidatorsChanged{Height: from, Hash: row.Hash})
}

// checkConsensusKey refuses a key that cannot be, is or ever was a validator's.
func (k *Keeper) checkConsensusKey(ctx context.Context, key types.PublicKey) error {
	if err := key.CheckConsensusKey(); err != nil {
		return err
	}
	if err := key.CheckKeyType(keyTypes(ctx)); err != nil {
		return err
	}
	address, err := key.ConsensusAddress()
	if err != nil {
		return err
	}
	signer, err := k.keyByAddress.Has(ctx, addressKey(address))
	if err != nil {
		return err
	}
	if signer {
		return errorsmod.Wrap(types.ErrInvalidKey, "expected a key that signs blocks only, got one that signs transactions")
	}
	old, err := k.consensusKeys.Get(ctx, addressKey(address))
	switch {
	case errors.Is(err, collections.ErrNotFound):
		return nil
	case err != nil:
		return err
	case old.RetiredHeight != 0:
		return errorsmod.Wrapf(types.ErrKeyUsed, "expected a key that was never used, got one of institution %d that was retired at height %d", old.InstitutionId, old.RetiredHeight)
	}
	return errorsmod.Wrapf(types.ErrKeyUsed, "expected a key that was never used, got that of institution %d", old.InstitutionId)
}

// bindConsensusKey gives the institution a consensus key, for ever, and retires the
// one it had. The caller writes the institution.
func (k *Keeper) bindConsensusKey(ctx context.Context, in *types.Institution, key types.PublicKey) error {
	if err := k.retireConsensusKey(ctx, *in); err != nil {
		return err
	}
	address, err := key.ConsensusAddress()
	if err != nil {
		return err
	}
	row := types.ConsensusKey{PublicKey: key, InstitutionId: in.Id, BoundHeight: height(ctx)}
	if err := k.consensusKeys.Set(ctx, addressKey(address), row); err != nil {
		return err
	}
	in.ConsensusKey, in.DecidedHeight = key, height(ctx)
	_, err = k.log.Append(ctx, &logtypes.Entry_ValidatorKeyBound{ValidatorKeyBound: &logtypes.ValidatorKeyBound{
		InstitutionId: in.Id, KeyType: key.Type, PublicKey: key.Key, Power: in.Power,
	}})
	return err
}

// retireConsensusKey ends the institution's key, if it has one.
func (k *Keeper) retireConsensusKey(ctx context.Context, in types.Institution) error {
	if len(in.ConsensusKey.Key) == 0 {
		return nil
	}
	address, err := in.ConsensusKey.ConsensusAddress()
	if err != nil {
		return err
	}
	row, err := k.consensusKeys.Get(ctx, addressKey(address))
	if err != nil {
		return err
	}
	row.RetiredHeight = height(ctx)
	return k.consensusKeys.Set(ctx, addressKey(address), row)
}

// checkRotation refuses a key that was used, a second rotation before the first is in
// the set (one operator alone cannot make every block a new set), and one after which
// what waits already could not be reached any more.
func (k *Keeper) checkRotation(ctx context.Context, m *types.MsgRotateConsensusKey, in types.Institution) error {
	given, err := k.validators.Get(ctx, in.Id)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if err != nil || !given.PublicKey.Is(in.ConsensusKey) {
		return errorsmod.Wrapf(types.ErrStanding, "expected institution %d's present key in the validator set before another one, got one that still waits", in.Id)
	}
	if err := k.checkConsensusKey(ctx, m.ConsensusKey); err != nil {
		return err
	}
	if err := k.checkUnnamed(ctx, m.ConsensusKey); err != nil {
		return err
	}
	decided, err := k.decided(ctx)
	if err != nil {
		return err
	}
	for i := range decided {
		if decided[i].InstitutionId == in.Id {
			decided[i].PublicKey, decided[i].DecidedHeight = m.ConsensusKey, height(ctx)
		}
	}
	return k.checkReachable(ctx, decided)
}

// rotate gives the institution's validator another key.
func (k *Keeper) rotate(ctx context.Context, in types.Institution, key types.PublicKey) error {
	if err := k.bindConsensusKey(ctx, &in, key); err != nil {
		return err
	}
	if err := k.institutions.Set(ctx, in.Id, in); err != nil {
		return err
	}
	return k.wait(ctx)
}

// height of the block; that of genesis is the first block's.
func height(ctx context.Context) uint64 {
	return uint64(max(sdk.UnwrapSDKContext(ctx).BlockHeight(), 1))
}
