package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify/bundle"
)

// TestMain lets the scripts run this test binary as inkd.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"inkd": main})
}

// TestDialogues runs testdata/*.txt against one real node: each shows what a user
// types, what comes back on standard output and standard error, and the status.
func TestDialogues(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a node")
	}
	n := startNode(t)
	n.enrol(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			e.Setenv("INKD_HOME", home)
			e.Setenv("HOME", home)
			e.Setenv("NODE", n.rpc)
			e.Setenv("GENESIS", n.genesis)
			e.Setenv("NODE_HOME", n.home)
			e.Setenv("ANCHOR", n.anchor(t))
			for _, name := range people {
				e.Setenv("ADDRESS_"+name, n.address(t, name))
			}
			return os.CopyFS(home, os.DirFS(n.client))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "let": let, "json": jsonIs, "csv": writeCSV, "grow": grow, "replace": replace,
			"otherlog":      changedAnchor(func(a *bundle.Anchor) { a.LogID[0] ^= 1 }),
			"otherfounders": changedAnchor(func(a *bundle.Anchor) { a.Eras[0].Validators[0].Power++ }),
		},
		Condition: func(cond string) (bool, error) {
			if cond == "tmpfs" {
				return exec.Command("unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt").Run() == nil, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
	})
}

// changedAnchor makes a command FROM TO that copies an anchor with a change.
func changedAnchor(change func(*bundle.Anchor)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 2 {
			ts.Fatalf("usage: FROM TO")
		}
		a, err := bundle.ParseAnchor([]byte(ts.ReadFile(args[0])))
		ts.Check(err)
		change(a)
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), a.Bytes(), 0o600))
	}
}

// exits STATUS COMMAND… runs a command that must end with a status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("expected status %d, got %d", want, got)
	}
}

// jsonValue reads a value of the JSON on standard output or standard error; the
// path's steps are keys and indexes joined by dots.
func jsonValue(ts *testscript.TestScript, stream, path string) string {
	var v any
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(stream)))
	d.UseNumber()
	ts.Check(d.Decode(&v))
	for _, step := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			inner, ok := x[step]
			if !ok {
				ts.Fatalf("%s: expected a key %q in %v", path, step, x)
			}
			v = inner
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(x) {
				ts.Fatalf("%s: expected an index below %d, got %q", path, len(x), step)
			}
			v = x[i]
		default:
			ts.Fatalf("%s: expected an object or list, got %v", path, v)
		}
	}
	return fmt.Sprint(v)
}

// let VAR PATH sets a variable to a value of the JSON on standard output.
func let(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: let VAR PATH")
	}
	ts.Setenv(args[0], jsonValue(ts, "stdout", args[1]))
}

// json STREAM PATH REGEXP compares a value of JSON on a stream.
func jsonIs(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: [!] json STREAM PATH REGEXP")
	}
	got := jsonValue(ts, args[0], args[1])
	if regexp.MustCompile("^(?:"+args[2]+")$").MatchString(got) == neg {
		ts.Fatalf("%s: expected %s (not: %v), got %s", args[1], args[2], neg, got)
	}
}

// csv FILE ROWS writes a header row and some rows.
func writeCSV(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: csv FILE ROWS")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("id,value\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,\"value, %d\"\n", i, i)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// grow FILE appends to a file every few milliseconds until the script ends.
func grow(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: grow FILE")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		defer f.Close()
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				_, _ = f.WriteString("more\n")
			}
		}
	}()
	ts.Defer(func() {
		close(stop)
		<-stopped
	})
}

// replace OLD NEW FILE replaces the first occurrence of a text in a file.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace OLD NEW FILE")
	}
	text := ts.ReadFile(args[2])
	if !strings.Contains(text, args[0]) {
		ts.Fatalf("%s: expected %q in it", args[2], args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Replace(text, args[0], args[1], 1)), 0o600))
}

func TestEveryCommandHasTwoLanguages(t *testing.T) {
	for _, name := range []string{"evidence", "cert", "institution", "node", "trust", "archive"} {
		cmd, _, err := newRootCommand().Find([]string{name})
		require.NoError(t, err)
		for _, c := range append(cmd.Commands(), cmd) {
			require.Regexp(t, `\p{Han}.*·.*[A-Za-z]`, c.Short, c.CommandPath())
			require.NotEmpty(t, c.Example, c.CommandPath())
		}
	}
}

// Whatever sends one of our messages waits for its commit: no command below tx of
// the three modules goes past that.
func TestEveryTransactionWaits(t *testing.T) {
	for _, module := range []string{"consortium", "enterprise", "evidence"} {
		parent, _, err := newRootCommand().Find([]string{"tx", module})
		require.NoError(t, err)
		leaves := leavesOf(parent)
		require.NotEmpty(t, leaves, module)
		for _, c := range leaves {
			require.NotNil(t, c.Flags().Lookup("wait"), c.CommandPath())
			require.NotNil(t, c.Flags().Lookup("no-wait"), c.CommandPath())
		}
	}
}

func leavesOf(c *cobra.Command) []*cobra.Command {
	if !c.HasSubCommands() {
		return []*cobra.Command{c}
	}
	var leaves []*cobra.Command
	for _, child := range c.Commands() {
		leaves = append(leaves, leavesOf(child)...)
	}
	return leaves
}
