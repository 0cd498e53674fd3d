package types

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"
)

// Body is the body of an entry: one of the Entry_... types.
type Body = isEntry_Body

// SubjectKind says which status value an entry counts for.
type SubjectKind int

// The kinds of subjects. Most entries have none.
const (
	NoSubject SubjectKind = iota
	SubjectCertificate
	SubjectEvidence
	SubjectKey
)

// Subject returns what an entry is an event of: each entry counts for one subject
// at most. The id of a certificate is the seq of its application.
func (m *Entry) Subject() (SubjectKind, uint64) {
	switch b := m.Body.(type) {
	case *Entry_Opening:
		return SubjectEvidence, b.Opening.EvidenceSeq
	case *Entry_ItemDisclosure:
		return SubjectEvidence, b.ItemDisclosure.EvidenceSeq
	case *Entry_CertificateApplied:
		return SubjectCertificate, m.Seq
	case *Entry_CertificateInitialReview:
		return SubjectCertificate, b.CertificateInitialReview.CertSeq
	case *Entry_CertificateFinalReview:
		return SubjectCertificate, b.CertificateFinalReview.CertSeq
	case *Entry_CertificateIssued:
		return SubjectCertificate, b.CertificateIssued.CertSeq
	case *Entry_CertificateRejected:
		return SubjectCertificate, b.CertificateRejected.CertSeq
	case *Entry_CertificateRevoked:
		return SubjectCertificate, b.CertificateRevoked.CertSeq
	case *Entry_KeyBound:
		return SubjectKey, b.KeyBound.KeyId
	case *Entry_KeyRetired:
		return SubjectKey, b.KeyRetired.KeyId
	}
	return NoSubject, 0
}

// Kind is the name of the entry's body, that of its field in the proto file; empty
// if the entry has none.
func (m *Entry) Kind() string {
	switch m.Body.(type) {
	case *Entry_Record:
		return "record"
	case *Entry_Opening:
		return "opening"
	case *Entry_ItemDisclosure:
		return "item_disclosure"
	case *Entry_CertificateApplied:
		return "certificate_applied"
	case *Entry_CertificateInitialReview:
		return "certificate_initial_review"
	case *Entry_CertificateFinalReview:
		return "certificate_final_review"
	case *Entry_CertificateIssued:
		return "certificate_issued"
	case *Entry_CertificateRejected:
		return "certificate_rejected"
	case *Entry_CertificateRevoked:
		return "certificate_revoked"
	case *Entry_QualificationDecided:
		return "qualification_decided"
	case *Entry_QualificationRevoked:
		return "qualification_revoked"
	case *Entry_EnterpriseCertified:
		return "enterprise_certified"
	case *Entry_EnterpriseSuspended:
		return "enterprise_suspended"
	case *Entry_MemberGranted:
		return "member_granted"
	case *Entry_MemberRemoved:
		return "member_removed"
	case *Entry_KeyBound:
		return "key_bound"
	case *Entry_KeyRetired:
		return "key_retired"
	case *Entry_InstitutionAdmitted:
		return "institution_admitted"
	case *Entry_InstitutionRemoved:
		return "institution_removed"
	case *Entry_ValidatorKeyBound:
		return "validator_key_bound"
	case *Entry_OfficerAppointed:
		return "officer_appointed"
	case *Entry_OfficerDismissed:
		return "officer_dismissed"
	case *Entry_ParametersChanged:
		return "parameters_changed"
	case *Entry_SoftwareUpgrade:
		return "software_upgrade"
	case *Entry_Misbehaviour:
		return "misbehaviour"
	case *Entry_InstitutionDigest:
		return "institution_digest"
	case *Entry_Era:
		return "era"
	case *Entry_InstitutionPower:
		return "institution_power"
	}
	return ""
}

// ParseEntry decodes an entry and refuses bytes that are not its canonical form:
// encoding what was decoded must give the same bytes. It also refuses texts, numbers
// of enumerations and lengths that the format forbids.
func ParseEntry(b []byte) (*Entry, error) {
	if len(b) > MaxEntryBytes {
		return nil, errorsmod.Wrapf(ErrEntry, "expected at most %d bytes, got %d", MaxEntryBytes, len(b))
	}
	e := new(Entry)
	if err := e.Unmarshal(b); err != nil {
		return nil, errorsmod.Wrap(ErrEntry, err.Error())
	}
	again, err := e.Marshal()
	if err != nil {
		return nil, errorsmod.Wrap(ErrEntry, err.Error())
	}
	if !bytes.Equal(b, again) {
		return nil, errorsmod.Wrap(ErrEntry, "expected canonical protobuf, got another encoding of the same entry or unknown fields")
	}
	if e.Version != Version {
		return nil, errorsmod.Wrapf(ErrEntry, "expected version %d, got %d", Version, e.Version)
	}
	if e.Kind() == "" {
		return nil, errorsmod.Wrap(ErrEntry, "expected a body of a known kind, got none")
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	return e, nil
}
