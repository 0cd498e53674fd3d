package cli

import (
	"bytes"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/format/recipe"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

func certReviewCommand() *cobra.Command {
	var stage, copyFile, original string
	var check bool
	cmd := &cobra.Command{
		Use:   "review CERT",
		Short: "核对审查副本并审核通过 · Check the review copy against the chain and approve",
		Long: `先核对审查副本与链上承诺值；不符则不发送，应以 commitment-mismatch 驳回。
The copy must lead to the commitment on chain, or nothing is sent. With --file the
original's items are digested and compared with those shown. What the content means
is for the reviewer to judge: the chain only knows that it is unchanged.`,
		Example: `  inkd cert review 431 --stage initial --copy 数据.inkreview --check-only
  inkd cert review 431 --stage initial --copy 数据.inkreview --file 数据.csv --from center-reviewer-1
  inkd cert review 431 --stage final --copy 数据.inkreview --from center-reviewer-2`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runReview(cmd, args[0], stage, copyFile, original, check)
		},
	}
	f := cmd.Flags()
	f.StringVar(&stage, "stage", "", "initial 初审 or final 复审")
	f.StringVar(&copyFile, "copy", "", "审查副本 · the review copy (*.inkreview)")
	f.StringVar(&original, "file", "", "原件，用于核对所示数据项 · the original file or directory, to compare the items shown")
	f.BoolVar(&check, "check-only", false, "只核对，不发送 · check only, approve nothing")
	_ = cmd.MarkFlagRequired("copy")
	_ = cmd.RegisterFlagCompletionFunc("stage", cobra.FixedCompletions([]string{"initial", "final"}, cobra.ShellCompDirectiveNoFileComp))
	addTxFlags(cmd)
	return cmd
}

// reviewed is what a reviewer sees of a copy that fits.
type reviewed struct {
	CertSeq        uint64         `json:"cert_seq"`
	EvidenceNumber string         `json:"evidence_number"`
	Title          string         `json:"title"`
	Summary        string         `json:"summary"`
	Source         string         `json:"source"`
	Recipe         string         `json:"recipe"`
	Count          uint64         `json:"count"`
	TotalSize      uint64         `json:"total_size"`
	Items          []reviewedItem `json:"items"`
	FileCompared   bool           `json:"file_compared"`
	Approved       *certDone      `json:"approved"`
}

type reviewedItem struct {
	Index  uint64 `json:"index"`
	Label  string `json:"label"`
	Size   uint64 `json:"size"`
	SHA256 string `json:"sha256"`
	SM3    string `json:"sm3"`
}

func runReview(cmd *cobra.Command, id, stageName, copyFile, original string, check bool) error {
	stage, err := parseStage(stageName, check)
	if err != nil {
		return err
	}
	s, err := reviewSession(cmd, check)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	c, err := s.certificate(ctx, id)
	if err != nil {
		return err
	}
	review, public, err := s.checkCopy(ctx, c, copyFile)
	if err != nil {
		return err
	}
	out, err := describe(c, review, public)
	if err != nil {
		return err
	}
	if original != "" {
		if err := compareOriginal(cmd, original, public, review); err != nil {
			return err
		}
		out.FileCompared = true
	}
	if !check {
		if out.Approved, err = s.approve(cmd, c.Certificate.CertSeq, stage); err != nil || out.Approved == nil {
			return err
		}
	}
	return s.print(cmd, out, append(out.rows(), out.Approved.optionalRows()...))
}

func parseStage(name string, check bool) (evidencetypes.ReviewStage, error) {
	switch {
	case name == "initial":
		return evidencetypes.REVIEW_STAGE_INITIAL, nil
	case name == "final":
		return evidencetypes.REVIEW_STAGE_FINAL, nil
	case name == "" && check:
		return evidencetypes.REVIEW_STAGE_UNSPECIFIED, nil
	}
	return 0, Usage("审核阶段不正确："+name, fmt.Sprintf("--stage: expected initial or final, got %q", name), "")
}

// reviewSession needs a key only if something is to be sent.
func reviewSession(cmd *cobra.Command, check bool) (*signedSession, error) {
	if !check {
		return newSignedSession(cmd)
	}
	s, err := newSession(cmd)
	return &signedSession{session: s}, err
}

// checkCopy reads a review copy and proves that it is that of the certificate's
// record: same log, enterprise, kind, index, and the commitment on chain.
func (s *session) checkCopy(ctx context.Context, c *evidencetypes.QueryCertificateResponse, file string) (*opening.Review, format.Public, error) {
	review, err := opening.ReadReview(file)
	if err != nil {
		return nil, format.Public{}, File("无法读取审查副本", "the review copy", err, "")
	}
	public, err := review.Check()
	if err != nil {
		return nil, public, mismatch(err)
	}
	res, err := s.evidence().Record(ctx, &evidencetypes.QueryRecordRequest{Number: c.EvidenceNumber})
	if err != nil {
		return nil, public, err
	}
	logID, err := s.logID(ctx)
	if err != nil {
		return nil, public, err
	}
	r := res.Entry.GetRecord()
	switch {
	case review.LogID != logID:
		err = fmt.Errorf("expected log %x…, got %x…", logID[:8], review.LogID[:8])
	case review.EvidenceSeq != res.Entry.Seq:
		err = fmt.Errorf("expected a copy for record %d, got one for %d", res.Entry.Seq, review.EvidenceSeq)
	case review.EnterpriseID != r.GetEnterpriseId() || review.Kind != uint32(r.GetKind()):
		err = fmt.Errorf("expected enterprise %d and kind %d, got %d and %d", r.GetEnterpriseId(), r.GetKind(), review.EnterpriseID, review.Kind)
	case !bytes.Equal(review.Commitment[:], r.GetCommitment()):
		err = fmt.Errorf("expected commitment %x, got %x", r.GetCommitment(), review.Commitment)
	default:
		return &review, public, nil
	}
	return nil, public, mismatch(err)
}

