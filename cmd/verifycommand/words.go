package verifycommand

import (
	"fmt"
	"strings"
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
	verify.ExitUnsupported:  {"无法判断：格式、版本、字段或密钥类型不受支持", "undecided: the format, version, a field or a type of key is not supported"},
	verify.ExitNothingShown: {"证明成立，但未比对任何内容", "sound, but nothing was compared"},
	verify.ExitUsage:        {"用法不正确", "wrong usage"},
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
		61: {"机构摘要", "institution digest"}, 63: {"纪元", "era"}, 64: {"机构权重", "institution power"},
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

// blockStamp labels the time that stands in an entry, wherever it is printed.
var blockStamp = words{"区块记载时间，非证明时间", "block stamp, not the proven time"}

// cutting is how the evidence was taken apart, by its name in a statement.
func cutting(name string) words {
	kind, header, _ := strings.Cut(name, "/")
	w := of(recipes, kind)
	switch header {
	case "0":
		return words{w.zh + "，无表头（" + name + "）", w.en + ", no header (" + name + ")"}
	case "1":
		return words{w.zh + "，首行为表头（" + name + "）", w.en + ", the first one is the header (" + name + ")"}
	}
	return w
}

var recipes = map[string]words{
	"file": {"单个文件", "one file"}, "dir": {"目录中的各个文件", "the files of a directory"}, "lines": {"文件的各行", "the lines of a file"},
	"csv": {"表格的各行", "the rows of a table"}, "api": {"接口的各次调用", "the calls of an interface"}, "secret-points": {"商业秘密的各个秘点", "the points of a trade secret"},
}

// utc8 is fixed: no table of time zones decides what a verdict says.
var utc8 = time.FixedZone("UTC+8", 8*3600)

func instant(t verify.Time) time.Time { return time.Unix(int64(t/1e9), int64(t%1e9)) }

// stamp writes a time at UTC+8 and in UTC, to the nanosecond.
func stamp(t verify.Time) string {
	const layout = "2006-01-02 15:04:05.999999999"
	return "北京时间 " + instant(t).In(utc8).Format(layout) + " (UTC+8) = " + instant(t).UTC().Format(layout) + " (UTC)"
}

// local writes a time at UTC+8 shortly, for rows.
func local(t verify.Time) string { return instant(t).In(utc8).Format(time.RFC3339Nano) }
