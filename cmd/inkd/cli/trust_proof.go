package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
)

// proofFlags are what a user says of separate proofs.
type proofFlags struct {
	bundle, policy string
	out            outFile
}

func trustProofCommand() *cobra.Command {
	f := &proofFlags{out: outFile{magic: bundle.ProofsMagic}}
	cmd := &cobra.Command{
		Use:   "proof SIZE[,SIZE…]|--policy FILE [NUMBER|SEQ]",
		Short: "为较晚的固定点补充证明 · Separate proofs for pins that came after a bundle",
		Long: `证明包制作之后才有的固定点，需要补充证明：该条目在固定点所指日志（前 SIZE 条）之中。
任何人都可由公开的哈希瓦片计算。
A pin that is younger than a bundle needs a proof that the entry is in the pinned log,
the first SIZE entries. Anybody can compute it from the public hash tiles.

证明包另述其后状态、或证明清单时，须以 --bundle 给出：其所依据的日志也须与固定点为同一部；
给出 --bundle 时可省略编号。
If the bundle also says what came later, or proves a list, give it with --bundle: the
log that this rests on must be the pinned one, too. The number may then be left out.

有多个固定点时请一次给出：以 --policy 取策略文件中的全部固定点（不再写 SIZE），或以逗号并列各 SIZE。
各固定点之间也须互相衔接，逐个制作的补充证明并不包含。
With several pins, ask for all of them at once: --policy takes every pin of the file, in
the place of SIZE; or join the sizes by commas. The pins must also be one log among
themselves, which proofs that were made one by one do not show.`,
		Example: "  inkd trust proof --policy policy.json --bundle x.ink --out p.ink\n  inkd trust proof 1200,1850 --bundle 清单.ink\n  inkd trust proof 1200 CZ20260000000000427 --bundle x.ink --out p.ink\n  inkd verify x.ink 数据.csv --anchor anchor.ink --policy policy.json --proofs p.ink",
		Args:    cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTrustProof(cmd, args, f)
		},
	}
	cmd.Flags().StringVar(&f.bundle, "bundle", "", "证明包 · the bundle that is to be verified with the pins")
	cmd.Flags().StringVar(&f.policy, "policy", "", "策略文件 · proofs for all pins of this policy, in the place of SIZE")
	cmd.Flags().StringVar(&f.out.path, "out", "", "补充证明文件 · the file to write (default: NUMBER-SIZE.proofs.ink)")
	cmd.Flags().BoolVar(&f.out.force, "force", false, "覆盖已有的同类文件 · replace the file if it is there and of the same kind")
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

// sizes are those of the arguments, or of the policy's pins; what is left names the entry.
func (f *proofFlags) sizes(args []string) (list []uint64, what string, err error) {
	if f.policy == "" {
		if len(args) == 0 {
			return nil, "", Usage("请给出固定点的日志条数，或以 --policy 给出策略文件", "expected the size of a pin, or a policy with --policy, got neither", "inkd trust proof --policy policy.json --bundle x.ink")
		}
		list, err = parseSizes(args[0])
		return list, strings.Join(args[1:], ""), err
	}
	if len(args) > 1 {
		return nil, "", Usage("--policy 已给出各固定点，不再写日志条数", fmt.Sprintf("--policy: expected at most a number with it, since the pins say the sizes, got %q", args), "inkd trust proof --policy policy.json NUMBER --bundle x.ink")
	}
	p, there, err := readPolicy(f.policy)
	switch {
	case err != nil:
		return nil, "", err
	case !there:
		return nil, "", File("策略文件不存在："+f.policy, "--policy "+f.policy+": expected a policy, got no file", nil, "")
	case len(p.Pins) == 0:
		return nil, "", Usage("策略中没有固定点："+f.policy, "--policy "+f.policy+": expected pins in it, got none", "记入固定点：inkd trust pin --anchor anchor.ink --policy "+quoted(f.policy)+" · to add one: inkd trust pin --anchor anchor.ink --policy "+quoted(f.policy))
	}
	for _, pin := range p.Pins {
		list = append(list, pin.Size)
	}
	slices.Sort(list)
	return slices.Compact(list), strings.Join(args, ""), nil
}

func joinSizes(list []uint64, by string) string {
	var all []string
	for _, n := range list {
		all = append(all, strconv.FormatUint(n, 10))
	}
	return strings.Join(all, by)
}

