package localnet

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/cli"
)

// sample is what the demonstration deposits if no file is named: readings of
// machine tools, made up.
//
//go:embed sample.csv
var sample []byte

const (
	sampleName = "设备运行数据.csv"
	demoTitle  = "设备运行数据"
)

func demoCommand(a *app.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo [FILE]",
		Short: "演示：存证、审核、签发 · Deposit a file and have its certificate reviewed and issued",
		Long: `在运行中的本地网络上存证一个文件，申请、初审、复审、签发证书。每一步都是可以照抄的命令。
Deposits a file in the running local network and has its certificate applied for,
reviewed by two, and issued. Each step is a command that you can copy.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, progress, err := outputs(cmd)
			if err != nil {
				return err
			}
			dir, err := home(cmd)
			if err != nil {
				return err
			}
			r, err := mustLoad(dir)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
			defer stop()
			res, err := (&network{app: a, out: progress, record: r}).demo(ctx, strings.Join(args, ""))
			if err != nil {
				return err
			}
			return out(res, func(w io.Writer) { printDemo(w, r, res) })
		},
	}
	addHome(cmd.Flags())
	addOutput(cmd.Flags())
	return cmd
}

// demoResult is what the demonstration leaves.
type demoResult struct {
	EvidenceNumber    string     `json:"evidence_number"`
	CertificateNumber string     `json:"certificate_number"`
	File              string     `json:"file"`
	OpeningFile       string     `json:"opening_file"`
	ReviewCopy        string     `json:"review_copy"`
	CertificateFile   string     `json:"certificate_file"`
	DepositHeight     int64      `json:"deposit_height"`
	IssueHeight       int64      `json:"issue_height"`
	DepositMs         int64      `json:"deposit_ms"`
	TotalMs           int64      `json:"total_ms"`
	Steps             []demoStep `json:"steps"`
}

// demoStep is one command of the demonstration.
type demoStep struct {
	What    string `json:"what"`
	Command string `json:"command"`
	Ms      int64  `json:"ms"`
	Height  int64  `json:"height"`
}

// answer has the fields that the demonstration reads of the commands' answers.
type answer struct {
	Number          string `json:"number"`
	CertSeq         uint64 `json:"cert_seq"`
	Height          int64  `json:"height"`
	CommittedMs     int64  `json:"committed_after_ms"`
	OpeningFile     string `json:"opening_file"`
	CertificateFile string `json:"certificate_file"`
	Approved        *struct {
		Height int64 `json:"height"`
	} `json:"approved"`
}

// demo runs the commands that a depositor, two reviewers and a certifier would run.
func (n *network) demo(ctx context.Context, file string) (res demoResult, err error) {
	began := time.Now()
	if file, err = n.demoFile(file); err != nil {
		return res, err
	}
	base := filepath.Join(n.dir, "demo", time.Now().UTC().Format("20060102T150405.000"))
	res.File, res.ReviewCopy = file, base+".inkreview"

	a, err := n.act(ctx, &res, "存证 · deposit", "tx", "evidence", "submit", file,
		"--from", demoEmployee, "--category", "manufacturing", "--name", demoTitle, "--out", base+".inkopen")
	if err != nil {
		return res, err
	}
	res.EvidenceNumber, res.OpeningFile = a.Number, a.OpeningFile
	res.DepositHeight, res.DepositMs = a.Height, a.CommittedMs

	if a, err = n.act(ctx, &res, "申请证书 · apply", "cert", "apply", res.EvidenceNumber,
		"--from", demoEmployee, "--yes-publish"); err != nil {
		return res, err
	}
	cert := fmt.Sprint(a.CertSeq)
	for _, step := range []struct {
		what string
		args []string
	}{
		{"审查副本 · review copy", []string{"evidence", "review-copy", res.OpeningFile, "--items", "0", "--out", res.ReviewCopy}},
		{"初审 · initial review", []string{"cert", "review", cert, "--stage", "initial", "--copy", res.ReviewCopy, "--file", file, "--from", "center-reviewer-1"}},
		{"复审 · final review", []string{"cert", "review", cert, "--stage", "final", "--copy", res.ReviewCopy, "--from", "center-reviewer-2"}},
		{"签发 · issue", []string{"cert", "issue", cert, "--copy", res.ReviewCopy, "--from", "center-certifier", "--out", filepath.Join(n.dir, "demo")}},
	} {
		if a, err = n.act(ctx, &res, step.what, step.args...); err != nil {
			return res, err
		}
	}
	res.CertificateNumber, res.CertificateFile, res.IssueHeight = a.Number, a.CertificateFile, a.Height
	res.TotalMs = time.Since(began).Milliseconds()
	return res, nil
}

// demoFile is the named file, or the sample, written beside what the demo makes.
func (n *network) demoFile(file string) (string, error) {
	if err := os.MkdirAll(filepath.Join(n.dir, "demo"), 0o755); err != nil {
		return "", fileError(err)
	}
	if file != "" {
		return filepath.Abs(file)
	}
	file = filepath.Join(n.dir, "demo", sampleName)
	err := os.WriteFile(file, sample, 0o644)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return file, fileError(err)
}

// act runs this program with the client home, as a user would, and shows the command.
func (n *network) act(ctx context.Context, res *demoResult, what string, args ...string) (answer, error) {
	var a answer
	self, err := os.Executable()
	if err != nil {
		return a, err
	}
	full := append([]string{"--home", clientHome(n.dir)}, args...)
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, self, append(full, "-o", "json")...)
	cmd.Env, cmd.Stdout, cmd.Stderr = childEnv(), &stdout, &stderr
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return a, commandError(ctx, shown(full...), err, stderr.Bytes())
	}
	ms := time.Since(began).Milliseconds()
	if err := json.Unmarshal(stdout.Bytes(), &a); err != nil {
		return a, fmt.Errorf("%s: expected JSON, got %q", shown(full...), stdout.String())
	}
	if a.Approved != nil {
		a.Height = a.Approved.Height
	}
	res.Steps = append(res.Steps, demoStep{what, shown(full...), ms, a.Height})
	block := ""
	if a.Height != 0 {
		block = fmt.Sprintf("block %d", a.Height)
	}
	n.sayf("%s  %s  %.1f s\n    %s", what, block, float64(ms)/1000, shown(full...))
	return a, nil
}

// commandError gives back the error that the command reported, with its exit status.
func commandError(ctx context.Context, line string, err error, stderr []byte) error {
	if ctx.Err() != nil {
		return interrupted()
	}
	var reported struct{ Code, Zh, En, Hint string }
	var exit *exec.ExitError
	if lines := bytes.Split(bytes.TrimSpace(stderr), []byte("\n")); errors.As(err, &exit) &&
		json.Unmarshal(lines[len(lines)-1], &reported) == nil && reported.En != "" {
		return &cli.Error{Exit: exit.ExitCode(), Code: reported.Code, Zh: reported.Zh, En: line + ": " + reported.En, Hint: reported.Hint}
	}
	return fmt.Errorf("%s: %w: %s", line, err, stderr)
}

func printDemo(w io.Writer, r *record, res demoResult) {
	client := func(args ...string) string { return shown(append([]string{"--home", clientHome(r.dir)}, args...)...) }
	last := r.Nodes[len(r.Nodes)-1]
	file := "README.md"
	if _, err := os.Stat(file); err != nil {
		file = res.File
	}
	fmt.Fprintf(w, `
数据存证编号 · evidence      %s   block %d, committed in %.1f s
证书编号 · certificate       %s   block %d
用时 · duration              %.1f s, %d commands
存证密钥文件 · opening file  %s   (whoever loses it can neither open nor prove)

接下来 · What to try next
  %s
  %s
  %s
`,
		res.EvidenceNumber, res.DepositHeight, float64(res.DepositMs)/1000,
		res.CertificateNumber, res.IssueHeight,
		float64(res.TotalMs)/1000, len(res.Steps), short(res.OpeningFile),
		client("evidence", "show", res.EvidenceNumber),
		client("cert", "show", res.CertificateNumber),
		client("tx", "evidence", "submit", file, "--from", demoEmployee, "--category", "other", "--name", "文件",
			"--out", filepath.Join(r.dir, "demo", "mine.inkopen")))
	fmt.Fprintf(w, "  %s\n      (同一高度各节点逐字节相同 · the same bytes from each node: here from %s)\n",
		client("evidence", "show", res.EvidenceNumber, "-o", "json", "--height", fmt.Sprint(res.IssueHeight), "--node", last.rpcURL()), last.Name)
	fmt.Fprintf(w, "  %s\n  kill -9 %d\n      (%s 停止，其余继续 · %s is gone, the others go on; this starts it again:)\n  %s\n\n",
		shown("network", "status", "--home", r.dir), last.Process.PID, last.Name, last.Name,
		shown("network", "up", "--detach", "--home", r.dir))
}

// shown is a command line to copy, with this program as it was called.
func shown(args ...string) string {
	words := make([]string, 0, len(args)+1)
	for _, a := range append([]string{os.Args[0]}, args...) {
		words = append(words, quoted(short(a)))
	}
	return strings.Join(words, " ")
}

// short is a path as seen from the working directory, if that is shorter.
func short(path string) string {
	if !filepath.IsAbs(path) {
		return path
	}
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(wd, path); err == nil && len(rel) < len(path) && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return path
}

// quoted is a word as a shell takes it.
func quoted(word string) string {
	if strings.ContainsAny(word, " \t\n\"'$&|;<>()*?[]#~`\\") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
