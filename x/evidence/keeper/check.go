package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Check says what can be known of a message before it is executed, and writes
// nothing: its fields, and whether the state allows it. Ante calls it after
// Authorise, so that above all a refused opening or issue never stands in a block
// and shows what was withheld; the handlers call the same functions with
// authority. Errors: those of the rules; ErrNotPermitted for a message of another
// module.
func (k *Keeper) Check(ctx context.Context, msg sdk.Msg) error {
	switch m := msg.(type) {
	case *types.MsgSubmitRecord:
		_, err := k.checkSubmission(ctx, m)
		return err
	case *types.MsgOpen:
		entry, err := k.record(ctx, m.EvidenceSeq)
		if err != nil {
			return err
		}
		return k.checkOpen(ctx, m, entry.GetRecord())
	case *types.MsgApplyCertificate:
		_, err := k.checkApplication(ctx, m)
		return err
	case *types.MsgReviewCertificate, *types.MsgRejectCertificate, *types.MsgIssueCertificate, *types.MsgRevokeCertificate:
		// These rules look at who acts, and on which certificate.
		a, err := k.authorise(ctx, msg)
		if err != nil {
			return err
		}
		return k.checkDecision(ctx, msg, a)
	}
	return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a message of ink.evidence.v1, got %T", msg)
}

// checkDecision checks what an officer decides on a certificate.
func (k *Keeper) checkDecision(ctx context.Context, msg sdk.Msg, a actor) error {
	switch m := msg.(type) {
	case *types.MsgReviewCertificate:
		return checkReview(m, a)
	case *types.MsgRejectCertificate:
		return checkRejection(m, a)
	case *types.MsgIssueCertificate:
		return k.checkIssue(ctx, m, a)
	case *types.MsgRevokeCertificate:
		return checkRevocation(m, a)
	}
	return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a decision on a certificate, got %T", msg)
}

// checkSubmission returns the record that a repeated request made before; for a
// new one it returns nil and asks for the qualification.
func (k *Keeper) checkSubmission(ctx context.Context, m *types.MsgSubmitRecord) (*logtypes.Entry, error) {
	if err := types.CheckSubmission(m); err != nil {
		return nil, err
	}
	first, err := k.repeated(ctx, m)
	if err != nil || first != nil {
		return first, err
	}
	return nil, k.enterprise.CheckQualified(ctx, m.EnterpriseId, m.Category)
}

func (k *Keeper) checkOpen(ctx context.Context, m *types.MsgOpen, record *logtypes.Record) error {
	o, err := k.opened(ctx, m.EvidenceSeq)
	if err != nil {
		return err
	}
	if o.OpeningSeq != 0 {
		return errorsmod.Wrapf(types.ErrAlreadyOpen, "evidence %d: expected it to be closed, got it open by entry %d", m.EvidenceSeq, o.OpeningSeq)
	}
	_, err = k.checkRevelation(ctx, record, &m.Revelation)
	return err
}

// checkApplication returns the certificate that the application follows, 0 for
// none.
func (k *Keeper) checkApplication(ctx context.Context, m *types.MsgApplyCertificate) (uint64, error) {
	if !m.ConsentToPublish {
		return 0, errorsmod.Wrap(types.ErrConsent, "consent_to_publish: expected true, since the issue reveals the public part, got false")
	}
	return k.previous(ctx, m.EvidenceSeq)
}

// checkReview checks the stage against the state, and the four eyes.
func checkReview(m *types.MsgReviewCertificate, a actor) error {
	switch m.Stage {
	case types.REVIEW_STAGE_INITIAL:
		return a.certificate.RequireState(logtypes.CERTIFICATE_STATE_APPLIED)
	case types.REVIEW_STAGE_FINAL:
		if err := a.certificate.RequireState(logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED); err != nil {
			return err
		}
		return a.certificate.RequireOtherThanInitial(a.officer.Id, a.keyID)
	}
	return errorsmod.Wrapf(types.ErrInvalid, "stage: expected %s or %s, got %s",
		types.REVIEW_STAGE_INITIAL, types.REVIEW_STAGE_FINAL, m.Stage)
}

func checkRejection(m *types.MsgRejectCertificate, a actor) error {
	if err := consortiumtypes.CheckReason(m.Reason, true); err != nil {
		return err
	}
	return checkRejectable(a)
}

// checkRejectable refuses a rejection after the end of the review, and one by a
// certifier who is no reviewer before the final review: until then the file is
// the reviewers'.
func checkRejectable(a actor) error {
	c := a.certificate
	switch c.State {
	case logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED:
		return nil
	case logtypes.CERTIFICATE_STATE_APPLIED, logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED:
		if a.officer.Has(logtypes.ROLE_REVIEWER) {
			return nil
		}
		return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted,
			"certificate %d in state %s: expected a %s, or a %s once it is %s, got officer %d", c.CertSeq, c.State,
			logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER, logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED, a.officer.Id)
	}
	return errorsmod.Wrapf(types.ErrState, "certificate %d: expected one under review, got %s", c.CertSeq, c.State)
}

// checkIssue checks the state, the four eyes, the applicant's enterprise and what
// the issue reveals.
func (k *Keeper) checkIssue(ctx context.Context, m *types.MsgIssueCertificate, a actor) error {
	if err := consortiumtypes.CheckCommitment("fields_commitment", m.FieldsCommitment); err != nil {
		return err
	}
	c := a.certificate
	if err := c.RequireState(logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED); err != nil {
		return err
	}
	if err := c.RequireOtherThanInitial(a.officer.Id, a.keyID); err != nil {
		return err
	}
	if err := k.checkCertified(ctx, c.EnterpriseId); err != nil {
		return err
	}
	return k.checkRevealed(ctx, m, c)
}

// checkCertified refuses an issue to an enterprise that is suspended: a new
// certificate would speak for it.
func (k *Keeper) checkCertified(ctx context.Context, enterpriseID uint64) error {
	e, err := k.enterprise.Enterprise(ctx, enterpriseID)
	if err != nil {
		return err
	}
	if e.State != enterprisetypes.ENTERPRISE_STATE_CERTIFIED {
		return errorsmod.Wrapf(types.ErrState, "applicant's enterprise %d (%s): expected certified, got %s", e.Id, e.Name, e.State.Word())
	}
	return nil
}

func checkRevocation(m *types.MsgRevokeCertificate, a actor) error {
	if err := consortiumtypes.CheckReason(m.Reason, true); err != nil {
		return err
	}
	return a.certificate.RequireState(logtypes.CERTIFICATE_STATE_ISSUED)
}
