package keeper_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// eventful is a world in which every table has rows and every state occurs.
func eventful(t *testing.T) world {
	w := newWorld(t)
	w.must(turnDown("administrator", w.enterprise, w.candidate))
	w.user("rejected")
	w.must(refuse(w.pending("rejected", "南通被拒", uscc(501))))
	w.must(&types.MsgSetQuota{Officer: "registrar", EnterpriseId: w.enterprise, Quota: 50})
	w.must(&types.MsgReviewQualification{Officer: "reviewer", QualificationId: w.pendingQualification, Reason: logtypes.REASON_OTHER})
	w.qualified("administrator", w.enterprise, 1, 2)
	w.must(revoke(w.qualified("administrator", w.enterprise, 2, 3)))
	w.qualified("administrator", w.enterprise, 4)
	w.asked("administrator", w.enterprise, 5)
	require.NoError(t, w.k.ConsumeQuota(w.ctx, w.enterprise, 49))
	lifted := w.certified("lifted")
	w.suspend(lifted)
	w.must(&types.MsgSuspendEnterprise{Officer: "registrar", EnterpriseId: lifted, Lift: true})
	return w
}

// imported is a fresh fixture with the state of another and the same keys.
func imported(t *testing.T, from world) *fixture {
	g, err := from.k.ExportGenesis(from.ctx)
	require.NoError(t, err)
	f := empty(t)
	f.consortium.keys, f.consortium.officers = from.consortium.keys, from.consortium.officers
	f.log.entries = slices.Clone(from.log.entries)
	require.NoError(t, f.k.InitGenesis(f.ctx, g))
	return f
}

func TestEN21RoundTrip(t *testing.T) {
	w := eventful(t)
	module := enterprise.NewAppModule(w.cdc, w.k)
	first := module.ExportGenesis(w.ctx, w.cdc)
	require.NoError(t, module.ValidateGenesis(w.cdc, nil, first))

	f := empty(t)
	f.log.entries = slices.Clone(w.log.entries)
	again := enterprise.NewAppModule(f.cdc, f.k)
	again.InitGenesis(f.ctx, f.cdc, first)
	require.Equal(t, string(first), string(again.ExportGenesis(f.ctx, f.cdc)))
	require.Equal(t, w.log.entries, f.log.entries, "an import appends nothing")
}

// What is derived from the tables is the same after an import.
func TestEN21DerivedAfterImport(t *testing.T) {
	w := eventful(t)
	f := imported(t, w)
	for category := uint32(1); category <= 6; category++ {
		for _, id := range []uint64{w.enterprise, w.suspended, w.other} {
			before, after := w.k.CheckQualified(w.ctx, id, category), f.k.CheckQualified(f.ctx, id, category)
			require.Equal(t, before == nil, after == nil, "enterprise %d, category %d", id, category)
		}
	}
	require.Error(t, f.k.CheckQualified(f.ctx, w.enterprise, 2), "its later approval was revoked")
	require.ErrorIs(t, f.k.CheckQuota(f.ctx, w.enterprise, 2), types.ErrQuotaExhausted)

	f.refused(types.ErrPending, applyFor("applicant", "南通新", uscc(700)))
	f.refused(types.ErrPending, applyQualification("administrator", w.enterprise, 6))
	e, err := f.k.Enterprise(f.ctx, w.enterprise)
	require.NoError(t, err)
	f.refused(types.ErrTaken, applyFor("user", e.Name, uscc(700)))
	f.refused(types.ErrTaken, applyFor("user", "南通新", e.Uscc))
	f.refused(consortiumtypes.ErrNotPermitted, applyQualification("suspended-administrator", w.suspended, 1))

	before, err := w.query.Memberships(w.ctx, &types.QueryMembershipsRequest{UserId: w.target})
	require.NoError(t, err)
	after, err := f.query.Memberships(f.ctx, &types.QueryMembershipsRequest{UserId: w.target})
	require.NoError(t, err)
	require.Equal(t, before, after)
	g, err := w.k.ExportGenesis(w.ctx)
	require.NoError(t, err)
	require.Equal(t, uint64(len(g.Users))+1, f.user("next"))
	require.Equal(t, uint64(len(g.Enterprises))+1, f.pending("next", "南通新", uscc(700)))
}

