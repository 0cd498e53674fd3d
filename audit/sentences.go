package audit

// sentence in both languages.
type sentence struct{ zh, en string }

// sentences are of findings and notes, by their codes. Scripts name the codes.
var sentences = map[string]sentence{
	"db-current": {"CURRENT 文件不正确", "the file CURRENT is not as goleveldb writes it"},
	"db-journal": {"数据库日志或清单有损坏；节点启动时会丢弃其后的记录", "the journal or manifest is damaged; a starting node would drop what follows"},
	"db-open":    {"数据库无法打开", "the database does not open"},
	"db-table":   {"数据表文件有损坏", "a table file is damaged"},
	"db-read":    {"记录无法读取", "a record cannot be read"},

	"state-version":   {"已提交的版本不正确", "a committed version is not as it must be"},
	"state-root":      {"存储区根哈希不符", "the root of a store is another"},
	"state-node":      {"状态树节点不正确", "a node of a state tree is not as it must be"},
	"state-node-hash": {"状态树节点的哈希与其下内容不符", "the hash of a node is not that of what is below it"},
	"state-order":     {"状态树键的次序不正确", "the keys of a state tree are out of order"},
	"state-fast":      {"快速索引的值与状态树不同", "a value of the fast index is another than the tree's"},
	"state-app-hash":  {"应用哈希与区块头不符", "the app hash is another than the header's"},

	"log-entry":    {"日志条目不正确，或不能接在前面的条目之后", "an entry of the log is not canonical, or cannot follow those before"},
	"log-value":    {"由条目推出的值不同", "a value is another than what follows from the entries"},
	"log-block":    {"条目与其区块不符", "an entry does not agree with its block"},
	"log-identity": {"不是预期的日志", "it is another log than expected"},

	"block-meta":    {"区块头不正确", "a header is not as it must be"},
	"block-chain":   {"区块头不指向前一区块", "a header does not follow the one before"},
	"block-content": {"区块内容与区块头不符", "a block's content is another than its header says"},
	"block-row":     {"按哈希查找区块的记录不正确", "a row that finds a block by its hash is wrong"},
	"block-commit":  {"区块的签名不正确", "the signatures of a block are not as they must be"},
	"block-set":     {"验证人集合与区块头不符", "a validator set is another than the header's"},
	"block-results": {"区块的执行结果与后一区块头不符", "the results of a block are others than the next header's"},
	"block-state":   {"共识状态与区块头不符", "the state of the consensus does not agree with the headers"},

	"index-row": {"索引记录与由日志重建的不同", "a row of the index is another than the log gives"},

	"archive-missing": {"日志已有条目，却没有证明存档（archive.db）；存档无法重建，请由备份恢复，或由其他节点补齐",
		"the log has entries, but the proof archive archive.db is missing; it cannot be made again: restore it from a backup, or have other nodes fill it"},
	"archive-row":   {"存档记录不正确", "a row of the archive is not as it must be"},
	"archive-log":   {"存档属于另一日志", "the archive belongs to another log"},
	"archive-head":  {"存档的日志头与日志或状态不符", "an archived head does not agree with the log or the state"},
	"archive-block": {"存档的区块与区块库不同", "an archived block is another than the block store's"},
	"archive-set":   {"存档区块的验证人集合不是前一变更所指定的", "an archived block has another validator set than the link before named"},

	"opening-file": {"存证密钥文件不正确", "an opening file is not sound"},
	"opening-log":  {"存证密钥文件与链上记录不符", "an opening file does not agree with its record"},
	"bundle-file":  {"证明包未通过核验", "a bundle does not verify"},
	"bundle-vote":  {"证明包仍成立，但其中有签名已损坏", "the bundle still proves what it says, but a vote in it is damaged"},
	"bundle-log":   {"证明包中的条目与日志不同：日志可能被改写", "the log holds another entry than a bundle that verifies: it may have been rewritten"},
	"anchor-era":   {"链与信任锚不符", "the chain is another than the anchor's"},
	"unexpected":   {"数据使检查程序中断", "the data ended the check before its time"},

	// Notes.
	"fast-behind":          {"快速索引多一个版本，节点启动时会重建，未检查", "the fast index is one version ahead; a starting node makes it anew; not checked"},
	"app-hash-signed":      {"应用哈希已与下列高度的区块头核对", "the app hash is that of the header of this height"},
	"app-hash-noted":       {"后一区块头尚不存在，应用哈希仅与共识记录核对", "the next header is not there yet: the app hash is that of CometBFT's note, which nobody signed"},
	"log-broken":           {"有条目不正确，未能由条目重算其余的值", "an entry is wrong: what follows from the entries was not compared"},
	"opening-not-recorded": {"日志中没有此存证密钥文件的记录（或未上链）", "the log has no record of this opening; it may not have been deposited"},
	"bundle-ahead":         {"证明包中有本节点尚未到达的条目", "the bundle has entries that this node has not come to"},
	"index-behind":         {"索引落后于日志，节点启动时会补齐", "the index is behind the log; a starting node catches up"},
	"archive-behind":       {"存档落后于日志，节点启动时会补齐其仍有状态的部分", "the archive is behind the log; a starting node catches up as far as it has the states"},
	"archive-unbound":      {"存档尚未注明属于哪部日志，节点启动后会注明", "the archive does not say yet which log it is of; a starting node notes it"},
	"archive-links":        {"存档尚缺到此高度为止的验证人变更，节点启动后会补齐", "the archive has yet to read the changes of the validator set up to this height; a running node does"},
	"archive-gaps":         {"以下数目的区块没有存档的日志头", "so many blocks that appended have no archived head"},
	"not-there":            {"没有此数据库", "there is no such database"},
	"not-checked":          {"因数据库无法打开，未检查", "not checked, since the database does not open"},

	// What a clean report says nothing about.
	"parts-passed-over": {"上文注明未检查的部分", "what the notes above say was passed over"},
	"no-anchor":         {"未给信任锚：本节点与他人是否在同一条链上", "whether this node is on the chain of others: no anchor was given (--anchor)"},
	"no-openings":       {"存证密钥文件：未给出", "opening files: none was given (--openings)"},
	"no-bundles":        {"证明包：未给出，日志是否曾被改写因此未与旧证明比对", "bundles: none was given (--bundles), so the log was compared with no older proof of it"},
	"rewritten":         {"持有超过三分之二验证人密钥者是否改写过全部数据：只有旧证明包或固定点能显出", "whether who has the keys of more than two thirds rewrote everything: only an old bundle or a pin shows that"},
	"of-a-running-node": {"仅供运行中的节点使用者：cs.wal、地址簿、交易索引、evidence.db、快照、配置与密钥", "what only a running node uses: cs.wal, the address book, the transaction index, evidence.db, snapshots, configuration and keys"},
}

// counts are what was seen, in Chinese.
var counts = map[string]string{
	"records": "数据库记录", "tables": "数据表文件", "stores": "存储区", "versions": "版本", "nodes": "状态树节点",
	"stored nodes": "全部版本的节点", "remains of pruning": "修剪遗留节点", "fast values": "快速索引值",
	"entries": "条目", "values": "由条目推出的值", "entries in blocks": "与区块核对的条目",
	"headers": "区块头", "blocks": "区块", "transactions": "交易", "commits": "区块签名组", "results": "执行结果",
	"rows": "索引记录", "heads": "存档日志头", "archived blocks": "存档区块",
	"openings": "存证密钥文件", "items": "数据项", "recorded": "已在链上", "bundles": "证明包", "entries in the log": "与日志一致的条目",
}
