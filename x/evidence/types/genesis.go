package types

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// DefaultGenesis is the genesis of a new chain: no certificates, nothing open.
func DefaultGenesis() *GenesisState { return &GenesisState{} }

// Validate checks what can be checked without the log; errors name the field with
// its index. Lists are in the order of their keys, each key once.
func (gs *GenesisState) Validate() error {
	latest := map[uint64]Certificate{} // looked up only, never iterated
	var last uint64
	for i, c := range gs.Certificates {
		if i > 0 && c.CertSeq <= last {
			return genesisErr("certificates", i, "cert_seq", "expected more than %d, got %d", last, c.CertSeq)
		}
		last = c.CertSeq
		if err := c.validate(i); err != nil {
			return err
		}
		if err := c.validatePrevious(i, latest); err != nil {
			return err
		}
		latest[c.EvidenceSeq] = c
	}
	if err := gs.validateRequests(); err != nil {
		return err
	}
	return gs.validateOpenings()
}

func (m *Certificate) validate(i int) error {
	bad := func(field, format string, args ...any) error {
		return genesisErr("certificates", i, field, format, args...)
	}
	reviewedOnce, reviewedTwice, issued, ended := m.needs()
	switch {
	case m.State <= logtypes.CERTIFICATE_STATE_UNSPECIFIED || m.State > logtypes.CERTIFICATE_STATE_REVOKED:
		return bad("state", "expected a state from 1 to %d, got %d", int32(logtypes.CERTIFICATE_STATE_REVOKED), int32(m.State))
	case m.EvidenceSeq >= m.CertSeq:
		return bad("evidence_seq", "expected less than cert_seq %d, got %d", m.CertSeq, m.EvidenceSeq)
	case m.EnterpriseId == 0:
		return bad("enterprise_id", "expected an id from 1, got 0")
	case m.Applicant == 0:
		return bad("applicant", "expected a user id from 1, got 0")
	case reviewedOnce && m.InitialReviewer == 0:
		return bad("initial_reviewer", "expected an officer id in state %s, got 0", m.State)
	case m.State == logtypes.CERTIFICATE_STATE_APPLIED && m.InitialReviewer != 0:
		return bad("initial_reviewer", "expected 0 in state %s, got %d", m.State, m.InitialReviewer)
	case (m.InitialReviewer == 0) != (m.InitialReviewerKey == 0):
		return bad("initial_reviewer_key", "expected a key id if and only if there is an initial reviewer, got %d", m.InitialReviewerKey)
	case reviewedTwice && m.FinalReviewer == 0:
		return bad("final_reviewer", "expected an officer id in state %s, got 0", m.State)
	case m.FinalReviewer != 0 && (m.InitialReviewer == 0 || m.FinalReviewer == m.InitialReviewer):
		return bad("final_reviewer", "expected another officer than the initial reviewer %d, got %d", m.InitialReviewer, m.FinalReviewer)
	case issued != (m.Certifier != 0) || m.Certifier != 0 && m.Certifier == m.InitialReviewer:
		return bad("certifier", "expected an officer id, not the initial reviewer, if and only if issued, got %d in state %s", m.Certifier, m.State)
	case issued != (m.IssuedSeq != 0) || issued && m.IssuedSeq <= m.CertSeq:
		return bad("issued_seq", "expected more than %d if and only if issued, got %d in state %s", m.CertSeq, m.IssuedSeq, m.State)
	case ended != (m.Reason != 0) || logtypes.Reason_name[int32(m.Reason)] == "":
		return bad("reason", "expected a reason if and only if rejected or revoked, got %d in state %s", m.Reason, m.State)
	}
	return nil
}

// needs says which steps a certificate in this state must have behind it.
func (m *Certificate) needs() (reviewedOnce, reviewedTwice, issued, ended bool) {
	issued = m.State == logtypes.CERTIFICATE_STATE_ISSUED || m.State == logtypes.CERTIFICATE_STATE_REVOKED
	reviewedTwice = issued || m.State == logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED
	reviewedOnce = reviewedTwice || m.State == logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED
	ended = m.State == logtypes.CERTIFICATE_STATE_REJECTED || m.State == logtypes.CERTIFICATE_STATE_REVOKED
	return reviewedOnce, reviewedTwice, issued, ended
}

// validatePrevious checks that applications for one evidence form a chain in
// which each follows one that ended.
func (m *Certificate) validatePrevious(i int, latest map[uint64]Certificate) error {
	before, ok := latest[m.EvidenceSeq]
	switch {
	case !ok && m.Previous != 0:
		return genesisErr("certificates", i, "previous", "expected 0 for the first application of evidence %d, got %d", m.EvidenceSeq, m.Previous)
	case ok && m.Previous != before.CertSeq:
		return genesisErr("certificates", i, "previous", "expected %d, got %d", before.CertSeq, m.Previous)
	case ok && Underway(before.State):
		return genesisErr("certificates", i, "evidence_seq", "expected no certificate underway for evidence %d, got %d in state %s",
			m.EvidenceSeq, before.CertSeq, before.State)
	case ok && before.EnterpriseId != m.EnterpriseId:
		return genesisErr("certificates", i, "enterprise_id", "expected %d as in certificate %d, got %d", before.EnterpriseId, before.CertSeq, m.EnterpriseId)
	}
	return nil
}

func (gs *GenesisState) validateRequests() error {
	made := map[uint64]bool{} // looked up only, never iterated
	for i, r := range gs.Requests {
		switch {
		case len(r.Key) != 32:
			return genesisErr("requests", i, "key", "expected 32 bytes, got %d", len(r.Key))
		case i > 0 && bytes.Compare(r.Key, gs.Requests[i-1].Key) <= 0:
			return genesisErr("requests", i, "key", "expected more than %x, got %x", gs.Requests[i-1].Key, r.Key)
		case r.Request.Expires == 0:
			return genesisErr("requests", i, "request.expires", "expected a time, got 0")
		case made[r.Request.Seq]:
			return genesisErr("requests", i, "request.seq", "expected a record of no other request, got %d again", r.Request.Seq)
		}
		made[r.Request.Seq] = true
	}
	return nil
}

func (gs *GenesisState) validateOpenings() error {
	for i, o := range gs.Openings {
		switch {
		case i > 0 && o.EvidenceSeq <= gs.Openings[i-1].EvidenceSeq:
			return genesisErr("openings", i, "evidence_seq", "expected more than %d, got %d", gs.Openings[i-1].EvidenceSeq, o.EvidenceSeq)
		case o.Opened.OpeningSeq <= o.EvidenceSeq:
			return genesisErr("openings", i, "opened.opening_seq", "expected more than evidence_seq %d, got %d", o.EvidenceSeq, o.Opened.OpeningSeq)
		}
	}
	return nil
}

// genesisErr names a field as evidence.<list>[<index>].<field>.
func genesisErr(list string, i int, field, format string, args ...any) error {
	return errorsmod.Wrapf(errorsmod.Wrapf(ErrGenesis, format, args...), "evidence.%s[%d].%s", list, i, field)
}
