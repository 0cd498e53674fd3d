package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// bundleFlags are what a user says of a bundle.
type bundleFlags struct {
	out                    outFile
	shown                  shownContent
	noSubmission, noLatest bool
	pinSizes               []uint
}

func bundleCommand() *cobra.Command {
	f := &bundleFlags{out: outFile{magic: bundle.Magic}}
	cmd := &cobra.Command{
		Use:   "bundle NUMBER|SEQ",
		Short: "制作证明包，任何人可离线核验 · Make the bundle that anybody can verify offline",
		Long: `证明包含条目及其证明、历任验证人、提交人签名、至今状态；给出存证密钥文件或审查副本时，
另含公开部分与数据项。写出之前先行核验；密钥从不写入。
The bundle holds the entry with its proofs, the chain of validator sets, the submitter's
signature and what is known as of now; with the opening file or a review copy also the
public part and items. It is verified before it is written. The secret is never in it:
whoever has the bundle can show what it shows, and no more.`,
		Example: `  inkd evidence bundle CZ20260000000000427 --opening 数据.csv.inkopen --out 证据.ink
  inkd evidence bundle CZ20260000000000427 --review 数据.inkreview --items 0,3-7 --private
  inkd evidence bundle 42 --no-submission --no-latest --anchor anchor.ink`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runBundle(cmd, args[0], f)
		},
	}
	s := cmd.Flags()
	s.StringVar(&f.out.path, "out", "", "证明包文件 · the file to write (default: NUMBER.ink)")
	s.BoolVar(&f.out.force, "force", false, "覆盖已有的同类文件 · replace the file if it is there and of the same kind")
	addShownFlags(cmd, &f.shown)
	s.BoolVar(&f.noSubmission, "no-submission", false, "不含交易：由谁签名即为验证人所述 · without the transaction: who signed is then the validators' word")
	s.BoolVar(&f.noLatest, "no-latest", false, "不含至今状态：只证明存证本身 · nothing about now: only the deposit itself")
	s.UintSliceVar(&f.pinSizes, "pin-size", nil, "另为这些固定点的大小附上证明 · with proofs for pins of these sizes, too")
	addClientFlags(cmd)
	addAnchorFlag(cmd)
	return cmd
}

// bundled is what is printed of a bundle.
type bundled struct {
	Bundle       string `json:"bundle"`
	Bytes        int    `json:"bytes"`
	Number       string `json:"number,omitempty"`
	Seq          uint64 `json:"seq"`
	Height       uint64 `json:"height"`
	BlockTime    string `json:"block_time"`
	ProvenTime   string `json:"proven_time"`
	OriginProven bool   `json:"origin_proven"`
	AsOf         string `json:"as_of,omitempty"`
	// What is inside.
	Blocks      int    `json:"blocks"`
	Entries     int    `json:"entries"`
	States      int    `json:"states"`
	Transaction bool   `json:"transaction"`
	Siblings    uint64 `json:"sibling_messages"`
	Content     bool   `json:"content"`
	Private     bool   `json:"private"`
	ItemsShown  int    `json:"items_shown"`
	Items       uint64 `json:"items,omitempty"`
	// NotChecked are checks that the bundle gives no occasion for.
	NotChecked        []string `json:"not_checked"`
	CheckedAgainst    string   `json:"checked_against"`
	AnchorFingerprint string   `json:"anchor_fingerprint"`
	Verify            string   `json:"verify"`
}

func runBundle(cmd *cobra.Command, what string, f *bundleFlags) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	if err := f.shown.check(); err != nil {
		return err
	}
	interruptible(cmd)
	ctx := cmd.Context()
	if f.out.path == "" {
		f.out.path = what + ".ink"
	}
	f.out.inputs = []string{f.shown.opening, f.shown.review}
	if err := f.out.check(); err != nil {
		return err
	}
	e, err := s.subjectOf(ctx, what)
	if err != nil {
		return err
	}
	t, err := s.trust(ctx, cmd)
	if err != nil {
		return explained(err)
	}
	o, err := f.options(e, t)
	if err == nil {
		o.PinSizes, err = s.sizesOfLog(ctx, f.pinSizes)
	}
	if err != nil {
		return err
	}
	b, err := soon(ctx, func() (*bundle.Bundle, error) { return prove.Evidence(ctx, s.source(), e.Seq, o) })
	if err != nil {
		return explained(err)
	}
	v, file, err := t.judged(b)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	if err := f.out.write(file); err != nil {
		return err
	}
	s.bundleNotes(cmd, f, v, b)
	out := newBundled(f.out.path, len(file), b, v, t)
	return s.print(cmd, out, out.rows(t))
}

// options of the writer, for an entry.
func (f *bundleFlags) options(e *logtypes.Entry, t *trust) (prove.Options, error) {
	o := prove.Options{Anchor: t.anchor, Latest: !f.noLatest, Enterprise: true, Submission: !f.noSubmission && e.GetRecord() != nil}
	var err error
	o.Content, o.Items, err = f.shown.read(e)
	return o, err
}

