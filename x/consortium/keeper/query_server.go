package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/inkchain/inkd/x/consortium/types"
)

// Page limits of the whole chain: a page costs what it shows.
const (
	MaxPageLimit  = 100
	MaxPageOffset = 10_000
)

type queryServer struct{ k *Keeper }

// NewQueryServer answers queries from the consortium's state.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

func (s queryServer) Institution(ctx context.Context, req *types.QueryInstitutionRequest) (*types.QueryInstitutionResponse, error) {
	in, err := s.k.Institution(ctx, req.Id)
	if err != nil {
		return nil, notFound(err)
	}
	return &types.QueryInstitutionResponse{Institution: in}, nil
}

func (s queryServer) Institutions(ctx context.Context, req *types.QueryInstitutionsRequest) (*types.QueryInstitutionsResponse, error) {
	list, page, err := paginate(ctx, s.k.institutions, req.Pagination)
	if err != nil {
		return nil, err
	}
	return &types.QueryInstitutionsResponse{Institutions: list, Pagination: page}, nil
}

func (s queryServer) Officer(ctx context.Context, req *types.QueryOfficerRequest) (*types.QueryOfficerResponse, error) {
	o, err := s.k.Officer(ctx, req.Id)
	if err != nil {
		return nil, notFound(err)
	}
	return &types.QueryOfficerResponse{Officer: o}, nil
}

func (s queryServer) Officers(ctx context.Context, req *types.QueryOfficersRequest) (*types.QueryOfficersResponse, error) {
	list, page, err := paginate(ctx, s.k.officers, req.Pagination)
	if err != nil {
		return nil, err
	}
	return &types.QueryOfficersResponse{Officers: list, Pagination: page}, nil
}

func (s queryServer) Key(ctx context.Context, req *types.QueryKeyRequest) (*types.QueryKeyResponse, error) {
	key, err := s.k.Key(ctx, req.Id)
	if err != nil {
		return nil, notFound(err)
	}
	return &types.QueryKeyResponse{Key: key}, nil
}

func (s queryServer) KeyByAddress(ctx context.Context, req *types.QueryKeyByAddressRequest) (*types.QueryKeyResponse, error) {
	key, err := s.k.KeyOf(ctx, req.Address)
	// Whose a key was stays known after it is retired.
	if err != nil && !types.ErrKeyRetired.Is(err) {
		return nil, notFound(err)
	}
	return &types.QueryKeyResponse{Key: key}, nil
}

// CheckPage refuses pages that would cost more than they show, and gives an empty
// request the default limit.
func CheckPage(p *query.PageRequest) (*query.PageRequest, error) {
	if p == nil {
		p = &query.PageRequest{}
	}
	if p.Limit > MaxPageLimit {
		return nil, status.Errorf(codes.InvalidArgument, "pagination.limit: expected at most %d, got %d", MaxPageLimit, p.Limit)
	}
	if p.Offset > MaxPageOffset {
		return nil, status.Errorf(codes.InvalidArgument, "pagination.offset: expected at most %d, got %d: use pagination.key", MaxPageOffset, p.Offset)
	}
	if p.CountTotal {
		return nil, status.Error(codes.InvalidArgument, "pagination.count_total: expected false, counting walks the whole table")
	}
	if p.Limit == 0 {
		p.Limit = MaxPageLimit
	}
	return p, nil
}

func paginate[V any](ctx context.Context, m collections.Map[uint64, V], p *query.PageRequest) ([]V, *query.PageResponse, error) {
	p, err := CheckPage(p)
	if err != nil {
		return nil, nil, err
	}
	return query.CollectionPaginate(ctx, m, p, func(_ uint64, v V) (V, error) { return v, nil })
}

// notFound gives a missing value the gRPC code that REST turns into 404.
func notFound(err error) error {
	if types.ErrNotFound.Is(err) || types.ErrUnknownSigner.Is(err) {
		return status.Error(codes.NotFound, err.Error())
	}
	return err
}
