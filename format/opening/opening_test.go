package opening

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

func TestOpeningFileSurvives(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5, 8, 1000} {
		path, h, items := written(t, n)
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
		onlyFiles(t, filepath.Dir(path), "a.inkopen")

		o, err := Open(path)
		require.NoError(t, err)
		defer o.Close()
		require.Equal(t, h, o.Header)
		require.Equal(t, uint64(n), o.Public.Items)
		for range 2 { // the iteration can be repeated
			var got []format.Item
			for it, err := range o.Items() {
				require.NoError(t, err)
				got = append(got, it)
			}
			require.Equal(t, items, got)
		}
		require.NoError(t, o.Check())
	}
}

func TestProofsLeadToTheRoot(t *testing.T) {
	path, h, items := written(t, 5)
	o, err := Open(path)
	require.NoError(t, err)
	defer o.Close()
	for i, want := range items {
		it, err := o.Item(uint64(i))
		require.NoError(t, err)
		require.Equal(t, want, it)
		proof, err := o.ProofFor(uint64(i))
		require.NoError(t, err)
		leaf, err := format.ItemLeaf(h.Secret.Salt(uint64(i)), it)
		require.NoError(t, err)
		require.NoError(t, format.VerifyInclusion(o.Public.Root, 5, uint64(i), leaf, proof))
	}
	_, err = o.ProofFor(5)
	require.ErrorIs(t, err, format.ErrIndexRange)
	_, err = o.Item(5)
	require.ErrorIs(t, err, format.ErrIndexRange)
}

func TestOpeningFileKeepsLabels(t *testing.T) {
	items := makeItems(t, 2)
	items[0].Label, items[1].Label = ".h", "目录/文件"
	h := sealed(t, items)
	p, err := format.ParsePublic(h.Public)
	require.NoError(t, err)
	p.Recipe = format.RecipeDir
	h.Public, err = p.Bytes()
	require.NoError(t, err)
	require.NoError(t, h.Seal())
	path := filepath.Join(t.TempDir(), "a.inkopen")
	require.NoError(t, Create(path, h, each(items)))
	o, err := Open(path)
	require.NoError(t, err)
	defer o.Close()
	it, err := o.Item(1)
	require.NoError(t, err)
	require.Equal(t, "目录/文件", it.Label)
}

func TestCreateNeverReplacesAFile(t *testing.T) {
	path, h, items := written(t, 2)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	err = Create(path, h, each(items))
	require.ErrorIs(t, err, ErrExists)
	require.ErrorIs(t, err, fs.ErrExist)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
	onlyFiles(t, filepath.Dir(path), "a.inkopen")
}

func TestCreateLosesARaceWithoutReplacing(t *testing.T) {
	items := makeItems(t, 2)
	h := sealed(t, items)
	path := filepath.Join(t.TempDir(), "a.inkopen")
	err := Create(path, h, func(yield func(format.Item, error) bool) {
		// Somebody else takes the name after Create has looked.
		require.NoError(t, os.WriteFile(path, []byte("theirs"), 0o600))
		each(items)(yield)
	})
	require.ErrorIs(t, err, ErrExists)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "theirs", string(b))
	onlyFiles(t, filepath.Dir(path), "a.inkopen")
}

func TestCreateDoesNotFollowALinkOfThatName(t *testing.T) {
	items := makeItems(t, 1)
	dir := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "a.inkopen")))
	require.ErrorIs(t, Create(filepath.Join(dir, "a.inkopen"), sealed(t, items), each(items)), ErrExists)
	onlyFiles(t, dir, "a.inkopen")
}

