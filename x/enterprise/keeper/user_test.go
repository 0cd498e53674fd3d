package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func TestEN02WhoEnrols(t *testing.T) {
	f := newFixture(t)
	f.must(enrol("registrar", "a"))
	require.Zero(t, f.consortium.enrolments, "a registrar has no daily cap")
	f.must(enrol("enroller", "b"))
	require.Equal(t, 1, f.consortium.enrolments)

	f.consortium.refuse = consortiumtypes.ErrCapReached
	f.refused(consortiumtypes.ErrCapReached, enrol("enroller", "c"))
	f.must(enrol("registrar", "c"))
	for _, other := range []string{"reviewer", "certifier", "operator", "a", "nobody"} {
		f.refused(consortiumtypes.ErrNotPermitted, enrol(other, "d"))
	}
}

func TestEN03Enrolment(t *testing.T) {
	f := newFixture(t)
	answer := f.must(enrol("registrar", "alice")).(*types.MsgEnrolUserResponse)
	require.Equal(t, uint64(1), answer.UserId)
	u, err := f.k.User(f.ctx, 1)
	require.NoError(t, err)
	require.Equal(t, types.User{
		Id: 1, KeyId: answer.KeyId, PersonCommitment: commitment("alice"), AgreementVersion: 1,
		EnrolledBy: f.consortium.officers["registrar"].Id,
	}, u)
	require.Empty(t, f.log.entries, "the entry of a bound key is the consortium's")
	require.Equal(t, uint64(2), f.user("bob"))
	f.refused(consortiumtypes.ErrKeyBound, enrol("registrar", "alice"))
	require.Equal(t, uint64(3), f.user("carol"), "a refused enrolment takes no id")
}

func TestEN03EnrolmentFields(t *testing.T) {
	f := newFixture(t)
	m := enrol("registrar", "a")
	m.AgreementVersion = 0
	f.refused(types.ErrInvalid, m, "agreement_version", "got 0")
	m = enrol("registrar", "a")
	m.Custody = logtypes.CUSTODY_UNSPECIFIED
	f.refused(consortiumtypes.ErrInvalidField, m, "custody")
	m = enrol("registrar", "a")
	m.PersonCommitment = m.PersonCommitment[:31]
	f.refused(consortiumtypes.ErrInvalidField, m, "person_commitment", "expected 32 bytes, got 31")
}

// An officer's key may be bound to a user too: same key, new user.
func TestEN03OfficerAsUser(t *testing.T) {
	f := newFixture(t)
	f.user("reviewer")
	require.NotZero(t, f.consortium.keys["reviewer"].OfficerId)
	require.Equal(t, uint64(1), f.consortium.keys["reviewer"].UserId)
}
