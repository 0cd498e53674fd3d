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
	}
	return NoSubject, 0
}

// kinds names the bodies as their fields in the proto file.
func kindOf(b Body) (string, bool) {
	switch b.(type) {
	case *Entry_Record:
		return "record", true
	case *Entry_Opening:
		return "opening", true
	case *Entry_ItemDisclosure:
		return "item_disclosure", true
	case *Entry_CertificateApplied:
		return "certificate_applied", true
	case *Entry_CertificateInitialReview:
		return "certificate_initial_review", true
	case *Entry_CertificateFinalReview:
		return "certificate_final_review", true
	case *Entry_CertificateIssued:
		return "certificate_issued", true
	case *Entry_CertificateRejected:
		return "certificate_rejected", true
	case *Entry_CertificateRevoked:
		return "certificate_revoked", true
	case *Entry_QualificationDecided:
		return "qualification_decided", true
	case *Entry_QualificationRevoked:
		return "qualification_revoked", true
	case *Entry_EnterpriseCertified:
		return "enterprise_certified", true
	case *Entry_EnterpriseSuspended:
		return "enterprise_suspended", true
	case *Entry_MemberGranted:
		return "member_granted", true
	case *Entry_MemberRemoved:
		return "member_removed", true
	case *Entry_KeyBound:
		return "key_bound", true
	case *Entry_InstitutionAdmitted:
		return "institution_admitted", true
	case *Entry_ValidatorKeyBound:
		return "validator_key_bound", true
	case *Entry_OfficerAppointed:
		return "officer_appointed", true
	case *Entry_OfficerDismissed:
		return "officer_dismissed", true
	case *Entry_Era:
		return "era", true
	}
	return "", false
}

// Kind is the name of the entry's body, empty if it has none.
func (m *Entry) Kind() string {
	name, _ := kindOf(m.Body)
	return name
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
	if _, ok := kindOf(e.Body); !ok {
		return nil, errorsmod.Wrap(ErrEntry, "expected a body of a known kind, got none")
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	return e, nil
}
