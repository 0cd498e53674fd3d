package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/types/query"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// shownProposal is a proposal as it is printed.
type shownProposal struct {
	ID             uint64         `json:"proposal_id"`
	Title          string         `json:"title"`
	ProposedBy     shownParty     `json:"proposed_by"`
	StatusZh       string         `json:"status_zh"`
	Status         string         `json:"status"`
	DocumentDigest string         `json:"document_digest"`
	ProposedAt     string         `json:"proposed_at"`
	ExpiresAt      string         `json:"expires_at"`
	Messages       []shownMessage `json:"messages"`
	Votes          []shownVote    `json:"votes"`
	// Approving, Rejecting, Total and Needed are in the powers of now.
	Approving     uint64        `json:"approving"`
	Rejecting     uint64        `json:"rejecting"`
	Total         uint64        `json:"total"`
	Needed        uint64        `json:"needed"`
	DecidedHeight uint64        `json:"decided_height"`
	Failure       *shownFailure `json:"failure"`
	status        consortiumtypes.ProposalStatus
	pastDeadline  bool
}

type shownParty struct {
	ID   uint64 `json:"id"`
	Name string `json:"name"`
}

type shownVote struct {
	Institution shownParty `json:"institution"`
	Choice      string     `json:"choice"`
	Height      uint64     `json:"height"`
}

// shownFailure says which message failed, from 1, 0 for the validator set of all.
type shownFailure struct {
	said
	Message uint32 `json:"message"`
	Code    string `json:"code"`
}

// proposal reads a proposal for printing.
func (s *session) proposal(ctx context.Context, id uint64) (*shownProposal, error) {
	res, err := s.consortium().Proposal(ctx, &consortiumtypes.QueryProposalRequest{Id: id})
	if err != nil {
		return nil, addHint(err, "list them: inkd institution show --proposals")
	}
	n, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	out, err := s.showProposal(ctx, n, res.Proposal)
	if err != nil {
		return nil, err
	}
	out.Approving, out.Rejecting, out.Total, out.Needed = res.Approving, res.Rejecting, res.Total, needed(res.Total)
	return out, nil
}

// showProposal leaves out the powers, which only the query for one proposal counts.
func (s *session) showProposal(ctx context.Context, n names, p consortiumtypes.Proposal) (*shownProposal, error) {
	status := proposalStatusName(p.Status)
	out := &shownProposal{
		ID: p.Id, Title: p.Title, ProposedBy: shownParty{p.InstitutionId, n[p.InstitutionId]},
		StatusZh: status.Zh, Status: status.En, DocumentDigest: hexOf(p.DocumentDigest),
		ProposedAt: stamp(p.ProposedAt), ExpiresAt: stamp(p.ExpiresAt), DecidedHeight: p.DecidedHeight,
		Messages: []shownMessage{}, Votes: []shownVote{}, status: p.Status,
	}
	open := p.Status == consortiumtypes.PROPOSAL_STATUS_OPEN
	out.pastDeadline = open && time.Now().UnixNano() > int64(p.ExpiresAt)
	for _, a := range p.Messages {
		m, err := s.showMessage(ctx, n, a, open)
		if err != nil {
			return nil, err
		}
		out.Messages = append(out.Messages, m)
	}
	for _, v := range p.Votes {
		out.Votes = append(out.Votes, shownVote{shownParty{v.InstitutionId, n[v.InstitutionId]}, choiceName(v.Choice).En, v.Height})
	}
	if p.Failure != nil {
		out.Failure = showFailure(p.Failure)
	}
	return out, nil
}

func showFailure(f *consortiumtypes.Failure) *shownFailure {
	why := Refused(f.Codespace, f.Code, "")
	out := &shownFailure{Message: f.Message, Code: why.Code}
	if f.Message == 0 {
		out.said = said{"各项合起来的验证人集合不被接受：" + why.Zh, "the validator set that all of it together makes is refused: " + why.En}
	} else {
		out.said = said{fmt.Sprintf("第 %d 项：%s", f.Message, why.Zh), fmt.Sprintf("message %d: %s", f.Message, why.En)}
	}
	return out
}

