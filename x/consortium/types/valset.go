package types

import (
	"cmp"
	"slices"

	errorsmod "cosmossdk.io/errors"
)

// manyValidators is the number from which on the rules for shares of power hold:
// with fewer nobody can have less than a third.
const manyValidators = 4

// CheckSet refuses a validator set that must never be: an empty one, and one in
// which somebody has a third of the power or more although there are four or more.
// Rows are by institution, ascending. ErrValidatorSet.
func CheckSet(set []Validator) error {
	if len(set) == 0 {
		return errorsmod.Wrap(ErrValidatorSet, "expected at least one validator, got none")
	}
	if len(set) > MaxInstitutions {
		return errorsmod.Wrapf(ErrValidatorSet, "expected at most %d validators, got %d", MaxInstitutions, len(set))
	}
	total := totalPower(set)
	for _, v := range set {
		if v.Power == 0 || v.Power > MaxPower {
			return errorsmod.Wrapf(ErrValidatorSet, "institution %d: expected a power from 1 to %d, got %d", v.InstitutionId, uint64(MaxPower), v.Power)
		}
		if len(set) >= manyValidators && 3*v.Power >= total {
			return errorsmod.Wrapf(ErrValidatorSet, "institution %d: expected less than a third of the power of %d validators, got %d of %d",
				v.InstitutionId, len(set), v.Power, total)
		}
	}
	return nil
}

// Schedule says when the steps to come are given.
type Schedule struct {
	// Height at whose end the next step is given, one at the end of each block.
	Height uint64
	// RoutineDue is the first height at which routine changes may be given, and
	// EpochBlocks how many blocks later again.
	RoutineDue, EpochBlocks uint64
}

// CheckReachable refuses a decided set to which the steps of a schedule do not lead
// from the present one, if nothing else is decided. ErrValidatorSet.
func CheckReachable(present, decided []Validator, s Schedule) error {
	for !sameSet(present, decided) {
		routine := s.Height >= s.RoutineDue
		next := Step(present, decided, routine)
		switch {
		case RoutineIn(present, next):
			s.RoutineDue = s.Height + s.EpochBlocks
		case routine && sameSet(present, next):
			return errorsmod.Wrap(ErrValidatorSet,
				"expected a set that is reached in steps of less than a third of the power, got one that is not: decide on powers in between first")
		case sameSet(present, next):
			s.Height = s.RoutineDue
			continue
		}
		present, s.Height = next, s.Height+1
	}
	return nil
}

// Step is the next validator set on the way from the present one to the decided
// one. Removals come first, and alone unless routine changes are due or no removal
// fits without one; the rest in the order of its decision. What does not fit into one
// block waits:
//
//   - the set is never empty, and with four or more nobody has a third;
//   - the power that goes is less than a third of the old total, the power that
//     comes less than a third of the new one, unless the set before or after has
//     fewer than four.
//
// Rows are by institution, ascending, in and out.
func Step(present, decided []Validator, routine bool) []Validator {
	queue := changes(present, decided, routine)
	next := step(present, queue)
	if !routine && len(queue) > 0 && sameSet(next, present) {
		return step(present, changes(present, decided, true))
	}
	return next
}

// step applies what fits of a queue. A change that does not fit must not keep those
// behind it waiting for ever.
func step(present []Validator, queue []change) []Validator {
	for first := range queue {
		if next := batch(present, queue[first:]); next != nil {
			return next
		}
	}
	return present
}

// batch applies as many of the changes, in their order, as one block may: nil if none.
func batch(present []Validator, queue []change) []Validator {
	var picked []change
	for _, c := range queue {
		if fits(present, append(picked, c)) {
			picked = append(picked, c)
		}
	}
	// Some changes keep the rule for shares only together, so it is looked at last.
	for ; len(picked) > 0; picked = picked[:len(picked)-1] {
		if next := apply(present, picked); fits(present, picked) && CheckSet(next) == nil {
			return next
		}
	}
	return nil
}

// change is what becomes of one institution's validator: power 0 is none.
type change struct{ old, new Validator }

