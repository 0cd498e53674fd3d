package verify

import (
	"errors"
	"slices"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// must is nil if ok, or if the rule is switched off, and else a refusal that names
// the rule, in the words "expected …, got …".
func must(ok bool, rule, text string, args ...any) error {
	if ok {
		return nil
	}
	return refuse(rule, text, args...)
}

// first is the first refusal.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// notMade says why a check could not be made.
type notMade struct {
	rule string
	telling
	exit int // ExitUnsupported or ExitTrust
}

func missing(rule, text string, args ...any) error {
	if off(rule) {
		return nil
	}
	return &notMade{rule, told(rule, text, args), ExitUnsupported}
}

func noTrust(rule, text string, args ...any) error {
	if off(rule) {
		return nil
	}
	return &notMade{rule, told(rule, text, args), ExitTrust}
}

// otherExit is a refusal that ends with another status than ExitFailed.
type otherExit struct {
	error
	exit int
}

func (o otherExit) Unwrap() error { return o.error }

func withExit(exit int, err error) error {
	if err == nil {
		return nil
	}
	return otherExit{err, exit}
}

// judge makes one check: nil is passed.
func (r *run) judge(code string, err error) bool {
	c := Check{Code: code, Status: Passed, Required: r.requires(code)}
	var not *notMade
	var ruled *ruleError
	var other otherExit
	switch {
	case err == nil:
	case errors.As(err, &not):
		c.Status, c.Rule, c.Exit = NotChecked, not.rule, not.exit
	default:
		c.Status, c.Exit = Failed, ExitFailed
		c.Rule = formatRule(err)
		if errors.As(err, &ruled) {
			c.Rule = ruled.Rule
		}
		if errors.Is(err, format.ErrVersion) || errors.Is(err, format.ErrUnknownField) || errors.Is(err, bundle.ErrMagic) {
			c.Exit = ExitUnsupported
		}
		if errors.As(err, &other) {
			c.Exit = other.exit
		}
	}
	sayCheck(&c, err)
	r.v.Checks = append(r.v.Checks, c)
	return c.Status == Passed
}

// exit is the status of the whole: what failed before what could not be made,
// before what is missing, before what was not compared.
func (r *run) exit() int {
	worst := ExitOK
	for _, c := range r.v.Checks {
		e := ExitOK
		switch {
		case c.Status == Failed:
			e = c.Exit
		case c.Status == NotChecked && (c.Required || c.Exit == ExitTrust):
			e = c.Exit
		}
		if rank(e) > rank(worst) {
			worst = e
		}
	}
	if worst == ExitOK && len(r.st.Matched) == 0 {
		return ExitNothingShown
	}
	return worst
}

// judgeRest says of what the policy names and nothing gave occasion for that it was
// not made: leaving something out must not satisfy a demand for it.
func (r *run) judgeRest() {
	if r.in.Policy.MaxStatusAge > 0 {
		r.judge("status-age", r.checkAge())
	}
	for _, code := range r.in.Policy.Require {
		judged := slices.ContainsFunc(r.v.Checks, func(c Check) bool { return c.Code == code })
		if !judged && (code != "presented" || len(r.in.Presented) > 0) {
			r.judge(code, missing("policy.demanded", "the policy demands it, and neither bundle nor policy has what it takes"))
		}
	}
}

func rank(exit int) int {
	for i, e := range []int{ExitOK, ExitNothingShown, ExitNotFound, ExitUnsupported, ExitTrust, ExitUsage, ExitFailed, ExitInternal} {
		if e == exit {
			return i
		}
	}
	return 99
}

// defaultRequired are the checks that are required without a policy. Those of them
// that a bundle gives no occasion for are not made and not missed.
var defaultRequired = []string{
	"format", "log", "authority", "state", "consistency", "pins", "inclusion", "origin",
	"opening", "presented", "certificate-status", "lists",
}

func (r *run) requires(code string) bool {
	required := r.in.Policy.Require
	if required == nil {
		required = defaultRequired
	}
	switch code {
	case "filter", "institutions", "status-age": // whoever names them asks for them
		return true
	case "presented": // and whoever presents something
		return len(r.in.Presented) > 0
	}
	return slices.Contains(required, code)
}