func TestCreateRefusesWhatDoesNotBelongTogether(t *testing.T) {
	items := makeItems(t, 3)
	other := makeItems(t, 3)
	other[1].SM3[0]++
	stop := errors.New("stop")
	for name, c := range map[string]struct {
		change func(*Header)
		items  func(func(format.Item, error) bool)
		want   error
	}{
		"an item too few":  {nil, each(items[:2]), ErrContent},
		"an item too many": {nil, each(append(items[:3:3], format.Item{Index: 3})), ErrContent},
		"another item":     {nil, each(other), ErrContent},
		"order":            {nil, each([]format.Item{items[1], items[0], items[2]}), format.ErrValue},
		"a failing source": {nil, func(yield func(format.Item, error) bool) { yield(format.Item{}, stop) }, stop},
		"a label":          {nil, each([]format.Item{{Label: "a\n"}}), format.ErrText},
		"other enterprise": {func(h *Header) { h.EnterpriseID++ }, each(items), format.ErrCommitment},
		"other secret":     {func(h *Header) { h.Secret[0]++ }, each(items), format.ErrCommitment},
		"no secret":        {func(h *Header) { h.Secret = format.Secret{} }, each(items), format.ErrValue},
		"other private":    {func(h *Header) { h.Private = []byte{8, 1} }, each(items), format.ErrCommitment},
		"bad private":      {func(h *Header) { h.Private = []byte{8} }, each(items), format.ErrTruncated},
		"bad public":       {func(h *Header) { h.Public = append(h.Public, 0) }, each(items), format.ErrTrailing},
		"request text":     {func(h *Header) { h.RequestText = string(make([]byte, 1)) }, each(items), format.ErrText},
		"long request":     {func(h *Header) { h.RequestText = fmt.Sprintf("%04097d", 1) }, each(items), format.ErrLimit},
		"long chain id":    {func(h *Header) { h.ChainID = fmt.Sprintf("%065d", 1) }, each(items), format.ErrLimit},
	} {
		h := sealed(t, items)
		if c.change != nil {
			c.change(&h)
		}
		dir := t.TempDir()
		require.ErrorIs(t, Create(filepath.Join(dir, "a.inkopen"), h, c.items), c.want, name)
		onlyFiles(t, dir)
	}
}

func TestFullDiskLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	err := writeNew(filepath.Join(dir, "a.inkopen"), func(w io.Writer) error {
		_, err := w.Write([]byte("half"))
		require.NoError(t, err)
		return &fs.PathError{Op: "write", Path: "tmp", Err: syscall.ENOSPC}
	})
	require.ErrorIs(t, err, ErrNoSpace)
	require.ErrorContains(t, err, "nothing was left behind")
	onlyFiles(t, dir)
}

func TestPublishWithoutHardLinks(t *testing.T) {
	dir := t.TempDir()
	tmp, path := filepath.Join(dir, "tmp"), filepath.Join(dir, "a")
	require.NoError(t, os.WriteFile(tmp, []byte("x"), 0o600))
	require.NoError(t, reserveAndRename(tmp, path))
	onlyFiles(t, dir, "a")
	require.NoError(t, os.WriteFile(tmp, []byte("y"), 0o600))
	require.ErrorIs(t, reserveAndRename(tmp, path), ErrExists)
	onlyFiles(t, dir, "a", "tmp")
	// What cannot be renamed does not leave the reserved name behind.
	require.Error(t, reserveAndRename(filepath.Join(dir, "missing"), filepath.Join(dir, "b")))
	require.Error(t, publish(filepath.Join(dir, "missing"), filepath.Join(dir, "b")))
	onlyFiles(t, dir, "a", "tmp")
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "x", string(b))
}

func TestDamageIsNamed(t *testing.T) {
	path, h, _ := written(t, 3)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	head := 8 + 4 + len(h.encode())
	item := (len(good) - head - 32) / 3
	flip := func(at int) []byte {
		b := append([]byte(nil), good...)
		b[at] ^= 1
		return b
	}
	for _, c := range []struct {
		name string
		b    []byte
		want error
		says string
	}{
		{"empty", nil, ErrTruncated, "magic"},
		{"half the magic", good[:4], ErrTruncated, "magic"},
		{"other magic", append([]byte("INKOPEN2"), good[8:]...), ErrMagic, "INKOPEN1"},
		{"review copy", append([]byte("INKREVW1"), good[8:]...), ErrMagic, "got a review copy"},
		{"in the header", good[:head-1], ErrTruncated, "header"},
		{"before the items", good[:head], ErrTruncated, "item 0 of 3"},
		{"in an item", good[:head+item+7], ErrTruncated, "item 1 of 3"},
		{"before the trailer", good[:head+3*item], ErrTruncated, "trailer"},
		{"in the trailer", good[:len(good)-1], ErrTruncated, "expected 32 bytes, got 31"},
		{"a byte more", append(append([]byte(nil), good...), 0), ErrTrailing, "got 33"},
		{"a bit in the secret", flip(8 + 4 + 2 + 34 + 7 + 2 + 2 + 2 + 5), ErrCorrupt, "trailer"},
		{"a bit in the version", flip(8 + 4), ErrCorrupt, "trailer"},
		{"a bit in an item", flip(head + item + 20), ErrCorrupt, "trailer"},
		{"a bit in the trailer", flip(len(good) - 1), ErrCorrupt, "trailer"},
		{"a huge length", flip(head), ErrCorrupt, "item 0"},
	} {
		p := filepath.Join(t.TempDir(), "b.inkopen")
		require.NoError(t, os.WriteFile(p, c.b, 0o600))
		_, err := Open(p)
		require.ErrorIs(t, err, c.want, c.name)
		require.ErrorContains(t, err, c.says, c.name)
	}
}

