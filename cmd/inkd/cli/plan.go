package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/version"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// plan is a deposit before anything is sent.
type plan struct {
	content content
	private format.Private
	kind    logtypes.RecordKind
	from,
	to uint64 // claimed production, unix nanoseconds
	out    string // opening file
	outSet bool

	requestText string
	requestID   format.Hash

	enterprise uint64
	category   uint32
	logID      format.Hash
	chainID    string
}

// newPlan checks everything that needs no network.
func newPlan(cmd *cobra.Command, s *session, path string, f *submitFlags) (*plan, error) {
	c, err := newContent(path, f.recipe, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	p := &plan{content: c, out: f.out, outSet: f.outSet}
	if p.kind, err = parseKind(f.kind); err != nil {
		return nil, err
	}
	if p.private, err = f.privatePart(path); err != nil {
		return nil, err
	}
	if p.from, p.to, err = f.period(); err != nil {
		return nil, err
	}
	if err := p.chooseOut(); err != nil {
		return nil, err
	}
	if p.requestText = f.request; !f.requestGiven {
		if p.requestText, err = randomText(); err != nil {
			return nil, err
		}
	}
	if err := checkRequestText(p.requestText); err != nil {
		return nil, err
	}
	if f.dryRun {
		return p, nil
	}
	key, err := requestKey(s.HomeDir)
	if err != nil {
		return nil, err
	}
	p.requestID = format.RequestID(key, p.requestText)
	return p, nil
}

func (f *submitFlags) privatePart(path string) (format.Private, error) {
	if f.name == "" {
		return format.Private{}, Usage("数据名称不能为空", "--name: expected a title, got none", "")
	}
	p := format.Private{
		Title: f.name, Summary: f.summary, Source: f.source, Note: f.note,
		Tool: "inkd " + version.Version, Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if path != "-" {
		if abs, err := filepath.Abs(path); err == nil {
			p.FileName = filepath.Base(abs)
		}
	}
	for _, text := range f.fields {
		parts := strings.SplitN(text, "=", 3)
		field := format.Field{Name: parts[0]}
		if len(parts) > 1 {
			field.Description = parts[1]
		}
		if len(parts) > 2 {
			field.Example = parts[2]
		}
		p.Fields = append(p.Fields, field)
	}
	if _, err := p.Bytes(); err != nil {
		return p, BadInput("数据说明中有不允许的文字", "the description", err, "one line each, without control characters; 64 KiB together")
	}
	return p, nil
}

func (f *submitFlags) period() (from, to uint64, err error) {
	if from, err = parseTime("--produced-from", f.producedFrom); err != nil {
		return 0, 0, err
	}
	if to, err = parseTime("--produced-to", f.producedTo); err != nil {
		return 0, 0, err
	}
	if to != 0 && from > to {
		return 0, 0, Usage("产生时间的起止颠倒", fmt.Sprintf("--produced-to: expected %s or later, got %s", f.producedFrom, f.producedTo), "")
	}
	return from, to, nil
}

func parseTime(flag, text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Unix() < 0 || t.Year() > 2261 {
		return 0, Usage("时间格式不正确："+text, fmt.Sprintf("%s: expected a time like 2026-01-31T08:00:00+08:00, got %q", flag, text), "")
	}
	return uint64(t.UnixNano()), nil
}

// chooseOut names the opening file: beside the path, or by the time for standard
// input. It must not lie inside the directory that is evidenced.
func (p *plan) chooseOut() error {
	clean := filepath.Clean(p.content.path)
	switch {
	case p.outSet && p.out == "":
		return Usage("未指定存证密钥文件", "--out: expected a path, got none", "")
	case p.outSet:
	case p.content.path == "-" || strings.Trim(filepath.Base(clean), "./") == "":
		p.out = "evidence-" + time.Now().UTC().Format("20060102T150405.000") + ".inkopen"
	default:
		p.out = clean + ".inkopen"
	}
	if p.content.recipe != format.RecipeDir {
		return nil
	}
	dir, err1 := filepath.Abs(clean)
	out, err2 := filepath.Abs(p.out)
	if err := errors.Join(err1, err2); err != nil {
		return File("无法确定路径", "paths", err, "")
	}
	if rel, err := filepath.Rel(dir, out); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return Usage("存证密钥文件不能放在被存证的目录中", fmt.Sprintf("--out: expected a file outside %s, got %s", clean, p.out), "--out ../NAME.inkopen")
	}
	return nil
}

// outExists says whether the opening file's place is taken.
func (p *plan) outExists() bool {
	_, err := os.Lstat(p.out)
	return !errors.Is(err, fs.ErrNotExist)
}

// nextOut takes the first free name beside a default one that is taken.
func (p *plan) nextOut() {
	base := strings.TrimSuffix(p.out, ".inkopen")
	for n := 2; p.outExists(); n++ {
		p.out = fmt.Sprintf("%s.%d.inkopen", base, n)
	}
}

// scanned is the content after one pass.
type scanned struct {
	public format.Public
	spool  *opening.Spool
}

// scan digests the content under a secret and keeps the items beside the opening
// file's place. The spool has to be closed.
func (p *plan) scan(ctx context.Context, cmd *cobra.Command, secret format.Secret) (*scanned, error) {
	spool, err := opening.NewSpool(p.out)
	if err != nil {
		return nil, openingError(err)
	}
	tree := format.NewItemTree(secret)
	show, done := progress(cmd)
	sum, err := p.content.scan(ctx, show, func(it format.Item) error {
		if err := tree.Add(it); err != nil {
			return err
		}
		if err := spool.Add(it); err != nil {
			return openingError(err)
		}
		return nil
	})
	done()
	if err != nil {
		spool.Close()
		return nil, err
	}
	return &scanned{spool: spool, public: format.Public{
		Root: tree.Root(), Items: sum.Items, HeaderItems: sum.HeaderItems, TotalSize: sum.TotalSize,
		Recipe: p.content.recipe, RecipeVersion: format.RecipeVersion, ProducedFrom: p.from, ProducedTo: p.to,
	}}, nil
}
