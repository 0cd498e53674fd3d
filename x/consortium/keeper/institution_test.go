package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/keeper"
	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func removal(id uint64) *types.MsgRemoveInstitution {
	return &types.MsgRemoveInstitution{Authority: authority, InstitutionId: id, Reason: logtypes.REASON_BREACH}
}

func suspension(id uint64) *types.MsgSuspendInstitution {
	return &types.MsgSuspendInstitution{Authority: authority, InstitutionId: id, Reason: logtypes.REASON_BREACH}
}

func readmission(id, power uint64) *types.MsgReadmitInstitution {
	return &types.MsgReadmitInstitution{Authority: authority, InstitutionId: id, Power: power}
}

func power(id, power uint64) *types.MsgSetPower {
	return &types.MsgSetPower{Authority: authority, InstitutionId: id, Power: power}
}

// refused proposes what cannot be carried out, and says that it was refused for it.
func (h *house) refused(as error, want string, msgs ...sdk.Msg) {
	h.t.Helper()
	_, err := h.propose(h.proposal(center, msgs...))
	require.ErrorIs(h.t, err, as)
	require.ErrorContains(h.t, err, want)
}

// CO-21.
func TestAdmission(t *testing.T) {
	h := founded(t)
	h.carry(admission(fifth, fifthUSCC))
	in := h.institution(5)
	require.Equal(t, types.STANDING_MEMBER, in.Standing)
	require.EqualValues(t, h.ctx.BlockHeight(), in.SinceHeight)
	require.Equal(t, in.OperatorKeyId, h.last().GetKeyBound().KeyId)
	require.Len(t, h.end(), 1)
	require.Equal(t, map[uint64]uint64{1: 10, 2: 10, 3: 10, 4: 10, 5: 10}, h.given())
	require.NoError(t, h.k.Authorise(h.ctx, h.proposal(fifth)))

	reused := admission(sixth, sixthUSCC)
	reused.ConsensusKey = key("center-validator")
	h.refused(types.ErrKeyUsed, "expected a key that was never used, got that of institution 1", reused)
	reused = admission(sixth, fifthUSCC)
	h.refused(types.ErrStanding, "expected an institution that is not in the consortium", reused)
	reused = admission(sixth, sixthUSCC)
	reused.OperatorKey = key("center-operator")
	h.refused(types.ErrKeyBound, "expected a key of nobody else", reused)
	require.ErrorIs(t, h.rotate(court, key("notary-operator")), types.ErrInvalidKey)
	h.refused(types.ErrInvalidKey, "got one of a validator", &types.MsgReplaceOperator{
		Authority: authority, InstitutionId: 2, OperatorKey: key("court-validator"), Custody: logtypes.CUSTODY_SELF_HARDWARE, Reason: logtypes.REASON_OTHER,
	})
	_, err := h.bindUser("court-validator", 7)
	require.ErrorIs(t, err, types.ErrInvalidKey)
	hot := admission(sixth, sixthUSCC)
	hot.OperatorKey = hot.ConsensusKey
	h.refused(types.ErrInvalidKey, "expected another key than the validator's", hot)
	other := admission(sixth, sixthUSCC)
	other.ConsensusKey = types.PublicKey{Type: logtypes.KEY_TYPE_ML_DSA_65, Key: make([]byte, 1952)}
	h.refused(types.ErrInvalidKey, "that the consensus parameters allow, [ed25519], got ml_dsa_65", other)
	heavy := admission(sixth, sixthUSCC)
	heavy.Power = 25
	h.refused(types.ErrValidatorSet, "expected less than a third of the power of 6 validators, got 25 of 75", heavy)
	observer := admission(sixth, sixthUSCC)
	observer.Kind = logtypes.INSTITUTION_KIND_OBSERVER
	h.refused(types.ErrInvalidField, "power: expected none for a INSTITUTION_KIND_OBSERVER", observer)
}

// CO-21.
func TestObserversHaveNoVote(t *testing.T) {
	h := founded(t)
	observer := admission(fifth, fifthUSCC)
	observer.Kind, observer.Power, observer.ConsensusKey = logtypes.INSTITUTION_KIND_OBSERVER, 0, types.PublicKey{}
	h.carry(observer)
	require.Empty(t, h.end())
	_, err := h.propose(h.proposal(fifth, epoch(7)))
	require.ErrorIs(t, err, types.ErrNotPermitted)
	require.ErrorContains(t, err, "expected an institution whose validator has power")
	h.carry(suspension(5))
	require.EqualValues(t, 0, h.last().GetInstitutionPower().Power)
	h.refused(types.ErrInvalidField, "power: expected none", readmission(5, 3))
	h.carry(readmission(5, 0))
	require.Equal(t, types.STANDING_MEMBER, h.institution(5).Standing)
	h.refused(types.ErrStanding, "suspended or lost its power", readmission(5, 0))
}

