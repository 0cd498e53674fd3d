package audit_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/opt"

	"github.com/inkchain/inkd/verify"
)

// flipped are the parts of a home whose bytes are flipped.
var flipped = []string{"data/application.db", "data/blockstore.db", "data/logindex.db", "archive.db", "openings", "bundles"}

// TestFlippedBytesAreFound flips single bytes, each on a fresh copy of a home: the
// audit finds it, or every value reads as it did before, also for a node that starts.
// INKD_FLIPS says how many (200, or 60 in a short run), INKD_SEED which.
func TestFlippedBytesAreFound(t *testing.T) {
	flips, seed := 200, uint64(time.Now().UnixNano())
	if testing.Short() {
		flips = 60
	}
	if s := os.Getenv("INKD_FLIPS"); s != "" {
		flips, _ = strconv.Atoi(s)
	}
	if s := os.Getenv("INKD_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	t.Logf("INKD_SEED=%d INKD_FLIPS=%d", seed, flips)
	r := rand.New(rand.NewPCG(seed, 0))
	h := newHome(t)
	requireClean(t, h.audit(t))
	values := map[string]map[string]string{}
	for _, part := range flipped[:4] {
		values[part] = dump(t, filepath.Join(h.dir, part))
		require.NotEmpty(t, values[part])
	}
	found, harmless := 0, map[string]int{}
	for i := range flips {
		part := flipped[i%len(flipped)]
		copied, file, what := flip(t, h, part, r)
		before := fingerprint(t, copied.dir)
		report := copied.audit(t)
		require.Equal(t, before, fingerprint(t, copied.dir), "the audit changed the home")
		if !report.Clean() {
			found++
			continue
		}
		harmless[kindOf(file)]++
		t.Logf("not found: %s", what)
		requireHarmless(t, h, copied, part, file, values[part], what)
	}
	t.Logf("%d flips: %d found; harmless, since all values read as before: %v", flips, found, harmless)
}

// flip copies a home and flips a byte in a part of it: of a file that is drawn, or of
// a byte that is drawn, so that small files have their turn.
func flip(t *testing.T, h home, part string, r *rand.Rand) (copied home, file, what string) {
	t.Helper()
	files, sizes, total := []string{}, []int64{}, int64(0)
	walk(t, filepath.Join(h.dir, part), func(path string, info fs.FileInfo) {
		if info.Size() > 0 {
			files, sizes, total = append(files, path), append(sizes, info.Size()), total+info.Size()
		}
	})
	n := r.IntN(len(files))
	offset := r.Int64N(sizes[n])
	if r.IntN(2) == 0 {
		offset = r.Int64N(total)
		for n = 0; offset >= sizes[n]; n++ {
			offset -= sizes[n]
		}
	}
	copied = h.linked(t)
	rel, err := filepath.Rel(h.dir, files[n])
	require.NoError(t, err)
	b, err := os.ReadFile(files[n])
	require.NoError(t, err)
	x := byte(1 + r.IntN(255))
	b[offset] ^= x
	target := filepath.Join(copied.dir, rel)
	require.NoError(t, os.Remove(target)) // a link to the original
	require.NoError(t, os.WriteFile(target, b, 0o600))
	return copied, rel, fmt.Sprintf("byte %d of %d of %s, xor %#02x", offset, len(b), rel, x)
}

// linked is a copy whose files are links to the original's: an audit writes none.
func (h home) linked(t *testing.T) home {
	t.Helper()
	to := filepath.Join(t.TempDir(), "home")
	walk(t, h.dir, func(path string, _ fs.FileInfo) {
		rel, err := filepath.Rel(h.dir, path)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o700))
		require.NoError(t, os.Link(path, filepath.Join(to, rel)))
	})
	c := h
	c.dir, c.openings, c.bundles = to, filepath.Join(to, "openings"), filepath.Join(to, "bundles")
	return c
}

func walk(t testing.TB, dir string, fn func(path string, info fs.FileInfo)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fn(path, info)
		}
		return err
	}))
}

// requireHarmless shows that a flip which was not found changed nothing that anybody
// reads.
func requireHarmless(t *testing.T, h, copied home, part, file string, values map[string]string, what string) {
	t.Helper()
	switch part {
	case "openings":
		require.Fail(t, "an opening was altered and not found", what)
	case "bundles":
		require.JSONEq(t, statement(t, filepath.Join(h.dir, file), h.anchor), statement(t, filepath.Join(copied.dir, file), h.anchor), what)
	default:
		require.Equal(t, values, dump(t, filepath.Join(copied.dir, part)), what)
	}
}

// dump is what a node that starts over the database reads; on a copy, since it writes.
func dump(t *testing.T, dir string) map[string]string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "db")
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	db, err := leveldb.OpenFile(to, &opt.Options{ErrorIfMissing: true})
	require.NoError(t, err)
	defer db.Close()
	out := map[string]string{}
	it := db.NewIterator(nil, nil)
	defer it.Release()
	for it.Next() {
		out[string(it.Key())] = string(it.Value())
		one, err := db.Get(it.Key(), nil)
		require.NoError(t, err)
		require.Equal(t, it.Value(), one)
	}
	require.NoError(t, it.Error())
	return out
}

func statement(t *testing.T, file string, anchor []byte) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	v := verify.Verify(verify.Input{Bundle: b, Anchor: anchor})
	require.NotNil(t, v.Statement)
	out, err := json.Marshal(v.Statement)
	require.NoError(t, err)
	return string(out)
}

// kindOf names what kind of file it is.
func kindOf(file string) string {
	name := filepath.Base(file)
	if i := slices.IndexFunc([]string{"MANIFEST", "CURRENT", "LOCK", "LOG"}, func(s string) bool { return strings.HasPrefix(name, s) }); i >= 0 {
		return name
	}
	return filepath.Ext(name)
}
