package types

import (
	"strconv"
	"strings"

	errorsmod "cosmossdk.io/errors"
)

// Limits of categories.
const (
	MaxCategories      = 256
	MaxFormer          = 1024
	maxCategoryName    = 32
	maxCategoryZhRunes = 32
)

// DefaultParams are the six categories of the platform and the default quota.
func DefaultParams() Params {
	return Params{
		Categories: []Category{
			{Code: 1, Name: "manufacturing", Zh: "制造业"},
			{Code: 2, Name: "biomedicine", Zh: "生物医药"},
			{Code: 3, Name: "other", Zh: "其他数据"},
			{Code: 4, Name: "personal-life", Zh: "个人生活"},
			{Code: 5, Name: "public-safety", Zh: "公共安全领域"},
			{Code: 6, Name: "city-management", Zh: "城市管理"},
		},
		Quota: DefaultQuota,
	}
}

// Category is the category of a code.
func (p Params) Category(code uint32) (Category, bool) {
	for _, c := range p.Categories {
		if c.Code == code {
			return c, true
		}
	}
	return Category{}, false
}

// ParseCategory is the category of a word: a name in either language, or a code.
func (p Params) ParseCategory(text string) (Category, bool) {
	for _, c := range p.Categories {
		if c.Name == text || c.Zh == text || strconv.FormatUint(uint64(c.Code), 10) == text {
			return c, true
		}
	}
	return Category{}, false
}

// CategoryNames are the names of all categories, for messages to people.
func (p Params) CategoryNames() string {
	names := make([]string, len(p.Categories))
	for i, c := range p.Categories {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

// Validate checks the parameters of a genesis. Error: ErrInvalidGenesis naming the
// field.
func (p Params) Validate() error { return p.validate(ErrInvalidGenesis) }

// CheckParams checks the parameters of a decision, given all categories that there
// ever were. Error: ErrInvalidParams naming the field.
func CheckParams(p Params, before []Category) error {
	if err := p.validate(ErrInvalidParams); err != nil {
		return err
	}
	if n := len(p.Former(before)); n > MaxFormer {
		return errorsmod.Wrapf(ErrInvalidParams, "params.categories: expected at most %d categories left out, got %d", MaxFormer, n)
	}
	for i, c := range p.Categories {
		for _, old := range before {
			if c != old && (c.Code == old.Code || c.Name == old.Name || c.Zh == old.Zh) {
				return errorsmod.Wrapf(ErrInvalidParams, "params.categories[%d]: expected code and names that were no other category's, got %d %s %s after %d %s %s",
					i, c.Code, c.Name, c.Zh, old.Code, old.Name, old.Zh)
			}
		}
	}
	return nil
}

// Former are those of the categories that the parameters leave out.
func (p Params) Former(before []Category) []Category {
	var former []Category
	for _, c := range before {
		if _, ok := p.Category(c.Code); !ok {
			former = append(former, c)
		}
	}
	return former
}

func (p Params) validate(base *errorsmod.Error) error {
	refuse := func(field, format string, args ...any) error {
		return errorsmod.Wrapf(base, field+": "+format, args...)
	}
	if n := len(p.Categories); n == 0 || n > MaxCategories {
		return refuse("params.categories", "expected 1 to %d categories, got %d", MaxCategories, n)
	}
	if p.Quota == 0 || p.Quota > MaxQuota {
		return refuse("params.quota", "expected 1 to %d records a day, got %d", MaxQuota, p.Quota)
	}
	return validateCategories("params.categories", p.Categories, refuse)
}

func validateCategories(table string, categories []Category, refuse func(field, format string, args ...any) error) error {
	names, zhs := make(map[string]bool), make(map[string]bool)
	for i, c := range categories {
		at := field(table, i)
		switch {
		case i == 0 && c.Code == 0:
			return refuse(at("code"), "expected a code from 1, got 0")
		case i > 0 && c.Code <= categories[i-1].Code:
			return refuse(at("code"), "expected more than %d (ascending and distinct), got %d", categories[i-1].Code, c.Code)
		case !categoryName(c.Name):
			return refuse(at("name"), "expected 1 to %d characters a-z and hyphens, got %q", maxCategoryName, c.Name)
		case names[c.Name]:
			return refuse(at("name"), "expected a name of no other category, got %q again", c.Name)
		case zhs[c.Zh]:
			return refuse(at("zh"), "expected a name of no other category, got %q again", c.Zh)
		}
		if err := checkText(ErrInvalid, c.Zh, 1, maxCategoryZhRunes); err != nil {
			return refuse(at("zh"), "%s", err)
		}
		names[c.Name], zhs[c.Zh] = true, true
	}
	return nil
}

func categoryName(name string) bool {
	if len(name) == 0 || len(name) > maxCategoryName {
		return false
	}
	for i := range len(name) {
		if b := name[i]; b != '-' && (b < 'a' || b > 'z') {
			return false
		}
	}
	return true
}

// invalid is a refusal of a genesis that names the field.
func invalid(field, format string, args ...any) error {
	return errorsmod.Wrapf(ErrInvalidGenesis, field+": "+format, args...)
}
