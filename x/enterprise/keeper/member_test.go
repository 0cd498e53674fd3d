package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func admit(manager string, enterprise, user uint64, rights ...types.Right) *types.MsgReviewMembership {
	return &types.MsgReviewMembership{Manager: manager, EnterpriseId: enterprise, UserId: user, Approve: true, Rights: rights}
}

func turnDown(manager string, enterprise, user uint64) *types.MsgReviewMembership {
	return &types.MsgReviewMembership{Manager: manager, EnterpriseId: enterprise, UserId: user, Reason: logtypes.REASON_OTHER}
}

func rights(manager string, enterprise, user uint64, list ...types.Right) *types.MsgSetRights {
	return &types.MsgSetRights{Manager: manager, EnterpriseId: enterprise, UserId: user, Rights: list}
}

func remove(manager string, enterprise, user uint64) *types.MsgRemoveMember {
	return &types.MsgRemoveMember{Manager: manager, EnterpriseId: enterprise, UserId: user}
}

func TestEN11ApplyMembership(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	b := f.user("b")
	f.refused(types.ErrEnterpriseNotFound, join("b", 9), "unknown enterprise")
	f.refused(consortiumtypes.ErrNotPermitted, join("registrar", id), "expected the key of a user")
	f.refused(consortiumtypes.ErrNotPermitted, join("nobody", id))
	f.refused(types.ErrState, join("a", id), "got active")
	bad := join("b", id)
	bad.FormCommitment = []byte{1}
	f.refused(consortiumtypes.ErrInvalidField, bad, "form_commitment")

	f.must(join("b", id))
	f.refused(types.ErrState, join("b", id), "got applied")
	f.must(turnDown("a", id, b))
	m, err := f.k.Member(f.ctx, id, b)
	require.NoError(t, err)
	require.Equal(t, uint32(logtypes.REASON_OTHER), m.Reason)
	f.must(join("b", id))
	m, err = f.k.Member(f.ctx, id, b)
	require.NoError(t, err)
	require.Equal(t, types.Member{EnterpriseId: id, UserId: b, State: types.MEMBER_STATE_APPLIED, FormCommitment: commitment("b")}, m)
	f.must(admit("a", id, b, types.RIGHT_VIEW))
	f.refused(types.ErrState, join("b", id), "got active")
	f.must(remove("a", id, b))
	f.must(join("b", id))
}

func TestEN11MembershipsOfAUser(t *testing.T) {
	f := newFixture(t)
	b := f.user("b")
	for i := range types.MaxMemberships {
		f.must(join("b", f.certified(fmt.Sprint("a", i))))
	}
	one := f.certified("one-more")
	f.refused(types.ErrCapReached, join("b", one), "32")
	f.refused(types.ErrCapReached, applyFor("b", "南通另一", uscc(900)), "32")
	f.must(turnDown("a0", 1, b))
	f.must(join("b", one))
	f.must(turnDown("one-more", one, b))

	// A certification needs room too: the applicant filled up while waiting.
	own := f.pending("b", "南通另一", uscc(900))
	f.must(join("b", one))
	f.refused(types.ErrCapReached, approve(own), "32")
	f.must(turnDown("one-more", one, b))
	f.must(approve(own))
}

func TestEN11PendingOfAnEnterprise(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	var first uint64
	for i := range types.MaxPendingMembers {
		user := f.user(fmt.Sprint("u", i))
		if i == 0 {
			first = user
		}
		f.must(join(fmt.Sprint("u", i), id))
	}
	f.user("late")
	f.refused(types.ErrCapReached, join("late", id), "1000")
	f.must(admit("a", id, first, types.RIGHT_VIEW))
	f.must(join("late", id))
}

