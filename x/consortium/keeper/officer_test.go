package keeper_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// CO-4: which kinds of institutions appoint which roles, all pairs.
func TestRolesByKind(t *testing.T) {
	roles := map[string]logtypes.Role{
		"registrar": logtypes.ROLE_REGISTRAR, "enroller": logtypes.ROLE_ENROLLER, "reviewer": logtypes.ROLE_REVIEWER,
		"certifier": logtypes.ROLE_CERTIFIER, "notary": logtypes.ROLE_NOTARY, "judge": logtypes.ROLE_JUDGE,
		"cashier": logtypes.ROLE_CASHIER, "registry": logtypes.ROLE_REGISTRY,
	}
	require.Len(t, logtypes.Role_name, len(roles)+1, "a new role needs a row")
	may := map[string][]string{
		center:   {"registrar", "enroller", "reviewer", "certifier", "cashier", "registry"},
		court:    {"judge"},
		notary:   {"enroller", "notary"},
		exchange: {"enroller"},
	}
	for institution, allowed := range may {
		h := founded(t)
		for name, role := range roles {
			enrolCap := uint64(0)
			if role == logtypes.ROLE_ENROLLER {
				enrolCap = 5
			}
			_, err := h.appoint(appointment(institution, institution+name, enrolCap, role))
			if slices.Contains(allowed, name) {
				require.NoError(t, err, "%s appoints a %s", institution, name)
				o, err := h.k.OfficerWith(h.ctx, addr(institution+name), role)
				require.NoError(t, err)
				require.Equal(t, []logtypes.Role{role}, o.Roles)
				continue
			}
			require.ErrorIs(t, err, types.ErrInvalidField, "%s appoints a %s", institution, name)
			require.ErrorContains(t, err, "roles[0]")
		}
	}
	for _, kind := range []logtypes.InstitutionKind{logtypes.INSTITUTION_KIND_SUPERVISOR, logtypes.INSTITUTION_KIND_OBSERVER, logtypes.INSTITUTION_KIND_UNSPECIFIED} {
		for _, role := range roles {
			require.False(t, types.RoleAllowed(kind, role))
		}
	}
}

// CO-4, CO-5, CO-7, CO-11.
func TestAppointmentRefusals(t *testing.T) {
	h := founded(t)
	for want, change := range map[string]func(*types.MsgAppointOfficer){
		"roles: expected 1 to 8, got 0":           func(m *types.MsgAppointOfficer) { m.Roles = nil },
		"roles[1]: expected ascending":            func(m *types.MsgAppointOfficer) { m.Roles = append(m.Roles, m.Roles[0]) },
		"roles[0]: expected a role of":            func(m *types.MsgAppointOfficer) { m.Roles[0] = 99 },
		"enrol_cap: expected none":                func(m *types.MsgAppointOfficer) { m.EnrolCap = 1 },
		"enrol_cap: expected 1 to 100000":         func(m *types.MsgAppointOfficer) { m.Roles = []logtypes.Role{logtypes.ROLE_ENROLLER} },
		"person_commitment: expected 32 bytes":    func(m *types.MsgAppointOfficer) { m.PersonCommitment = m.PersonCommitment[1:] },
		"person_commitment: expected a commitmen": func(m *types.MsgAppointOfficer) { m.PersonCommitment = make([]byte, 32) },
		"custody: expected":                       func(m *types.MsgAppointOfficer) { m.Custody = logtypes.CUSTODY_UNSPECIFIED },
		"expected 32 bytes for KEY_TYPE_ED25519":  func(m *types.MsgAppointOfficer) { m.Key.Key = m.Key.Key[1:] },
		"expected a key of type":                  func(m *types.MsgAppointOfficer) { m.Key.Type = 9 },
	} {
		m := appointment(center, "somebody", 0, logtypes.ROLE_REVIEWER)
		change(m)
		_, err := h.appoint(m)
		require.ErrorContains(t, err, want)
	}
}

