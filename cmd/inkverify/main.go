// Command inkverify judges bundles of the consortium chain 印刻链 offline. It holds
// no code of a node: an expert can read all of it, and builds of it are
// bit-identical.
package main

import (
	"os"

	"github.com/inkchain/inkd/cmd/verifycommand"
)

// version is set at build: -ldflags "-X main.version=…".
var version = "unknown"

func main() {
	cmd := verifycommand.New("inkverify")
	cmd.Version = version
	cmd.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	os.Exit(verifycommand.Main(cmd, os.Args[1:]))
}
