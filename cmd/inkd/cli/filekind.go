package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// fileKind is a sort of file that a user may give.
type fileKind struct{ zh, en string }

var (
	anchorFile = fileKind{"信任锚", "an anchor"}
	bundleFile = fileKind{"证明包", "a bundle"}
	policyFile = fileKind{"策略文件", "a policy"}
	eitherFile = fileKind{"信任锚，也不是策略文件", "an anchor or a policy"}
)

// beginnings are how files begin that are given for one another. What a bundle's file
// begins with, package bundle knows.
var beginnings = []struct {
	text string
	kind fileKind
}{
	{bundle.Magic, bundleFile}, {bundle.AnchorMagic, anchorFile},
	{bundle.ProofsMagic, fileKind{"补充证明文件", "a file of separate proofs"}},
	{"INKOPEN", fileKind{"存证密钥文件（绝不可交给他人）", "an opening file, which is never to be given away"}},
	{"INKREVW", fileKind{"审查副本", "a review copy"}},
	{"INKCERT", fileKind{"证书字段文件", "a certificate file"}},
	{"%PDF", fileKind{"PDF 文件", "a PDF"}},
	{"PK\x03\x04", fileKind{"ZIP 压缩包（或 Office 文档）", "a ZIP archive or an office document"}},
	{"{", fileKind{"JSON 文件", "JSON"}}, {"[", fileKind{"JSON 文件", "JSON"}},
	{"<", fileKind{"HTML 或 XML 文件", "HTML or XML"}},
}

func kindOfFile(b []byte) fileKind {
	text := strings.TrimLeft(string(b[:min(len(b), 64)]), "\ufeff \t\r\n")
	for _, k := range beginnings {
		if strings.HasPrefix(text, k.text) {
			return k.kind
		}
	}
	for _, magic := range []string{bundle.Magic, bundle.AnchorMagic, bundle.ProofsMagic} {
		if strings.HasPrefix(text, magic[:len(magic)-1]) {
			return fileKind{"另一版本的文件", "a file of another version: a newer release may know it"}
		}
	}
	if len(b) == 0 {
		return fileKind{"空文件", "an empty file"}
	}
	return fileKind{"其他文件", fmt.Sprintf("a file that begins with %q", b[:min(8, len(b))])}
}

// unusable says in one line why a file is not what it was given for: it is another one,
// or one that is cut off or damaged.
func (k fileKind) unusable(flag, path string, b []byte, cause error) *Error {
	name := path
	if flag != "" {
		name = flag + " " + path
	}
	other := errors.Is(cause, bundle.ErrMagic) || k == policyFile && !strings.HasPrefix(strings.TrimSpace(string(b[:min(len(b), 64)])), "{")
	switch {
	case other:
		is := kindOfFile(b)
		return Usage(fmt.Sprintf("不是%s，而是%s：%s", k.zh, is.zh, path), fmt.Sprintf("%s: expected %s, got %s", name, k.en, is.en), k.hint())
	case k == policyFile && errors.Is(cause, verify.ErrPinConflict):
		return BadInput("策略文件中的固定点互相矛盾："+path, name, cause, "查明其中哪一个确为日志所有 · find out which of them was taken from the log")
	case k == policyFile:
		return BadInput("策略文件不可用："+path, name, cause, "")
	}
	return BadInput(fmt.Sprintf("%s不完整或已损坏：%s", k.zh, path), fmt.Sprintf("%s: expected the whole of %s, got one that is cut off or damaged", name, k.en), cause, k.hint())
}

func (k fileKind) hint() string {
	switch k {
	case anchorFile:
		return "请向您信任的机构重新索取，并另行核对指纹 · have it again from an institution that you trust, and compare its fingerprint elsewhere"
	case bundleFile:
		return "请重新索取该证明包 · have the bundle again from whoever made it"
	}
	return ""
}
