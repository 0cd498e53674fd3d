package cli

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	errorsmod "cosmossdk.io/errors"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// sentence is what people read about one error of the chain.
type sentence struct{ zh, en, hint string }

// refusals has a sentence for each registered error of the modules and the app; a
// test fails if one is missing.
var refusals = map[string]sentence{
	"inkd/2": {"交易形式不被接受", "the transaction's form is refused", "this chain takes no fees, no memo, one signer and at most 16 messages"},
	"inkd/3": {"该类消息不能由交易发送", "this kind of message may not come in a transaction", ""},
	"inkd/4": {"创世文件无效", "the genesis is invalid", "the message names the field"},

	"log/2": {"日志中没有该条目", "not in the log", ""},
	"log/3": {"日志条目无效", "the log entry is invalid", ""},
	"log/4": {"状态变更不允许", "this change of status is not possible", ""},
	"log/5": {"日志创世状态无效", "the log's genesis is invalid", "the message names the field"},
	"log/6": {"节点的日志状态损坏", "the node's log is corrupt", "ask another node; the operator has to look into this one"},

	"consortium/2":  {"没有此项权限", "not permitted", "the message says which role or right is needed"},
	"consortium/3":  {"签名人未登记", "the signer is unknown to the chain", "a registrar has to enrol the key first"},
	"consortium/4":  {"密钥无效", "the key is invalid", ""},
	"consortium/5":  {"密钥已绑定", "the key is bound already", ""},
	"consortium/6":  {"字段无效", "a field is invalid", ""},
	"consortium/7":  {"未找到", "not found", ""},
	"consortium/8":  {"已达每日上限", "the daily cap is reached", "the message says when it refills"},
	"consortium/9":  {"联盟创世状态无效", "the consortium's genesis is invalid", "the message names the field"},
	"consortium/10": {"该人员已免职", "the officer is dismissed already", ""},
	"consortium/11": {"该消息不能由提案决定", "a decision cannot carry this message", "what can be decided: inkd institution propose --help"},
	"consortium/12": {"提案无效", "the proposal is invalid", "the message names the field"},
	"consortium/13": {"提案已不在表决中", "the proposal is not open for votes any more", "list those that are: inkd institution show --proposals --status open"},
	"consortium/14": {"本机构已投过同样的票", "your institution voted so already", "until the decision the choice may be changed, not repeated"},
	"consortium/15": {"将形成的验证人集合不被允许", "the validator set that would result is not allowed", "see the present powers: inkd institution show"},
	"consortium/16": {"该共识密钥正在使用或曾经使用", "the consensus key is in use or was used before", "a key is used once and for ever by one institution: make a new one"},
	"consortium/17": {"机构当前状态下不可行", "not possible in the institution's standing", "see it: inkd institution show"},
	"consortium/18": {"密钥已停用", "the key is retired", "a retired key never comes back: another one has to be bound"},
	"consortium/19": {"本机构的未决提案过多", "your institution has too many open proposals", "list them: inkd institution show --proposals --status open"},
	"consortium/20": {"参数无效", "the parameters are invalid", "the message names the field"},
	"consortium/21": {"软件升级无效", "the software upgrade is invalid", "see the present height: inkd status"},

	"enterprise/2":  {"字段无效", "a field is invalid", ""},
	"enterprise/3":  {"没有该用户", "no such user", ""},
	"enterprise/4":  {"没有该企业", "no such enterprise", "list them: inkd query enterprise enterprises"},
	"enterprise/5":  {"没有该成员关系", "no such membership", ""},
	"enterprise/6":  {"没有该资格申请", "no such qualification", ""},
	"enterprise/7":  {"企业名称不正确", "the enterprise name is not allowed", ""},
	"enterprise/8":  {"统一社会信用代码不正确", "the unified social credit code is wrong", "18 characters, copied from the licence"},
	"enterprise/9":  {"名称或代码已属于一家已认证企业", "name or code belongs to a certified enterprise", ""},
	"enterprise/10": {"已有待审核的申请", "an application is pending already", ""},
	"enterprise/11": {"当前状态下不可行", "not possible in this state", ""},
	"enterprise/12": {"已达上限", "a cap is reached", ""},
	"enterprise/13": {"权限列表无效", "the rights are invalid", ""},
	"enterprise/14": {"数据类型无效", "the categories are invalid", "list them: inkd query enterprise params"},
	"enterprise/15": {"额度无效", "the quota is invalid", ""},
	"enterprise/16": {"企业没有该数据类型的存证资格", "the enterprise is not qualified for this category", "its administrator applies: inkd tx enterprise apply-qualification ENTERPRISE_ID CATEGORY --form-commitment HEX --from ADMINISTRATOR"},
	"enterprise/17": {"当日存证额度已用完", "today's quota is used up", "the message says when it refills; a registrar may set another quota"},
	"enterprise/18": {"企业创世状态无效", "the genesis of enterprises is invalid", "the message names the field"},
	"enterprise/19": {"参数无效", "the parameters are invalid", "the message names the field"},

	"evidence/2":  {"没有该存证或证书", "no such evidence or certificate", ""},
	"evidence/3":  {"字段无效", "a field is invalid", ""},
	"evidence/4":  {"暂不接受该存证种类", "this kind of record is not accepted", ""},
	"evidence/5":  {"同一请求号已用于另一份存证", "the request id was used for another deposit", "use another --request-id, or the opening file of the first deposit"},
	"evidence/6":  {"存证已公开", "the evidence is open already", ""},
	"evidence/7":  {"公开内容与承诺值不符", "the opening does not match the commitment", "use the opening file of this very record"},
	"evidence/8":  {"公开部分无效", "the public part is invalid", ""},
	"evidence/9":  {"缺少公开的同意", "the consent to publish is missing", ""},
	"evidence/10": {"该存证已有证书或正在审核", "the evidence has a certificate, issued or under review", ""},
	"evidence/11": {"当前状态下不可行", "not possible in this state", "see it: inkd cert show CERT"},
	"evidence/12": {"须由另一名人员办理", "another officer has to do this", ""},
	"evidence/13": {"公开内容缺失或多余", "a revelation is missing or not expected", ""},
	"evidence/14": {"数据项缺失、多余或不属于该存证", "an item is missing, not expected or not of this evidence", ""},
	"evidence/15": {"编号不正确", "the number is wrong", "CZ or ZS and 17 digits, the last one a check digit"},
	"evidence/16": {"分页参数无效", "the page is invalid", ""},
	"evidence/17": {"存证创世状态无效", "the genesis of evidence is invalid", "the message names the field"},
	"evidence/18": {"节点的存证状态损坏", "the node's evidence state is corrupt", "ask another node; the operator has to look into this one"},

	"sdk/2":  {"交易无法解析", "the transaction cannot be decoded", ""},
	"sdk/4":  {"签名无效", "the signature is not valid", "check --chain-id and the key"},
	"sdk/6":  {"请求无效", "the request is unknown", ""},
	"sdk/8":  {"公钥不符", "the public key is another one", ""},
	"sdk/9":  {"签名人未登记", "the signer is unknown to the chain", "a registrar has to enrol the key first"},
	"sdk/11": {"燃料上限不足", "the gas limit is too low", "this is a fault of the tool: please report it"},
	"sdk/18": {"请求无效", "the request is invalid", ""},
	"sdk/19": {"交易已在内存池中", "the transaction is in the mempool already", ""},
	"sdk/20": {"节点的内存池已满", "the node's mempool is full", "try again in a minute"},
	"sdk/21": {"交易过大", "the transaction is too large", ""},
	"sdk/22": {"未找到", "not found", ""},
	"sdk/26": {"没有该高度的数据", "no data at this height", "see the node's heights: inkd status"},
	"sdk/32": {"账户序号不符", "the account's sequence is another one", "another transaction of the same key is under way: try again"},
}

