package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/verify"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

func openCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "open FILE.inkopen|NUMBER",
		Short: "在链上公开公开部分 · Reveal the public part on chain, once and for ever",
		Long: `公开根哈希、条数、总量、取证方式与产生时间，不公开内容与名称；不可撤回。
Reveals root, counts, size, recipe and claimed period, neither content nor title. It
cannot be taken back.`,
		Example: "  inkd evidence open 数据.csv.inkopen --from demo-employee\n  inkd evidence open CZ20260000000000427 --opening 数据.csv.inkopen --from demo-employee",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runOpen(cmd, args[0], file)
		},
	}
	cmd.Flags().StringVar(&file, "opening", "", "存证密钥文件 · the opening file, if a number is given")
	addTxFlags(cmd)
	addAnchorFlag(cmd)
	return cmd
}

// opened is what is printed of an opening.
type opened struct {
	Number      string `json:"number"`
	EvidenceSeq uint64 `json:"evidence_seq"`
	OpeningSeq  uint64 `json:"opening_seq"`
	Height      int64  `json:"height"`
	CommittedMs int64  `json:"committed_after_ms"`
	*checkedProof
}

func runOpen(cmd *cobra.Command, what, file string) error {
	s, err := newProvingSession(cmd)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	number := ""
	if file == "" {
		file = what
	} else {
		number = what
	}
	h, err := s.readOpening(ctx, file)
	if err != nil {
		return err
	}
	seq, err := evidenceSeq(number, file, h.Commitment)
	if err != nil {
		return err
	}
	d, err := s.readBack(ctx, seq, h)
	if err != nil {
		return err
	}
	out, err := s.open(cmd, seq, d.Number, h)
	if out == nil {
		return err
	}
	return errors.Join(s.print(cmd, out, append([]row{
		{"数据存证编号", "number", d.Number},
		{"公开条目", "opening_seq", fmt.Sprint(out.OpeningSeq)},
		{"已入块", "committed", fmt.Sprintf("高度 · height %d（%s，约一块 · about one block）", out.Height, seconds(out.CommittedMs))},
	}, out.checkedProof.rows()...)), err)
}

// open reveals the public part of a record and checks the proof of that. Without
// waiting the answer is nil, and what was sent is printed; with an error it is what
// was committed all the same.
func (s *signedSession) open(cmd *cobra.Command, seq uint64, number string, h opening.Header) (*opened, error) {
	nonce := h.Secret.Nonce()
	digest := format.PrivateDigest(h.Secret.PrivateNonce(), h.Private)
	receipt, err := s.act(cmd, &evidencetypes.MsgOpen{
		Opener: s.address, EvidenceSeq: seq,
		Revelation: evidencetypes.Revelation{Public: h.Public, Nonce: nonce[:], PrivateDigest: digest[:]},
	})
	if err != nil || receipt.Height == 0 {
		return nil, err
	}
	var resp evidencetypes.MsgOpenResponse
	if err := decodeResponse(receipt, 0, &resp); err != nil {
		return nil, err
	}
	out := &opened{Number: number, EvidenceSeq: seq, OpeningSeq: resp.OpeningSeq, Height: receipt.Height, CommittedMs: receipt.CommittedMs}
	s.receipts.began = receipt.Began
	out.checkedProof, err = s.receipts.check(cmd.Context(), subject{seq: resp.OpeningSeq, height: uint64(receipt.Height)}, func(st *verify.Statement) bool {
		return st.Height == uint64(receipt.Height) && st.TxHash == strings.ToLower(receipt.TxHash)
	})
	return out, err
}

// evidenceSeq is the record's index by its number, or by the receipt that lies
// beside the opening file.
func evidenceSeq(number, file string, commitment format.Hash) (uint64, error) {
	if number == "" {
		if known := readReceipt(file, commitment); known != nil {
			return known.Seq, nil
		}
		return 0, Usage("存证密钥文件旁没有回执，请给出存证编号",
			fmt.Sprintf("expected the receipt %s beside the opening file, got none", receiptPath(file)),
			"give the number, CZ…; or have it again: inkd evidence resume "+quoted(file)+" --from NAME")
	}
	kind, _, seq, err := format.ParseNumber(number)
	if err == nil && kind != format.CZ {
		err = fmt.Errorf("expected a number CZ…, got %s", number)
	}
	if err != nil {
		return 0, BadInput("存证编号不正确", "the number", err, "CZ and 17 digits, the last one a check digit")
	}
	return seq, nil
}
