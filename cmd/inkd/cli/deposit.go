package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client/flags"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/verify"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// deposited is what is printed of a record that was read back from a node.
type deposited struct {
	Number        string `json:"number"`
	Seq           uint64 `json:"seq"`
	EnterpriseSeq uint64 `json:"enterprise_seq"`
	TxHash        string `json:"tx_hash"`
	MsgIndex      uint32 `json:"msg_index"`
	Height        uint64 `json:"height"`
	BlockTime     string `json:"block_time"`
	Commitment    string `json:"commitment"`
	OpeningFile   string `json:"opening_file"`
	// CommittedMs are the milliseconds from handing it to a node until its commit was
	// seen, which takes about one block.
	CommittedMs int64 `json:"committed_after_ms"`
	// The proof, which takes about two; nil if it was not checked.
	*checkedProof
	// Repeated is set if an earlier transaction of the same request made the record.
	Repeated bool `json:"repeated,omitempty"`
	// OpeningSeq is set if the evidence was opened at once.
	OpeningSeq uint64 `json:"opening_seq,omitempty"`
}

// signedSession is a session that can send.
type signedSession struct {
	*session
	sender   *Sender
	from     string
	address  string
	receipts *receipts
}

func newSignedSession(cmd *cobra.Command) (*signedSession, error) {
	s, err := newSession(cmd)
	if err != nil {
		return nil, err
	}
	wait, err := waitOf(cmd)
	if err != nil {
		return nil, err
	}
	if err := s.realKeyring(cmd); err != nil {
		return nil, err
	}
	from, _ := cmd.Flags().GetString(flags.FlagFrom)
	if from == "" {
		from = s.KeyringDefaultKeyName
	}
	sender := newSender(s.Context, s.nodes, wait)
	who, err := sender.signer(from)
	if err != nil {
		return nil, err
	}
	interruptible(cmd)
	return &signedSession{session: s, sender: sender, from: who.name, address: who.address}, nil
}

// newProvingSession is a newSignedSession that checks proofs.
func newProvingSession(cmd *cobra.Command) (*signedSession, error) {
	s, err := newSignedSession(cmd)
	if err != nil {
		return nil, err
	}
	s.receipts, err = s.session.receipts(cmd.Context(), cmd, s.sender.wait)
	return s, err
}

func runSubmit(cmd *cobra.Command, path string, f *submitFlags) error {
	s, err := newProvingSession(cmd)
	if err != nil {
		return err
	}
	p, err := newPlan(cmd, s.session, path, f)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	if err := p.askChain(ctx, s, f); err != nil {
		return err
	}
	s.note(cmd, "取证方式", "recipe "+p.content.choice())
	if f.dryRun {
		return p.dryRun(ctx, cmd, s)
	}
	h, err := p.prepareOpening(ctx, cmd, f.requestGiven)
	if err != nil {
		return err
	}
	out, err := s.deposit(ctx, cmd, h, p.out)
	if err != nil || out == nil {
		return s.withDeposited(cmd, out, err)
	}
	if f.open && !out.Repeated {
		opened, err := s.open(cmd, out.Seq, out.Number, h)
		if opened != nil {
			out.OpeningSeq = opened.OpeningSeq
		}
		return s.withDeposited(cmd, out, err)
	}
	return s.printDeposited(cmd, out)
}

// withDeposited prints what is on the chain even if something failed after that.
func (s *session) withDeposited(cmd *cobra.Command, out *deposited, err error) error {
	if out == nil {
		return err
	}
	return errors.Join(s.printDeposited(cmd, out), err)
}

// askChain finds out what the commitment needs to know of the chain.
func (p *plan) askChain(ctx context.Context, s *signedSession, f *submitFlags) error {
	var err error
	if p.category, err = s.category(ctx, f.category); err != nil {
		return err
	}
	if p.logID, err = s.logID(ctx); err != nil {
		return err
	}
	if err = s.sender.findChainID(ctx); err != nil {
		return err
	}
	p.chainID = s.sender.ctx.ChainID
	p.enterprise, err = s.chooseEnterprise(ctx, s.address, f.enterprise)
	return err
}

// planned is what a dry run prints.
type planned struct {
	hashed
	EnterpriseID uint64 `json:"enterprise_id"`
	Category     uint32 `json:"category"`
	OpeningFile  string `json:"opening_file"`
	DryRun       bool   `json:"dry_run"`
}

