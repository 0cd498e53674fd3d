package recipe

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/inkchain/inkd/format"
)

// checkName says why a name cannot be part of a label, or nothing. Refused are
// names that another system or a reader would take for something else.
func checkName(name string) string {
	if !utf8.ValidString(name) {
		return "name is not valid UTF-8"
	}
	for _, r := range name {
		switch {
		case r == '\\':
			return "name has a backslash"
		case r < 0x20 || r >= 0x7F && r <= 0x9F:
			return fmt.Sprintf("name has a control character U+%04X", r)
		}
	}
	// What is left of the canonical rules for text: byte order mark and bidi.
	if err := format.CheckText(name, len(name)); err != nil {
		return "name: " + err.Error()
	}
	return ""
}

// fold maps labels that some file systems cannot tell apart to the same string:
// NFC, then full default case folding, then NFC again, which folding may undo.
func fold(label string) string {
	return norm.NFC.String(cases.Fold().String(norm.NFC.String(label)))
}

// twins refuses every file whose label folds to that of an earlier one.
func twins(files []entry) []Refusal {
	first := make(map[string]string, len(files))
	var refused []Refusal
	for _, f := range files {
		key := fold(f.label)
		if other, ok := first[key]; ok {
			refused = append(refused, Refusal{f.label, fmt.Sprintf("equal to %q after NFC and case folding", other)})
			continue
		}
		first[key] = f.label
	}
	return refused
}

func sortRefusals(r []Refusal) {
	slices.SortFunc(r, func(a, b Refusal) int { return strings.Compare(a.Path, b.Path) })
}
