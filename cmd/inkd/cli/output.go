package cli

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"
)

// addClientFlags adds the flags of a command that asks the chain.
func addClientFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.String(flags.FlagNode, "", "节点列表，逗号分隔 · RPC URLs of nodes, tried in order (default: client.toml)")
	addOutputFlag(cmd)
}

func addOutputFlag(cmd *cobra.Command) {
	format := outputFormat(flags.OutputFormatText)
	cmd.Flags().VarP(&format, flags.FlagOutput, "o", "输出格式 · output format: text or json")
	_ = cmd.RegisterFlagCompletionFunc(flags.FlagOutput, cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
}

// outputFormat is a flag that takes only what we can print.
type outputFormat string

func (o *outputFormat) String() string { return string(*o) }

// Type is what the SDK reads it as.
func (o *outputFormat) Type() string { return "string" }

func (o *outputFormat) Set(text string) error {
	if text != flags.OutputFormatText && text != flags.OutputFormatJSON {
		return badOutput(text)
	}
	*o = outputFormat(text)
	return nil
}

func badOutput(text string) *Error {
	return Usage("输出格式不正确："+text, fmt.Sprintf("--output: expected text or json, got %q", text), "-o text or -o json")
}

// addTxFlags adds the flags of a command that sends a transaction.
func addTxFlags(cmd *cobra.Command) {
	addClientFlags(cmd)
	f := cmd.Flags()
	f.String(flags.FlagFrom, "", "签名密钥的名称或地址 · name or address of the key that signs")
	f.String(flags.FlagChainID, "", "链标识 · chain id (default: client.toml, or the node's)")
	f.String(flags.FlagKeyringBackend, "", "密钥环后端 · keyring backend: os, file, test (default: client.toml)")
	f.String(flags.FlagKeyringDir, "", "密钥环目录 · directory of the keyring (default: --home)")
	f.Duration(flagWait, 30*time.Second, "等待入块的时间 · how long to wait for the commit")
	f.Bool(flagNoWait, false, "不等待入块 · do not wait for the commit")
	f.String(flags.FlagFees, "", "")
	_ = f.MarkHidden(flags.FlagFees)
}

const (
	flagWait   = "wait"
	flagNoWait = "no-wait"
)

// waitOf is how long to wait for a commit, 0 for not at all.
func waitOf(cmd *cobra.Command) (time.Duration, error) {
	if fees, _ := cmd.Flags().GetString(flags.FlagFees); fees != "" {
		return 0, Usage("本链不收费", fmt.Sprintf("--fees: expected none, since this chain has no fees, got %q", fees), "leave out --fees")
	}
	none, _ := cmd.Flags().GetBool(flagNoWait)
	wait, err := cmd.Flags().GetDuration(flagWait)
	if err != nil || none {
		return 0, err
	}
	if wait <= 0 {
		return 0, Usage("等待时间须为正", fmt.Sprintf("--wait: expected more than 0, got %s", wait), "--no-wait does not wait")
	}
	return wait, nil
}

// row is one line of text output: what it is, in both languages, and the value.
type row struct{ zh, en, value string }

// print writes a result as one line of JSON or as aligned text.
func (s *session) print(cmd *cobra.Command, v any, rows []row) error {
	if s.OutputFormat == flags.OutputFormatJSON {
		return printJSON(cmd.OutOrStdout(), v)
	}
	return printRows(cmd.OutOrStdout(), rows)
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func printRows(w io.Writer, rows []row) error {
	var b strings.Builder
	for _, r := range rows {
		if r.value != "" {
			fmt.Fprintf(&b, "%s · %s: %s\n", r.zh, r.en, r.value)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// note tells people something beside the result; programs do not see it.
func (s *session) note(cmd *cobra.Command, zh, en string) {
	if s.OutputFormat != flags.OutputFormatJSON {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s · %s\n", zh, en)
	}
}

// utc8 is the time of Beijing; it has no table of zones.
var utc8 = time.FixedZone("UTC+8", 8*60*60)

// stamp writes unix nanoseconds as RFC 3339 in UTC, as JSON has it.
func stamp(nanos uint64) string {
	if nanos == 0 {
		return ""
	}
	return time.Unix(0, int64(nanos)).UTC().Format(time.RFC3339Nano)
}

// beijing is what people read for a stamp: the same time at UTC+8.
func beijing(stamp string) string {
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil { // none, or no time
		return stamp
	}
	return t.In(utc8).Format(time.RFC3339Nano)
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

func upperHex(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
