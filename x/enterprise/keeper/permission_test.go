package keeper_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// world is one enterprise with everybody in it, one that is suspended, and what
// they may act on.
type world struct {
	*fixture
	enterprise, suspended, other            uint64 // certified, suspended, certified
	application                             uint64 // a pending enterprise
	target, candidate                       uint64 // an active member with VIEW and an applicant, of both
	pendingQualification, usedQualification uint64 // of other
}

func newWorld(t *testing.T) world {
	w := world{fixture: newFixture(t)}
	w.enterprise, w.suspended, w.other = w.certified("administrator"), w.certified("suspended-administrator"), w.certified("other")
	for _, right := range types.AllRights() {
		w.member("administrator", w.enterprise, right.Word(), right)
	}
	w.user("applied")
	w.must(join("applied", w.enterprise))
	w.must(remove("administrator", w.enterprise, w.member("administrator", w.enterprise, "removed", types.AllRights()...)))
	w.member("suspended-administrator", w.suspended, "suspended-manager", types.AllRights()...)
	w.target, w.candidate = w.user("target"), w.user("candidate")
	w.must(join("target", w.enterprise))
	w.must(join("target", w.suspended))
	w.must(admit("administrator", w.enterprise, w.target, types.RIGHT_VIEW))
	w.must(admit("suspended-administrator", w.suspended, w.target, types.RIGHT_VIEW))
	w.must(join("candidate", w.enterprise))
	w.must(join("candidate", w.suspended))
	w.user("applicant")
	w.application = w.pending("applicant", "南通申请", uscc(500))
	w.usedQualification = w.qualified("other", w.other, 1)
	w.pendingQualification = w.asked("other", w.other, 2)
	w.suspend(w.suspended)
	w.user("user")
	return w
}

// columns are the signers, by address.
var columns = []string{
	"registrar", "enroller", "reviewer", "certifier", "administrator",
	"deposit", "certificate", "purchase", "manage", "view", "applied", "removed",
	"suspended-administrator", "suspended-manager", "user", "outsider", "operator", "consortium",
}

// row is a message by a signer, and who may send it.
type row struct {
	message func(w world, signer string, home uint64) sdk.Msg
	allowed []string
}

var (
	users    = []string{"administrator", "deposit", "certificate", "purchase", "manage", "view", "applied", "removed", "suspended-administrator", "suspended-manager", "user"}
	managers = []string{"administrator", "manage"}
)

var permissions = []row{
	{func(_ world, by string, _ uint64) sdk.Msg { return enrol(by, "new of "+by) }, []string{"registrar", "enroller"}},
	{func(_ world, by string, _ uint64) sdk.Msg { return applyFor(by, "南通新", uscc(600)) }, users},
	{func(w world, by string, _ uint64) sdk.Msg {
		return &types.MsgReviewEnterprise{Officer: by, EnterpriseId: w.application, Approve: true}
	}, []string{"registrar"}},
	{func(w world, by string, _ uint64) sdk.Msg {
		return &types.MsgSuspendEnterprise{Officer: by, EnterpriseId: w.enterprise, Reason: logtypes.REASON_BREACH}
	}, []string{"registrar"}},
	{func(w world, by string, _ uint64) sdk.Msg {
		return &types.MsgSetQuota{Officer: by, EnterpriseId: w.enterprise, Quota: 5}
	}, []string{"registrar"}},
	{func(w world, by string, _ uint64) sdk.Msg { return join(by, w.other) }, users},
	{func(w world, by string, home uint64) sdk.Msg { return admit(by, home, w.candidate, types.RIGHT_VIEW) }, managers},
	{func(w world, by string, home uint64) sdk.Msg { return rights(by, home, w.target, types.RIGHT_DEPOSIT) }, managers},
	{func(w world, by string, home uint64) sdk.Msg { return remove(by, home, w.target) }, managers},
	{func(_ world, by string, home uint64) sdk.Msg { return applyQualification(by, home, 3) }, managers},
	{func(w world, by string, _ uint64) sdk.Msg {
		return &types.MsgReviewQualification{Officer: by, QualificationId: w.pendingQualification, Approve: true}
	}, []string{"reviewer"}},
	{func(w world, by string, _ uint64) sdk.Msg {
		return &types.MsgRevokeQualification{Officer: by, QualificationId: w.usedQualification, Reason: logtypes.REASON_OTHER}
	}, []string{"reviewer"}},
	{func(_ world, by string, _ uint64) sdk.Msg { return update(by, types.DefaultParams()) }, []string{"consortium"}},
}

// Every message by every signer: allowed, or refused with the permission error
// itself, by Authorise and by the handler alike.
func TestPermissions(t *testing.T) {
	w := newWorld(t)
	require.Len(t, permissions, 13)
	start, entries := w.ctx, w.log.entries
	for _, r := range permissions {
		for _, signer := range columns {
			home := w.enterprise
			if signer == "suspended-administrator" || signer == "suspended-manager" {
				home = w.suspended
			}
			w.ctx, _ = start.CacheContext()
			w.log.entries = entries
			m := r.message(w, signer, home)
			cell := sdk.MsgTypeURL(m) + " by " + signer
			early, handled := w.k.Authorise(w.ctx, m), w.send(m)
			if slices.Contains(r.allowed, signer) {
				require.NoError(t, early, cell)
				require.NoError(t, handled, cell)
				continue
			}
			require.ErrorIs(t, early, consortiumtypes.ErrNotPermitted, cell)
			require.ErrorIs(t, handled, consortiumtypes.ErrNotPermitted, cell)
		}
	}
}

// A message of another module is refused, not let through.
func TestPermissionsOfAnotherModule(t *testing.T) {
	f := newFixture(t)
	require.ErrorIs(t, f.k.Authorise(f.ctx, &consortiumtypes.MsgDismissOfficer{}), consortiumtypes.ErrNotPermitted)
}
