package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

type msgServer struct{ k *Keeper }

// NewMsgServer makes the message server of the module.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// SubmitRecord deposits a commitment, or answers the record that the same request
// made before.
func (s msgServer) SubmitRecord(ctx context.Context, m *types.MsgSubmitRecord) (*types.MsgSubmitRecordResponse, error) {
	a, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	first, err := s.k.checkSubmission(ctx, m)
	if err != nil {
		return nil, err
	}
	if first != nil {
		return &types.MsgSubmitRecordResponse{Seq: first.Seq, EnterpriseSeq: first.GetRecord().EnterpriseSeq, RepeatedRequest: true}, nil
	}
	if err := s.k.enterprise.ConsumeQuota(ctx, m.EnterpriseId, 1); err != nil {
		return nil, err
	}
	entry, err := s.k.log.Append(ctx, &logtypes.Entry_Record{Record: &logtypes.Record{
		Kind: m.Kind, EnterpriseId: m.EnterpriseId, Category: m.Category,
		UserId: a.userID, KeyId: a.keyID, Commitment: m.Commitment,
	}})
	if err != nil {
		return nil, err
	}
	if err := s.k.remember(ctx, m, entry.Seq); err != nil {
		return nil, err
	}
	enterpriseSeq := entry.GetRecord().EnterpriseSeq
	return &types.MsgSubmitRecordResponse{Seq: entry.Seq, EnterpriseSeq: enterpriseSeq}, emit(ctx,
		&types.EventRecordSubmitted{Seq: entry.Seq, EnterpriseId: m.EnterpriseId, EnterpriseSeq: enterpriseSeq})
}

// Open reveals the public part of a piece of evidence, once.
func (s msgServer) Open(ctx context.Context, m *types.MsgOpen) (*types.MsgOpenResponse, error) {
	a, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.checkOpen(ctx, m, a.record); err != nil {
		return nil, err
	}
	o, err := s.k.open(ctx, m.EvidenceSeq, &m.Revelation, a.userID, 0)
	return &types.MsgOpenResponse{OpeningSeq: o.OpeningSeq}, err
}

// ApplyCertificate applies for a certificate.
func (s msgServer) ApplyCertificate(ctx context.Context, m *types.MsgApplyCertificate) (*types.MsgApplyCertificateResponse, error) {
	a, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	previous, err := s.k.checkApplication(ctx, m)
	if err != nil {
		return nil, err
	}
	entry, err := s.k.log.Append(ctx, &logtypes.Entry_CertificateApplied{CertificateApplied: &logtypes.CertificateApplied{
		EvidenceSeq: m.EvidenceSeq, EnterpriseId: a.record.EnterpriseId, UserId: a.userID,
		ConsentToPublish: true, DeclineItem: m.DeclineItem, Previous: previous,
	}})
	if err != nil {
		return nil, err
	}
	if err := s.k.latest.Set(ctx, m.EvidenceSeq, entry.Seq); err != nil {
		return nil, err
	}
	return &types.MsgApplyCertificateResponse{CertSeq: entry.Seq}, s.k.setCertificate(ctx, types.Certificate{
		CertSeq: entry.Seq, EvidenceSeq: m.EvidenceSeq, EnterpriseId: a.record.EnterpriseId, Applicant: a.userID,
		DeclineItem: m.DeclineItem, State: logtypes.CERTIFICATE_STATE_APPLIED, Previous: previous,
	})
}

// ReviewCertificate approves an application, initially or finally.
func (s msgServer) ReviewCertificate(ctx context.Context, m *types.MsgReviewCertificate) (*types.MsgReviewCertificateResponse, error) {
	a, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := checkReview(m, a); err != nil {
		return nil, err
	}
	c, reviewed := a.certificate, &logtypes.CertificateReviewed{CertSeq: m.CertSeq, OfficerId: a.officer.Id}
	var body logtypes.Body
	if m.Stage == types.REVIEW_STAGE_INITIAL {
		body = &logtypes.Entry_CertificateInitialReview{CertificateInitialReview: reviewed}
		c.State, c.InitialReviewer, c.InitialReviewerKey = logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED, a.officer.Id, a.keyID
	} else {
		body = &logtypes.Entry_CertificateFinalReview{CertificateFinalReview: reviewed}
		c.State, c.FinalReviewer = logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED, a.officer.Id
	}
	_, err = s.k.change(ctx, c, body)
	return &types.MsgReviewCertificateResponse{}, err
}

// RejectCertificate ends an application before the issue.
func (s msgServer) RejectCertificate(ctx context.Context, m *types.MsgRejectCertificate) (*types.MsgRejectCertificateResponse, error) {
	a, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := checkRejection(m, a); err != nil {
		return nil, err
	}
	c := a.certificate
	c.State, c.Reason = logtypes.CERTIFICATE_STATE_REJECTED, uint32(m.Reason)
	_, err = s.k.change(ctx, c, &logtypes.Entry_CertificateRejected{CertificateRejected: &logtypes.CertificateRejected{
		CertSeq: m.CertSeq, OfficerId: a.officer.Id, Reason: m.Reason,
	}})
	return &types.MsgRejectCertificateResponse{}, err
}

// IssueCertificate issues a certificate and publishes the public part.
func (s msgServer) IssueCertificate(ctx context.Context, m *types.MsgIssueCertificate) (*types.MsgIssueCertificateResponse, error) {
	a, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := s.k.checkIssue(ctx, m, a); err != nil {
		return nil, err
	}
	openingSeq, err := s.k.reveal(ctx, m, a)
	if err != nil {
		return nil, err
	}
	c := a.certificate
	c.State, c.Certifier = logtypes.CERTIFICATE_STATE_ISSUED, a.officer.Id
	seq, err := s.k.change(ctx, c, &logtypes.Entry_CertificateIssued{CertificateIssued: &logtypes.CertificateIssued{
		CertSeq: m.CertSeq, EvidenceSeq: c.EvidenceSeq, OpeningSeq: openingSeq,
		OfficerId: a.officer.Id, KeyId: a.keyID, FieldsCommitment: m.FieldsCommitment,
	}})
	return &types.MsgIssueCertificateResponse{IssuedSeq: seq}, err
}

// RevokeCertificate ends an issued certificate from this block on.
func (s msgServer) RevokeCertificate(ctx context.Context, m *types.MsgRevokeCertificate) (*types.MsgRevokeCertificateResponse, error) {
	a, err := s.k.authorise(ctx, m)
	if err != nil {
		return nil, err
	}
	if err := checkRevocation(m, a); err != nil {
		return nil, err
	}
	c := a.certificate
	c.State, c.Reason = logtypes.CERTIFICATE_STATE_REVOKED, uint32(m.Reason)
	_, err = s.k.change(ctx, c, &logtypes.Entry_CertificateRevoked{CertificateRevoked: &logtypes.CertificateRevoked{
		CertSeq: m.CertSeq, OfficerId: a.officer.Id, Reason: m.Reason,
	}})
	return &types.MsgRevokeCertificateResponse{}, err
}

func emit(ctx context.Context, event sdk.Msg) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
