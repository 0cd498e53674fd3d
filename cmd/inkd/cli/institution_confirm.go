package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"
)

func addYesFlag(cmd *cobra.Command, yes *bool) {
	cmd.Flags().BoolVarP(yes, flags.FlagSkipConfirmation, "y", false, "不再确认 · do not ask for confirmation")
}

// confirm shows what is about to be signed in the institution's name and asks on a
// terminal; elsewhere --yes has to say it.
func (s *session) confirm(cmd *cobra.Command, yes bool, what []row) error {
	if yes {
		return nil
	}
	if !isTerminalIn(cmd.InOrStdin()) {
		return Usage("未确认，未发送", "expected --yes, since nobody is there to confirm; nothing was sent", "--yes")
	}
	w := cmd.ErrOrStderr()
	if err := printRows(w, what); err != nil {
		return internal(err)
	}
	fmt.Fprint(w, "以本机构名义签名发送？同意请输入 yes · Sign this for your institution? Type yes: ")
	line, err := readLine(cmd.Context(), cmd.InOrStdin())
	if err != nil {
		fmt.Fprintln(w)
		return err
	}
	if strings.TrimSpace(line) != "yes" {
		return Usage("未确认，未发送", "no confirmation was given; nothing was sent", "")
	}
	return nil
}

// readLine reads an answer; an interruption ends it with the context's error, since
// nothing else ends a read of a terminal.
func readLine(ctx context.Context, r io.Reader) (string, error) {
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(r).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		return line, ctx.Err()
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
