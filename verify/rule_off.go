//go:build ruleoff

package verify

// Disabled are the rules that do not refuse. It exists only in builds with the tag
// ruleoff, which test the vectors.
var Disabled = map[string]bool{}

// off says whether a rule is disabled.
func off(rule string) bool { return Disabled[rule] }
