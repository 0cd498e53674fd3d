package cli

import (
	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/app"
)

// AddCommands adds the commands of this package to the root, after AutoCLI has
// made its own.
func AddCommands(root *cobra.Command, a *app.App) {
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return BadInput("参数不正确", "flags", err, "see --help")
	})
}