// CO-5, CO-6: only an institution's operator acts for it, and only on its own officers.
func TestOperatorsOnly(t *testing.T) {
	h := founded(t)
	officer := h.mustAppoint(appointment(center, "reviewer", 0, logtypes.ROLE_REVIEWER))
	_, err := h.bindUser("user", 1)
	require.NoError(t, err)
	for _, who := range []string{"nobody", "user", "reviewer", "center-validator"} {
		m := appointment(center, "another", 0, logtypes.ROLE_REVIEWER)
		m.Operator = addr(who)
		_, err := h.appoint(m)
		require.ErrorIs(t, err, types.ErrNotPermitted, who)
		_, err = h.msg.DismissOfficer(h.ctx, &types.MsgDismissOfficer{Operator: addr(who), OfficerId: officer, Reason: logtypes.REASON_LEFT})
		require.ErrorIs(t, err, types.ErrNotPermitted, who)
	}
	require.ErrorIs(t, h.dismiss(court, officer, logtypes.REASON_LEFT), types.ErrNotPermitted)
	require.ErrorIs(t, h.dismiss(center, officer+1, logtypes.REASON_LEFT), types.ErrNotFound)
	require.ErrorIs(t, h.dismiss(center, officer, 0), types.ErrInvalidField)
	require.ErrorIs(t, h.k.Authorise(h.ctx, &types.MsgAppointOfficer{Operator: "ink1"}), types.ErrNotPermitted)
	require.ErrorIs(t, h.k.Authorise(h.ctx, nil), types.ErrNotPermitted)
}

// CO-6, CO-9.
func TestDismissedAtOnceAndForGood(t *testing.T) {
	h := founded(t)
	officer := h.mustAppoint(appointment(center, "reviewer", 0, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER))
	e := h.last().GetOfficerAppointed()
	require.Equal(t, []uint64{officer, 1, 5}, []uint64{e.OfficerId, e.InstitutionId, e.KeyId})

	require.NoError(t, h.dismiss(center, officer, logtypes.REASON_LEFT))
	require.Equal(t, &logtypes.OfficerDismissed{OfficerId: officer, InstitutionId: 1, Reason: logtypes.REASON_LEFT}, h.last().GetOfficerDismissed())
	_, err := h.k.OfficerWith(h.ctx, addr("reviewer"), logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER)
	require.ErrorIs(t, err, types.ErrNotPermitted)
	require.ErrorIs(t, h.dismiss(center, officer, logtypes.REASON_LEFT), types.ErrDismissed)

	again := h.mustAppoint(appointment(center, "reviewer", 0, logtypes.ROLE_CERTIFIER))
	require.Equal(t, officer+1, again, "an officer id is never used again")
	o, err := h.k.OfficerWith(h.ctx, addr("reviewer"), logtypes.ROLE_CERTIFIER)
	require.NoError(t, err)
	require.Equal(t, again, o.Id)
	_, err = h.k.OfficerWith(h.ctx, addr("reviewer"), logtypes.ROLE_REVIEWER)
	require.ErrorIs(t, err, types.ErrNotPermitted)
}

// CO-10: the cap refills at 00:00 in China, and a clock that goes back gives nothing back.
func TestEnrolmentCapAtTheDayBorder(t *testing.T) {
	h := founded(t)
	id := h.mustAppoint(appointment(notary, "enroller", 2, logtypes.ROLE_ENROLLER))
	o, err := h.k.Officer(h.ctx, id)
	require.NoError(t, err)
	use := func() error { return h.k.UseEnrolment(h.ctx, o) }
	require.NoError(t, use())
	require.NoError(t, use())
	require.ErrorIs(t, use(), types.ErrCapReached)
	require.ErrorContains(t, use(), "2026-03-02 00:00:00 UTC+8")

	before := h.ctx.BlockTime()
	h.ctx = h.ctx.WithBlockTime(before.Add(2*time.Second - 1))
	require.ErrorIs(t, use(), types.ErrCapReached, "the last nanosecond of the day")
	h.ctx = h.ctx.WithBlockTime(before.Add(2 * time.Second))
	require.NoError(t, use(), "midnight")
	h.ctx = h.ctx.WithBlockTime(before)
	require.NoError(t, use(), "still the second of the new day")
	require.ErrorIs(t, use(), types.ErrCapReached)

	both := types.Officer{Id: 9, Roles: []logtypes.Role{logtypes.ROLE_REGISTRAR, logtypes.ROLE_ENROLLER}, EnrolCap: 1}
	for range 3 {
		require.NoError(t, h.k.UseEnrolment(h.ctx, both), "a registrar has no cap")
	}
}

