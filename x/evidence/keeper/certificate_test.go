package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const (
	applied  = logtypes.CERTIFICATE_STATE_APPLIED
	initial  = logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED
	final    = logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED
	issued   = logtypes.CERTIFICATE_STATE_ISSUED
	rejected = logtypes.CERTIFICATE_STATE_REJECTED
	revoked  = logtypes.CERTIFICATE_STATE_REVOKED
)

func application(evidenceSeq uint64) *types.MsgApplyCertificate {
	return &types.MsgApplyCertificate{Applicant: "clerk", EvidenceSeq: evidenceSeq, ConsentToPublish: true}
}

func review(officer string, certSeq uint64, stage types.ReviewStage) *types.MsgReviewCertificate {
	return &types.MsgReviewCertificate{Officer: officer, CertSeq: certSeq, Stage: stage}
}

func rejection(officer string, certSeq uint64) *types.MsgRejectCertificate {
	return &types.MsgRejectCertificate{Officer: officer, CertSeq: certSeq, Reason: logtypes.REASON_INCONSISTENT}
}

func revocation(officer string, certSeq uint64) *types.MsgRevokeCertificate {
	return &types.MsgRevokeCertificate{Officer: officer, CertSeq: certSeq, Reason: logtypes.REASON_ISSUED_IN_ERROR}
}

func TestStatusProgression(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	certSeq := w.apply(t, seq, false)
	require.Equal(t, applied, w.state(t, certSeq))
	_, err := deliver(w, w.msg.ReviewCertificate, review("reviewer-1", certSeq, types.REVIEW_STAGE_INITIAL))
	require.NoError(t, err)
	require.Equal(t, initial, w.state(t, certSeq))
	_, err = deliver(w, w.msg.ReviewCertificate, review("reviewer-2", certSeq, types.REVIEW_STAGE_FINAL))
	require.NoError(t, err)
	require.Equal(t, final, w.state(t, certSeq))
	issuedSeq := w.issue(t, certSeq, c)
	require.Equal(t, issued, w.state(t, certSeq))
	_, err = deliver(w, w.msg.RevokeCertificate, revocation("certifier", certSeq))
	require.NoError(t, err)
	require.Equal(t, revoked, w.state(t, certSeq))

	cert, err := w.k.Certificate(w.ctx, certSeq)
	require.NoError(t, err)
	require.Equal(t, types.Certificate{
		CertSeq: certSeq, EvidenceSeq: seq, EnterpriseId: oak, Applicant: 13, State: revoked,
		InitialReviewer: 21, InitialReviewerKey: 121, FinalReviewer: 22, Certifier: 23,
		Reason: uint32(logtypes.REASON_ISSUED_IN_ERROR), IssuedSeq: issuedSeq,
	}, cert)
	status, err := w.log.CertificateStatus(w.ctx, certSeq)
	require.NoError(t, err)
	require.Equal(t, uint64(5), status.EventCount)
}

func TestApplyRefusals(t *testing.T) {
	cases := map[string]struct {
		change func(*types.MsgApplyCertificate)
		want   error
		text   string
	}{
		"no consent":           {func(m *types.MsgApplyCertificate) { m.ConsentToPublish = false }, types.ErrConsent, "expected true"},
		"member without right": {func(m *types.MsgApplyCertificate) { m.Applicant = "depositor" }, consortiumtypes.ErrNotPermitted, "RIGHT_CERTIFICATE"},
		"other enterprise":     {func(m *types.MsgApplyCertificate) { m.Applicant = "copier" }, consortiumtypes.ErrNotPermitted, ""},
		"outsider":             {func(m *types.MsgApplyCertificate) { m.Applicant = "outsider" }, consortiumtypes.ErrNotPermitted, ""},
		"officer":              {func(m *types.MsgApplyCertificate) { m.Applicant = "certifier" }, consortiumtypes.ErrNotPermitted, ""},
		"unknown evidence":     {func(m *types.MsgApplyCertificate) { m.EvidenceSeq = 7 }, types.ErrNotFound, "7"},
		"no record":            {func(m *types.MsgApplyCertificate) { m.EvidenceSeq = 0 }, types.ErrNotFound, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := application(w.deposit(t, newContent(t, oak, 1, "file")))
			tc.change(m)
			refused(t, w, w.msg.ApplyCertificate, m, tc.want, tc.text)
		})
	}
}

