package types

import (
	errorsmod "cosmossdk.io/errors"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// CheckApplyQualification checks the fields of an application that need no
// state but the parameters. Errors: ErrInvalid, ErrInvalidCategories and the
// consortium's for the commitment.
func CheckApplyQualification(m *MsgApplyQualification, p Params) error {
	if m.TemplateVersion == 0 {
		return errorsmod.Wrap(ErrInvalid, "template_version: expected the version of the form, from 1, got 0")
	}
	if err := consortiumtypes.CheckCommitment("form_commitment", m.FormCommitment); err != nil {
		return err
	}
	return p.CheckCategories(m.Categories)
}

// CheckCategories checks a list of codes: at least one, known, ascending and
// distinct. Error: ErrInvalidCategories.
func (p Params) CheckCategories(codes []uint32) error {
	if len(codes) == 0 {
		return errorsmod.Wrap(ErrInvalidCategories, "expected at least one category, got none")
	}
	if len(codes) > len(p.Categories) {
		return errorsmod.Wrapf(ErrInvalidCategories, "expected at most %d categories, got %d", len(p.Categories), len(codes))
	}
	for i, code := range codes {
		if _, ok := p.Category(code); !ok {
			return errorsmod.Wrapf(ErrInvalidCategories, "categories[%d]: expected a known code, got %d", i, code)
		}
		if i > 0 && code <= codes[i-1] {
			return errorsmod.Wrapf(ErrInvalidCategories, "categories[%d]: expected more than %d (ascending and distinct), got %d", i, codes[i-1], code)
		}
	}
	return nil
}

// Decided says whether the qualification was ever approved, revoked since or not.
func (q Qualification) Decided() bool {
	return q.State == QUALIFICATION_STATE_APPROVED || q.State == QUALIFICATION_STATE_REVOKED
}

// Word is the state as a word for messages: pending, approved, rejected, revoked.
func (s QualificationState) Word() string { return word(s.String(), "QUALIFICATION_STATE_") }
