package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func revoke(id uint64) *types.MsgRevokeQualification {
	return &types.MsgRevokeQualification{Officer: "reviewer", QualificationId: id, Reason: logtypes.REASON_UNLAWFUL_SOURCE}
}

func TestEN15ApplyQualification(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	f.member("a", id, "manager", types.RIGHT_MANAGE)
	f.member("a", id, "plain", types.RIGHT_DEPOSIT)
	f.refused(consortiumtypes.ErrNotPermitted, applyQualification("plain", id, 1))
	f.refused(types.ErrEnterpriseNotFound, applyQualification("a", 9, 1))
	for _, bad := range [][]uint32{nil, {0}, {7}, {2, 1}, {1, 1}, {1, 2, 3, 4, 5, 6, 6}} {
		f.refused(types.ErrInvalidCategories, applyQualification("a", id, bad...), "expected")
	}
	m := applyQualification("a", id, 1)
	m.TemplateVersion = 0
	f.refused(types.ErrInvalid, m, "template_version")
	m = applyQualification("a", id, 1)
	m.FormCommitment = nil
	f.refused(consortiumtypes.ErrInvalidField, m, "form_commitment")

	require.Equal(t, uint64(1), f.asked("manager", id, 1, 6))
	f.refused(types.ErrPending, applyQualification("a", id, 2), "enterprise 1")
}

func TestEN16ReviewQualification(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	q := f.asked("a", id, 1, 3)
	f.refused(types.ErrQualificationNotFound, &types.MsgReviewQualification{Officer: "reviewer", QualificationId: 9, Approve: true})
	f.refused(consortiumtypes.ErrInvalidField, &types.MsgReviewQualification{Officer: "reviewer", QualificationId: q}, "reason")
	f.refused(consortiumtypes.ErrNotPermitted, &types.MsgReviewQualification{Officer: "registrar", QualificationId: q, Approve: true})

	no := &types.MsgReviewQualification{Officer: "reviewer", QualificationId: q, Reason: logtypes.REASON_OUTSIDE_CAPABILITY}
	f.must(no)
	entry := logtypes.QualificationDecided{
		QualificationId: q, EnterpriseId: id, OfficerId: f.consortium.officers["reviewer"].Id, Reason: logtypes.REASON_OUTSIDE_CAPABILITY,
		Categories: []uint32{1, 3}, FormCommitment: commitment("form"), TemplateVersion: 1,
	}
	require.Equal(t, &entry, f.log.last().GetQualificationDecided())
	require.ErrorIs(t, f.k.CheckQualified(f.ctx, id, 1), types.ErrNotQualified)
	f.refused(types.ErrState, no, "expected pending, got rejected")

	q = f.qualified("a", id, 1, 3)
	entry.QualificationId, entry.Approved, entry.Reason = q, true, 0
	require.Equal(t, &entry, f.log.last().GetQualificationDecided())
	require.NoError(t, f.k.CheckQualified(f.ctx, id, 1))
	require.NoError(t, f.k.CheckQualified(f.ctx, id, 3))
}

// A reviewer with any part in the enterprise decides nothing about it.
func TestEN16Impartial(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	q := f.asked("a", id, 1)
	f.member("a", id, "reviewer", types.RIGHT_VIEW)
	yes := &types.MsgReviewQualification{Officer: "reviewer", QualificationId: q, Approve: true}
	f.refused(consortiumtypes.ErrNotPermitted, yes, "without part")
	f.must(remove("a", id, f.consortium.keys["reviewer"].UserId))
	f.must(yes)
	f.must(join("reviewer", id))
	f.refused(consortiumtypes.ErrNotPermitted, revoke(q), "without part")
}

func TestEN17LaterApprovalReplaces(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	first := f.qualified("a", id, 1, 2)
	second := f.qualified("a", id, 2, 3)

	f.must(revoke(first))
	require.Equal(t, &logtypes.QualificationRevoked{
		QualificationId: first, EnterpriseId: id, OfficerId: f.consortium.officers["reviewer"].Id, Reason: logtypes.REASON_UNLAWFUL_SOURCE,
	}, f.log.last().GetQualificationRevoked())
	require.ErrorIs(t, f.k.CheckQualified(f.ctx, id, 1), types.ErrNotQualified)
	require.NoError(t, f.k.CheckQualified(f.ctx, id, 2), "the later approval holds it")
	require.NoError(t, f.k.CheckQualified(f.ctx, id, 3))

	f.must(revoke(second))
	require.ErrorIs(t, f.k.CheckQualified(f.ctx, id, 2), types.ErrNotQualified)
	f.refused(types.ErrState, revoke(second), "expected approved, got revoked")
	f.refused(consortiumtypes.ErrInvalidField, &types.MsgRevokeQualification{Officer: "reviewer", QualificationId: second}, "reason")
}

func TestEN17RevokingTheLaterBringsNothingBack(t *testing.T) {
	f := newFixture(t)
	id := f.certified("a")
	f.qualified("a", id, 1, 2)
	later := f.qualified("a", id, 2)
	f.must(revoke(later))
	require.ErrorIs(t, f.k.CheckQualified(f.ctx, id, 2), types.ErrNotQualified)
	require.NoError(t, f.k.CheckQualified(f.ctx, id, 1))
}

func TestEN18CheckQualified(t *testing.T) {
	f := newFixture(t)
	id, other := f.certified("a"), f.certified("b")
	f.qualified("a", id, 1)
	require.NoError(t, f.k.CheckQualified(f.ctx, id, 1))
	require.ErrorIs(t, f.k.CheckQualified(f.ctx, other, 1), types.ErrNotQualified)
	err := f.k.CheckQualified(f.ctx, id, 2)
	require.ErrorIs(t, err, types.ErrNotQualified)
	require.ErrorContains(t, err, "biomedicine 生物医药")
	require.ErrorContains(t, err, "inkd tx enterprise apply-qualification 1 biomedicine")
	require.ErrorIs(t, f.k.CheckQualified(f.ctx, id, 99), types.ErrInvalidCategories)
}
