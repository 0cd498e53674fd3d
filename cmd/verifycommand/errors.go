package verifycommand

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/inkchain/inkd/verify"
)

// Error is what the command ends with if not with status 0. After a verdict it only
// carries the status, since the verdict says everything.
type Error struct {
	Exit int    // a status of package verify
	Code string // "usage", "trust", "unsupported", "format", "interrupted", "internal"; empty after a verdict
	Zh   string
	En   string
	Hint words // what to do, in both languages; empty if there is nothing to say
}

// Error is the English sentence.
func (e *Error) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("verdict with status %d", e.Exit)
	}
	return e.En
}

func usage(zh, en string, hint words) *Error {
	return &Error{verify.ExitUsage, "usage", zh, en, hint}
}

var (
	noHint  = words{}
	seeHelp = words{"见 --help", "see --help"}
)

// flagErrors are what the parsing of flags says, and how that begins in Chinese.
var flagErrors = [][2]string{
	{"unknown flag: ", "没有这个参数："}, {"unknown shorthand flag: ", "没有这个短参数："}, {"flag needs an argument: ", "参数缺少取值："}, {"bad flag syntax: ", "参数写法不正确："},
}

// wrongFlag is an error of the parsing of flags.
func wrongFlag(err error) *Error {
	for _, w := range flagErrors {
		if rest, ok := strings.CutPrefix(err.Error(), w[0]); ok {
			return usage(w[1]+rest, err.Error(), seeHelp)
		}
	}
	return usage("参数不正确（"+err.Error()+"）", err.Error(), seeHelp)
}

// Report prints an error to w, as one JSON object {"code","zh","en","hint","hint_zh"} if args
// ask for JSON, else in lines, and returns the exit status. An error of others is
// wrong usage: it comes from the parsing of flags.
func Report(w io.Writer, args []string, err error) int {
	if err == nil {
		return verify.ExitOK
	}
	var e *Error
	if !errors.As(err, &e) {
		e = wrongFlag(err)
	}
	switch {
	case e.Code == "":
	case wantsJSON(args):
		_ = writeJSON(w, struct {
			Code   string `json:"code"`
			Zh     string `json:"zh"`
			En     string `json:"en"`
			Hint   string `json:"hint"`
			HintZh string `json:"hint_zh,omitempty"`
		}{e.Code, e.Zh, e.En, e.Hint.en, e.Hint.zh})
	default:
		fmt.Fprintf(w, "错误: %s\nerror: %s [%s]\n", Safe(e.Zh), Safe(e.En), e.Code)
		if e.Hint != noHint {
			fmt.Fprintf(w, "提示: %s\nhint: %s\n", Safe(e.Hint.zh), Safe(e.Hint.en))
		}
	}
	return e.Exit
}

// wantsJSON looks at the words themselves: the flags may be what is wrong.
func wantsJSON(args []string) bool {
	for i, a := range args {
		switch a {
		case "-ojson", "-o=json", "--output=json":
			return true
		case "-o", "--output":
			if i+1 < len(args) && args[i+1] == "json" {
				return true
			}
		case "--":
			return false
		}
	}
	return false
}

// writeJSON writes one line. Characters that a terminal would obey or hide are
// escaped there too.
func writeJSON(w io.Writer, v any) error {
	var line jsonLine
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(line.escaped())
	return err
}

// cause is the reason of a failure to read, without the name that the sentence has.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
