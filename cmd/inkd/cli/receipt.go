package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// checkedProof is what is printed of a proof that was checked here: either the times,
// or the verdict that refuses it.
type checkedProof struct {
	// ProvenTime is the time of the header above the entry's block: no later than that.
	ProvenTime string `json:"proven_time,omitempty"`
	// ProvenAfterMs are the milliseconds from handing the transaction to a node until
	// its proof was checked.
	ProvenAfterMs     int64           `json:"proven_after_ms,omitempty"`
	CheckedAgainst    string          `json:"checked_against"` // path of an anchor, or "node"
	AnchorFingerprint string          `json:"anchor_fingerprint"`
	Verdict           *verify.Verdict `json:"verdict,omitempty"`

	trust *trust
}

func (p *checkedProof) rows() []row {
	if p == nil {
		return nil
	}
	if p.Verdict != nil {
		rows := []row{}
		for _, c := range p.Verdict.Checks {
			rows = append(rows, row{c.Zh, c.En, checkName(c.Status)})
		}
		return append(rows, p.trust.row())
	}
	zh, en := "证明已核验", "proof checked"
	if !p.trust.own() {
		zh, en = "与节点自身所述一致", "consistent with what the node says of itself"
	}
	return []row{
		{zh, en, fmt.Sprintf("不晚于 · no later than %s（%s，约两块 · about two blocks）", beijing(p.ProvenTime), seconds(p.ProvenAfterMs))},
		p.trust.row(),
	}
}

// checkName is how a check ended, for people.
func checkName(s verify.Status) string {
	zh := map[verify.Status]string{verify.Passed: "通过", verify.Failed: "未通过", verify.NotChecked: "未检查"}[s]
	return said{zh, string(s)}.String()
}

func seconds(ms int64) string { return fmt.Sprintf("%.2f s", float64(ms)/1000) }

// receipts checks the proofs of entries that were just committed.
type receipts struct {
	src   prove.Source
	trust *trust // nil: what the nodes say, asked for when there is something to check
	wait  time.Duration
	// began is when the transaction was handed to a node.
	began time.Time
}

// receipts reads the user's anchor, if there is one: before anything is sent, so that
// a wrong one stops nobody half-way.
func (s *session) receipts(ctx context.Context, cmd *cobra.Command, wait time.Duration) (*receipts, error) {
	r := &receipts{src: s.source(), wait: wait}
	pinned, err := s.pinnedAnchor(cmd)
	if err == nil && pinned != nil {
		r.trust, err = s.trust(ctx, cmd)
	}
	return r, err
}

// subject is an entry whose proof is checked, with the height of its block; number is
// empty if it has none.
type subject struct {
	seq, height uint64
	number      string
}

// arg is how commands name it.
func (s subject) arg() string {
	if s.number == "" {
		return fmt.Sprint(s.seq)
	}
	return s.number
}

// check waits until an entry can be proven, which is when the next block has a commit,
// and lets the verifier judge. Whatever keeps the proof from coming is notProven; a
// proof that fails is refusedProof, and what is returned beside has the verdict.
func (r *receipts) check(ctx context.Context, of subject, same func(*verify.Statement) bool) (*checkedProof, error) {
	limit, cancel := context.WithTimeout(ctx, r.wait)
	defer cancel()
	b, err := r.receipt(limit, of)
	if err != nil && !errors.Is(err, prove.ErrRefused) {
		var own *Error
		if errors.As(err, &own) && own.Exit == ExitUsage {
			return nil, err // more than one era, and no anchor
		}
		return nil, notProven(of, err)
	}
	v := verify.Verify(verify.Input{Bundle: b.Bytes(), Anchor: r.trust.anchor.Bytes(), Policy: verify.Policy{Require: existence}})
	out := &checkedProof{CheckedAgainst: r.trust.source(), AnchorFingerprint: r.trust.fingerprint(), trust: r.trust}
	complaints := complaintsOf(v)
	if complaints == "" && (v.Statement.Seq != of.seq || !v.Statement.OriginProven || !same(v.Statement)) {
		complaints = "所证内容并非所发送的内容 · it is sound, but not about what was sent"
	}
	if complaints != "" {
		out.Verdict = &v
		return out, refusedProof(of, complaints)
	}
	out.ProvenTime, out.ProvenAfterMs = stamp(uint64(v.Statement.ProvenTime)), time.Since(r.began).Milliseconds()
	return out, nil
}

// receipt asks for the bundle as soon as it can be had. With prove.ErrRefused it
// returns what the verifier refuses.
func (r *receipts) receipt(ctx context.Context, of subject) (*bundle.Bundle, error) {
	if r.trust == nil {
		var err error
		if r.trust, err = nodesAnchor(ctx, r.src); err != nil {
			return nil, err
		}
	}
	for {
		latest, err := r.src.Latest(ctx)
		if err != nil {
			return nil, err
		}
		err = prove.ErrNotYet
		if latest >= of.height { // to ask for all the parts before would be in vain
			var b *bundle.Bundle
			if b, err = prove.Receipt(ctx, r.src, of.seq, r.trust.anchor); b != nil || !errors.Is(err, prove.ErrNotYet) {
				return b, err
			}
		}
		if pause(ctx, 50*time.Millisecond) != nil {
			return nil, err
		}
	}
}

// existence are the checks that say that an entry is in the log, and since when. A
// receipt shows no content.
var existence = []string{"format", "log", "authority", "state", "consistency", "inclusion", "origin"}

// complaintsOf are the checks that keep a verdict from being sound; empty if none do.
func complaintsOf(v verify.Verdict) string {
	var list []string
	for _, c := range v.Checks {
		if c.Status == verify.Failed || c.Status == verify.NotChecked && c.Required {
			list = append(list, c.Zh+" · "+c.En)
		}
	}
	sound := v.Statement != nil && (v.Exit == verify.ExitOK || v.Exit == verify.ExitNothingShown)
	if !sound && len(list) == 0 {
		list = append(list, fmt.Sprintf("exit status %d", v.Exit))
	}
	return strings.Join(list, "; ")
}

// notProven says that something is committed, but its proof could not be checked.
func notProven(of subject, cause error) *Error {
	zh, en := cause.Error(), cause.Error()
	if errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) || errors.Is(cause, prove.ErrNotYet) {
		zh, en = "未及时见到下一块", "the next block was not seen in time"
	}
	return &Error{
		Exit: ExitNotSeen, Code: "not-proven", Cause: cause,
		Zh:   fmt.Sprintf("已入块，但证明尚未核验：%s（%s）", of.arg(), zh),
		En:   fmt.Sprintf("it is committed, but its proof is not checked yet: %s: %s", of.arg(), en),
		Hint: fmt.Sprintf("稍后核验 · check it later: inkd evidence bundle %[1]s --out %[1]s.ink", of.arg()),
	}
}

// refusedProof says that the verifier does not accept what the nodes gave.
func refusedProof(of subject, why string) *Error {
	return &Error{
		Exit: ExitInternal, Code: "proof",
		Zh:   fmt.Sprintf("证明核验不通过，切勿视为完成：%s（%s）", of.arg(), why),
		En:   fmt.Sprintf("THE PROOF OF %s FAILED, do not take it as done: %s", of.arg(), why),
		Hint: "节点或信任锚有误：请以 --node 询问另一机构的节点，另行核对信任锚指纹，并告知联盟 · the node or the anchor is wrong: ask another institution's node with --node, compare the anchor's fingerprint elsewhere, and tell the consortium",
	}
}
