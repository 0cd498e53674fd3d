package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

func trustPinCommand() *cobra.Command {
	var policy, from string
	cmd := &cobra.Command{
		Use:   "pin",
		Short: "核验日志当前状态并记入策略 · Verify the log's present head and keep it in the policy",
		Long: `取得日志当前的头及其证明，按您的信任锚核验，并核验其延续此前每一个固定点，然后记入策略文件。
此后即使历任验证人的密钥全部泄露，也无法改写已固定的日志。
Has the present head of the log proven, verifies it against your anchor and as the
continuation of every former pin, and adds it to the policy. From then on nobody can
rewrite what is pinned, not even with all keys that validators ever had.`,
		Example: "  inkd trust pin --anchor anchor.ink --policy policy.json\n  inkd trust pin --source '公证处公告 2026-07' -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTrustPin(cmd, policy, from)
		},
	}
	cmd.Flags().StringVar(&policy, "policy", "policy.json", "策略文件 · the policy file; made if it is not there")
	cmd.Flags().StringVar(&from, "source", "", "来源说明 · where the pin is from (default: the nodes)")
	addClientFlags(cmd)
	addAnchorFlag(cmd)
	return cmd
}

// pinned is what is printed of a pin.
type pinned struct {
	Policy string `json:"policy"`
	Added  bool   `json:"added"` // false: it was there already
	Pins   int    `json:"pins"`
	Size   uint64 `json:"size"`
	Root   string `json:"root"`
	Date   string `json:"date"`
	Source string `json:"source"`
	Height uint64 `json:"height"`
	Next   string `json:"next_validators_hash"`
}

func runTrustPin(cmd *cobra.Command, path, from string) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	interruptible(cmd)
	ctx := cmd.Context()
	own, err := s.pinnedAnchor(cmd)
	if err != nil {
		return err
	}
	if own == nil {
		return Usage("请指定信任锚文件：固定点须按您自己的信任锚核验", "--anchor: expected your own anchor, which the head is verified against, got none", "--anchor anchor.ink, or anchor.ink in --home")
	}
	if own, err = s.trust(ctx, cmd); err != nil { // of the log that the nodes serve
		return err
	}
	p, there, err := readPolicy(path)
	if err != nil {
		return err
	}
	out := outFile{path: path, force: there}
	if err := out.check(); err != nil {
		return err
	}
	if from == "" {
		from = strings.Join(s.nodes.urls, ",")
	}
	var pin verify.Pin
	if _, err := soon(ctx, func() (*bundle.Bundle, error) {
		pin, err = prove.Pin(ctx, s.source(), from, prove.Options{Anchor: own.anchor, Pins: p.Pins})
		return nil, err
	}); err != nil {
		return pinError(err)
	}
	had := len(p.Pins)
	p, err = withPin(p, pin)
	if err != nil {
		return err
	}
	if len(p.Pins) > had {
		if err := out.write(p.JSON()); err != nil {
			return err
		}
	}
	return s.printPin(cmd, path, pin, len(p.Pins), len(p.Pins) > had)
}

// readPolicy is the policy of a file, and whether there is one.
func readPolicy(path string) (verify.Policy, bool, error) {
	b, err := readBounded(path, verify.MaxPolicyBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return verify.Policy{}, false, nil
	}
	if err != nil {
		return verify.Policy{}, false, File("无法读取策略文件", "the policy", err, "")
	}
	p, err := verify.ParsePolicy(b)
	if err != nil {
		return p, true, badPolicy(path, err)
	}
	return p, true, nil
}

// withPin adds a pin, unless one of the same size is there.
func withPin(p verify.Policy, pin verify.Pin) (verify.Policy, error) {
	for _, had := range p.Pins {
		if had.Size == pin.Size && had.Root == pin.Root && had.NextValidatorsHash != nil {
			return p, nil
		}
	}
	p.Pins = append(p.Pins, pin)
	if _, err := verify.ParsePolicy(p.JSON()); err != nil {
		return p, badPolicy("the pin", err)
	}
	return p, nil
}

func (s *session) printPin(cmd *cobra.Command, path string, pin verify.Pin, pins int, added bool) error {
	what := "已记入 · added"
	if !added {
		what = "此前已有 · it was there already"
	}
	out := pinned{path, added, pins, pin.Size, hexOf(pin.Root[:]), pin.Date, pin.Source, pin.Height, hexOf(pin.NextValidatorsHash[:])}
	return s.print(cmd, out, []row{
		{"固定点", "pin", what},
		{"日志条数", "size of the log", strconv.FormatUint(out.Size, 10)},
		{"根", "root", out.Root},
		{"日期（区块头时间）", "date, of the header", out.Date},
		{"来源", "source", out.Source},
		{"高度", "height", strconv.FormatUint(out.Height, 10)},
		{"其后验证人集合", "next validator set", out.Next},
		{"策略文件", "policy", fmt.Sprintf("%s（%d 个固定点 · %d pins）", path, pins, pins)},
	})
}

// pinError says of a contradiction what it means.
func pinError(err error) error {
	if !errors.Is(err, prove.ErrPins) {
		return explained(err)
	}
	return &Error{
		Exit: ExitRefused, Code: "pins", Cause: err,
		Zh:   "节点的日志与此前的固定点不一致，未记入（" + err.Error() + "）",
		En:   "the node's log is not the one that was pinned; nothing was added: " + err.Error(),
		Hint: "a node that is behind, or a log that was rewritten: ask nodes of other institutions with --node, and keep the policy as evidence",
	}
}
