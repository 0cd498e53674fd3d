package verify

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/inkchain/inkd/format"
)

// telling is what was expected and what came, in both languages; zh is empty where
// only the words of the specification are there.
type telling struct{ zh, en string }

func (t telling) Error() string  { return t.en }
func (t telling) inZh() string   { return t.zh }
func both(zh, en string) telling { return telling{zh, en} }

// told fills in what a rule says: in Chinese by the template of the rule, which takes
// the same arguments.
func told(rule, text string, args []any) telling {
	t := telling{en: fmt.Sprintf(text, args...)}
	if zh, ok := details[rule]; ok {
		t.zh = fmt.Sprintf(zh, args...)
	}
	return t
}

// refuseWith is refuse with words in both languages.
func refuseWith(rule string, words telling) error {
	if off(rule) {
		return nil
	}
	return &ruleError{rule, words}
}

// retold is an error in other words.
type retold struct {
	telling
	err error
}

func (r *retold) Unwrap() error { return r.err }

// zhOf is an error in Chinese, or as it is.
func zhOf(err error) string {
	var t interface{ inZh() string }
	if errors.As(err, &t) && t.inZh() != "" {
		return t.inZh()
	}
	return err.Error()
}

// readable puts what is wrong with a file's form into words, where there is something
// to say that helps who got it: that it is cut off, or of another kind.
func readable(file []byte, err error) error {
	switch {
	case errors.Is(err, format.ErrTruncated):
		if least, cut := cutOff(file); cut {
			return &retold{both(
				fmt.Sprintf("文件被截断或损坏：至少应有 %d 字节，实有 %d 字节；请重新获取", least, len(file)),
				fmt.Sprintf("%s: the file is cut off or damaged: expected at least %d bytes, got %d; get it again", err, least, len(file)),
			), err}
		}
	case formatRule(err) == "format.magic":
		return &retold{both("文件开头不是该种文件的标识", err.Error()), err}
	}
	return err
}

// cutOff says how many bytes a file needs at least so that the outermost field that it
// begins last fits in, if it has less.
func cutOff(file []byte) (least int, cut bool) {
	const magic = 8
	for at := magic; at < len(file); {
		tag, n := binary.Uvarint(file[at:])
		if n <= 0 {
			return len(file) + 1, n == 0
		}
		at += n
		size, n := binary.Uvarint(file[min(at, len(file)):])
		if n <= 0 {
			return max(at, len(file)) + 1, n == 0
		}
		at += n
		if tag&7 != 2 {
			continue
		}
		if left := uint64(len(file) - at); size > left {
			return at + int(min(size, 1<<40)), true
		}
		at += int(size)
	}
	return 0, len(file) < magic
}

