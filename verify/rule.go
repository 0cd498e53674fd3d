package verify

// ruleError is a refusal with the rule that refused.
type ruleError struct {
	// Rule is the stable code, one of the rules of docs/spec/bundle.md.
	Rule string
	// telling says what was expected and what came.
	telling
}

// refuse is the one way in which a rule refuses. A rule that is off never does: the
// program that makes the vectors shows with it that each bad one dies of its rule.
func refuse(rule, format string, args ...any) error {
	if off(rule) {
		return nil
	}
	return &ruleError{rule, told(rule, format, args)}
}
