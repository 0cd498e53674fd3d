package keeper

import (
	"context"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// The messages of this file are carried out by decision only: their signer is the
// consortium itself.

func (s msgServer) AdmitInstitution(ctx context.Context, m *types.MsgAdmitInstitution) (*types.MsgAdmitInstitutionResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	f := types.GenesisInstitution{
		Name: m.Name, Kind: m.Kind, Uscc: m.Uscc, OperatorKey: m.OperatorKey, OperatorCustody: m.OperatorCustody,
		ConsensusKey: m.ConsensusKey, Power: m.Power,
	}
	if err := s.k.checkAdmission(ctx, f); err != nil {
		return nil, err
	}
	id, err := s.k.admit(ctx, f)
	return &types.MsgAdmitInstitutionResponse{InstitutionId: id}, err
}

func (s msgServer) SuspendInstitution(ctx context.Context, m *types.MsgSuspendInstitution) (*types.MsgSuspendInstitutionResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	in, err := s.k.checkSuspension(ctx, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgSuspendInstitutionResponse{}, s.k.suspend(ctx, in, m.Reason)
}

func (s msgServer) ReadmitInstitution(ctx context.Context, m *types.MsgReadmitInstitution) (*types.MsgReadmitInstitutionResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	in, err := s.k.checkReadmission(ctx, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgReadmitInstitutionResponse{}, s.k.readmit(ctx, in, m)
}

func (s msgServer) RemoveInstitution(ctx context.Context, m *types.MsgRemoveInstitution) (*types.MsgRemoveInstitutionResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	in, err := s.k.checkRemoval(ctx, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgRemoveInstitutionResponse{}, s.k.remove(ctx, in, m.Reason)
}

func (s msgServer) SetPower(ctx context.Context, m *types.MsgSetPower) (*types.MsgSetPowerResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	in, err := s.k.checkPower(ctx, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgSetPowerResponse{}, s.k.setPower(ctx, in, m.Power, logtypes.REASON_UNSPECIFIED)
}

func (s msgServer) ReplaceOperator(ctx context.Context, m *types.MsgReplaceOperator) (*types.MsgReplaceOperatorResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	in, err := s.k.checkReplacement(ctx, m)
	if err != nil {
		return nil, err
	}
	id, err := s.k.replaceOperator(ctx, in, m)
	return &types.MsgReplaceOperatorResponse{KeyId: id}, err
}

func (s msgServer) ResetOfficer(ctx context.Context, m *types.MsgResetOfficer) (*types.MsgResetOfficerResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	o, err := s.k.checkReset(ctx, m)
	if err != nil {
		return nil, err
	}
	id, err := s.k.reset(ctx, o, m)
	return &types.MsgResetOfficerResponse{OfficerId: id}, err
}

func (s msgServer) UpdateParams(ctx context.Context, m *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	if err := m.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.params.Set(ctx, m.Params)
}