// sizesOfLog are sizes of pins that the log has had.
func (s *session) sizesOfLog(ctx context.Context, pins []uint) ([]uint64, error) {
	if len(pins) == 0 {
		return nil, nil
	}
	head, err := s.log().Head(ctx, &logtypes.QueryHeadRequest{})
	if err != nil {
		return nil, err
	}
	sizes := make([]uint64, len(pins))
	for i, n := range pins {
		if sizes[i] = uint64(n); n == 0 || sizes[i] > head.Head.Size_ {
			return nil, Usage(fmt.Sprintf("日志没有该大小：%d", n), fmt.Sprintf("--pin-size: expected a size of the log from 1 to %d, got %d", head.Head.Size_, n), "")
		}
	}
	return sizes, nil
}

// bundleNotes tell what a user may not expect.
func (s *session) bundleNotes(cmd *cobra.Command, f *bundleFlags, v verify.Verdict, b *bundle.Bundle) {
	if v.Statement.Siblings > 0 {
		s.note(cmd, fmt.Sprintf("注意：所附交易另含 %d 条消息，一并可见", v.Statement.Siblings),
			fmt.Sprintf("note: the transaction inside shows %d other messages, too; --no-submission leaves it out", v.Statement.Siblings))
	}
	if v.Statement.Seq != 0 && !v.Statement.OriginProven {
		s.note(cmd, "注意：节点没有存证当时的证明，仅证明不晚于所示时间", "note: the nodes have no proof of the entry's own block: height and date are the validators' word; a node with a full archive has it")
	}
	if n := uint64(len(b.Items)); b.Content != nil && f.shown.items == "" && n < v.Statement.Items {
		s.note(cmd, fmt.Sprintf("注意：证明包只示 %d 项中的 %d 项，整份文件无法与之比对，只能比对所示各项；--items 选择数据项", v.Statement.Items, n),
			fmt.Sprintf("warning: only %d of %d items are shown: the whole file cannot be compared with this bundle, only the shown items by themselves; --items chooses", n, v.Statement.Items))
	}
}

func newBundled(path string, size int, b *bundle.Bundle, v verify.Verdict, t *trust) *bundled {
	st := v.Statement
	out := &bundled{
		Bundle: path, Bytes: size, Number: st.Number, Seq: st.Seq, Height: st.Height, BlockTime: stamp(uint64(st.BlockStamp)),
		ProvenTime: stamp(uint64(st.ProvenTime)), OriginProven: st.OriginProven, AsOf: stamp(uint64(st.AsOf)),
		Blocks: len(b.Blocks), Entries: len(b.Entries), States: len(b.States), Transaction: b.Submission != nil, Siblings: st.Siblings,
		Content: b.Content != nil, Private: b.Content != nil && b.Content.Private != nil, ItemsShown: len(b.Items), Items: st.Items,
		NotChecked: []string{}, CheckedAgainst: t.source(), AnchorFingerprint: t.fingerprint(), Verify: verifyLine(path, b, t),
	}
	for _, c := range v.Checks {
		if c.Status == verify.NotChecked {
			out.NotChecked = append(out.NotChecked, c.Code)
		}
	}
	return out
}

// verifyLine is the command that verifies a bundle.
func verifyLine(path string, b *bundle.Bundle, t *trust) string {
	line := "inkd verify " + quoted(path)
	if len(b.Items) > 0 {
		line += " FILE"
	}
	anchor := "anchor.ink"
	if t.own() {
		anchor = quoted(t.path)
	}
	return line + " --anchor " + anchor
}

func (b *bundled) rows(t *trust) []row {
	asOf := beijing(b.AsOf)
	if asOf == "" {
		asOf = "未附 · nothing is said about now"
	}
	return []row{
		{"证明包", "bundle", fmt.Sprintf("%s（%d bytes）", b.Bundle, b.Bytes)},
		{"数据存证编号", "number", b.Number},
		{"日志序号", "seq", fmt.Sprint(b.Seq)},
		{"证明时间（不晚于）", "proven no later than", beijing(b.ProvenTime)},
		{"内含", "inside", strings.Join(b.inside(), "；")},
		{"状态截至", "status as of", asOf},
		t.row(),
		{"核验命令", "verify it", b.Verify},
	}
}

// inside names what the bundle shows.
func (b *bundled) inside() []string {
	list := []string{fmt.Sprintf("%d 个条目、%d 个区块头 · %d entries, %d headers", b.Entries, b.Blocks, b.Entries, b.Blocks)}
	if b.Transaction {
		list = append(list, "提交人签名的交易 · the submitter's transaction")
	}
	if b.Content {
		list = append(list, "公开部分 · the public part")
	}
	if b.Private {
		list = append(list, "名称等说明 · the description")
	}
	if b.ItemsShown > 0 {
		list = append(list, fmt.Sprintf("数据项 %d/%d · %d of %d items", b.ItemsShown, b.Items, b.ItemsShown, b.Items))
	}
	return list
}

// numberOfEntry is the number that goes with an entry, if it has one.
func numberOfEntry(e *logtypes.Entry) string {
	if e.GetRecord() == nil {
		return ""
	}
	n, _ := format.EvidenceNumber(e.Seq, e.BlockTime)
	return n
}
