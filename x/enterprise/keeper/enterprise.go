package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Enterprise is an enterprise or application by the id. Error:
// ErrEnterpriseNotFound.
func (k *Keeper) Enterprise(ctx context.Context, id uint64) (types.Enterprise, error) {
	return load(ctx, k.enterprises, id, types.ErrEnterpriseNotFound, "expected the id of an enterprise, got %d", id)
}

// enterpriseIn is an enterprise that must be in one of some states. Errors:
// ErrEnterpriseNotFound, ErrState.
func (k *Keeper) enterpriseIn(ctx context.Context, id uint64, states ...types.EnterpriseState) (types.Enterprise, error) {
	e, err := k.Enterprise(ctx, id)
	if err != nil {
		return e, err
	}
	for _, s := range states {
		if e.State == s {
			return e, nil
		}
	}
	expected := states[0].Word()
	for _, s := range states[1:] {
		expected += " or " + s.Word()
	}
	return e, errorsmod.Wrapf(types.ErrState, "enterprise %d: expected %s, got %s", id, expected, e.State.Word())
}

// checkFree refuses a name or code that a certified or suspended enterprise
// holds. Error: ErrTaken.
func (k *Keeper) checkFree(ctx context.Context, name, uscc string) error {
	taken, err := k.byUSCC.Has(ctx, types.USCCKey(uscc))
	if err != nil {
		return err
	}
	if taken {
		return errorsmod.Wrapf(types.ErrTaken, "expected a code of no certified enterprise, got %s", uscc)
	}
	taken, err = k.byName.Has(ctx, types.NameKey(name))
	if err != nil {
		return err
	}
	if taken {
		return errorsmod.Wrapf(types.ErrTaken, "expected a name of no certified enterprise, got %s", name)
	}
	return nil
}

// applyEnterprise stores an application. Codes and names of other applications do
// not count: nobody can block an enterprise by applying first.
func (k *Keeper) applyEnterprise(ctx context.Context, userID uint64, m *types.MsgApplyEnterprise) (types.Enterprise, error) {
	pending, err := k.pendingEnterprise.Has(ctx, userID)
	if err != nil {
		return types.Enterprise{}, err
	}
	if pending {
		return types.Enterprise{}, errorsmod.Wrapf(types.ErrPending, "expected no pending application of user %d, got one", userID)
	}
	if err := k.checkFree(ctx, m.Name, m.Uscc); err != nil {
		return types.Enterprise{}, err
	}
	if err := k.checkRoom(ctx, userID); err != nil {
		return types.Enterprise{}, err
	}
	id, err := nextID(ctx, k.enterpriseCount)
	if err != nil {
		return types.Enterprise{}, err
	}
	e := types.Enterprise{
		Id: id, Name: m.Name, Uscc: m.Uscc, State: types.ENTERPRISE_STATE_PENDING,
		Administrator: userID, DossierCommitment: m.DossierCommitment,
	}
	if err := k.pendingEnterprise.Set(ctx, userID, id); err != nil {
		return e, err
	}
	return e, k.enterprises.Set(ctx, id, e)
}

// decideEnterprise decides on a pending application.
func (k *Keeper) decideEnterprise(ctx context.Context, e types.Enterprise, officerID uint64, reason logtypes.Reason) (types.Enterprise, error) {
	if err := k.pendingEnterprise.Remove(ctx, e.Administrator); err != nil {
		return e, err
	}
	if reason != logtypes.REASON_UNSPECIFIED {
		e.State, e.Reason = types.ENTERPRISE_STATE_REJECTED, uint32(reason)
		return e, k.enterprises.Set(ctx, e.Id, e)
	}
	e.State = types.ENTERPRISE_STATE_CERTIFIED
	return e, k.certify(ctx, e, officerID)
}

// certify stores a certified enterprise with its administrator as first member.
// The name and code are checked again: another application may have won.
func (k *Keeper) certify(ctx context.Context, e types.Enterprise, officerID uint64) error {
	if err := k.checkFree(ctx, e.Name, e.Uscc); err != nil {
		return err
	}
	if err := k.checkRoom(ctx, e.Administrator); err != nil {
		return err
	}
	if err := k.setEnterprise(ctx, e); err != nil {
		return err
	}
	if _, err := k.log.Append(ctx, &logtypes.Entry_EnterpriseCertified{EnterpriseCertified: &logtypes.EnterpriseCertified{
		EnterpriseId: e.Id, Name: e.Name, Uscc: e.Uscc, Administrator: e.Administrator,
		OfficerId: officerID, DossierCommitment: e.DossierCommitment,
	}}); err != nil {
		return err
	}
	administrator := types.Member{EnterpriseId: e.Id, UserId: e.Administrator}
	// Granted by no user: by the certification, the entry before.
	return k.grant(ctx, administrator, types.AllRights(), 0)
}

// setEnterprise stores an enterprise and, if it stands, its name and code.
func (k *Keeper) setEnterprise(ctx context.Context, e types.Enterprise) error {
	if e.Stands() {
		if err := k.byUSCC.Set(ctx, types.USCCKey(e.Uscc), e.Id); err != nil {
			return err
		}
		if err := k.byName.Set(ctx, types.NameKey(e.Name), e.Id); err != nil {
			return err
		}
	}
	return k.enterprises.Set(ctx, e.Id, e)
}

// suspend stops or lifts. The name and code stay taken either way.
func (k *Keeper) suspend(ctx context.Context, e types.Enterprise, officerID uint64, m *types.MsgSuspendEnterprise) (types.Enterprise, error) {
	e.State = types.ENTERPRISE_STATE_CERTIFIED
	if !m.Lift {
		e.State, e.Reason = types.ENTERPRISE_STATE_SUSPENDED, uint32(m.Reason)
	}
	if err := k.enterprises.Set(ctx, e.Id, e); err != nil {
		return e, err
	}
	_, err := k.log.Append(ctx, &logtypes.Entry_EnterpriseSuspended{EnterpriseSuspended: &logtypes.EnterpriseSuspended{
		EnterpriseId: e.Id, OfficerId: officerID, Reason: m.Reason, Lifted: m.Lift,
	}})
	return e, err
}
