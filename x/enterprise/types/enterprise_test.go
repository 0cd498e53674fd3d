package types_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/enterprise/types"
)

func TestEN04Name(t *testing.T) {
	for _, good := range []string{
		"印刻", "南通市（大数据）集团·AB&C-9(有限)公司", strings.Repeat("印", 64), strings.Repeat("\U000323AF", 64),
		"二〇公司", "\u3400\u4dbf\u4e00\u9fff", "\U00020000\U0002A6DF\U0002EE5F\U00030000",
	} {
		require.NoError(t, types.CheckName(good), good)
	}
	for bad, word := range map[string]string{
		"":                       "got 0",
		"印":                      "expected 2 to 64 characters, got 1",
		strings.Repeat("a", 65):  "got 65",
		strings.Repeat("a", 999): "got 999 bytes",
		"印刻 公司":                  "character 3: expected Han",
		"印刻_公司":                  "U+005F",
		"印刻\x00":                 "U+0000",
		"ab\xff":                 "U+FFFD",
	} {
		err := types.CheckName(bad)
		require.ErrorIs(t, err, types.ErrInvalidName, "%q", bad)
		require.ErrorContains(t, err, word)
	}
}

func TestEN04Fold(t *testing.T) {
	require.Equal(t, "印刻(a)·b&c-9", types.FoldName("印刻（A）·B&C-9"))
	require.Equal(t, types.NameKey("INK（南通）"), types.NameKey("ink(南通)"))
	require.NotEqual(t, types.NameKey("印刻一"), types.NameKey("印刻二"))
	require.Len(t, types.NameKey(""), 32)
	require.Len(t, types.USCCKey(""), 32)
}

// The check never panics; what it allows folds to something it allows, of the
// same length, and folding twice is folding once.
func FuzzName(f *testing.F) {
	for _, s := range []string{"印刻（南通）DATA·&-9", "Ab", "\xff\xfe", "\U0002F800x", "İı", strings.Repeat("印", 65)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := types.FoldName(s)
		if types.FoldName(folded) != folded {
			t.Fatalf("folding %q twice gives %q", s, types.FoldName(folded))
		}
		if types.CheckName(s) != nil {
			return
		}
		if !utf8.ValidString(s) {
			t.Fatalf("%q is allowed but no UTF-8", s)
		}
		if err := types.CheckName(folded); err != nil {
			t.Fatalf("%q folds to %q: %s", s, folded, err)
		}
		if utf8.RuneCountInString(s) != utf8.RuneCountInString(folded) {
			t.Fatalf("%q folds to %q of another length", s, folded)
		}
	})
}
