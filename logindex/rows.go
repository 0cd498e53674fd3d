package logindex

import (
	"crypto/sha256"

	"github.com/inkchain/inkd/logindex/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// rows are the look-ups in which an entry stands. Ids begin at 1; an id that is 0 is
// one that the entry does not have.
func rows(e *logtypes.Entry) [][]byte {
	var r collector
	if len(e.TxHash) == sha256.Size {
		r.digest(types.Subject_SUBJECT_TRANSACTION, e.TxHash)
	}
	switch kind, id := e.Subject(); kind {
	case logtypes.SubjectCertificate:
		r.id(types.Subject_SUBJECT_CERTIFICATE, id)
	case logtypes.SubjectKey:
		r.id(types.Subject_SUBJECT_KEY, id)
	}
	r.evidence(e.Body)
	r.enterprise(e.Body)
	r.consortium(e.Body)
	return r
}

type collector [][]byte

func (r *collector) id(s types.Subject, ids ...uint64) {
	for _, id := range ids {
		if id != 0 {
			*r = append(*r, idRow(s, id))
		}
	}
}

func (r *collector) digest(s types.Subject, digest []byte) {
	*r = append(*r, digestRow(s, digest))
}

func (r *collector) evidence(body logtypes.Body) {
	switch b := body.(type) {
	case *logtypes.Entry_Record:
		r.id(types.Subject_SUBJECT_ENTERPRISE_RECORDS, b.Record.EnterpriseId)
		r.id(types.Subject_SUBJECT_ENTERPRISE, b.Record.EnterpriseId)
		r.id(types.Subject_SUBJECT_USER, b.Record.UserId)
		r.digest(types.Subject_SUBJECT_COMMITMENT, b.Record.Commitment)
	case *logtypes.Entry_Opening:
		r.id(types.Subject_SUBJECT_EVIDENCE, b.Opening.EvidenceSeq)
		r.id(types.Subject_SUBJECT_USER, b.Opening.UserId)
	case *logtypes.Entry_ItemDisclosure:
		r.id(types.Subject_SUBJECT_EVIDENCE, b.ItemDisclosure.EvidenceSeq)
		for _, item := range b.ItemDisclosure.Items {
			r.digest(types.Subject_SUBJECT_DIGEST, item.Sha256)
			r.digest(types.Subject_SUBJECT_DIGEST, item.Sm3)
		}
	case *logtypes.Entry_CertificateApplied:
		*r = append(*r, idRow(types.Subject_SUBJECT_APPLICATIONS, 0))
		r.id(types.Subject_SUBJECT_EVIDENCE, b.CertificateApplied.EvidenceSeq)
		r.id(types.Subject_SUBJECT_ENTERPRISE, b.CertificateApplied.EnterpriseId)
		r.id(types.Subject_SUBJECT_USER, b.CertificateApplied.UserId)
	case *logtypes.Entry_CertificateIssued:
		r.id(types.Subject_SUBJECT_EVIDENCE, b.CertificateIssued.EvidenceSeq)
	}
}

func (r *collector) enterprise(body logtypes.Body) {
	switch b := body.(type) {
	case *logtypes.Entry_QualificationDecided:
		r.id(types.Subject_SUBJECT_ENTERPRISE, b.QualificationDecided.EnterpriseId)
	case *logtypes.Entry_QualificationRevoked:
		r.id(types.Subject_SUBJECT_ENTERPRISE, b.QualificationRevoked.EnterpriseId)
	case *logtypes.Entry_EnterpriseCertified:
		r.id(types.Subject_SUBJECT_ENTERPRISE, b.EnterpriseCertified.EnterpriseId)
		r.id(types.Subject_SUBJECT_ENTERPRISE_CERTIFIED, b.EnterpriseCertified.EnterpriseId)
		r.id(types.Subject_SUBJECT_USER, b.EnterpriseCertified.Administrator)
	case *logtypes.Entry_EnterpriseSuspended:
		r.id(types.Subject_SUBJECT_ENTERPRISE, b.EnterpriseSuspended.EnterpriseId)
	case *logtypes.Entry_MemberGranted:
		r.id(types.Subject_SUBJECT_ENTERPRISE, b.MemberGranted.EnterpriseId)
		r.id(types.Subject_SUBJECT_USER, b.MemberGranted.UserId, b.MemberGranted.GrantedBy)
	case *logtypes.Entry_MemberRemoved:
		r.id(types.Subject_SUBJECT_ENTERPRISE, b.MemberRemoved.EnterpriseId)
		r.id(types.Subject_SUBJECT_USER, b.MemberRemoved.UserId, b.MemberRemoved.RemovedBy)
	}
}

func (r *collector) consortium(body logtypes.Body) {
	switch b := body.(type) {
	case *logtypes.Entry_KeyBound:
		r.id(types.Subject_SUBJECT_USER, b.KeyBound.UserId)
		r.id(types.Subject_SUBJECT_INSTITUTION, b.KeyBound.InstitutionId)
	case *logtypes.Entry_InstitutionAdmitted:
		r.id(types.Subject_SUBJECT_INSTITUTION, b.InstitutionAdmitted.InstitutionId)
	case *logtypes.Entry_InstitutionRemoved:
		r.id(types.Subject_SUBJECT_INSTITUTION, b.InstitutionRemoved.InstitutionId)
	case *logtypes.Entry_InstitutionPower:
		r.id(types.Subject_SUBJECT_INSTITUTION, b.InstitutionPower.InstitutionId)
	case *logtypes.Entry_InstitutionDigest:
		r.id(types.Subject_SUBJECT_INSTITUTION, b.InstitutionDigest.InstitutionId)
	case *logtypes.Entry_Misbehaviour:
		r.id(types.Subject_SUBJECT_INSTITUTION, b.Misbehaviour.InstitutionId)
	case *logtypes.Entry_OfficerAppointed:
		r.id(types.Subject_SUBJECT_INSTITUTION, b.OfficerAppointed.InstitutionId)
	case *logtypes.Entry_OfficerDismissed:
		r.id(types.Subject_SUBJECT_INSTITUTION, b.OfficerDismissed.InstitutionId)
	case *logtypes.Entry_ValidatorKeyBound:
		key := sha256.Sum256(b.ValidatorKeyBound.PublicKey)
		r.id(types.Subject_SUBJECT_INSTITUTION, b.ValidatorKeyBound.InstitutionId)
		r.digest(types.Subject_SUBJECT_CONSENSUS_KEY, key[:])
	}
}
