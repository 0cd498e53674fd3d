package verify

import "fmt"

// names of the checks, in both languages.
var names = map[string][2]string{
	"format":             {"证明包格式规范、版本受支持", "the bundle is in canonical form and of a supported version"},
	"log":                {"证明包属于信任锚所指的日志", "the bundle is of the anchor's log"},
	"proofs":             {"补充证明文件可用", "the files of separate proofs can be used"},
	"authority":          {"区块头由验证人集合链签署，每一环均超过三分之二", "the headers are signed by the chain of validator sets, each by more than two thirds"},
	"state":              {"日志头与状态值由区块头的应用哈希承诺", "the headers commit to the log's heads and to the status values"},
	"consistency":        {"各日志头同属一部只增不改的日志", "all heads are of one append-only log"},
	"inclusion":          {"条目在日志之中", "the entries are in the log"},
	"pins":               {"与用户保存的日志头（固定点）一致", "the log agrees with the user's pins"},
	"keys":               {"签名密钥归属于已知机构", "the signing keys belong to known institutions"},
	"origin":             {"高度与区块得到证明（原始证明）", "height and block are proven (origin proof)"},
	"submission":         {"存证人本人的签名有效", "the submitter's own signature is valid"},
	"opening":            {"公开内容与链上承诺相符", "the opened content leads to the commitment"},
	"items":              {"所示条目在内容树之中", "the items shown are in the content tree"},
	"presented":          {"所出示文件与存证内容一致（SHA-256 与 SM3）", "what was presented is of the evidence (SHA-256 and SM3)"},
	"certificate-status": {"证书状态得到证明", "the certificate's status is proven"},
	"later-events":       {"该存证其后事件的数目得到证明", "the number of later events about the evidence is proven"},
	"key-status":         {"存证人密钥的状态得到证明", "the status of the submitter's key is proven"},
	"status-age":         {"状态证明未超过策略所定期限", "the status is as recent as the policy demands"},
	"lists":              {"清单完整", "the lists are complete"},
	"time-stamps":        {"可信时间戳有效", "the time-stamp tokens are valid"},
	"checkpoints":        {"机构共签的检查点有效", "the cosigned checkpoints are valid"},
	"filter":             {"利害关系方均为已知机构", "the interested parties are known institutions"},
	"institutions":       {"策略所要求的机构已签署", "the institutions that the policy demands have signed"},
}

// sayCheck writes a check's line. What was expected and what came follows, in Chinese after
// the rule that it is about.
func sayCheck(c *Check, err error) {
	n := names[c.Code]
	if c.Status == Passed {
		c.Zh, c.En = n[0], n[1]
		return
	}
	c.HintZh, c.HintEn = advice[c.Rule][0], advice[c.Rule][1]
	if c.Status == NotChecked {
		c.Zh, c.En = fmt.Sprintf("未检查“%s”：%s（%s）", n[0], ruleZh(c.Rule), zhOf(err)), fmt.Sprintf("not checked whether %s: %s", n[1], err)
		return
	}
	rule := ruleZh(c.Rule)
	if rule != "" {
		rule = "“" + rule + "”"
	}
	c.Zh, c.En = fmt.Sprintf("不成立：%s。规则%s（%s）", n[0], rule, zhOf(err)), fmt.Sprintf("failed: %s: %s", n[1], err)
}

// Part says in words how much of the evidence was compared, if that is not all of it.
func (s *Statement) Part() (zh, en string, part bool) {
	if s == nil || s.ItemsMatched == 0 || s.ItemsMatched >= s.Items {
		return "", "", false
	}
	return fmt.Sprintf("只是存证的一部分：共 %d 项，比对一致 %d 项，另有 %d 项未出示", s.Items, s.ItemsMatched, s.Items-s.ItemsMatched),
		fmt.Sprintf("a part of the evidence, not the whole: %d of %d items, %d were not presented", s.ItemsMatched, s.Items, s.Items-s.ItemsMatched), true
}

// sayPart does not let a part look like the whole in the line of the last check.
func (r *run) sayPart() {
	if zh, en, part := r.st.Part(); part {
		c := &r.v.Checks[len(r.v.Checks)-1]
		c.Zh, c.En = "所出示者与存证内容一致（SHA-256 与 SM3），但"+zh, "what was presented is "+en+" (SHA-256 and SM3)"
	}
}

