package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/types/query"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

func institutionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "institution",
		Short: "机构：提案、表决、查看、换钥、在线率 · Institutions: propose, vote, show, rotate a key, uptime",
		Long: `联盟自治：任何机构（包括中心）都不能单独决定谁运行本链、运行什么。
一家机构的运营密钥提出提案（提案即赞成），赞成的权重超过三分之二时，提案立即整体执行。
The consortium governs itself: no institution, the center included, decides alone who
runs the chain or what it runs. The operator of one proposes, which is an approval; as
soon as more than 2/3 of the power approve, everything in the proposal is carried out
together, or nothing of it.`,
		Example: `  inkd institution show
  inkd institution propose power 3 20 --from center-operator
  inkd institution approve 7 --from court-operator`,
		RunE: client.ValidateCmd,
	}
	cmd.AddCommand(institutionProposeCommand(), institutionVoteCommand(true), institutionVoteCommand(false),
		institutionShowCommand(), rotateKeyCommand(), publishDigestCommand(), uptimeCommand())
	return cmd
}

// pageLimit is the most that the chain answers at once.
const pageLimit = 100

// allPages asks for one page after the other.
func allPages[T any](ask func(page *query.PageRequest) ([]T, *query.PageResponse, error)) ([]T, error) {
	var all []T
	page := &query.PageRequest{Limit: pageLimit}
	for {
		some, next, err := ask(page)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if next == nil || len(next.NextKey) == 0 {
			return all, nil
		}
		page = &query.PageRequest{Limit: pageLimit, Key: next.NextKey}
	}
}

// institutions are all of them, by id.
func (s *session) institutions(ctx context.Context) ([]consortiumtypes.Institution, error) {
	return allPages(func(page *query.PageRequest) ([]consortiumtypes.Institution, *query.PageResponse, error) {
		res, err := s.consortium().Institutions(ctx, &consortiumtypes.QueryInstitutionsRequest{Pagination: page})
		if err != nil {
			return nil, nil, err
		}
		return res.Institutions, res.Pagination, nil
	})
}

// institution is one of them, by what the user typed.
func (s *session) institution(ctx context.Context, text string) (consortiumtypes.Institution, error) {
	id, err := parseID("机构编号", "ID", text)
	if err != nil {
		return consortiumtypes.Institution{}, err
	}
	res, err := s.consortium().Institution(ctx, &consortiumtypes.QueryInstitutionRequest{Id: id})
	if err != nil {
		return consortiumtypes.Institution{}, addHint(err, "list them: inkd institution show")
	}
	return res.Institution, nil
}

// parseID reads a number from 1; zh and en name it.
func parseID(zh, en, text string) (uint64, error) {
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil || id == 0 {
		return 0, Usage(zh+"不正确："+text, fmt.Sprintf("%s: expected a number from 1, got %q", en, text), "")
	}
	return id, nil
}
