// Command inkd is the node of the consortium chain 印刻链 and the tools of those
// who use it.
package main

import (
	"os"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/cli"
)

func main() {
	root := newRootCommand()
	if err := svrcmd.Execute(root, "INKD", app.DefaultHome); err != nil {
		os.Exit(cli.Report(root, err))
	}
}
