package cli

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	cmttypes "github.com/cometbft/cometbft/types"
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
	cmd.SetContext(ctx)
	if s := sessionOf(cmd); s != nil {
		s.nodes.interrupted = ctx
	}
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
