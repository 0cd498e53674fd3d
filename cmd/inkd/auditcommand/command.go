// Package auditcommand is `inkd audit`: it reads flags, lets package audit look, and
// prints what was seen.
package auditcommand

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/cmd/inkd/cli"
	"github.com/inkchain/inkd/verify/bundle"
)

// ExitFindings is the exit status of an audit that found something.
const ExitFindings = 2

const long = `对已停止节点的主目录（或其副本）重新计算一切哈希，并指出不符之处；不写入任何文件。
状态树自叶至应用哈希，日志条目至根与全部状态值、计数，区块、签名与验证人集合，索引与证明存档，
以及存证密钥文件与证明包。数据库文件的每个字节都有着落。
Re-hashes everything in the home of a stopped node, or of a copy of it, and says what is
wrong; it writes nothing. The state from its leaves to the app hash; the log from its
entries to root, status values and counters; blocks, signatures, validator sets; index
and proof archive; opening files and bundles. Every byte of the databases' living files
is accounted for.

Whether the node is on the same chain as others only an anchor tells (--anchor).

退出码 · exit status:
  0   无发现 · nothing was found
  2   有发现 · findings
  64  用法不正确 · wrong usage
  68  无法读取，或节点正在运行 · unreadable, or the node is running`

// New makes the command.
func New() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "对已停止节点的全部数据重新核算 · Re-hash all data of a stopped node",
		Long:  long,
		Example: `  inkd audit --home ~/.inkd
  inkd audit --home /mnt/copy --openings 存证密钥/ --bundles bundles/ --anchor anchor.ink -o json`,
		Args: cobra.NoArgs,
		// The root's hook would write a configuration into --home.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.OutOrStdout())
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return run(cmd, o) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.openings, "openings", nil, "存证密钥文件或其目录，可重复 · opening files, or directories of them; repeatable")
	f.StringArrayVar(&o.bundles, "bundles", nil, "证明包或其目录，可重复 · bundles, or directories of them; repeatable")
	f.StringVar(&o.anchor, "anchor", "", "信任锚文件 · the anchor file; bundles need it")
	f.StringVarP(&o.output, flags.FlagOutput, "o", flags.OutputFormatText, "输出格式 · output format: text or json")
	_ = cmd.RegisterFlagCompletionFunc(flags.FlagOutput, cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

type options struct {
	openings, bundles []string
	anchor, output    string
}

func run(cmd *cobra.Command, o options) error {
	if o.output != flags.OutputFormatText && o.output != flags.OutputFormatJSON {
		return cli.Usage("输出格式不正确："+o.output, fmt.Sprintf("--output: expected text or json, got %q", o.output), "-o text or -o json")
	}
	home, err := cli.HomeDir(cmd)
	if err != nil {
		return err
	}
	in := audit.Options{Home: home, Openings: o.openings, Bundles: o.bundles}
	if o.anchor != "" {
		if in.Anchor, err = cli.ReadBounded(o.anchor, bundle.MaxBytes); err != nil {
			return cli.File("无法读取信任锚文件", "the anchor", err, "")
		}
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	report, err := audit.Run(ctx, in)
	if err != nil {
		return refusal(err, home)
	}
	if o.output == flags.OutputFormatJSON {
		err = json.NewEncoder(cmd.OutOrStdout()).Encode(report)
	} else {
		_, err = fmt.Fprint(cmd.OutOrStdout(), text(report))
	}
	if n := report.Found; err == nil && n > 0 {
		return &cli.Error{
			Exit: ExitFindings, Code: "findings",
			Zh: fmt.Sprintf("发现 %d 处不符", n), En: fmt.Sprintf("%d findings", n),
			Hint: "keep this home as it is; restore the node from others, and compare with a copy",
		}
	}
	return err
}

// refusal says why nothing was audited.
func refusal(err error, home string) error {
	switch {
	case errors.Is(err, audit.ErrRunning):
		return cli.File("节点正在运行，数据库已被占用", "the node is running", err, "stop the node first, or audit a copy of its home")
	case errors.Is(err, audit.ErrAnchor):
		return cli.BadInput("核验证明包需要信任锚（--anchor）", "--anchor", err, "inkd trust export --out anchor.ink, from a node that you trust")
	case errors.Is(err, context.Canceled):
		return &cli.Error{Exit: cli.ExitInterrupted, Code: "interrupted", Zh: "已中断", En: "interrupted", Cause: err}
	}
	return cli.File("无法读取", "unreadable", err, "expected the home of a node, with data/application.db: --home "+home)
}
