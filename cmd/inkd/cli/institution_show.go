package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

func institutionShowCommand() *cobra.Command {
	var proposal uint64
	var list bool
	var status string
	cmd := &cobra.Command{
		Use:   "show [ID]",
		Short: "查看机构、权重、提案 · Show the institutions, one of them, or proposals",
		Example: `  inkd institution show
  inkd institution show 3 -o json
  inkd institution show --proposal 7
  inkd institution show --proposals --status open`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := newSession(cmd)
			if err != nil {
				return err
			}
			one := cmd.Flags().Changed("proposal")
			switch {
			case one && proposal == 0:
				return Usage("提案编号不正确：0", "--proposal: expected a number from 1, got 0", "list them: inkd institution show --proposals")
			case cmd.Flags().Changed("status") && !list:
				return Usage("--status 只用于 --proposals", "--status: expected --proposals with it", "inkd institution show --proposals --status "+quoted(status))
			case len(args) > 0 && (one || list):
				return Usage("机构编号与 --proposal 不能同时使用", "expected an ID or a proposal, got both", "")
			case one:
				return runShowProposal(cmd, s, proposal)
			case list:
				return runShowProposals(cmd, s, status)
			case len(args) == 1:
				return runShowInstitution(cmd, s, args[0])
			}
			return runShowConsortium(cmd, s)
		},
	}
	cmd.Flags().Uint64Var(&proposal, "proposal", 0, "查看该提案 · this proposal")
	cmd.Flags().BoolVar(&list, "proposals", false, "列出提案 · list the proposals")
	cmd.Flags().StringVar(&status, "status", "", "只列该状态 · only those that are open, executed, failed, rejected or expired")
	cmd.MarkFlagsMutuallyExclusive("proposal", "proposals")
	_ = cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions(proposalStatuses(), cobra.ShellCompDirectiveNoFileComp))
	addClientFlags(cmd)
	return cmd
}

// shownInstitution is an institution as it is printed.
type shownInstitution struct {
	ID         uint64 `json:"id"`
	Name       string `json:"name"`
	KindZh     string `json:"kind_zh"`
	Kind       string `json:"kind"`
	USCC       string `json:"uscc"`
	StandingZh string `json:"standing_zh"`
	Standing   string `json:"standing"`
	// Power as decided, which is that in votes, and its share of all.
	Power uint64 `json:"power"`
	Share string `json:"share"`
	// ConsensusAddress of the key as decided.
	ConsensusAddress string `json:"consensus_address"`
	// SinceHeight of the last admission or readmission.
	SinceHeight uint64 `json:"since_height"`
	// Given is what consensus was given last; null if it is no validator there.
	Given *shownValidator `json:"given"`
	// Waiting: what was decided is not what consensus was given.
	Waiting  bool `json:"waiting"`
	standing consortiumtypes.Standing
}

type shownValidator struct {
	ConsensusAddress string `json:"consensus_address"`
	Power            uint64 `json:"power"`
}

// shownConsortium is what `inkd institution show` prints.
type shownConsortium struct {
	Institutions []shownInstitution `json:"institutions"`
	TotalPower   uint64             `json:"total_power"`
	// Needed is the power that carries a proposal out.
	Needed        uint64           `json:"needed"`
	OpenProposals []*shownProposal `json:"open_proposals"`
	// NextRoutineHeight is the first height at which admissions, powers and keys that
	// wait can be applied.
	NextRoutineHeight uint64 `json:"next_routine_height"`
	Height            int64  `json:"height"`
}

// consortiumNow reads it at one height.
func (s *session) consortiumNow(ctx context.Context) (*shownConsortium, []consortiumtypes.Institution, error) {
	var md metadata.MD
	v, err := s.consortium().Validators(ctx, &consortiumtypes.QueryValidatorsRequest{}, grpc.Header(&md))
	if err != nil {
		return nil, nil, err
	}
	s.atOne(md)
	all, err := s.institutions(ctx)
	if err != nil {
		return nil, nil, err
	}
	out := &shownConsortium{NextRoutineHeight: v.NextRoutineHeight, Height: s.Height}
	for _, in := range all {
		out.TotalPower += in.Power
	}
	out.Needed = needed(out.TotalPower)
	for _, in := range all {
		out.Institutions = append(out.Institutions, newShownInstitution(in, v, out.TotalPower))
	}
	return out, all, nil
}

