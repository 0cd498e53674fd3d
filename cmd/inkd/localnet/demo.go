package localnet

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/app"
)

type demoResult struct{}

func (n *network) demo(ctx context.Context, file string) (demoResult, error) {
	return demoResult{}, nil
}
func printDemo(w io.Writer, dir string, r demoResult) {}

func demoCommand(a *app.App) *cobra.Command { return &cobra.Command{Use: "demo"} }

// shown is a command line to copy, with this program as it was called.
func shown(args ...string) string {
	return fmt.Sprint(os.Args[0], " ", strings.Join(args, " "))
}
