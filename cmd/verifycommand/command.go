package verifycommand

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/tsa"
)

// Name of the command below inkd.
const Name = "verify"

// Main runs a command as the whole program and returns its exit status.
func Main(cmd *cobra.Command, args []string) int {
	cmd.SetArgs(args)
	return Report(cmd.ErrOrStderr(), args, cmd.Execute())
}

// options are the flags of the command.
type options struct {
	anchor     string
	policy     string
	proofs     []string
	interested []string
	pins       []string
	now        string
	output     string
}

// New is the command under a name: a subcommand of inkd, or a program of its own.
func New(name string) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   name + " BUNDLE [FILE…]",
		Short: "离线核验证明包，不信任任何平台 · Verify a bundle offline, trusting no platform",
		Long: `核验证明包（*.ink），并与所出示的文件或目录比对；不联网，不读取任何配置。信任来自您自己的
信任锚文件（--anchor）与策略（--policy），从不来自证明包。FILE 按证明包所记取证方式拆分，
同时计算 SHA-256 与 SM3；“-”为标准输入。
Verifies a bundle (*.ink) and compares it with the files or directories that are
presented. It asks no network and reads no configuration. Trust comes from your own
anchor (--anchor) and policy (--policy), never from the bundle. FILE is taken apart by
the bundle's recipe and digested with SHA-256 and SM3; "-" is standard input.

退出码 · exit status:
  0   全部必需检查通过，且有内容比对一致 · all required checks passed, and something was matched
  1   内部错误 · internal
  2   有检查不成立，例如文件被截断 · a check failed: a file that is cut off, for instance
  3   所出示内容不在证明包中 · what was presented is not in the bundle
  4   信任依据缺失或不符 · trust is missing or does not match
  5   不是证明包，或版本、字段、密钥类型不受支持，或必需检查无法进行 · no bundle, unsupported, or a required check could not be made
  6   证明成立，但未比对任何内容 · sound, but nothing was compared
  64  用法不正确或文件无法读取 · wrong usage, or a file that cannot be read
  130 已中断 · interrupted`,
		Example: fmt.Sprintf(`  %[1]s CZ20260000000000427.ink 数据.csv --anchor anchor.ink
  %[1]s x.ink package/ --anchor anchor.ink --policy policy.json -o json
  %[1]s x.ink --anchor anchor.ink --interested 浙江示例数据中心 --pin 1200:9f3a…`, example(name)),
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: example(name)},
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("请指定证明包文件", "expected a bundle (*.ink) as the first argument, got none", seeHelp)
			}
			return nil
		},
		// A verifier prepares nothing: no home, no configuration, no node.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			defer func() {
				if fault := recover(); fault != nil {
					err = faulty(fault)
				}
			}()
			return run(cmd, args, o)
		},
	}
	addFlags(cmd, &o)
	return cmd
}

// example is how the command is typed.
func example(name string) string {
	if name == Name {
		return "inkd verify"
	}
	return name
}

func addFlags(cmd *cobra.Command, o *options) {
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return wrongFlag(err)
	})
	f := cmd.Flags()
	f.StringVar(&o.anchor, "anchor", "", "信任锚文件 · the anchor file: where your trust begins")
	f.StringVar(&o.policy, "policy", "", "策略文件（JSON）· your policy: pins, required institutions, interested parties")
	f.StringArrayVar(&o.proofs, "proofs", nil, "补充证明文件，可重复 · a file of separate proofs for later pins; repeatable")
	f.StringArrayVar(&o.interested, "interested", nil, "利害关系机构的名称或编号，可重复 · name or id of an interested institution; repeatable")
	f.StringArrayVar(&o.pins, "pin", nil, "固定点 SIZE:ROOT，可重复 · a head of the log that you know from elsewhere; repeatable")
	f.StringVar(&o.now, "now", "", "判断状态期限的时间，RFC 3339 · time by which the age of a status is judged (default: this machine's clock)")
	f.StringVarP(&o.output, "output", "o", "text", "输出格式 · output format: text or json")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
}

// run reads everything, asks for the verdict and prints it.
func run(cmd *cobra.Command, args []string, o options) error {
	if o.output != "text" && o.output != "json" {
		return usage("输出格式不正确："+o.output, fmt.Sprintf("--output: expected text or json, got %q", o.output), words{"写 -o text 或 -o json", "-o text or -o json"})
	}
	v, err := interruptible(cmd.Context(), func(ctx context.Context) (verify.Verdict, error) {
		in, err := input(ctx, cmd, args, o)
		if err != nil {
			return verify.Verdict{}, err
		}
		return verify.Verify(in), nil
	})
	if err != nil {
		return err
	}
	if o.output == "json" {
		err = writeJSON(cmd.OutOrStdout(), v)
	} else {
		_, err = cmd.OutOrStdout().Write([]byte(text(v)))
	}
	if err != nil {
		return internal(err.Error())
	}
	if v.Exit != verify.ExitOK {
		return &Error{Exit: v.Exit}
	}
	return nil
}