func TestEN12Managers(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	manager := f.member("a", id, "manager", types.RIGHT_MANAGE)
	second := f.member("a", id, "second", types.RIGHT_MANAGE, types.RIGHT_VIEW)
	plain := f.member("manager", id, "plain", types.RIGHT_DEPOSIT)
	admin := f.consortium.keys["a"].UserId

	f.must(rights("manager", id, plain, types.RIGHT_VIEW))
	f.refused(consortiumtypes.ErrNotPermitted, rights("manager", id, plain, types.RIGHT_MANAGE), "administrator", "manage")
	f.refused(consortiumtypes.ErrNotPermitted, rights("manager", id, second, types.RIGHT_VIEW))
	f.refused(consortiumtypes.ErrNotPermitted, remove("manager", id, second))
	f.refused(consortiumtypes.ErrNotPermitted, rights("manager", id, manager, types.AllRights()...))
	f.refused(consortiumtypes.ErrNotPermitted, remove("manager", id, manager))
	for _, by := range []string{"a", "manager"} {
		f.refused(consortiumtypes.ErrNotPermitted, remove(by, id, admin), "other than the administrator")
		f.refused(consortiumtypes.ErrNotPermitted, rights(by, id, admin, types.RIGHT_VIEW))
	}
	f.user("new")
	f.must(join("new", id))
	newcomer := f.consortium.keys["new"].UserId
	f.refused(consortiumtypes.ErrNotPermitted, admit("manager", id, newcomer, types.RIGHT_MANAGE))
	f.must(admit("a", id, newcomer, types.RIGHT_MANAGE))
	f.must(rights("a", id, newcomer, types.RIGHT_VIEW))
	f.refused(consortiumtypes.ErrNotPermitted, remove("new", id, plain))
	f.must(remove("manager", id, newcomer))

	// Rights end at the enterprise.
	f.certified("other")
	f.refused(consortiumtypes.ErrNotPermitted, remove("other", id, plain))
	f.refused(types.ErrMemberNotFound, remove("a", id, 999), "user 999")
}

func TestEN13Rights(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	b := f.user("b")
	f.must(join("b", id))
	for _, bad := range [][]types.Right{
		nil, {0}, {6}, {-1}, {2, 1}, {1, 1}, {1, 2, 3, 4, 5, 5},
	} {
		f.refused(types.ErrInvalidRights, admit("a", id, b, bad...), "expected")
	}
	f.refused(types.ErrState, rights("a", id, b, types.RIGHT_VIEW), "expected active, got applied")
	f.refused(types.ErrState, remove("a", id, b), "expected active, got applied")

	no := turnDown("a", id, b)
	no.Rights = []types.Right{types.RIGHT_VIEW}
	f.refused(types.ErrInvalidRights, no)
	f.refused(consortiumtypes.ErrInvalidField, &types.MsgReviewMembership{Manager: "a", EnterpriseId: id, UserId: b}, "reason")

	f.must(admit("a", id, b, types.RIGHT_DEPOSIT, types.RIGHT_VIEW))
	admin := f.consortium.keys["a"].UserId
	require.Equal(t, &logtypes.MemberGranted{EnterpriseId: id, UserId: b, Rights: []uint32{1, 5}, GrantedBy: admin}, f.log.last().GetMemberGranted())
	f.refused(types.ErrState, admit("a", id, b, types.RIGHT_DEPOSIT), "expected applied, got active")
	f.refused(types.ErrInvalidRights, rights("a", id, b))
	f.must(rights("a", id, b, types.RIGHT_CERTIFICATE))
	require.Equal(t, []uint32{2}, f.log.last().GetMemberGranted().Rights)
	_, err := f.k.AuthoriseMember(f.ctx, "b", id, types.RIGHT_DEPOSIT)
	require.ErrorIs(t, err, consortiumtypes.ErrNotPermitted)
	require.ErrorContains(t, err, "deposit")
	m, err := f.k.AuthoriseMember(f.ctx, "b", id, types.RIGHT_CERTIFICATE)
	require.NoError(t, err)
	require.Equal(t, b, m.UserId)
}

