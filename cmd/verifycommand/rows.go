package verifycommand

import (
	"fmt"
	"strings"

	"github.com/inkchain/inkd/verify"
)

// maxRows of a list are printed, and the last one; JSON has all.
const maxRows = 20

// bounded calls f for the first rows and for the last one, and says how many are left
// out between them.
func (p *page) bounded(level, n int, f func(i int)) {
	for i := range n {
		switch {
		case i < maxRows || i == n-1:
			f(i)
		case i == maxRows:
			p.line(level, "… 另有 %d 条 · … %d more%s", n-maxRows-1, n-maxRows-1, moreInJSON(true))
		}
	}
}

func moreInJSON(more bool) string {
	if !more {
		return ""
	}
	return "（-o json 列出更多 · has more of them）"
}

// matches are what of the table is the evidence, with both digests of each file.
func (p *page) matches(s *verify.Statement) {
	unit := words{"项", "item"}
	if r, _, _ := strings.Cut(s.Recipe, "/"); r == "lines" || r == "csv" {
		unit = words{"行", "row"}
	}
	p.bounded(1, len(s.Matched), func(i int) { p.match(s.Matched[i], unit) })
	if len(s.NotPresented) == 0 {
		return
	}
	left := s.ItemsShown - s.ItemsMatched
	p.line(1, "未出示（证明包所示）· shown by the bundle and not presented: %d", left)
	p.bounded(2, len(s.NotPresented), func(i int) { p.line(2, "%q", s.NotPresented[i]) })
	if more := left - uint64(len(s.NotPresented)); more > 0 {
		p.line(2, "… 另有 %d 项 · %d more", more, more)
	}
}

// match counts from 1, as people do.
func (p *page) match(m verify.Match, unit words) {
	what := fmt.Sprintf("第 %d %s，共 %d %s · %s %d of %d", m.First+1, unit.zh, m.Of, unit.zh, unit.en, m.First+1, m.Of)
	if m.Items > 1 {
		what = fmt.Sprintf("第 %d 至 %d %s，共 %d %s · %ss %d to %d of %d", m.First+1, m.First+m.Items, unit.zh, m.Of, unit.zh, unit.en, m.First+1, m.First+m.Items, m.Of)
	}
	if m.Label != "" {
		what += fmt.Sprintf(" %q", m.Label)
	}
	p.row("比对一致", "matched", fmt.Sprintf("%s = %s（%d 字节 · bytes）", m.Name, what, m.Size))
	p.line(2, "SHA-256 %s", m.SHA256)
	p.line(2, "SM3     %s", m.SM3)
}

func (p *page) status(s verify.StatusOf) {
	text := ""
	if s.State != 0 {
		text = of(states[s.Kind], s.State).String() + "；"
	}
	shown := fmt.Sprintf("证明包示出 %d 个 · %d of them shown", len(s.Events), len(s.Events))
	if s.Complete {
		shown = "全部在证明包中 · all of them shown"
	}
	kind := of(statusKinds, s.Kind)
	p.row(kind.zh+"状态", "status of "+kind.en, fmt.Sprintf("%d: %s事件 %d 个 · %d events（%s）", s.ID, text, s.EventCount, s.EventCount, shown))
	if s.Number != "" {
		p.line(2, "证书编号 · number of the certificate: %s", s.Number)
	}
	p.bounded(2, len(s.Events), func(i int) { p.event(s.Events[i]) })
	if !s.Complete {
		p.line(2, "未示出的事件，其时间与事由不详：此处只证明状态与事件数目 · of events that are not shown neither time nor reason is known: status and number of events are proven, nothing else")
	}
}

func (p *page) event(e verify.Event) {
	reason := ""
	if e.Reason != 0 {
		zh, en := verify.Reason(e.Reason)
		reason = fmt.Sprintf("；事由 · reason: %s [%d]", words{zh, en}, e.Reason)
	}
	p.line(2, "%s，条目 · entry %d；%s: %s%s", of(entryKinds, e.EntryKind), e.Seq, blockStamp, local(e.BlockStamp), reason)
}

func (p *page) list(l verify.ListStatement) {
	kind := of(listKinds, l.Kind)
	name := kind.en
	if l.Kind == "enterprise" {
		kind.zh, name = fmt.Sprintf("%s，企业 %d", kind.zh, l.ID), fmt.Sprintf("%s %d", kind.en, l.ID)
	}
	p.row(kind.zh+"（完整）", "complete list: "+name, fmt.Sprintf("%d 条 · %d entries", len(l.Seqs), len(l.Seqs)))
	if l.From != 0 {
		p.line(2, "自 · from %s", stamp(l.From))
	}
	if l.To != 0 {
		p.line(2, "至（不含）· before %s", stamp(l.To))
	}
	p.line(2, "期间按区块记载时间划定，该时间并非证明时间 · the period was judged by block stamps, which are not proven times")
	if l.Total != 0 {
		p.line(2, "截至 · as of %s: 共 %d 条 · %d in all", stamp(l.AsOf), l.Total, l.Total)
	} else if l.AsOf != 0 {
		p.line(2, "截至 · as of %s", stamp(l.AsOf))
	}
	p.bounded(2, len(l.Rows), func(i int) { p.listed(l.Rows[i]) })
	if l.DecisionsProven {
		p.line(2, "尚未作出决定 · without a decision: %d", len(l.Undecided))
		if len(l.Undecided) > 0 {
			p.line(3, "条目 · entries: %s", ranges(l.Undecided))
		}
	}
}

// listed is a row of a list.
func (p *page) listed(r verify.ListRow) {
	what := of(recordKinds, r.RecordKind).String()
	if r.RecordKind == 0 {
		what = fmt.Sprintf("条目 %d 所存证据的证书申请 · application for a certificate of the evidence in entry %d", r.EvidenceSeq, r.EvidenceSeq)
	}
	if r.State != 0 {
		what += "；" + of(states["certificate"], r.State).String()
	}
	number := r.Number
	if number != "" {
		number += "，"
	}
	p.line(2, "第 %d 条 · no. %d: %s条目 · entry %d；%s；%s: %s", r.Place, r.Place, number, r.Seq, what, blockStamp, local(r.BlockStamp))
}