// details are what rules say in Chinese of what was expected and what came. Their
// arguments are those of the English words. Rules that are not here are about bytes
// that only who writes bundles looks at.
var details = map[string]string{
	"log.id":        "应为信任锚所指的日志 %x，实为 %x",
	"proofs.log-id": "应为日志 %x 的补充证明，实为 %x 的",

	"commit.power":       "高度 %[2]d 的签署投票权应超过总权 %[1]d 的三分之二，实为 %[3]d",
	"consistency.root":   "%[2]d 条的日志应得根 %[1]x，实为 %[4]x",
	"inclusion.head":     "应有 %d 条的日志头的证明，实无",
	"entries.subject":    "应有证明包所证的条目 %d，实无",
	"origin.height":      "条目的高度与区块为高度 %d 的验证人所述：证明包没有区块 %d 的证明",
	"pins.root":          "%[2]d 条的日志应得固定点的根 %[1]x，实为 %[3]x",
	"header.time":        "时间应晚于高度 %d 的区块头，实为 %s",
	"pins.time":          "高度 %d 的区块头与固定时间 %s（高度 %d）的先后不符，实为 %s",
	"keys.conflict":      "密钥 %x 应只属于机构 %d，另见于机构 %d",
	"keys.name":          "机构 %d 应名为 %q，实为 %q",
	"keys.unmapped":      "密钥 %x 属于哪一机构，信任锚与已证明的条目均未载明，视为利害关系方",
	"filter.unknown":     "应为信任锚或已证明条目中机构的名称或编号，实为 %q；已知者为 %s",
	"institutions.none":  "证明包没有可供机构签署的证明",
	"policy.demanded":    "策略要求此项检查，而证明包与策略均未附其所需",
	"submission.none":    "证明包未附存证人的交易：由该企业签名仅为验证人所述",
	"submission.key":     "证明包没有在本件之前将密钥 %d 绑定于用户 %d 的条目",
	"opening.none":       "证明包未附公开内容，条数与文件均无从核对",
	"opening.commitment": "所示内容得不出链上的承诺值%.0s",
	"items.none":         "证明包未示任何数据项，其数目 %d 为存证人所述",
	"items.root":         "全部数据项应得根 %x，实为 %x",
	"items.total-size":   "全部数据项应共 %d 字节，实为 %d 字节",
	"presented.no-items": "证明包未示任何数据项，所出示文件无从比对",

	"institutions.required": "高度 %[3]d 应有机构 %[1]d（%[2]s）的签名，实无",
	"institutions.number":   "高度 %[2]d 应有 %[1]d 家机构的签名，实有 %[3]d 家",

	"certificate.status":   "证明包示出申请序号 %d 的证书，而未附其状态证明",
	"certificate.evidence": "状态应关于存证 %d 的证书，实关于 %d",
	"certificate.other":    "证书应关于存证 %d，实关于 %d",
	"status.gap":           "申请序号 %[2]d 的证书应示全部 %[1]d 个事件，实示 %[3]d 个",
	"status.contradicted":  "至条目 %[2]d 应共 %[1]d 个事件，实见第 %[3]d 个事件（条目 %[4]d）",
	"status.event-no":      "事件序号应大于 %d，实为 %d",
	"status.last":          "末次事件应为条目 %d，实为条目 %d",
	"status.age":           "状态应在 %d 秒以内且不在将来，实为 %d 秒，最新者为 %s",
	"status.now":           "判断状态期限须有当前时间，而未给出",
	"status.none":          "策略限定了状态期限，而证明包未附任何状态",
	"later-events.none":    "证明包未说明条目 %d 其后的事件",
	"key-status.none":      "证明包未说明存证人密钥 %d 的状态",
	"key.compromised":      "存证时密钥应在持有人手中，实则自 %s 起已泄露",

	"list.kind":       "应为已知种类的清单，实为 %d",
	"list.period":     "期间应先始后终，实为 %s 至 %s",
	"list.empty":      "应有期间前后的条目，实无",
	"list.entry-kind": "条目种类应为 %d，实为 %d",
	"list.other":      "应为企业 %d 的存证，实为企业 %d 的",
	"list.gap":        "应为第 %d 条，实为第 %d 条",
	"list.chain":      "第 %[2]d 条之前的累积值应为 %[1]x，实为 %[3]x",
	"list.start":      "首条应在期间之前，或为全部之首；实为第 %d 条，区块记载时间 %s",
	"list.end":        "末条应在期间之后，或以截至期间终了的计数器收尾；实为第 %d 条，区块记载时间 %s，截至 %s",
	"list.unproven":   "末条应有路径或计数器为证，实无",
	"list.count":      "按计数器应有 %d 条，实至第 %d 条",
	"list.counter":    "计数器的累积值应为 %x，实为 %x",

	"time-stamps.none":   "未给出时间戳机构的证书",
	"time-stamps.head":   "应有 %d 条的日志头的证明，实无",
	"checkpoints.keys":   "策略未列见证密钥",
	"checkpoints.form":   "应为签名文本，实为其他文本",
	"checkpoints.head":   "应为已证明日志头的检查点，实为 %d 条的",
	"checkpoints.number": "%d 家机构中应有三分之二以上共签，实有 %d 家",
}
