//go:build ruleoff

package verify_test

import (
	"testing"

	"github.com/inkchain/inkd/verify"
)

// planted are bugs: rules that a careless verifier might lack, of which each makes it
// say something false. Not every rule is one: what a rule keeps out may be kept out by
// the next one, or be no falsehood.
var planted = []string{
	"commit.power", "commit.signature", "chain.set", "commit.block-id", "state.key", "state.root", "state.app-hash", "inclusion.path",
	"list.chain", "list.gap", "list.start", "list.end", "list.counter", "list.count", "list.other", "origin.height", "opening.commitment", "items.path", "items.root",
	"certificate.other", "submission.hash", "submission.key", "presented.one-digest", "consistency.proof", "keys.conflict", "status.contradicted", "entry.time", "era.size",
	"pins.inclusion", "pins.consistency", "ics23.inner-prefix", "ics23.leaf-spec", "state.store", "state.height", "header.time", "commit.nil", "commit.address", "set.duplicate", "status.gap",
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
					t.Logf("found by program %d: %s, %q: %s", n, m.seed.name, m.did, err)
					return
				}
			}
			t.Fatalf("not found by %d programs", plantedPrograms)
		})
	}
}

// plantedPrograms take about 20 seconds of one core.
const plantedPrograms = 12_000
