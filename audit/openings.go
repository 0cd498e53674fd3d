package audit

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// filesOf are the files at the paths: a directory stands for all files in and below it
// with the suffix, in order.
func filesOf(paths []string, suffix string) ([]string, error) {
	var out []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			out = append(out, path)
			continue
		}
		err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && strings.HasSuffix(p, suffix) {
				out = append(out, p)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// openingAudit re-hashes opening files and looks for their records.
type openingAudit struct {
	area *Area
	// wanted are the headers that were sound, by their commitment.
	wanted map[format.Hash][]sound
}

type sound struct {
	file   string
	header opening.Header
}

// read checks the files themselves: items, tree and commitment.
func (a *openingAudit) read(ctx context.Context, files []string) error {
	a.wanted = map[format.Hash][]sound{}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.area.counted("openings", 1)
		header, err := a.check(file)
		if err != nil {
			a.area.find("opening-file", Where{File: file}, "an opening whose items lead to its commitment", err)
			continue
		}
		a.wanted[header.Commitment] = append(a.wanted[header.Commitment], sound{file, header})
	}
	return nil
}

func (a *openingAudit) check(file string) (opening.Header, error) {
	f, err := opening.Open(file)
	if err != nil {
		return opening.Header{}, err
	}
	defer f.Close()
	a.area.counted("items", f.Public.Items)
	return f.Header, f.Check()
}

// entry compares the openings with the record of their commitment.
func (a *openingAudit) entry(e *logtypes.Entry, _ []byte) {
	r := e.GetRecord()
	if r == nil || len(a.wanted) == 0 {
		return
	}
	key := format.Hash(r.Commitment)
	for _, s := range a.wanted[key] {
		h := s.header
		a.area.counted("recorded", 1)
		want := fmt.Sprintf("enterprise %d, kind %d, category %d", r.EnterpriseId, r.Kind, r.Category)
		if got := fmt.Sprintf("enterprise %d, kind %d, category %d", h.EnterpriseID, h.Kind, h.Category); got != want {
			a.area.find("opening-log", Where{File: s.file, Key: fmt.Sprintf("entry %d", e.Seq), Height: int64(e.Height)}, want, got)
		}
	}
	delete(a.wanted, key)
}

// close tells of openings without a record: they may not have been deposited.
func (a *openingAudit) close() {
	var rest []string
	for _, list := range a.wanted {
		for _, s := range list {
			rest = append(rest, s.file)
		}
	}
	slices.Sort(rest)
	for _, file := range rest {
		a.area.note("opening-not-recorded", file)
	}
}