func TestOneCertificateAtATime(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	certSeq := w.apply(t, seq, false)
	again := application(seq)
	refused(t, w, w.msg.ApplyCertificate, again, types.ErrUnderway, "certificate 2 in state CERTIFICATE_STATE_APPLIED")
	_, err := deliver(w, w.msg.ReviewCertificate, review("reviewer-1", certSeq, types.REVIEW_STAGE_INITIAL))
	require.NoError(t, err)
	refused(t, w, w.msg.ApplyCertificate, again, types.ErrUnderway)
	_, err = deliver(w, w.msg.ReviewCertificate, review("reviewer-2", certSeq, types.REVIEW_STAGE_FINAL))
	require.NoError(t, err)
	refused(t, w, w.msg.ApplyCertificate, again, types.ErrUnderway)
	w.issue(t, certSeq, c)
	refused(t, w, w.msg.ApplyCertificate, again, types.ErrUnderway, "CERTIFICATE_STATE_ISSUED")
}

func TestReapplicationNamesTheOneBefore(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	first := w.apply(t, seq, false)
	_, err := deliver(w, w.msg.RejectCertificate, rejection("reviewer-1", first))
	require.NoError(t, err)
	second := w.reviewed(t, seq, false)
	w.issue(t, second, c)
	_, err = deliver(w, w.msg.RevokeCertificate, revocation("certifier", second))
	require.NoError(t, err)
	third := w.apply(t, seq, false)

	for certSeq, previous := range map[uint64]uint64{first: 0, second: first, third: second} {
		entry, err := w.log.Entry(w.ctx, certSeq)
		require.NoError(t, err)
		require.Equal(t, previous, entry.GetCertificateApplied().Previous)
		cert, err := w.k.Certificate(w.ctx, certSeq)
		require.NoError(t, err)
		require.Equal(t, previous, cert.Previous)
	}
	require.Equal(t, rejected, w.state(t, first))
	require.Equal(t, revoked, w.state(t, second))
	require.Equal(t, applied, w.state(t, third))
	refused(t, w, w.msg.ReviewCertificate, review("reviewer-1", first, types.REVIEW_STAGE_INITIAL), types.ErrState)
}

func TestReviewStagesInOrder(t *testing.T) {
	w := newWorld(t)
	certSeq := w.apply(t, w.deposit(t, newContent(t, oak, 1, "file")), false)
	refused(t, w, w.msg.ReviewCertificate, review("reviewer-1", certSeq, 0), types.ErrInvalid, "stage: expected")
	refused(t, w, w.msg.ReviewCertificate, review("reviewer-1", certSeq, 3), types.ErrInvalid)
	refused(t, w, w.msg.ReviewCertificate, review("reviewer-2", certSeq, types.REVIEW_STAGE_FINAL), types.ErrState, "expected CERTIFICATE_STATE_INITIALLY_REVIEWED, got CERTIFICATE_STATE_APPLIED")
	_, err := deliver(w, w.msg.ReviewCertificate, review("reviewer-1", certSeq, types.REVIEW_STAGE_INITIAL))
	require.NoError(t, err)
	// A double click is no final review, of whomever.
	refused(t, w, w.msg.ReviewCertificate, review("reviewer-1", certSeq, types.REVIEW_STAGE_INITIAL), types.ErrState)
	refused(t, w, w.msg.ReviewCertificate, review("reviewer-2", certSeq, types.REVIEW_STAGE_INITIAL), types.ErrState)
}

