package verifycommand

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/recipe"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// cut says how the bundle's items were cut out of what was evidenced. It only decides
// how to digest: package verify proves it, or says that it does not fit.
type cut struct {
	recipe format.Recipe
	header uint32
	shown  map[uint64]bool // indexes of the items that the bundle shows
}

// cutOf reads the recipe that the bundle claims; without one, things are digested as
// a whole.
func cutOf(b *bundle.Bundle) cut {
	c := cut{recipe: format.RecipeFile}
	if b == nil {
		return c
	}
	if p, ok := verify.Claimed(b); ok {
		c.recipe, c.header = p.Recipe, p.HeaderItems
	}
	c.shown = make(map[uint64]bool, len(b.Items))
	for i := range b.Items {
		c.shown[b.Items[i].Index] = true
	}
	return c
}

// splits says whether a file holds several items.
func (c cut) splits() bool { return c.recipe == format.RecipeLines || c.recipe == format.RecipeCSV }

// present digests what the user names: a file, standard input, or each file of a
// directory.
func (f *files) present(ctx context.Context, name string, c cut) ([]verify.Presented, error) {
	h, info, err := f.open(name, "FILE")
	if err != nil {
		return nil, err
	}
	defer h.Close()
	if info != nil && info.IsDir() {
		return presentDir(ctx, name, c)
	}
	p, err := presentStream(ctx, name, h, c)
	if err != nil {
		return nil, err
	}
	if after, ok := h.(interface{ Stat() (fs.FileInfo, error) }); ok && info.Mode().IsRegular() {
		now, err := after.Stat()
		if err != nil {
			return nil, unreadable(name, "FILE", err)
		}
		if now.Size() != info.Size() || !now.ModTime().Equal(info.ModTime()) || p.Digests.Size != uint64(info.Size()) {
			return nil, changed(name, "its size or modification time is another one")
		}
	}
	return []verify.Presented{p}, nil
}

func changed(name, what string) *Error {
	return usage("读取期间文件发生变化："+name, fmt.Sprintf("FILE: expected a file that nobody writes, but %q changed while it was read: %s", name, what), words{"请比对其副本", "compare a copy"})
}

// presentDir presents each regular file below a directory; its path is its label for
// recipe dir, which is the only one that has labels.
func presentDir(ctx context.Context, dir string, c cut) ([]verify.Presented, error) {
	var out []verify.Presented
	_, err := recipe.Scan(ctx, format.RecipeDir, 0, recipe.Source{Path: dir}, func(it format.Item) error {
		p := verify.Presented{Name: path.Join(dir, it.Label), Digests: it.Digests}
		if c.recipe == format.RecipeDir {
			p.Label = it.Label
		}
		out = append(out, p)
		if len(out) > bundle.MaxItems {
			return usage(fmt.Sprintf("目录中的文件超过 %d 个：%s", bundle.MaxItems, dir), fmt.Sprintf("FILE: expected at most %d files in %q, got more", bundle.MaxItems, dir), noHint)
		}
		return nil
	})
	if err != nil {
		return nil, dirError(dir, err)
	}
	return out, nil
}

func dirError(dir string, err error) error {
	var own *Error
	var refused *recipe.RefusedError
	var other *recipe.ChangedError
	switch {
	case errors.As(err, &own), errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &refused):
		list := make([]string, 0, len(refused.Refusals))
		for i, r := range refused.Refusals {
			if i == 10 {
				list = append(list, fmt.Sprintf("and %d more", len(refused.Refusals)-i))
				break
			}
			list = append(list, fmt.Sprintf("%q %s", r.Path, r.Reason))
		}
		return usage("目录中有无法比对的条目："+dir, fmt.Sprintf("FILE: expected readable regular files only in %q, got %s", dir, strings.Join(list, "; ")), words{"请逐个写出文件", "name the files one by one"})
	case errors.As(err, &other):
		return changed(path.Join(dir, other.Path), other.What)
	case errors.Is(err, recipe.ErrEmpty):
		return usage("目录中没有文件："+dir, fmt.Sprintf("FILE: expected files in %q, got none", dir), noHint)
	}
	return unreadable(dir, "FILE", err)
}

// presentStream digests a stream as a whole and, if the recipe takes it apart, its
// parts, in one pass; those that the bundle does not show are only counted. What the
// recipe refuses is no file that was cut by it: it is digested as a whole only.
func presentStream(ctx context.Context, name string, r io.Reader, c cut) (verify.Presented, error) {
	p := verify.Presented{Name: name}
	whole := format.NewDoubleHasher()
	if c.splits() {
		p.Parts = map[uint64]format.Digests{}
		tee := &readErrors{Reader: io.TeeReader(r, whole)}
		_, err := recipe.Scan(ctx, c.recipe, c.header, recipe.Source{Reader: tee}, func(it format.Item) error {
			if p.PartCount++; c.shown[it.Index] {
				p.Parts[it.Index] = it.Digests
			}
			return nil
		})
		if err != nil {
			p.Parts, p.PartCount = nil, 0
		}
		if tee.err != nil {
			return p, unreadable(name, "FILE", tee.err)
		}
		if ctx.Err() != nil {
			return p, ctx.Err()
		}
	}
	if _, err := io.CopyBuffer(whole, stoppable{ctx, r}, make([]byte, 256<<10)); err != nil {
		if ctx.Err() != nil {
			return p, ctx.Err()
		}
		return p, unreadable(name, "FILE", err)
	}
	p.Digests = whole.Sum()
	return p, nil
}

// readErrors keeps an error of the source apart from a refusal of its content.
type readErrors struct {
	io.Reader
	err error
}

func (r *readErrors) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// stoppable ends with its context.
type stoppable struct {
	ctx context.Context
	io.Reader
}

func (s stoppable) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(b)
}
