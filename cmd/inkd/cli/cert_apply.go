package cli

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

func certApplyCommand() *cobra.Command {
	var decline, consent bool
	cmd := &cobra.Command{
		Use:   "apply NUMBER",
		Short: "申请存证证书 · Apply for a certificate of a record",
		Long: `签发证书时将在链上公开该存证的公开部分（根哈希、条数、总量、取证方式、产生时间）；
取证方式为 file 时还公开文件摘要，除非 --decline-item。须同意方可申请。
With the issue the public part goes on chain, and for recipe file the digests of the
file unless declined. The application needs your consent to that.`,
		Example: "  inkd cert apply CZ20260000000000427 --from demo-employee\n  inkd cert apply CZ20260000000000427 --from demo-employee --yes-publish --decline-item",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runApply(cmd, args[0], decline, consent)
		},
	}
	cmd.Flags().BoolVar(&decline, "decline-item", false, "不公开文件摘要 · do not disclose the file's digests")
	cmd.Flags().BoolVar(&consent, "yes-publish", false, "同意签发时公开公开部分 · consent to the publication with the issue")
	addTxFlags(cmd)
	return cmd
}

func runApply(cmd *cobra.Command, number string, decline, consent bool) error {
	seq, err := evidenceSeq(number, "", format.Hash{})
	if err != nil {
		return err
	}
	if err := askConsent(cmd, consent); err != nil {
		return err
	}
	s, err := newSignedSession(cmd)
	if err != nil {
		return err
	}
	// The number's year and check digit say that it is this record that is meant.
	if _, err := s.evidence().Record(cmd.Context(), &evidencetypes.QueryRecordRequest{Number: number}); err != nil {
		return err
	}
	r, err := s.act(cmd, &evidencetypes.MsgApplyCertificate{
		Applicant: s.address, EvidenceSeq: seq, ConsentToPublish: true, DeclineItem: decline,
	})
	if err != nil || r.Height == 0 {
		return err
	}
	var resp evidencetypes.MsgApplyCertificateResponse
	if err := decodeResponse(r, 0, &resp); err != nil {
		return err
	}
	return s.finish(cmd, resp.CertSeq, r)
}

// askConsent asks on a terminal; elsewhere the flag has to say it.
func askConsent(cmd *cobra.Command, given bool) error {
	if given {
		return nil
	}
	if !isTerminalIn(cmd.InOrStdin()) {
		return Usage("须同意签发时公开公开部分", "expected your consent to the publication with the issue, got none", "--yes-publish")
	}
	fmt.Fprint(cmd.ErrOrStderr(), "签发证书时将在链上公开公开部分，不可撤回。同意请输入 yes · The issue publishes the public part for ever. Type yes to consent: ")
	line, _ := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
	if strings.TrimSpace(line) != "yes" {
		return Usage("未同意，未申请", "no consent was given; nothing was sent", "")
	}
	return nil
}
