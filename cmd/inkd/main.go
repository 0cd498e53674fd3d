// Command inkd is the node of the consortium chain 印刻链 and the tools of those
// who use it.
package main

import (
	"os"
	"runtime/debug"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/cli"
)

func main() {
	nameVersion()
	root := newRootCommand()
	if err := svrcmd.Execute(root, "INKD", app.DefaultHome); err != nil {
		os.Exit(cli.Report(root, err))
	}
}

// nameVersion tells the commands what the toolchain knows of this build.
func nameVersion() {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	revision := ""
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = s.Value
		}
	}
	cli.NameVersion(info.Main.Version, revision)
}
