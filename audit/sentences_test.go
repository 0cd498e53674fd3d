package audit

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryCodeHasItsSentences looks through the sources: each code that is found or
// noted, and each thing that is counted, is said in both languages; each finding stands
// in the README, and no sentence is left over.
func TestEveryCodeHasItsSentences(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	said, counted := map[string]bool{}, map[string]bool{}
	code, count := regexp.MustCompile(`\.(find|note|omit)\("([a-z-]+)"`), regexp.MustCompile(`\.counted\("([a-z ]+)"`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range code.FindAllStringSubmatch(string(b), -1) {
			said[m[2]] = true
			if m[1] == "find" {
				require.Contains(t, string(readme), "`"+m[2]+"`", "README")
			}
		}
		for _, m := range count.FindAllStringSubmatch(string(b), -1) {
			counted[m[1]] = true
			require.NotEmpty(t, counts[m[1]], m[1])
		}
	}
	for c := range said {
		require.NotEmpty(t, sentences[c].zh, c)
		require.NotEmpty(t, sentences[c].en, c)
	}
	for c := range sentences {
		require.True(t, said[c], "nobody says %s", c)
	}
	for c := range counts {
		require.True(t, counted[c], "nobody counts %s", c)
	}
}