// Removal is effective for the very next message, in the same block and even in
// the same transaction.
func TestEN14RemovalAtOnce(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	b := f.member("a", id, "b", types.RIGHT_DEPOSIT, types.RIGHT_MANAGE)
	ctx, _ := f.ctx.CacheContext()
	_, err := f.k.AuthoriseMember(ctx, "b", id, types.RIGHT_DEPOSIT)
	require.NoError(t, err)
	_, err = f.msg.RemoveMember(ctx, remove("a", id, b))
	require.NoError(t, err)
	_, err = f.k.AuthoriseMember(ctx, "b", id, types.RIGHT_DEPOSIT)
	require.ErrorIs(t, err, consortiumtypes.ErrNotPermitted)
	_, err = f.msg.ApplyQualification(ctx, applyQualification("b", id, 1))
	require.ErrorIs(t, err, consortiumtypes.ErrNotPermitted)
	require.Equal(t, &logtypes.MemberRemoved{EnterpriseId: id, UserId: b, RemovedBy: f.consortium.keys["a"].UserId}, f.log.last().GetMemberRemoved())
	m, err := f.k.Member(ctx, id, b)
	require.NoError(t, err)
	require.Empty(t, m.Rights, "a later membership must not inherit rights")
}

// Who is the administrator, applied or is active has part in an enterprise; who
// was refused, removed or never asked has none, and user 0 is nobody.
func TestEN7Impartial(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	b := f.user("b")
	f.must(join("b", id))
	partial := map[uint64]bool{
		0: false, 99: false, f.consortium.keys["a"].UserId: true, b: true,
		f.member("a", id, "c", types.RIGHT_VIEW): true,
	}
	removed := f.member("a", id, "d", types.RIGHT_VIEW)
	f.must(remove("a", id, removed))
	partial[removed] = false
	f.user("applicant")
	application := f.pending("applicant", "南通申请", uscc(700))
	for user, refused := range partial {
		err := f.k.CheckImpartial(f.ctx, user, id)
		if refused {
			require.ErrorIs(t, err, consortiumtypes.ErrNotPermitted, "user %d", user)
			continue
		}
		require.NoError(t, err, "user %d", user)
	}
	require.ErrorIs(t, f.k.CheckImpartial(f.ctx, f.consortium.keys["applicant"].UserId, application), consortiumtypes.ErrNotPermitted)
	require.ErrorIs(t, f.k.CheckImpartial(f.ctx, 0, 77), types.ErrEnterpriseNotFound)
	f.must(turnDown("a", id, b))
	require.NoError(t, f.k.CheckImpartial(f.ctx, b, id))
}

// Setting the rights that a member has leaves no entry.
func TestEN13UnchangedRightsDoNotGrowTheLog(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	b := f.member("a", id, "b", types.RIGHT_DEPOSIT, types.RIGHT_VIEW)
	entries := len(f.log.entries)
	f.refused(types.ErrState, rights("a", id, b, types.RIGHT_DEPOSIT, types.RIGHT_VIEW), "expected other rights")
	require.Len(t, f.log.entries, entries)
	f.must(rights("a", id, b, types.RIGHT_DEPOSIT))
	f.refused(types.ErrState, rights("a", id, b, types.RIGHT_DEPOSIT))
	f.must(rights("a", id, b, types.RIGHT_DEPOSIT, types.RIGHT_VIEW))
	require.Len(t, f.log.entries, entries+2)
}

func TestEN20AuthoriseMember(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	_, err := f.k.AuthoriseMember(f.ctx, "a", 77, types.RIGHT_VIEW)
	require.ErrorIs(t, err, types.ErrEnterpriseNotFound)
	for _, stranger := range []string{"nobody", "registrar", "operator"} {
		_, err = f.k.AuthoriseMember(f.ctx, stranger, id, types.RIGHT_VIEW)
		require.ErrorIs(t, err, consortiumtypes.ErrNotPermitted)
	}
	_, err = f.k.AuthoriseMember(f.ctx, "a", id, types.RIGHT_UNSPECIFIED)
	require.ErrorIs(t, err, consortiumtypes.ErrNotPermitted)
}
