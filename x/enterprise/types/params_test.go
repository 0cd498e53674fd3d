package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/enterprise/types"
)

func TestEN01DefaultParams(t *testing.T) {
	p := types.DefaultParams()
	require.NoError(t, p.Validate())
	require.Equal(t, uint64(100_000), p.Quota)
	names := make([]string, 0, 6)
	for i, c := range p.Categories {
		require.Equal(t, uint32(i+1), c.Code)
		names = append(names, c.Name+" "+c.Zh)
	}
	require.Equal(t, []string{
		"manufacturing 制造业", "biomedicine 生物医药", "other 其他数据",
		"personal-life 个人生活", "public-safety 公共安全领域", "city-management 城市管理",
	}, names)
}

func TestEN01Params(t *testing.T) {
	for _, c := range []struct {
		field string
		wreck func(p *types.Params)
	}{
		{"params.categories: ", func(p *types.Params) { p.Categories = nil }},
		{"params.categories: ", func(p *types.Params) { p.Categories = make([]types.Category, 257) }},
		{"params.categories[0].code", func(p *types.Params) { p.Categories[0].Code = 0 }},
		{"params.categories[2].code", func(p *types.Params) { p.Categories[2].Code = 2 }},
		{"params.categories[2].code", func(p *types.Params) { p.Categories[2].Code = 1 }},
		{"params.categories[2].name", func(p *types.Params) { p.Categories[2].Name = "biomedicine" }},
		{"params.categories[2].name", func(p *types.Params) { p.Categories[2].Name = "" }},
		{"params.categories[2].name", func(p *types.Params) { p.Categories[2].Name = "Other" }},
		{"params.categories[2].name", func(p *types.Params) { p.Categories[2].Name = strings.Repeat("a", 33) }},
		{"params.categories[2].zh", func(p *types.Params) { p.Categories[2].Zh = "" }},
		{"params.categories[2].zh", func(p *types.Params) { p.Categories[2].Zh = "生物 医药" }},
		{"params.categories[2].zh", func(p *types.Params) { p.Categories[2].Zh = strings.Repeat("其", 33) }},
		{"params.categories[2].zh", func(p *types.Params) { p.Categories[2].Zh = "生物医药" }},
		{"params.quota", func(p *types.Params) { p.Quota = 0 }},
		{"params.quota", func(p *types.Params) { p.Quota = types.MaxQuota + 1 }},
	} {
		p := types.DefaultParams()
		c.wreck(&p)
		err := p.Validate()
		require.ErrorIs(t, err, types.ErrInvalidGenesis, c.field)
		require.ErrorContains(t, err, c.field)
	}
}
