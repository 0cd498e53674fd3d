package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Qualification is a qualification by the id. Error: ErrQualificationNotFound.
func (k *Keeper) Qualification(ctx context.Context, id uint64) (types.Qualification, error) {
	return load(ctx, k.qualifications, id, types.ErrQualificationNotFound, "expected the id of a qualification, got %d", id)
}

// qualificationIn is a qualification that must be in a state. Errors:
// ErrQualificationNotFound, ErrState.
func (k *Keeper) qualificationIn(ctx context.Context, id uint64, state types.QualificationState) (types.Qualification, error) {
	q, err := k.Qualification(ctx, id)
	if err != nil {
		return q, err
	}
	if q.State != state {
		return q, errorsmod.Wrapf(types.ErrState, "qualification %d: expected %s, got %s", id, state.Word(), q.State.Word())
	}
	return q, nil
}

// CheckQualified refuses a category that an enterprise is not qualified for.
// Errors: ErrNotQualified naming the category and how to apply;
// ErrInvalidCategories for a code that is no category.
func (k *Keeper) CheckQualified(ctx context.Context, enterpriseID uint64, category uint32) error {
	ok, err := k.qualified.Has(ctx, collections.Join(enterpriseID, uint64(category)))
	if err != nil || ok {
		return err
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	c, known := p.Category(category)
	if !known {
		return errorsmod.Wrapf(types.ErrInvalidCategories, "expected a known code, got %d", category)
	}
	return errorsmod.Wrapf(types.ErrNotQualified,
		"expected a qualification of enterprise %d for category %d (%s %s), got none; its administrator applies with `inkd tx enterprise apply-qualification %d %s`",
		enterpriseID, c.Code, c.Name, c.Zh, enterpriseID, c.Name)
}

func (k *Keeper) applyQualification(ctx context.Context, m *types.MsgApplyQualification) (types.Qualification, error) {
	pending, err := k.pendingQualification.Has(ctx, m.EnterpriseId)
	if err != nil {
		return types.Qualification{}, err
	}
	if pending {
		return types.Qualification{}, errorsmod.Wrapf(types.ErrPending, "expected no pending qualification of enterprise %d, got one", m.EnterpriseId)
	}
	id, err := nextID(ctx, k.qualificationCount)
	if err != nil {
		return types.Qualification{}, err
	}
	q := types.Qualification{
		Id: id, EnterpriseId: m.EnterpriseId, Categories: m.Categories, FormCommitment: m.FormCommitment,
		TemplateVersion: m.TemplateVersion, State: types.QUALIFICATION_STATE_PENDING,
	}
	return q, k.setQualification(ctx, q)
}

// decideQualification decides on a pending qualification; both outcomes are
// entries.
func (k *Keeper) decideQualification(ctx context.Context, q types.Qualification, officerID uint64, reason logtypes.Reason) (types.Qualification, error) {
	approved := reason == logtypes.REASON_UNSPECIFIED
	q.State, q.Reason = types.QUALIFICATION_STATE_REJECTED, uint32(reason)
	if approved {
		q.State = types.QUALIFICATION_STATE_APPROVED
	}
	if err := k.setQualification(ctx, q); err != nil {
		return q, err
	}
	_, err := k.log.Append(ctx, &logtypes.Entry_QualificationDecided{QualificationDecided: &logtypes.QualificationDecided{
		QualificationId: q.Id, EnterpriseId: q.EnterpriseId, OfficerId: officerID, Approved: approved, Reason: reason,
		Categories: q.Categories, FormCommitment: q.FormCommitment, TemplateVersion: q.TemplateVersion,
	}})
	return q, err
}

func (k *Keeper) revokeQualification(ctx context.Context, q types.Qualification, officerID uint64, reason logtypes.Reason) (types.Qualification, error) {
	q.State, q.Reason = types.QUALIFICATION_STATE_REVOKED, uint32(reason)
	if err := k.setQualification(ctx, q); err != nil {
		return q, err
	}
	_, err := k.log.Append(ctx, &logtypes.Entry_QualificationRevoked{QualificationRevoked: &logtypes.QualificationRevoked{
		QualificationId: q.Id, EnterpriseId: q.EnterpriseId, OfficerId: officerID, Reason: reason,
	}})
	return q, err
}

// setQualification stores a qualification with what is derived from it: the
// enterprise's pending one and the one that counts for each category. An approval
// replaces a former one for good: revoking it does not bring the former back.
func (k *Keeper) setQualification(ctx context.Context, q types.Qualification) error {
	var err error
	if q.State == types.QUALIFICATION_STATE_PENDING {
		err = k.pendingQualification.Set(ctx, q.EnterpriseId, q.Id)
	} else {
		err = k.clearPending(ctx, q)
	}
	if err != nil {
		return err
	}
	for _, category := range q.Categories {
		key := collections.Join(q.EnterpriseId, uint64(category))
		switch q.State {
		case types.QUALIFICATION_STATE_APPROVED:
			err = k.qualified.Set(ctx, key, q.Id)
		case types.QUALIFICATION_STATE_REVOKED:
			err = k.unqualify(ctx, key, q.Id)
		}
		if err != nil {
			return err
		}
	}
	return k.qualifications.Set(ctx, q.Id, q)
}

func (k *Keeper) clearPending(ctx context.Context, q types.Qualification) error {
	id, err := k.pendingQualification.Get(ctx, q.EnterpriseId)
	if errors.Is(err, collections.ErrNotFound) || (err == nil && id != q.Id) {
		return nil
	}
	if err != nil {
		return err
	}
	return k.pendingQualification.Remove(ctx, q.EnterpriseId)
}

// unqualify removes the pointer of a category if it points to a qualification.
func (k *Keeper) unqualify(ctx context.Context, key pair, id uint64) error {
	current, err := k.qualified.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) || (err == nil && current != id) {
		return nil
	}
	if err != nil {
		return err
	}
	return k.qualified.Remove(ctx, key)
}
