package verify_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
)

// withoutVector are rules that no vector can show alone, and why.
var withoutVector = map[string]string{
	"format.magic":           "a file of another kind has nothing to go on with",
	"format.truncated":       "what is cut off is not there",
	"format.varint-overflow": "the number has no place in 64 bits",
	"format.wire-type":       "the bytes that follow are another value's",
	"format.length":          "a hash of another length is none",
	"format.missing":         "what is missing is not there",
	"format.text":            "texts that a verdict rests on are compared with the anchor's",
	"format.not-canonical":   "the decoder's rules refuse before",
	"ics23.empty":            "an empty value is no message of the state either",
	"items.label":            "a label of another recipe changes the leaf",
	"items.total-size":       "the commitment covers it; only its owner can lie",
	"submission.key-type":    "entries of other key types are refused",
	"status.now":             "without a time there is no age",
	"later-events.none":      "not required by default",
	"key-status.none":        "not required by default",
	"items.none":             "not required by default",
	"time-stamps.none":       "tokens have vectors in verify/tsa",
	"time-stamps.head":       "tokens have vectors in verify/tsa",
	"time-stamps.token":      "tokens have vectors in verify/tsa",
	"checkpoints.keys":       "shown in witness_test.go",
	"checkpoints.form":       "shown in witness_test.go",
	"checkpoints.head":       "shown in witness_test.go",
	"checkpoints.number":     "shown in witness_test.go",
}

// Every rule of the code is in the list of rules, and the other way round; every rule
// has a vector that breaks it, or a reason why not.
func TestRulesAreComplete(t *testing.T) {
	used := map[string]bool{}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	code := regexp.MustCompile(`"([a-z0-9-]+\.[a-z0-9-]+)"`)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") || slices.Contains([]string{"sentences.go", "details.go", "advice.go"}, f) { // words about rules
			continue
		}
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		text := string(b)
		if f == "rules.go" { // the list itself is no use
			text = text[:strings.Index(text, "var Rules")]
		}
		for _, m := range code.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
		}
	}
	shown := map[string]bool{}
	for _, v := range readVectors(t) {
		shown[v.Rule] = true
	}
	listed := map[string]bool{}
	for _, r := range verify.Rules {
		require.False(t, listed[r.Code], "%s stands twice in the list", r.Code)
		listed[r.Code] = true
		require.True(t, used[r.Code], "%s is in the list and nowhere else", r.Code)
		_, excused := withoutVector[r.Code]
		require.NotEqual(t, shown[r.Code], excused, "%s: expected a bad vector or a reason, and not both", r.Code)
	}
	for rule := range used {
		require.True(t, listed[rule], "%s is used and not in the list", rule)
	}
}