func newShownInstitution(in consortiumtypes.Institution, v *consortiumtypes.QueryValidatorsResponse, total uint64) shownInstitution {
	kind, standing := kindName(in.Kind), standingName(in)
	out := shownInstitution{
		ID: in.Id, Name: in.Name, KindZh: kind.Zh, Kind: kind.En, USCC: in.Uscc, StandingZh: standing.Zh, Standing: standing.En,
		Power: in.Power, Share: percent(in.Power, total), ConsensusAddress: consensusAddress(in.ConsensusKey),
		SinceHeight: in.SinceHeight, standing: in.Standing, Waiting: slices.Contains(v.Waiting, in.Id),
	}
	for _, given := range v.Validators {
		if given.InstitutionId == in.Id {
			out.Given = &shownValidator{consensusAddress(given.PublicKey), given.Power}
		}
	}
	return out
}

// brief is an institution in one line.
func (i shownInstitution) brief() row {
	line := fmt.Sprintf("%d %s, %s %s", i.ID, i.Name, i.KindZh, i.Kind)
	if i.Power != 0 {
		line += fmt.Sprintf(", 权重 power %d (%s), 节点 validator %s", i.Power, i.Share, i.ConsensusAddress)
	}
	if i.member() {
		line += fmt.Sprintf(", 自高度成为成员 member since height %d", i.SinceHeight)
	}
	if i.Waiting {
		line += ", 等待生效 waits for the validator set"
	}
	return row{i.StandingZh, i.Standing, line}
}

func (i shownInstitution) member() bool { return i.standing == consortiumtypes.STANDING_MEMBER }

func (i shownInstitution) removed() bool { return i.standing == consortiumtypes.STANDING_REMOVED }

// wait says what is decided and not given yet.
func (i shownInstitution) wait(next uint64) string {
	now := "无 none"
	if i.Given != nil {
		now = fmt.Sprintf("权重 power %d, %s", i.Given.Power, i.Given.ConsensusAddress)
	}
	decided := "无 none"
	if i.Power != 0 {
		decided = fmt.Sprintf("权重 power %d, %s", i.Power, i.ConsensusAddress)
	}
	return fmt.Sprintf("%d %s: %s → %s（最早于高度 at height %d at the earliest）", i.ID, i.Name, now, decided, next)
}

func runShowConsortium(cmd *cobra.Command, s *session) error {
	ctx := cmd.Context()
	out, all, err := s.consortiumNow(ctx)
	if err != nil {
		return err
	}
	n := names{}
	for _, in := range all {
		n[in.Id] = in.Name
	}
	if out.OpenProposals, err = s.proposals(ctx, n, consortiumtypes.PROPOSAL_STATUS_OPEN); err != nil {
		return err
	}
	var rows []row
	for _, in := range out.Institutions {
		rows = append(rows, in.brief())
	}
	rows = append(rows, row{"全部权重", "power in all", fmt.Sprintf("%d，通过须 %d needed to decide", out.TotalPower, out.Needed)})
	for _, in := range out.Institutions {
		if in.Waiting {
			rows = append(rows, row{"等待生效", "waits for the validator set", in.wait(out.NextRoutineHeight)})
		}
	}
	for _, p := range out.OpenProposals {
		rows = append(rows, p.brief())
	}
	if len(out.OpenProposals) == 0 {
		rows = append(rows, row{"表决中的提案", "open proposals", "没有 · none"})
	}
	return s.print(cmd, out, rows)
}

// shownMember is one institution with what only its own page shows.
type shownMember struct {
	shownInstitution
	OperatorKeyID   uint64 `json:"operator_key_id"`
	OperatorAddress string `json:"operator_address"`
	// OperatorRetired: the institution was removed, its key signs nothing any more.
	OperatorRetired bool           `json:"operator_retired"`
	ConsensusKey    string         `json:"consensus_key"`
	Officers        []shownOfficer `json:"officers"`
}

