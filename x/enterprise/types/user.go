package types

import (
	errorsmod "cosmossdk.io/errors"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// CheckEnrolment checks the fields of an enrolment that need no state. The key
// itself is the consortium's to check. Errors: ErrInvalid and the consortium's.
func CheckEnrolment(m *MsgEnrolUser) error {
	if err := consortiumtypes.CheckCustody(m.Custody); err != nil {
		return err
	}
	if m.AgreementVersion == 0 {
		return errorsmod.Wrap(ErrInvalid, "agreement_version: expected the version of the accepted agreement, from 1, got 0")
	}
	return consortiumtypes.CheckCommitment("person_commitment", m.PersonCommitment)
}

// defined says whether v is a number of an enum.
func defined[E ~int32](names map[int32]string, v E) bool {
	_, ok := names[int32(v)]
	return ok
}