func TestEN21InitRefusesWhatValidateRefuses(t *testing.T) {
	g := types.DefaultGenesis()
	g.Params.Quota = 0
	f := empty(t)
	require.ErrorIs(t, f.k.InitGenesis(f.ctx, g), types.ErrInvalidGenesis)
	module := enterprise.NewAppModule(f.cdc, f.k)
	require.ErrorContains(t, module.ValidateGenesis(f.cdc, nil, []byte(`{"users":7}`)), "enterprise")
	require.Panics(t, func() { module.InitGenesis(f.ctx, f.cdc, []byte(`[]`)) })
}

// breaks are single changes of a valid genesis, and the field each must name.
var breaks = []struct {
	field string
	wreck func(g *types.GenesisState)
}{
	{"users[3].id", func(g *types.GenesisState) { g.Users[3].Id = 9 }},
	{"users[3].key_id", func(g *types.GenesisState) { g.Users[3].KeyId = 0 }},
	{"users[3].key_id", func(g *types.GenesisState) { g.Users[3].KeyId = g.Users[1].KeyId }},
	{"users[2].person_commitment", func(g *types.GenesisState) { g.Users[2].PersonCommitment = nil }},
	{"users[2].agreement_version", func(g *types.GenesisState) { g.Users[2].AgreementVersion = 0 }},
	{"users[2].enrolled_by", func(g *types.GenesisState) { g.Users[2].EnrolledBy = 0 }},
	{"enterprises[1].id", func(g *types.GenesisState) { g.Enterprises[1].Id = 1 }},
	{"enterprises[1].name", func(g *types.GenesisState) { g.Enterprises[1].Name = "a b" }},
	{"enterprises[1].name", func(g *types.GenesisState) { g.Enterprises[1].Name = g.Enterprises[0].Name }},
	{"enterprises[1].uscc", func(g *types.GenesisState) { g.Enterprises[1].Uscc = "1" }},
	{"enterprises[1].uscc", func(g *types.GenesisState) { g.Enterprises[1].Uscc = g.Enterprises[0].Uscc }},
	{"enterprises[1].state", func(g *types.GenesisState) { g.Enterprises[1].State = 9 }},
	{"enterprises[1].reason", func(g *types.GenesisState) { g.Enterprises[1].Reason = 0 }},
	{"enterprises[0].reason", func(g *types.GenesisState) { g.Enterprises[0].Reason = 1 << 31 }},
	{"enterprises[0].administrator", func(g *types.GenesisState) { g.Enterprises[0].Administrator = 999 }},
	{"enterprises[0].administrator", func(g *types.GenesisState) { g.Members = g.Members[1:] }},
	{"enterprises[0].dossier_commitment", func(g *types.GenesisState) { g.Enterprises[0].DossierCommitment = []byte{1} }},
	{"enterprises[0].quota", func(g *types.GenesisState) { g.Enterprises[0].Quota = types.MaxQuota + 1 }},
	{"enterprises[3].quota", func(g *types.GenesisState) { g.Enterprises[3].Quota = 1 }},
	{"enterprises[4].state", func(g *types.GenesisState) {
		g.Enterprises[4].State, g.Enterprises[4].Reason = types.ENTERPRISE_STATE_PENDING, 0
		g.Enterprises[4].Administrator = g.Enterprises[3].Administrator
	}},
	{"members[1].user_id", func(g *types.GenesisState) { g.Members[1] = g.Members[0] }},
	{"members[0].enterprise_id", func(g *types.GenesisState) { g.Members[0].EnterpriseId = 0 }},
	{"members[1].state", func(g *types.GenesisState) { g.Members[1].State = 0 }},
	{"members[1].rights", func(g *types.GenesisState) { g.Members[1].Rights = nil }},
	{"members[1].rights", func(g *types.GenesisState) { g.Members[1].State = types.MEMBER_STATE_REMOVED }},
	{"members[1].reason", func(g *types.GenesisState) { g.Members[1].Reason = 1 }},
	{"members[1].form_commitment", func(g *types.GenesisState) { g.Members[1].FormCommitment = nil }},
	{"members[0].form_commitment", func(g *types.GenesisState) { g.Members[0].FormCommitment = commitment("x") }},
	{"qualifications[1].id", func(g *types.GenesisState) { g.Qualifications[1].Id = 1 }},
	{"qualifications[1].enterprise_id", func(g *types.GenesisState) { g.Qualifications[1].EnterpriseId = 4 }},
	{"qualifications[1].categories", func(g *types.GenesisState) { g.Qualifications[1].Categories = []uint32{7} }},
	{"qualifications[1].form_commitment", func(g *types.GenesisState) { g.Qualifications[1].FormCommitment = nil }},
	{"qualifications[1].template_version", func(g *types.GenesisState) { g.Qualifications[1].TemplateVersion = 0 }},
	{"qualifications[1].state", func(g *types.GenesisState) { g.Qualifications[1].State = -1 }},
	{"qualifications[1].reason", func(g *types.GenesisState) { g.Qualifications[1].Reason = 0 }},
	{"qualifications[3].enterprise_id", func(g *types.GenesisState) { g.Qualifications[2].State = types.QUALIFICATION_STATE_PENDING }},
	{"quota_uses[0].enterprise_id", func(g *types.GenesisState) { g.QuotaUses[0].EnterpriseId = 77 }},
	{"quota_uses[1].enterprise_id", func(g *types.GenesisState) { g.QuotaUses = append(g.QuotaUses, g.QuotaUses[0]) }},
	{"quota_uses[0].day", func(g *types.GenesisState) { g.QuotaUses[0].Day = 0 }},
	{"quota_uses[0].used", func(g *types.GenesisState) { g.QuotaUses[0].Used = 0 }},
	{"params.quota", func(g *types.GenesisState) { g.Params.Quota = 0 }},
}