func (p *plan) dryRun(ctx context.Context, cmd *cobra.Command, s *signedSession) error {
	show, done := progress(cmd)
	sum, err := p.content.scan(ctx, show, func(format.Item) error { return nil })
	done()
	if err != nil {
		return err
	}
	out := planned{
		hashed: hashed{
			Recipe: p.content.recipeName(), Items: sum.Items, HeaderItems: sum.HeaderItems,
			Count: sum.Items - uint64(sum.HeaderItems), TotalSize: sum.TotalSize,
		},
		EnterpriseID: p.enterprise, Category: p.category, OpeningFile: p.out, DryRun: true,
	}
	return s.print(cmd, out, []row{
		{"试运行", "dry run", "未写文件，未发送 · nothing was written or sent"},
		{"企业编号", "enterprise", fmt.Sprint(out.EnterpriseID)},
		{"条数", "count", fmt.Sprint(out.Count)},
		{"数据总量", "total size", fmt.Sprintf("%d bytes", out.TotalSize)},
		{"存证密钥文件", "opening file", out.OpeningFile},
	})
}

// deposit sends the record of an opening file that is on disk, reads it back and
// checks its proof. It returns nil if the commit was not to be waited for, and with an
// error what was committed all the same.
func (s *signedSession) deposit(ctx context.Context, cmd *cobra.Command, h opening.Header, file string) (*deposited, error) {
	msg := &evidencetypes.MsgSubmitRecord{
		Submitter: s.address, EnterpriseId: h.EnterpriseID, Kind: logtypes.RecordKind(h.Kind), Category: h.Category,
		Commitment: h.Commitment[:],
	}
	if h.RequestID != (format.Hash{}) {
		msg.RequestId = h.RequestID[:]
	}
	receipt, err := s.sender.Send(ctx, s.from, msg)
	if err != nil {
		return nil, s.withOpening(err, file, h)
	}
	if receipt.Height == 0 {
		return nil, s.printSent(cmd, receipt, file, h)
	}
	var resp evidencetypes.MsgSubmitRecordResponse
	if err := decodeResponse(receipt, 0, &resp); err != nil {
		return nil, err
	}
	out, err := s.readBack(ctx, resp.Seq, h)
	if err != nil {
		return nil, s.withOpening(err, file, h)
	}
	out.OpeningFile, out.CommittedMs, out.Repeated = file, receipt.CommittedMs, resp.RepeatedRequest
	if out.Repeated {
		s.note(cmd, "该请求已存证，返回首次的存证编号", "this request was deposited before: the number is that of the first record")
	}
	s.keepReceipt(cmd, out)
	s.note(cmd, "已入块，正在核验证明："+out.Number, fmt.Sprintf("committed in block %d; checking the proof", out.Height))
	s.receipts.began = receipt.Began
	return out, s.receipts.deposited(ctx, out)
}

// deposited checks the proof of a record that was read back.
func (r *receipts) deposited(ctx context.Context, out *deposited) (err error) {
	out.checkedProof, err = r.check(ctx, subject{out.Seq, out.Height, out.Number}, func(st *verify.Statement) bool {
		return st.Number == out.Number && st.Commitment == out.Commitment && st.Height == out.Height
	})
	return err
}

// withOpening adds how to go on with an opening file that is on disk.
func (s *signedSession) withOpening(err error, file string, h opening.Header) error {
	if isRefusal(err, evidencetypes.ErrRequestReused) {
		return err // it never can be finished
	}
	var e *Error
	if errors.As(err, &e) && isRefusal(err, enterprisetypes.ErrNotQualified) {
		err = e.WithHint(fmt.Sprintf("its administrator applies: inkd tx enterprise apply-qualification %d %d --form-commitment HEX --from ADMINISTRATOR",
			h.EnterpriseID, h.Category))
	}
	return addHint(err, "the opening file stays: "+resumeLine(file, s.from)+" finishes this deposit")
}

// resumeLine is the command that goes on with an opening file.
func resumeLine(file, from string) string {
	return "inkd evidence resume " + quoted(file) + " --from " + quoted(from)
}

// decodeResponse reads the response of one message.
func decodeResponse(r *Receipt, i int, into proto.Message) error {
	if i >= len(r.MsgResponses) {
		return internal(fmt.Errorf("result of %s: expected %d responses, got %d", r.TxHash, i+1, len(r.MsgResponses)))
	}
	return decodeAny(r.MsgResponses[i], into)
}

func decodeAny(a *codectypes.Any, into proto.Message) error {
	if want := sdk.MsgTypeURL(into); a.TypeUrl != want {
		return internal(fmt.Errorf("response: expected %s, got %s", want, a.TypeUrl))
	}
	if err := proto.Unmarshal(a.Value, into); err != nil {
		return internal(err)
	}
	return nil
}

