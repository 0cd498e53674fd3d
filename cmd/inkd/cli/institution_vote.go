package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

func institutionVoteCommand(approve bool) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "approve N",
		Short: "赞成提案；超过三分之二即执行 · Approve a proposal; more than 2/3 carry it out",
		Long: `决定之前可以改变选择。先看清楚：inkd institution show --proposal N
Until the decision the choice may be changed. Look first: inkd institution show --proposal N`,
		Example: "  inkd institution approve 7 --from court-operator",
		Args:    cobra.ExactArgs(1),
	}
	choice := consortiumtypes.VOTE_CHOICE_APPROVE
	if !approve {
		choice = consortiumtypes.VOTE_CHOICE_REJECT
		cmd.Use = "reject N"
		cmd.Short = "反对提案 · Reject a proposal"
		cmd.Example = "  inkd institution reject 7 --from court-operator"
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return runVote(cmd, args[0], choice, yes)
	}
	addYesFlag(cmd, &yes)
	addTxFlags(cmd)
	return cmd
}

func runVote(cmd *cobra.Command, text string, choice consortiumtypes.VoteChoice, yes bool) error {
	id, err := parseID("提案编号", "N", text)
	if err != nil {
		return err
	}
	s, err := newSignedSession(cmd)
	if err != nil {
		return err
	}
	shown, err := s.proposal(cmd.Context(), id)
	if err != nil {
		return err
	}
	rows := append([]row{{"表决", "vote", choiceName(choice).String()}}, shown.rows()...)
	if err := s.confirm(cmd, yes, rows); err != nil {
		return err
	}
	r, err := s.actForInstitution(cmd, &consortiumtypes.MsgVote{Operator: s.address, ProposalId: id, Choice: choice})
	if err != nil || r.Height == 0 {
		return err
	}
	var resp consortiumtypes.MsgVoteResponse
	if err := decodeResponse(r, 0, &resp); err != nil {
		return err
	}
	return s.finishVote(cmd, id, resp.Status, shown.Messages, r)
}

// voted is what is printed of a proposal or a vote: what it brought about.
type voted struct {
	shownProposal
	// Outcome is a sentence of what this vote brought about.
	Outcome     said   `json:"outcome"`
	TxHash      string `json:"tx_hash"`
	Height      int64  `json:"height"`
	BlockTime   string `json:"block_time"`
	CommittedMs int64  `json:"committed_ms"`
}

// finishVote reads the proposal back as it was after the block and says what the
// vote brought about. The messages are those shown before: they tell the old values.
// A proposal that failed is an error, after it was printed: nothing was changed.
func (s *signedSession) finishVote(cmd *cobra.Command, id uint64, status consortiumtypes.ProposalStatus, before []shownMessage, r *Receipt) error {
	shown, err := s.proposalAfter(cmd.Context(), id, status)
	if err != nil {
		return err
	}
	if len(before) == len(shown.Messages) && shown.status != consortiumtypes.PROPOSAL_STATUS_OPEN {
		for i := range before {
			if len(before[i].Changes) > 0 {
				shown.Messages[i].Changes, shown.Messages[i].Values = before[i].Changes, nil
			}
		}
	}
	v := voted{
		shownProposal: *shown, Outcome: shown.outcome(),
		TxHash: r.TxHash, Height: r.Height, BlockTime: stamp(uint64(r.BlockTime.UnixNano())), CommittedMs: r.CommittedMs,
	}
	rows := append([]row{{"结果", "outcome", v.Outcome.String()}}, shown.rows()...)
	if err := s.print(cmd, v, append(rows,
		row{"交易哈希", "tx_hash", r.TxHash},
		row{"区块高度", "height", fmt.Sprint(r.Height)},
		row{"用时", "committed_ms", fmt.Sprint(r.CommittedMs)},
	)); err != nil {
		return err
	}
	return shown.failed()
}

// failed is the refusal of a proposal that was decided and could not be carried out;
// nil for others.
func (p *shownProposal) failed() error {
	if p.status != consortiumtypes.PROPOSAL_STATUS_FAILED || p.Failure == nil {
		return nil
	}
	o := p.outcome()
	return &Error{
		Exit: ExitRefused, Code: p.Failure.Code, Zh: "本次表决已入链；提案" + o.Zh, En: "the vote is entered; the proposal was " + o.En,
		Hint: fmt.Sprintf("the proposal is closed, another one has to be made; see it: inkd institution show --proposal %d", p.ID),
	}
}

// proposalAfter waits for a node that has the block: after a change of the node it
// may be one behind.
func (s *session) proposalAfter(ctx context.Context, id uint64, status consortiumtypes.ProposalStatus) (*shownProposal, error) {
	want := proposalStatusName(status).En
	for try := 1; ; try++ {
		shown, err := s.proposal(ctx, id)
		behind := err == nil && shown.Status != want && shown.Status == proposalStatusName(consortiumtypes.PROPOSAL_STATUS_OPEN).En ||
			err != nil && isRefusal(err, consortiumtypes.ErrNotFound)
		if !behind || try == 20 {
			return shown, err
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// outcome says where the proposal stands and what it needs or did.
func (p *shownProposal) outcome() said {
	var zh, en []string
	for _, m := range p.Messages {
		full := m.full()
		zh, en = append(zh, full.Zh), append(en, full.En)
	}
	switch p.status {
	case consortiumtypes.PROPOSAL_STATUS_OPEN:
		return said{
			fmt.Sprintf("仍在表决：赞成权重 %d，共 %d，须达到 %d（超过三分之二）", p.Approving, p.Total, p.Needed),
			fmt.Sprintf("still open: %d of %d power approve, %d needed (more than 2/3)", p.Approving, p.Total, p.Needed),
		}
	case consortiumtypes.PROPOSAL_STATUS_EXECUTED:
		return said{"已通过并执行：" + strings.Join(zh, "；"), "decided and carried out: " + strings.Join(en, "; ")}
	case consortiumtypes.PROPOSAL_STATUS_FAILED:
		return said{"已通过，但执行失败，未做任何变更：" + p.Failure.Zh, "decided, but it failed and nothing was changed: " + p.Failure.En}
	case consortiumtypes.PROPOSAL_STATUS_REJECTED:
		return said{
			fmt.Sprintf("被否决：反对权重 %d，共 %d，其余不可能再超过三分之二", p.Rejecting, p.Total),
			fmt.Sprintf("rejected: %d of %d power reject, the rest is not more than 2/3", p.Rejecting, p.Total),
		}
	}
	return said{"已过期，未做任何变更", "expired; nothing was changed"}
}
