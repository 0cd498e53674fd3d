package types

import (
	"crypto/sha256"
	"strings"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// Limits of enterprise names, in characters.
const (
	MinNameRunes = 2
	MaxNameRunes = 64
)

// han are the blocks of unified ideographs, written out so that no node's answer
// hangs on the Unicode version of its Go. Compatibility ideographs (U+F900–FAFF,
// U+2F800–2FA1F) and radicals are left out: they look like unified ones.
var han = [...][2]rune{
	{0x3007, 0x3007},   // 〇
	{0x3400, 0x4DBF},   // extension A
	{0x4E00, 0x9FFF},   // the basic block
	{0x20000, 0x2A6DF}, // extension B
	{0x2A700, 0x2B73F}, // extension C
	{0x2B740, 0x2B81F}, // extension D
	{0x2B820, 0x2CEAF}, // extension E
	{0x2CEB0, 0x2EBEF}, // extension F
	{0x2EBF0, 0x2EE5F}, // extension I
	{0x30000, 0x3134F}, // extension G
	{0x31350, 0x323AF}, // extension H
}

// nameMarks are the marks that a name may hold.
const nameMarks = "（）()·&-"

// CheckName checks an enterprise's name: 2 to 64 characters, each Han, an ASCII
// letter or digit, or one of （）()·&-. Nothing is repaired. Error: ErrInvalidName
// with the position, counted from 1, of the first character that is not allowed.
func CheckName(name string) error {
	return checkText(ErrInvalidName, name, MinNameRunes, MaxNameRunes)
}

// checkText checks text in the alphabet of names and wraps kind.
func checkText(kind error, text string, low, high int) error {
	// Bytes first, so that a long text is not walked.
	if len(text) > high*utf8.UTFMax {
		return errorsmod.Wrapf(kind, "expected %d to %d characters, got %d bytes", low, high, len(text))
	}
	if n := utf8.RuneCountInString(text); n < low || n > high {
		return errorsmod.Wrapf(kind, "expected %d to %d characters, got %d", low, high, n)
	}
	position := 0
	for _, r := range text {
		position++
		if !allowedInName(r) {
			return errorsmod.Wrapf(kind, "character %d: expected Han, A-Z, a-z, 0-9 or one of %s, got U+%04X", position, nameMarks, r)
		}
	}
	return nil
}

func allowedInName(r rune) bool {
	switch {
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
		return true
	case strings.ContainsRune(nameMarks, r):
		// Invalid UTF-8 comes as U+FFFD, which is none of the marks.
		return true
	}
	for _, block := range han {
		if r >= block[0] && r <= block[1] {
			return true
		}
	}
	return false
}

// FoldName gives the form in which names are compared: full-width parentheses as
// ASCII ones, ASCII letters in lower case. No other characters of the alphabet
// are forms of each other.
func FoldName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r == '（':
			return '('
		case r == '）':
			return ')'
		}
		return r
	}, name)
}

// NameKey is the key of a name in the table of certified enterprises: SHA-256 of
// the folded name, 32 bytes.
func NameKey(name string) []byte {
	sum := sha256.Sum256([]byte(FoldName(name)))
	return sum[:]
}

// USCCKey is the key of a code in the table of certified enterprises: SHA-256 of
// the code, 32 bytes.
func USCCKey(uscc string) []byte {
	sum := sha256.Sum256([]byte(uscc))
	return sum[:]
}

// CheckUSCC checks a unified social credit code. Error: ErrInvalidUSCC with the
// position, what was expected there and what came.
func CheckUSCC(uscc string) error {
	if err := format.CheckUSCC(uscc); err != nil {
		return errorsmod.Wrap(ErrInvalidUSCC, err.Error())
	}
	return nil
}

// Stands says whether the enterprise was certified, suspended or not: only then
// does it hold its name and code.
func (e Enterprise) Stands() bool {
	return e.State == ENTERPRISE_STATE_CERTIFIED || e.State == ENTERPRISE_STATE_SUSPENDED
}

// Word is the state as a word for messages: pending, certified, rejected,
// suspended.
func (s EnterpriseState) Word() string {
	return word(s.String(), "ENTERPRISE_STATE_")
}

// word turns the name of an enum's value into a word for messages.
func word(name, prefix string) string {
	return strings.ToLower(strings.TrimPrefix(name, prefix))
}

// CheckApplyEnterprise checks the fields of an application that need no state.
// Errors: ErrInvalidName, ErrInvalidUSCC and the consortium's for the commitment.
func CheckApplyEnterprise(m *MsgApplyEnterprise) error {
	if err := CheckName(m.Name); err != nil {
		return err
	}
	if err := CheckUSCC(m.Uscc); err != nil {
		return err
	}
	return consortiumtypes.CheckCommitment("dossier_commitment", m.DossierCommitment)
}
