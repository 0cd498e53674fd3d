package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

type msgServer struct{ k *Keeper }

// NewMsgServer handles the module's messages.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

func (s msgServer) AppointOfficer(ctx context.Context, m *types.MsgAppointOfficer) (*types.MsgAppointOfficerResponse, error) {
	in, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.checkAppointment(ctx, m, in); err != nil {
		return nil, err
	}
	o, err := s.k.appoint(ctx, in.Id, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgAppointOfficerResponse{OfficerId: o.Id, KeyId: o.KeyId}, nil
}

func (s msgServer) DismissOfficer(ctx context.Context, m *types.MsgDismissOfficer) (*types.MsgDismissOfficerResponse, error) {
	if _, err := s.k.authorise(ctx, m); err != nil {
		return nil, err
	}
	o, err := s.k.checkDismissal(ctx, m)
	if err != nil {
		return nil, err
	}
	return &types.MsgDismissOfficerResponse{}, s.k.dismiss(ctx, o, m.Reason)
}

func (s msgServer) RotateConsensusKey(ctx context.Context, m *types.MsgRotateConsensusKey) (*types.MsgRotateConsensusKeyResponse, error) {
	in, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.checkRotation(ctx, m, in); err != nil {
		return nil, err
	}
	return &types.MsgRotateConsensusKeyResponse{}, s.k.rotate(ctx, in, m.ConsensusKey)
}

func (s msgServer) PublishDigest(ctx context.Context, m *types.MsgPublishDigest) (*types.MsgPublishDigestResponse, error) {
	in, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := checkDigest(m); err != nil {
		return nil, err
	}
	e, err := s.k.log.Append(ctx, &logtypes.Entry_InstitutionDigest{InstitutionDigest: &logtypes.InstitutionDigest{
		InstitutionId: in.Id, Topic: m.Topic, Digest: m.Digest,
	}})
	if err != nil {
		return nil, err
	}
	return &types.MsgPublishDigestResponse{Seq: e.Seq}, nil
}

func (s msgServer) Propose(ctx context.Context, m *types.MsgPropose) (*types.MsgProposeResponse, error) {
	in, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.checkProposal(ctx, m, in); err != nil {
		return nil, err
	}
	p, err := s.k.propose(ctx, in, m)
	if err != nil {
		return nil, err
	}
	status, err := s.k.vote(ctx, p, in, types.VOTE_CHOICE_APPROVE)
	return &types.MsgProposeResponse{ProposalId: p.Id, Status: status}, err
}

func (s msgServer) Vote(ctx context.Context, m *types.MsgVote) (*types.MsgVoteResponse, error) {
	in, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	p, err := s.k.checkVote(ctx, m, in)
	if err != nil {
		return nil, err
	}
	status, err := s.k.vote(ctx, p, in, m.Choice)
	return &types.MsgVoteResponse{Status: status}, err
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
