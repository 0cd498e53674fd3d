package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/cosmos/cosmos-sdk/server"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/cli"
)

func genesisCommand(a *app.App) *cobra.Command {
	cmd := &cobra.Command{Use: "genesis", Short: "创世文件 · The genesis file", RunE: client.ValidateCmd}
	cmd.AddCommand(genesisValidateCommand(a))
	return cmd
}

func genesisValidateCommand(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "validate [FILE]",
		Short: "检查创世文件 · Check a genesis file; the error names the field",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := server.GetServerContextFromCmd(cmd).Config.GenesisFile()
			if len(args) == 1 {
				file = args[0]
			}
			if _, err := os.Stat(file); err != nil {
				return cli.File("无法读取创世文件", "the genesis file", err, "")
			}
			doc, err := genutiltypes.AppGenesisFromFile(file)
			if err != nil {
				return cli.BadInput("不是创世文件："+file, file+": expected a genesis file", err, "")
			}
			if err := a.ValidateGenesis(doc); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is a valid genesis of chain %s\n", file, doc.ChainID)
			return err
		},
	}
}
