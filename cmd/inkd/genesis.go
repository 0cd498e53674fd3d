package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/cosmos/cosmos-sdk/server"

	"github.com/inkchain/inkd/app"
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
			doc, err := genutiltypes.AppGenesisFromFile(file)
			if err != nil {
				return fmt.Errorf("%s: expected a genesis file: %w", file, err)
			}
			if err := a.ValidateGenesis(doc); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is a valid genesis of chain %s\n", file, doc.ChainID)
			return err
		},
	}
}
