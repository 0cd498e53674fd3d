package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// outFile is a file that a command is to write, complete or not at all.
type outFile struct {
	path  string
	force bool // replace what is there
	// magic that the written file begins with: nothing else is ever replaced. Empty if
	// the file is the user's own to change.
	magic string
	// inputs are files that the command reads; they are never replaced.
	inputs []string
}

// check says beforehand whether the file may be written.
func (o outFile) check() error {
	info, err := os.Lstat(o.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, err = os.Stat(filepath.Dir(o.path))
		if err != nil {
			return File("无法写入该目录", "the directory of "+o.path, err, "")
		}
		return nil
	case err != nil:
		return File("无法写入文件", o.path, err, "")
	case !info.Mode().IsRegular():
		return File("不是普通文件："+o.path, o.path+": expected a regular file, got "+info.Mode().Type().String(), nil, "")
	case !o.force:
		return o.exists()
	}
	return o.replaceable(info)
}

// replaceable refuses what cannot be made again, such as an opening file.
func (o outFile) replaceable(there fs.FileInfo) error {
	const hint = "以 --out 另取文件名 · give another name with --out"
	for _, name := range o.inputs {
		if info, err := os.Stat(name); err == nil && os.SameFile(info, there) {
			return File("不覆盖本命令读取的文件："+o.path, o.path+": expected another file than those that are read, even with --force", nil, hint)
		}
	}
	f, err := os.Open(o.path)
	if err != nil {
		return File("无法读取要覆盖的文件", o.path, err, hint)
	}
	defer f.Close()
	got := make([]byte, len(o.magic))
	if n, err := io.ReadFull(f, got); err != nil || string(got) != o.magic {
		return File("不覆盖其他种类的文件："+o.path,
			fmt.Sprintf("%s: expected a file that begins with %s, which is all that --force replaces, got %q", o.path, o.magic, got[:n]), nil, hint)
	}
	return nil
}

func (o outFile) exists() error {
	return File("不覆盖已有文件："+o.path, fmt.Sprintf("%s: expected no file of that name", o.path), nil, "以 --out 另取文件名，或以 --force 覆盖 · give another name with --out, or replace it with --force")
}

// write has the bytes on disk under the name.
func (o outFile) write(b []byte) error {
	err := writeFile(o.path, b)
	if errors.Is(err, fs.ErrExist) {
		if !o.force {
			return o.exists()
		}
		if err := o.check(); err != nil { // it may have come meanwhile
			return err
		}
		err = replaceFile(o.path, b)
	}
	if err != nil {
		return File("文件无法写入", "write "+o.path, err, "")
	}
	return nil
}

// replaceFile writes beside a file and takes its place in one step.
func replaceFile(path string, b []byte) error {
	fresh := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.new", filepath.Base(path), os.Getpid()))
	if err := writeFile(fresh, b); err != nil {
		return err
	}
	defer os.Remove(fresh)
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
