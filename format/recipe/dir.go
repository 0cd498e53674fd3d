package recipe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/inkchain/inkd/format"
)

// entry is a regular file below the directory.
type entry struct {
	label string
	info  os.FileInfo
}

// scanDir lists the directory, refuses or hashes, and lists it again.
func scanDir(ctx context.Context, src Source, emit func(format.Item) error) error {
	root, err := os.OpenRoot(src.Path)
	if err != nil {
		return fmt.Errorf("recipe dir: expected a directory: %w", err)
	}
	defer root.Close()
	before, refused, err := list(ctx, root)
	if err != nil {
		return err
	}
	refused = append(refused, twins(before)...)
	if len(refused) > 0 {
		sortRefusals(refused)
		return &RefusedError{refused}
	}
	if err := hashAll(ctx, root, before, src.Progress, emit); err != nil {
		return err
	}
	after, refused, err := list(ctx, root)
	if err != nil {
		return err
	}
	if len(refused) > 0 {
		sortRefusals(refused)
		return &ChangedError{refused[0].Path, "got " + refused[0].Reason}
	}
	return sameList(before, after)
}

func hashAll(ctx context.Context, root *os.Root, files []entry, progress func(done, total uint64), emit func(format.Item) error) error {
	var done, total uint64
	for _, f := range files {
		total += uint64(f.info.Size())
	}
	hasher := format.NewDoubleHasher()
	buf := make([]byte, chunkSize)
	for i, f := range files {
		hasher.Reset()
		err := hashFile(ctx, root, f, buf, func(b []byte) {
			hasher.Write(b)
			done += uint64(len(b))
			if progress != nil {
				progress(done, total)
			}
		})
		if err != nil {
			return err
		}
		it := format.Item{Index: uint64(i), Label: f.label, Digests: hasher.Sum()}
		if it.Size != uint64(f.info.Size()) {
			return &ChangedError{f.label, fmt.Sprintf("expected %d bytes, got %d", f.info.Size(), it.Size)}
		}
		if err := emit(it); err != nil {
			return err
		}
	}
	return nil
}

// hashFile reads the file that was listed, and no other: it compares the open
// handle with the listing, so a link put in its place cannot lead elsewhere.
func hashFile(ctx context.Context, root *os.Root, f entry, buf []byte, write func([]byte)) error {
	h, err := root.OpenFile(f.label, openFlags, 0)
	if err != nil {
		return &ChangedError{f.label, err.Error()}
	}
	defer h.Close()
	if err := sameHandle(f, h); err != nil {
		return err
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := h.Read(buf)
		write(buf[:n])
		if errors.Is(err, io.EOF) {
			return sameHandle(f, h)
		}
		if err != nil {
			return fmt.Errorf("reading %q: %w", f.label, err)
		}
	}
}

func sameHandle(f entry, h *os.File) error {
	info, err := h.Stat()
	if err != nil {
		return err
	}
	return same(f.label, f.info, info)
}

// sameList compares two listings, both sorted by label.
func sameList(before, after []entry) error {
	for i, b := range before {
		if i == len(after) || b.label < after[i].label {
			return &ChangedError{b.label, "expected it to be there still"}
		}
		if b.label > after[i].label {
			return &ChangedError{after[i].label, "expected no new file"}
		}
		if err := same(b.label, b.info, after[i].info); err != nil {
			return err
		}
	}
	if len(after) > len(before) {
		return &ChangedError{after[len(before)].label, "expected no new file"}
	}
	return nil
}

// list returns all regular files below root, sorted by the unsigned bytes of
// their labels, and everything that cannot be evidenced.
func list(ctx context.Context, root *os.Root) ([]entry, []Refusal, error) {
	w := walker{root: root}
	info, err := root.Stat(".")
	if err != nil {
		return nil, nil, err
	}
	w.dirs = []entry{{label: ".", info: info}}
	for len(w.dirs) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		dir := w.dirs[len(w.dirs)-1]
		w.dirs = w.dirs[:len(w.dirs)-1]
		if err := w.readDir(dir); err != nil {
			w.refuse(dir.label, "unreadable: "+cause(err))
		}
	}
	slices.SortFunc(w.files, func(a, b entry) int { return strings.Compare(a.label, b.label) })
	return w.files, w.refused, nil
}

// walker collects a directory. Directories still to be read are on a list, not
// on the stack, so that depth costs no open handles.
type walker struct {
	root    *os.Root
	dirs    []entry
	files   []entry
	refused []Refusal
}

func (w *walker) refuse(path, reason string) {
	w.refused = append(w.refused, Refusal{path, reason})
}

// readDir examines the entries of one directory below its own handle.
func (w *walker) readDir(dir entry) error {
	sub, err := w.root.OpenRoot(dir.label)
	if err != nil {
		return err
	}
	defer sub.Close()
	info, err := sub.Stat(".")
	if err != nil {
		return err
	}
	if !os.SameFile(dir.info, info) {
		return errors.New("replaced while it was being listed")
	}
	h, err := sub.Open(".")
	if err != nil {
		return err
	}
	defer h.Close()
	names, err := h.Readdirnames(-1)
	if err != nil {
		return err
	}
	for _, name := range names {
		label := name
		if dir.label != "." {
			label = dir.label + "/" + name
		}
		w.examine(sub, name, label)
	}
	return nil
}

func (w *walker) examine(sub *os.Root, name, label string) {
	if reason := checkName(name); reason != "" {
		w.refuse(label, reason)
		return
	}
	if len(label) > format.MaxLabelBytes {
		w.refuse(label, fmt.Sprintf("path longer than %d bytes: %d", format.MaxLabelBytes, len(label)))
		return
	}
	info, err := sub.Lstat(name)
	switch {
	case err != nil:
		w.refuse(label, "unreadable: "+cause(err))
	case info.IsDir():
		w.dirs = append(w.dirs, entry{label, info})
	case !info.Mode().IsRegular():
		w.refuse(label, typeName(info.Mode()))
	default:
		// Opened once here only to list everything unreadable in one run.
		f, err := sub.OpenFile(name, openFlags, 0)
		if err != nil {
			w.refuse(label, "unreadable: "+cause(err))
			return
		}
		f.Close()
		w.files = append(w.files, entry{label, info})
	}
}

// cause is the reason alone; the path stands beside it already.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
