package verifycommand

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/inkchain/inkd/verify"
)

// Error is what the command ends with if not with status 0. After a verdict it only
// carries the status, since the verdict says everything.
type Error struct {
	Exit int    // a status of package verify
	Code string // "usage", "trust", "unsupported", "internal"; empty after a verdict
	Zh   string
	En   string
	Hint string
}

// Error is the English sentence.
func (e *Error) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("verdict with status %d", e.Exit)
	}
	return e.En
}

func usage(zh, en, hint string) *Error {
	return &Error{verify.ExitUsage, "usage", zh, en, hint}
}

// Report prints an error to w, as one JSON object {"code","zh","en","hint"} if args
// ask for JSON, else in lines, and returns the exit status. An error of others is
// wrong usage: it comes from the parsing of flags.
func Report(w io.Writer, args []string, err error) int {
	if err == nil {
		return verify.ExitOK
	}
	var e *Error
	if !errors.As(err, &e) {
		e = usage("用法不正确（"+err.Error()+"）", err.Error(), "see --help")
	}
	switch {
	case e.Code == "":
	case wantsJSON(args):
		_ = writeJSON(w, struct {
			Code string `json:"code"`
			Zh   string `json:"zh"`
			En   string `json:"en"`
			Hint string `json:"hint"`
		}{e.Code, e.Zh, e.En, e.Hint})
	default:
		fmt.Fprintf(w, "错误: %s\nerror: %s [%s]\n", Safe(e.Zh), Safe(e.En), e.Code)
		if e.Hint != "" {
			fmt.Fprintf(w, "hint: %s\n", Safe(e.Hint))
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
