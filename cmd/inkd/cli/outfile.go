package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// outFile is a file that a command is to write, complete or not at all.
type outFile struct {
	path  string
	force bool // replace what is there
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
	return nil
}

func (o outFile) exists() error {
	return File("不覆盖已有文件："+o.path, fmt.Sprintf("%s: expected no file of that name", o.path), nil, "give another name with --out, or replace it with --force")
}

// write has the bytes on disk under the name.
func (o outFile) write(b []byte) error {
	err := writeFile(o.path, b)
	if errors.Is(err, fs.ErrExist) {
		if !o.force {
			return o.exists()
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