// notCertified is what the modules say of an enterprise that may not act now,
// under several codes.
var notCertified = regexp.MustCompile(`enterprise (\d+): expected certified(?: or suspended)?, got `)

// Refused is the refusal of a transaction or query by the chain; log is the
// chain's own message.
func Refused(codespace string, code uint32, log string) *Error {
	id := fmt.Sprintf("%s/%d", codespace, code)
	s, ok := refusals[id]
	if !ok {
		s = sentence{zh: "链拒绝了该请求", en: "refused by the chain"}
	}
	if m := notCertified.FindStringSubmatch(log); m != nil {
		s = sentence{"企业未认证或已暂停", "the enterprise is not certified, or suspended", "see it: inkd query enterprise enterprise " + m[1]}
	}
	if hint := upgradeHint(log); hint != "" && id == "consortium/21" {
		s.hint = hint
	}
	e := &Error{Exit: ExitRefused, Code: id, Zh: s.zh, En: s.en, Hint: s.hint}
	if log != "" {
		e.Zh += "（" + log + "）"
		e.En += ": " + log
	}
	return e
}

// upgradeHint is what to do about a refused upgrade, by what the chain says of it.
func upgradeHint(log string) string {
	switch {
	case strings.Contains(log, "expected a planned upgrade, got none"):
		return "nothing is planned, so there is nothing to cancel: inkd query upgrade plan"
	case strings.Contains(log, "expected no other plan"):
		return "see what is planned: inkd query upgrade plan; cancel it: inkd institution propose cancel-upgrade"
	case strings.Contains(log, "name: expected"):
		return "NAME is of a-z, 0-9, dot and hyphen, and was never used on this chain, like v2"
	case strings.Contains(log, "info: expected"):
		return "--info is short plain text, like the address of a page"
	}
	return ""
}

