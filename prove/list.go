package prove

import (
	"context"
	"fmt"
	"time"

	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/verify/bundle"
)

// ErrNotOver is an ErrNotYet: a counter closes only a period that is over.
var ErrNotOver = fmt.Errorf("%w: the period is not over", ErrNotYet)

// List makes the bundle of all entries of a list with block times from `from` on and
// before `to`, unix nanoseconds; `to` 0 is up to now. It begins with the last entry
// before the period, and ends with the first one after it, which has a path, or with
// the last of all, which the counter proves. The kind is with bundle.ListEnterprise
// that of the enterprise id, with bundle.ListApplications that of all applications.
// ErrNotFound if there is no entry at all: only what exists is provable. ErrNotOver
// if there is nothing behind the period and it is not over by the latest header's time.
func List(ctx context.Context, src Source, kind bundle.ListKind, id, from, to uint64, o Options) (*bundle.Bundle, error) {
	switch {
	case o.Anchor == nil:
		return nil, fmt.Errorf("%w: expected an anchor to verify it against, got none", ErrOptions)
	case to != 0 && to <= from:
		return nil, fmt.Errorf("%w: expected a period that ends after it begins, got %s to %s", ErrOptions, instant(from), instant(to))
	case kind == bundle.ListApplications && id != 0:
		return nil, fmt.Errorf("%w: expected no id with the list of all applications, got %d", ErrOptions, id)
	case kind != bundle.ListEnterprise && kind != bundle.ListApplications:
		return nil, fmt.Errorf("%w: expected the list of an enterprise or of applications, got kind %d", ErrOptions, kind)
	case o.Content != nil || len(o.Items) > 0 || o.Submission:
		return nil, fmt.Errorf("%w: expected a list alone, got content, items or a transaction with it", ErrOptions)
	}
	return attempts(ctx, src, o, func(g *gatherer) error {
		return g.list(bundle.List{Kind: kind, ID: id, From: from, To: to})
	})
}

func (g *gatherer) list(l bundle.List) error {
	if err := g.latestHead(); err != nil {
		return err
	}
	all, err := g.listed(l, 0, 0)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("entries of the list: %w: that there is none cannot be proven", ErrNotFound)
	}
	// Block times rise with the log: the period is a piece of the list.
	first, end := 0, len(all)
	if l.From != 0 {
		before, err := g.listed(l, 0, l.From)
		if err != nil {
			return err
		}
		first = len(before)
	}
	if l.To != 0 {
		before, err := g.listed(l, 0, l.To)
		if err != nil {
			return err
		}
		end = len(before)
	}
	if err := g.closeList(&l, all, end); err != nil {
		return err
	}
	for _, seq := range all[max(first-1, 0):min(end+1, len(all))] {
		b, err := g.src.Entry(g.ctx, seq)
		if err != nil {
			return err
		}
		l.Entries = append(l.Entries, b)
	}
	if len(l.Entries) > bundle.MaxEntries {
		return fmt.Errorf("%w: expected a period of at most %d entries, got %d", ErrOptions, bundle.MaxEntries, len(l.Entries))
	}
	g.b.Lists = append(g.b.Lists, l)
	if l.Kind != bundle.ListApplications || !g.o.Statuses {
		return nil
	}
	return g.decisions(all[first:end])
}

// listed is the seqs of a list that the latest head has, from one block time to before
// another.
func (g *gatherer) listed(l bundle.List, from, to uint64) ([]uint64, error) {
	q := &indextypes.QueryFindRequest{Subject: indextypes.Subject_SUBJECT_ENTERPRISE_RECORDS, Id: l.ID, From: from, To: to}
	if l.Kind == bundle.ListApplications {
		q.Subject = indextypes.Subject_SUBJECT_APPLICATIONS
	}
	seqs, err := g.src.Find(g.ctx, q)
	if err != nil {
		return nil, fmt.Errorf("entries of the list: %w", err)
	}
	size := g.heads[len(g.heads)-1]
	for len(seqs) > 0 && seqs[len(seqs)-1] >= size {
		seqs = seqs[:len(seqs)-1]
	}
	return seqs, nil
}

// closeList proves the end: the entry behind the period by its path, or that there is
// none by the counter.
func (g *gatherer) closeList(l *bundle.List, all []uint64, end int) error {
	if end < len(all) {
		var err error
		l.Size = g.heads[len(g.heads)-1]
		l.Path, err = g.src.Inclusion(g.ctx, all[end], l.Size)
		return err
	}
	h, err := g.block(g.latest + 1)
	if err != nil {
		return err
	}
	if h.Time < l.To {
		return fmt.Errorf("%w: expected a header of %s or later, got the latest of %s", ErrNotOver, instant(l.To), instant(h.Time))
	}
	kind := bundle.StateEnterprise
	if l.Kind == bundle.ListApplications {
		kind = bundle.StateApplications
	}
	s, err := g.src.State(g.ctx, g.latest, kind, l.ID)
	if err != nil {
		return fmt.Errorf("counter of the list: %w", err)
	}
	g.b.States = append(g.b.States, s)
	return nil
}

// instant writes unix nanoseconds for people: Beijing time, which needs no table of
// zones.
func instant(nanos uint64) string {
	return time.Unix(0, int64(nanos)).In(time.FixedZone("UTC+8", 8*60*60)).Format(time.RFC3339Nano)
}

// decisions adds the status of each application.
func (g *gatherer) decisions(applications []uint64) error {
	if n := len(applications) + len(g.b.States); n > bundle.MaxStates {
		return fmt.Errorf("%w: expected a period of at most %d applications, got %d", ErrOptions, bundle.MaxStates-len(g.b.States), len(applications))
	}
	for _, seq := range applications {
		if err := g.state(bundle.StateCertificate, seq); err != nil {
			return err
		}
	}
	return nil
}
