package verifycommand

import (
	"fmt"
	"strconv"
	"time"

	"github.com/inkchain/inkd/verify"
)

// words are what people read, in both languages.
type words struct{ zh, en string }

// of is the words of a number, or the number itself.
func of[K comparable](table map[K]words, key K) words {
	if w, ok := table[key]; ok {
		return w
	}
	text := fmt.Sprint(key)
	return words{text, text}
}

func (w words) String() string {
	if w.zh == w.en {
		return w.zh
	}
	return w.zh + " · " + w.en
}

var verdicts = map[int]words{
	verify.ExitOK:           {"成立：全部必需检查通过，所出示内容与存证一致", "holds: all required checks passed, and what was presented is the evidence"},
	verify.ExitInternal:     {"无法判断：内部错误", "undecided: a fault of this program"},
	verify.ExitFailed:       {"不成立：有检查未通过", "does not hold: a check failed"},
	verify.ExitNotFound:     {"所出示内容不在证明包中", "what was presented is not in the bundle"},
	verify.ExitTrust:        {"无法采信：信任依据缺失或不符", "cannot be relied on: trust is missing or does not match"},
	verify.ExitUnsupported:  {"无法判断：不受支持，或必需检查无法进行", "undecided: unsupported, or a required check could not be made"},
	verify.ExitNothingShown: {"证明成立，但未比对任何内容", "sound, but nothing was compared"},
	verify.ExitUsage:        {"用法不正确", "wrong usage"},
}

// advice says of rules what to do about them, or what they mean.
var advice = map[string]words{
	"presented.partly":  {"整份文件须以示出全部数据项的证明包核验；此证明包只能核验所示各项，请逐项出示", "to compare the whole file, take a bundle that shows all items; with this one, present the shown items one by one"},
	"pins.missing":      {"请以 inkd trust proof SIZE NUMBER --bundle 证明包 补充证明，再以 --proofs 核验", "have it proven: inkd trust proof SIZE NUMBER --bundle BUNDLE, then verify with --proofs"},
	"pins.time":         {"区块头时间与您的固定点矛盾：已退役的验证人密钥可能被用于倒签或预签", "a header's time contradicts your pin: keys of retired validators may have signed for another time"},
	"policy.demanded":   {"您的策略要求此项检查，而证明包未附所需内容；未能检查不等于通过", "your policy demands this check, and the bundle has not what it takes: what was not made has not passed"},
	"institutions.none": {"证明包中没有任何区块头可供机构签署", "the bundle has no header that institutions could have signed"},
	"state.head":        {"状态值须与同一高度的日志头同列，否则与日志无从相连", "a status must come with the log's head of the same height, which ties it to the log"},
	"head.order":        {"各日志头的高度与条数前后矛盾", "heights and sizes of the log's heads contradict each other"},
	"list.end":          {"计数只能证明其区块头时间以前的清单：期间须已结束", "a counter proves a list up to its header's time only: the period must be over"},
	"list.period":       {"期间须先始后终", "a period must end after it begins"},
}

// recordKinds, entryKinds and states are numbered as in the log's entries.
var (
	recordKinds = map[uint32]words{
		1: {"数据包存证", "data package"}, 2: {"API接口存证", "API batch"}, 3: {"原创设计存证", "original design"}, 4: {"商业秘密存证", "trade secret"},
	}
	entryKinds = map[uint32]words{
		16: {"存证", "record"}, 17: {"内容公开", "opening"}, 18: {"数据项公开", "item disclosure"},
		19: {"证书申请", "certificate applied for"}, 20: {"证书初审", "initial review"}, 21: {"证书复审", "final review"},
		22: {"证书签发", "certificate issued"}, 23: {"证书驳回", "certificate rejected"}, 24: {"证书撤销", "certificate revoked"},
		32: {"资格审定", "qualification decided"}, 33: {"资格撤销", "qualification revoked"},
		34: {"企业认证", "enterprise certified"}, 37: {"企业暂停", "enterprise suspended"},
		39: {"成员授权", "member granted"}, 40: {"成员移除", "member removed"},
		41: {"密钥绑定", "key bound"}, 42: {"密钥停用", "key retired"},
		44: {"机构加入", "institution admitted"}, 46: {"机构退出", "institution removed"}, 47: {"验证人密钥绑定", "validator key bound"},
		48: {"人员任命", "officer appointed"}, 49: {"人员解任", "officer dismissed"},
		53: {"参数变更", "parameters changed"}, 54: {"软件升级", "software upgrade"}, 55: {"违规", "misbehaviour"},
		61: {"机构摘要", "institution digest"}, 63: {"时代", "era"}, 64: {"机构权重", "institution power"},
	}
	states = map[string]map[uint64]words{
		"certificate": {
			1: {"审核中", "applied"}, 2: {"审核中（初审通过）", "initially reviewed"}, 3: {"审核中（复审通过）", "finally reviewed"},
			4: {"已完成", "issued"}, 5: {"未通过", "rejected"}, 6: {"已撤销", "revoked"},
		},
		"key": {1: {"有效", "active"}, 2: {"已停用", "retired"}, 3: {"已泄露", "compromised"}},
	}
	statusKinds = map[string]words{"certificate": {"证书申请", "certificate"}, "evidence": {"存证", "evidence"}, "key": {"密钥", "key"}}
	custodies   = map[uint64]words{
		1: {"本人软件保管", "kept by the holder in software"}, 2: {"本人硬件保管", "kept by the holder in a device"}, 3: {"平台托管", "kept by a platform"},
	}
	roles = map[string]words{
		"final": {"结论所依据", "the statement rests on it"}, "head": {"日志头", "a head of the log"},
		"link": {"验证人变更", "a change of validators"}, "other": {"其他", "other"},
	}
	listKinds = map[string]words{"enterprise": {"企业存证清单", "records of enterprise"}, "applications": {"证书申请清单", "applications for certificates"}}
)

// utc8 is fixed: no table of time zones decides what a verdict says.
var utc8 = time.FixedZone("UTC+8", 8*3600)

// stamp writes a time at UTC+8 and in UTC, to the nanosecond.
func stamp(nanos uint64) string {
	if nanos == 0 || nanos > 1<<63-1 {
		return strconv.FormatUint(nanos, 10)
	}
	t := time.Unix(0, int64(nanos))
	const layout = "2006-01-02 15:04:05.999999999"
	return t.In(utc8).Format(layout) + " (UTC+8) = " + t.UTC().Format(layout) + " (UTC)"
}