// CO-22.
func TestRemovalEndsRightsAtOnce(t *testing.T) {
	h := founded(t).five()
	h.mustAppoint(appointment(court, "judge", 0, logtypes.ROLE_JUDGE))
	_, err := h.k.OfficerWith(h.ctx, addr("judge"), logtypes.ROLE_JUDGE)
	require.NoError(t, err)
	h.carry(removal(2))
	_, err = h.k.OfficerWith(h.ctx, addr("judge"), logtypes.ROLE_JUDGE)
	require.ErrorIs(t, err, types.ErrNotPermitted)
	require.ErrorContains(t, err, "STANDING_REMOVED")
	_, err = h.appoint(appointment(court, "another", 0, logtypes.ROLE_JUDGE))
	require.ErrorIs(t, err, types.ErrNotPermitted)
	_, err = h.k.KeyOf(h.ctx, addr("court-operator"))
	require.ErrorIs(t, err, types.ErrKeyRetired)
	require.Equal(t, h.institution(2).OperatorKeyId, h.last().GetKeyRetired().KeyId)
	require.Len(t, h.end(), 1)
	require.Equal(t, map[uint64]uint64{1: 10, 3: 10, 4: 10, 5: 10}, h.given())

	h.refused(types.ErrStanding, "expected a member, got institution 2, which was removed", removal(2))
	h.refused(types.ErrStanding, "which was removed", readmission(2, 10))
	h.refused(types.ErrNotFound, "expected an institution with id 77", removal(77))
	h.refused(types.ErrInvalidField, "reason: expected one", &types.MsgRemoveInstitution{Authority: authority, InstitutionId: 1})
	// The same organisation may come again, under a new id, with keys never used.
	back := admission("court", "11330000000000002J")
	h.refused(types.ErrKeyUsed, "one of institution 2 that was retired", back)
	back.ConsensusKey = key("a new court's validator")
	h.refused(types.ErrKeyRetired, "which is retired", back)
	back.OperatorKey = key("a new court's operator")
	h.carry(back)
	require.Equal(t, types.STANDING_MEMBER, h.institution(6).Standing)
}

// CO-22: the last validator cannot be voted away.
func TestNeverAnEmptySet(t *testing.T) {
	h := founded(t)
	h.refused(types.ErrValidatorSet, "expected at least one validator", removal(1), removal(2), removal(3), removal(4))
	for _, id := range []uint64{4, 3, 2} {
		h.carry(removal(id))
		h.end()
	}
	require.Equal(t, map[uint64]uint64{1: 10}, h.given())
	h.refused(types.ErrValidatorSet, "expected at least one validator", suspension(1))
}

// CO-22.
func TestSuspensionAndReadmission(t *testing.T) {
	h := founded(t).five()
	h.mustAppoint(appointment(court, "judge", 0, logtypes.ROLE_JUDGE))
	h.carry(suspension(2))
	h.end()
	require.NotContains(t, h.given(), uint64(2))
	_, err := h.k.OfficerWith(h.ctx, addr("judge"), logtypes.ROLE_JUDGE)
	require.ErrorIs(t, err, types.ErrNotPermitted)
	h.refused(types.ErrStanding, "expected a member that is not suspended", suspension(2))
	h.refused(types.ErrStanding, "readmit it", power(2, 3))
	h.refused(types.ErrInvalidField, "power: expected 1 to", readmission(2, 0))
	h.carry(readmission(2, 9))
	require.EqualValues(t, h.ctx.BlockHeight(), h.institution(2).SinceHeight)
	h.end()
	require.EqualValues(t, 9, h.given()[2])
	_, err = h.k.OfficerWith(h.ctx, addr("judge"), logtypes.ROLE_JUDGE)
	require.NoError(t, err)
	h.refused(types.ErrStanding, "suspended or lost its power", readmission(2, 9))

	h.carry(suspension(2))
	m := readmission(2, 9)
	m.ConsensusKey = key("court-validator")
	h.refused(types.ErrKeyUsed, "got that of institution 2", m)
	m.ConsensusKey = key("court-validator-2")
	h.carry(m)
	require.EqualValues(t, 9, h.last().GetValidatorKeyBound().Power)
	require.Len(t, h.end(), 2, "the old key goes, the new one comes")
}

