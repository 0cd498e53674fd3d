package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// pkg is a package as `go list` describes it.
type pkg struct {
	ImportPath string
	Dir        string
	Standard   bool
	GoFiles    []string
	Module     *struct{ Main bool }
}

// dependencies are all packages of the program.
func dependencies(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Standard,GoFiles,Module", ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// An expert reads all that a verdict depends on: the verifier, the formats, two hash
// and signature libraries, and what reads flags. No code of a node.
func TestA22NoCodeOfANode(t *testing.T) {
	allowed := []string{
		"github.com/inkchain/inkd/cmd/inkverify", "github.com/inkchain/inkd/cmd/verifycommand",
		"github.com/inkchain/inkd/verify", "github.com/inkchain/inkd/format",
		"github.com/cloudflare/circl/", "github.com/emmansun/gmsm/",
		"github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/text/", "golang.org/x/sys/cpu",
	}
	own := 0
	for _, p := range dependencies(t) {
		if p.Standard {
			continue
		}
		own++
		require.True(t, begins(p.ImportPath, allowed), "%s is none of what the verifier may hold", p.ImportPath)
		require.False(t, begins(p.ImportPath, []string{"github.com/inkchain/inkd/format/opening"}), "an opening file is never read by a verifier")
	}
	require.Greater(t, own, 10)
}

func begins(path string, prefixes []string) bool {
	for _, p := range prefixes {
		if path == p || strings.HasPrefix(path, strings.TrimSuffix(p, "/")+"/") {
			return true
		}
	}
	return false
}

// The same sources give the same bytes in another directory and with nothing
// compiled before, so that anybody can compare a published hash.
func TestA22BuildsAreBitIdentical(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the standard library")
	}
	first := build(t, filepath.Join(t.TempDir(), "a"), "v1.2.3", "")
	second := build(t, filepath.Join(t.TempDir(), "another", "directory"), "v1.2.3", t.TempDir())
	require.True(t, bytes.Equal(read(t, first), read(t, second)), "the builds differ: %s, %s", first, second)
	t.Logf("inkverify has %d bytes", len(read(t, first)))

	out, err := exec.Command(first, "--version").Output()
	require.NoError(t, err)
	require.Equal(t, "inkverify v1.2.3\n", string(out))
	out, err = exec.Command("file", "-b", first).Output()
	if err == nil {
		require.Contains(t, string(out), "statically linked")
	}
	require.NotContains(t, string(read(t, first)), filepath.Dir(first), "no path of the build")
}

// build copies the sources into a directory and builds there.
func build(t *testing.T, dir, version, cache string) string {
	t.Helper()
	files := []string{"go.mod", "go.sum", "scripts/build_inkverify.sh"}
	top, err := filepath.Abs(root)
	require.NoError(t, err)
	for _, p := range dependencies(t) {
		if p.Module == nil || !p.Module.Main {
			continue
		}
		rel, err := filepath.Rel(top, p.Dir)
		require.NoError(t, err)
		for _, f := range p.GoFiles {
			files = append(files, filepath.Join(rel, f))
		}
	}
	for _, f := range files {
		to := filepath.Join(dir, f)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, read(t, filepath.Join(top, f)), 0o755))
	}
	cmd := exec.Command("scripts/build_inkverify.sh", "inkverify")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "VERSION="+version)
	if cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+cache)
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return filepath.Join(dir, "inkverify")
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

// A build that was told no version says so.
func TestVersionUnknown(t *testing.T) { require.Equal(t, "unknown", version) }
