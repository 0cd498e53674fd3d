// Package localnet is `inkd network`: a real consortium on one machine, one process
// for each institution, for trying things out, for demonstrations and for tests. It
// is no way to run a chain in earnest: all keys lie in one place.
package localnet

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/inkchain/inkd/app"
)

// Command is `inkd network` with its commands.
func Command(a *app.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "network",
		Short: "本地联盟网络 · A real local consortium: center, court, notary, exchange",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		// The root's hook would write a node's configuration into --home.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.OutOrStdout())
			return nil
		},
	}
	cmd.AddCommand(upCommand(a), downCommand(), statusCommand(), demoCommand(a))
	return cmd
}

const upLong = `启动一个真实的本地联盟网络，每个机构一个进程。已存在的网络会继续运行，已完成的登记不会重复。
Brings up a real local consortium, one process for each institution, and enrols a
demo enterprise with signed transactions. Run again on the same --home it starts
what does not run and does nothing twice.

端口 · Ports, from --base-port P (default 26650); node i (center 0, court 1,
notary 2, exchange 3) has a block of ten, all on 127.0.0.1:
  P+10i+6  p2p      P+10i+7  RPC      P+10i+8  gRPC      P+10i+9  REST
A port that is taken is named, with the node that needs it (exit status 64).

文件 · Files:
  DIR/network.json           nodes, ports and processes
  DIR/<name>/                the home of a node; its log is DIR/<name>/node.log
  DIR/client/                a client home: inkd --home DIR/client …`

func upCommand(a *app.App) *cobra.Command {
	var o options
	var demo, once bool
	cmd := &cobra.Command{
		Use: "up", Short: "启动本地网络 · Bring the local network up", Long: upLong, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runUp(cmd, a, &o, demo, once)
		},
	}
	f := cmd.Flags()
	f.IntVarP(&o.n, "nodes", "n", len(founders), "机构数 · institutions, 1 to 4, in the order center, court, notary, exchange")
	f.IntVar(&o.basePort, "base-port", defaultBasePort, "端口起点 · where the ports begin")
	f.StringVar(&o.chainID, "chain-id", defaultChainID, "链标识 · the chain id of a new network")
	f.BoolVar(&o.detach, "detach", false, "就绪后返回 · return when the network is ready; stop it with: inkd network down")
	f.BoolVar(&o.reset, "reset", false, "删除并重建 · delete the stopped network in --home first; ports, nodes and chain id stay as they were unless given")
	f.BoolVar(&once, "once", false, "就绪（与演示）后停止 · stop as soon as the network is ready and the demo is done")
	f.BoolVar(&demo, "demo", false, "演示存证与证书 · deposit a file and have its certificate issued, then stay up")
	addHome(f)
	addOutput(f)
	return cmd
}

func runUp(cmd *cobra.Command, a *app.App, o *options, demo, once bool) (err error) {
	out, progress, err := outputs(cmd)
	if err != nil {
		return err
	}
	if o.dir, err = home(cmd); err != nil {
		return err
	}
	o.remember(cmd.Flags())
	if err := o.check(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	n, rep, err := up(ctx, a, *o, progress)
	if err != nil {
		return err
	}
	if !o.detach {
		defer func() {
			if stopErr := n.end(); err == nil {
				err = stopErr
			}
		}()
	}
	if demo {
		res, err := n.demo(ctx, "")
		if err != nil {
			return err
		}
		rep.Demo = &res
	}
	if err := out(rep, func(w io.Writer) { printUp(w, n.record, rep) }); err != nil {
		return err
	}
	if o.detach || once {
		return nil
	}
	n.sayf("按 Ctrl-C 停止 · Ctrl-C stops the network")
	return n.stay(ctx)
}

// remember notes which flags the user gave, and how to give them again.
func (o *options) remember(flags *pflag.FlagSet) {
	flags.Visit(func(f *pflag.Flag) {
		o.given = append(o.given, f.Name)
		switch {
		case f.Name == "home" || f.Name == "base-port":
		case f.Value.String() == "true":
			o.again = append(o.again, "--"+f.Name)
		default:
			o.again = append(o.again, "--"+f.Name+"="+f.Value.String())
		}
	})
}

func downCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "down", Short: "停止本地网络 · Stop the local network; its data stays", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, progress, err := outputs(cmd)
			if err != nil {
				return err
			}
			dir, err := home(cmd)
			if err != nil {
				return err
			}
			res, err := down(dir, progress)
			if err != nil {
				return err
			}
			// The progress has said it in words.
			return out(res, func(io.Writer) {})
		},
	}
	addHome(cmd.Flags())
	addOutput(cmd.Flags())
	return cmd
}

func statusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "status", Short: "本地网络状态 · Show the local network's nodes", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, _, err := outputs(cmd)
			if err != nil {
				return err
			}
			dir, err := home(cmd)
			if err != nil {
				return err
			}
			r, err := mustLoad(dir)
			if err != nil {
				return err
			}
			all := r.askAll(cmd.Context())
			return out(map[string]any{"chain_id": r.ChainID, "home": dir, "nodes": all},
				func(w io.Writer) { printStatus(w, all) })
		},
	}
	addHome(cmd.Flags())
	addOutput(cmd.Flags())
	return cmd
}

func (o *options) check() error {
	if o.n < 1 || o.n > len(founders) {
		return usage(
			fmt.Sprintf("--nodes：应为 1 到 %d，得到 %d", len(founders), o.n),
			fmt.Sprintf("--nodes: expected 1 to %d institutions, got %d", len(founders), o.n), "")
	}
	if last := o.basePort + portsPerNode*(o.n-1) + offsetREST; o.basePort < 1024 || last > 65535 {
		return usage(
			fmt.Sprintf("--base-port：应为 1024 到 %d，得到 %d", 65535-last+o.basePort, o.basePort),
			fmt.Sprintf("--base-port: expected 1024 to %d, got %d", 65535-last+o.basePort, o.basePort), "")
	}
	if o.chainID == "" || len(o.chainID) > 50 {
		return usage(
			"--chain-id：应为 1 到 50 个字符",
			fmt.Sprintf("--chain-id: expected 1 to 50 characters, got %d", len(o.chainID)), "")
	}
	return nil
}

// printer writes a result: the value as JSON, or the text.
type printer func(value any, text func(io.Writer)) error

// outputs gives the printer of results and the writer of progress: with -o json
// progress goes to stderr, so that stdout holds JSON only.
func outputs(cmd *cobra.Command) (printer, io.Writer, error) {
	w := cmd.OutOrStdout()
	switch format, _ := cmd.Flags().GetString("output"); format {
	case "json":
		return func(value any, _ func(io.Writer)) error { return json.NewEncoder(w).Encode(value) }, cmd.ErrOrStderr(), nil
	case "text":
		return func(_ any, text func(io.Writer)) error { text(w); return nil }, w, nil
	default:
		return nil, nil, usage(
			fmt.Sprintf("-o：应为 text 或 json，得到 %s", format),
			fmt.Sprintf("-o: expected text or json, got %s", format), "")
	}
}

func addOutput(f *pflag.FlagSet) {
	f.StringP("output", "o", "text", "输出格式 · output format, text or json")
}

func addHome(f *pflag.FlagSet) {
	f.String("home", app.DefaultHome+"-network", "网络目录 · the network's directory")
}

// home is the network's directory as an absolute path: nodes run with it.
func home(cmd *cobra.Command) (string, error) {
	dir, err := cmd.Flags().GetString("home")
	if err != nil {
		return "", err
	}
	return filepath.Abs(dir)
}

// printUp is the text beside the progress that was shown already.
func printUp(w io.Writer, r *record, rep report) {
	if rep.Demo != nil {
		printDemo(w, r, *rep.Demo)
	}
}
