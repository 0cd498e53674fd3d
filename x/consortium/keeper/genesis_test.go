package keeper_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// lived is a consortium with officers, one dismissed, a user and a used cap.
func lived(t *testing.T) *house {
	h := founded(t)
	h.mustAppoint(appointment(center, "zhang", 0, logtypes.ROLE_REGISTRAR, logtypes.ROLE_REVIEWER))
	id := h.mustAppoint(appointment(exchange, "li", 3, logtypes.ROLE_ENROLLER))
	o, err := h.k.Officer(h.ctx, id)
	require.NoError(t, err)
	require.NoError(t, h.k.UseEnrolment(h.ctx, o))
	gone := h.mustAppoint(appointment(court, "wang", 0, logtypes.ROLE_JUDGE))
	require.NoError(t, h.dismiss(court, gone, logtypes.REASON_LEFT))
	_, err = h.bindUser("zhang", 1)
	require.NoError(t, err)
	return h
}

func (h *house) export() *types.GenesisState {
	gs, err := h.k.ExportGenesis(h.ctx)
	require.NoError(h.t, err)
	require.NoError(h.t, gs.Validate())
	return gs
}

// CO-12, CO-13, CO-15.
func TestGenesisRoundTrip(t *testing.T) {
	h := lived(t)
	gs := h.export()
	before, err := h.k.Validators(h.ctx)
	require.NoError(t, err)

	again := h.successor()
	updates, err := again.k.InitGenesis(again.ctx, gs)
	require.NoError(t, err)
	require.Equal(t, before, updates)
	require.Equal(t, gs, again.export())
	next, err := again.bindUser("new", 2)
	require.NoError(t, err)
	require.EqualValues(t, len(gs.Keys)+1, next, "ids go on")
}

// CO-13.
func TestImportNeedsTheAccounts(t *testing.T) {
	gs := lived(t).export()
	for want, change := range map[string]func(accounts){
		"expected an account of key 5 in auth.accounts": func(a accounts) { delete(a, string(secret("zhang").PubKey().Address())) },
		"auth.accounts: expected account number 5":      func(a accounts) { _ = a[string(secret("zhang").PubKey().Address())].SetAccountNumber(50) },
		"with the public key of key 6":                  func(a accounts) { _ = a[string(secret("li").PubKey().Address())].SetPubKey(nil) },
	} {
		h := lived(t)
		change(h.accounts)
		again := h.successor()
		_, err := again.k.InitGenesis(again.ctx, gs)
		require.ErrorContains(t, err, want)
	}
}

// CO-1, CO-2, CO-14.
func TestFoundingErrorsNameTheField(t *testing.T) {
	for _, c := range []struct {
		field  string
		change func([]types.GenesisInstitution)
	}{
		{"consortium.founders[0].name", func(f []types.GenesisInstitution) { f[0].Name = "" }},
		{"consortium.founders[0].name", func(f []types.GenesisInstitution) { f[0].Name = strings.Repeat("x", types.MaxNameBytes+1) }},
		{"consortium.founders[1].kind", func(f []types.GenesisInstitution) { f[1].Kind = 0 }},
		{"consortium.founders[1].kind", func(f []types.GenesisInstitution) { f[1].Kind = 77 }},
		{"consortium.founders[2].uscc", func(f []types.GenesisInstitution) { f[2].Uscc = "12330000000000003K" }},
		{"consortium.founders[2].uscc", func(f []types.GenesisInstitution) { f[2].Uscc = f[0].Uscc }},
		{"consortium.founders[3].operator_key", func(f []types.GenesisInstitution) { f[3].OperatorKey.Key = nil }},
		{"consortium.founders[3].operator_key", func(f []types.GenesisInstitution) { f[3].OperatorKey = f[1].OperatorKey }},
		{"consortium.founders[3].operator_custody", func(f []types.GenesisInstitution) { f[3].OperatorCustody = 0 }},
		{"consortium.founders[3].consensus_key", func(f []types.GenesisInstitution) { f[3].ConsensusKey = f[1].ConsensusKey }},
		{"consortium.founders[3].consensus_key", func(f []types.GenesisInstitution) { f[3].ConsensusKey.Type = logtypes.KEY_TYPE_SECP256K1 }},
		{"consortium.founders: institution 1: expected less than a third", func(f []types.GenesisInstitution) { f[0].Power = 15 }},
		{"consortium.founders[0].power: expected 1 to", func(f []types.GenesisInstitution) { f[0].Power = 0 }},
		{"consortium.founders[0].power: expected 1 to", func(f []types.GenesisInstitution) { f[0].Power = types.MaxPower + 1 }},
		{"consortium.founders[0].power: expected none", func(f []types.GenesisInstitution) { f[0].Kind = logtypes.INSTITUTION_KIND_OBSERVER }},
	} {
		gs := &types.GenesisState{Founders: founders()}
		c.change(gs.Founders)
		err := gs.Validate()
		require.ErrorIs(t, err, types.ErrGenesis)
		require.ErrorContains(t, err, c.field)
	}
	both := lived(t).export()
	both.Founders = founders()
	require.ErrorContains(t, both.Validate(), "founders or an exported state")
	require.ErrorContains(t, (&types.GenesisState{}).Validate(), "consortium.institutions: expected 1 to")
	observers := &types.GenesisState{Founders: founders()[:1]}
	observers.Founders[0].Kind, observers.Founders[0].Power = logtypes.INSTITUTION_KIND_OBSERVER, 0
	observers.Founders[0].ConsensusKey = types.PublicKey{}
	require.ErrorContains(t, observers.Validate(), "expected at least one validator")
}

