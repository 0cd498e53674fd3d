package verify

import (
	"bytes"
	"fmt"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// checkLists shows that lists are complete.
func (r *run) checkLists() error {
	for i := range r.b.Lists {
		if err := r.checkList(&r.b.Lists[i]); err != nil {
			return fmt.Errorf("list %d: %w", i+1, err)
		}
	}
	return nil
}

// listed is an entry of a list: its place, from 1, and what chains it to the one before.
type listed struct {
	*entry
	place uint64
	prev  Hash
}

func (l *listed) acc() Hash { return format.Accumulate(l.prev, l.leaf) }

// checkList goes through the chain of accumulators, holds its end against a proven
// head or the counter, and its start against the period.
func (r *run) checkList(l *bundle.List) error {
	known := l.Kind == bundle.ListEnterprise || l.Kind == bundle.ListApplications && l.ID == 0
	if err := withExit(ExitUnsupported, must(known, "list.kind", "expected a known kind of list, got %d", l.Kind)); err != nil {
		return err
	}
	if err := must(l.To == 0 || l.To > l.From, "list.period", "expected a period that ends after it begins, got %s to %s", Time(l.From), Time(l.To)); err != nil {
		return err
	}
	entries, err := chained(l)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return refuse("list.empty", "expected the entries before and after the period, got none")
	}
	s := ListStatement{Kind: "enterprise", ID: l.ID, From: Time(l.From), To: Time(l.To), Seqs: []uint64{}}
	if l.Kind == bundle.ListApplications {
		s.Kind = "applications"
	}
	closed, err := r.closeList(l, &entries[len(entries)-1], &s)
	if err != nil {
		return err
	}
	begin, last := &entries[0], &entries[len(entries)-1]
	if err := first(
		must(begin.blockTime < l.From || begin.place == 1 && begin.prev == Hash{}, "list.start", "expected the entry before the period or the first of all, got place %d of block stamp %s", begin.place, Time(begin.blockTime)),
		// A counter says what there was up to its header; later blocks have later stamps.
		must(closed && s.AsOf >= s.To || l.To != 0 && last.blockTime >= l.To, "list.end", "expected the entry after the period, or the counter as of its end, got place %d of block stamp %s as of %s", last.place, Time(last.blockTime), s.AsOf),
	); err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		if e.blockTime >= l.From && (l.To == 0 || e.blockTime < l.To) {
			if s.First == 0 {
				s.First = e.place
			}
			s.Seqs, s.Rows = append(s.Seqs, e.seq), append(s.Rows, r.row(e))
		}
	}
	if l.Kind == bundle.ListApplications {
		if err := r.undecided(&s); err != nil {
			return err
		}
	}
	r.st.Lists = append(r.st.Lists, s)
	return nil
}

// chained decodes the entries of a list and checks that none is missing between them.
func chained(l *bundle.List) ([]listed, error) {
	var out []listed
	for _, b := range l.Entries {
		e, err := parseEntry(b)
		if err != nil {
			return nil, err
		}
		n := listed{entry: e}
		want := uint32(kindRecord)
		switch {
		case l.Kind == bundle.ListApplications:
			if want = kindApplied; e.kind == want {
				n.place, n.prev = e.u[4], Hash(e.b[5])
			}
		case e.kind == want:
			n.place, n.prev = e.u[3], Hash(e.b[4])
			err = must(e.u[2] == l.ID, "list.other", "expected a record of enterprise %d, got of %d", l.ID, e.u[2])
		}
		if e.kind != want {
			if err := refuse("list.entry-kind", "expected entries of kind %d, got %d", want, e.kind); err != nil {
				return nil, err
			}
			continue
		}
		if err == nil && len(out) > 0 {
			before := &out[len(out)-1]
			acc := before.acc()
			err = first(
				must(n.place == before.place+1, "list.gap", "expected place %d, got %d", before.place+1, n.place),
				must(bytes.Equal(n.prev[:], acc[:]), "list.chain", "expected accumulator %x before place %d, got %x", acc, n.place, n.prev),
			)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// closeList proves the last entry: by its path under a proven head, or, up to now, by
// the counter, which then is said to be all there is.
func (r *run) closeList(l *bundle.List, last *listed, s *ListStatement) (closed bool, err error) {
	if l.Size != 0 {
		h, err := r.include(last.entry, l.Size, l.Path)
		if err == nil {
			s.AsOf = Time(h.header.Time)
		}
		return false, err
	}
	kind := bundle.StateEnterprise
	if l.Kind == bundle.ListApplications {
		kind = bundle.StateApplications
	}
	v := r.latest(kind, l.ID)
	if v == nil {
		return true, refuse("list.unproven", "expected a path of the last entry or the counter, got neither")
	}
	s.AsOf, s.Total = Time(v.header.Time), v.u[2]
	r.st.AsOf = max(r.st.AsOf, s.AsOf)
	acc := last.acc()
	return true, first(
		must(last.place == v.u[2], "list.count", "expected %d entries by the counter, got place %d as the last", v.u[2], last.place),
		must(acc == v.acc, "list.counter", "expected accumulator %x of the counter, got %x", v.acc, acc),
		must(last.blockTime < v.header.Time, "entry.time", "expected a block stamp before %s, got %s", Time(v.header.Time), Time(last.blockTime)),
	)
}

// undecided says which applications of a list had no decision, if the status of each
// is proven.
func (r *run) undecided(s *ListStatement) error {
	var out, states []uint64
	asOf := s.AsOf
	for _, seq := range s.Seqs {
		v := r.latest(bundle.StateCertificate, seq)
		if v == nil {
			return nil // the list is complete; nothing is said about decisions
		}
		asOf, states = Time(v.header.Time), append(states, v.u[2]) // of all of them
		if v.u[2] >= firstUndecided && v.u[2] <= lastUndecided {
			out = append(out, seq)
		}
	}
	s.AsOf, s.Undecided, s.DecisionsProven = asOf, out, true
	for i, state := range states {
		s.Rows[i].State = state
	}
	return nil
}