// interruptible runs f until it ends or the user ends it: the first Ctrl-C does, also
// while a file cannot be read or a verdict takes its time. Afterwards Ctrl-C is as ever.
func interruptible(ctx context.Context, f func(context.Context) (verify.Verdict, error)) (verify.Verdict, error) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	type outcome struct {
		verify.Verdict
		error
	}
	ended := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if fault := recover(); fault != nil {
				o.error = faulty(fault)
			}
			ended <- o
		}()
		o.Verdict, o.error = f(ctx)
	}()
	select {
	case o := <-ended:
		if ctx.Err() == nil {
			return o.Verdict, o.error
		}
	case <-ctx.Done():
	}
	return verify.Verdict{}, &Error{exitInterrupted, "interrupted", "已中断", "interrupted", noHint}
}

// exitInterrupted is what a shell calls a process that Ctrl-C ended.
const exitInterrupted = 130

// faulty is a fault of the program, with where it is.
func faulty(fault any) *Error {
	return internal(fmt.Sprintf("%v\n%s", fault, debug.Stack()))
}

func internal(what string) *Error {
	return &Error{verify.ExitInternal, "internal", "内部错误：" + what, what, noHint}
}

// input is everything the verdict depends on.
func input(ctx context.Context, cmd *cobra.Command, args []string, o options) (verify.Input, error) {
	f := &files{stdin: cmd.InOrStdin()}
	var in verify.Input
	var err error
	if in.Now, err = nowOf(o.now); err != nil {
		return in, err
	}
	if o.anchor == "" {
		return in, &Error{verify.ExitTrust, "trust", "未指定信任锚文件：信任须来自您自己", "--anchor: expected an anchor file, got none: trust comes from you, never from the bundle",
			words{"从您信任的机构取得 anchor.ink，并在别处核对其指纹", "get anchor.ink from an institution that you trust, and compare its fingerprint elsewhere"}}
	}
	if in.Bundle, err = f.read(args[0], bundleKind); err != nil {
		return in, err
	}
	if in.Anchor, err = f.read(o.anchor, anchorKind); err != nil {
		return in, err
	}
	for _, path := range o.proofs {
		b, err := f.read(path, proofsKind)
		if err != nil {
			return in, err
		}
		in.Proofs = append(in.Proofs, b)
	}
	if in.Policy, err = f.policy(o); err != nil {
		return in, err
	}
	in.TokenVerifier = tokenVerifier(in.Policy.TSACertificates)
	parsed, _ := bundle.Parse(in.Bundle) // what is wrong with it, the verdict says
	c := cutOf(parsed)
	for _, path := range args[1:] {
		p, err := f.present(ctx, path, c)
		if err != nil {
			return in, err
		}
		in.Presented = append(in.Presented, p...)
	}
	return in, nil
}

// tokenVerifier checks time-stamp tokens against the authorities that the policy names;
// nil if it names none.
func tokenVerifier(pem []string) func([]byte, verify.Hash) (uint64, error) {
	if len(pem) == 0 {
		return nil
	}
	certs := make([][]byte, len(pem))
	for i, c := range pem {
		certs[i] = []byte(c)
	}
	return func(der []byte, imprint verify.Hash) (uint64, error) { return tsa.Verify(der, imprint, certs) }
}

// nowOf is the time that --now gives, or the clock's: the only one that is asked.
func nowOf(text string) (uint64, error) {
	now := time.Now()
	if text != "" {
		var err error
		if now, err = time.Parse(time.RFC3339, text); err != nil || now.Unix() <= 0 || now.Year() > 2261 {
			return 0, usage("时间不正确："+text, fmt.Sprintf("--now: expected RFC 3339, like 2026-07-01T10:00:00+08:00, from 1970 to 2261, got %q", text), noHint)
		}
	}
	return uint64(now.UnixNano()), nil
}

// policy is the file's, with what the flags add to it.
func (f *files) policy(o options) (verify.Policy, error) {
	var p verify.Policy
	if o.policy != "" {
		b, err := f.read(o.policy, policyKind)
		if err != nil {
			return p, err
		}
		if p, err = verify.ParsePolicy(b); err != nil {
			return p, badPolicy("--policy "+strconv.Quote(o.policy), err)
		}
	}
	p.Interested = append(p.Interested, o.interested...)
	for _, text := range o.pins {
		pin, err := parsePin(text)
		if err != nil {
			return p, err
		}
		p.Pins = append(p.Pins, pin)
	}
	if err := p.Check(); err != nil {
		return p, badPolicy("policy", err)
	}
	return p, nil
}

func parsePin(text string) (verify.Pin, error) {
	size, root, _ := strings.Cut(text, ":")
	n, err := strconv.ParseUint(size, 10, 64)
	if err == nil && n == 0 {
		err = strconv.ErrRange
	}
	hash, bad := verify.ParseHash(root)
	if err != nil || bad != nil {
		return verify.Pin{}, usage("固定点不正确："+text, fmt.Sprintf("--pin: expected SIZE:ROOT, a number from 1 and 64 hexadecimal digits, got %q", text), noHint)
	}
	return verify.Pin{Size: n, Root: hash}, nil
}

// badPolicy is a policy that cannot be used. Pins in conflict are no matter of form:
// somebody lied.
func badPolicy(what string, err error) *Error {
	zh := err.Error()
	var both *verify.PolicyError
	if errors.As(err, &both) {
		zh = both.Zh
	}
	if errors.Is(err, verify.ErrPinConflict) {
		return &Error{verify.ExitTrust, "trust", "固定点互相矛盾：" + zh, what + ": " + err.Error(), words{"查明其中哪一个取自该日志", "find out which of them was taken from the log"}}
	}
	return usage("策略不正确："+zh, what+": "+err.Error(), noHint)
}
