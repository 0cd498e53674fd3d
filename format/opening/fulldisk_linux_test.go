package opening

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFullDiskForReal(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to mount a small file system")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	defer syscall.Unmount(dir, 0)
	items := makeItems(t, 5000)
	err := Create(filepath.Join(dir, "a.inkopen"), sealed(t, items), each(items))
	require.ErrorIs(t, err, ErrNoSpace)
	onlyFiles(t, dir)

	spool, err := NewSpool(filepath.Join(dir, "a.inkopen"))
	require.NoError(t, err)
	for _, it := range items {
		if err = spool.Add(it); err != nil {
			break
		}
	}
	if err == nil {
		for _, err = range spool.Items() {
			break
		}
	}
	require.ErrorIs(t, err, ErrNoSpace)
	require.NoError(t, spool.Close())
	onlyFiles(t, dir)
}