func mismatch(cause error) error {
	return BadInput("审查副本与链上承诺值不符，未发送", "the review copy does not match the record on chain; nothing was sent", cause,
		"ask the applicant for the right copy, or reject: inkd cert reject CERT --reason commitment-mismatch")
}

// describe shows what a copy says.
func describe(c *evidencetypes.QueryCertificateResponse, review *opening.Review, public format.Public) (*reviewed, error) {
	private, err := format.ParsePrivate(review.Private)
	if err != nil {
		return nil, mismatch(err)
	}
	out := &reviewed{
		CertSeq: c.Certificate.CertSeq, EvidenceNumber: c.EvidenceNumber,
		Title: private.Title, Summary: private.Summary, Source: private.Source,
		Recipe: format.RecipeName(public.Recipe, public.HeaderItems), Count: public.Count(), TotalSize: public.TotalSize,
		Items: []reviewedItem{},
	}
	for _, it := range review.Shown {
		out.Items = append(out.Items, reviewedItem{it.Index, it.Label, it.Size, hexOf(it.SHA256[:]), hexOf(it.SM3[:])})
	}
	return out, nil
}

// compareOriginal cuts the original as the copy says and compares the number of
// items, their size together and the digests of those shown.
func compareOriginal(cmd *cobra.Command, path string, public format.Public, review *opening.Review) error {
	c := content{path: path, recipe: public.Recipe, header: public.HeaderItems, stdin: cmd.InOrStdin()}
	next := 0
	show, done := progress(cmd)
	sum, err := c.scan(cmd.Context(), show, func(it format.Item) error {
		if next == len(review.Shown) || review.Shown[next].Index != it.Index {
			return nil
		}
		want := review.Shown[next].Item
		next++
		if it.Label != want.Label {
			return mismatchOriginal(fmt.Errorf("item %d: expected label %q, got %q", it.Index, want.Label, it.Label))
		}
		if err := want.Digests.Match(it.Digests); err != nil {
			return mismatchOriginal(fmt.Errorf("item %d: %w", it.Index, err))
		}
		return nil
	})
	done()
	if err != nil {
		return err
	}
	if want := (recipe.Summary{Items: public.Items, HeaderItems: public.HeaderItems, TotalSize: public.TotalSize}); sum != want {
		return mismatchOriginal(fmt.Errorf("expected %d items of %d bytes, got %d of %d", want.Items, want.TotalSize, sum.Items, sum.TotalSize))
	}
	return nil
}

func mismatchOriginal(cause error) error {
	return BadInput("原件与审查副本不符，未发送", "the original does not match the review copy; nothing was sent", cause,
		"this may be another version of the file; or reject: inkd cert reject CERT --reason commitment-mismatch")
}

// approve sends the approval; nil if the commit is not waited for.
func (s *signedSession) approve(cmd *cobra.Command, certSeq uint64, stage evidencetypes.ReviewStage) (*certDone, error) {
	r, err := s.act(cmd, &evidencetypes.MsgReviewCertificate{Officer: s.address, CertSeq: certSeq, Stage: stage})
	if err != nil || r.Height == 0 {
		return nil, err
	}
	d, err := s.done(cmd.Context(), certSeq, r)
	return &d, err
}

func (r *reviewed) rows() []row {
	rows := []row{
		{"数据存证编号", "evidence", r.EvidenceNumber},
		{"数据名称", "title", r.Title},
		{"数据摘要", "summary", r.Summary},
		{"数据来源", "source", r.Source},
		{"取证方式", "recipe", r.Recipe},
		{"条数", "count", fmt.Sprint(r.Count)},
		{"数据总量", "total size", fmt.Sprintf("%d bytes", r.TotalSize)},
	}
	for _, it := range r.Items {
		rows = append(rows, row{"数据项", "item", fmt.Sprintf("%d %q %d bytes, SHA-256 %s, SM3 %s", it.Index, it.Label, it.Size, it.SHA256, it.SM3)})
	}
	if r.FileCompared {
		rows = append(rows, row{"原件", "original", "相符 · matches"})
	}
	return append(rows, row{"审查副本", "review copy", "与链上承诺值相符 · matches the commitment on chain"})
}

func (d *certDone) optionalRows() []row {
	if d == nil {
		return nil
	}
	return d.rows()
}
