package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

// requestsForgotten is when the chain may have forgotten a request id, less a
// margin for the difference of clocks.
const requestsForgotten = evidencetypes.RequestLife - 6*time.Hour

func resumeCommand() *cobra.Command {
	var again bool
	cmd := &cobra.Command{
		Use:   "resume FILE.inkopen",
		Short: "完成未见入块的存证 · Finish a deposit whose commit was not seen",
		Long: `以相同的承诺值与请求号重发；若早已入块，返回首次的存证编号。
Sends the same commitment under the same request id: if it had been committed, the
chain answers the first record. It knows request ids for seven days of block time;
after that an opening file without receipt is only deposited again with --again.`,
		Example: "  inkd evidence resume 数据.csv.inkopen --from demo-employee",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runResume(cmd, args[0], again)
		},
	}
	cmd.Flags().BoolVar(&again, "again", false, "七天之后仍再次存证 · deposit even after seven days, which may make a second record")
	addTxFlags(cmd)
	addAnchorFlag(cmd)
	return cmd
}

func runResume(cmd *cobra.Command, file string, again bool) error {
	if err := checkOpening(file); err != nil {
		return err // before any key or node is asked for
	}
	reader, err := newSession(cmd)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	h, err := reader.readOpening(ctx, file)
	if err != nil {
		return err
	}
	if known := readReceipt(file, h.Commitment); known != nil {
		out, err := reader.readBack(ctx, known.Seq, h)
		if err != nil {
			return err
		}
		out.OpeningFile, out.CommittedMs, out.Repeated = file, known.CommittedMs, true
		return reader.proveAgain(cmd, out)
	}
	age := time.Since(time.Unix(0, int64(h.Created)))
	if (age > requestsForgotten || h.RequestID == (format.Hash{})) && !again {
		return Usage("存证密钥文件已超过七天，链可能已忘记该请求",
			fmt.Sprintf("expected an opening file of the last seven days, got one of %s: the chain may have forgotten the request", stamp(h.Created)),
			"look for the record first; --again deposits in any case")
	}
	s, err := newProvingSession(cmd)
	if err != nil {
		return err
	}
	out, err := s.deposit(cmd.Context(), cmd, h, file)
	return s.withDeposited(cmd, out, err)
}

// proveAgain checks the proof of a record that an earlier command deposited.
func (s *session) proveAgain(cmd *cobra.Command, out *deposited) error {
	wait, err := waitOf(cmd)
	if err != nil {
		return err
	}
	if wait == 0 {
		return s.printDeposited(cmd, out)
	}
	interruptible(cmd)
	r, err := s.receipts(cmd.Context(), cmd, wait)
	if err != nil {
		return err
	}
	r.began = time.Now()
	return s.withDeposited(cmd, out, r.deposited(cmd.Context(), out))
}

// checkOpening says whether a file is an opening file.
func checkOpening(file string) error {
	f, err := opening.Open(file)
	if err != nil {
		return File("无法读取存证密钥文件", "the opening file", err, "")
	}
	return f.Close()
}

// readOpening reads an opening file's header and checks that it belongs to the
// log that the nodes serve.
func (s *session) readOpening(ctx context.Context, file string) (opening.Header, error) {
	f, err := opening.Open(file)
	if err != nil {
		return opening.Header{}, File("无法读取存证密钥文件", "the opening file", err, "")
	}
	defer f.Close()
	logID, err := s.logID(ctx)
	if err != nil {
		return opening.Header{}, err
	}
	if f.Header.LogID != logID {
		return opening.Header{}, Usage("存证密钥文件属于另一条链",
			fmt.Sprintf("expected an opening file of log %x…, got one of log %x… (chain %s)", logID[:8], f.Header.LogID[:8], f.Header.ChainID), "check --node")
	}
	return f.Header, nil
}
