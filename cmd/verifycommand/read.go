package verifycommand

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// files opens what the user names; "-" is standard input, once.
type files struct {
	stdin io.Reader
	taken string // what standard input is used for already
}

// kind is a sort of file that is read as a whole.
type kind struct {
	zh, en string
	flag   string // how it is given
	magic  string // empty for the policy, which is JSON
	limit  int64
	other  int // status for a file of another kind or version, as a verdict on it would have
	large  int // and for one that is too large
}

var (
	bundleKind = kind{"证明包", "a bundle", "BUNDLE", bundle.Magic, bundle.MaxBytes, verify.ExitUnsupported, verify.ExitFailed}
	anchorKind = kind{"信任锚文件", "an anchor", "--anchor", bundle.AnchorMagic, bundle.MaxBytes, verify.ExitTrust, verify.ExitTrust}
	proofsKind = kind{"补充证明文件", "a file of separate proofs", "--proofs", bundle.ProofsMagic, bundle.MaxBytes, verify.ExitUnsupported, verify.ExitFailed}
	policyKind = kind{"策略文件", "a policy", "--policy", "", verify.MaxPolicyBytes, verify.ExitUsage, verify.ExitUsage}
)

// open opens a file or takes standard input.
func (f *files) open(path, flag string) (io.ReadCloser, fs.FileInfo, error) {
	if path == "-" {
		if f.taken != "" {
			return nil, nil, usage("标准输入只能使用一次", fmt.Sprintf("%s: expected standard input to be named once, got it for %s already", flag, f.taken), noHint)
		}
		f.taken = flag
		return io.NopCloser(f.stdin), nil, nil
	}
	h, err := os.Open(path)
	if err != nil {
		return nil, nil, unreadable(path, flag, err)
	}
	info, err := h.Stat()
	if err != nil {
		h.Close()
		return nil, nil, unreadable(path, flag, err)
	}
	return h, info, nil
}

func unreadable(path, flag string, err error) *Error {
	zh := "无法读取文件"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		zh = "文件不存在"
	case errors.Is(err, fs.ErrPermission):
		zh = "没有读取权限"
	}
	return usage(zh+"："+path, fmt.Sprintf("%s: expected a readable file, got %q: %s", flag, path, cause(err)), noHint)
}

// read reads a file of a kind as a whole, but none that is too large for one: a file
// says its size before it is read.
func (f *files) read(path string, k kind) ([]byte, error) {
	h, info, err := f.open(path, k.flag)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	if info != nil && info.IsDir() {
		return nil, usage("应为"+k.zh+"，实为目录："+path, fmt.Sprintf("%s: expected %s, got the directory %q", k.flag, k.en, path), noHint)
	}
	if info != nil && info.Mode().IsRegular() && info.Size() > k.limit {
		return nil, k.tooLarge(path, fmt.Sprint(info.Size()))
	}
	b, err := io.ReadAll(io.LimitReader(h, k.limit+1))
	if err != nil {
		return nil, unreadable(path, k.flag, err)
	}
	if int64(len(b)) > k.limit {
		return nil, k.tooLarge(path, "more")
	}
	return b, k.check(path, b)
}

func (k kind) tooLarge(path, got string) *Error {
	return &Error{k.large, codes[k.large], fmt.Sprintf("文件过大，不是%s：%s", k.zh, path),
		fmt.Sprintf("%s: expected %s of at most %d bytes, got %s in %q", k.flag, k.en, k.limit, got, path), noHint}
}

// codes of the errors that a file of another kind is.
var codes = map[int]string{verify.ExitFailed: "format", verify.ExitTrust: "trust", verify.ExitUnsupported: "unsupported", verify.ExitUsage: "usage"}

// check refuses a file that is obviously another one. What has the right beginning is
// left to package verify, broken or not.
func (k kind) check(path string, b []byte) error {
	text := string(b[:min(len(b), 64)])
	zh, en := looksLike(b)
	if k.magic == "" && en == looksLikeJSON || k.magic != "" && strings.HasPrefix(text, k.magic) {
		return nil
	}
	if k.magic != "" && len(b) >= len(k.magic) && strings.HasPrefix(text, k.magic[:len(k.magic)-1]) {
		return &Error{k.other, codes[k.other], fmt.Sprintf("不支持该版本的%s：%s", k.zh, path),
			fmt.Sprintf("%s: expected %s of version %s, got %q in %q", k.flag, k.en, k.magic, text[:len(k.magic)], path), words{"更新版本的本程序或许支持", "a newer release of this program may know it"}}
	}
	return &Error{k.other, codes[k.other], fmt.Sprintf("不是%s，而是%s：%s", k.zh, zh, path), fmt.Sprintf("%s: expected %s, got %s: %q", k.flag, k.en, en, path), k.hint(b)}
}

const looksLikeJSON = "JSON"

// looksLike says what a file seems to be.
func looksLike(b []byte) (zh, en string) {
	text := strings.TrimLeft(string(b[:min(len(b), 64)]), "\ufeff \t\r\n")
	for _, l := range []struct{ prefix, zh, en string }{
		{bundle.Magic, "证明包", "a bundle"},
		{bundle.AnchorMagic, "信任锚文件", "an anchor"},
		{bundle.ProofsMagic, "补充证明文件", "a file of separate proofs"},
		{"INKOPEN", "存证密钥文件（绝不可交给他人）", "an opening file, which is never to be given away"},
		{"%PDF", "PDF 文件", "a PDF"},
		{"{", "JSON 文件", looksLikeJSON}, {"[", "JSON 文件", looksLikeJSON},
		{"PK\x03\x04", "ZIP 压缩包（或 Office 文档）", "a ZIP archive or an office document"},
		{"<", "HTML 或 XML 文件", "HTML or XML"},
	} {
		if strings.HasPrefix(text, l.prefix) {
			return l.zh, l.en
		}
	}
	if len(b) == 0 {
		return "空文件", "an empty file"
	}
	return "其他文件", fmt.Sprintf("a file that begins with %x", b[:min(8, len(b))])
}

func (k kind) hint(b []byte) words {
	switch {
	case strings.HasPrefix(string(b[:min(len(b), 8)]), bundle.Magic):
		return words{"证明包是第一个参数", "the bundle is the first argument"}
	case k.magic == bundle.Magic && strings.HasPrefix(string(b[:min(len(b), 8)]), bundle.AnchorMagic):
		return words{"信任锚文件以 --anchor 给出", "give the anchor with --anchor"}
	case len(b) == 0:
		return words{"下载或拷贝或许未完成：请重新获取", "the download or copy may not have finished: get it again"}
	case k.magic == bundle.Magic:
		return words{"第一个参数是证明包（*.ink），其后是待比对的文件", "the first argument is the bundle (*.ink), the files to compare follow"}
	}
	return noHint
}
