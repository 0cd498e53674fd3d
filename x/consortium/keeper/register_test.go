package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// CO-12: entries of an old log and a new founding would be two beginnings of one log.
func TestFoundersOnAnOldLogAreRefused(t *testing.T) {
	h := lived(t).successor()
	_, err := h.k.InitGenesis(h.ctx, &types.GenesisState{Founders: founders()})
	require.ErrorIs(t, err, types.ErrGenesis)
	require.ErrorContains(t, err, "consortium.founders: expected some for an empty log and none for another, got 4 for a log of")
}

// CO-13: rights without the entries that gave them.
func TestImportWithoutTheLogIsRefused(t *testing.T) {
	h := lived(t)
	gs := h.export()
	again := newChain(t)
	_, err := again.k.InitGenesis(again.ctx, gs)
	require.ErrorIs(t, err, types.ErrGenesis)
	require.ErrorContains(t, err, "got 0 for a log of 0 entries")
}

// CO-13: whatever the tables say beyond or against the log is named.
func TestForgedTablesAreRefused(t *testing.T) {
	for _, c := range []struct {
		field  string
		change func(*types.GenesisState)
	}{
		{"consortium.institutions[0].name: expected center, as the log says, got forged", func(gs *types.GenesisState) { gs.Institutions[0].Name = "forged" }},
		{"consortium.institutions[3].kind", func(gs *types.GenesisState) { gs.Institutions[3].Kind = logtypes.INSTITUTION_KIND_NOTARY }},
		{"consortium.institutions[0].uscc", func(gs *types.GenesisState) { gs.Institutions[0].Uscc = "91330000000000005K" }},
		{"consortium.institutions[0].standing: expected STANDING_MEMBER, as the log says, got STANDING_SUSPENDED", func(gs *types.GenesisState) {
			gs.Institutions[0].Standing, gs.Institutions[0].Power = types.STANDING_SUSPENDED, 0
		}},
		{"consortium.institutions[0].since_height: expected 1, as the log says, got 2", func(gs *types.GenesisState) { gs.Institutions[0].SinceHeight = 2 }},
		{"consortium.institutions[0].power: expected 10, as the log says, got 11", func(gs *types.GenesisState) { gs.Institutions[0].Power = 11 }},
		{"consortium.institutions[0].operator_key_id", func(gs *types.GenesisState) {
			gs.Institutions[0].OperatorKeyId, gs.Institutions[1].OperatorKeyId = 2, 1
			gs.Keys[0].InstitutionId, gs.Keys[1].InstitutionId = 2, 1
		}},
		{"consortium.officers[0].roles: expected [ROLE_REGISTRAR ROLE_REVIEWER], as the log says, got [ROLE_CERTIFIER]", func(gs *types.GenesisState) {
			gs.Officers[0].Roles = []logtypes.Role{logtypes.ROLE_CERTIFIER}
		}},
		{"consortium.officers[2].institution_id", func(gs *types.GenesisState) {
			gs.Officers[2].InstitutionId, gs.Officers[2].Roles = 1, []logtypes.Role{logtypes.ROLE_REGISTRAR}
		}},
		{"consortium.officers[1].enrol_cap: expected 3, as the log says, got 4", func(gs *types.GenesisState) { gs.Officers[1].EnrolCap++ }},
		{"consortium.officers[2].dismissed: expected true", func(gs *types.GenesisState) { gs.Officers[2].Dismissed = false }},
		{"consortium.officers[0].dismissed: expected false", func(gs *types.GenesisState) { gs.Officers[0].Dismissed = true }},
		{"consortium.officers[0].person_commitment", func(gs *types.GenesisState) { gs.Officers[0].PersonCommitment = person("forged") }},
		{"consortium.officers[2].key_id", func(gs *types.GenesisState) {
			gs.Officers[2].KeyId, gs.Keys[6].OfficerId, gs.Officers[2].Dismissed = 6, 0, true
		}},
		{"consortium.officers: expected 3, as the log says, got 2", func(gs *types.GenesisState) { gs.Officers, gs.Keys[6].OfficerId = gs.Officers[:2], 0 }},
		{"consortium.keys[4].custody", func(gs *types.GenesisState) { gs.Keys[4].Custody = logtypes.CUSTODY_CUSTODIAL }},
		{"consortium.keys[4].user_id: expected 1, as the log says, got 2", func(gs *types.GenesisState) { gs.Keys[4].UserId = 2 }},
		{"consortium.keys[6].officer_id", func(gs *types.GenesisState) { gs.Keys[6].OfficerId = 0 }},
		{"consortium.keys[4].bound_height", func(gs *types.GenesisState) { gs.Keys[4].BoundHeight = 1 }},
		{"consortium.keys[4].public_key", func(gs *types.GenesisState) { gs.Keys[4].PublicKey = key("forged") }},
		{"consortium.keys[4].retired: expected false, as the log says, got true", func(gs *types.GenesisState) { gs.Keys[4].Retired = true }},
		{"consortium.consensus_keys[0].bound_height", func(gs *types.GenesisState) { gs.ConsensusKeys[0].BoundHeight++ }},
		{"consortium.consensus_keys[0].retired_height: expected 0, as the log says, got 1", func(gs *types.GenesisState) { gs.ConsensusKeys[0].RetiredHeight = 1 }},
		{"consortium.keys: expected 7, as the log says, got 8", func(gs *types.GenesisState) {
			gs.Keys = append(gs.Keys, types.Key{Id: 8, PublicKey: key("forged"), Custody: logtypes.CUSTODY_CUSTODIAL, UserId: 2})
		}},
	} {
		h := lived(t)
		gs := h.export()
		c.change(gs)
		again := h.successor()
		_, err := again.k.InitGenesis(again.ctx, gs)
		require.ErrorIs(t, err, types.ErrGenesis, c.field)
		require.ErrorContains(t, err, c.field)
		require.ErrorContains(t, err, "as the log says", c.field)
	}
}

