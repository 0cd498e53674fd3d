//go:build ruleoff

package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
)

// TestEachSubmissionRuleCounts: without its rule, and only without it, a bad
// submission passes, so that none dies of a wrong cause.
func TestEachSubmissionRuleCounts(t *testing.T) {
	for _, keyType := range keyTypes {
		cases := badSubmissionsOf(keyType)
		rules := map[string]bool{}
		for _, c := range cases {
			rules[c.rule] = true
		}
		for _, c := range cases {
			t.Run(keyType.String()+"/"+c.name, func(t *testing.T) {
				s, r := newDeposit(t, keyType, c.change)
				for rule := range rules {
					verify.Disabled = map[string]bool{rule: true}
					_, _, err := verify.CheckSubmission(s, r)
					if rule == c.rule && !c.also {
						require.NoError(t, err)
					} else {
						require.Error(t, err, "without %s", rule)
					}
				}
			})
		}
	}
	verify.Disabled = map[string]bool{}
}
