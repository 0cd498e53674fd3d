package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/inkchain/inkd/x/enterprise/types"
)

func TestEN22Rows(t *testing.T) {
	w := newWorld(t)
	p, err := w.query.Params(w.ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, types.DefaultParams(), p.Params)
	u, err := w.query.UserByAddress(w.ctx, &types.QueryUserByAddressRequest{Address: "target"})
	require.NoError(t, err)
	require.Equal(t, w.target, u.User.Id)
	m, err := w.query.Member(w.ctx, &types.QueryMemberRequest{EnterpriseId: w.enterprise, UserId: w.target})
	require.NoError(t, err)
	require.Equal(t, []types.Right{types.RIGHT_VIEW}, m.Member.Rights)
	q, err := w.query.Qualification(w.ctx, &types.QueryQualificationRequest{Id: w.usedQualification})
	require.NoError(t, err)
	require.Equal(t, types.QUALIFICATION_STATE_APPROVED, q.Qualification.State)
}

func TestEN22NotFound(t *testing.T) {
	f := newFixture(t)
	_, user := f.query.User(f.ctx, &types.QueryUserRequest{Id: 9})
	_, address := f.query.UserByAddress(f.ctx, &types.QueryUserByAddressRequest{Address: "registrar"})
	_, unknown := f.query.UserByAddress(f.ctx, &types.QueryUserByAddressRequest{Address: "nobody"})
	_, enterprise := f.query.Enterprise(f.ctx, &types.QueryEnterpriseRequest{Id: 9})
	_, code := f.query.EnterpriseByUscc(f.ctx, &types.QueryEnterpriseByUsccRequest{Uscc: uscc(9)})
	_, member := f.query.Member(f.ctx, &types.QueryMemberRequest{EnterpriseId: 1, UserId: 1})
	_, members := f.query.Members(f.ctx, &types.QueryMembersRequest{EnterpriseId: 9})
	_, memberships := f.query.Memberships(f.ctx, &types.QueryMembershipsRequest{UserId: 9})
	_, qualification := f.query.Qualification(f.ctx, &types.QueryQualificationRequest{Id: 9})
	_, quota := f.query.Quota(f.ctx, &types.QueryQuotaRequest{EnterpriseId: 9})
	for i, err := range []error{user, address, unknown, enterprise, code, member, members, memberships, qualification, quota} {
		require.Equal(t, codes.NotFound, status.Code(err), "%d: %s", i, err)
	}
	_, err := f.query.EnterpriseByUscc(f.ctx, &types.QueryEnterpriseByUsccRequest{Uscc: "1"})
	require.Equal(t, codes.InvalidArgument, status.Code(err))
}

func TestEN22Pages(t *testing.T) {
	w := newWorld(t)
	all, err := w.query.Members(w.ctx, &types.QueryMembersRequest{EnterpriseId: w.enterprise})
	require.NoError(t, err)
	require.Len(t, all.Members, 10)
	var paged []types.Member
	page := &query.PageRequest{Limit: 3}
	for {
		part, err := w.query.Members(w.ctx, &types.QueryMembersRequest{EnterpriseId: w.enterprise, Pagination: page})
		require.NoError(t, err)
		paged = append(paged, part.Members...)
		if len(part.Pagination.NextKey) == 0 {
			break
		}
		page = &query.PageRequest{Limit: 3, Key: part.Pagination.NextKey}
	}
	require.Equal(t, all.Members, paged, "pages end at the enterprise")

	for _, bad := range []*query.PageRequest{{Limit: 101}, {Offset: 10_001}, {CountTotal: true}} {
		_, enterprises := w.query.Enterprises(w.ctx, &types.QueryEnterprisesRequest{Pagination: bad})
		_, members := w.query.Members(w.ctx, &types.QueryMembersRequest{EnterpriseId: w.enterprise, Pagination: bad})
		_, qualifications := w.query.Qualifications(w.ctx, &types.QueryQualificationsRequest{Pagination: bad})
		for _, err := range []error{enterprises, members, qualifications} {
			require.Equal(t, codes.InvalidArgument, status.Code(err))
		}
	}
	request := &query.PageRequest{}
	got, err := w.query.Enterprises(w.ctx, &types.QueryEnterprisesRequest{Pagination: request})
	require.NoError(t, err)
	require.Len(t, got.Enterprises, 4)
	require.Zero(t, request.Limit, "the caller's request is not changed")
}