// readBack fetches a record from a node by its number and compares it with what
// was sent: only then it is done.
func (s *session) readBack(ctx context.Context, seq uint64, h opening.Header) (*deposited, error) {
	number, err := s.numberOf(ctx, seq)
	if err != nil {
		return nil, err
	}
	res, err := s.evidence().Record(ctx, &evidencetypes.QueryRecordRequest{Number: number})
	if err != nil {
		return nil, err
	}
	record := res.Entry.GetRecord()
	if record == nil || res.Entry.Seq != seq || !bytes.Equal(record.Commitment, h.Commitment[:]) ||
		record.EnterpriseId != h.EnterpriseID || uint32(record.Kind) != h.Kind {
		return nil, internal(fmt.Errorf("record %s: expected the deposited commitment %x…, got another", number, h.Commitment[:8]))
	}
	return &deposited{
		Number: number, Seq: seq, EnterpriseSeq: record.EnterpriseSeq,
		TxHash: upperHex(res.Entry.TxHash), MsgIndex: res.Entry.MsgIndex,
		Height: res.Entry.Height, BlockTime: stamp(res.Entry.BlockTime), Commitment: hexOf(record.Commitment),
	}, nil
}

// numberOf is the number of the record at an index. A node that has just taken
// over may be a block behind, so it is given some time.
func (s *session) numberOf(ctx context.Context, seq uint64) (string, error) {
	var res *logtypes.QueryEntryResponse
	var err error
	for range 20 {
		if res, err = s.log().Entry(ctx, &logtypes.QueryEntryRequest{Seq: seq}); err == nil || !isRefusal(err, logtypes.ErrNotFound) {
			break
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return "", err
		}
	}
	if err != nil {
		return "", err
	}
	number, err := format.EvidenceNumber(seq, res.Entry.BlockTime)
	if err != nil {
		return "", internal(err)
	}
	return number, nil
}

// sent is what is printed of a transaction that was not waited for.
type sent struct {
	TxHash      string `json:"tx_hash"`
	Commitment  string `json:"commitment"`
	OpeningFile string `json:"opening_file"`
	RequestID   string `json:"request_id"`
}

func (s *signedSession) printSent(cmd *cobra.Command, r *Receipt, file string, h opening.Header) error {
	return s.print(cmd, sent{r.TxHash, hexOf(h.Commitment[:]), file, hexOf(h.RequestID[:])}, []row{
		{"已发送，尚未上链", "sent, not yet on chain", r.TxHash},
		{"存证密钥文件", "opening file", file},
		{"查看结果", "find out", homeInHint(cmd, resumeLine(file, s.from))},
	})
}

func (s *session) printDeposited(cmd *cobra.Command, d *deposited) error {
	opened := ""
	if d.OpeningSeq != 0 {
		opened = fmt.Sprint(d.OpeningSeq)
	}
	return s.print(cmd, d, append([]row{
		{"数据存证编号", "number", d.Number},
		{"企业存证序号", "enterprise_seq", fmt.Sprint(d.EnterpriseSeq)},
		{"交易哈希", "tx_hash", d.TxHash},
		{"区块记载时间（非证明时间）", "block stamp, not a proven time", beijing(d.BlockTime)},
		{"承诺值", "commitment", d.Commitment},
		{"存证密钥文件，请妥善保管", "opening file, keep it safe", d.OpeningFile},
		{"公开条目", "opening_seq", opened},
		{"已入块", "committed", fmt.Sprintf("高度 · height %d（%s，约一块 · about one block）", d.Height, seconds(d.CommittedMs))},
	}, d.checkedProof.rows()...))
}

// receiptPath is where the receipt of an opening file lies.
func receiptPath(openingFile string) string {
	return strings.TrimSuffix(openingFile, ".inkopen") + ".inkreceipt"
}

// keepReceipt writes the receipt beside the opening file, so that later commands
// know the number. It can be had again from the chain, so a failure is only noted.
func (s *session) keepReceipt(cmd *cobra.Command, d *deposited) {
	kept := *d
	kept.Repeated, kept.OpeningSeq, kept.checkedProof = false, 0, nil
	b, err := json.Marshal(kept)
	if err == nil {
		err = writeFile(receiptPath(d.OpeningFile), append(b, '\n'))
	}
	if err != nil && !errors.Is(err, os.ErrExist) {
		s.note(cmd, "回执未能保存", "the receipt could not be kept: "+err.Error())
	}
}

// readReceipt reads what keepReceipt wrote; nil if there is none that fits.
func readReceipt(openingFile string, commitment format.Hash) *deposited {
	b, err := os.ReadFile(receiptPath(openingFile))
	if err != nil {
		return nil
	}
	d := &deposited{}
	if json.Unmarshal(b, d) != nil || d.Commitment != hexOf(commitment[:]) {
		return nil
	}
	return d
}
