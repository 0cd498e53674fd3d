package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/inkchain/inkd/verify"
)

// Exit statuses, a contract that scripts rely on; 0 is done.
const (
	ExitInternal    = 1  // a fault of this program
	ExitUsage       = 64 // wrong usage or bad input
	ExitRefused     = 65 // refused by the chain, with code and reason
	ExitUnreachable = 66 // no node answered
	ExitNotSeen     = 67 // sent, but the commit was not seen in time: it may still come
	ExitLocalFile   = 68 // a local file could not be read or written

	ExitInterrupted = 130 // Ctrl-C before anything was sent; after that it is ExitNotSeen
)

// Error is what a command ends with: an exit status, a code for programs, one
// sentence in each language and, if there is one, what to do about it: in both
// languages, as "zh · en", or a command.
type Error struct {
	Exit  int
	Code  string // "usage", "file", "unreachable", "not-seen", "interrupted", "internal", or codespace/number of the chain
	Zh    string
	En    string
	Hint  string
	Cause error
}

// Error is the English sentence.
func (e *Error) Error() string { return e.En }

// Unwrap is the cause, for errors.Is.
func (e *Error) Unwrap() error { return e.Cause }

// WithHint is the same error with another hint.
func (e *Error) WithHint(hint string) *Error {
	c := *e
	c.Hint = hint
	return &c
}

// addHint is the same error with one hint more, if it can have any.
func addHint(err error, hint string) error {
	var e *Error
	if isInterrupted(err) {
		e = classify(err)
	} else if !errors.As(err, &e) {
		return err
	}
	if e.Hint != "" {
		hint = e.Hint + "; " + hint
	}
	return e.WithHint(hint)
}

// Usage is wrong usage or bad input.
func Usage(zh, en, hint string) *Error {
	return &Error{Exit: ExitUsage, Code: "usage", Zh: zh, En: en, Hint: hint}
}

// BadInput is Usage for what a check of the input said.
func BadInput(zh, en string, cause error, hint string) *Error {
	return &Error{Exit: ExitUsage, Code: "usage", Zh: detailZh(zh, cause), En: detail(en, cause), Hint: hint, Cause: cause}
}

// File is a local file that could not be read or written.
func File(zh, en string, cause error, hint string) *Error {
	return &Error{Exit: ExitLocalFile, Code: "file", Zh: detailZh(zh, cause), En: detail(en, cause), Hint: hint, Cause: cause}
}

// Unreachable says that none of the nodes answered.
func Unreachable(urls []string, cause error) *Error {
	list := strings.Join(urls, ", ")
	return &Error{
		Exit: ExitUnreachable, Code: "unreachable",
		Zh:    detailZh("节点均无应答："+list, cause),
		En:    detail("no node answered: "+list, cause),
		Hint:  "check --node or client.toml, and that the node runs: inkd status --node URL",
		Cause: cause,
	}
}

// NotSeen says that a transaction was sent but its commit not seen in time.
func NotSeen(txHash string) *Error {
	return &Error{
		Exit: ExitNotSeen, Code: "not-seen",
		Zh:   fmt.Sprintf("交易已发送，但在等待时间内未见其入块，之后仍可能入块：%s", txHash),
		En:   fmt.Sprintf("the transaction was sent, but its commit was not seen in time; it may still come: %s", txHash),
		Hint: "find out later: inkd query wait-tx " + txHash,
	}
}

// internal is a fault of this program.
func internal(cause error) *Error {
	return &Error{Exit: ExitInternal, Code: "internal", Zh: "内部错误：" + cause.Error(), En: cause.Error(), Cause: cause}
}

func detail(en string, cause error) string {
	if cause == nil {
		return en
	}
	return en + ": " + cause.Error()
}

func detailZh(zh string, cause error) string {
	var policy *verify.PolicyError
	switch {
	case cause == nil:
		return zh
	case errors.As(cause, &policy):
		return zh + "（" + policy.Zh + "）"
	}
	return zh + "（" + cause.Error() + "）"
}