func (p *shownProposal) rows() []row {
	rows := []row{
		{"提案编号", "proposal", fmt.Sprint(p.ID)},
		{"标题", "title", p.Title},
		{"提案机构", "proposed by", fmt.Sprintf("%d %s", p.ProposedBy.ID, p.ProposedBy.Name)},
		{"状态", "status", p.StatusZh + " · " + p.Status},
	}
	rows = append(rows, messageRows(p.Messages)...)
	if p.status == consortiumtypes.PROPOSAL_STATUS_OPEN {
		rows = append(rows, row{"赞成、反对、全部权重", "power approving, rejecting, in all", fmt.Sprintf("%d, %d, %d (%d needed)", p.Approving, p.Rejecting, p.Total, p.Needed)})
	}
	for _, v := range p.Votes {
		rows = append(rows, row{"表决", "vote", fmt.Sprintf("%d %s: %s, height %d", v.Institution.ID, v.Institution.Name, v.Choice, v.Height)})
	}
	if p.Failure != nil {
		rows = append(rows, row{"失败", "failure", p.Failure.String() + " [" + p.Failure.Code + "]"})
	}
	rows = append(rows, row{"佐证文件 SHA-256", "SHA-256 of the document", p.DocumentDigest}, row{"表决截止（链上时间）", "votes count until (block time)", p.ExpiresAt + p.late()})
	if p.DecidedHeight != 0 {
		rows = append(rows, row{"决定高度", "decided at height", fmt.Sprint(p.DecidedHeight)})
	}
	return rows
}

// brief is a proposal in one line.
func (p *shownProposal) brief() row {
	return row{p.StatusZh, p.Status, fmt.Sprintf("%d %s, %s %s", p.ID, p.Title, p.ProposedBy.Name, until(p))}
}

// late marks an open proposal that the next block closes: an idle chain makes none.
func (p *shownProposal) late() string {
	if !p.pastDeadline {
		return ""
	}
	return "（截止已过，待下一区块 · past its deadline by this clock; closed by the next block）"
}

func until(p *shownProposal) string {
	if p.DecidedHeight != 0 {
		return fmt.Sprintf("(height %d)", p.DecidedHeight)
	}
	return "(until block time " + p.ExpiresAt + p.late() + ")"
}

// proposals are those of a status, or all.
func (s *session) proposals(ctx context.Context, n names, status consortiumtypes.ProposalStatus) ([]*shownProposal, error) {
	all, err := allPages(func(page *query.PageRequest) ([]consortiumtypes.Proposal, *query.PageResponse, error) {
		res, err := s.consortium().Proposals(ctx, &consortiumtypes.QueryProposalsRequest{Status: status, Pagination: page})
		if err != nil {
			return nil, nil, err
		}
		return res.Proposals, res.Pagination, nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]*shownProposal, 0, len(all))
	for _, p := range all {
		shown, err := s.showProposal(ctx, n, p)
		if err != nil {
			return nil, err
		}
		out = append(out, shown)
	}
	return out, nil
}

func runShowProposal(cmd *cobra.Command, s *session, id uint64) error {
	p, err := s.proposal(cmd.Context(), id)
	if err != nil {
		return err
	}
	return s.print(cmd, p, p.rows())
}

func proposalStatuses() []string {
	return enumNames(consortiumtypes.ProposalStatus_name, "PROPOSAL_STATUS_")
}

func runShowProposals(cmd *cobra.Command, s *session, status string) error {
	var code int32
	if status != "" {
		var err error
		if code, err = parseEnum("提案状态", "--status", consortiumtypes.ProposalStatus_name, "PROPOSAL_STATUS_", status); err != nil {
			return err
		}
	}
	ctx := cmd.Context()
	n, err := s.names(ctx)
	if err != nil {
		return err
	}
	list, err := s.proposals(ctx, n, consortiumtypes.ProposalStatus(code))
	if err != nil {
		return err
	}
	var rows []row
	for _, p := range list {
		rows = append(rows, p.brief())
	}
	if len(rows) == 0 {
		rows = []row{{"提案", "proposals", strings.TrimSpace("没有 · none " + status)}}
	}
	return s.print(cmd, struct {
		Proposals []*shownProposal `json:"proposals"`
	}{list}, rows)
}