// refusedQuery is the refusal of a query. The SDK replaces the modules' errors by
// a few of its own and keeps only their text, so the code is found by the text,
// among the errors of the module that was asked first.
func refusedQuery(path, codespace string, code uint32, log string) *Error {
	log = cleanLog(log)
	module := moduleOfPath(path)
	best, bestScore := "", 0
	for id := range refusals { // the best is the same in whatever order
		space, number := splitID(id)
		what := description(space, number)
		if space == "sdk" || !strings.HasSuffix(log, what) {
			continue
		}
		score := 2 * len(what)
		if space == module {
			score++
		}
		if score > bestScore || score == bestScore && id < best {
			best, bestScore = id, score
		}
	}
	cause := status.Error(grpcCode(codespace, code), log)
	if best != "" {
		codespace, code = splitID(best)
	}
	e := Refused(codespace, code, log)
	e.Cause = cause // for code that asks for the gRPC status
	return e
}

// grpcCode is what the SDK's own client would answer.
func grpcCode(codespace string, code uint32) codes.Code {
	if codespace != sdkerrors.RootCodespace {
		return codes.Unknown
	}
	switch code {
	case sdkerrors.ErrKeyNotFound.ABCICode():
		return codes.NotFound
	case sdkerrors.ErrInvalidRequest.ABCICode():
		return codes.InvalidArgument
	case sdkerrors.ErrUnauthorized.ABCICode():
		return codes.Unauthenticated
	}
	return codes.Unknown
}

// cleanLog takes away what gRPC and the SDK put around a module's message.
func cleanLog(log string) string {
	if _, after, ok := strings.Cut(log, " desc = "); ok && strings.HasPrefix(log, "rpc error: code = ") {
		log = after
	}
	for _, tail := range []string{": key not found", ": invalid request", ": unknown request"} {
		log = strings.TrimSuffix(log, tail)
	}
	return log
}

// moduleOfPath is the module of a query: enterprise in /ink.enterprise.v1.Query/User.
func moduleOfPath(path string) string {
	parts := strings.Split(strings.TrimPrefix(path, "/"), ".")
	if len(parts) < 2 || parts[0] != "ink" {
		return ""
	}
	return parts[1]
}

func splitID(id string) (codespace string, code uint32) {
	codespace, number, _ := strings.Cut(id, "/")
	n, _ := strconv.ParseUint(number, 10, 32)
	return codespace, uint32(n)
}

// description is the text that an error was registered with.
func description(codespace string, code uint32) string {
	return strings.TrimPrefix(errorsmod.ABCIError(codespace, code, "-").Error(), "-: ")
}
