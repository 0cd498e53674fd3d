package keeper

import (
	"context"
	"encoding/hex"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/inkchain/inkd/x/consortium/types"
)

func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	p, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: p}, err
}

func (s queryServer) Proposal(ctx context.Context, req *types.QueryProposalRequest) (*types.QueryProposalResponse, error) {
	p, err := s.k.Proposal(ctx, req.Id)
	if err != nil {
		return nil, notFound(err)
	}
	t, err := s.k.tally(ctx, p)
	return &types.QueryProposalResponse{Proposal: p, Approving: t.Approving, Rejecting: t.Rejecting, Total: t.Total}, err
}

func (s queryServer) Proposals(ctx context.Context, req *types.QueryProposalsRequest) (*types.QueryProposalsResponse, error) {
	page, err := CheckPage(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := query.CollectionFilteredPaginate(ctx, s.k.proposals, page,
		func(_ uint64, p types.Proposal) (bool, error) {
			return req.Status == types.PROPOSAL_STATUS_UNSPECIFIED || p.Status == req.Status, nil
		},
		func(_ uint64, p types.Proposal) (types.Proposal, error) { return p, nil })
	return &types.QueryProposalsResponse{Proposals: list, Pagination: next}, err
}

func (s queryServer) Validators(ctx context.Context, _ *types.QueryValidatorsRequest) (*types.QueryValidatorsResponse, error) {
	given, err := s.k.given(ctx)
	if err != nil {
		return nil, err
	}
	decided, err := s.k.decided(ctx)
	if err != nil {
		return nil, err
	}
	due, err := s.k.routineDue(ctx)
	return &types.QueryValidatorsResponse{
		Validators: given, Waiting: types.Waiting(given, decided), NextRoutineHeight: max(due, height(ctx)+1),
	}, err
}

func (s queryServer) ConsensusKey(ctx context.Context, req *types.QueryConsensusKeyRequest) (*types.QueryConsensusKeyResponse, error) {
	address, err := hex.DecodeString(req.Address)
	if err != nil || len(address) != 20 {
		return nil, status.Errorf(codes.InvalidArgument, "address: expected 40 hexadecimal digits, got %d characters", len(req.Address))
	}
	c, err := s.k.consensusKeys.Get(ctx, addressKey(address))
	if errors.Is(err, collections.ErrNotFound) {
		return nil, status.Errorf(codes.NotFound, "expected the address of a consensus key that is or was an institution's, got %x", address)
	}
	return &types.QueryConsensusKeyResponse{ConsensusKey: c}, err
}

// ValidatorSet finds the set at or before the height.
func (s queryServer) ValidatorSet(ctx context.Context, req *types.QueryValidatorSetRequest) (*types.QueryValidatorSetResponse, error) {
	resp := &types.QueryValidatorSetResponse{}
	found := false
	err := s.k.sets.Walk(ctx, new(collections.Range[uint64]).EndInclusive(req.Height).Descending(),
		func(_ uint64, v types.ValidatorSet) (bool, error) {
			resp.ValidatorSet, found = v, true
			return true, nil
		})
	if err == nil && !found {
		err = status.Errorf(codes.NotFound, "expected a height from the first block on, got %d", req.Height)
	}
	return resp, err
}

func (s queryServer) ValidatorSets(ctx context.Context, req *types.QueryValidatorSetsRequest) (*types.QueryValidatorSetsResponse, error) {
	list, page, err := paginate(ctx, s.k.sets, req.Pagination)
	return &types.QueryValidatorSetsResponse{ValidatorSets: list, Pagination: page}, err
}

func (s queryServer) Uptime(ctx context.Context, req *types.QueryUptimeRequest) (*types.QueryUptimeResponse, error) {
	page, err := CheckPage(req.Pagination)
	if err != nil {
		return nil, err
	}
	page.Reverse = !page.Reverse // the latest first
	list, next, err := query.CollectionPaginate(ctx, s.k.uptimes, page,
		func(_ collections.Pair[uint64, uint64], u types.Uptime) (types.Uptime, error) { return u, nil },
		query.WithCollectionPaginationPairPrefix[uint64, uint64](req.InstitutionId))
	if err != nil {
		return nil, err
	}
	resp := &types.QueryUptimeResponse{Uptimes: list, Pagination: next}
	w, err := s.k.window.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return resp, nil
	}
	for _, m := range w.Members {
		if m.InstitutionId == req.InstitutionId {
			m.FirstHeight = w.FirstHeight
			resp.Window = &m
		}
	}
	return resp, err
}
