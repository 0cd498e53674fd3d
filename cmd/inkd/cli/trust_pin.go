package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

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
rewrite what is pinned, not even with all keys that validators ever had.

--node 所列的每个节点都会被单独询问，答案须一致；宜为不同机构的节点。自称同一节点的地址均会询问，只计一次。
Every node of --node is asked by itself, and their answers must be equal: name nodes of
several institutions. URLs that claim to be one node are all asked, and counted once.`,
		Example: "  inkd trust pin --anchor anchor.ink --policy policy.json --node tcp://a:26657,tcp://b:26657\n  inkd trust pin --source '公证处公告 2026-07' -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTrustPin(cmd, policy, from)
		},
	}
	cmd.Flags().StringVar(&policy, "policy", "policy.json", "策略文件 · the policy file; made if it is not there")
	cmd.Flags().StringVar(&from, "source", "", "来源说明 · where the pin is from (default: the nodes that agreed)")
	addClientFlags(cmd)
	addAnchorFlag(cmd)
	return cmd
}

// pinned is what is printed of a pin.
type pinned struct {
	Policy string      `json:"policy"`
	Added  bool        `json:"added"` // false: it was there already
	Pins   int         `json:"pins"`
	Size   uint64      `json:"size"`
	Root   string      `json:"root"`
	Date   string      `json:"date"`
	Source string      `json:"source"`
	Height uint64      `json:"height"`
	Time   verify.Time `json:"time"` // of the header
	Next   string      `json:"next_validators_hash"`
	heard
	Warnings []string `json:"warnings"` // same-node, one-node, silent-nodes, old-header
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
		return Usage("请指定信任锚文件：固定点须按您自己的信任锚核验", "--anchor: expected your own anchor, which the head is verified against, got none", "--anchor anchor.ink，或将 anchor.ink 放入 --home · --anchor anchor.ink, or anchor.ink in --home")
	}
	if own, err = s.trust(ctx, cmd); err != nil { // of the log that the nodes serve
		return err
	}
	p, there, err := readPolicy(path)
	if err != nil {
		return err
	}
	file := outFile{path: path, force: there}
	if err := file.check(); err != nil {
		return err
	}
	fresh, said, err := s.newPin(ctx, prove.Options{Anchor: own.anchor, Pins: p.Pins})
	if err != nil {
		return pinError(err)
	}
	if fresh.Source = from; from == "" {
		fresh.Source = strings.Join(said.Agreed, ",")
	}
	p, pin, added, err := withPin(p, fresh)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	if added {
		if err := file.write(p.JSON()); err != nil {
			return err
		}
	}
	out := pinned{
		Policy: path, Added: added, Pins: len(p.Pins), Size: pin.Size, Root: hexOf(pin.Root[:]), Date: pin.Date, Source: pin.Source,
		Height: pin.Height, Time: verify.Time(pin.Time), Next: hexOf(pin.NextValidatorsHash[:]), heard: said, Warnings: s.pinWarnings(cmd, fresh, said, time.Now()),
	}
	return s.print(cmd, out, out.rows())
}

// newPin has the head proven, and then asks every node by itself for that height.
func (s *session) newPin(ctx context.Context, o prove.Options) (pin verify.Pin, said heard, err error) {
	var h *bundle.Header
	if _, err = soon(ctx, func() (*bundle.Bundle, error) {
		pin, h, err = prove.PinWithHeader(ctx, s.source(), "", o)
		return nil, err
	}); err != nil {
		return pin, said, err
	}
	nodes, err := lightNodes(eachOnce(s.nodes.urls))
	if err != nil {
		return pin, said, err
	}
	of, same := alike(ctx, nodes)
	said, err = heardOf(ctx, nodes, of, h)
	said.same = same
	return pin, said, err
}

// readPolicy is the policy of a file, and whether there is one.
func readPolicy(path string) (verify.Policy, bool, error) {
	b, err := ReadBounded(path, verify.MaxPolicyBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return verify.Policy{}, false, nil
	}
	if err != nil {
		return verify.Policy{}, false, File("无法读取策略文件", "the policy", err, "")
	}
	p, err := verify.ParsePolicy(b)
	if err != nil {
		return p, true, policyFile.unusable("--policy", path, b, err)
	}
	return p, true, nil
}

// withPin adds a pin, unless one of the same size is there; that one is returned then,
// with its own source.
func withPin(p verify.Policy, pin verify.Pin) (out verify.Policy, kept verify.Pin, added bool, err error) {
	for _, had := range p.Pins {
		if had.Size == pin.Size && had.Root == pin.Root && had.NextValidatorsHash != nil {
			return p, had, false, nil
		}
	}
	p.Pins = append(p.Pins, pin)
	if _, err := verify.ParsePolicy(p.JSON()); err != nil {
		return p, pin, false, BadInput("该固定点无法记入", "the pin", err, "")
	}
	return p, pin, true, nil
}

func (p *pinned) rows() []row {
	what := "已记入 · added"
	if !p.Added {
		what = "此前已有 · it was there already"
	}
	return []row{
		{"固定点", "pin", what},
		{"日志条数", "size of the log", strconv.FormatUint(p.Size, 10)},
		{"根", "root", p.Root},
		{"日期（区块头时间）", "date, of the header", beijing(p.Date)},
		{"来源", "source", p.Source},
		{"说法一致的节点", "nodes that agree", strings.Join(p.Agreed, ", ")},
		{"高度", "height", strconv.FormatUint(p.Height, 10)},
		{"其后验证人集合", "next validator set", p.Next},
		{"策略文件", "policy", fmt.Sprintf("%s（%d 个固定点 · %d pins）", p.Policy, p.Pins, p.Pins)},
	}
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
		Hint: "节点落后，或日志被改写：请以 --node 询问其他机构的节点，并保留策略文件为证据 · a node that is behind, or a log that was rewritten: ask nodes of other institutions with --node, and keep the policy as evidence",
	}
}