func (c change) id() uint64 { return max(c.old.InstitutionId, c.new.InstitutionId) }

// moved is the power that goes and the power that comes; a new key moves all of it.
func (c change) moved() (lost, gained uint64) {
	switch {
	case !c.old.PublicKey.Is(c.new.PublicKey):
		return c.old.Power, c.new.Power
	case c.old.Power > c.new.Power:
		return c.old.Power - c.new.Power, 0
	}
	return 0, c.new.Power - c.old.Power
}

// changes lists what differs: removals by institution, then the rest by the height of
// its decision.
func changes(present, decided []Validator, routine bool) []change {
	var removals, others []change
	for len(present) > 0 || len(decided) > 0 {
		var c change
		switch {
		case len(decided) == 0 || len(present) > 0 && present[0].InstitutionId < decided[0].InstitutionId:
			c.old, present = present[0], present[1:]
			removals = append(removals, c)
			continue
		case len(present) == 0 || decided[0].InstitutionId < present[0].InstitutionId:
			c.new, decided = decided[0], decided[1:]
		default:
			c.old, c.new, present, decided = present[0], decided[0], present[1:], decided[1:]
		}
		if routine && !sameValidator(c.old, c.new) {
			others = append(others, c)
		}
	}
	slices.SortStableFunc(others, func(a, b change) int { return cmp.Compare(a.new.DecidedHeight, b.new.DecidedHeight) })
	return append(removals, others...)
}

// fits tells whether one block may carry the changes, shares of single validators
// left aside.
func fits(present []Validator, picked []change) bool {
	var lost, gained uint64
	total, count := totalPower(present), len(present)
	after, countAfter := total, count
	for _, c := range picked {
		l, g := c.moved()
		lost, gained = lost+l, gained+g
		after = after - c.old.Power + c.new.Power
		if c.old.Power == 0 {
			countAfter++
		}
		if c.new.Power == 0 {
			countAfter--
		}
	}
	if countAfter == 0 {
		return false
	}
	if count < manyValidators || countAfter < manyValidators {
		return true
	}
	return 3*lost < total && 3*gained < after
}

// apply makes the set after the changes.
func apply(present []Validator, picked []change) []Validator {
	news := map[uint64]Validator{}
	for _, c := range picked {
		news[c.id()] = c.new
	}
	var next []Validator
	add := func(v Validator) {
		if v.Power > 0 {
			next = append(next, v)
		}
	}
	joining := joiners(picked)
	for _, v := range present {
		for len(joining) > 0 && joining[0].InstitutionId < v.InstitutionId {
			add(joining[0])
			joining = joining[1:]
		}
		if n, changed := news[v.InstitutionId]; changed {
			v = n
		}
		add(v)
	}
	return append(next, joining...)
}

// joiners are the validators that are not in the set yet, by institution.
func joiners(picked []change) []Validator {
	var out []Validator
	for _, c := range picked {
		if c.old.Power == 0 {
			out = append(out, c.new)
		}
	}
	slices.SortFunc(out, func(a, b Validator) int { return cmp.Compare(a.InstitutionId, b.InstitutionId) })
	return out
}

// RoutineIn tells whether a step did more than remove.
func RoutineIn(before, after []Validator) bool {
	return len(changes(before, after, true)) > len(changes(before, after, false))
}

// Waiting are the institutions of which the decided set says something else than the
// present one.
func Waiting(present, decided []Validator) []uint64 {
	var ids []uint64
	for _, c := range changes(present, decided, true) {
		ids = append(ids, c.id())
	}
	return ids
}

func totalPower(set []Validator) uint64 {
	var total uint64
	for _, v := range set {
		total += v.Power
	}
	return total
}

func sameValidator(a, b Validator) bool {
	return a.InstitutionId == b.InstitutionId && a.Power == b.Power && a.PublicKey.Is(b.PublicKey)
}

func sameSet(a, b []Validator) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !sameValidator(a[i], b[i]) {
			return false
		}
	}
	return true
}
