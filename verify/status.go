package verify

import (
	"slices"
	"strconv"

	"github.com/inkchain/inkd/verify/bundle"
)

// Subjects of statuses, and the states that matter to a verdict.
const (
	stateCert     = "certificate"
	stateEvidence = "evidence"
	stateKeyOf    = "key"

	firstUndecided = 1 // applied
	lastUndecided  = 3 // finally reviewed
	certRejected   = 5
	certRevoked    = 6
	keyCompromised = 3

	// maxAhead of the caller's clock that a header may be, nanoseconds.
	maxAhead = 10 * 60 * 1e9
)

// judgeStatuses says what came after: of the subject's certificates, of the subject
// itself and of the submitter's key.
func (r *run) judgeStatuses() {
	if certs := r.certificates(); len(certs) > 0 {
		var err error
		for _, id := range certs {
			err = first(err, r.checkCertificate(id))
		}
		r.judge("certificate-status", err)
	}
	if r.subject != nil && r.subject.kind == kindRecord {
		r.judge("later-events", r.checkStatus(bundle.StateEvidence, r.subject.seq))
		r.judge("key-status", r.checkKey())
		r.countRecords()
	}
}

// subjectName is a key for what entries are events of.
func subjectName(kind string, id uint64) string { return kind + " " + strconv.FormatUint(id, 10) }

// certificates are those that entries of the bundle outside of lists are about.
func (r *run) certificates() []uint64 {
	seen := map[uint64]bool{}
	var ids []uint64
	for _, p := range r.entries {
		if kind, id := p.subject(); kind == stateCert && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// latest is the value of a kind and id in the last state that the bundle has values
// of. One from an earlier state does not count: all that is said of statuses and
// counters is said as of one time. Nor does one from before the subject, which says
// nothing of what came later.
func (r *run) latest(kind bundle.StateKind, id uint64) *value {
	last := uint64(0)
	if r.subject != nil {
		last = r.subject.height
	}
	for i := range r.values {
		last = max(last, r.values[i].height)
	}
	for i := range r.values {
		if v := &r.values[i]; v.kind == kind && v.id == id && v.height == last {
			return v
		}
	}
	return nil
}

func (r *run) checkCertificate(id uint64) error {
	v := r.latest(bundle.StateCertificate, id)
	if v == nil {
		return missing("certificate.status", "the bundle shows certificate %d without a proof of its status", id)
	}
	applied := r.proven(id)
	if applied != nil && applied.kind == kindApplied {
		if err := must(applied.u[1] == v.u[5], "certificate.evidence", "expected a status of the certificate about %d, got about %d", applied.u[1], v.u[5]); err != nil {
			return err
		}
	}
	if r.subject != nil && r.subject.kind == kindRecord {
		if err := must(v.u[5] == r.subject.seq, "certificate.other", "expected a certificate about %d, got about %d", r.subject.seq, v.u[5]); err != nil {
			return err
		}
	}
	return r.keepStatus(v, stateCert, v.u[2], v.u[3], v.u[4])
}

func (r *run) checkStatus(kind bundle.StateKind, id uint64) error {
	v := r.latest(kind, id)
	if v == nil {
		return missing("later-events.none", "the bundle makes no statement on later events about %d", id)
	}
	return r.keepStatus(v, stateEvidence, 0, v.u[2], v.u[3])
}

func (r *run) checkKey() error {
	id := r.subject.u[7]
	v := r.latest(bundle.StateKey, id)
	if v == nil {
		return missing("key-status.none", "the bundle makes no statement on the submitter's key %d", id)
	}
	if err := must(v.u[2] != keyCompromised || v.u[3] > r.subject.blockTime, "key.compromised",
		"expected a key in its holder's hands at the deposit, got one compromised since %s", Time(v.u[3])); err != nil {
		return err
	}
	return r.keepStatus(v, stateKeyOf, v.u[2], v.u[4], v.u[5])
}

// keepStatus holds the entries of the bundle about one subject against the proven
// number of events: what the log had by then must not be contradicted, and if all of
// it is there, the statement says so.
func (r *run) keepStatus(v *value, kind string, state, count, last uint64) error {
	s := StatusOf{Kind: kind, ID: v.id, State: state, EventCount: count, AsOf: Time(v.header.Time)}
	events := r.events[subjectName(kind, v.id)] // ascending, as the entries are
	before := uint64(0)
	for _, p := range events {
		if err := first(
			must(p.seq <= last && p.eventNo <= count, "status.contradicted", "expected %d events up to entry %d, got event %d in entry %d", count, last, p.eventNo, p.seq),
			must(p.eventNo > before, "status.event-no", "expected an event above %d, got %d", before, p.eventNo),
			must(p.eventNo != count || p.seq == last, "status.last", "expected the last event in entry %d, got entry %d", last, p.seq),
		); err != nil {
			return err
		}
		s.keep(p.entry)
		before = p.eventNo
	}
	s.Complete = uint64(len(events)) == count
	r.st.Statuses = append(r.st.Statuses, s)
	r.st.AsOf = max(r.st.AsOf, s.AsOf)
	if kind == stateCert && !s.Complete {
		return refuse("status.gap", "expected all %d events of certificate %d, got %d", count, v.id, len(events))
	}
	return nil
}

// countRecords says how many records the enterprise had.
func (r *run) countRecords() {
	if v := r.latest(bundle.StateEnterprise, r.subject.u[2]); v != nil {
		r.st.EnterpriseCount = v.u[2]
		r.st.AsOf = max(r.st.AsOf, Time(v.header.Time))
	}
}

// checkAge judges how old the statuses are at the time that the caller gave.
func (r *run) checkAge() error {
	if r.in.Now == 0 {
		return missing("status.now", "expected the present time, which the policy's maximum age of a status is judged by")
	}
	var times []Time
	for _, s := range r.st.Statuses {
		times = append(times, s.AsOf)
	}
	for _, l := range r.st.Lists {
		times = append(times, l.AsOf)
	}
	if len(times) == 0 {
		return missing("status.none", "expected a status, which the policy bounds the age of, got none")
	}
	oldest, newest := slices.Min(times), slices.Max(times)
	now := Time(r.in.Now)
	age := uint64(max(now, oldest)-oldest) / 1e9
	return must(age <= r.in.Policy.MaxStatusAge && newest <= now+maxAhead, "status.age",
		"expected a status of at most %d seconds and none of the future, got one of %d seconds, the newest as of %s", r.in.Policy.MaxStatusAge, age, newest)
}
