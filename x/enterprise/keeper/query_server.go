package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/query"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
)

// Limits of a page: it costs what it shows.
const (
	maxPage   = 100
	maxOffset = 10_000
)

type queryServer struct{ k *Keeper }

// NewQueryServer answers the module's queries.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	former, err := rows(ctx, s.k.former)
	return &types.QueryParamsResponse{Params: p, Former: former}, err
}

func (s queryServer) User(ctx context.Context, q *types.QueryUserRequest) (*types.QueryUserResponse, error) {
	u, err := s.k.User(ctx, q.Id)
	return &types.QueryUserResponse{User: u}, err
}

func (s queryServer) UserByAddress(ctx context.Context, q *types.QueryUserByAddressRequest) (*types.QueryUserResponse, error) {
	key, err := s.k.consortium.KeyOf(ctx, q.Address)
	if err != nil && !errorsmod.IsOf(err, consortiumtypes.ErrUnknownSigner, consortiumtypes.ErrKeyRetired) {
		return nil, err
	}
	if err != nil || key.UserId == 0 {
		return nil, errorsmod.Wrap(types.ErrUserNotFound, "expected the address of a user's key, got another")
	}
	return s.User(ctx, &types.QueryUserRequest{Id: key.UserId})
}

func (s queryServer) Enterprise(ctx context.Context, q *types.QueryEnterpriseRequest) (*types.QueryEnterpriseResponse, error) {
	e, err := s.k.Enterprise(ctx, q.Id)
	return &types.QueryEnterpriseResponse{Enterprise: e}, err
}

func (s queryServer) EnterpriseByUscc(ctx context.Context, q *types.QueryEnterpriseByUsccRequest) (*types.QueryEnterpriseResponse, error) {
	if err := types.CheckUSCC(q.Uscc); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	id, err := load(ctx, s.k.byUSCC, types.USCCKey(q.Uscc),
		types.ErrEnterpriseNotFound, "expected the code of a certified enterprise, got %s", q.Uscc)
	if err != nil {
		return nil, err
	}
	return s.Enterprise(ctx, &types.QueryEnterpriseRequest{Id: id})
}

func (s queryServer) Enterprises(ctx context.Context, q *types.QueryEnterprisesRequest) (*types.QueryEnterprisesResponse, error) {
	rows, page, err := paginate(ctx, s.k.enterprises, q.Pagination)
	return &types.QueryEnterprisesResponse{Enterprises: rows, Pagination: page}, err
}

func (s queryServer) Member(ctx context.Context, q *types.QueryMemberRequest) (*types.QueryMemberResponse, error) {
	m, err := s.k.Member(ctx, q.EnterpriseId, q.UserId)
	return &types.QueryMemberResponse{Member: m}, err
}

func (s queryServer) Members(ctx context.Context, q *types.QueryMembersRequest) (*types.QueryMembersResponse, error) {
	if _, err := s.k.Enterprise(ctx, q.EnterpriseId); err != nil {
		return nil, err
	}
	rows, page, err := paginate(ctx, s.k.members, q.Pagination, query.WithCollectionPaginationPairPrefix[uint64, uint64](q.EnterpriseId))
	return &types.QueryMembersResponse{Members: rows, Pagination: page}, err
}

func (s queryServer) Memberships(ctx context.Context, q *types.QueryMembershipsRequest) (*types.QueryMembershipsResponse, error) {
	if _, err := s.k.User(ctx, q.UserId); err != nil {
		return nil, err
	}
	answer := new(types.QueryMembershipsResponse)
	err := s.k.memberships.Walk(ctx, collections.NewPrefixedPairRange[uint64, uint64](q.UserId), func(key pair, _ uint64) (bool, error) {
		m, err := s.k.Member(ctx, key.K2(), q.UserId)
		answer.Members = append(answer.Members, m)
		return err != nil, err
	})
	return answer, err
}

func (s queryServer) Qualification(ctx context.Context, q *types.QueryQualificationRequest) (*types.QueryQualificationResponse, error) {
	row, err := s.k.Qualification(ctx, q.Id)
	return &types.QueryQualificationResponse{Qualification: row}, err
}

func (s queryServer) Qualifications(ctx context.Context, q *types.QueryQualificationsRequest) (*types.QueryQualificationsResponse, error) {
	rows, page, err := paginate(ctx, s.k.qualifications, q.Pagination)
	return &types.QueryQualificationsResponse{Qualifications: rows, Pagination: page}, err
}

func (s queryServer) Quota(ctx context.Context, q *types.QueryQuotaRequest) (*types.QueryQuotaResponse, error) {
	use, quota, err := s.k.quotaToday(ctx, q.EnterpriseId)
	if err != nil {
		return nil, err
	}
	return &types.QueryQuotaResponse{Quota: quota, Used: use.Used, RefillsAt: uint64(consortiumtypes.RefillsAt(use.Day))}, nil
}

// paginate is one page of a table.
func paginate[K, V any](ctx context.Context, table collections.Map[K, V], req *query.PageRequest, opts ...func(*query.CollectionsPaginateOptions[K])) ([]V, *query.PageResponse, error) {
	page, err := checkPage(req)
	if err != nil {
		return nil, nil, err
	}
	return query.CollectionPaginate(ctx, table, page, func(_ K, row V) (V, error) { return row, nil }, opts...)
}

// checkPage gives a request its default limit and refuses one that costs more
// than it shows.
func checkPage(req *query.PageRequest) (*query.PageRequest, error) {
	page := query.PageRequest{Limit: maxPage}
	if req == nil {
		return &page, nil
	}
	page = *req
	switch {
	case page.Limit > maxPage:
		return nil, status.Errorf(codes.InvalidArgument, "pagination.limit: expected at most %d, got %d", maxPage, page.Limit)
	case page.Offset > maxOffset:
		return nil, status.Errorf(codes.InvalidArgument, "pagination.offset: expected at most %d, got %d: use pagination.key", maxOffset, page.Offset)
	case page.CountTotal:
		return nil, status.Error(codes.InvalidArgument, "pagination.count_total: expected false: counting walks the whole table")
	case page.Limit == 0:
		page.Limit = maxPage
	}
	return &page, nil
}
