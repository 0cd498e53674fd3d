package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func certCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "cert",
		Short:   "存证证书：申请、审核、签发、撤销、查看 · Certificates: apply, review, issue, revoke, show",
		Example: "  inkd cert apply CZ20260000000000427 --from demo-employee --yes-publish\n  inkd cert show ZS20260000000000511",
		RunE:    client.ValidateCmd,
	}
	cmd.AddCommand(certApplyCommand(), certReviewCommand(), certIssueCommand(), certRejectCommand(),
		certRevokeCommand(), certShowCommand(), certListCommand())
	return cmd
}

// certDone is what is printed of an act on a certificate.
type certDone struct {
	CertSeq        uint64 `json:"cert_seq"`
	Number         string `json:"number"`
	EvidenceNumber string `json:"evidence_number"`
	Status         string `json:"status"`
	State          string `json:"state"`
	TxHash         string `json:"tx_hash"`
	Height         int64  `json:"height"`
	BlockTime      string `json:"block_time"`
	CommittedMs    int64  `json:"committed_ms"`
	// CertificateFile is set by an issue.
	CertificateFile string `json:"certificate_file,omitempty"`
}

func (d certDone) rows() []row {
	return []row{
		{"证书编号", "number", d.Number},
		{"申请序号", "cert_seq", fmt.Sprint(d.CertSeq)},
		{"数据存证编号", "evidence", d.EvidenceNumber},
		{"状态", "status", d.Status + " · " + d.State},
		{"证书字段文件，请妥善保管", "certificate file, keep it safe", d.CertificateFile},
		{"交易哈希", "tx_hash", d.TxHash},
		{"区块高度", "height", fmt.Sprint(d.Height)},
		{"区块记载时间（非证明时间）", "block stamp, not a proven time", beijing(d.BlockTime)},
		{"用时", "committed_ms", fmt.Sprint(d.CommittedMs)},
	}
}

// certificate finds a certificate by its number ZS… or its cert_seq.
func (s *session) certificate(ctx context.Context, id string) (*evidencetypes.QueryCertificateResponse, error) {
	if _, err := strconv.ParseUint(id, 10, 64); err != nil {
		kind, _, _, err := format.ParseNumber(id)
		if err == nil && kind != format.ZS {
			err = fmt.Errorf("expected a number ZS…, got %s", id)
		}
		if err != nil {
			return nil, BadInput("证书编号不正确", "CERT: expected a number ZS… or a cert_seq", err, "")
		}
	}
	return s.evidence().Certificate(ctx, &evidencetypes.QueryCertificateRequest{Id: id})
}

// act sends one message. Without waiting the receipt has height 0, and what was
// sent is printed.
func (s *signedSession) act(cmd *cobra.Command, msg sdk.Msg) (*Receipt, error) {
	r, err := s.sender.Send(cmd.Context(), s.from, msg)
	err = ofOnlyMessage(err)
	if err == nil && r.Height == 0 {
		return r, s.print(cmd, struct {
			TxHash string `json:"tx_hash"`
		}{r.TxHash}, []row{
			{"已发送，尚未上链", "sent, not yet on chain", r.TxHash},
			{"查看结果", "find out", homeInHint(cmd, "inkd query wait-tx "+r.TxHash)},
		})
	}
	return r, err
}

// ofOnlyMessage leaves out which message of the transaction was refused, if it has
// one only: a proposal numbers its own messages.
func ofOnlyMessage(err error) error {
	const which = "message 0: "
	var e *Error
	if !errors.As(err, &e) || e.Exit != ExitRefused {
		return err
	}
	short := *e
	short.Zh, short.En = strings.Replace(e.Zh, which, "", 1), strings.Replace(e.En, which, "", 1)
	return &short
}

