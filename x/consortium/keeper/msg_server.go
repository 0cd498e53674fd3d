package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/inkchain/inkd/x/consortium/types"
)

type msgServer struct {
	*types.UnimplementedMsgServer
	k *Keeper
}

// NewMsgServer handles the module's messages.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k: k} }

func (s msgServer) AppointOfficer(ctx context.Context, m *types.MsgAppointOfficer) (*types.MsgAppointOfficerResponse, error) {
	in, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := checkAppointment(m, in); err != nil {
		return nil, err
	}
	o, err := s.k.appoint(ctx, in.Id, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgAppointOfficerResponse{OfficerId: o.Id, KeyId: o.KeyId},
		emit(ctx, &types.EventOfficerAppointed{OfficerId: o.Id, InstitutionId: in.Id})
}

func (s msgServer) DismissOfficer(ctx context.Context, m *types.MsgDismissOfficer) (*types.MsgDismissOfficerResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	o, err := s.k.checkDismissal(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.dismiss(ctx, o, m.Reason); err != nil {
		return nil, err
	}
	return &types.MsgDismissOfficerResponse{},
		emit(ctx, &types.EventOfficerDismissed{OfficerId: o.Id, InstitutionId: o.InstitutionId})
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