// CO-2, CO-23.
func TestPower(t *testing.T) {
	h := founded(t)
	h.refused(types.ErrValidatorSet, "institution 1: expected less than a third of the power of 4 validators, got 15 of 45", power(1, 15))
	h.refused(types.ErrInvalidField, "power: expected 1 to", power(1, 0))
	h.refused(types.ErrInvalidField, "expected another one than 10", power(1, 10))
	h.refused(types.ErrValidatorSet, "in steps of less than a third", power(1, 30), power(2, 30), power(3, 30), power(4, 30))
	h.carry(power(1, 11))
	require.Len(t, h.end(), 1)
	require.EqualValues(t, 11, h.given()[1])
	// Together they keep the cap, one by one they would not.
	h.carry(removal(4), power(1, 10))
	h.end()
	require.Equal(t, map[uint64]uint64{1: 10, 2: 10, 3: 10}, h.given())
}

// CO-24.
func TestReplacedOperator(t *testing.T) {
	h := founded(t)
	m := &types.MsgReplaceOperator{
		Authority: authority, InstitutionId: 4, OperatorKey: key("exchange-operator-2"), Custody: logtypes.CUSTODY_SELF_HARDWARE,
		Reason: logtypes.REASON_KEY_COMPROMISED,
	}
	h.carry(m)
	_, err := h.k.KeyOf(h.ctx, addr("exchange-operator"))
	require.ErrorIs(t, err, types.ErrKeyRetired)
	whose, err := keeper.NewQueryServer(h.k).KeyByAddress(h.ctx, &types.QueryKeyByAddressRequest{Address: addr("exchange-operator")})
	require.NoError(t, err, "whose it was stays known")
	require.True(t, whose.Key.Retired)
	require.EqualValues(t, 4, whose.Key.InstitutionId)
	status, err := h.log.KeyStatus(h.ctx, 4)
	require.NoError(t, err)
	require.Equal(t, logtypes.KEY_STATE_RETIRED, status.State)
	_, err = h.appoint(&types.MsgAppointOfficer{
		Operator: addr("exchange-operator-2"), Key: key("enroller"), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		Roles: []logtypes.Role{logtypes.ROLE_ENROLLER}, EnrolCap: 1, PersonCommitment: person("enroller"),
	})
	require.NoError(t, err)
	h.refused(types.ErrKeyRetired, "which is retired", &types.MsgReplaceOperator{
		Authority: authority, InstitutionId: 4, OperatorKey: key("exchange-operator"), Custody: logtypes.CUSTODY_SELF_HARDWARE, Reason: logtypes.REASON_OTHER,
	})
}

// CO-24.
func TestResetOfficer(t *testing.T) {
	h := founded(t)
	id := h.mustAppoint(appointment(center, "registrar", 0, logtypes.ROLE_REGISTRAR))
	m := &types.MsgResetOfficer{Authority: authority, OfficerId: id, Reason: logtypes.REASON_KEY_COMPROMISED}
	half := *m
	half.Custody = logtypes.CUSTODY_CUSTODIAL
	h.refused(types.ErrInvalidField, "custody: expected none without a key", &half)
	withKey := *m
	withKey.Key, withKey.Custody = key("registrar-2"), logtypes.CUSTODY_SELF_SOFTWARE
	h.carry(&withKey)
	_, err := h.k.OfficerWith(h.ctx, addr("registrar"), logtypes.ROLE_REGISTRAR)
	require.ErrorIs(t, err, types.ErrNotPermitted)
	o, err := h.k.OfficerWith(h.ctx, addr("registrar-2"), logtypes.ROLE_REGISTRAR)
	require.NoError(t, err)
	h.refused(types.ErrDismissed, "officer 1", m)
	m.OfficerId = o.Id
	h.carry(m)
	_, err = h.k.OfficerWith(h.ctx, addr("registrar-2"), logtypes.ROLE_REGISTRAR)
	require.ErrorIs(t, err, types.ErrNotPermitted)
	require.Equal(t, o.Id, h.last().GetOfficerDismissed().OfficerId)
}