// CO-13: whatever was decided, the tables and the log say the same, and the chain
// that imports them goes on with them.
func TestDecisionsImportAlike(t *testing.T) {
	h := founded(t).five()
	judge := h.mustAppoint(appointment(court, "judge", 0, logtypes.ROLE_JUDGE))
	next := func(msgs ...sdk.Msg) {
		t.Helper()
		h.carry(msgs...)
		h.end()
		again := h.successor()
		_, err := again.k.InitGenesis(again.ctx, h.export())
		require.NoError(t, err)
		require.Equal(t, h.export(), again.export())
	}
	next(power(2, 9))
	next(suspension(5))
	next(readmission(5, 10))
	next(suspension(5))
	withKey := readmission(5, 8)
	withKey.ConsensusKey = key("fifth-validator-2")
	next(withKey)
	require.NoError(t, h.rotate(notary, key("notary-validator-2")))
	next(&types.MsgReplaceOperator{
		Authority: authority, InstitutionId: 4, OperatorKey: key("exchange-operator-2"), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		Reason: logtypes.REASON_KEY_COMPROMISED,
	})
	next(&types.MsgResetOfficer{
		Authority: authority, OfficerId: judge, Reason: logtypes.REASON_KEY_COMPROMISED, Key: key("judge-2"), Custody: logtypes.CUSTODY_SELF_HARDWARE,
	})
	observer := admission(sixth, sixthUSCC)
	observer.Kind, observer.ConsensusKey, observer.Power = logtypes.INSTITUTION_KIND_OBSERVER, types.PublicKey{}, 0
	next(observer)
	next(suspension(6))
	next(readmission(6, 0))
	next(epoch(3))
	h.misbehave(h.ctx.BlockHeight()-1, "fifth-validator-2")
	require.Zero(t, h.institution(5).Power)
	next(epoch(1))
	next(readmission(5, 10))
	next(removal(5), removal(6))
	require.Equal(t, types.STANDING_REMOVED, h.institution(6).Standing)
}

// CO-10: dismissing an enroller and appointing the same key again refills nothing.
func TestReappointedEnrollerHasNoFreshCap(t *testing.T) {
	h := founded(t)
	use := func(id uint64) error {
		o, err := h.k.Officer(h.ctx, id)
		require.NoError(t, err)
		return h.k.UseEnrolment(h.ctx, o)
	}
	first := h.mustAppoint(appointment(exchange, "li", 1, logtypes.ROLE_ENROLLER))
	require.NoError(t, use(first))
	require.ErrorIs(t, use(first), types.ErrCapReached)
	require.NoError(t, h.dismiss(exchange, first, logtypes.REASON_OTHER))
	second := h.mustAppoint(appointment(exchange, "li", 1, logtypes.ROLE_ENROLLER))
	require.ErrorIs(t, use(second), types.ErrCapReached)

	gs := h.export()
	require.Equal(t, []types.KeyUse{{KeyId: 5, Use: gs.Uses[0].Use}}, gs.Uses)
	again := h.successor()
	_, err := again.k.InitGenesis(again.ctx, gs)
	require.NoError(t, err)
	h = again
	require.ErrorIs(t, use(second), types.ErrCapReached, "after an import")
	other := h.mustAppoint(appointment(exchange, "wang", 1, logtypes.ROLE_ENROLLER))
	require.NoError(t, use(other), "another key has a count of its own")
}

// CO-14: the same 33 bytes may be a key of both ECDSA curves, for two holders.
func TestSameBytesOnTwoCurvesImport(t *testing.T) {
	h := founded(t)
	both := types.PublicKey{Type: logtypes.KEY_TYPE_SECP256R1}
	for i := byte(1); ; i++ {
		both.Key = secp256k1.GenPrivKeyFromSecret([]byte{i}).PubKey().Bytes()
		if _, err := both.CryptoKey(); err == nil {
			break
		}
	}
	for user, kind := range []logtypes.KeyType{logtypes.KEY_TYPE_SECP256K1, logtypes.KEY_TYPE_SECP256R1} {
		both.Type = kind
		_, err := h.k.BindUserKey(h.ctx, both, logtypes.CUSTODY_SELF_SOFTWARE, uint64(user+1), 1, person("both"), 1)
		require.NoError(t, err)
	}
	again := h.successor()
	_, err := again.k.InitGenesis(again.ctx, h.export())
	require.NoError(t, err)
}
