package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func (s *session) enterprises() enterprisetypes.QueryClient {
	return enterprisetypes.NewQueryClient(s.Context)
}

func (s *session) evidence() evidencetypes.QueryClient {
	return evidencetypes.NewQueryClient(s.Context)
}

func (s *session) log() logtypes.QueryClient { return logtypes.NewQueryClient(s.Context) }

func (s *session) consortium() consortiumtypes.QueryClient {
	return consortiumtypes.NewQueryClient(s.Context)
}

// isRefusal says whether the chain refused with this error.
func isRefusal(err error, want interface {
	Codespace() string
	ABCICode() uint32
}) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == fmt.Sprintf("%s/%d", want.Codespace(), want.ABCICode())
}

// logID is the identity of the log.
func (s *session) logID(ctx context.Context) (format.Hash, error) {
	head, err := s.log().Head(ctx, &logtypes.QueryHeadRequest{})
	if err != nil {
		return format.Hash{}, err
	}
	if len(head.LogId) != len(format.Hash{}) {
		return format.Hash{}, internal(fmt.Errorf("log_id: expected 32 bytes, got %d", len(head.LogId)))
	}
	return format.Hash(head.LogId), nil
}

// category finds a category by its name among the chain's.
func (s *session) category(ctx context.Context, name string) (uint32, error) {
	res, err := s.enterprises().Params(ctx, &enterprisetypes.QueryParamsRequest{})
	if err != nil {
		return 0, err
	}
	var names []string
	for _, c := range res.Params.Categories {
		if c.Name == name {
			return c.Code, nil
		}
		names = append(names, c.Name+" "+c.Zh)
	}
	for _, c := range res.Former { // who was qualified for it remains so
		if c.Name == name {
			return c.Code, nil
		}
	}
	return 0, Usage("没有该数据类型："+name, fmt.Sprintf("--category: expected a known category, got %q", name), "categories: "+strings.Join(names, ", "))
}

// completeCategory offers the chain's categories, or the six of the platform if
// no node answers.
func completeCategory(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	params := enterprisetypes.DefaultParams()
	if s := sessionOf(cmd); s != nil {
		if res, err := s.enterprises().Params(cmd.Context(), &enterprisetypes.QueryParamsRequest{}); err == nil {
			params = res.Params
		}
	}
	var names []string
	for _, c := range params.Categories {
		names = append(names, c.Name+"\t"+c.Zh)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// chooseEnterprise is the enterprise in whose name a key deposits: the given one,
// or the only one in which its user may.
func (s *session) chooseEnterprise(ctx context.Context, address string, given uint64) (uint64, error) {
	if given != 0 {
		_, err := s.enterprises().Enterprise(ctx, &enterprisetypes.QueryEnterpriseRequest{Id: given})
		return given, err
	}
	key, err := s.consortium().KeyByAddress(ctx, &consortiumtypes.QueryKeyByAddressRequest{Address: address})
	if err != nil {
		return 0, err
	}
	var found []uint64
	if key.Key.UserId != 0 {
		res, err := s.enterprises().Memberships(ctx, &enterprisetypes.QueryMembershipsRequest{UserId: key.Key.UserId})
		if err != nil {
			return 0, err
		}
		for _, m := range res.Members {
			if m.Has(enterprisetypes.RIGHT_DEPOSIT) {
				found = append(found, m.EnterpriseId)
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		e := consortiumtypes.ErrNotPermitted
		return 0, Refused(e.Codespace(), e.ABCICode(), fmt.Sprintf("expected a member with the right deposit in some enterprise, got %s", key.Key.Holder()))
	}
	return 0, s.severalEnterprises(ctx, found)
}

func (s *session) severalEnterprises(ctx context.Context, ids []uint64) error {
	var list []string
	for _, id := range ids {
		res, err := s.enterprises().Enterprise(ctx, &enterprisetypes.QueryEnterpriseRequest{Id: id})
		if err != nil {
			return err
		}
		list = append(list, fmt.Sprintf("%d %s", id, res.Enterprise.Name))
	}
	return Usage("该用户可代表多家企业存证，请指定企业编号",
		fmt.Sprintf("--enterprise: expected one of %s", strings.Join(list, ", ")), "--enterprise "+fmt.Sprint(ids[0]))
}
