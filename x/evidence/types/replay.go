package types

import (
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Replay is what the entries of the log say of certificates and openings. Its
// tables are looked up and counted, never iterated.
type Replay struct {
	certificates map[uint64]*Certificate
	openings     map[uint64]Opened
	keys         map[uint64]uint64 // by officer id, from the appointments
}

// NewReplay is the replay of an empty log.
func NewReplay() *Replay {
	return &Replay{certificates: map[uint64]*Certificate{}, openings: map[uint64]Opened{}, keys: map[uint64]uint64{}}
}

// Enter takes the next entry of the log. The log has refused before what is no
// transition of a certificate.
func (r *Replay) Enter(entry *logtypes.Entry) {
	switch b := entry.Body.(type) {
	case *logtypes.Entry_OfficerAppointed:
		r.keys[b.OfficerAppointed.OfficerId] = b.OfficerAppointed.KeyId
	case *logtypes.Entry_Opening:
		r.openings[b.Opening.EvidenceSeq] = Opened{OpeningSeq: entry.Seq}
	case *logtypes.Entry_ItemDisclosure:
		o := r.openings[b.ItemDisclosure.EvidenceSeq]
		o.ItemDisclosed = true
		r.openings[b.ItemDisclosure.EvidenceSeq] = o
	case *logtypes.Entry_CertificateApplied:
		a := b.CertificateApplied
		r.certificates[entry.Seq] = &Certificate{
			CertSeq: entry.Seq, EvidenceSeq: a.EvidenceSeq, EnterpriseId: a.EnterpriseId, Applicant: a.UserId,
			DeclineItem: a.DeclineItem, State: logtypes.CERTIFICATE_STATE_APPLIED, Previous: a.Previous,
		}
	case *logtypes.Entry_CertificateInitialReview:
		c := r.certificate(b.CertificateInitialReview.CertSeq)
		c.State, c.InitialReviewer = logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED, b.CertificateInitialReview.OfficerId
		c.InitialReviewerKey = r.keys[c.InitialReviewer]
	case *logtypes.Entry_CertificateFinalReview:
		c := r.certificate(b.CertificateFinalReview.CertSeq)
		c.State, c.FinalReviewer = logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED, b.CertificateFinalReview.OfficerId
	case *logtypes.Entry_CertificateIssued:
		c := r.certificate(b.CertificateIssued.CertSeq)
		c.State, c.Certifier, c.IssuedSeq = logtypes.CERTIFICATE_STATE_ISSUED, b.CertificateIssued.OfficerId, entry.Seq
	case *logtypes.Entry_CertificateRejected:
		c := r.certificate(b.CertificateRejected.CertSeq)
		c.State, c.Reason = logtypes.CERTIFICATE_STATE_REJECTED, uint32(b.CertificateRejected.Reason)
	case *logtypes.Entry_CertificateRevoked:
		c := r.certificate(b.CertificateRevoked.CertSeq)
		c.State, c.Reason = logtypes.CERTIFICATE_STATE_REVOKED, uint32(b.CertificateRevoked.Reason)
	}
}

// certificate is that of an application; without one, a nameless one that no
// genesis can equal.
func (r *Replay) certificate(certSeq uint64) *Certificate {
	c, ok := r.certificates[certSeq]
	if !ok {
		c = new(Certificate)
		r.certificates[certSeq] = c
	}
	return c
}

// Check refuses a genesis that says anything else than the log, that adds to it or
// leaves out: forgetting an application or an opening would allow it twice. Error:
// ErrGenesis naming the field.
func (r *Replay) Check(gs *GenesisState) error {
	for i, c := range gs.Certificates {
		want, ok := r.certificates[c.CertSeq]
		if !ok {
			return genesisErr("certificates", i, "cert_seq", "expected an application of the log, got %d", c.CertSeq)
		}
		if err := r.checkCertificate(i, c, *want); err != nil {
			return err
		}
	}
	// Every row has a key of its own, so what was found and counted is all there is.
	if n := len(r.certificates); n != len(gs.Certificates) {
		return ErrGenesis.Wrapf("evidence.certificates: expected %d as in the log, got %d", n, len(gs.Certificates))
	}
	for i, o := range gs.Openings {
		if want := r.openings[o.EvidenceSeq]; o.Opened != want {
			return genesisErr("openings", i, "opened", "expected {%s} as in the log, got {%s}", want.String(), o.Opened.String())
		}
	}
	if n := len(r.openings); n != len(gs.Openings) {
		return ErrGenesis.Wrapf("evidence.openings: expected %d as in the log, got %d", n, len(gs.Openings))
	}
	return nil
}

func (r *Replay) checkCertificate(i int, got, want Certificate) error {
	if got.State != want.State {
		return genesisErr("certificates", i, "state", "expected %s as in the log, got %s", want.State, got.State)
	}
	if got.DeclineItem != want.DeclineItem {
		return genesisErr("certificates", i, "decline_item", "expected %t as in the log, got %t", want.DeclineItem, got.DeclineItem)
	}
	for _, f := range []struct {
		name      string
		got, want uint64
	}{
		{"evidence_seq", got.EvidenceSeq, want.EvidenceSeq},
		{"enterprise_id", got.EnterpriseId, want.EnterpriseId},
		{"applicant", got.Applicant, want.Applicant},
		{"initial_reviewer", got.InitialReviewer, want.InitialReviewer},
		{"final_reviewer", got.FinalReviewer, want.FinalReviewer},
		{"certifier", got.Certifier, want.Certifier},
		{"reason", uint64(got.Reason), uint64(want.Reason)},
		{"issued_seq", got.IssuedSeq, want.IssuedSeq},
		{"previous", got.Previous, want.Previous},
	} {
		if f.got != f.want {
			return genesisErr("certificates", i, f.name, "expected %d as in the log, got %d", f.want, f.got)
		}
	}
	// A review has no key in its entry, but an officer has one for ever.
	if want.InitialReviewerKey != 0 && got.InitialReviewerKey != want.InitialReviewerKey {
		return genesisErr("certificates", i, "initial_reviewer_key", "expected key %d of officer %d as in the log, got %d",
			want.InitialReviewerKey, want.InitialReviewer, got.InitialReviewerKey)
	}
	return nil
}
