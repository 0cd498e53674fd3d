package cli

import (
	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/inkchain/inkd/app"
)

func proposeUpgrade() *cobra.Command {
	var height int64
	var info string
	cmd := &cobra.Command{
		Use:   "upgrade NAME",
		Short: "软件升级：在某高度停机并由新程序继续 · Upgrade the software at a height",
		Long: `到达该高度时，旧程序停止出块；各机构换上含有同名升级的新程序后继续。
At that height the old program makes no more blocks; each institution goes on with the
new one, which has to know the upgrade by this name.`,
		Example: "  inkd institution propose upgrade v2 --height 120000 --info https://example.cn/inkd-v2.json --from center-operator",
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().Int64Var(&height, "height", 0, "升级高度 · the first height of the new software")
	cmd.Flags().StringVar(&info, "info", "", "给运维的信息 · where operators find the new program")
	_ = cmd.MarkFlagRequired("height")
	return proposing(cmd, func(_ *cobra.Command, _ *session, args []string) ([]sdk.Msg, error) {
		return []sdk.Msg{&upgradetypes.MsgSoftwareUpgrade{
			Authority: app.Authority, Plan: upgradetypes.Plan{Name: args[0], Height: height, Info: info},
		}}, nil
	})
}

func proposeCancelUpgrade() *cobra.Command {
	return proposing(&cobra.Command{
		Use:     "cancel-upgrade",
		Short:   "取消已定的软件升级 · Cancel the upgrade that was decided",
		Example: "  inkd institution propose cancel-upgrade --from center-operator",
		Args:    cobra.NoArgs,
	}, func(*cobra.Command, *session, []string) ([]sdk.Msg, error) {
		return []sdk.Msg{&upgradetypes.MsgCancelUpgrade{Authority: app.Authority}}, nil
	})
}
