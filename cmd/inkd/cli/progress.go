package cli

import (
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

// progress shows on a terminal how many bytes were read; elsewhere nothing. done
// removes the bar.
func progress(cmd *cobra.Command) (show func(done, total uint64), done func()) {
	w := cmd.ErrOrStderr()
	if !isTerminal(w) {
		return nil, func() {}
	}
	var bar *progressbar.ProgressBar
	show = func(read, total uint64) {
		if bar == nil {
			bar = progressbar.NewOptions64(int64(total),
				progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish(),
				progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetDescription("摘要 · digesting"))
			if total == 0 { // a stream
				bar.ChangeMax64(-1)
			}
		}
		_ = bar.Set64(int64(read))
	}
	return show, func() {
		if bar != nil {
			_ = bar.Finish()
		}
	}
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// isTerminalIn says whether somebody can be asked.
func isTerminalIn(r io.Reader) bool { return isTerminal(r) }
