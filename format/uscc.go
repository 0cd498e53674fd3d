package format

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// usccAlphabet holds the 31 characters of GB 32100-2015 in the order of their
// values; I, O, S, V and Z are left out because they look like digits.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

const usccLength = 18

// USCCError says which character of a unified social credit code is wrong.
type USCCError struct {
	Position int    // counted from 1 in characters; 0: the length is wrong
	Expected string // the character expected there, or a description
	Got      string // the character that came, or the number of characters
}

// Error names position, expectation and what came.
func (e *USCCError) Error() string {
	if e.Position == 0 {
		return fmt.Sprintf("unified social credit code: expected %s, got %s", e.Expected, e.Got)
	}
	return fmt.Sprintf("unified social credit code, character %d: expected %s, got %s", e.Position, e.Expected, e.Got)
}

// CheckUSCC checks a unified social credit code (统一社会信用代码, GB 32100-2015):
// 18 characters, of which the last is a check character. Nothing is repaired:
// lower case, full-width and surrounding blanks are refused with a *USCCError.
func CheckUSCC(s string) error {
	if n := utf8.RuneCountInString(s); n != usccLength {
		return &USCCError{Expected: fmt.Sprintf("%d characters", usccLength), Got: fmt.Sprint(n)}
	}
	sum, weight, pos := 0, 1, 0
	for _, r := range s {
		pos++
		v := strings.IndexRune(usccAlphabet, r)
		if v < 0 {
			return &USCCError{Position: pos, Expected: usccHint(r), Got: fmt.Sprintf("%q", r)}
		}
		if pos < usccLength {
			sum += v * weight
			weight = weight * 3 % 31
		}
	}
	if want := usccAlphabet[(31-sum%31)%31]; s[usccLength-1] != want {
		return &USCCError{
			Position: usccLength,
			Expected: fmt.Sprintf("check character %q", want),
			Got:      fmt.Sprintf("%q", s[usccLength-1]),
		}
	}
	return nil
}

// usccHint says what was expected instead of r, with a suggestion where one
// character is commonly typed for another.
func usccHint(r rune) string {
	const all = "one of 0-9A-HJ-NP-RTUWXY"
	switch {
	case r >= 'a' && r <= 'z' && strings.ContainsRune(usccAlphabet, r-'a'+'A'):
		return fmt.Sprintf("%q (lower case is not allowed)", r-'a'+'A')
	case r >= 0xFF01 && r <= 0xFF5E:
		return all + " (full-width is not allowed)"
	case r == 'O' || r == 'o':
		return all + " (a zero?)"
	case r == 'I' || r == 'i':
		return all + " (a one?)"
	}
	return all
}
