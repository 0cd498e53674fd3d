package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// checkAdmission refuses an institution that cannot be admitted now.
func (k *Keeper) checkAdmission(ctx context.Context, f types.GenesisInstitution) error {
	in := f.Institution()
	if err := types.CheckMember(in); err != nil {
		return err
	}
	if err := types.CheckCustody(f.OperatorCustody); err != nil {
		return err
	}
	if err := f.CheckKeys(); err != nil {
		return err
	}
	if err := k.checkRoom(ctx, f.Uscc); err != nil {
		return err
	}
	if in.Power == 0 {
		return nil
	}
	return k.checkConsensusKey(ctx, f.ConsensusKey)
}

// checkRoom refuses a code that a present institution has, and one institution too many.
func (k *Keeper) checkRoom(ctx context.Context, uscc string) error {
	var present, ever int
	err := k.institutions.Walk(ctx, nil, func(id uint64, in types.Institution) (bool, error) {
		ever++
		if in.Standing == types.STANDING_REMOVED {
			return false, nil
		}
		present++
		if in.Uscc == uscc {
			return true, errorsmod.Wrapf(types.ErrStanding, "expected an institution that is not in the consortium, got %s, the code of institution %d", uscc, id)
		}
		return false, nil
	})
	if err == nil && (present >= types.MaxInstitutions || ever >= types.MaxAdmissions) {
		err = errorsmod.Wrapf(types.ErrValidatorSet, "expected at most %d institutions, and %d ever, got one more", types.MaxInstitutions, types.MaxAdmissions)
	}
	return err
}

// admit makes an institution with its entries; the founders come this way too.
func (k *Keeper) admit(ctx context.Context, f types.GenesisInstitution) (uint64, error) {
	id, err := next(ctx, k.institutionIDs)
	if err != nil {
		return 0, err
	}
	in := f.Institution()
	in.Id, in.SinceHeight, in.DecidedHeight, in.ConsensusKey = id, height(ctx), height(ctx), types.PublicKey{}
	if _, err := k.log.Append(ctx, &logtypes.Entry_InstitutionAdmitted{InstitutionAdmitted: &logtypes.InstitutionAdmitted{
		InstitutionId: id, Name: f.Name, Kind: f.Kind, Uscc: f.Uscc,
	}}); err != nil {
		return 0, err
	}
	if f.Power > 0 {
		if err := k.bindConsensusKey(ctx, &in, f.ConsensusKey); err != nil {
			return 0, err
		}
	}
	if in.OperatorKeyId, err = k.bindOperatorKey(ctx, f.OperatorKey, f.OperatorCustody, id); err != nil {
		return 0, err
	}
	if err := k.institutions.Set(ctx, id, in); err != nil {
		return 0, err
	}
	return id, k.wait(ctx)
}

// present returns an institution that was not removed: ErrStanding otherwise.
func (k *Keeper) present(ctx context.Context, id uint64) (types.Institution, error) {
	in, err := k.Institution(ctx, id)
	if err == nil && in.Standing == types.STANDING_REMOVED {
		err = errorsmod.Wrapf(types.ErrStanding, "expected a member, got institution %d, which was removed", id)
	}
	return in, err
}

func (k *Keeper) checkSuspension(ctx context.Context, m *types.MsgSuspendInstitution) (types.Institution, error) {
	if err := types.CheckReason(m.Reason, true); err != nil {
		return types.Institution{}, err
	}
	in, err := k.present(ctx, m.InstitutionId)
	if err == nil && in.Standing != types.STANDING_MEMBER {
		err = errorsmod.Wrapf(types.ErrStanding, "expected a member that is not suspended, got institution %d: %s", in.Id, in.Standing)
	}
	return in, err
}

func (k *Keeper) suspend(ctx context.Context, in types.Institution, reason logtypes.Reason) error {
	in.Standing = types.STANDING_SUSPENDED
	return k.setPower(ctx, in, 0, reason)
}

func (k *Keeper) checkReadmission(ctx context.Context, m *types.MsgReadmitInstitution) (types.Institution, error) {
	in, err := k.present(ctx, m.InstitutionId)
	if err != nil {
		return in, err
	}
	if in.Standing == types.STANDING_MEMBER && (in.Power > 0 || !types.HasValidator(in.Kind)) {
		return in, errorsmod.Wrapf(types.ErrStanding, "expected an institution that is suspended or lost its power, got institution %d: %s with power %d", in.Id, in.Standing, in.Power)
	}
	if err := types.CheckPower(in.Kind, m.Power); err != nil {
		return in, err
	}
	if len(m.ConsensusKey.Key) == 0 && m.ConsensusKey.Type == logtypes.KEY_TYPE_UNSPECIFIED {
		if !types.HasValidator(in.Kind) {
			return in, nil
		}
		return in, in.ConsensusKey.CheckKeyType(keyTypes(ctx)) // the types may be others by now
	}
	if !types.HasValidator(in.Kind) {
		return in, errorsmod.Wrapf(types.ErrInvalidKey, "expected no consensus key for a %s, got one", in.Kind)
	}
	return in, k.checkConsensusKey(ctx, m.ConsensusKey)
}

