package verify_test

// badVector is one that breaks a rule.
type badVector struct {
	rule, name string
	// without is the exit of a verifier that lacks the rule.
	without int
	make    func(*workshop) *draft
}

func badVectors() []badVector { return nil }
