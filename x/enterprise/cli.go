package enterprise

import (
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/tx"

	"github.com/inkchain/inkd/x/enterprise/types"
)

const (
	flagFormCommitment  = "form-commitment"
	flagTemplateVersion = "template-version"
)

// GetTxCmd holds the one command that AutoCLI cannot serve: it panics on a list of
// uint32 (client/v2 v2.11.0), and cannot take categories by name. AutoCLI adds the
// others to it.
func (AppModule) GetTxCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   types.ModuleName,
		Short: "用户、企业、员工与资格的交易 · Transactions of users, enterprises, members and qualifications",
		RunE:  client.ValidateCmd,
	}
	cmd.AddCommand(applyQualificationCmd())
	return cmd
}

func applyQualificationCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "apply-qualification ENTERPRISE_ID CATEGORY...",
		Short: "申请数据存证资格（管理员） · Apply to deposit data of some categories (administrator, manager)",
		Long: "申请数据存证资格。CATEGORY 为数据类型的名称或代码，见 `inkd query enterprise params`。\n" +
			"Apply to deposit data of some categories, by name or code; see `inkd query enterprise params`.\n\n" +
			"--form-commitment 是盖章申请表的加盐承诺值，表单与盐由申请人保存，链上只有承诺值；算法见 docs/spec/forms.md。\n" +
			"--form-commitment is the salted commitment to the stamped form, by docs/spec/forms.md. Form and\n" +
			"salt stay with the applicant, who shows them to the reviewer; the chain gets these 32 bytes only.",
		Example: "  inkd tx enterprise apply-qualification 1 manufacturing other --form-commitment " +
			"31e838433e5e6344603336d753f81dbe799f5f93211f7b1a7ffb7f6201584694 --from demo-admin",
		Args: cobra.MinimumNArgs(2),
		RunE: runApplyQualification,
	}
	cmd.Flags().String(flagFormCommitment, "", "盖章申请表的加盐承诺值，64 位十六进制 · Salted commitment to the stamped form, 64 hex digits (docs/spec/forms.md)")
	cmd.Flags().Uint32(flagTemplateVersion, 1, "申请表模板版本 · Version of the form's template")
	_ = cmd.MarkFlagRequired(flagFormCommitment) // fails only for a flag that is not defined above
	flags.AddTxFlagsToCmd(cmd)
	return cmd
}

func runApplyQualification(cmd *cobra.Command, args []string) error {
	clientCtx, err := client.GetClientTxContext(cmd)
	if err != nil {
		return err
	}
	id, err := strconv.ParseUint(args[0], 10, 64)
	if err != nil {
		return errorsmod.Wrapf(types.ErrInvalid, "ENTERPRISE_ID: expected a number, got %q", args[0])
	}
	m := &types.MsgApplyQualification{EnterpriseId: id}
	if m.Manager, err = clientCtx.InterfaceRegistry.SigningContext().AddressCodec().BytesToString(clientCtx.GetFromAddress()); err != nil {
		return err
	}
	text, err := cmd.Flags().GetString(flagFormCommitment)
	if err != nil {
		return err
	}
	if m.FormCommitment, err = hex.DecodeString(text); err != nil {
		return errorsmod.Wrapf(types.ErrInvalid, "--%s: expected 64 hex digits, got %q", flagFormCommitment, text)
	}
	if m.TemplateVersion, err = cmd.Flags().GetUint32(flagTemplateVersion); err != nil {
		return err
	}
	p, err := currentParams(cmd, clientCtx)
	if err != nil {
		return err
	}
	if m.Categories, err = parseCategories(p, args[1:]); err != nil {
		return err
	}
	if err := types.CheckApplyQualification(m, p); err != nil {
		return err
	}
	return tx.GenerateOrBroadcastTxCLI(clientCtx, cmd.Flags(), m)
}

// currentParams are the chain's parameters, or the default ones offline.
func currentParams(cmd *cobra.Command, clientCtx client.Context) (types.Params, error) {
	if clientCtx.Offline {
		return types.DefaultParams(), nil
	}
	answer, err := types.NewQueryClient(clientCtx).Params(cmd.Context(), &types.QueryParamsRequest{})
	if err != nil {
		return types.Params{}, err
	}
	return answer.Params, nil
}

// parseCategories gives the codes of names or codes, ascending and distinct.
func parseCategories(p types.Params, words []string) ([]uint32, error) {
	var codes []uint32
	for _, w := range words {
		c, ok := p.ParseCategory(w)
		if !ok {
			return nil, errorsmod.Wrapf(types.ErrInvalidCategories, "CATEGORY: expected one of %s, got %q", p.CategoryNames(), w)
		}
		codes = append(codes, c.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes), nil
}
