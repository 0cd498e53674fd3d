package cli

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// waitForCommits makes the commands that AutoCLI or a module made for our messages
// wait for the commit, and end with an error if the chain refused: by themselves they end
// well as soon as a node has taken the transaction, and even if it has not.
func waitForCommits(tx *cobra.Command) {
	for _, module := range []string{"consortium", "enterprise", "evidence"} {
		parent := child(tx, module)
		if parent == nil {
			continue
		}
		for _, c := range parent.Commands() {
			if c.RunE != nil && c.Flags().Lookup(flags.FlagBroadcastMode) != nil {
				waitForCommit(c)
			}
		}
	}
}

func waitForCommit(c *cobra.Command) {
	c.Flags().Duration(flagWait, 30*time.Second, "等待入块的时间 · how long to wait for the commit")
	c.Flags().Bool(flagNoWait, false, "不等待入块 · do not wait for the commit")
	if gas := c.Flags().Lookup(flags.FlagGas); gas != nil {
		gas.DefValue = fmt.Sprint(gasBase + 3*gasPerMessage)
		_ = gas.Value.Set(gas.DefValue)
	}
	if f := c.Flags().Lookup(flags.FlagTimeoutHeight); f != nil {
		f.Usage = fmt.Sprintf("最后可入块的高度，默认为最新高度加 %d · last block that may hold it, by default %d after the latest", txBlocks, txBlocks)
	}
	send := c.RunE
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if onlyPrepared(cmd) {
			return send(cmd, args)
		}
		if err := limitBlocks(cmd); err != nil {
			return err
		}
		yes, _ := cmd.Flags().GetBool(flags.FlagSkipConfirmation)
		out := cmd.OutOrStdout()
		held := &lastWrite{}
		if !yes {
			held.through = out // who is asked has to see for what
		}
		// AutoCLI prints to the command, the SDK's own functions to the context.
		c := client.GetClientContextFromCmd(cmd)
		if err := client.SetCmdClientContext(cmd, c.WithOutput(held)); err != nil {
			return internal(err)
		}
		cmd.SetOut(held)
		err := send(cmd, args)
		cmd.SetOut(out)
		if errors.Is(err, io.EOF) && !yes {
			return Usage("未确认，未发送", "expected --yes, since nobody is there to confirm; nothing was sent", "--yes")
		}
		if err != nil {
			return err
		}
		if yes && len(held.last) == 0 {
			return internal(errors.New("expected the node's answer to the transaction, got none"))
		}
		return awaitPrinted(cmd, out, held.last)
	}
}

// limitBlocks sets the timeout height that the sender here sets, unless the user did.
func limitBlocks(cmd *cobra.Command) error {
	f := cmd.Flags().Lookup(flags.FlagTimeoutHeight)
	if f == nil || f.Changed {
		return nil
	}
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	status, err := s.nodes.Status(cmd.Context())
	if err != nil {
		return err
	}
	return cmd.Flags().Set(flags.FlagTimeoutHeight, strconv.FormatUint(lastBlock(status.SyncInfo.LatestBlockHeight), 10))
}

// onlyPrepared says whether nothing is sent.
func onlyPrepared(cmd *cobra.Command) bool {
	for _, name := range []string{flags.FlagGenerateOnly, flags.FlagOffline, flags.FlagDryRun, flags.FlagAux} {
		if set, _ := cmd.Flags().GetBool(name); set {
			return true
		}
	}
	return false
}

// lastWrite keeps what was written last: the node's answer.
type lastWrite struct {
	through io.Writer
	last    []byte
}

func (w *lastWrite) Write(p []byte) (int, error) {
	if len(p) > 1 { // not the line feed behind it
		w.last = append([]byte(nil), p...)
	}
	if w.through != nil {
		return w.through.Write(p)
	}
	return len(p), nil
}

// awaitPrinted reads the node's answer from the output of a command, waits for the
// commit and prints that instead.
func awaitPrinted(cmd *cobra.Command, out io.Writer, answer []byte) error {
	var r struct {
		TxHash    string `json:"txhash"`
		Code      uint32 `json:"code"`
		Codespace string `json:"codespace"`
		RawLog    string `json:"raw_log"`
	}
	if err := yaml.Unmarshal(answer, &r); err != nil || r.TxHash == "" {
		_, err = out.Write(answer) // cancelled, or nothing that was sent
		return err
	}
	if r.Code != 0 {
		return Refused(r.Codespace, r.Code, r.RawLog)
	}
	if none, _ := cmd.Flags().GetBool(flagNoWait); none {
		_, err := out.Write(append(answer, '\n'))
		return err
	}
	wait, _ := cmd.Flags().GetDuration(flagWait)
	hash, err := hex.DecodeString(r.TxHash)
	if err != nil {
		return internal(err)
	}
	interruptible(cmd)
	s, err := newSession(cmd)
	if err != nil {
		return err
	}
	w := &watch{nodes: s.nodes, hash: hash, every: 100 * time.Millisecond}
	done, err := w.result(cmd.Context(), wait)
	if err != nil {
		return err
	}
	if done.result.Code != 0 {
		return Refused(done.result.Codespace, done.result.Code, done.result.Log)
	}
	return s.WithOutput(out).PrintProto(&sdk.TxResponse{
		TxHash: r.TxHash, Height: done.height, Data: upperHex(done.result.Data),
		GasWanted: done.result.GasWanted, GasUsed: done.result.GasUsed, Events: done.result.Events,
	})
}
