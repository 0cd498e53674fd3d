package opening

import (
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

// Known here so that one command can run all packages below format.
var _ = flag.Bool("update", false, "rewrite docs/spec/vectors (see format/vectors)")

func makeItems(t *testing.T, n int) []format.Item {
	t.Helper()
	var items []format.Item
	for i := range n {
		d, err := format.Digest(strings.NewReader(fmt.Sprintf("row %d\n", i)))
		require.NoError(t, err)
		items = append(items, format.Item{Index: uint64(i), Digests: d})
	}
	return items
}

func each(items []format.Item) iter.Seq2[format.Item, error] {
	return func(yield func(format.Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}

// sealed returns a header that fits the items.
func sealed(t *testing.T, items []format.Item) Header {
	t.Helper()
	h := Header{
		LogID: format.Hash{1}, ChainID: "ink-1", EnterpriseID: 7, Kind: 1, Category: 3,
		Secret: format.Secret{9, 9}, RequestID: format.Hash{4}, RequestText: "一月", Created: 1_700_000_000_000_000_000,
	}
	tree := format.NewItemTree(h.Secret)
	for _, it := range items {
		require.NoError(t, tree.Add(it))
	}
	var err error
	h.Public, err = format.Public{Root: tree.Root(), Items: tree.Items(), TotalSize: tree.TotalSize(), Recipe: format.RecipeLines, RecipeVersion: 1}.Bytes()
	require.NoError(t, err)
	h.Private, err = format.Private{Title: "题目", FileName: "a.csv"}.Bytes()
	require.NoError(t, err)
	require.NoError(t, h.Seal())
	return h
}

// written creates an opening file with n items and returns its path.
func written(t *testing.T, n int) (string, Header, []format.Item) {
	t.Helper()
	items := makeItems(t, n)
	h := sealed(t, items)
	path := filepath.Join(t.TempDir(), "a.inkopen")
	require.NoError(t, Create(path, h, each(items)))
	return path, h, items
}

// onlyFiles requires that a directory holds exactly these names.
func onlyFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	got := []string{}
	for _, e := range entries {
		got = append(got, e.Name())
	}
	require.ElementsMatch(t, names, got)
}
