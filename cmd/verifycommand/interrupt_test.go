package verifycommand

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
)

// A verdict that takes long is ended by the first Ctrl-C.
func TestCtrlCEndsAVerdict(t *testing.T) {
	never := make(chan struct{})
	defer close(never)
	_, err := interruptible(t.Context(), func(context.Context) (verify.Verdict, error) {
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			return verify.Verdict{}, err
		}
		<-never
		return verify.Verdict{}, nil
	})
	var own *Error
	require.ErrorAs(t, err, &own)
	require.Equal(t, exitInterrupted, own.Exit)
}

// A fault while judging is told like any other, although it is in a goroutine.
func TestAFaultIsToldWithItsPlace(t *testing.T) {
	_, err := interruptible(t.Context(), func(context.Context) (verify.Verdict, error) { panic("out of ink") })
	var own *Error
	require.ErrorAs(t, err, &own)
	require.Equal(t, verify.ExitInternal, own.Exit)
	require.Regexp(t, "(?s)^out of ink\n.*interrupt_test.go", own.En)
}

// asCommand holds the words with which the test's own program is the command.
const asCommand = "INKD_TEST_VERIFY"

// The first Ctrl-C ends the program also while it waits for what nobody sends.
func TestCtrlCEndsTheProgram(t *testing.T) {
	if words := os.Getenv(asCommand); words != "" {
		os.Exit(Main(New("inkverify"), strings.Fields(words)))
	}
	w := carry(t).lay(t)
	own, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, own, "-test.run=^"+t.Name()+"$")
	cmd.Dir, cmd.Env = w.dir, append(os.Environ(), asCommand+"=file.ink - --anchor anchor.ink")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = in.Write(make([]byte, 1<<20)) // more than a pipe holds: it is being read
	require.NoError(t, err)
	time.Sleep(200 * time.Millisecond) // until all has been read, and it waits for more
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	require.Error(t, cmd.Wait())
	require.Equal(t, exitInterrupted, cmd.ProcessState.ExitCode(), errs.String())
	require.Contains(t, errs.String(), "interrupted")
}
