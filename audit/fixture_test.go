package audit_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/testutil"
)

// home is a stopped node's home with what owners keep beside it.
type home struct {
	dir, openings, bundles string
	anchor                 []byte
}

// newHome runs a chain over databases on disk. It is opened twice, so that there are
// tables and journals.
func newHome(t testing.TB) home {
	t.Helper()
	h := home{dir: filepath.Join(t.TempDir(), "home")}
	h.openings, h.bundles = filepath.Join(h.dir, "openings"), filepath.Join(h.dir, "bundles")
	require.NoError(t, os.MkdirAll(h.openings, 0o700))
	c := testutil.NewConsensusIn(t, h.dir, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	p := testutil.NewPeople(c)
	c.Restart()
	for i := range 3 {
		d, err := testutil.NewDeposited(format.Hash(testutil.Commitment("log id")), p.Enterprise, format.RecipeFile,
			fmt.Sprintf("设计图 %d", i), testutil.Part{Bytes: fmt.Appendf(nil, "content %d", i)})
		require.NoError(t, err)
		p.Submit(p.Admin, p.Enterprise, d.Header.Commitment[:])
		require.NoError(t, opening.Create(filepath.Join(h.openings, fmt.Sprintf("%d.inkopen", i)), d.Header, each(d.Items)))
	}
	for range 2 {
		c.Block(testutil.Next{})
	}
	c.Stop()
	return h
}

func each(items []format.Shown) iter.Seq2[format.Item, error] {
	return func(yield func(format.Item, error) bool) {
		for _, it := range items {
			if !yield(it.Item, nil) {
				return
			}
		}
	}
}

// audit runs the audit over the whole home.
func (h home) audit(t testing.TB) *audit.Report {
	t.Helper()
	r, err := audit.Run(context.Background(), h.options())
	require.NoError(t, err)
	return r
}

func (h home) options() audit.Options {
	return audit.Options{Home: h.dir, Openings: []string{h.openings}}
}

// fingerprint is what all files in a directory are, with their names and modes.
func fingerprint(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		out[path] = fmt.Sprint(info.Mode(), info.ModTime())
		if d.Type().IsRegular() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			out[path] += fmt.Sprintf(" %x", sha256.Sum256(b))
		}
		return nil
	}))
	return out
}
