//go:build ruleoff

package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
)

// planted are bugs: rules that a careless verifier might lack, of which each makes it
// say something false. Not every rule is one: what a rule keeps out may be kept out by
// the next one, or be no falsehood.
var planted = []string{
	"commit.power", "commit.signature", "commit.nil", "commit.block-id", "chain.set", "state.key", "state.root", "state.app-hash", "inclusion.path",
	"list.chain", "list.counter", "list.start", "list.end", "list.other", "certificate.other", "opening.commitment", "items.path",
	"presented.one-digest", "presented.not-found", "presented.label", "presented.size", "pins.consistency", "pins.missing",
	"status.gap", "institutions.number", "institutions.required",
}

// The fuzzer finds each planted bug: what TestNoFalseAccept does not find is not
// there, as far as such bugs go.
func TestFuzzerFindsPlantedBugs(t *testing.T) {
	l := newLab(t)
	for _, rule := range planted {
		t.Run(rule, func(t *testing.T) {
			disable(rule, true)
			defer disable(rule, false)
			for n := range uint64(plantedPrograms) {
				p := program(n)
				m := l.mutate(nil, p)
				if v, err := m.verify(); err != nil && v.Exit != verify.ExitInternal {
					disable(rule, false)
					_, sound := l.mutate(nil, p).verify()
					require.NoError(t, sound, "the verifier with the rule")
					t.Logf("found by program %d: %s, %q: %s", n, m.seed.name, m.did, err)
					return
				}
			}
			t.Fatalf("not found by %d programs", plantedPrograms)
		})
	}
}

// TestWhatTheFuzzerFinds goes through all rules and tells without which the verifier
// says something false within INK_FUZZ_SURVEY programs: those are what planted can have.
func TestWhatTheFuzzerFinds(t *testing.T) {
	most := seconds("INK_FUZZ_SURVEY", 0)
	if most == 0 {
		t.Skip("a survey by hand: INK_FUZZ_SURVEY=3000")
	}
	l, found := newLab(t), 0
	for _, rule := range verify.Rules {
		disable(rule.Code, true)
		for n := range uint64(most) {
			m := l.mutate(nil, program(n))
			if v, err := m.verify(); err != nil && v.Exit != verify.ExitInternal {
				t.Logf("%s: program %d, %.80s", rule.Code, n, err)
				found++
				break
			}
		}
		disable(rule.Code, false)
	}
	t.Logf("%d of %d rules", found, len(verify.Rules))
}

// plantedPrograms are where it gives up; most need less than a thousand, and a core
// does some five hundred in a second.
const plantedPrograms = 30_000
