package verifycommand

import (
	"fmt"
	"strings"

	"github.com/inkchain/inkd/verify"
)

func (p *page) statement(s *verify.Statement) {
	p.head("所证明的内容", "what is proven")
	p.subject(s)
	p.times(s)
	p.content(s)
	p.matches(s)
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
		p.row("企业", "enterprise", enterprise(s))
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

// enterprise is its number, and its name if the bundle shows the entry that has it.
func enterprise(s *verify.Statement) string {
	if s.EnterpriseName == "" {
		return fmt.Sprintf("编号 %d（证明包未示其名称）· no. %d (the bundle does not show its name)", s.EnterpriseID, s.EnterpriseID)
	}
	return fmt.Sprintf("%d %s，统一社会信用代码 · USCC %s（据条目 %d · by entry %d）", s.EnterpriseID, s.EnterpriseName, s.EnterpriseUSCC, s.EnterpriseEntry, s.EnterpriseEntry)
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
		label := blockStamp
		if !s.OriginProven {
			label = words{label.zh + "，且仅为验证人所述", label.en + ", and the validators' word only"}
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
	p.row("取证方式", "recipe", cutting(s.Recipe))
	count := "存证人所述 · stated by the submitter"
	if s.Counted {
		count = "由所出示的全部数据项重新计数 · recounted from all items, which were presented"
	}
	p.row("条数", "count", fmt.Sprintf("%d（%s）", s.Count, count))
	p.row("数据项", "items", fmt.Sprintf("共 %d 项，证明包所示 %d 项 · %d, of which the bundle shows %d", s.Items, s.ItemsShown, s.Items, s.ItemsShown))
	p.row("已比对", "compared", fmt.Sprintf("%d 项，共 %d 项 · %d of %d items compared", s.ItemsMatched, s.Items, s.ItemsMatched, s.Items))
	p.row("数据总量", "total size", fmt.Sprintf("%d 字节 · bytes", s.TotalSize))
	p.row("内容树根", "root of the content", s.Root)
}
