package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/inkchain/inkd/cmd/verifycommand"
)

// Report prints an error to standard error, as one JSON object
// {"code","zh","en","hint","hint_zh"} if the command's output is JSON, else in lines, and
// returns the exit status. There is no hint_zh if the hint is in one language.
func Report(root *cobra.Command, err error) int {
	var verdict *verifycommand.Error
	if errors.As(err, &verdict) { // inkverify says the same, byte for byte
		return verifycommand.Report(root.ErrOrStderr(), os.Args[1:], verdict)
	}
	e := classify(err)
	if cmd, _, err := root.Find(os.Args[1:]); err == nil {
		e = e.WithHint(homeInHint(cmd, e.Hint))
	}
	e.Zh, e.En = withoutSource(e.Zh), withoutSource(e.En)
	if outputIsJSON(root, os.Args[1:]) {
		writeJSONError(root.ErrOrStderr(), e)
	} else {
		writeTextError(root.ErrOrStderr(), e)
	}
	return e.Exit
}

func writeJSONError(w io.Writer, e *Error) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	zh, en := bothHints(e.Hint)
	_ = enc.Encode(struct {
		Code   string `json:"code"`
		Zh     string `json:"zh"`
		En     string `json:"en"`
		Hint   string `json:"hint"`
		HintZh string `json:"hint_zh,omitempty"`
	}{e.Code, e.Zh, e.En, en, zh})
}

// bothHints are the two languages of a hint that is written as "zh · en"; others are the
// same in both, like a command, or English.
func bothHints(hint string) (zh, en string) {
	if zh, en, both := strings.Cut(hint, " · "); both {
		return zh, en
	}
	return "", hint
}

func writeTextError(w io.Writer, e *Error) {
	fmt.Fprintf(w, "错误: %s\nerror: %s [%s]\n", e.Zh, e.En, e.Code)
	zh, en := bothHints(e.Hint)
	if zh != "" {
		fmt.Fprintf(w, "提示: %s\n", zh)
	}
	if en != "" {
		fmt.Fprintf(w, "hint: %s\n", en)
	}
}

// outputIsJSON finds out what the command was asked for, also when its flags
// could not be parsed to the end.
func outputIsJSON(root *cobra.Command, args []string) bool {
	if cmd, _, err := root.Find(args); err == nil {
		if f := cmd.Flags().Lookup(flags.FlagOutput); f != nil && f.Changed {
			return f.Value.String() == flags.OutputFormatJSON
		}
		if s := sessionOf(cmd); s != nil && s.OutputFormat != "" {
			return s.OutputFormat == flags.OutputFormatJSON
		}
	}
	return jsonIn(args)
}

// jsonIn looks at the words themselves.
func jsonIn(args []string) bool {
	for i, a := range args {
		switch {
		case a == "-ojson", a == "-o=json", a == "--output=json":
			return true
		case (a == "-o" || a == "--output") && i+1 < len(args):
			return args[i+1] == flags.OutputFormatJSON
		}
	}
	return false
}

// classify gives every error of any command its exit status.
func classify(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	if isInterrupted(err) {
		return interrupted(err)
	}
	if unreachable(err) {
		return Unreachable(nil, err)
	}
	// An error of the chain's modules that was raised here is bad input.
	if space, code, _ := errorsmod.ABCIInfo(err, false); space != errorsmod.UndefinedCodespace {
		return localRefusal(space, code, err)
	}
	if st, ok := status.FromError(err); ok && st.Code() != codes.OK {
		if st.Code() == codes.Unavailable {
			return Unreachable(nil, err)
		}
		return &Error{Exit: ExitRefused, Code: "query", Zh: "查询被拒绝（" + st.Message() + "）", En: "the query was refused: " + st.Message(), Cause: err}
	}
	if isUsage(err) {
		return Usage("用法不正确（"+firstLine(err)+"）", err.Error(), "see --help")
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return File("本地文件出错", "local file", err, "")
	}
	return internal(err)
}

// localRefusal is bad input that the chain's own code refused in this process.
func localRefusal(codespace string, code uint32, err error) *Error {
	e := Refused(codespace, code, err.Error())
	e.Exit, e.Cause = ExitUsage, err
	if _, known := refusals[e.Code]; !known || codespace == "sdk" {
		e.Zh, e.En, e.Hint = "输入不正确（"+err.Error()+"）", err.Error(), ""
	}
	return e
}

func unreachable(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// usagePrefixes begin what cobra and pflag say of wrong usage; they have no types
// for it.
var usagePrefixes = []string{
	"unknown command", "unknown flag", "unknown shorthand flag", "flag needs an argument", "invalid argument",
	"required flag(s)", "accepts ", "requires at least", "if any flags in the group", "bad flag syntax", "expected ",
	"invalid return type", "must provide", "at least one of the flags", "missing argument",
}

func isUsage(err error) bool {
	for _, p := range usagePrefixes {
		if strings.HasPrefix(err.Error(), p) {
			return true
		}
	}
	return false
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