type shownOfficer struct {
	ID        uint64   `json:"id"`
	KeyID     uint64   `json:"key_id"`
	Roles     []string `json:"roles"`
	Dismissed bool     `json:"dismissed"`
}

func runShowInstitution(cmd *cobra.Command, s *session, text string) error {
	ctx := cmd.Context()
	in, err := s.institution(ctx, text)
	if err != nil {
		return err
	}
	now, _, err := s.consortiumNow(ctx)
	if err != nil {
		return err
	}
	out := shownMember{OperatorKeyID: in.OperatorKeyId, ConsensusKey: s.keyJSON(in.ConsensusKey), Officers: []shownOfficer{}}
	for _, i := range now.Institutions {
		if i.ID == in.Id {
			out.shownInstitution = i
		}
	}
	out.OperatorRetired = out.removed()
	if out.OperatorAddress, err = s.addressOfKey(ctx, in.OperatorKeyId); err != nil {
		return err
	}
	if out.Officers, err = s.officersOf(ctx, in.Id); err != nil {
		return err
	}
	return s.print(cmd, out, out.rows(now))
}

func (m shownMember) rows(now *shownConsortium) []row {
	operator := fmt.Sprintf("key %d, %s", m.OperatorKeyID, m.OperatorAddress)
	if m.OperatorRetired {
		operator += "（已停用 retired）"
	}
	rows := []row{
		{"机构编号", "institution", fmt.Sprint(m.ID)},
		{"名称", "name", m.Name},
		{"类型", "kind", m.KindZh + " · " + m.Kind},
		{"统一社会信用代码", "uscc", m.USCC},
		{"状态", "standing", m.StandingZh + " · " + m.Standing},
		{"权重", "power", fmt.Sprintf("%d / %d (%s)", m.Power, now.TotalPower, m.Share)},
		{"节点地址", "validator address", m.ConsensusAddress},
		{"共识公钥", "consensus key", m.ConsensusKey},
		{"运营密钥", "operator", operator},
	}
	if m.member() {
		rows = append(rows, row{"自高度成为成员", "member since height", fmt.Sprint(m.SinceHeight)})
	}
	if m.Waiting {
		rows = append(rows, row{"等待生效", "waits for the validator set", m.wait(now.NextRoutineHeight)})
	}
	for _, o := range m.Officers {
		value := fmt.Sprintf("%d, key %d, %v", o.ID, o.KeyID, o.Roles)
		if o.Dismissed {
			value += " 已免职 dismissed"
		}
		rows = append(rows, row{"经办人", "officer", value})
	}
	return rows
}

func (s *session) addressOfKey(ctx context.Context, id uint64) (string, error) {
	res, err := s.consortium().Key(ctx, &consortiumtypes.QueryKeyRequest{Id: id})
	if err != nil {
		return "", err
	}
	key, err := res.Key.PublicKey.CryptoKey()
	if err != nil {
		return "", internal(err)
	}
	return sdk.AccAddress(key.Address()).String(), nil
}

func (s *session) officersOf(ctx context.Context, institution uint64) ([]shownOfficer, error) {
	all, err := allPages(func(page *query.PageRequest) ([]consortiumtypes.Officer, *query.PageResponse, error) {
		res, err := s.consortium().Officers(ctx, &consortiumtypes.QueryOfficersRequest{Pagination: page})
		if err != nil {
			return nil, nil, err
		}
		return res.Officers, res.Pagination, nil
	})
	out := []shownOfficer{}
	for _, o := range all {
		if o.InstitutionId != institution {
			continue
		}
		shown := shownOfficer{ID: o.Id, KeyID: o.KeyId, Dismissed: o.Dismissed}
		for _, r := range o.Roles {
			shown.Roles = append(shown.Roles, enumWord(r.String(), "ROLE_"))
		}
		out = append(out, shown)
	}
	return out, err
}
