package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/prove"
)

func trustProofCommand() *cobra.Command {
	var out outFile
	cmd := &cobra.Command{
		Use:   "proof SIZE[,SIZE…] NUMBER|SEQ",
		Short: "为较晚的固定点补充证明 · Separate proofs for pins that came after a bundle",
		Long: `证明包制作之后才有的固定点，需要补充证明：该条目在固定点所指日志（前 SIZE 条）之中。
任何人都可由公开的哈希瓦片计算。
A pin that is younger than a bundle needs a proof that the entry is in the pinned log,
the first SIZE entries. Anybody can compute it from the public hash tiles.`,
		Example: "  inkd trust proof 1200 CZ20260000000000427 --out p.ink\n  inkd verify x.ink 数据.csv --anchor anchor.ink --policy policy.json --proofs p.ink",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTrustProof(cmd, args[0], args[1], out)
		},
	}
	cmd.Flags().StringVar(&out.path, "out", "", "补充证明文件 · the file to write (default: NUMBER-SIZE.proofs.ink)")
	cmd.Flags().BoolVar(&out.force, "force", false, "覆盖已有文件 · replace the file if it is there")
	addClientFlags(cmd)
	return cmd
}

// proofsMade is what is printed of separate proofs.
type proofsMade struct {
	Proofs      string   `json:"proofs"`
	Bytes       int      `json:"bytes"`
	Seq         uint64   `json:"seq"`
	Sizes       []uint64 `json:"sizes"`
	Inclusions  int      `json:"inclusions"`
	Consistency int      `json:"consistency"`
}

func runTrustProof(cmd *cobra.Command, sizes, what string, out outFile) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	interruptible(cmd)
	ctx := cmd.Context()
	list, err := parseSizes(sizes)
	if err != nil {
		return err
	}
	if out.path == "" {
		out.path = what + "-" + strings.ReplaceAll(sizes, ",", "-") + ".proofs.ink"
	}
	if err := out.check(); err != nil {
		return err
	}
	e, err := s.subjectOf(ctx, what)
	if err != nil {
		return err
	}
	size, err := s.logSize(ctx)
	if err != nil {
		return err
	}
	for _, n := range list {
		if n > size {
			return Usage(fmt.Sprintf("日志尚无 %d 条", n), fmt.Sprintf("SIZE: expected up to %d entries, which the node's log has, got %d", size, n), "a pin of more entries is of another log, or the node is behind: --node")
		}
	}
	p, err := prove.Proofs(ctx, s.source(), e.Seq, list)
	if err != nil {
		return explained(err)
	}
	if err := out.write(p.Bytes()); err != nil {
		return err
	}
	made := proofsMade{out.path, len(p.Bytes()), e.Seq, list, len(p.Inclusions), len(p.Consistency)}
	return s.print(cmd, made, []row{
		{"补充证明", "separate proofs", fmt.Sprintf("%s（%d bytes）", made.Proofs, made.Bytes)},
		{"条目", "entry", strconv.FormatUint(made.Seq, 10)},
		{"日志条数", "sizes of the log", sizes},
		{"用法", "use it", "inkd verify BUNDLE FILE --anchor anchor.ink --policy policy.json --proofs " + made.Proofs},
	})
}

func parseSizes(text string) ([]uint64, error) {
	var out []uint64
	for _, part := range strings.Split(text, ",") {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil || n == 0 || len(out) == 100 {
			return nil, Usage("日志条数不正确："+text, fmt.Sprintf("SIZE: expected numbers from 1, at most 100, joined by commas, got %q", text), "")
		}
		out = append(out, n)
	}
	return out, nil
}
