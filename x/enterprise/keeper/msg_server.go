package keeper

import (
	"context"

	"github.com/inkchain/inkd/x/enterprise/types"
)

type msgServer struct {
	k *Keeper
}

// NewMsgServer handles the module's messages.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k: k} }

func (s msgServer) EnrolUser(ctx context.Context, m *types.MsgEnrolUser) (*types.MsgEnrolUserResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	// Check without the key: that is the consortium's, which binds it.
	if err := types.CheckEnrolment(m); err != nil {
		return nil, err
	}
	user, err := s.k.enrol(ctx, who.officer, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgEnrolUserResponse{UserId: user.Id, KeyId: user.KeyId},
		emit(ctx, &types.EventUserEnrolled{UserId: user.Id, KeyId: user.KeyId})
}

func (s msgServer) ApplyEnterprise(ctx context.Context, m *types.MsgApplyEnterprise) (*types.MsgApplyEnterpriseResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	e, err := s.k.applyEnterprise(ctx, who.userID, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgApplyEnterpriseResponse{EnterpriseId: e.Id}, emitEnterprise(ctx, e)
}

func (s msgServer) ReviewEnterprise(ctx context.Context, m *types.MsgReviewEnterprise) (*types.MsgReviewEnterpriseResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	e, err := s.k.enterpriseIn(ctx, m.EnterpriseId, types.ENTERPRISE_STATE_PENDING)
	if err != nil {
		return nil, err
	}
	if e, err = s.k.decideEnterprise(ctx, e, who.officer.Id, m.Reason); err != nil {
		return nil, err
	}
	return &types.MsgReviewEnterpriseResponse{}, emitEnterprise(ctx, e)
}

func (s msgServer) SuspendEnterprise(ctx context.Context, m *types.MsgSuspendEnterprise) (*types.MsgSuspendEnterpriseResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	from := types.ENTERPRISE_STATE_CERTIFIED
	if m.Lift {
		from = types.ENTERPRISE_STATE_SUSPENDED
	}
	e, err := s.k.enterpriseIn(ctx, m.EnterpriseId, from)
	if err != nil {
		return nil, err
	}
	if e, err = s.k.suspend(ctx, e, who.officer.Id, m); err != nil {
		return nil, err
	}
	return &types.MsgSuspendEnterpriseResponse{}, emitEnterprise(ctx, e)
}

func (s msgServer) SetQuota(ctx context.Context, m *types.MsgSetQuota) (*types.MsgSetQuotaResponse, error) {
	if err := s.k.Authorise(ctx, m); err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	e, err := s.k.enterpriseIn(ctx, m.EnterpriseId, types.ENTERPRISE_STATE_CERTIFIED, types.ENTERPRISE_STATE_SUSPENDED)
	if err != nil {
		return nil, err
	}
	e.Quota = m.Quota
	if err := s.k.enterprises.Set(ctx, e.Id, e); err != nil {
		return nil, err
	}
	return &types.MsgSetQuotaResponse{}, emitEnterprise(ctx, e)
}

func (s msgServer) ApplyMembership(ctx context.Context, m *types.MsgApplyMembership) (*types.MsgApplyMembershipResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	if _, err := s.k.enterpriseIn(ctx, m.EnterpriseId, types.ENTERPRISE_STATE_CERTIFIED); err != nil {
		return nil, err
	}
	member, err := s.k.applyMember(ctx, who.userID, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgApplyMembershipResponse{}, emitMember(ctx, member)
}

func (s msgServer) ReviewMembership(ctx context.Context, m *types.MsgReviewMembership) (*types.MsgReviewMembershipResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	member, err := s.k.memberIn(ctx, m.EnterpriseId, m.UserId, types.MEMBER_STATE_APPLIED)
	if err != nil {
		return nil, err
	}
	if !m.Approve {
		return &types.MsgReviewMembershipResponse{}, s.k.refuseMember(ctx, member, m.Reason)
	}
	return &types.MsgReviewMembershipResponse{}, s.k.grant(ctx, member, m.Rights, who.userID)
}

func (s msgServer) SetRights(ctx context.Context, m *types.MsgSetRights) (*types.MsgSetRightsResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	member, err := s.k.memberIn(ctx, m.EnterpriseId, m.UserId, types.MEMBER_STATE_ACTIVE)
	if err != nil {
		return nil, err
	}
	return &types.MsgSetRightsResponse{}, s.k.setRights(ctx, member, m.Rights, who.userID)
}

func (s msgServer) RemoveMember(ctx context.Context, m *types.MsgRemoveMember) (*types.MsgRemoveMemberResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	member, err := s.k.memberIn(ctx, m.EnterpriseId, m.UserId, types.MEMBER_STATE_ACTIVE)
	if err != nil {
		return nil, err
	}
	return &types.MsgRemoveMemberResponse{}, s.k.removeMember(ctx, member, who.userID)
}

func (s msgServer) ApplyQualification(ctx context.Context, m *types.MsgApplyQualification) (*types.MsgApplyQualificationResponse, error) {
	if err := s.k.Authorise(ctx, m); err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	q, err := s.k.applyQualification(ctx, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgApplyQualificationResponse{QualificationId: q.Id}, emitQualification(ctx, q)
}

func (s msgServer) ReviewQualification(ctx context.Context, m *types.MsgReviewQualification) (*types.MsgReviewQualificationResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	q, err := s.k.qualificationIn(ctx, m.QualificationId, types.QUALIFICATION_STATE_PENDING)
	if err != nil {
		return nil, err
	}
	if q, err = s.k.decideQualification(ctx, q, who.officer.Id, m.Reason); err != nil {
		return nil, err
	}
	return &types.MsgReviewQualificationResponse{}, emitQualification(ctx, q)
}

func (s msgServer) RevokeQualification(ctx context.Context, m *types.MsgRevokeQualification) (*types.MsgRevokeQualificationResponse, error) {
	who, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	q, err := s.k.qualificationIn(ctx, m.QualificationId, types.QUALIFICATION_STATE_APPROVED)
	if err != nil {
		return nil, err
	}
	if q, err = s.k.revokeQualification(ctx, q, who.officer.Id, m.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRevokeQualificationResponse{}, emitQualification(ctx, q)
}

func emitEnterprise(ctx context.Context, e types.Enterprise) error {
	return emit(ctx, &types.EventEnterpriseChanged{EnterpriseId: e.Id, State: e.State})
}

func emitQualification(ctx context.Context, q types.Qualification) error {
	return emit(ctx, &types.EventQualificationChanged{QualificationId: q.Id, EnterpriseId: q.EnterpriseId, State: q.State})
}

func (s msgServer) UpdateParams(ctx context.Context, m *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	if err := s.k.Check(ctx, m); err != nil {
		return nil, err
	}
	if err := s.k.setParams(ctx, m.Params); err != nil {
		return nil, err
	}
	e := &types.EventParamsChanged{Quota: m.Params.Quota}
	for _, c := range m.Params.Categories {
		e.Categories = append(e.Categories, c.Code)
	}
	return &types.MsgUpdateParamsResponse{}, emit(ctx, e)
}
