package verify

import (
	"errors"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// Rule is what a bundle must keep. Its code stands in verdicts and names vectors.
type Rule struct {
	Code   string
	Zh, En string
}

// formatRules are the rules of the canonical form, by the refusal of package format.
var formatRules = []struct {
	err  error
	rule string
}{
	{bundle.ErrMagic, "format.magic"},
	{format.ErrVersion, "format.version"},
	{format.ErrUnknownField, "format.unknown-field"},
	{format.ErrDuplicateField, "format.duplicate-field"},
	{format.ErrFieldOrder, "format.field-order"},
	{format.ErrLongVarint, "format.long-varint"},
	{format.ErrVarintOverflow, "format.varint-overflow"},
	{format.ErrExplicitDefault, "format.explicit-default"},
	{format.ErrTrailing, "format.trailing"},
	{format.ErrTruncated, "format.truncated"},
	{format.ErrWireType, "format.wire-type"},
	{format.ErrLength, "format.length"},
	{format.ErrLimit, "format.limit"},
	{format.ErrMissing, "format.missing"},
	{format.ErrText, "format.text"},
	{format.ErrValue, "format.value"},
	{format.ErrNotCanonical, "format.not-canonical"},
	{format.ErrRecipe, "format.value"},
}

func formatRule(err error) string {
	for _, r := range formatRules {
		if errors.Is(err, r.err) {
			return r.rule
		}
	}
	return ""
}

// ruleZh is what a rule says in Chinese; empty for an unknown one.
func ruleZh(code string) string {
	for _, r := range Rules {
		if r.Code == code {
			return r.Zh
		}
	}
	return ""
}

// Rules are all rules, in the order of docs/spec/bundle.md. Those that only say why a
// check could not be made are among them.
var Rules = []Rule{
	{"format.magic", "文件不是所需的种类", "the file is of the expected kind"},
	{"format.version", "版本受支持", "the version is supported"},
	{"format.unknown-field", "没有未知字段", "no unknown field"},
	{"format.duplicate-field", "字段不重复", "no field twice"},
	{"format.field-order", "字段按编号升序", "fields ascend"},
	{"format.long-varint", "整数取最短编码", "integers have their shortest form"},
	{"format.varint-overflow", "整数不越界", "integers are in range"},
	{"format.explicit-default", "缺省值不写出", "defaults are left out"},
	{"format.trailing", "没有多余字节", "no bytes follow"},
	{"format.truncated", "文件完整", "nothing is cut off"},
	{"format.wire-type", "字段类型正确", "fields have their type"},
	{"format.length", "长度正确", "values have their length"},
	{"format.limit", "不超过上限", "limits are kept"},
	{"format.missing", "必需字段齐全", "no required field is missing"},
	{"format.text", "文本字符受允许", "texts have allowed characters only"},
	{"format.value", "取值受允许", "values are allowed"},
	{"format.not-canonical", "编码为规范形式", "the encoding is canonical"},

	{"log.id", "日志标识与信任锚一致", "the log is the anchor's"},
	{"proofs.log-id", "补充证明属于同一日志", "separate proofs are of the same log"},

	{"set.empty", "验证人集合不为空", "a set has validators"},
	{"set.key-type", "验证人密钥类型受支持", "validators' key types are supported"},
	{"set.key-length", "验证人密钥长度正确", "validators' keys have their length"},
	{"set.duplicate", "验证人不重复", "validators are distinct"},
	{"set.power", "投票权为正且总和不溢出", "powers are positive and their sum cannot overflow"},

	{"blocks.order", "区块高度严格递增", "heights strictly rise"},
	{"header.time", "区块时间递增", "times rise with heights"},
	{"header.version", "区块结构版本受支持", "the block version is supported"},
	{"era.height", "高度属于信任锚所列纪元", "heights belong to an era of the anchor"},
	{"era.chain-id", "链标识与纪元一致", "the chain id is the era's"},
	{"chain.set", "区块头的验证人集合与权威链一致", "a header's set is the one the authority chain is at"},
	{"chain.set-missing", "证明包带有所需的验证人集合", "the sets that headers name are in the bundle"},

	{"commit.block-id", "签署的正是该区块头", "the commit is for this header"},
	{"commit.places", "签名席位与集合一致", "a commit has a place for each validator"},
	{"commit.flag", "投票标志有效", "votes have a known flag"},
	{"commit.absent", "缺席席位为空", "an absent place is empty"},
	{"commit.address", "地址由其密钥导出且席位一致", "addresses are derived from the keys at their places"},
	{"commit.nil", "空票不计", "nil votes do not count"},
	{"commit.signature", "只计有效签名", "only valid signatures count"},
	{"ed25519.canonical", "密钥取唯一编码", "keys have their only encoding"},
	{"ed25519.small-order", "密钥与 R 不是小阶点", "neither key nor R is of small order"},
	{"commit.power", "签署的投票权超过三分之二", "more than two thirds of the power signed"},

	{"ics23.existence", "证明为存在性证明", "proofs are existence proofs"},
	{"ics23.empty", "键与值不为空", "neither key nor value is empty"},
	{"ics23.leaf-spec", "叶节点运算固定", "leaf operations are the fixed ones"},
	{"ics23.leaf-prefix", "叶节点前缀正确", "leaves have a leaf's prefix"},
	{"ics23.inner-spec", "内部节点运算固定", "inner operations are the fixed ones"},
	{"ics23.inner-prefix", "内部节点前缀与后缀正确", "steps have an inner node's prefix and suffix"},
	{"ics23.steps", "步数不超过上限", "steps are bounded"},
	{"state.kind", "状态值种类已知", "kinds of state values are known"},
	{"state.height", "高度 h 的状态由 h+1 的区块头证明", "the state of h is proven by header h+1"},
	{"state.key", "键为核验方算得之键", "the key is the one the verifier computed"},
	{"state.store", "存储名正确", "the store is the expected one"},
	{"state.root", "两级证明相接", "the store's root is the one its tree leads to"},
	{"state.app-hash", "根与应用哈希一致", "the root is the header's app hash"},
	{"head.last-height", "日志头高度不晚于其状态", "a head's last height is not above its state's"},
	{"head.order", "日志只增不减", "the log only grows from head to head"},
	{"state.head", "状态值附有同一状态的日志头", "a value comes with the head of its state"},
	{"era.size", "日志长度属于其纪元", "a head's size is inside its era"},
	{"era.start", "与各纪元起点一致", "the log agrees with the starts of eras"},

	{"consistency.root", "同长日志同根", "logs of one size have one root"},
	{"consistency.proof", "一致性证明成立", "consistency proofs hold"},
	{"consistency.missing", "一致性证明齐全", "no consistency proof is missing"},
	{"inclusion.head", "条目所依日志头已得证明", "entries stand under a proven head"},
	{"inclusion.path", "条目路径成立", "an entry's path leads to the root"},
	{"entries.order", "条目按序号升序", "entries ascend"},
	{"entries.subject", "证明包带有其主题条目", "the bundle has the entry it is about"},
	{"entry.height", "条目高度不晚于日志头", "an entry's height is not above its head's"},
	{"entry.time", "条目区块时间早于区块头", "an entry's block stamp is before its header"},
	{"origin.height", "日志头出自条目所在区块", "the head is the one the entry's block left"},
	{"origin.era", "条目与区块头同属一纪元", "entry and header are of one era"},

	{"pins.root", "日志头与固定点同长同根", "a head of a pinned size has the pinned root"},
	{"pins.height", "日志长度与固定点高度不矛盾", "sizes and heights agree with the pins"},
	{"pins.time", "区块头时间与固定点时间不矛盾", "times agree with the pins"},
	{"pins.set", "权威链自固定点的集合开始", "the authority chain starts from the pinned set"},
	{"pins.consistency", "日志与固定点一致", "the log agrees with the pins"},
	{"pins.inclusion", "条目在固定点日志之中", "the entry is in the pinned log"},
	{"pins.missing", "缺少针对固定点的证明", "no proof for a pin is missing"},

	{"keys.conflict", "密钥只属于一个机构", "a key belongs to one institution"},
	{"keys.name", "机构名称与信任锚一致", "institutions have the anchor's names"},
	{"keys.unmapped", "签名密钥归属未知，视为利害关系方", "unmapped keys count as interested"},
	{"policy.demanded", "策略所要求者未能检查", "what the policy demands is there"},
	{"filter.unknown", "所指利害关系方为已知机构", "interested parties are known institutions"},
	{"institutions.none", "没有可供机构签署的证明", "there is something that institutions signed"},
	{"institutions.required", "必需机构已签署", "required institutions signed"},
	{"institutions.number", "签署机构数目足够", "enough institutions signed"},

	{"submission.none", "未出示存证人的交易", "the submitter's transaction is shown"},
	{"submission.key", "未出示存证人密钥的绑定", "the binding of the submitter's key is shown"},
	{"submission.key-type", "存证人密钥类型未知", "the submitter's key type is known"},
	{"submission.hash", "交易哈希与条目一致", "the transaction has the entry's hash"},
	{"submission.encoding", "交易编码规范", "the transaction is in canonical form"},
	{"submission.message", "消息即条目之来源", "the message is the one that made the entry"},
	{"submission.fields", "消息各字段与条目一致", "the message says what the entry says"},
	{"submission.signer", "签名者即存证人", "the signer is the submitter"},
	{"submission.mode", "签名方式受支持", "the sign mode is DIRECT"},
	{"submission.account", "账户编号即密钥编号", "the account number is the key's id"},
	{"submission.signature", "存证人签名有效", "the submitter's signature is valid"},
	{"submission.low-s", "签名取低 s 值", "ECDSA signatures have the lower s"},

	{"opening.none", "未出示内容", "the content is shown"},
	{"opening.commitment", "内容与承诺相符", "the content leads to the commitment"},
	{"items.none", "未出示任何内容项", "items are shown"},
	{"items.order", "内容项按序升序", "items ascend"},
	{"items.label", "标签仅用于目录", "only items of directories have labels"},
	{"items.path", "内容项路径成立", "an item's path leads to the root"},
	{"items.root", "全部内容项得出同根", "all items lead to the root"},
	{"items.total-size", "字节总数一致", "sizes add up"},
	{"presented.no-items", "没有可供比对的内容项", "there are items to compare with"},
	{"presented.one-digest", "两种摘要须同时相符", "both digests match"},
	{"presented.not-found", "所出示文件在存证内容之中", "what is presented is among the items"},
	{"presented.partly", "证明包未示全部内容项，其余无法比对", "the bundle shows all items of what is presented"},
	{"presented.label", "所出示文件名称一致", "what is presented has the item's label"},
	{"presented.size", "所出示文件大小一致", "what is presented has the size"},

	{"certificate.status", "出示证书须附状态证明", "a certificate comes with its status"},
	{"certificate.evidence", "状态与证书申请所指一致", "a status is about the certificate's evidence"},
	{"certificate.other", "证书属于本件存证", "the certificate is about this evidence"},
	{"status.gap", "证书事件齐全", "no event of a certificate is left out"},
	{"status.contradicted", "事件与状态不矛盾", "events do not contradict the status"},
	{"status.event-no", "事件序号递增", "event numbers ascend"},
	{"status.last", "末次事件一致", "the last event is the status's"},
	{"status.age", "状态未过期", "the status is recent enough"},
	{"status.now", "未给出当前时间", "the present time is given"},
	{"status.none", "未出示任何状态", "a status is shown"},
	{"later-events.none", "未证明其后事件", "later events are proven"},
	{"key-status.none", "未证明密钥状态", "the key's status is proven"},
	{"key.compromised", "存证时密钥未失控", "the key was in its holder's hands"},

	{"list.kind", "清单种类已知", "kinds of lists are known"},
	{"list.period", "期间先始后终", "a period ends after it begins"},
	{"list.empty", "清单带有期间前后的条目", "a list has the entries around its period"},
	{"list.entry-kind", "清单条目种类正确", "a list's entries are of its kind"},
	{"list.other", "清单条目属于该企业", "a list's entries are the enterprise's"},
	{"list.gap", "清单序号连续", "places have no gap"},
	{"list.chain", "清单累积值相接", "accumulators chain"},
	{"list.start", "清单起点正确", "a list begins before its period"},
	{"list.end", "清单终点正确", "a list ends after its period or with the counter"},
	{"list.unproven", "清单末项得到证明", "a list's last entry is proven"},
	{"list.count", "清单与计数器数目一致", "a list has as many entries as the counter"},
	{"list.counter", "清单与计数器累积值一致", "a list has the counter's accumulator"},

	{"time-stamps.none", "未给出时间戳机构证书", "certificates of time-stamping authorities are given"},
	{"time-stamps.head", "时间戳针对已证明的日志头", "tokens are over proven heads"},
	{"time-stamps.token", "时间戳有效", "tokens are valid"},
	{"checkpoints.keys", "未给出见证密钥", "witness keys are given"},
	{"checkpoints.form", "检查点为签名文本", "checkpoints are signed notes"},
	{"checkpoints.head", "检查点针对已证明的日志头", "checkpoints are of proven heads"},
	{"checkpoints.number", "共签机构超过三分之二", "more than two thirds of the institutions cosigned"},
}
