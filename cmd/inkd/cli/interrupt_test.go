package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

// Who interrupts is told whether a node may have the transaction.
func TestInterruptionTellsWhetherItWasSent(t *testing.T) {
	n := newFakeNode(t, map[string]string{"broadcast_tx_sync": accepted, "tx": notFound, "health": healthy})
	s := testSender(t, n.url())
	s.wait = time.Minute

	handed.Store(nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.deliver(ctx, []byte("tx"))
	e := classify(fmt.Errorf("wrapped: %w", err))
	require.Equal(t, ExitInterrupted, e.Exit)
	require.Contains(t, e.En, "nothing was sent")
	require.NotContains(t, n.calls, "broadcast_tx_sync")

	ctx, cancel = context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err = s.deliver(ctx, []byte("tx"))
	e = classify(addHint(err, "go on"))
	require.Equal(t, ExitNotSeen, e.Exit)
	require.Regexp(t, `^find out later: inkd query wait-tx [0-9A-F]{64}; go on$`, e.Hint)
}

// Who interrupts while the next block is waited for is told that, and not that there is
// no proof yet; nothing is written.
func TestInterruptionWhileAProofIsWaitedFor(t *testing.T) {
	handed.Store(nil)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := soon(ctx, func() (*bundle.Bundle, error) { return nil, fmt.Errorf("height 7: %w", prove.ErrNotYet) })
	e := classify(explained(err))
	require.Equal(t, ExitInterrupted, e.Exit)
	require.Equal(t, "已中断，未发送任何交易", e.Zh)
	require.Equal(t, "interrupted; nothing was sent", e.En)
}

// From the first moment on Ctrl-C is answered, but a command that handles it itself, or
// a node, is left alone.
func TestInterruptionBeforeACommandRuns(t *testing.T) {
	handed.Store(nil)
	for args, want := range map[string]string{
		"--home x evidence bundle 7":       "evidence",
		"--log_level info --home=x start":  "start",
		"trust pin -o json":                "trust",
		"--trace --log_format plain light": "light",
		"--help":                           "",
	} {
		require.Equal(t, want, commandIn(strings.Fields(args)), args)
	}
	var out bytes.Buffer
	ended := make(chan int, 1)
	AnswerInterrupts([]string{"start"}, &out, func(int) {})
	require.Nil(t, answering.Load())
	AnswerInterrupts([]string{"trust", "pin", "-o", "json"}, &out, func(status int) { ended <- status })
	t.Cleanup(func() { answering.Store(nil) })
	require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGINT))
	require.Equal(t, ExitInterrupted, <-ended)
	require.Equal(t, `{"code":"interrupted","zh":"已中断，未发送任何交易","en":"interrupted; nothing was sent","hint":""}`+"\n", out.String())

	out.Reset()
	AnswerInterrupts([]string{"trust", "pin"}, &out, func(status int) { ended <- status })
	cmd := &cobra.Command{}
	cmd.SetContext(context.Background())
	interruptible(cmd)
	require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGINT))
	<-cmd.Context().Done()
	require.Never(t, func() bool { return len(ended) > 0 }, time.Second, 10*time.Millisecond)
	require.Empty(t, out.String())
}

func TestHintsAreWholeCommands(t *testing.T) {
	cmd := evidenceCommand()
	cmd.Flags().String("home", "", "")
	require.Equal(t, "x: inkd evidence show Y", homeInHint(cmd, "x: inkd evidence show Y"))
	require.NoError(t, cmd.Flags().Set("home", "/a b/$1"))
	require.Equal(t, "x: inkd --home '/a b/$1' evidence show Y", homeInHint(cmd, "x: inkd evidence show Y"))
	require.Equal(t, "inkd --home '/a b/$1' status x; there: inkd comet show-node-id --home ITS_HOME; inkd --home '/a b/$1' keys list",
		homeInHint(cmd, "inkd status x; there: inkd comet show-node-id --home ITS_HOME; inkd keys list"))
	require.Equal(t, "inkd --home '/a b/$1' trust export", homeInHint(cmd, "inkd trust export"))
	cmd.Use = "audit"
	require.Equal(t, "inkd trust export", homeInHint(cmd, "inkd trust export"))
	require.Equal(t, "inkd evidence resume '数 据.inkopen' --from 甲", resumeLine("数 据.inkopen", "甲"))
	require.Equal(t, "no such file", withoutSource("no such file [/tmp/x/genesis.go:13]"))
}

func TestAnEnterpriseThatIsNotCertified(t *testing.T) {
	for _, space := range []string{"consortium", "enterprise"} {
		e := Refused(space, 2, "enterprise 7: expected certified, got suspended: not permitted")
		require.Equal(t, "企业未认证或已暂停（enterprise 7: expected certified, got suspended: not permitted）", e.Zh)
		require.Equal(t, "see it: inkd query enterprise enterprise 7", e.Hint)
	}
	e := evidencetypes.ErrRequestReused
	s := &signedSession{}
	var h = Refused(e.Codespace(), e.ABCICode(), "")
	require.Equal(t, h, s.withOpening(h, "f", opening.Header{}))
}
