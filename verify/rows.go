package verify

import "github.com/inkchain/inkd/format"

// kindCertified is the entry that names an enterprise.
const kindCertified = 34

// keep notes an event, and the number of a certificate that it issued.
func (s *StatusOf) keep(e *entry) {
	s.Events = append(s.Events, Event{Seq: e.seq, EntryKind: e.kind, BlockStamp: Time(e.blockTime), Reason: reasonOf(e)})
	if e.kind == kindIssued {
		s.Number, _ = format.CertificateNumber(e.seq, e.blockTime)
	}
}

// reasonOf is the code of the reason of an event; 0 if events of its kind have none.
func reasonOf(e *entry) uint64 {
	switch e.kind {
	case kindRejected, kindRevoked:
		return e.u[3]
	case kindKeyRetired:
		return e.u[2]
	}
	return 0
}

// row is what a listed entry says.
func (r *run) row(l *listed) ListRow {
	row := ListRow{Place: l.place, Seq: l.seq, BlockStamp: Time(l.blockTime)}
	if l.kind == kindRecord {
		row.RecordKind = uint32(l.u[1])
		row.Number, _ = format.EvidenceNumber(l.seq, l.blockTime)
		return row
	}
	row.EvidenceSeq = l.u[1]
	for _, p := range r.events[subjectName(stateCert, l.seq)] {
		if p.kind == kindIssued {
			row.Number, _ = format.CertificateNumber(p.seq, p.blockTime)
		}
	}
	return row
}

// nameEnterprise takes name and code of a record's enterprise from its certification,
// if the bundle shows it: the last one before the record.
func (r *run) nameEnterprise(record *entry) {
	for _, p := range r.entries {
		if p.kind == kindCertified && p.u[1] == record.u[2] && p.seq < record.seq {
			r.st.EnterpriseName, r.st.EnterpriseUSCC, r.st.EnterpriseEntry = string(p.b[2]), string(p.b[3]), p.seq
		}
	}
}
