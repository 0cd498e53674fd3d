package format

import (
	"fmt"
	"unicode/utf8"
)

// CheckText applies the rules of §0 to a string: at most maxBytes bytes of valid
// UTF-8, without U+FEFF (byte order mark) anywhere, C0 controls (U+0000 to
// U+001F, so no line feeds and tabs either) and bidi controls. The sets are
// fixed numbers, not tables of a Unicode version.
func CheckText(s string, maxBytes int) error {
	if len(s) > maxBytes {
		return fmt.Errorf("%w: expected at most %d bytes, got %d", ErrLimit, maxBytes, len(s))
	}
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return fmt.Errorf("%w: expected valid UTF-8, got byte 0x%02x at byte %d", ErrText, s[i], i)
			}
		}
		if kind := forbidden(r); kind != "" {
			return fmt.Errorf("%w: expected no %s, got U+%04X at byte %d", ErrText, kind, r, i)
		}
	}
	return nil
}

// forbidden names the class of a rune that canonical text refuses, or is empty.
func forbidden(r rune) string {
	switch {
	case r < 0x20:
		return "C0 control"
	case r == 0xFEFF:
		return "byte order mark"
	case r == 0x061C, r == 0x200E, r == 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return "bidi control"
	}
	return ""
}
