//go:build linux

package recipe

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

// makeTree writes files below a new directory; the content is the path.
func makeTree(t *testing.T, paths ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, p := range paths {
		full := filepath.Join(dir, p)
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
		require.NoError(t, os.WriteFile(full, []byte(p), 0o644))
	}
	return dir
}

func refusals(t *testing.T, dir string) map[string]string {
	t.Helper()
	_, _, err := scanAll(format.RecipeDir, 0, Source{Path: dir})
	var re *RefusedError
	require.ErrorAs(t, err, &re)
	m := map[string]string{}
	last := ""
	for _, r := range re.Refusals {
		require.LessOrEqual(t, last, r.Path, "sorted")
		last = r.Path
		m[r.Path] = r.Reason
	}
	return m
}

func TestDirIsSortedByTheBytesOfTheWholeLabel(t *testing.T) {
	dir := makeTree(t, "a/b", "a-c", "a.b", "a0", ".h", "数据/行.csv", "Z", "a/.x/y")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "empty/dir"), 0o755))
	items, sum, err := scanAll(format.RecipeDir, 0, Source{Path: dir})
	require.NoError(t, err)
	want := []string{".h", "Z", "a-c", "a.b", "a/.x/y", "a/b", "a0", "数据/行.csv"}
	var total uint64
	for i, w := range want {
		require.Equal(t, format.Item{Index: uint64(i), Label: w, Digests: digest(t, w)}, items[i])
		total += uint64(len(w))
	}
	require.Equal(t, Summary{Items: uint64(len(want)), TotalSize: total}, sum)
}

func TestDirRefusesAndListsEverythingAtOnce(t *testing.T) {
	dir := makeTree(t, "good", "sub/good", "back\\slash", "tab\there", "del\x7f", "bad\xff", "bidi\u202ex", "c1\u0085", "dir\xfe/inside", "bom\ufeff")
	outside := makeTree(t, "secret")
	require.NoError(t, os.Symlink("good", filepath.Join(dir, "link-in")))
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, "link-out")))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "link-dir")))
	require.NoError(t, os.Symlink("..", filepath.Join(dir, "sub/loop")))
	require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600))
	l, err := net.Listen("unix", filepath.Join(dir, "socket"))
	require.NoError(t, err)
	defer l.Close()

	require.Equal(t, map[string]string{
		"back\\slash": "name has a backslash",
		"tab\there":   "name has a control character U+0009",
		"del\x7f":     "name has a control character U+007F",
		"c1\u0085":    "name has a control character U+0085",
		"bad\xff":     "name is not valid UTF-8",
		"dir\xfe":     "name is not valid UTF-8",
		"bidi\u202ex": "name: text not allowed: expected no bidi control, got U+202E at byte 4",
		"bom\ufeff":   "name: text not allowed: expected no byte order mark, got U+FEFF at byte 3",
		"link-in":     "symbolic link",
		"link-out":    "symbolic link",
		"link-dir":    "symbolic link",
		"sub/loop":    "symbolic link",
		"dangling":    "symbolic link",
		"fifo":        "named pipe",
		"socket":      "socket",
	}, refusals(t, dir))
}

func TestDirRefusesDevices(t *testing.T) {
	dir := makeTree(t, "good")
	if err := syscall.Mknod(filepath.Join(dir, "null"), syscall.S_IFCHR|0o600, 1<<8|3); err != nil {
		t.Skipf("making a device needs more rights: %v", err)
	}
	require.Equal(t, map[string]string{"null": "device"}, refusals(t, dir))
}

func TestDirRefusesTwins(t *testing.T) {
	// The first by bytes is taken for the original: "e" is below the "é" of NFC.
	require.Equal(t, map[string]string{
		"readme":        `equal to "README" after NFC and case folding`,
		"caf\u00e9.csv": "equal to \"cafe\u0301.csv\" after NFC and case folding",
		"stra\u00dfe":   `equal to "STRASSE" after NFC and case folding`,
	}, refusals(t, makeTree(t, "README", "readme", "caf\u00e9.csv", "cafe\u0301.csv", "STRASSE", "stra\u00dfe", "other")))
	_, _, err := scanAll(format.RecipeDir, 0, Source{Path: makeTree(t, "A/x", "a/y")})
	require.NoError(t, err, "labels are compared whole")
}

func TestDirRefusesLongPaths(t *testing.T) {
	part := strings.Repeat("x", 200)
	fits := strings.Join([]string{part, part, part, part, strings.Repeat("y", 1024-4*201)}, "/")
	require.Len(t, fits, 1024)
	dir := makeTree(t, fits)
	_, _, err := scanAll(format.RecipeDir, 0, Source{Path: dir})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, fits+"z"), nil, 0o644))
	require.Equal(t, map[string]string{fits + "z": "path longer than 1024 bytes: 1025"}, refusals(t, dir))
}

func TestDirRefusesUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		runUnprivileged(t)
		return
	}
	dir := os.Getenv("RECIPE_TEST_DIR")
	if dir == "" {
		dir = makeUnreadable(t)
	}
	require.Equal(t, map[string]string{
		"closed":      "unreadable: permission denied",
		"closed-dir":  "unreadable: permission denied",
		"no-entering": "unreadable: permission denied",
	}, refusals(t, dir))
}

func makeUnreadable(t *testing.T) string {
	dir := makeTree(t, "good", "closed", "closed-dir/x", "no-entering/x")
	for name, mode := range map[string]fs.FileMode{"closed": 0, "closed-dir": 0, "no-entering": 0o444} {
		require.NoError(t, os.Chmod(filepath.Join(dir, name), mode))
	}
	t.Cleanup(func() {
		os.Chmod(filepath.Join(dir, "closed-dir"), 0o700)
		os.Chmod(filepath.Join(dir, "no-entering"), 0o700)
	})
	return dir
}

// runUnprivileged runs this test again as nobody: root can read everything.
func runUnprivileged(t *testing.T) {
	dir := makeUnreadable(t)
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Skip("needs /proc to run again without root's rights")
	}
	defer self.Close()
	for d := dir; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		require.NoError(t, os.Chmod(d, 0o755))
	}
	cmd := exec.Command("/proc/self/fd/3", "-test.run=^TestDirRefusesUnreadable$", "-test.v")
	cmd.ExtraFiles = []*os.File{self}
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "RECIPE_TEST_DIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, fs.ErrPermission) {
		t.Skipf("cannot run again without root's rights: %v", err)
	}
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "PASS: TestDirRefusesUnreadable")
}

func TestDirThatChangesWhileItIsRead(t *testing.T) {
	for _, c := range []struct {
		name, names string // names: the file the error names
		change      func(dir string) error
	}{
		{"an earlier file grows", "a", func(d string) error { return os.WriteFile(filepath.Join(d, "a"), []byte("longer"), 0o644) }},
		{"a later file grows", "c", func(d string) error { return os.WriteFile(filepath.Join(d, "c"), []byte("longer"), 0o644) }},
		{"a later file goes", "c", func(d string) error { return os.Remove(filepath.Join(d, "c")) }},
		{"an earlier file goes", "a", func(d string) error { return os.Remove(filepath.Join(d, "a")) }},
		{"a file comes", "aa", func(d string) error { return os.WriteFile(filepath.Join(d, "aa"), nil, 0o644) }},
		{"a file comes last", "z", func(d string) error { return os.WriteFile(filepath.Join(d, "z"), nil, 0o644) }},
		{"a link comes", "l", func(d string) error { return os.Symlink("a", filepath.Join(d, "l")) }},
		{"a file is replaced", "c", func(d string) error {
			if err := os.WriteFile(filepath.Join(d, "new"), []byte("c"), 0o644); err != nil {
				return err
			}
			return os.Rename(filepath.Join(d, "new"), filepath.Join(d, "c"))
		}},
		{"a link is put in a file's place", "c", func(d string) error {
			if err := os.Remove(filepath.Join(d, "c")); err != nil {
				return err
			}
			return os.Symlink("/etc/passwd", filepath.Join(d, "c"))
		}},
		{"a link to a sibling is put in a file's place", "c", func(d string) error {
			if err := os.Remove(filepath.Join(d, "c")); err != nil {
				return err
			}
			return os.Symlink("b", filepath.Join(d, "c"))
		}},
	} {
		dir := makeTree(t, "a", "b", "c")
		_, err := Scan(context.Background(), format.RecipeDir, 0, Source{Path: dir}, func(it format.Item) error {
			if it.Label == "b" {
				return c.change(dir)
			}
			return nil
		})
		var ce *ChangedError
		require.ErrorAs(t, err, &ce, c.name)
		require.Equal(t, c.names, ce.Path, c.name)
	}
}

func TestDirNeedsADirectory(t *testing.T) {
	dir := makeTree(t, "a")
	_, _, err := scanAll(format.RecipeDir, 0, Source{Path: filepath.Join(dir, "a")})
	require.ErrorContains(t, err, "expected a directory")
	_, _, err = scanAll(format.RecipeDir, 0, Source{Path: filepath.Join(dir, "b")})
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestLongListsAreCutInTheMessageOnly(t *testing.T) {
	e := &RefusedError{make([]Refusal, 150)}
	require.Contains(t, e.Error(), "got 150 other entries")
	require.Contains(t, e.Error(), "and 50 more")
}