// Reason is what a reason of the log's entries means, by its number; the number itself
// if it is none of them.
func Reason(code uint64) (zh, en string) {
	if code == 0 || code >= uint64(len(reasons)) {
		return fmt.Sprint(code), fmt.Sprint(code)
	}
	return reasons[code][0], reasons[code][1]
}

// reasons are those of docs/spec/entries.md, in the words of the log's entries.
var reasons = [...][2]string{
	1: {"材料不全", "documents are missing or incomplete"}, 2: {"材料不一致", "documents contradict each other or the application"},
	3: {"名称与代码不符", "name and code do not belong together"}, 4: {"与业务或数据生产能力不符", "outside the business or capability"},
	5: {"审查副本与承诺不符", "the review copy does not match the commitment"}, 6: {"来源合法性不足", "the source is unlawful or not shown to be lawful"},
	7: {"申请人撤回", "withdrawn by the applicant"}, 8: {"法院裁定", "ordered by a court"}, 9: {"离任", "left the institution or enterprise"},
	10: {"密钥失控", "a key is lost or in other hands"}, 11: {"违反规则", "a breach of the rules"},
	12: {"签发有误", "issued in error"}, 13: {"其他", "anything else, explained off chain"},
}

// sayVoid says of certificates that are none any more what became of them.
func (r *run) sayVoid() {
	for _, s := range r.st.Statuses {
		if s.Kind != stateCert || s.State != certRevoked && s.State != certRejected {
			continue
		}
		zh, en := "未通过", "was rejected"
		if s.State == certRevoked {
			zh, en = "已被撤销", "is revoked"
		}
		of, about := fmt.Sprintf("申请序号 %d 的证书", s.ID), fmt.Sprintf("the certificate applied for in entry %d", s.ID)
		if s.Number != "" {
			of, about = fmt.Sprintf("证书 %s（申请序号 %d）", s.Number, s.ID), fmt.Sprintf("the certificate %s (applied for in entry %d)", s.Number, s.ID)
		}
		if n := len(s.Events); n > 0 && s.Complete && s.Events[n-1].Reason != 0 {
			whyZh, whyEn := Reason(s.Events[n-1].Reason)
			zh, en = zh+"，事由：“"+whyZh+"”", en+", reason: "+whyEn
		}
		r.v.RestsOn = append(r.v.RestsOn, Sentence{CodeVoid, of + zh + "；存证本身不受影响，证书不可再用", about + " " + en + "; the evidence itself stands, the certificate does not"})
	}
}

// CodeVoid is the code of the sentence on a certificate that is rejected or revoked.
const CodeVoid = "certificate-void"

