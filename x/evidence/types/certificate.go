package types

import (
	errorsmod "cosmossdk.io/errors"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Underway says whether a certificate in this state stands in the way of another
// application for the same evidence: it is being reviewed or it is issued.
func Underway(s logtypes.CertificateState) bool {
	switch s {
	case logtypes.CERTIFICATE_STATE_APPLIED,
		logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED,
		logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED,
		logtypes.CERTIFICATE_STATE_ISSUED:
		return true
	}
	return false
}

// RequireState refuses a certificate that is not in the wanted state.
func (m *Certificate) RequireState(want logtypes.CertificateState) error {
	if m.State != want {
		return errorsmod.Wrapf(ErrState, "certificate %d: expected %s, got %s", m.CertSeq, want, m.State)
	}
	return nil
}

// RequireOtherThanInitial refuses the officer of the initial review, by officer id
// and by key: a person may hold two officer ids.
func (m *Certificate) RequireOtherThanInitial(officerID, keyID uint64) error {
	if officerID == m.InitialReviewer {
		return errorsmod.Wrapf(ErrFourEyes, "certificate %d: expected another officer than the initial reviewer %d, got the same",
			m.CertSeq, m.InitialReviewer)
	}
	if keyID == m.InitialReviewerKey {
		return errorsmod.Wrapf(ErrFourEyes, "certificate %d: expected another key than key %d of the initial review, got the same under officer %d",
			m.CertSeq, m.InitialReviewerKey, officerID)
	}
	return nil
}
