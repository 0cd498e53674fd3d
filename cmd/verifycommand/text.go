package verifycommand

import (
	"fmt"
	"strings"

	"github.com/inkchain/inkd/verify"
)

// page is text output that grows line by line. Everything in it is escaped.
type page struct{ strings.Builder }

// line writes one line with an indentation of two spaces for each level.
func (p *page) line(level int, format string, args ...any) {
	p.WriteString(strings.Repeat("  ", level))
	p.WriteString(Safe(fmt.Sprintf(format, args...)))
	p.WriteByte('\n')
}

// row writes what a value is, in both languages, and the value, if there is one.
func (p *page) row(zh, en string, value any) {
	if text := fmt.Sprint(value); text != "" && text != "0" {
		p.line(1, "%s · %s: %s", zh, en, text)
	}
}

// head begins a part.
func (p *page) head(zh, en string) { p.line(0, "%s · %s", zh, en) }

// text is the verdict in words.
func text(v verify.Verdict) string {
	p := new(page)
	p.line(0, "结论 · verdict: %s [%d]", conclusion(v), v.Exit)
	p.checks(v)
	if v.Statement != nil {
		p.statement(v.Statement)
	}
	if len(v.Signers) > 0 {
		p.signers(v.Signers)
	}
	if len(v.RestsOn) > 0 {
		p.head("依据与界限", "what it rests on, and its limits")
		for _, s := range v.RestsOn {
			p.line(1, "%s。", s.Zh)
			p.line(1, "%s.", s.En)
		}
	}
	return p.String()
}

var marks = map[verify.Status]string{verify.Passed: "✓", verify.Failed: "✗", verify.NotChecked: "–"}

// conclusion is the verdict in a line. What was found to be a part of the evidence is
// not called the evidence.
func conclusion(v verify.Verdict) words {
	if v.Exit != verify.ExitOK || !partly(v.Statement) {
		return of(verdicts, v.Exit)
	}
	zh, en := compared(v.Statement)
	return words{"成立：全部必需检查通过；只比对了存证的一部分：" + zh, "holds: all required checks passed; a part of the evidence was compared: " + en}
}

// partly says whether something was matched, but not all items.
func partly(s *verify.Statement) bool {
	return s != nil && s.ItemsMatched > 0 && s.ItemsMatched < s.Items
}

func compared(s *verify.Statement) (zh, en string) {
	return fmt.Sprintf("%d 项中的 %d 项", s.Items, s.ItemsMatched), fmt.Sprintf("%d of %d items", s.ItemsMatched, s.Items)
}

func (p *page) checks(v verify.Verdict) {
	p.head("检查", "checks")
	for _, c := range v.Checks {
		if c.Code == "presented" && c.Status == verify.Passed && partly(v.Statement) {
			zh, en := compared(v.Statement)
			c.Zh, c.En = "所出示者与存证的"+zh+"一致（SHA-256 与 SM3）", "what was presented is "+en+" of the evidence (SHA-256 and SM3)"
		}
		name := c.Code
		if c.Rule != "" {
			name = c.Rule
		}
		required := ""
		if !c.Required {
			required = "（不要求 · not required）"
		}
		p.line(1, "%s %s · %s [%s]%s", marks[c.Status], c.Zh, c.En, name, required)
		if w, ok := advice[c.Rule]; ok && c.Status != verify.Passed {
			p.line(2, "%s", w)
		}
	}
}

func (p *page) statement(s *verify.Statement) {
	p.head("所证明的内容", "what is proven")
	p.subject(s)
	p.times(s)
	p.content(s)
	for _, m := range s.Matched {
		p.match(m)
	}
	for _, status := range s.Statuses {
		p.status(status)
	}
	for _, l := range s.Lists {
		p.list(l)
	}
	p.row("日志", "log", s.LogID)
	p.row("信任锚指纹", "anchor fingerprint", Groups(s.Fingerprint))
}

// subject says in words which entry it is.
func (p *page) subject(s *verify.Statement) {
	if s.EntryKind == 0 {
		return
	}
	p.row("编号", "number", s.Number)
	p.row("条目", "entry", fmt.Sprintf("%d, %s", s.Seq, of(entryKinds, s.EntryKind)))
	if s.RecordKind != 0 {
		p.row("类型", "kind", of(recordKinds, s.RecordKind))
		p.row("企业", "enterprise", s.EnterpriseID)
		p.row("该企业的第几次存证", "deposit of the enterprise, no.", counted(s))
		p.row("数据类型代码", "category", s.Category)
		p.row("存证人", "submitter", submitter(s))
	}
	p.row("链", "chain", s.ChainID)
	p.row("高度", "height", s.Height)
	p.row("交易哈希", "transaction hash", strings.ToUpper(s.TxHash))
	p.row("条目哈希", "entry hash", s.EntryHash)
	p.row("承诺值", "commitment", s.Commitment)
}

