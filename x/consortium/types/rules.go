package types

import (
	"fmt"
	"time"

	errorsmod "cosmossdk.io/errors"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// A day of quotas and caps begins at 00:00 UTC+8: China has one time zone and no
// daylight saving time, so that plain arithmetic is exact.
const (
	secondsOfDay = 86_400
	utc8Seconds  = 8 * 3_600
)

// Day is the number of whole days since 1970-01-01 at UTC+8.
func Day(t time.Time) uint64 {
	return uint64(max(t.Unix()+utc8Seconds, 0)) / secondsOfDay
}

// RefillsAt is when the day after begins, in unix seconds.
func RefillsAt(day uint64) int64 {
	return int64(day+1)*secondsOfDay - utc8Seconds
}

// FormatUTC8 writes a unix second as people in China read it.
func FormatUTC8(unix int64) string {
	return time.Unix(unix+utc8Seconds, 0).UTC().Format("2006-01-02 15:04:05") + " UTC+8"
}

// CheckCommitment refuses anything but 32 bytes that are not all zero.
func CheckCommitment(field string, b []byte) error {
	if len(b) != 32 {
		return errorsmod.Wrapf(ErrInvalidField, "%s: expected 32 bytes, got %d", field, len(b))
	}
	for _, c := range b {
		if c != 0 {
			return nil
		}
	}
	return errorsmod.Wrapf(ErrInvalidField, "%s: expected a commitment, got 32 zero bytes", field)
}

// CheckReason refuses an undefined reason, and one that is missing or not asked for.
func CheckReason(r logtypes.Reason, required bool) error {
	_, defined := logtypes.Reason_name[int32(r)]
	switch {
	case !defined:
		return errorsmod.Wrapf(ErrInvalidField, "reason: expected a code from 0 to %d, got %d", len(logtypes.Reason_name)-1, r)
	case required && r == logtypes.REASON_UNSPECIFIED:
		return errorsmod.Wrap(ErrInvalidField, "reason: expected one, got none")
	case !required && r != logtypes.REASON_UNSPECIFIED:
		return errorsmod.Wrapf(ErrInvalidField, "reason: expected none with an approval, got %s", r)
	}
	return nil
}

// CheckCustody refuses an undefined custody class.
func CheckCustody(c logtypes.Custody) error {
	if _, ok := logtypes.Custody_name[int32(c)]; !ok || c == logtypes.CUSTODY_UNSPECIFIED {
		return errorsmod.Wrapf(ErrInvalidField, "custody: expected self-software, self-hardware or custodial, got %s", c)
	}
	return nil
}

// RoleAllowed tells whether institutions of a kind may appoint officers of a role.
func RoleAllowed(kind logtypes.InstitutionKind, role logtypes.Role) bool {
	const (
		center   = logtypes.INSTITUTION_KIND_CENTER
		court    = logtypes.INSTITUTION_KIND_COURT
		notary   = logtypes.INSTITUTION_KIND_NOTARY
		exchange = logtypes.INSTITUTION_KIND_EXCHANGE
	)
	switch role {
	case logtypes.ROLE_REGISTRAR, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER, logtypes.ROLE_CASHIER, logtypes.ROLE_REGISTRY:
		return kind == center
	case logtypes.ROLE_ENROLLER:
		return kind == center || kind == notary || kind == exchange
	case logtypes.ROLE_NOTARY:
		return kind == notary
	case logtypes.ROLE_JUDGE:
		return kind == court
	}
	return false
}

// CheckRoles refuses roles that are not ascending and distinct or do not belong to
// the institution's kind, and a cap without an ENROLLER or the other way round.
func CheckRoles(kind logtypes.InstitutionKind, roles []logtypes.Role, enrolCap uint64) error {
	if len(roles) == 0 || len(roles) > len(logtypes.Role_name) {
		return errorsmod.Wrapf(ErrInvalidField, "roles: expected 1 to %d, got %d", len(logtypes.Role_name)-1, len(roles))
	}
	enroller := false
	for i, r := range roles {
		if !RoleAllowed(kind, r) {
			return errorsmod.Wrapf(ErrInvalidField, "roles[%d]: expected a role of a %s, got %s", i, kind, r)
		}
		if i > 0 && r <= roles[i-1] {
			return errorsmod.Wrapf(ErrInvalidField, "roles[%d]: expected ascending and distinct roles, got %s after %s", i, r, roles[i-1])
		}
		enroller = enroller || r == logtypes.ROLE_ENROLLER
	}
	if enroller && (enrolCap == 0 || enrolCap > MaxEnrolCap) {
		return errorsmod.Wrapf(ErrInvalidField, "enrol_cap: expected 1 to %d for an enroller, got %d", MaxEnrolCap, enrolCap)
	}
	if !enroller && enrolCap != 0 {
		return errorsmod.Wrapf(ErrInvalidField, "enrol_cap: expected none without the role of an enroller, got %d", enrolCap)
	}
	return nil
}

// Has tells whether the officer has any of the roles now.
func (m Officer) Has(roles ...logtypes.Role) bool {
	if m.Dismissed {
		return false
	}
	for _, have := range m.Roles {
		for _, want := range roles {
			if have == want {
				return true
			}
		}
	}
	return false
}

// Holder says whose key it is, for messages to people.
func (m Key) Holder() string {
	switch {
	case m.InstitutionId != 0:
		return fmt.Sprintf("the operator of institution %d", m.InstitutionId)
	case m.OfficerId != 0 && m.UserId != 0:
		return fmt.Sprintf("officer %d, user %d", m.OfficerId, m.UserId)
	case m.OfficerId != 0:
		return fmt.Sprintf("officer %d", m.OfficerId)
	}
	return fmt.Sprintf("user %d", m.UserId)
}
