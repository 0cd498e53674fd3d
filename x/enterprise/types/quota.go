package types

import (
	errorsmod "cosmossdk.io/errors"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

const (
	// DefaultQuota is the number of records a day of an enterprise that has no other
	// set.
	DefaultQuota = 100_000
	// MaxQuota is the largest number of records a day.
	MaxQuota = 10_000_000
)

// CheckQuota checks an enterprise's quota, 0 for the parameter's value. Error:
// ErrInvalidQuota.
func CheckQuota(quota uint64) error {
	if quota > MaxQuota {
		return errorsmod.Wrapf(ErrInvalidQuota, "expected at most %d records a day, got %d", MaxQuota, quota)
	}
	return nil
}

// QuotaOf is the enterprise's quota of records a day.
func (p Params) QuotaOf(e Enterprise) uint64 {
	if e.Quota != 0 {
		return e.Quota
	}
	return p.Quota
}

// On is the use on a day: nothing is used of a later day. A clock that goes back
// gives nothing back: the stored day stays and goes on counting.
func (u QuotaUse) On(day uint64) QuotaUse {
	if day <= u.Day {
		return u
	}
	return QuotaUse{EnterpriseId: u.EnterpriseId, Day: day}
}

// Add is the use after more records. Error: ErrQuotaExhausted, which says how
// much is used, the quota and when it refills.
func (u QuotaUse) Add(records, quota uint64) (QuotaUse, error) {
	if u.Used >= quota || records > quota-u.Used {
		return u, errorsmod.Wrapf(ErrQuotaExhausted, "enterprise %d: expected at most %d more records, got %d: %d of %d are used today; the quota refills at %s",
			u.EnterpriseId, quota-min(u.Used, quota), records, u.Used, quota, consortiumtypes.FormatUTC8(consortiumtypes.RefillsAt(u.Day)))
	}
	u.Used += records
	return u, nil
}
