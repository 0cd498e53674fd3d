package verify_test

import (
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// statuses are those of the state under the header of their time, and their events
// those that the log had by then.
func (c *claims) statuses() {
	if c.st.AsOf != 0 {
		c.holds("as of %d, which is no header's time", c.at[c.st.AsOf] > 1, c.st.AsOf)
	}
	for i := range c.st.Statuses {
		s := &c.st.Statuses[i]
		c.equal("time of the status", c.st.AsOf, s.AsOf)
		if c.err != nil {
			return
		}
		height := c.at[s.AsOf] - 1
		state, count, ok := c.statusOf(height, s)
		c.holds("no status of %s %d after block %d", ok, s.Kind, s.ID, height)
		c.equal("state", state, s.State)
		c.equal("events of "+s.Kind, count, s.EventCount)
		c.events(height, s)
	}
}

func (c *claims) statusOf(height uint64, s *verify.StatusOf) (state, count uint64, ok bool) {
	switch s.Kind {
	case "certificate":
		v, ok := c.certificate(height, s.ID)
		if c.st.RecordKind != 0 {
			c.equal("evidence of the certificate", c.st.Seq, v.EvidenceSeq)
		}
		return uint64(v.State), v.EventCount, ok
	case "evidence":
		var v logtypes.EvidenceStatus
		b := c.value(height, bundle.StateEvidence, s.ID)
		c.equal("evidence", c.st.Seq, s.ID)
		ok := len(b) > 0 && v.Unmarshal(b) == nil
		return 0, v.EventCount, ok
	case "key":
		var v logtypes.KeyStatus
		b := c.value(height, bundle.StateKey, s.ID)
		c.equal("key", c.st.KeyID, s.ID)
		ok := len(b) > 0 && v.Unmarshal(b) == nil
		return uint64(v.State), v.EventCount, ok
	}
	return 0, 0, false
}

// events of a status are true ones, in their order, and all of them if it says so.
func (c *claims) events(height uint64, s *verify.StatusOf) {
	var all []uint64
	genuine := map[uint64]bool{}
	for _, e := range c.entries {
		if kind, id := subjectOf(e); kind == s.Kind && id == s.ID && e.Height <= height {
			all = append(all, e.Seq)
			genuine[e.Seq] = true
		}
	}
	last := uint64(0)
	var shown []uint64
	number := ""
	for i, event := range s.Events {
		seq := event.Seq
		c.holds("entry %d is no event of %s %d", genuine[seq] && (i == 0 || seq > last), seq, s.Kind, s.ID)
		last, shown = seq, append(shown, seq)
		if c.err != nil {
			return
		}
		e := c.entries[seq]
		c.equal("event", verify.Event{Seq: seq, EntryKind: kindOf(c.raw[seq]), BlockStamp: verify.Time(e.BlockTime), Reason: reasonOf(e)}, event)
		if e.GetCertificateIssued() != nil {
			number, _ = format.CertificateNumber(seq, e.BlockTime)
		}
	}
	c.equal("number of the certificate", number, s.Number)
	if s.Complete {
		c.same("all events", all, shown)
	}
}

func (c *claims) lists() {
	for i := range c.st.Lists {
		if l := &c.st.Lists[i]; c.err == nil {
			c.holds("list as of %d, which is no header's time", c.at[l.AsOf] > 1, l.AsOf)
			c.list(l, c.at[l.AsOf]-1)
		}
	}
}

// list has exactly the entries of its period, as the whole log has them.
func (c *claims) list(l *verify.ListStatement, height uint64) {
	var seqs []uint64
	place, first, known := uint64(0), uint64(0), l.Kind == "applications" && l.ID == 0 || l.Kind == "enterprise"
	for _, e := range c.entries {
		r, a := e.GetRecord(), e.GetCertificateApplied()
		if l.To == 0 && e.Height > height || l.Kind == "enterprise" && (r == nil || r.EnterpriseId != l.ID) || l.Kind == "applications" && a == nil {
			continue
		}
		place++
		if at := verify.Time(e.BlockTime); at >= l.From && (l.To == 0 || at < l.To) {
			seqs = append(seqs, e.Seq)
			if first == 0 {
				first = place
			}
		}
	}
	c.holds("a list of kind %q", known, l.Kind)
	c.same("list", seqs, l.Seqs)
	c.rows(l)
	c.equal("first place", first, l.First)
	if l.Total != 0 {
		kind := map[string]bundle.StateKind{"enterprise": bundle.StateEnterprise, "applications": bundle.StateApplications}[l.Kind]
		c.equal("counter", c.count(height, kind, l.ID), l.Total)
	}
	if !l.DecisionsProven {
		c.holds("undecided without a proof", len(l.Undecided) == 0)
		return
	}
	var undecided []uint64
	for _, seq := range l.Seqs {
		s, ok := c.certificate(height, seq)
		c.holds("application %d was not there after block %d", ok, seq, height)
		if s.State < logtypes.CERTIFICATE_STATE_ISSUED {
			undecided = append(undecided, seq)
		}
	}
	c.same("undecided", undecided, l.Undecided)
}

// reasonOf is the reason of an event, as the chain's own types have it.
func reasonOf(e *logtypes.Entry) uint64 {
	return uint64(e.GetCertificateRejected().GetReason()) + uint64(e.GetCertificateRevoked().GetReason()) + uint64(e.GetKeyRetired().GetReason())
}

// rows say of each entry of a list what it says of itself; a number of a certificate
// is that of its issue.
func (c *claims) rows(l *verify.ListStatement) {
	c.equal("rows", len(l.Seqs), len(l.Rows))
	for i := 0; i < len(l.Rows) && c.err == nil; i++ {
		e, row := c.entries[l.Seqs[i]], l.Rows[i]
		want := verify.ListRow{
			Place: l.First + uint64(i), Seq: e.Seq, BlockStamp: verify.Time(e.BlockTime), State: row.State,
			RecordKind: uint32(e.GetRecord().GetKind()), EvidenceSeq: e.GetCertificateApplied().GetEvidenceSeq(),
		}
		if e.GetRecord() != nil {
			want.Number, _ = format.EvidenceNumber(e.Seq, e.BlockTime)
		} else if row.Number != "" {
			want.Number = c.issued(e.Seq)
		}
		c.equal("row", want, row)
		state, _ := c.certificate(c.at[l.AsOf]-1, e.Seq)
		c.optional("state of an application", uint64(state.State), row.State)
		c.holds("a state without proof", row.State == 0 || l.DecisionsProven)
	}
}

// issued is the number of the certificate that an application led to.
func (c *claims) issued(application uint64) string {
	for _, e := range c.entries {
		if i := e.GetCertificateIssued(); i != nil && i.CertSeq == application {
			number, _ := format.CertificateNumber(e.Seq, e.BlockTime)
			return number
		}
	}
	return ""
}
