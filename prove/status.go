package prove

import (
	"errors"
	"fmt"

	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// statuses adds what came after an entry, as of the latest state: what its subject
// is, what other entries say of it, and how many records the enterprise had.
func (g *gatherer) statuses(e *logtypes.Entry) error {
	kind, id := e.Subject()
	switch {
	case e.GetRecord() != nil:
		r := e.GetRecord()
		if err := g.evidenceStatus(e.Seq, true); err != nil {
			return err
		}
		if err := g.status(bundle.StateKey, r.KeyId, indextypes.Subject_SUBJECT_KEY, logtypes.SubjectKey); err != nil {
			return err
		}
		return g.state(bundle.StateEnterprise, r.EnterpriseId)
	case kind == logtypes.SubjectKey:
		return g.status(bundle.StateKey, id, indextypes.Subject_SUBJECT_KEY, logtypes.SubjectKey)
	case kind == logtypes.SubjectEvidence:
		return g.evidenceStatus(id, false)
	case kind == logtypes.SubjectCertificate:
		applied, err := entryOf(g.ctx, g.src, id)
		if err != nil {
			return err
		}
		if applied.GetCertificateApplied() == nil {
			return fmt.Errorf("entry %d: expected the application of the certificate, got %s", id, applied.Kind())
		}
		if err := g.certificate(id); err != nil {
			return err
		}
		return g.evidenceStatus(applied.GetCertificateApplied().EvidenceSeq, false)
	}
	return nil
}

// evidenceStatus adds a record with its later events, and its certificates if asked.
func (g *gatherer) evidenceStatus(seq uint64, certificates bool) error {
	g.want(seq)
	if err := g.status(bundle.StateEvidence, seq, indextypes.Subject_SUBJECT_EVIDENCE, logtypes.SubjectEvidence); err != nil || !certificates {
		return err
	}
	about, err := g.find(&indextypes.QueryFindRequest{Subject: indextypes.Subject_SUBJECT_EVIDENCE, Id: seq})
	if err != nil {
		return err
	}
	for _, e := range about {
		if a := e.GetCertificateApplied(); a != nil && a.EvidenceSeq == seq && e.Height <= g.latest {
			if err := g.certificate(e.Seq); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *gatherer) certificate(id uint64) error {
	return g.status(bundle.StateCertificate, id, indextypes.Subject_SUBJECT_CERTIFICATE, logtypes.SubjectCertificate)
}

// status adds a status value and all its events up to the latest state.
func (g *gatherer) status(state bundle.StateKind, id uint64, by indextypes.Subject, kind logtypes.SubjectKind) error {
	if err := g.state(state, id); err != nil {
		return err
	}
	events, err := g.find(&indextypes.QueryFindRequest{Subject: by, Id: id})
	if err != nil {
		return err
	}
	for _, e := range events {
		if k, of := e.Subject(); k == kind && of == id && e.Height <= g.latest {
			g.want(e.Seq)
		}
	}
	return nil
}

// state adds a value of the latest state, if there is one.
func (g *gatherer) state(kind bundle.StateKind, id uint64) error {
	s, err := g.src.State(g.ctx, g.latest, kind, id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	g.b.States = append(g.b.States, s)
	return nil
}

// find is the entries that a source finds.
func (g *gatherer) find(q *indextypes.QueryFindRequest) ([]*logtypes.Entry, error) {
	seqs, err := g.src.Find(g.ctx, q)
	if err != nil {
		return nil, err
	}
	entries := make([]*logtypes.Entry, len(seqs))
	for i, seq := range seqs {
		if entries[i], err = entryOf(g.ctx, g.src, seq); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