// frames rebuilds a file with a good trailer from altered messages.
func frames(t *testing.T, header []byte, items ...[]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.inkopen")
	f, err := os.Create(path)
	require.NoError(t, err)
	fw, err := newFrameWriter(f, openMagic)
	require.NoError(t, err)
	require.NoError(t, fw.message(header))
	for _, it := range items {
		require.NoError(t, fw.message(it))
	}
	require.NoError(t, fw.close())
	require.NoError(t, f.Close())
	return path
}

func TestForgedFilesWithAGoodTrailerAreRefused(t *testing.T) {
	items := makeItems(t, 2)
	h := sealed(t, items)
	var enc [2][]byte
	for i, it := range items {
		var e format.Encoder
		encodeItem(&e, it)
		enc[i] = e.Bytes()
	}
	other := h
	other.Kind++
	_, err := Open(frames(t, other.encode(), enc[:]...))
	require.ErrorIs(t, err, format.ErrCommitment)
	_, err = Open(frames(t, append(h.encode(), 0x70, 1), enc[:]...))
	require.ErrorIs(t, err, format.ErrUnknownField)

	o, err := Open(frames(t, h.encode(), enc[1], enc[0]))
	require.NoError(t, err)
	require.ErrorIs(t, o.Check(), ErrContent)
	o.Close()
	o, err = Open(frames(t, h.encode(), enc[0], enc[1], enc[1]))
	require.NoError(t, err)
	require.ErrorIs(t, o.Check(), ErrTrailing)
	o.Close()
	o, err = Open(frames(t, h.encode(), enc[0]))
	require.NoError(t, err)
	require.ErrorIs(t, o.Check(), ErrTruncated)
	o.Close()
	o, err = Open(frames(t, h.encode(), enc[0], append(enc[1], 0)))
	require.NoError(t, err)
	require.ErrorIs(t, o.Check(), format.ErrTrailing)
	_, err = o.Leaves()
	require.ErrorIs(t, err, format.ErrTrailing)
	o.Close()
}

func TestHugeLengthsDoNotAllocate(t *testing.T) {
	b := append([]byte(openMagic), binary.BigEndian.AppendUint32(nil, 1<<31)...)
	p := filepath.Join(t.TempDir(), "d.inkopen")
	require.NoError(t, os.WriteFile(p, append(b, make([]byte, 64)...), 0o600))
	_, err := Open(p)
	require.ErrorIs(t, err, ErrCorrupt)
}

func TestSpoolKeepsItemsAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	items := makeItems(t, 3000)
	items[7].Label = "a/b"
	s, err := NewSpool(filepath.Join(dir, "a.inkopen"))
	require.NoError(t, err)
	for _, it := range items {
		require.NoError(t, s.Add(it))
	}
	for range 2 {
		var got []format.Item
		for it, err := range s.Items() {
			require.NoError(t, err)
			got = append(got, it)
		}
		require.Equal(t, items, got)
	}
	for range s.Items() {
		break // an iteration may stop early
	}
	if runtime.GOOS == "linux" {
		onlyFiles(t, dir) // a killed process would leave nothing
	}
	require.NoError(t, s.Close())
	onlyFiles(t, dir)
}

func TestManyItemsNeedLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a file of 15 MB")
	}
	const n = 200_000
	dir := t.TempDir()
	secret := format.Secret{1}
	item := func(i uint64) format.Item {
		return format.Item{Index: i, Digests: format.Digests{Size: 40, SHA256: format.Hash{byte(i)}}}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	path := filepath.Join(dir, "a.inkopen")
	s, err := NewSpool(path)
	require.NoError(t, err)
	defer s.Close()
	tree := format.NewItemTree(secret)
	for i := range uint64(n) {
		require.NoError(t, tree.Add(item(i)))
		require.NoError(t, s.Add(item(i)))
	}
	h := Header{Secret: secret, Private: []byte{8, 1}}
	h.Public, err = format.Public{Root: tree.Root(), Items: n, TotalSize: 40 * n, Recipe: format.RecipeLines, RecipeVersion: 1}.Bytes()
	require.NoError(t, err)
	require.NoError(t, h.Seal())
	require.NoError(t, Create(path, h, s.Items()))
	o, err := Open(path)
	require.NoError(t, err)
	defer o.Close()
	require.NoError(t, o.Check())
	runtime.GC()
	runtime.ReadMemStats(&after)
	grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	require.Less(t, grown, int64(4<<20), "memory grew with the number of items")
}
