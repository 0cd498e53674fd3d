//go:build ruleoff

package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/testutil"
)

// The comparisons with CometBFT and ICS-23 truly compare: each finds a verifier that
// lacks a rule without which it takes more than they do.
func TestDifferencesAreFound(t *testing.T) {
	l := newLab(t)
	trials := &commitTrials{l, testutil.NewForger(l.Keys()...)}
	for _, rule := range []string{"commit.power", "commit.signature", "commit.block-id", "commit.places", "commit.address", "commit.nil", "set.key-length"} {
		t.Run(rule, func(t *testing.T) {
			found(t, rule, func(n uint64) error {
				c := trials.next(n)
				if !representable(&c.b) {
					return nil
				}
				return c.compare(&agreement{only: map[string]int{}})
			})
		})
	}
	proofs := newProofTrials(l)
	for _, rule := range []string{"ics23.existence", "ics23.leaf-spec", "ics23.leaf-prefix", "ics23.inner-spec", "ics23.inner-prefix"} {
		t.Run(rule, func(t *testing.T) {
			found(t, rule, func(n uint64) error {
				_, _, err := judge(proofs.next(n))
				return err
			})
		})
	}
}

// ICS-23's own negatives find what a verifier without these rules takes. None of them
// has a step with another hash.
func TestUpstreamNegativesCount(t *testing.T) {
	for _, rule := range []string{"ics23.existence", "ics23.leaf-spec", "ics23.leaf-prefix", "ics23.inner-prefix"} {
		t.Run(rule, func(t *testing.T) {
			disable(rule, true)
			defer disable(rule, false)
			n := 0
			for _, u := range readUpstream(t) {
				if _, err := u.compare(); err != nil {
					n++
				}
			}
			require.Positive(t, n, "found by none")
			t.Logf("found by %d", n)
		})
	}
}

func found(t *testing.T, rule string, compare func(n uint64) error) {
	t.Helper()
	disable(rule, true)
	defer disable(rule, false)
	for n := range uint64(differentialCases * 3) {
		if err := compare(n); err != nil {
			disable(rule, false)
			require.NoError(t, compare(n), "with the rule")
			t.Logf("case %d: %.300s", n, err)
			return
		}
	}
	t.Fatal("no difference found")
}
