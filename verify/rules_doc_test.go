package verify

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRulesAreSpecified: the specification names each rule and check of the program,
// and no others.
func TestRulesAreSpecified(t *testing.T) {
	text, err := os.ReadFile("../docs/spec/bundle.md")
	require.NoError(t, err)
	known := map[string]bool{}
	for _, r := range Rules {
		require.False(t, known[r.Code], "%s twice", r.Code)
		known[r.Code] = true
		require.Contains(t, string(text), "`"+r.Code+"`")
	}
	for code := range names {
		require.Contains(t, string(text), "`"+code+"`")
	}
	for _, m := range regexp.MustCompile("`([a-z0-9-]+\\.[a-z0-9-]+)`").FindAllStringSubmatch(string(text), -1) {
		require.True(t, known[m[1]], "unknown rule %s", m[1])
	}
}
