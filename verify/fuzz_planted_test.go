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
	"commit.power", "commit.signature", "commit.block-id", "chain.set", "state.key", "state.root", "state.app-hash", "inclusion.path",
	"list.chain", "list.counter", "list.start", "list.end", "list.other", "certificate.other", "opening.commitment", "items.path",
	"presented.one-digest", "pins.consistency",
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

// plantedPrograms are where it gives up; most need less than a thousand, and a core
// does some five hundred in a second.
const plantedPrograms = 30_000