func TestEN21ValidateNamesTheField(t *testing.T) {
	w := eventful(t)
	for _, b := range breaks {
		g, err := w.k.ExportGenesis(w.ctx)
		require.NoError(t, err)
		require.NoError(t, g.Validate())
		b.wreck(g)
		err = g.Validate()
		require.ErrorIs(t, err, types.ErrInvalidGenesis, b.field)
		require.ErrorContains(t, err, b.field+": ")
		require.ErrorContains(t, err, "expected")
	}
}

// stored are all keys and values of the module's store.
func stored(t *testing.T, f *fixture) map[string]string {
	it, err := f.store.OpenKVStore(f.ctx).Iterator(nil, nil)
	require.NoError(t, err)
	defer it.Close()
	all := make(map[string]string)
	for ; it.Valid(); it.Next() {
		all[string(it.Key())] = string(it.Value())
	}
	return all
}

// Keys have one of the fixed lengths, no value is empty, and an import gives the
// same store, derived tables included.
func TestEN21Store(t *testing.T) {
	w := eventful(t)
	all := stored(t, w.fixture)
	tables := make(map[byte]bool)
	for key, value := range all {
		tables[key[0]] = true
		require.Contains(t, []int{1, 1 + 8, 1 + 16, 1 + 32}, len(key), "%x", key)
		require.NotEmpty(t, value, "%x", key)
	}
	require.Len(t, tables, 16, "every table has a row")
	require.Equal(t, all, stored(t, imported(t, w)))
}
