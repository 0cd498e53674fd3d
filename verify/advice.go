package verify

// advice says of rules what to do about them, or what they mean. A check that did not
// pass carries it.
var advice = map[string][2]string{
	"format.truncated":   {"下载或拷贝未完成的文件不能核验：请重新获取，并核对文件大小", "a file whose download or copy did not finish cannot be verified: get it again and compare its size"},
	"opening.none":       {"请向存证人索取附公开内容的证明包（inkd evidence bundle 编号 --opening 文件.inkopen）；或在策略的 require 中列出您所要求的检查而不列 opening，则只证明存证的时间与承诺，不涉及文件内容", "ask the depositor for a bundle with the opening (inkd evidence bundle NUMBER --opening FILE.inkopen); or use a policy whose \"require\" leaves out \"opening\": then time and commitment of the deposit are proven, and nothing of a file"},
	"items.none":         {"请索取示出数据项的证明包（inkd evidence bundle 编号 --opening 文件.inkopen）", "ask for a bundle that shows items (inkd evidence bundle NUMBER --opening FILE.inkopen)"},
	"presented.no-items": {"请索取示出数据项的证明包（inkd evidence bundle 编号 --opening 文件.inkopen），再与文件比对", "ask for a bundle that shows items (inkd evidence bundle NUMBER --opening FILE.inkopen), then compare the file with it"},
	"presented.partly":   {"整份文件须以示出全部数据项的证明包核验；此证明包只能核验所示各项，请逐项出示", "to compare the whole file, take a bundle that shows all items; with this one, present the shown items one by one"},
	"origin.height":      {"请向保存该区块证明的节点重新索取证明包；或以策略的 require 不列 origin，则只证明不晚于其后区块头的时间", "have the bundle made again by a node that kept the proof of that block; or use a policy whose \"require\" leaves out \"origin\": then only the later header's time is proven"},
	"certificate.status": {"请以 inkd evidence bundle 编号 重新制作证明包，其中附有证书的最新状态", "have the bundle made again with inkd evidence bundle NUMBER: it then has the certificate's latest status"},
	"status.age":         {"状态可能已变：请重新索取证明包", "the status may have changed: ask for a new bundle"},
	"status.now":         {"请以 --now 给出时间", "give the time with --now"},
	"status.none":        {"请重新制作证明包，勿加 --no-latest", "have the bundle made again, without --no-latest"},
	"pins.missing":       {"请以 inkd trust proof SIZE NUMBER --bundle 证明包 补充证明（有多个固定点时：inkd trust proof --policy 策略文件 NUMBER --bundle 证明包），再以 --proofs 核验", "have it proven: inkd trust proof SIZE NUMBER --bundle BUNDLE, or, for several pins, inkd trust proof --policy POLICY NUMBER --bundle BUNDLE; then verify with --proofs"},
	"pins.time":          {"区块头时间与您的固定点矛盾：已退役的验证人密钥可能被用于倒签或预签", "a header's time contradicts your pin: keys of retired validators may have signed for another time"},
	"policy.demanded":    {"您的策略要求此项检查，而证明包未附所需内容；未能检查不等于通过", "your policy demands this check, and the bundle has not what it takes: what was not made has not passed"},
	"institutions.none":  {"证明包中没有任何区块头可供机构签署", "the bundle has no header that institutions could have signed"},
	"state.head":         {"状态值须与同一高度的日志头同列，否则与日志无从相连", "a status must come with the log's head of the same height, which ties it to the log"},
	"head.order":         {"各日志头的高度与条数前后矛盾", "heights and sizes of the log's heads contradict each other"},
	"list.end":           {"计数只能证明其区块头时间以前的清单：期间须已结束", "a counter proves a list up to its header's time only: the period must be over"},
	"list.period":        {"期间须先始后终", "a period must end after it begins"},
	"log.id":             {"证明包与信任锚属于两部不同的日志：请核对二者来源", "bundle and anchor are of two different logs: find out where each of them is from"},
}
