package recipe

import (
	"fmt"
	"io"
	"os"
)

// input is an open source that counts what is read from it.
type input struct {
	io.Reader
	file     *os.File // nil for a stream
	path     string
	before   os.FileInfo
	read     uint64
	total    uint64
	progress func(done, total uint64)
}

// open opens the file or takes the stream. A named file may be a link: the user
// named it; only inside directories links are refused.
func open(src Source) (*input, error) {
	in := &input{Reader: src.Reader, path: src.Path, progress: src.Progress}
	if src.Reader != nil {
		return in, nil
	}
	f, err := os.OpenFile(src.Path, openFlags, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q: %w: expected a file, got %s", src.Path, ErrNotRegular, typeName(info.Mode()))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	in.Reader, in.file, in.before, in.total = f, f, info, uint64(info.Size())
	return in, nil
}

func (in *input) Read(p []byte) (int, error) {
	n, err := in.Reader.Read(p)
	in.read += uint64(n)
	if in.progress != nil && n > 0 {
		in.progress(in.read, in.total)
	}
	return n, err
}

func (in *input) Close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

// unchanged compares the file with what it was before, under its handle and
// under its name.
func (in *input) unchanged() error {
	if in.file == nil {
		return nil
	}
	if in.read != in.total {
		return &ChangedError{in.path, fmt.Sprintf("expected %d bytes, got %d", in.total, in.read)}
	}
	after, err := in.file.Stat()
	if err != nil {
		return err
	}
	if err := same(in.path, in.before, after); err != nil {
		return err
	}
	if after, err = os.Stat(in.path); err != nil {
		return &ChangedError{in.path, err.Error()}
	}
	return same(in.path, in.before, after)
}

// same compares size, modification time and inode.
func same(path string, before, after os.FileInfo) error {
	switch {
	case !os.SameFile(before, after):
		return &ChangedError{path, "expected the same file, got another one under its name"}
	case before.Size() != after.Size():
		return &ChangedError{path, fmt.Sprintf("expected %d bytes, got %d", before.Size(), after.Size())}
	case !before.ModTime().Equal(after.ModTime()):
		return &ChangedError{path, fmt.Sprintf("expected modification time %s, got %s", before.ModTime(), after.ModTime())}
	case before.Mode().Type() != after.Mode().Type():
		return &ChangedError{path, fmt.Sprintf("expected %s, got %s", typeName(before.Mode()), typeName(after.Mode()))}
	}
	return nil
}

// typeName says what an entry is.
func typeName(m os.FileMode) string {
	switch {
	case m.IsRegular():
		return "regular file"
	case m.IsDir():
		return "directory"
	case m&os.ModeSymlink != 0:
		return "symbolic link"
	case m&os.ModeSocket != 0:
		return "socket"
	case m&os.ModeNamedPipe != 0:
		return "named pipe"
	case m&os.ModeDevice != 0:
		return "device"
	}
	return "entry of unknown type"
}