func TestReviewIsForReviewers(t *testing.T) {
	w := newWorld(t)
	certSeq := w.apply(t, w.deposit(t, newContent(t, oak, 1, "file")), false)
	for _, name := range []string{"certifier", "registrar", "employee", "clerk", "outsider"} {
		refused(t, w, w.msg.ReviewCertificate, review(name, certSeq, types.REVIEW_STAGE_INITIAL), consortiumtypes.ErrNotPermitted)
	}
	refused(t, w, w.msg.ReviewCertificate, review("reviewer-1", 99, types.REVIEW_STAGE_INITIAL), types.ErrNotFound, "99")
	refused(t, w, w.msg.ReviewCertificate, review("reviewer-1", certSeq-1, types.REVIEW_STAGE_INITIAL), types.ErrNotFound)
}

func TestFourEyes(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	certSeq := w.apply(t, w.deposit(t, c), false)
	_, err := deliver(w, w.msg.ReviewCertificate, review("all-round", certSeq, types.REVIEW_STAGE_INITIAL))
	require.NoError(t, err)

	finally := review("all-round", certSeq, types.REVIEW_STAGE_FINAL)
	refused(t, w, w.msg.ReviewCertificate, finally, types.ErrFourEyes, "initial reviewer 24")
	// The same key under another officer id is no second pair of eyes,
	o := w.officers["all-round"]
	o.Id = 44
	w.officers["all-round"] = o
	refused(t, w, w.msg.ReviewCertificate, finally, types.ErrFourEyes, "key 124", "officer 44")
	// and neither is the same officer id under another key.
	key := w.keys["all-round"]
	key.Id, o.Id = 999, 24
	w.keys["all-round"], w.officers["all-round"] = key, o
	refused(t, w, w.msg.ReviewCertificate, finally, types.ErrFourEyes)

	_, err = deliver(w, w.msg.ReviewCertificate, review("reviewer-2", certSeq, types.REVIEW_STAGE_FINAL))
	require.NoError(t, err)
	// The initial reviewer does not issue either.
	issue := &types.MsgIssueCertificate{Officer: "all-round", CertSeq: certSeq, Revelation: &c.rev, Item: &c.item, FieldsCommitment: fields}
	refused(t, w, w.msg.IssueCertificate, issue, types.ErrFourEyes)
	key.Id, o.Id = 124, 44
	w.keys["all-round"], w.officers["all-round"] = key, o
	refused(t, w, w.msg.IssueCertificate, issue, types.ErrFourEyes)
	w.issue(t, certSeq, c)
}

func TestConflictOfInterest(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	certSeq := w.apply(t, w.deposit(t, c), false)
	const text = "without part in enterprise 1"
	refused(t, w, w.msg.ReviewCertificate, review("insider", certSeq, types.REVIEW_STAGE_INITIAL), consortiumtypes.ErrNotPermitted, text)
	refused(t, w, w.msg.RejectCertificate, rejection("insider", certSeq), consortiumtypes.ErrNotPermitted, text)
	w.reject(t, certSeq)
	certSeq = w.reviewed(t, 1, false)
	issue := &types.MsgIssueCertificate{Officer: "insider", CertSeq: certSeq, Revelation: &c.rev, Item: &c.item, FieldsCommitment: fields}
	refused(t, w, w.msg.IssueCertificate, issue, consortiumtypes.ErrNotPermitted, text)
	w.issue(t, certSeq, c)
	refused(t, w, w.msg.RevokeCertificate, revocation("insider", certSeq), consortiumtypes.ErrNotPermitted, text)
}

// An officer who is a member elsewhere, or was one here, has no conflict.
func TestNoConflictWithAnotherEnterprise(t *testing.T) {
	w := newWorld(t)
	delete(w.rights, [2]uint64{17, oak})
	w.user("insider", 17, elm, enterprisetypes.RIGHT_DEPOSIT)
	certSeq := w.apply(t, w.deposit(t, newContent(t, oak, 1, "file")), false)
	_, err := deliver(w, w.msg.ReviewCertificate, review("insider", certSeq, types.REVIEW_STAGE_INITIAL))
	require.NoError(t, err)
}

func (w *world) reject(t *testing.T, certSeq uint64) {
	_, err := deliver(w, w.msg.RejectCertificate, rejection("reviewer-1", certSeq))
	require.NoError(t, err)
}

