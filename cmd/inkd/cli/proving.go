package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// nextBlock is how long a bundle is waited for whose next block is not there yet.
const nextBlock = 10 * time.Second

// soon asks again while the chain has not come there, for a few blocks.
func soon(ctx context.Context, f func() (*bundle.Bundle, error)) (*bundle.Bundle, error) {
	limit, cancel := context.WithTimeout(ctx, nextBlock)
	defer cancel()
	for {
		b, err := f()
		if !errors.Is(err, prove.ErrNotYet) || pause(limit, 100*time.Millisecond) != nil {
			if ctx.Err() != nil { // interrupted, whatever it was waiting for
				return nil, ctx.Err()
			}
			return b, err
		}
	}
}

// subjectOf finds the entry that a user names, by the number of a record or by its
// place in the log.
func (s *session) subjectOf(ctx context.Context, what string) (*logtypes.Entry, error) {
	seq, err := strconv.ParseUint(what, 10, 64)
	isNumber := err != nil
	if isNumber {
		var kind format.NumberKind
		if kind, _, seq, err = format.ParseNumber(what); err != nil {
			return nil, BadInput("存证编号不正确", "the number", err, "CZ 加 17 位数字，末位为校验位；或日志序号 · CZ and 17 digits, the last one a check digit; or the place in the log")
		}
		if kind == format.ZS {
			return nil, s.certificateNumber(ctx, what)
		}
	}
	unknown := func() error {
		e := evidencetypes.ErrNotFound
		return Refused(e.Codespace(), e.ABCICode(), fmt.Sprintf("expected a number or place of the log, got %s", what))
	}
	raw, err := s.source().Entry(ctx, seq)
	if errors.Is(err, prove.ErrNotFound) {
		return nil, unknown()
	}
	if err != nil {
		return nil, err
	}
	e, err := logtypes.ParseEntry(raw)
	if err != nil || e.Seq != seq {
		return nil, internal(fmt.Errorf("entry %d: the node gave another: %w", seq, err))
	}
	if isNumber && (e.GetRecord() == nil || format.CheckNumber(what, format.CZ, seq, e.BlockTime) != nil) {
		return nil, unknown()
	}
	return e, nil
}

// certificateNumber is the refusal of a certificate's number, with the number of its
// record if it is known.
func (s *session) certificateNumber(ctx context.Context, number string) error {
	hint := "查其存证编号 · the number of its record: inkd cert show " + number
	if c, err := s.certificate(ctx, number); err == nil {
		hint = "其存证的证明包含有该证书的状态 · its record, whose bundle has the certificate's status: inkd evidence bundle " + c.EvidenceNumber
	}
	return Usage("这是证书编号，请给出存证编号："+number, fmt.Sprintf("expected the number of a record, CZ…, got that of a certificate, %s", number), hint)
}

// explained gives what prove says an exit status and a sentence, unless it has one.
func explained(err error) error {
	if own, ok := err.(*Error); ok {
		return own
	}
	e := &Error{Exit: ExitRefused, Cause: err}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, prove.ErrRefused):
		return &Error{
			Exit: ExitInternal, Code: "proof", Cause: err,
			Zh: "节点给出的证明核验不通过，未写文件（" + err.Error() + "）", En: "the nodes' proofs FAILED; nothing was written: " + err.Error(),
			Hint: "节点或信任锚有误：请以 --node 询问另一机构的节点，另行核对信任锚指纹 · the node or the anchor is wrong: ask another institution's node with --node, compare the anchor's fingerprint elsewhere",
		}
	case errors.Is(err, prove.ErrOptions):
		return BadInput("无法制作该证明包", "the bundle", err, "")
	case errors.Is(err, prove.ErrNotYet):
		e.Exit, e.Code, e.Zh, e.En = ExitNotSeen, "not-yet", "下一块尚未提交，暂不能证明", "the next block is not committed yet, so there is no proof yet"
		e.Hint = "请稍后再试 · try again in a moment"
	case errors.Is(err, prove.ErrNotKept), errors.Is(err, prove.ErrPruned):
		e.Code, e.Zh, e.En = "not-kept", "所问节点已不保存所需的证明", "the nodes have not kept what the proof needs"
		e.Hint = "请询问保存更多的节点 · ask nodes that keep more: --node URL[,URL…]"
	case errors.Is(err, prove.ErrNotFound):
		e.Code, e.Zh, e.En = "not-found", "链上没有所需的内容", "the log has not what the bundle needs"
	default:
		return err
	}
	e.Zh, e.En = detailZh(e.Zh, err), detail(e.En, err)
	return e
}

// judged lets the verifier judge a bundle once more, as whoever gets it will.
func (t *trust) judged(b *bundle.Bundle) (verify.Verdict, []byte, error) {
	file := b.Bytes()
	v := verify.Verify(verify.Input{Bundle: file, Anchor: t.anchor.Bytes()})
	for _, c := range v.Checks {
		if c.Status == verify.Failed {
			return v, nil, explained(fmt.Errorf("%w: %s", prove.ErrRefused, c.En))
		}
	}
	if v.Statement == nil {
		return v, nil, explained(fmt.Errorf("%w: status %d", prove.ErrRefused, v.Exit))
	}
	return v, file, nil
}
