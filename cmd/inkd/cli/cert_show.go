package cli

import (
	"encoding/binary"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/types/query"

	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// shownCert is a certificate as `inkd cert show` and `list` print it.
type shownCert struct {
	CertSeq         uint64 `json:"cert_seq"`
	Number          string `json:"number"`
	EvidenceNumber  string `json:"evidence_number"`
	EvidenceSeq     uint64 `json:"evidence_seq"`
	EnterpriseID    uint64 `json:"enterprise_id"`
	Applicant       uint64 `json:"applicant"`
	DeclineItem     bool   `json:"decline_item"`
	Status          string `json:"status"`
	State           string `json:"state"`
	InitialReviewer uint64 `json:"initial_reviewer"`
	FinalReviewer   uint64 `json:"final_reviewer"`
	Certifier       uint64 `json:"certifier"`
	Reason          string `json:"reason"`
	IssuedSeq       uint64 `json:"issued_seq"`
	Previous        uint64 `json:"previous"`
	EventCount      uint64 `json:"event_count"`
	LastEventIndex  uint64 `json:"last_event_index"`
}

func newShownCert(res *evidencetypes.QueryCertificateResponse) shownCert {
	c := res.Certificate
	return shownCert{
		CertSeq: c.CertSeq, Number: res.Number, EvidenceNumber: res.EvidenceNumber, EvidenceSeq: c.EvidenceSeq,
		EnterpriseID: c.EnterpriseId, Applicant: c.Applicant, DeclineItem: c.DeclineItem,
		Status: statusWord(c.State), State: stateWord(c.State),
		InitialReviewer: c.InitialReviewer, FinalReviewer: c.FinalReviewer, Certifier: c.Certifier,
		Reason: reasonWord(c.Reason), IssuedSeq: c.IssuedSeq, Previous: c.Previous,
		EventCount: res.Status.EventCount, LastEventIndex: res.Status.LastEventIndex,
	}
}

func certShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show CERT|ZS…",
		Short:   "按证书编号或申请序号查看证书 · Show a certificate by its number or cert_seq",
		Example: "  inkd cert show ZS20260000000000511 -o json\n  inkd cert show 431",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := newSession(cmd)
			if err != nil {
				return err
			}
			height, _ := cmd.Flags().GetInt64(flags.FlagHeight)
			s.Context = s.Context.WithHeight(height)
			res, err := s.certificate(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			c := newShownCert(res)
			return s.print(cmd, c, c.rows())
		},
	}
	addClientFlags(cmd)
	cmd.Flags().Int64(flags.FlagHeight, 0, "在该高度的状态 · the state at this height (default: the latest)")
	return cmd
}

func (c shownCert) rows() []row {
	return []row{
		{"证书编号", "number", c.Number},
		{"申请序号", "cert_seq", fmt.Sprint(c.CertSeq)},
		{"数据存证编号", "evidence", c.EvidenceNumber},
		{"企业编号", "enterprise", fmt.Sprint(c.EnterpriseID)},
		{"状态", "status", c.Status + " · " + c.State},
		{"原因", "reason", c.Reason},
		{"初审、复审、签发人员", "officers of initial review, final review, issue", fmt.Sprintf("%d, %d, %d", c.InitialReviewer, c.FinalReviewer, c.Certifier)},
	}
}

func certListCommand() *cobra.Command {
	var enterprise, from, limit uint64
	var state string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "列出证书与申请 · List certificates and applications",
		Example: "  inkd cert list --state applied\n  inkd cert list --enterprise 1 -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runCertList(cmd, enterprise, state, from, limit)
		},
	}
	f := cmd.Flags()
	f.Uint64Var(&enterprise, "enterprise", 0, "企业编号 · only those of this enterprise")
	f.StringVar(&state, "state", "", "状态 · only those in this state: applied, initially-reviewed, finally-reviewed, issued, rejected, revoked")
	f.Uint64Var(&from, "from-seq", 0, "从该申请序号起 · from this cert_seq on")
	f.Uint64Var(&limit, "limit", 100, "条数上限 · at most so many, up to 100")
	addClientFlags(cmd)
	return cmd
}

// certList is a page of certificates; next is 0 at the end.
type certList struct {
	Certificates []shownCert `json:"certificates"`
	Next         uint64      `json:"next"`
}

func runCertList(cmd *cobra.Command, enterprise uint64, stateName string, from, limit uint64) error {
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	state, err := parseState(stateName)
	if err != nil {
		return err
	}
	page := &query.PageRequest{Limit: limit}
	if from != 0 {
		page.Key = binary.BigEndian.AppendUint64(nil, from)
	}
	ctx := cmd.Context()
	res, err := s.evidence().Certificates(ctx, &evidencetypes.QueryCertificatesRequest{EnterpriseId: enterprise, State: state, Pagination: page})
	if err != nil {
		return err
	}
	out := certList{Certificates: []shownCert{}}
	var rows []row
	for _, c := range res.Certificates {
		full, err := s.certificate(ctx, fmt.Sprint(c.CertSeq))
		if err != nil {
			return err
		}
		shown := newShownCert(full)
		out.Certificates = append(out.Certificates, shown)
		rows = append(rows, row{shown.Status, shown.State, fmt.Sprintf("cert_seq %d, %s, enterprise %d %s %s", shown.CertSeq, shown.EvidenceNumber, shown.EnterpriseID, shown.Number, shown.Reason)})
	}
	if res.Pagination != nil && len(res.Pagination.NextKey) == 8 {
		out.Next = binary.BigEndian.Uint64(res.Pagination.NextKey)
		rows = append(rows, row{"下一页", "next page", fmt.Sprintf("--from-seq %d", out.Next)})
	}
	return s.print(cmd, out, rows)
}

func parseState(name string) (logtypes.CertificateState, error) {
	if name == "" {
		return logtypes.CERTIFICATE_STATE_UNSPECIFIED, nil
	}
	for code := range logtypes.CertificateState_name {
		if s := logtypes.CertificateState(code); code != 0 && stateWord(s) == name {
			return s, nil
		}
	}
	return 0, Usage("没有该状态："+name, fmt.Sprintf("--state: expected applied, initially-reviewed, finally-reviewed, issued, rejected or revoked, got %q", name), "")
}
