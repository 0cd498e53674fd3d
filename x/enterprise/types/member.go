package types

import (
	"slices"

	errorsmod "cosmossdk.io/errors"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// Caps of memberships.
const (
	// MaxMemberships of a user that are applied for or active.
	MaxMemberships = 32
	// MaxPendingMembers is the number of undecided applications of an enterprise.
	MaxPendingMembers = 1_000
)

// AllRights are all rights, ascending: those of an administrator.
func AllRights() []Right {
	return []Right{
		RIGHT_DEPOSIT, RIGHT_CERTIFICATE, RIGHT_PURCHASE, RIGHT_MANAGE, RIGHT_VIEW,
	}
}

// CheckRights checks a list of rights: at least one, defined, ascending and
// distinct. Error: ErrInvalidRights.
func CheckRights(rights []Right) error {
	if len(rights) == 0 {
		return errorsmod.Wrap(ErrInvalidRights, "expected at least one right, got none")
	}
	if n := len(AllRights()); len(rights) > n {
		return errorsmod.Wrapf(ErrInvalidRights, "expected at most %d rights, got %d", n, len(rights))
	}
	for i, r := range rights {
		if r == RIGHT_UNSPECIFIED || !defined(Right_name, r) {
			return errorsmod.Wrapf(ErrInvalidRights, "rights[%d]: expected a right of 1 to %d, got %d", i, RIGHT_VIEW, r)
		}
		if i > 0 && r <= rights[i-1] {
			return errorsmod.Wrapf(ErrInvalidRights, "rights[%d]: expected more than %d (ascending and distinct), got %d", i, rights[i-1], r)
		}
	}
	return nil
}

// RightNumbers are the rights as the log holds them.
func RightNumbers(rights []Right) []uint32 {
	numbers := make([]uint32, len(rights))
	for i, r := range rights {
		numbers[i] = uint32(r)
	}
	return numbers
}

// Has says whether the membership is active with a right.
func (m Member) Has(right Right) bool {
	return m.State == MEMBER_STATE_ACTIVE && slices.Contains(m.Rights, right)
}

// Lives says whether the membership is applied for or active.
func (m Member) Lives() bool {
	return m.State == MEMBER_STATE_APPLIED || m.State == MEMBER_STATE_ACTIVE
}

// Word is the state as a word for messages: applied, active, rejected, removed.
func (s MemberState) Word() string { return word(s.String(), "MEMBER_STATE_") }

// Word is the right as a word for messages: deposit, certificate, purchase,
// manage, view.
func (r Right) Word() string { return word(r.String(), "RIGHT_") }

// CheckReviewMembership checks that an approval gives rights and a refusal a
// reason, and neither the other. Errors: ErrInvalidRights and the consortium's.
func CheckReviewMembership(m *MsgReviewMembership) error {
	if err := consortiumtypes.CheckReason(m.Reason, !m.Approve); err != nil {
		return err
	}
	if m.Approve {
		return CheckRights(m.Rights)
	}
	if len(m.Rights) != 0 {
		return errorsmod.Wrapf(ErrInvalidRights, "expected no rights with a refusal, got %d", len(m.Rights))
	}
	return nil
}
