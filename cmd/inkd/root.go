package main

import (
	"os"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	clientconfig "github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/keys"
	"github.com/cosmos/cosmos-sdk/client/rpc"
	"github.com/cosmos/cosmos-sdk/client/snapshot"
	"github.com/cosmos/cosmos-sdk/server"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	authcli "github.com/cosmos/cosmos-sdk/x/auth/client/cli"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/auditcommand"
	"github.com/inkchain/inkd/cmd/inkd/cli"
	"github.com/inkchain/inkd/cmd/inkd/localnet"
	"github.com/inkchain/inkd/cmd/inkd/nodehome"
)

// newRootCommand makes the whole command tree. An application over an empty
// database in memory tells it the types, the modules and their commands.
func newRootCommand() *cobra.Command {
	a := app.New(log.NewNopLogger(), dbm.NewMemDB(), true, simtestutil.NewAppOptionsWithFlagHome(app.DefaultHome))
	initial := client.Context{}.
		WithCodec(a.Codec).
		WithInterfaceRegistry(a.Registry).
		WithTxConfig(a.TxConfig).
		WithLegacyAmino(a.Amino).
		WithInput(os.Stdin).
		WithAccountRetriever(authtypes.AccountRetriever{}).
		WithHomeDir(app.DefaultHome).
		WithKeyringOptions(app.KeyringOptions).
		WithViper("INKD")

	root := &cobra.Command{
		Use:           app.Name,
		Short:         "印刻链节点与工具 · The node of the consortium chain 印刻链 and its tools",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.OutOrStdout())
			cmd.SetErr(cmd.ErrOrStderr())
			return prepare(cmd, initial)
		},
	}
	addCommands(root, a)
	options := a.AutoCLI()
	options.ClientCtx = initial
	if err := options.EnhanceRootCommand(root); err != nil {
		panic(err)
	}
	cli.AddCommands(root)
	root.AddCommand(localnet.Command(a), auditcommand.New(), cli.LightCommand())
	nodehome.AddCommands(root, a)
	return root
}

// prepare reads flags, environment and configuration files before a command runs.
func prepare(cmd *cobra.Command, initial client.Context) error {
	nodes := cli.ChooseNodes(cmd, initial.Viper)
	c, err := client.ReadPersistentCommandFlags(initial.WithCmdContext(cmd.Context()), cmd.Flags())
	if err != nil {
		return err
	}
	if c, err = clientconfig.ReadFromClientConfig(c); err != nil {
		return err
	}
	if err := client.SetCmdClientContextHandler(c, cmd); err != nil {
		return err
	}
	if err := server.InterceptConfigsPreRunHandler(cmd, app.ServerTemplate, app.ServerConfig(), app.CometConfig()); err != nil {
		return err
	}
	return cli.UseNodes(cmd, nodes)
}

func addCommands(root *cobra.Command, a *app.App) {
	root.AddCommand(
		genesisCommand(a),
		keys.Commands(),
		snapshot.Cmd(newNode),
		queryCommand(),
		txCommand(),
	)
	server.AddCommands(root, app.DefaultHome, newNode, exportNode, func(*cobra.Command) {})
	replaceStart(root)
	root.AddCommand(server.StatusCommand())
}

func queryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "query", Aliases: []string{"q"}, Short: "查询 · Query the chain",
		SuggestionsMinimumDistance: 2, RunE: client.ValidateCmd,
	}
	cmd.AddCommand(
		rpc.WaitTxCmd(), server.QueryBlockCmd(), server.QueryBlocksCmd(), server.QueryBlockResultsCmd(),
		authcli.QueryTxCmd(), authcli.QueryTxsByEventsCmd(),
	)
	return cmd
}

func txCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "tx", Short: "发送交易 · Send a transaction",
		SuggestionsMinimumDistance: 2, RunE: client.ValidateCmd,
	}
	cmd.AddCommand(
		authcli.GetSignCommand(), authcli.GetSignBatchCommand(), authcli.GetValidateSignaturesCommand(),
		authcli.GetBroadcastCommand(), authcli.GetEncodeCommand(), authcli.GetDecodeCommand(), authcli.GetSimulateCmd(),
	)
	cmd.PersistentFlags().String(flags.FlagChainID, "", "链标识 · the network chain id")
	return cmd
}
