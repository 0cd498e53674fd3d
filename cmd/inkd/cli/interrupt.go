package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/cosmos/cosmos-sdk/client/flags"
)

// handed is the hash of the transaction that this process gave a node last, so
// that who interrupts it is told the truth; nil before.
var handed atomic.Pointer[string]

// handOver notes that a node gets a transaction from now on.
func handOver(raw []byte) {
	hash := strings.ToUpper(fmt.Sprintf("%x", cmttypes.Tx(raw).Hash()))
	handed.Store(&hash)
}

// interruptible lets the first Ctrl-C end a command in order; the second one ends
// the process at once.
func interruptible(cmd *cobra.Command) {
	ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if taken := answering.Load(); taken != nil {
		(*taken)()
	}
	cmd.SetContext(ctx)
	if s := sessionOf(cmd); s != nil {
		s.nodes.interrupted = ctx
	}
}

// answering ends what AnswerInterrupts began; nil if it did not.
var answering atomic.Pointer[func()]

// AnswerInterrupts lets Ctrl-C end these commands with a line and ExitInterrupted from
// their first moment on, until they take it over themselves. Others have ways of their
// own: a node that is started stops in order.
func AnswerInterrupts(args []string, w io.Writer, exit func(int)) {
	switch commandIn(args) {
	case "evidence", "trust", "light", "cert", "institution", "tx", "query":
	default:
		return
	}
	signals, taken := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	stop := sync.OnceFunc(func() {
		signal.Stop(signals)
		close(taken)
	})
	answering.Store(&stop)
	go func() {
		select {
		case <-taken:
		case <-signals:
			e := interrupted(context.Canceled)
			if jsonIn(args) {
				writeJSONError(w, e)
			} else {
				writeTextError(w, e)
			}
			exit(e.Exit)
		}
	}()
}

// commandIn is the first word of a command line that is neither a flag nor the value of
// one that all commands have.
func commandIn(args []string) string {
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "--" + flags.FlagHome, "--" + flags.FlagLogLevel, "--" + flags.FlagLogFormat, "--" + flags.FlagVerboseLogLevel:
			i++
			continue
		}
		if !strings.HasPrefix(args[i], "-") {
			return args[i]
		}
	}
	return ""
}

// isInterrupted says whether an error comes from an interruption.
func isInterrupted(err error) bool {
	return errors.Is(err, context.Canceled) || status.Code(err) == codes.Canceled
}

// interrupted says what the interruption of this process left behind.
func interrupted(cause error) *Error {
	hash := handed.Load()
	if hash == nil {
		return &Error{
			Exit: ExitInterrupted, Code: "interrupted", Cause: cause,
			Zh: "已中断，未发送任何交易", En: "interrupted; nothing was sent",
		}
	}
	e := NotSeen(*hash)
	e.Cause = cause
	e.Zh = "已中断等待；交易已发送，可能已入块，也可能之后入块：" + *hash
	e.En = "interrupted; the transaction was sent, it may be committed or may still come: " + *hash
	return e
}
