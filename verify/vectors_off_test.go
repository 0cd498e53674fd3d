//go:build ruleoff

package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify"
)

// Each bad vector is accepted by a verifier that lacks exactly its rule: none dies
// of another cause.
func TestVectorsDieOfTheirRule(t *testing.T) {
	n := 0
	for _, v := range readVectors(t) {
		if v.Rule == "" {
			continue
		}
		n++
		t.Run(v.Name, func(t *testing.T) {
			in := v.input(t)
			disable(v.Rule, true)
			defer disable(v.Rule, false)
			verdict := verify.Verify(in)
			require.Contains(t, []int{verify.ExitOK, verify.ExitNothingShown}, verdict.Exit, "%s", lines(verdict))
		})
	}
	require.GreaterOrEqual(t, n, 80)
}

func disable(rule string, on bool) {
	verify.Disabled[rule] = on
	for err, code := range verify.FormatRules() {
		if code == rule {
			format.Tolerated[err] = on
		}
	}
}