func runTrustProof(cmd *cobra.Command, args []string, f *proofFlags) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	interruptible(cmd)
	ctx := cmd.Context()
	list, what, err := f.sizes(args)
	if err != nil {
		return err
	}
	b, heads, err := bundleForProofs(f.bundle, what)
	if err != nil {
		return err
	}
	if f.out.path == "" {
		f.out.path = nameForProofs(what, f.bundle) + "-" + nameOfSizes(list) + ".proofs.ink"
	}
	f.out.inputs = []string{f.bundle, f.policy}
	if err := f.out.check(); err != nil {
		return err
	}
	if err := s.sizesAreThere(ctx, "SIZE", list); err != nil {
		return err
	}
	if err := s.sizesAreThere(ctx, "--bundle", heads); err != nil {
		return err
	}
	seq, err := s.seqForProofs(ctx, what, b)
	if err != nil {
		return err
	}
	p, err := prove.Proofs(ctx, s.source(), seq, list, heads)
	if err != nil {
		return explained(err)
	}
	if b != nil && b.LogID != p.LogID {
		return Usage("证明包属于另一部日志："+f.bundle, fmt.Sprintf("--bundle: expected a bundle of log %x, which the nodes serve, got of %x", p.LogID, b.LogID), "请检查 --node · check --node")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.out.write(p.Bytes()); err != nil {
		return err
	}
	made := proofsMade{f.out.path, len(p.Bytes()), seq, list, len(p.Inclusions), len(p.Consistency)}
	return s.print(cmd, made, made.rows(f))
}

// nameOfSizes is a part of a file's name: not longer the more pins there are.
func nameOfSizes(list []uint64) string {
	if len(list) > 4 {
		return fmt.Sprintf("%d-pins-to-%d", len(list), list[len(list)-1])
	}
	return joinSizes(list, "-")
}

func (p *proofsMade) rows(f *proofFlags) []row {
	file, policy := "BUNDLE FILE", "policy.json"
	if f.bundle != "" {
		file = quoted(f.bundle)
	}
	if f.policy != "" {
		policy = quoted(f.policy)
	}
	entry := "（清单 · a list）"
	if p.Seq != 0 {
		entry = strconv.FormatUint(p.Seq, 10)
	}
	return []row{
		{"补充证明", "separate proofs", fmt.Sprintf("%s（%d bytes）", p.Proofs, p.Bytes)},
		{"条目", "entry", entry},
		{"日志条数", "sizes of the log", joinSizes(p.Sizes, ",")},
		{"用法", "use it", "inkd verify " + file + " --anchor anchor.ink --policy " + policy + " --proofs " + quoted(p.Proofs)},
	}
}

// bundleForProofs reads the sizes of the heads that a bundle rests on; nil if none was
// named.
func bundleForProofs(file, what string) (*bundle.Bundle, []uint64, error) {
	if file == "" {
		if what == "" {
			return nil, nil, Usage("请给出存证编号，或以 --bundle 给出证明包", "expected a number, or a bundle with --bundle, got neither", "inkd trust proof SIZE NUMBER --bundle x.ink")
		}
		return nil, nil, nil
	}
	raw, err := ReadBounded(file, bundle.MaxBytes)
	if err != nil {
		return nil, nil, File("无法读取证明包", "--bundle", err, "")
	}
	b, err := bundle.Parse(raw)
	if err != nil {
		return nil, nil, bundleFile.unusable("--bundle", file, raw, err)
	}
	heads, err := prove.HeadSizes(b)
	if err != nil {
		return nil, nil, BadInput("证明包不可用："+file, "--bundle "+file, err, "")
	}
	if b.Subject == 0 && what != "" {
		return nil, nil, Usage("该证明包证明清单，无须编号："+file, fmt.Sprintf("%s proves lists: expected no number with it, got %s", file, what), "")
	}
	return b, heads, nil
}

// nameForProofs is the default name without its end.
func nameForProofs(what, file string) string {
	if what != "" {
		return what
	}
	return strings.TrimSuffix(filepath.Base(file), ".ink")
}

// seqForProofs is the entry that the user names, or the bundle's subject; 0 for lists.
func (s *session) seqForProofs(ctx context.Context, what string, b *bundle.Bundle) (uint64, error) {
	if what == "" {
		return b.Subject, nil
	}
	e, err := s.subjectOf(ctx, what)
	if err != nil {
		return 0, err
	}
	if b != nil && b.Subject != e.Seq {
		return 0, Usage("证明包证明的是另一条目", fmt.Sprintf("--bundle: expected a bundle about entry %d, got one about %d", e.Seq, b.Subject), "")
	}
	return e.Seq, nil
}

// sizesAreThere refuses sizes that the nodes' log has not yet.
func (s *session) sizesAreThere(ctx context.Context, flag string, sizes []uint64) error {
	size, err := s.logSize(ctx)
	if err != nil {
		return err
	}
	for _, n := range sizes {
		if n > size {
			return Usage(fmt.Sprintf("日志尚无 %d 条", n), fmt.Sprintf("%s: expected up to %d entries, which the node's log has, got %d", flag, size, n), "更大的固定点属于另一部日志，或节点落后 · a pin of more entries is of another log, or the node is behind: --node")
		}
	}
	return nil
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