// readmit gives power and rights back. What the institution's keys signed before
// takes no power from it again: that was known, or could be, when it was decided.
func (k *Keeper) readmit(ctx context.Context, in types.Institution, m *types.MsgReadmitInstitution) error {
	in.Standing, in.SinceHeight = types.STANDING_MEMBER, height(ctx)
	if err := k.setPower(ctx, in, m.Power, logtypes.REASON_UNSPECIFIED); err != nil {
		return err
	}
	if len(m.ConsensusKey.Key) == 0 {
		return nil
	}
	in.Power = m.Power
	return k.rotate(ctx, in, m.ConsensusKey)
}

func (k *Keeper) checkPower(ctx context.Context, m *types.MsgSetPower) (types.Institution, error) {
	in, err := k.present(ctx, m.InstitutionId)
	if err != nil {
		return in, err
	}
	if in.Power == 0 {
		return in, errorsmod.Wrapf(types.ErrStanding, "expected an institution with power, got institution %d without: readmit it", in.Id)
	}
	if in.Power == m.Power {
		return in, errorsmod.Wrapf(types.ErrInvalidField, "power: expected another one than %d, which institution %d has", in.Power, in.Id)
	}
	return in, types.CheckPower(in.Kind, m.Power)
}

// setPower writes the institution with another power, and the entry that says so.
func (k *Keeper) setPower(ctx context.Context, in types.Institution, power uint64, reason logtypes.Reason) error {
	in.Power, in.DecidedHeight = power, height(ctx)
	if err := k.institutions.Set(ctx, in.Id, in); err != nil {
		return err
	}
	if _, err := k.log.Append(ctx, &logtypes.Entry_InstitutionPower{InstitutionPower: &logtypes.InstitutionPower{
		InstitutionId: in.Id, Power: power, Reason: reason,
	}}); err != nil {
		return err
	}
	return k.wait(ctx)
}

func (k *Keeper) checkRemoval(ctx context.Context, m *types.MsgRemoveInstitution) (types.Institution, error) {
	if err := types.CheckReason(m.Reason, true); err != nil {
		return types.Institution{}, err
	}
	return k.present(ctx, m.InstitutionId)
}

// remove ends a membership: no power, no rights, and no key of its operator or
// validator ever again. The officers' rights hang on the institution's standing.
func (k *Keeper) remove(ctx context.Context, in types.Institution, reason logtypes.Reason) error {
	if err := k.retireConsensusKey(ctx, in); err != nil {
		return err
	}
	in.Standing, in.Power, in.DecidedHeight = types.STANDING_REMOVED, 0, height(ctx)
	if err := k.institutions.Set(ctx, in.Id, in); err != nil {
		return err
	}
	if _, err := k.log.Append(ctx, &logtypes.Entry_InstitutionRemoved{InstitutionRemoved: &logtypes.InstitutionRemoved{
		InstitutionId: in.Id, Reason: reason,
	}}); err != nil {
		return err
	}
	if err := k.retireKey(ctx, in.OperatorKeyId, reason); err != nil {
		return err
	}
	return k.wait(ctx)
}

func (k *Keeper) checkReplacement(ctx context.Context, m *types.MsgReplaceOperator) (types.Institution, error) {
	if err := types.CheckReason(m.Reason, true); err != nil {
		return types.Institution{}, err
	}
	if err := types.CheckCustody(m.Custody); err != nil {
		return types.Institution{}, err
	}
	if _, err := m.OperatorKey.CryptoKey(); err != nil {
		return types.Institution{}, err
	}
	return k.present(ctx, m.InstitutionId)
}

// replaceOperator retires the operator's key and binds another.
func (k *Keeper) replaceOperator(ctx context.Context, in types.Institution, m *types.MsgReplaceOperator) (uint64, error) {
	if err := k.retireKey(ctx, in.OperatorKeyId, m.Reason); err != nil {
		return 0, err
	}
	var err error
	if in.OperatorKeyId, err = k.bindOperatorKey(ctx, m.OperatorKey, m.Custody, in.Id); err != nil {
		return 0, err
	}
	return in.OperatorKeyId, k.institutions.Set(ctx, in.Id, in)
}
