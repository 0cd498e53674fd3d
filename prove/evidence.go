package prove

import (
	"context"
	"errors"
	"fmt"

	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Evidence makes the bundle about one entry and verifies it. If the archive has no
// proof of the entry's own block, or the header above is not validly signed by
// enough, the bundle proves the entry by the latest head, and its verdict says so.
func Evidence(ctx context.Context, src Source, seq uint64, o Options) (*bundle.Bundle, error) {
	subject, err := entryOf(ctx, src, seq)
	if err != nil {
		return nil, err
	}
	if err := checkOptions(subject, o); err != nil {
		return nil, err
	}
	return attempts(ctx, src, o, func(g *gatherer) error {
		g.b.Subject = seq
		return g.evidence(subject)
	})
}

// Receipt is the smallest bundle that proves a record: its own block's head, nothing
// else. ErrNotYet until the header above has a commit.
func Receipt(ctx context.Context, src Source, seq uint64, anchor *bundle.Anchor) (*bundle.Bundle, error) {
	subject, err := entryOf(ctx, src, seq)
	if err != nil {
		return nil, err
	}
	o := Options{Anchor: anchor}
	if err := checkOptions(subject, o); err != nil {
		return nil, err
	}
	g := newGatherer(ctx, src, o, plan{})
	g.b.Subject, g.terse = seq, true
	if err := g.origin(subject); err != nil {
		return nil, err
	}
	g.want(seq)
	return g.finish()
}

func checkOptions(subject *logtypes.Entry, o Options) error {
	switch {
	case o.Anchor == nil:
		return fmt.Errorf("%w: expected an anchor to verify it against, got none", ErrOptions)
	case subject.Seq == 0:
		return fmt.Errorf("%w: expected an entry from 1 on, got entry 0", ErrOptions)
	case subject.GetRecord() == nil && (o.Submission || o.Content != nil || len(o.Items) > 0):
		return fmt.Errorf("%w: expected a record for a transaction, content or items, got %s", ErrOptions, subject.Kind())
	case o.Content == nil && len(o.Items) > 0 && !o.Latest:
		return fmt.Errorf("%w: expected the content that the items are of, got items alone", ErrOptions)
	}
	return nil
}

// evidence gathers what the bundle about an entry needs.
func (g *gatherer) evidence(e *logtypes.Entry) error {
	if !g.plan.noOrigin {
		if err := g.origin(e); errors.Is(err, ErrNotKept) {
			g.plan.noOrigin = true
		} else if err != nil {
			return err
		}
	}
	kind, _ := e.Subject()
	if g.o.Latest || g.plan.noOrigin || kind == logtypes.SubjectCertificate {
		if err := g.latestHead(); err != nil {
			return err
		}
	}
	g.want(e.Seq)
	if err := errors.Join(g.submitter(e), g.enterprise(e)); err != nil {
		return err
	}
	if g.o.Latest || kind == logtypes.SubjectCertificate {
		if err := g.statuses(e); err != nil {
			return err
		}
	}
	g.b.Content, g.b.Items = g.o.Content, g.o.Items
	if !g.o.Submission {
		return nil
	}
	tx, err := g.src.Tx(g.ctx, e.TxHash)
	if err != nil {
		return fmt.Errorf("transaction of entry %d: %w", e.Seq, err)
	}
	g.b.Submission = &bundle.Submission{Tx: tx, AccountNumber: e.GetRecord().KeyId}
	return nil
}

// enterprise adds the last entry before a record that certified its enterprise.
func (g *gatherer) enterprise(e *logtypes.Entry) error {
	r := e.GetRecord()
	if r == nil || !g.o.Enterprise {
		return nil
	}
	certified, err := g.find(&indextypes.QueryFindRequest{Subject: indextypes.Subject_SUBJECT_ENTERPRISE_CERTIFIED, Id: r.EnterpriseId})
	if err != nil {
		return err
	}
	for i := len(certified) - 1; i >= 0; i-- {
		if c := certified[i]; c.GetEnterpriseCertified() != nil && c.Seq < e.Seq {
			g.want(c.Seq)
			return nil
		}
	}
	return fmt.Errorf("certification of enterprise %d before entry %d: %w", r.EnterpriseId, e.Seq, ErrNotFound)
}

// submitter adds the entry that bound a record's key to its user.
func (g *gatherer) submitter(e *logtypes.Entry) error {
	r := e.GetRecord()
	if r == nil {
		return nil
	}
	bound, err := g.find(&indextypes.QueryFindRequest{Subject: indextypes.Subject_SUBJECT_KEY, Id: r.KeyId})
	if err != nil {
		return err
	}
	for _, k := range bound {
		if b := k.GetKeyBound(); b != nil && b.KeyId == r.KeyId && b.UserId == r.UserId && k.Seq < e.Seq {
			g.want(k.Seq)
			return nil
		}
	}
	return fmt.Errorf("binding of key %d to user %d before entry %d: %w", r.KeyId, r.UserId, e.Seq, ErrNotFound)
}
