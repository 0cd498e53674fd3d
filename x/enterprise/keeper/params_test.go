package keeper_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/enterprise"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func update(by string, p types.Params) *types.MsgUpdateParams {
	return &types.MsgUpdateParams{Authority: by, Params: p}
}

// without are the default parameters without the categories of some codes.
func without(codes ...uint32) types.Params {
	p := types.DefaultParams()
	p.Categories = slices.DeleteFunc(p.Categories, func(c types.Category) bool { return slices.Contains(codes, c.Code) })
	return p
}

// decided carries parameters out as the consortium does: the handler, then the entry.
func (f *fixture) decided(p types.Params) {
	f.t.Helper()
	m := update("consortium", p)
	f.must(m)
	raw, err := m.Marshal()
	require.NoError(f.t, err)
	_, err = f.log.Append(f.ctx, &logtypes.Entry_ParametersChanged{ParametersChanged: &logtypes.ParametersChanged{Module: "ink.enterprise.v1", Message: raw}})
	require.NoError(f.t, err)
}

// A category that is left out cannot be applied for; who is qualified for it stays
// so, and so does what was applied for before.
func TestEN01CategoryLeftOut(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.k.CheckQualified(w.ctx, w.other, 1))
	w.decided(without(1, 2))
	require.NoError(t, w.k.CheckQualified(w.ctx, w.other, 1))
	require.ErrorIs(t, w.send(applyQualification("administrator", w.enterprise, 1)), types.ErrInvalidCategories)
	w.must(&types.MsgReviewQualification{Officer: "reviewer", QualificationId: w.pendingQualification, Approve: true})
	require.NoError(t, w.k.CheckQualified(w.ctx, w.other, 2))

	r, err := w.query.Params(w.ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, without(1, 2), r.Params)
	require.Equal(t, types.DefaultParams().Categories[:2], r.Former)

	w.decided(without(1))
	r, err = w.query.Params(w.ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, types.DefaultParams().Categories[:1], r.Former, "category 2 is back")
	w.must(applyQualification("administrator", w.enterprise, 2))
}

// The default quota counts from the next record on; an enterprise's own stays.
func TestEN01QuotaDecided(t *testing.T) {
	w := newWorld(t)
	w.must(&types.MsgSetQuota{Officer: "registrar", EnterpriseId: w.other, Quota: 9})
	p := types.DefaultParams()
	p.Quota = 5
	w.decided(p)
	require.NoError(t, w.k.CheckQuota(w.ctx, w.enterprise, 5))
	require.ErrorIs(t, w.k.CheckQuota(w.ctx, w.enterprise, 6), types.ErrQuotaExhausted)
	require.NoError(t, w.k.CheckQuota(w.ctx, w.other, 9))
}

// A code is never used for another category, nor a name, left out or not.
func TestEN01CodesAndNamesAreForEver(t *testing.T) {
	w := newWorld(t)
	w.decided(without(2))
	for name, c := range map[string]types.Category{
		"another category's code": {Code: 1, Name: "energy", Zh: "能源"},
		"a former one's code":     {Code: 2, Name: "energy", Zh: "能源"},
		"a former one's name":     {Code: 7, Name: "biomedicine", Zh: "能源"},
		"a former one's 中文":       {Code: 7, Name: "energy", Zh: "生物医药"},
		"another name":            {Code: 1, Name: "manufacturing", Zh: "工业"},
	} {
		p := without(2, c.Code)
		p.Categories = append(p.Categories, c)
		slices.SortFunc(p.Categories, func(a, b types.Category) int { return int(a.Code) - int(b.Code) })
		err := w.send(update("consortium", p))
		require.ErrorIs(t, err, types.ErrInvalidParams, name)
		require.ErrorContains(t, err, "expected code and names that were no other category's", name)
	}
	p := without(2)
	p.Categories = append(p.Categories, types.Category{Code: 7, Name: "energy", Zh: "能源"})
	w.decided(p)
	w.must(applyQualification("administrator", w.enterprise, 7))
}

// Not more categories are kept than can be looked through.
func TestEN01FormerCategoriesAreCapped(t *testing.T) {
	before := make([]types.Category, types.MaxFormer+6)
	for i := range before {
		before[i] = types.Category{Code: uint32(i + 1), Name: string(rune('a' + i%26)), Zh: "x"}
	}
	p := types.DefaultParams()
	copy(before, p.Categories)
	require.Len(t, p.Former(before), types.MaxFormer)
	require.NoError(t, types.CheckParams(p, before))
	require.ErrorContains(t, types.CheckParams(without(6), before), "expected at most 1024 categories left out, got 1025")
}

// Decided parameters survive an export and an import; what the log says of them
// cannot be forged, in the parameters or in the former categories.
func TestEN21DecidedParams(t *testing.T) {
	w := newWorld(t)
	p := without(1, 3)
	p.Categories = append(p.Categories, types.Category{Code: 8, Name: "energy", Zh: "能源"})
	w.decided(p)
	w.decided(without(1))
	module := enterprise.NewAppModule(w.cdc, w.k)
	first := module.ExportGenesis(w.ctx, w.cdc)
	require.NoError(t, module.ValidateGenesis(w.cdc, nil, first))
	f := imported(t, w)
	require.Equal(t, string(first), string(enterprise.NewAppModule(f.cdc, f.k).ExportGenesis(f.ctx, f.cdc)))

	for name, c := range map[string]struct {
		says  string
		forge func(g *types.GenesisState)
	}{
		"quota":              {"params: expected those of the last decision", func(g *types.GenesisState) { g.Params.Quota-- }},
		"category":           {"params: expected those of the last decision", func(g *types.GenesisState) { g.Params.Categories = g.Params.Categories[:4] }},
		"former left out":    {"former_categories: expected 8 energy", func(g *types.GenesisState) { g.FormerCategories = g.FormerCategories[:1] }},
		"former renamed":     {"former_categories: expected 8 energy", func(g *types.GenesisState) { g.FormerCategories[1].Name = "water" }},
		"present and former": {"former_categories[1].code: expected code and names that are no present", func(g *types.GenesisState) { g.FormerCategories[1].Name = "other" }},
		"former twice":       {"former_categories[1].code: expected more than 1", func(g *types.GenesisState) { g.FormerCategories[1].Code = 1 }},
		"former of another":  {"qualifications[0].categories", func(g *types.GenesisState) { g.FormerCategories[0].Code = 7 }},
	} {
		g, err := w.k.ExportGenesis(w.ctx)
		require.NoError(t, err)
		require.Len(t, g.FormerCategories, 2)
		c.forge(g)
		f := empty(t)
		f.log.entries = slices.Clone(w.log.entries)
		err = f.k.InitGenesis(f.ctx, g)
		require.ErrorIs(t, err, types.ErrInvalidGenesis, name)
		require.ErrorContains(t, err, c.says, name)
	}
}