func TestWhoRejectsWhen(t *testing.T) {
	w := newWorld(t)
	seq := w.deposit(t, newContent(t, oak, 1, "file"))
	certSeq := w.apply(t, seq, false)
	refused(t, w, w.msg.RejectCertificate, rejection("certifier", certSeq), consortiumtypes.ErrNotPermitted, "ROLE_REVIEWER, or a ROLE_CERTIFIER once")
	refused(t, w, w.msg.RejectCertificate, rejection("registrar", certSeq), consortiumtypes.ErrNotPermitted)
	refused(t, w, w.msg.RejectCertificate, rejection("clerk", certSeq), consortiumtypes.ErrNotPermitted)
	w.reject(t, certSeq)
	refused(t, w, w.msg.RejectCertificate, rejection("reviewer-1", certSeq), types.ErrState, "got CERTIFICATE_STATE_REJECTED")

	certSeq = w.apply(t, seq, false)
	_, err := deliver(w, w.msg.ReviewCertificate, review("reviewer-1", certSeq, types.REVIEW_STAGE_INITIAL))
	require.NoError(t, err)
	refused(t, w, w.msg.RejectCertificate, rejection("certifier", certSeq), consortiumtypes.ErrNotPermitted)
	w.reject(t, certSeq)

	certSeq = w.reviewed(t, seq, false)
	_, err = deliver(w, w.msg.RejectCertificate, rejection("certifier", certSeq))
	require.NoError(t, err)
	require.Equal(t, rejected, w.state(t, certSeq))
	certSeq = w.reviewed(t, seq, false)
	w.reject(t, certSeq)
}

func TestARejectionHasAReason(t *testing.T) {
	w := newWorld(t)
	certSeq := w.apply(t, w.deposit(t, newContent(t, oak, 1, "file")), false)
	for _, reason := range []logtypes.Reason{logtypes.REASON_UNSPECIFIED, 99, -1} {
		m := rejection("reviewer-1", certSeq)
		m.Reason = reason
		refused(t, w, w.msg.RejectCertificate, m, consortiumtypes.ErrInvalidField, "reason")
	}
}

func TestRevocationNeedsAnIssuedCertificateAndAReason(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	certSeq := w.reviewed(t, w.deposit(t, c), false)
	refused(t, w, w.msg.RevokeCertificate, revocation("certifier", certSeq), types.ErrState, "expected CERTIFICATE_STATE_ISSUED")
	w.issue(t, certSeq, c)
	refused(t, w, w.msg.RevokeCertificate, revocation("reviewer-1", certSeq), consortiumtypes.ErrNotPermitted)
	refused(t, w, w.msg.RevokeCertificate, &types.MsgRevokeCertificate{Officer: "certifier", CertSeq: certSeq}, consortiumtypes.ErrInvalidField)
	_, err := deliver(w, w.msg.RevokeCertificate, revocation("certifier", certSeq))
	require.NoError(t, err)
	refused(t, w, w.msg.RevokeCertificate, revocation("certifier", certSeq), types.ErrState, "got CERTIFICATE_STATE_REVOKED")
	refused(t, w, w.msg.RejectCertificate, rejection("reviewer-1", certSeq), types.ErrState)
}

func TestRevocationNeverReachesBack(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	certSeq := w.reviewed(t, w.deposit(t, c), false)
	w.issue(t, certSeq, c)
	before := w.entries(t)
	_, err := deliver(w, w.msg.RevokeCertificate, revocation("certifier", certSeq))
	require.NoError(t, err)
	after := w.entries(t)
	require.Equal(t, before, after[:len(before)])
	require.Len(t, after, len(before)+1)
	last, err := w.log.Entry(w.ctx, uint64(len(before)))
	require.NoError(t, err)
	require.Equal(t, &logtypes.CertificateRevoked{CertSeq: certSeq, OfficerId: 23, Reason: logtypes.REASON_ISSUED_IN_ERROR}, last.GetCertificateRevoked())
}
