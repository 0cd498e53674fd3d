// Command inkd is the node of the consortium chain 印刻链 and the tools of those
// who use it.
package main

import (
	"os"
	"runtime/debug"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/cli"
	"github.com/inkchain/inkd/cmd/verifycommand"
)

func main() {
	// A verifier needs nothing of a node: it starts without making one, and is the
	// same as inkverify.
	if len(os.Args) > 1 && os.Args[1] == verifycommand.Name {
		os.Exit(verifycommand.Main(verifycommand.New(verifycommand.Name), os.Args[2:]))
	}
	cli.AnswerInterrupts(os.Args[1:], os.Stderr, os.Exit)
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