// CO-14.
func TestExportErrorsNameTheField(t *testing.T) {
	for _, c := range []struct {
		field  string
		change func(*types.GenesisState)
	}{
		{"consortium.institutions[1].id", func(gs *types.GenesisState) { gs.Institutions[1].Id = 9 }},
		{"consortium.institutions[1].operator_key_id", func(gs *types.GenesisState) { gs.Institutions[1].OperatorKeyId = 1 }},
		{"consortium.institutions[1].operator_key_id", func(gs *types.GenesisState) { gs.Institutions[1].OperatorKeyId = 99 }},
		{"consortium.institutions[1].uscc", func(gs *types.GenesisState) { gs.Institutions[1].Uscc = gs.Institutions[0].Uscc }},
		{"consortium.keys[4].id", func(gs *types.GenesisState) { gs.Keys[4].Id = 4 }},
		{"consortium.keys[4].public_key", func(gs *types.GenesisState) { gs.Keys[4].PublicKey.Key = nil }},
		{"consortium.keys[4].public_key", func(gs *types.GenesisState) { gs.Keys[4].PublicKey = gs.Keys[0].PublicKey }},
		{"consortium.keys[4].custody", func(gs *types.GenesisState) { gs.Keys[4].Custody = 0 }},
		{"consortium.keys[4].officer_id", func(gs *types.GenesisState) { gs.Keys[4].OfficerId = 99 }},
		{"consortium.keys[4].officer_id", func(gs *types.GenesisState) { gs.Keys[4].OfficerId = 2 }},
		{"consortium.keys[4].institution_id", func(gs *types.GenesisState) { gs.Keys[4].InstitutionId = 1 }},
		{"consortium.keys[0]: expected an operator's key", func(gs *types.GenesisState) { gs.Keys[0].UserId = 1 }},
		{"consortium.officers[0].key_id: expected a key of officer 1", func(gs *types.GenesisState) { gs.Keys[4].OfficerId = 0 }},
		{"consortium.officers[1].id", func(gs *types.GenesisState) { gs.Officers[1].Id = 1 }},
		{"consortium.officers[1].institution_id", func(gs *types.GenesisState) { gs.Officers[1].InstitutionId = 5 }},
		{"consortium.officers[1].key_id", func(gs *types.GenesisState) { gs.Officers[1].KeyId = 99 }},
		{"consortium.officers[1].roles[0]", func(gs *types.GenesisState) { gs.Officers[1].Roles[0] = logtypes.ROLE_JUDGE }},
		{"consortium.officers[1].person_commitment", func(gs *types.GenesisState) { gs.Officers[1].PersonCommitment = nil }},
		{"consortium.uses[0].key_id: expected an officer's key", func(gs *types.GenesisState) { gs.Uses[0].KeyId = 9 }},
		{"consortium.uses[0].key_id: expected an officer's key", func(gs *types.GenesisState) { gs.Uses[0].KeyId = 1 }},
		{"consortium.uses[0].key_id: expected more than 0", func(gs *types.GenesisState) { gs.Uses[0].KeyId = 0 }},
		{"consortium.uses[1].key_id: expected more than", func(gs *types.GenesisState) { gs.Uses = append(gs.Uses, gs.Uses[0]) }},
	} {
		gs := lived(t).export()
		c.change(gs)
		err := gs.Validate()
		require.ErrorIs(t, err, types.ErrGenesis)
		require.ErrorContains(t, err, c.field)
	}
}
