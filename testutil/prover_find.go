package testutil

import (
	"bytes"
	"context"
	"crypto/sha256"

	"github.com/stretchr/testify/require"

	indextypes "github.com/inkchain/inkd/logindex/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Find looks at every entry.
func (p *Prover) Find(_ context.Context, q *indextypes.QueryFindRequest) ([]uint64, error) {
	if err := p.catchUp(); err != nil {
		return nil, err
	}
	var seqs []uint64
	for _, e := range p.entries {
		inTime := e.BlockTime >= q.From && (q.To == 0 || e.BlockTime < q.To)
		if inTime && (e.Seq > q.After || q.After == 0) && matches(e, q) {
			seqs = append(seqs, e.Seq)
		}
	}
	return seqs, nil
}

func matches(e *logtypes.Entry, q *indextypes.QueryFindRequest) bool {
	switch q.Subject {
	case indextypes.Subject_SUBJECT_TIME:
		return true
	case indextypes.Subject_SUBJECT_TRANSACTION:
		return bytes.Equal(e.TxHash, q.Digest)
	case indextypes.Subject_SUBJECT_APPLICATIONS:
		return e.GetCertificateApplied() != nil
	case indextypes.Subject_SUBJECT_ENTERPRISE_RECORDS:
		return e.GetRecord() != nil && e.GetRecord().EnterpriseId == q.Id
	case indextypes.Subject_SUBJECT_ENTERPRISE_CERTIFIED:
		return e.GetEnterpriseCertified() != nil && e.GetEnterpriseCertified().EnterpriseId == q.Id
	case indextypes.Subject_SUBJECT_COMMITMENT:
		return e.GetRecord() != nil && bytes.Equal(e.GetRecord().Commitment, q.Digest)
	case indextypes.Subject_SUBJECT_CERTIFICATE:
		kind, id := e.Subject()
		return kind == logtypes.SubjectCertificate && id == q.Id
	case indextypes.Subject_SUBJECT_KEY:
		kind, id := e.Subject()
		return kind == logtypes.SubjectKey && id == q.Id
	case indextypes.Subject_SUBJECT_EVIDENCE:
		return aboutEvidence(e, q.Id)
	case indextypes.Subject_SUBJECT_INSTITUTION:
		return aboutInstitution(e, q.Id)
	case indextypes.Subject_SUBJECT_CONSENSUS_KEY:
		sum := sha256.Sum256(e.GetValidatorKeyBound().GetPublicKey())
		return e.GetValidatorKeyBound() != nil && bytes.Equal(sum[:], q.Digest)
	}
	return false
}

func aboutEvidence(e *logtypes.Entry, seq uint64) bool {
	kind, id := e.Subject()
	switch {
	case e.GetCertificateApplied() != nil:
		return e.GetCertificateApplied().EvidenceSeq == seq
	case e.GetCertificateIssued() != nil:
		return e.GetCertificateIssued().EvidenceSeq == seq
	}
	return kind == logtypes.SubjectEvidence && id == seq
}

func aboutInstitution(e *logtypes.Entry, id uint64) bool {
	switch {
	case e.GetInstitutionAdmitted() != nil:
		return e.GetInstitutionAdmitted().InstitutionId == id
	case e.GetInstitutionRemoved() != nil:
		return e.GetInstitutionRemoved().InstitutionId == id
	case e.GetInstitutionPower() != nil:
		return e.GetInstitutionPower().InstitutionId == id
	case e.GetValidatorKeyBound() != nil:
		return e.GetValidatorKeyBound().InstitutionId == id
	}
	return false
}

// FirstOf is the seq of the first entry of a kind that is about an id: an institution
// that was admitted, a user's key that was bound.
func (p *Prover) FirstOf(t TB, kind string, id uint64) uint64 {
	t.Helper()
	require.NoError(t, p.catchUp())
	for _, e := range p.entries {
		about := e.GetInstitutionAdmitted().GetInstitutionId() | e.GetKeyBound().GetUserId()
		if e.Kind() == kind && about == id {
			return e.Seq
		}
	}
	require.Fail(t, "no such entry", "%s %d", kind, id)
	return 0
}

// BlockTime of an entry, unix nanoseconds.
func (p *Prover) BlockTime(t TB, seq uint64) uint64 {
	t.Helper()
	require.NoError(t, p.catchUp())
	return p.entries[seq].BlockTime
}

// HeightOf an entry.
func (p *Prover) HeightOf(t TB, seq uint64) uint64 {
	t.Helper()
	require.NoError(t, p.catchUp())
	return p.entries[seq].Height
}
