package verifycommand

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Safe escapes what a terminal would obey or hide: controls, bidi controls, zero-width
// and unassigned characters, bytes that are no UTF-8. Names, labels and titles were
// chosen by others.
func Safe(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case visible(r):
			b.WriteString(s[i : i+n])
		case r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
		i += n
	}
	return b.String()
}

func visible(r rune) bool { return unicode.IsPrint(r) || r == '\u3000' }

// jsonLine is a line of JSON in which the same characters are to be escaped.
type jsonLine struct{ bytes.Buffer }

func (l *jsonLine) escaped() []byte {
	var b bytes.Buffer
	for _, r := range l.String() {
		switch {
		case r == '\n' || visible(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
