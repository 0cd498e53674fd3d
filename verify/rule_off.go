//go:build ruleoff

package verify

import "github.com/inkchain/inkd/format"

// Disabled are the rules that do not refuse. It exists only in builds with the tag
// ruleoff, which test the vectors.
var Disabled = map[string]bool{}

// off says whether a rule is disabled.
func off(rule string) bool { return Disabled[rule] }

// FormatRules are the refusals of package format with the rules of the canonical form
// that stand for them.
func FormatRules() map[error]string {
	all := map[error]string{}
	for _, r := range formatRules {
		all[r.err] = r.rule
	}
	return all
}

// insideOther is the existence proof inside another kind of ICS-23 proof: the left
// neighbour of a non-existence proof, the first entry of a batch. A careless verifier
// would take it.
func insideOther(proof []byte) []byte {
	d := format.NewDecoder("commitment proof", proof, len(proof))
	if b, ok := d.Message(2); ok {
		d = format.NewDecoder("non-existence proof", b, len(b))
		d.Raw(1, len(b))
		left, _ := d.Message(2)
		return left
	}
	b, _ := d.Message(3)
	entry, _ := format.NewDecoder("batch", b, len(b)).Message(1)
	exist, _ := format.NewDecoder("batch entry", entry, len(entry)).Message(1)
	return exist
}
