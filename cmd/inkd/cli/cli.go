package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"

	"github.com/inkchain/inkd/cmd/verifycommand"
)

// AddCommands adds the commands of this package to the root, after AutoCLI has
// made its own.
func AddCommands(root *cobra.Command) {
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		var own *Error
		if errors.As(err, &own) {
			return own
		}
		return Usage("参数不正确（"+err.Error()+"）", err.Error(), "see --help")
	})
	root.AddCommand(evidenceCommand(), certCommand(), institutionCommand(), verifycommand.New(verifycommand.Name), trustCommand(), archiveCommand())
	adaptSDKCommands(root)
	if query := child(root, "query"); query != nil {
		printEntries(query)
	}
	if tx := child(root, "tx"); tx != nil {
		waitForCommits(tx)
		if evidence := child(tx, "evidence"); evidence != nil {
			evidence.AddCommand(submitCommand())
		}
		if enterprise := child(tx, "enterprise"); enterprise != nil {
			enterprise.AddCommand(joinCommand())
		}
	}
}

func child(parent *cobra.Command, name string) *cobra.Command {
	for _, c := range parent.Commands() {
		if c.Name() == name {
			return c
		}
	}
	return nil
}

func evidenceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "evidence",
		Short:   "存证：摘要、查看、公开、续传、证明包、清单 · Hash, show, open, resume, bundle and list evidence",
		Example: "  inkd evidence hash 数据.csv\n  inkd evidence show CZ20260000000000427\n  inkd evidence bundle CZ20260000000000427 --opening 数据.csv.inkopen --out 证据.ink",
		RunE:    client.ValidateCmd,
	}
	cmd.AddCommand(hashCommand(), showCommand(), openCommand(), resumeCommand(), reviewCopyCommand(), bundleCommand(), listCommand())
	return cmd
}
