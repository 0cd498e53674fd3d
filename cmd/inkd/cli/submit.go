package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// submitFlags are what a user says of a deposit.
type submitFlags struct {
	recipe, kind, category             string
	name, summary, source, note        string
	fields                             []string
	producedFrom, producedTo           string
	enterprise                         uint64
	request, out                       string
	open, dryRun, requestGiven, outSet bool
}

func submitCommand() *cobra.Command {
	f := &submitFlags{}
	cmd := &cobra.Command{
		Use:   "submit PATH|-",
		Short: "存证：提交文件、目录、CSV 或标准输入 · Deposit a file, a directory, a CSV or standard input",
		Long: `计算内容树与承诺值，先写好存证密钥文件（*.inkopen），再发送交易，等待入块（约一块），并取得
证明、按信任锚核验（约两块）后方为成功；内容不离开本机。
旁边的 *.inkreceipt 记有编号、交易与高度，仅便于查找，可由链上重得，不是证明；证明用 inkd evidence bundle。
Only a salted commitment is sent. The opening file (*.inkopen) is on disk before that:
whoever loses it can neither open nor prove. It is done, with status 0, when the record
was read back (about one block) and its proof was checked against the anchor (about
two). If the proof does not come in time the status is 67, if it fails 1.
Beside it lies *.inkreceipt with number, transaction and height: it saves looking them up,
can be had again from the chain, and is no proof; inkd evidence bundle makes that.`,
		Example: `  inkd tx evidence submit 数据.csv --from demo-employee --category manufacturing --name "设备运行数据"
  inkd tx evidence submit package/ --from demo-employee --category other --name 数据包 --request-id order-17 -o json
  mysqldump db | inkd tx evidence submit - --from demo-employee --category manufacturing --name 备份 --out 备份.inkopen`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.requestGiven = cmd.Flags().Changed("request-id")
			f.outSet = cmd.Flags().Changed("out")
			return runSubmit(cmd, args[0], f)
		},
	}
	addSubmitFlags(cmd, f)
	addTxFlags(cmd)
	addAnchorFlag(cmd)
	return cmd
}

func addSubmitFlags(cmd *cobra.Command, f *submitFlags) {
	s := cmd.Flags()
	addRecipeFlag(cmd, &f.recipe)
	s.StringVar(&f.kind, "kind", "data-package", "存证种类 · kind: data-package")
	s.StringVar(&f.category, "category", "", "数据类型 · category by its name, as in inkd query enterprise params")
	s.StringVar(&f.name, "name", "", "数据名称，不上链 · title; stays off chain")
	s.StringVar(&f.summary, "summary", "", "数据摘要，不上链 · summary; stays off chain")
	s.StringVar(&f.source, "source", "", "数据来源，不上链 · source; stays off chain")
	s.StringVar(&f.note, "note", "", "备注，不上链 · note; stays off chain")
	s.StringArrayVar(&f.fields, "field", nil, "数据字段，可重复 · a row of the field table: NAME=DESCRIPTION=EXAMPLE; may be given again")
	s.StringVar(&f.producedFrom, "produced-from", "", "数据产生时间起 · claimed production from, RFC 3339")
	s.StringVar(&f.producedTo, "produced-to", "", "数据产生时间止 · claimed production to, RFC 3339")
	s.Uint64Var(&f.enterprise, "enterprise", 0, "企业编号 · enterprise id (default: the only one in which the signer has DEPOSIT)")
	s.StringVar(&f.request, "request-id", "", "请求号：同号重试只存一次 · the same text makes one deposit, however often it is sent (default: random)")
	s.StringVar(&f.out, "out", "", "存证密钥文件 · opening file (default: PATH.inkopen, never overwritten)")
	s.BoolVar(&f.open, "open", false, "存证后立即在链上公开根哈希、条数等 · reveal the public part at once")
	s.BoolVar(&f.dryRun, "dry-run", false, "只检查，不写文件、不发送 · check and count only: nothing is written or sent")
	_ = cmd.MarkFlagRequired("name")
	_ = cmd.MarkFlagRequired("category")
	_ = cmd.RegisterFlagCompletionFunc("category", completeCategory)
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions([]string{"data-package"}, cobra.ShellCompDirectiveNoFileComp))
}

// parseKind reads a kind by its word; the kinds to come are known by name.
func parseKind(word string) (logtypes.RecordKind, error) {
	switch word {
	case "data-package":
		return logtypes.RECORD_KIND_DATA_PACKAGE, nil
	case "api-batch", "original-design", "trade-secret":
		return 0, Usage("暂不接受该存证种类："+word, fmt.Sprintf("--kind: expected data-package, got %s, which is not accepted yet", word), "")
	}
	return 0, Usage("存证种类不正确："+word, fmt.Sprintf("--kind: expected data-package, got %q", word), "")
}

// kindWord is the inverse of parseKind, for every kind.
func kindWord(k logtypes.RecordKind) string { return enumWord(k.String(), "RECORD_KIND_") }

// recordKindName is a record's kind for people.
func recordKindName(k logtypes.RecordKind) said {
	zh := map[logtypes.RecordKind]string{
		logtypes.RECORD_KIND_DATA_PACKAGE: "数据包存证", logtypes.RECORD_KIND_API_BATCH: "API接口存证",
		logtypes.RECORD_KIND_ORIGINAL_DESIGN: "原创设计存证", logtypes.RECORD_KIND_TRADE_SECRET: "商业秘密存证",
	}[k]
	return said{zh, kindWord(k)}
}

// enumWord turns the name of an enum's value into a word for people.
func enumWord(name, prefix string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, prefix)), "_", "-")
}