// done reads a certificate back after an act.
func (s *signedSession) done(ctx context.Context, certSeq uint64, r *Receipt) (certDone, error) {
	c, err := s.certificate(ctx, fmt.Sprint(certSeq))
	if err != nil {
		return certDone{}, err
	}
	return certDone{
		CertSeq: certSeq, Number: c.Number, EvidenceNumber: c.EvidenceNumber,
		Status: statusWord(c.Certificate.State), State: stateWord(c.Certificate.State),
		TxHash: r.TxHash, Height: r.Height, BlockTime: stamp(uint64(r.BlockTime.UnixNano())), CommittedMs: r.CommittedMs,
	}, nil
}

// finish prints what became of a certificate after an act.
func (s *signedSession) finish(cmd *cobra.Command, certSeq uint64, r *Receipt) error {
	d, err := s.done(cmd.Context(), certSeq, r)
	if err != nil {
		return err
	}
	return s.print(cmd, d, d.rows())
}

// reasonNames are the names of all reasons, in the order of their codes.
func reasonNames() []string {
	codes := make([]int32, 0, len(logtypes.Reason_name))
	for code := range logtypes.Reason_name {
		if code != int32(logtypes.REASON_UNSPECIFIED) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	names := make([]string, 0, len(codes))
	for _, code := range codes {
		names = append(names, reasonWord(uint32(code)))
	}
	return names
}

// reasonWord is the name of a reason, empty for none.
func reasonWord(code uint32) string {
	if code == 0 {
		return ""
	}
	return enumWord(logtypes.Reason(code).String(), "REASON_")
}

func parseReason(name string) (logtypes.Reason, error) {
	for code := range logtypes.Reason_name {
		if code != 0 && reasonWord(uint32(code)) == name {
			return logtypes.Reason(code), nil
		}
	}
	return 0, Usage("没有该原因代码："+name, fmt.Sprintf("--reason: expected a reason code, got %q", name), "reasons: "+strings.Join(reasonNames(), ", "))
}

func addReasonFlag(cmd *cobra.Command, reason *string) {
	cmd.Flags().StringVar(reason, "reason", "", "原因代码 · one of "+strings.Join(reasonNames(), ", "))
	_ = cmd.MarkFlagRequired("reason")
	_ = cmd.RegisterFlagCompletionFunc("reason", cobra.FixedCompletions(reasonNames(), cobra.ShellCompDirectiveNoFileComp))
}

func certRejectCommand() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:     "reject CERT",
		Short:   "审核不通过，给出原因代码 · Reject an application, with a reason code",
		Example: "  inkd cert reject 431 --reason commitment-mismatch --from center-reviewer-1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDecision(cmd, args[0], reason, func(officer string, certSeq uint64, r logtypes.Reason) sdk.Msg {
				return &evidencetypes.MsgRejectCertificate{Officer: officer, CertSeq: certSeq, Reason: r}
			})
		},
	}
	addReasonFlag(cmd, &reason)
	addTxFlags(cmd)
	return cmd
}

func certRevokeCommand() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:     "revoke CERT",
		Short:   "撤销证书，不溯及既往 · Revoke a certificate from this block on",
		Example: "  inkd cert revoke ZS20260000000000511 --reason court-order --from center-certifier",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDecision(cmd, args[0], reason, func(officer string, certSeq uint64, r logtypes.Reason) sdk.Msg {
				return &evidencetypes.MsgRevokeCertificate{Officer: officer, CertSeq: certSeq, Reason: r}
			})
		},
	}
	addReasonFlag(cmd, &reason)
	addTxFlags(cmd)
	return cmd
}

// runDecision sends a decision that has a reason.
func runDecision(cmd *cobra.Command, id, name string, message func(officer string, certSeq uint64, r logtypes.Reason) sdk.Msg) error {
	reason, err := parseReason(name)
	if err != nil {
		return err
	}
	s, err := newSignedSession(cmd)
	if err != nil {
		return err
	}
	c, err := s.certificate(cmd.Context(), id)
	if err != nil {
		return err
	}
	r, err := s.act(cmd, message(s.address, c.Certificate.CertSeq, reason))
	if err != nil || r.Height == 0 {
		return err
	}
	return s.finish(cmd, c.Certificate.CertSeq, r)
}
