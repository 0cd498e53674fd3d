package cli

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/rpc"
	"github.com/cosmos/cosmos-sdk/server"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/version"
)

// adaptSDKCommands makes the SDK's own commands keep the contract of exit statuses.
func adaptSDKCommands(root *cobra.Command) {
	if c := child(root, "start"); c != nil {
		c.RunE = afterCheck(c.RunE, needGenesis)
	}
	if c := child(root, "version"); c != nil {
		c.RunE = afterCheck(c.RunE, versionAsked)
	}
	query := child(root, "query")
	if query == nil {
		return
	}
	if c := child(query, "wait-tx"); c != nil {
		c.RunE = runWaitTx
	}
	if c := child(query, "tx"); c != nil {
		c.RunE = knownTx(c.RunE)
	}
}

type runE = func(*cobra.Command, []string) error

func afterCheck(run, check runE) runE {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return err
		}
		return run(cmd, args)
	}
}

// needGenesis says what a node lacks before the SDK says it in its own way.
func needGenesis(cmd *cobra.Command, _ []string) error {
	file := server.GetServerContextFromCmd(cmd).Config.GenesisFile()
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return File("没有创世文件："+file, "expected the genesis file "+file+", got none", nil,
			"get genesis.json from the consortium and make a home: inkd node init --genesis FILE --peer ID@HOST:PORT; for a trial: inkd network up")
	}
	if err != nil {
		return File("无法读取创世文件", "the genesis file", err, "")
	}
	return nil
}

// versionAsked makes -o json mean the long form, which is the only one in JSON.
func versionAsked(cmd *cobra.Command, _ []string) error {
	switch o, _ := cmd.Flags().GetString(flags.FlagOutput); o {
	case flags.OutputFormatJSON:
		return cmd.Flags().Set("long", "true")
	case flags.OutputFormatText:
		return nil
	default:
		return badOutput(o)
	}
}

// NameVersion gives a binary that was built by plain `go build` the version that
// the toolchain wrote into it.
func NameVersion(main, revision string) {
	if version.Version != "" {
		return
	}
	version.Name, version.AppName = "inkd", "inkd"
	if version.Version = main; main == "" || main == "(devel)" {
		version.Version = "devel"
		if revision != "" {
			version.Version += "-" + revision[:min(12, len(revision))]
		}
	}
	if version.Commit == "" {
		version.Commit = revision
	}
}

// runWaitTx waits for a transaction by its hash, or by what a tx command printed
// on standard input.
func runWaitTx(cmd *cobra.Command, args []string) error {
	hash, err := hashToWaitFor(cmd, args)
	if err != nil {
		return err
	}
	wait, err := cmd.Flags().GetDuration(rpc.TimeoutFlag)
	if err != nil {
		return err
	}
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	interruptible(cmd)
	w := &watch{nodes: s.nodes, hash: hash, every: 100 * time.Millisecond}
	if _, err := s.nodes.Status(cmd.Context()); err != nil {
		return err // the watch would take silence for patience
	}
	done, err := w.result(cmd.Context(), wait)
	if isInterrupted(err) {
		return NotSeen(w.hashHex())
	}
	if err != nil {
		return err
	}
	if done.result.Code != 0 {
		return Refused(done.result.Codespace, done.result.Code, done.result.Log)
	}
	return s.WithOutput(cmd.OutOrStdout()).PrintProto(&sdk.TxResponse{
		TxHash: w.hashHex(), Height: done.height, Data: upperHex(done.result.Data),
		GasWanted: done.result.GasWanted, GasUsed: done.result.GasUsed, Events: done.result.Events,
	})
}

func hashToWaitFor(cmd *cobra.Command, args []string) ([]byte, error) {
	if len(args) == 1 {
		return txHash(args[0])
	}
	in, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), 1<<20))
	if err != nil {
		return nil, File("无法读取标准输入", "standard input", err, "")
	}
	var printed struct {
		TxHash string `json:"txhash"`
		Own    string `json:"tx_hash"` // of the commands here
	}
	if json.Unmarshal(in, &printed) != nil {
		_ = yaml.Unmarshal(in, &printed) // without a hash the next line says it
	}
	if printed.TxHash == "" {
		printed.TxHash = printed.Own
	}
	return txHash(printed.TxHash)
}

func txHash(text string) ([]byte, error) {
	hash, err := hex.DecodeString(text)
	if err != nil || len(hash) != 32 {
		return nil, Usage("交易哈希不正确："+text, fmt.Sprintf("expected a transaction hash of 64 hex digits, got %q", text), "")
	}
	return hash, nil
}

// knownTx makes a hash that nobody knows a refusal, as it is for evidence show.
func knownTx(run runE) runE {
	return func(cmd *cobra.Command, args []string) error {
		if kind, _ := cmd.Flags().GetString("type"); kind != "hash" && kind != "" {
			return run(cmd, args)
		}
		if len(args) != 1 {
			return run(cmd, args)
		}
		if _, err := txHash(args[0]); err != nil {
			return err
		}
		err := run(cmd, args)
		if err != nil && isAnswer(err) {
			none := sdkerrors.ErrKeyNotFound
			return Refused(none.Codespace(), none.ABCICode(), "no transaction has this hash")
		}
		return err
	}
}