// restsOn says what the statement rests on and what it does not cover.
func (r *run) restsOn() {
	say := func(code, zh, en string) { r.v.RestsOn = append(r.v.RestsOn, Sentence{code, zh, en}) }
	r.sayVoid()
	if zh, en, part := r.st.Part(); part {
		say("part", "所出示者"+zh, "what was presented is "+en)
	}
	if len(r.in.Policy.Pins) > 0 {
		say("pins", "结论以用户保存的固定点为依据", "this rests on the pins that the user keeps")
	}
	if len(r.in.Policy.Pins) > 0 && !r.abovePins() {
		say("no-pin", "固定点证明条目在日志之中；时间与状态仍以历任超过三分之二的验证人密钥从未全部泄露为前提",
			"the pins prove that the entry is in the log; times and statuses still rest on no retired > 2/3 set ever having leaked")
	} else if len(r.in.Policy.Pins) == 0 {
		say("no-pin", "没有固定点：结论以历任超过三分之二的验证人密钥从未全部泄露为前提",
			"without a pin this rests on no retired > 2/3 set ever having leaked")
	}
	say("anchor", "信任始于用户自己的信任锚，请在平台以外核对其指纹："+r.st.Fingerprint,
		"trust begins with the user's anchor; compare its fingerprint outside the platform: "+r.st.Fingerprint)
	if e := r.eraAbove(); e != nil {
		say("no-era", fmt.Sprintf("信任锚另知其后一纪元始于 %d 条；本证明包未与之比对，结论以此前验证人密钥未泄露为前提。欲比对：--pin %d:%x", e.LogSize, e.LogSize, e.LogRoot),
			fmt.Sprintf("the anchor knows a later era, which began with %d entries; the bundle is not held against them and rests on the validator keys of before. To hold it against them: --pin %d:%x", e.LogSize, e.LogSize, e.LogRoot))
	}
	if r.subject != nil && !r.st.OriginProven {
		h := r.proven(r.subject.seq).head.header.Height
		say("no-origin", fmt.Sprintf("日期与高度为高度 %d 的验证人所述；仅证明不晚于该区块头的时间", h),
			fmt.Sprintf("date and height are the word of the validators of height %d; proven no later than its header's time", h))
	}
	if r.subject != nil && r.subject.kind == kindRecord && !r.st.SubmitterSigned {
		say("no-submission", "存证由谁签名，为验证人所述", "that the submitter signed is the validators' word")
	}
	if r.st.Siblings > 0 {
		say("siblings", fmt.Sprintf("所示交易另含 %d 条消息，一并可见", r.st.Siblings),
			fmt.Sprintf("the transaction shown holds %d other messages, which it shows too", r.st.Siblings))
	}
	if r.public != nil && !r.st.Counted {
		say("count-stated", fmt.Sprintf("条数为存证人所述（共 %d 项，出示并比对 %d 项，证明包所示 %d 项）", r.public.Items, r.st.ItemsMatched, r.st.ItemsShown),
			fmt.Sprintf("the count is stated by the submitter (of %d items %d were presented and compared, the bundle shows %d)", r.public.Items, r.st.ItemsMatched, r.st.ItemsShown))
	}
	if len(r.st.Lists) > 0 {
		say("list-stamps", "清单按区块记载时间划定期间，该时间由验证人记入区块，并非证明时间", "the periods of lists were judged by block stamps, which validators write into blocks and which are not proven times")
	}
	if r.st.AsOf > 0 {
		say("as-of", "状态截至所示时间；其后变化不在此列", "status as of the time shown; later changes are not covered")
	} else {
		say("no-status", "未证明任何状态：其后事件不在此列", "no status is proven; later events are not covered")
	}
	if r.subject != nil && r.subject.kind == kindRecord {
		which := fmt.Sprintf("本件为该企业第 %d 次存证", r.st.EnterpriseSeq)
		en := fmt.Sprintf("this is deposit no. %d of the enterprise", r.st.EnterpriseSeq)
		// "These bytes" are in the reader's hands only if they were compared.
		zhTable, enTable := "；所出示文件均即该内容", "; what was presented is of it"
		switch matched, all := len(r.st.Matched), len(r.in.Presented); {
		case r.st.ItemsMatched == 0:
			zhTable, enTable = "；未有任何出示的文件与之比对一致", "; nothing that was presented was found to be of it"
		case matched < all:
			zhTable, enTable = fmt.Sprintf("；所出示 %d 件中只有 %d 件即该内容", all, matched), fmt.Sprintf("; of the %d presented only %d are of it", all, matched)
		}
		if r.st.EnterpriseCount > 0 {
			which += fmt.Sprintf("，至所示时间共 %d 次", r.st.EnterpriseCount)
			en += fmt.Sprintf(", which had %d as of the time shown", r.st.EnterpriseCount)
		}
		say("limits", "本结论不证明内容真实或归属，也不证明未另存其他版本（"+which+"）；只证明存证所承诺的内容不晚于所证时间已在此密钥之下，且此后未变"+zhTable,
			"this proves neither truth nor ownership, nor that no other version was deposited ("+en+"); only that the content the deposit commits to existed under this key no later than the proven time and is unchanged"+enTable)
	}
}

// abovePins says whether every header lies above a pin that names a set: then none of
// a set that was retired before the pin counts for anything.
func (r *run) abovePins() bool {
	for _, h := range r.headers {
		above := false
		for i := range r.in.Policy.Pins {
			p := &r.in.Policy.Pins[i]
			above = above || p.NextValidatorsHash != nil && p.Height < h.Height
		}
		if !above {
			return false
		}
	}
	return true
}
