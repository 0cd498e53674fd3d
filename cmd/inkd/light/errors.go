package light

import (
	"errors"
	"fmt"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify"
)

// Refusal says why something is not served: what was expected and what came.
type Refusal struct {
	// Exit is a status of package verify that a command ends with.
	Exit int
	// Code is a rule of docs/spec/bundle.md, or one of this package: "fork",
	// "unverifiable", "read-only", "below-trust", "no-proof", "trust", "usage", "clock",
	// "light-client", "header".
	Code   string
	Zh, En string
}

// Error is the English sentence.
func (r *Refusal) Error() string { return r.En }

// answered is a refusal of what a node answered.
func answered(n *Node, code, zh, en string, args ...any) *Refusal {
	detail := fmt.Sprintf(en, args...)
	return &Refusal{
		Exit: verify.ExitFailed, Code: code,
		Zh: fmt.Sprintf("节点 %s 的应答未通过核验：%s（%s）", n.Name, zh, detail),
		En: fmt.Sprintf("the answer of node %s was refused: %s", n.Name, detail),
	}
}

// broken is a refusal by a rule of the authority chain. What was verified last stands
// in the place of a pin for verify; only a pin of the user is called one.
func broken(n *Node, height uint64, c verify.Check, pinned bool) *Refusal {
	code, zh := c.Rule, c.Zh
	if code == "" {
		code = c.Code
	}
	if code == "pins.set" && !pinned {
		code, zh = "chain.set", "区块头的验证人集合与权威链不一致（"+c.En+"）"
	}
	return &Refusal{
		Exit: c.Exit, Code: code,
		Zh: fmt.Sprintf("节点 %s 给出的高度 %d 的区块头未通过核验：%s", n.Name, height, zh),
		En: fmt.Sprintf("the header of height %d from node %s was refused: %s", height, n.Name, c.En),
	}
}

// noTrust says that the user's trust and a node do not fit together.
func noTrust(zh, en string) *Refusal {
	return &Refusal{Exit: verify.ExitTrust, Code: "trust", Zh: zh, En: en}
}

// fork says that more than two thirds have signed two headers of one height.
func fork(height uint64, aName string, a []byte, bName string, b []byte) *Refusal {
	return &Refusal{
		Exit: verify.ExitFailed, Code: "fork",
		Zh: fmt.Sprintf("链已分叉：高度 %d 有两个区块头均由超过三分之二的投票权签署：%s 为 %X，%s 为 %X。此后不再应答，请保存证据", height, aName, a, bName, b),
		En: fmt.Sprintf("the chain has forked: at height %d more than two thirds have signed two headers, %X (%s) and %X (%s); nothing is served any more, keep the evidence", height, a, aName, b, bName),
	}
}

// isMissing says whether a node merely does not have it.
func isMissing(err error) bool {
	for _, e := range []error{prove.ErrNotFound, prove.ErrNotKept, prove.ErrPruned, prove.ErrNotYet} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// isRefusal says whether an answer came and was refused.
func isRefusal(err error) bool {
	var r *Refusal
	return errors.As(err, &r)
}

func isFork(err error) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Code == "fork"
}

// worse chooses what to say when no node gave a verified answer: a refusal before a
// node that does not have it, before one that did not answer.
func worse(a, b error) error {
	rank := func(err error) int {
		switch {
		case err == nil:
			return 0
		case isRefusal(err):
			return 3
		case isMissing(err):
			return 2
		}
		return 1
	}
	if rank(b) > rank(a) {
		return b
	}
	return a
}