// CO-8.
func TestOneKeyTwoHolders(t *testing.T) {
	h := founded(t)
	officer := h.mustAppoint(appointment(center, "zhang", 0, logtypes.ROLE_REVIEWER))
	first, err := h.k.KeyOf(h.ctx, addr("zhang"))
	require.NoError(t, err)
	id, err := h.bindUser("zhang", 7)
	require.NoError(t, err)
	require.Equal(t, first.Id, id, "the key keeps its id")
	k, err := h.k.KeyOf(h.ctx, addr("zhang"))
	require.NoError(t, err)
	require.Equal(t, []uint64{officer, 7, 0}, []uint64{k.OfficerId, k.UserId, k.InstitutionId})
	e := h.last()
	require.Equal(t, []uint64{id, 7, 0, 2}, []uint64{e.GetKeyBound().KeyId, e.GetKeyBound().UserId, e.GetKeyBound().OfficerId, e.EventNo})

	_, err = h.bindUser("zhang", 8)
	require.ErrorIs(t, err, types.ErrKeyBound)
	_, err = h.appoint(appointment(center, "zhang", 0, logtypes.ROLE_REVIEWER))
	require.ErrorIs(t, err, types.ErrKeyBound)

	user, err := h.bindUser("wang", 9)
	require.NoError(t, err)
	h.mustAppoint(appointment(court, "wang", 0, logtypes.ROLE_JUDGE))
	k, err = h.k.Key(h.ctx, user)
	require.NoError(t, err)
	require.EqualValues(t, 9, k.UserId)
	require.NotZero(t, k.OfficerId)

	other := appointment(center, "li", 0, logtypes.ROLE_REVIEWER)
	h.mustAppoint(other)
	_, err = h.k.BindUserKey(h.ctx, key("li"), logtypes.CUSTODY_CUSTODIAL, 10, 1, person("li"), 1)
	require.ErrorIs(t, err, types.ErrInvalidKey, "a key keeps its custody")
}

// CO-3.
func TestOperatorsKeyIsNothingElse(t *testing.T) {
	h := founded(t)
	_, err := h.bindUser("court-operator", 1)
	require.ErrorIs(t, err, types.ErrKeyBound)
	_, err = h.appoint(appointment(center, "court-operator", 0, logtypes.ROLE_REVIEWER))
	require.ErrorIs(t, err, types.ErrKeyBound)
	_, err = h.appoint(appointment(center, "center-operator", 0, logtypes.ROLE_REVIEWER))
	require.ErrorIs(t, err, types.ErrKeyBound)
}

// CO-8: an account's number is its key id: it stands in an entry, and survives an import.
func TestAccountNumberIsKeyID(t *testing.T) {
	h := founded(t)
	h.mustAppoint(appointment(center, "zhang", 0, logtypes.ROLE_REVIEWER))
	_, err := h.bindUser("wang", 1)
	require.NoError(t, err)
	for name, id := range map[string]uint64{"center-operator": 1, "exchange-operator": 4, "zhang": 5, "wang": 6} {
		acc := h.accounts.GetAccount(h.ctx, secret(name).PubKey().Address().Bytes())
		require.Equal(t, id, acc.GetAccountNumber(), name)
		require.True(t, secret(name).PubKey().Equals(acc.GetPubKey()))
		k, err := h.k.KeyOf(h.ctx, addr(name))
		require.NoError(t, err)
		require.Equal(t, id, k.Id)
	}
}
