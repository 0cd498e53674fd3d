package format

import (
	"fmt"
	"strconv"
)

// Recipe says how the items were cut out of what was evidenced (§1).
type Recipe uint32

// The recipes of version 1. The numbers are part of the format.
const (
	RecipeFile         Recipe = 1 // the octets of one file, n = 1
	RecipeDir          Recipe = 2 // the regular files below a directory
	RecipeLines        Recipe = 3 // slices ending after each 0x0A
	RecipeCSV          Recipe = 4 // rows, with 0 or 1 header rows
	RecipeAPI          Recipe = 5 // message bodies of a stream
	RecipeSecretPoints Recipe = 6 // one document per point of a trade secret
)

// String returns the recipe's name without parameters; see RecipeName.
func (r Recipe) String() string {
	switch r {
	case RecipeFile:
		return "file"
	case RecipeDir:
		return "dir"
	case RecipeLines:
		return "lines"
	case RecipeCSV:
		return "csv"
	case RecipeAPI:
		return "api"
	case RecipeSecretPoints:
		return "secret-points"
	}
	return "recipe " + strconv.FormatUint(uint64(r), 10)
}

// RecipeName returns the name with its parameter: csv/0, csv/1, or String.
func RecipeName(r Recipe, headerItems uint32) string {
	if r == RecipeCSV {
		return "csv/" + strconv.FormatUint(uint64(headerItems), 10)
	}
	return r.String()
}

// ParseRecipe is the inverse of RecipeName: it returns the recipe and the number
// of header rows. A bare "csv" is refused, since the header decides the count.
func ParseRecipe(s string) (Recipe, uint32, error) {
	switch s {
	case "csv/0":
		return RecipeCSV, 0, nil
	case "csv/1":
		return RecipeCSV, 1, nil
	}
	for r := RecipeFile; r <= RecipeSecretPoints; r++ {
		if r != RecipeCSV && s == r.String() {
			return r, 0, nil
		}
	}
	return 0, 0, fmt.Errorf("%w: expected file, dir, lines, csv/0, csv/1, api or secret-points, got %q", ErrRecipe, s)
}

// check refuses combinations no evidence can have.
func (r Recipe) check(items uint64, headerItems uint32) error {
	switch {
	case r < RecipeFile || r > RecipeSecretPoints:
		return fmt.Errorf("%w: expected a recipe from 1 to 6, got %d", ErrRecipe, uint32(r))
	case items == 0:
		return fmt.Errorf("items: %w: expected at least 1", ErrMissing)
	case items > MaxItems:
		return fmt.Errorf("items: %w: expected at most %d, got %d", ErrLimit, uint64(MaxItems), items)
	case r == RecipeFile && items != 1:
		return fmt.Errorf("items: %w: expected 1 for recipe file, got %d", ErrValue, items)
	case r != RecipeCSV && headerItems != 0:
		return fmt.Errorf("header_items: %w: expected 0 for recipe %s, got %d", ErrValue, r, headerItems)
	case headerItems > 1:
		return fmt.Errorf("header_items: %w: expected 0 or 1, got %d", ErrValue, headerItems)
	}
	return nil
}
