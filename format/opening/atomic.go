package opening

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

var (
	// ErrExists is the refusal to replace a file; it wraps fs.ErrExist.
	ErrExists = fmt.Errorf("expected no file of that name: %w", fs.ErrExist)
	// ErrNoSpace is a full disk or an exhausted quota.
	ErrNoSpace = errors.New("no space left on the device")
)

// writeNew writes a file that must not exist yet, so that it is either complete
// and on disk under its name, or not there. Only a process that is killed leaves
// its temporary file, hidden and with mode 0600.
func writeNew(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%q: %w", path, ErrExists)
	}
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	tmp, err := os.CreateTemp(dir, "."+base+".*.tmp") // mode 0600
	if err != nil {
		return explain(path, err)
	}
	defer func() {
		tmp.Close()
		os.Remove(tmp.Name())
		err = explain(path, err)
	}()
	if err := write(tmp); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := publish(tmp.Name(), path); err != nil {
		return err
	}
	os.Remove(tmp.Name()) // before the sync: no second name may survive a crash
	if err := syncDir(dir); err != nil {
		return fmt.Errorf("the file is complete, but its directory could not be synced: %w", err)
	}
	return nil
}

// publish gives the finished file its name without replacing another. A hard
// link does that in one step; where there are none (FAT, some network disks), an
// empty file reserves the name and is then replaced.
func publish(tmp, path string) error {
	err := os.Link(tmp, path)
	if err == nil {
		return nil
	}
	if errors.Is(err, fs.ErrExist) {
		return ErrExists
	}
	return reserveAndRename(tmp, path)
}

func reserveAndRename(tmp, path string) error {
	reserved, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ErrExists
	}
	if err != nil {
		return err
	}
	reserved.Close()
	if err := os.Rename(tmp, path); err != nil {
		os.Remove(path)
		return err
	}
	return nil
}

// syncDir makes the new name durable. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// explain names the file and a full disk.
func explain(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("writing %q: %w; nothing was left behind (%w)", path, ErrNoSpace, err)
	}
	return fmt.Errorf("writing %q: %w", path, err)
}