func counted(s *verify.Statement) string {
	if s.EnterpriseCount == 0 {
		return fmt.Sprint(s.EnterpriseSeq)
	}
	return fmt.Sprintf("%d / %d", s.EnterpriseSeq, s.EnterpriseCount)
}

func submitter(s *verify.Statement) string {
	signed := "签名为验证人所述 · that the key signed is the validators' word"
	if s.SubmitterSigned {
		signed = "本人签名已核验 · the own signature was verified"
	}
	text := fmt.Sprintf("用户 %d，密钥 %d · user %d, key %d；%s", s.UserID, s.KeyID, s.UserID, s.KeyID, signed)
	if s.Custody != 0 {
		text += "；" + of(custodies, s.Custody).String()
	}
	return text
}

// times labels each time: only the proven one is a "no later than".
func (p *page) times(s *verify.Statement) {
	if s.ProvenTime != 0 {
		p.row("证明时间（不晚于）", "proven time, no later than", stamp(s.ProvenTime))
	}
	if s.BlockStamp != 0 {
		label := words{"区块时间戳", "block stamp"}
		if !s.OriginProven {
			label = words{"区块时间戳（验证人所述）", "block stamp, the validators' word"}
		}
		p.row(label.zh, label.en, stamp(s.BlockStamp))
	}
	if s.ClaimedFrom != 0 {
		p.row("声称的产生时间，自（存证人所述）", "claimed period, from, the owner's word", stamp(s.ClaimedFrom))
	}
	if s.ClaimedTo != 0 {
		p.row("声称的产生时间，至（存证人所述）", "claimed period, to, the owner's word", stamp(s.ClaimedTo))
	}
	for _, t := range s.Tokens {
		p.row("可信时间戳", "time-stamp token", stamp(t))
	}
	if s.AsOf != 0 {
		p.row("状态截至", "status as of", stamp(s.AsOf))
	}
}

func (p *page) content(s *verify.Statement) {
	if s.Root == "" {
		return
	}
	p.row("名称（存证人所述）", "title, the owner's word", s.Title)
	p.row("取证方式", "recipe", s.Recipe)
	count := "存证人所述 · stated by the submitter"
	if s.Counted {
		count = "由所出示的全部数据项重新计数 · recounted from all items, which were presented"
	}
	p.row("条数", "count", fmt.Sprintf("%d（%s）", s.Count, count))
	p.row("数据项", "items", fmt.Sprintf("共 %d 项，证明包所示 %d 项 · %d, of which the bundle shows %d", s.Items, s.ItemsShown, s.Items, s.ItemsShown))
	p.row("已比对", "compared", fmt.Sprintf("%d 项，共 %d 项 · %d of %d items compared", s.ItemsMatched, s.Items, s.ItemsMatched, s.Items))
	p.row("数据总量", "total size", fmt.Sprintf("%d bytes", s.TotalSize))
	p.row("内容树根", "root of the content", s.Root)
}

func (p *page) match(m verify.Match) {
	what := fmt.Sprintf("数据项 %d · item %d", m.First, m.First)
	if m.Items > 1 {
		what = fmt.Sprintf("%d 个数据项，首为第 %d 项 · %d items, the first is %d", m.Items, m.First, m.Items, m.First)
	}
	if m.Label != "" {
		what += fmt.Sprintf(" %q", m.Label)
	}
	p.row("比对一致", "matched", fmt.Sprintf("%s = %s", m.Name, what))
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
	if l.Total != 0 {
		p.line(2, "截至 · as of %s: 共 %d 条 · %d in all", stamp(l.AsOf), l.Total, l.Total)
	}
	if len(l.Seqs) > 0 {
		p.line(2, "条目 · entries: %s", ranges(l.Seqs))
	}
	if l.DecisionsProven {
		p.line(2, "尚未作出决定 · without a decision: %d %s", len(l.Undecided), ranges(l.Undecided))
	}
}
