package recipe

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

// Known here so that one command can run all packages below format.
var _ = flag.Bool("update", false, "rewrite docs/spec/vectors (see format/vectors)")

// cutString returns the items' bytes, read in chunks of one byte and in one go:
// where the chunks end must not matter.
func cutString(t *testing.T, r format.Recipe, data string) ([]string, error) {
	t.Helper()
	var results [2][]string
	var errs [2]error
	for i := range results {
		var item []byte
		cut := cutter{
			split: newSplitter(r),
			write: func(b []byte) error { item = append(item, b...); return nil },
			end: func() error {
				results[i] = append(results[i], string(item))
				item = nil
				return nil
			},
		}
		if i == 0 {
			errs[i] = cut.run(context.Background(), strings.NewReader(data))
			continue
		}
		var rest uint64
		for j := 0; j < len(data) && errs[i] == nil; j++ {
			if errs[i] = cut.split.check([]byte{data[j]}, false); errs[i] == nil {
				rest, errs[i] = cut.chunk([]byte{data[j]}, rest)
			}
		}
		if errs[i] == nil {
			errs[i] = cut.finish(rest)
		}
	}
	if errs[0] == nil {
		require.NoError(t, errs[1], "%q", data)
		require.Equal(t, results[0], results[1], "%q", data)
		require.Equal(t, data, strings.Join(results[0], ""), "concatenation = file")
	}
	return results[0], errs[0]
}

func TestLines(t *testing.T) {
	for data, want := range map[string][]string{
		"":             nil,
		"\n":           {"\n"},
		"a":            {"a"},
		"a\n":          {"a\n"},
		"a\r\n":        {"a\r\n"},
		"a\n\n":        {"a\n", "\n"},
		"a\rb":         {"a\rb"},
		"\"a\nb\"\n":   {"\"a\n", "b\"\n"},
		"\x00\n\x00":   {"\x00\n", "\x00"},
		"\xff\xfea\n":  {"\xff\xfea\n"},
		"\xef\xbb\xbf": {"\xef\xbb\xbf"},
	} {
		got, err := cutString(t, format.RecipeLines, data)
		require.NoError(t, err)
		require.Equal(t, want, got, "%q", data)
	}
}

func TestCSV(t *testing.T) {
	for data, want := range map[string][]string{
		"":                            nil,
		"a,b\n1,2\n":                  {"a,b\n", "1,2\n"},
		"\xef\xbb\xbfa\n1\n":          {"\xef\xbb\xbfa\n", "1\n"},
		"a\r\n1\r\n":                  {"a\r\n", "1\r\n"},
		"a\rb\rc":                     {"a\rb\rc"},
		"a,\"x\ny\"\n2\n":             {"a,\"x\ny\"\n", "2\n"},
		"a,\"x \"\"q\"\" \n\"\n2":     {"a,\"x \"\"q\"\" \n\"\n", "2"},
		"\"\"\n\"\"\n":                {"\"\"\n", "\"\"\n"},
		"a\n1":                        {"a\n", "1"},
		"a\n\n\n1\n":                  {"a\n", "\n", "\n", "1\n"},
		"\xca\xfd\xbe\xdd,\xd6\xb5\n": {"\xca\xfd\xbe\xdd,\xd6\xb5\n"}, // GB18030
		"x\xff\xfe\n":                 {"x\xff\xfe\n"},                 // not at the front
		"\"a\n\nb\"\"\n\"":            {"\"a\n\nb\"\"\n\""},
	} {
		got, err := cutString(t, format.RecipeCSV, data)
		require.NoError(t, err, "%q", data)
		require.Equal(t, want, got, "%q", data)
	}
}

func TestCSVRefusesByLine(t *testing.T) {
	for _, c := range []struct {
		data string
		line uint64
		what string
	}{
		{"a\n\"b\n", 2, "quote that opens here to be closed, got the end of the input in line 3"},
		{"a\n\"b\nc\nd\"\n\"e", 5, "got the end of the input in line 5"},
		{"\"", 1, "quote"},
		{"\"\"\"", 1, "quote"},
		{"a\n\"x\n\"\"\ny", 3, "quote"},
		{"\xff\xfea\x00\n\x00", 1, "UTF-16 mark fffe"},
		{"\xfe\xff\x00a\x00\n", 1, "UTF-16 mark feff"},
		{"a\nb\nc\x00\n", 3, "no byte 0x00"},
		{"\x00", 1, "no byte 0x00"},
	} {
		_, err := cutString(t, format.RecipeCSV, c.data)
		var le *LineError
		require.ErrorAs(t, err, &le, "%q", c.data)
		require.Equal(t, c.line, le.Line, "%q", c.data)
		require.ErrorContains(t, err, c.what)
	}
}

func TestCSVNamesTheLineOfAZeroByteInALaterChunk(t *testing.T) {
	data := strings.Repeat("0123456789\n", 3*chunkSize/11) + "x\x00\n"
	_, err := cutString(t, format.RecipeCSV, data)
	var le *LineError
	require.ErrorAs(t, err, &le)
	require.Equal(t, uint64(3*chunkSize/11)+1, le.Line)
}

// scanAll scans and returns what was emitted.
func scanAll(r format.Recipe, h uint32, src Source) ([]format.Item, Summary, error) {
	var items []format.Item
	sum, err := Scan(context.Background(), r, h, src, func(it format.Item) error {
		items = append(items, it)
		return nil
	})
	return items, sum, err
}

func digest(t *testing.T, s string) format.Digests {
	t.Helper()
	d, err := format.Digest(strings.NewReader(s))
	require.NoError(t, err)
	return d
}

func TestScanDigestsEveryItemOnce(t *testing.T) {
	const data = "a,b\n1,\"x\ny\"\n2,3"
	for _, h := range []uint32{0, 1} {
		items, sum, err := scanAll(format.RecipeCSV, h, Source{Reader: iotest.HalfReader(strings.NewReader(data))})
		require.NoError(t, err)
		require.Equal(t, Summary{Items: 3, HeaderItems: h, TotalSize: uint64(len(data))}, sum)
		require.Equal(t, []format.Item{
			{Index: 0, Digests: digest(t, "a,b\n")},
			{Index: 1, Digests: digest(t, "1,\"x\ny\"\n")},
			{Index: 2, Digests: digest(t, "2,3")},
		}, items)
	}
}

func TestScanOfRowsLongerThanAChunk(t *testing.T) {
	long := strings.Repeat("x", 2*chunkSize+17) + "\n"
	items, sum, err := scanAll(format.RecipeLines, 0, Source{Reader: strings.NewReader("a\n" + long + "b")})
	require.NoError(t, err)
	require.Equal(t, uint64(3), sum.Items)
	require.Equal(t, digest(t, long), items[1].Digests)
	require.Equal(t, digest(t, "b"), items[2].Digests)
}

func TestScanOfNothing(t *testing.T) {
	items, sum, err := scanAll(format.RecipeFile, 0, Source{Reader: strings.NewReader("")})
	require.NoError(t, err, "an empty file is a file")
	require.Equal(t, Summary{Items: 1}, sum)
	require.Equal(t, digest(t, ""), items[0].Digests)
	for _, r := range []format.Recipe{format.RecipeLines, format.RecipeCSV} {
		_, _, err := scanAll(r, 0, Source{Reader: strings.NewReader("")})
		require.ErrorIs(t, err, ErrEmpty)
		require.ErrorContains(t, err, "recipe "+r.String())
	}
	_, _, err = scanAll(format.RecipeCSV, 1, Source{Reader: strings.NewReader("")})
	require.ErrorIs(t, err, ErrEmpty, "one header row of no rows")
	_, _, err = scanAll(format.RecipeDir, 0, Source{Path: t.TempDir()})
	require.ErrorIs(t, err, ErrEmpty)
}

func TestScanRefusesParameters(t *testing.T) {
	src := Source{Reader: strings.NewReader("x")}
	for _, c := range []struct {
		r format.Recipe
		h uint32
	}{{0, 0}, {format.RecipeAPI, 0}, {format.RecipeSecretPoints, 0}, {format.RecipeCSV, 2}, {format.RecipeLines, 1}, {format.RecipeDir, 0}} {
		_, _, err := scanAll(c.r, c.h, src)
		require.ErrorIs(t, err, ErrParameter, "%s %d", c.r, c.h)
	}
}

func TestScanPassesErrorsOn(t *testing.T) {
	stop := errors.New("stop")
	_, err := Scan(context.Background(), format.RecipeLines, 0, Source{Reader: strings.NewReader("a\nb\n")}, func(format.Item) error { return stop })
	require.ErrorIs(t, err, stop)
	_, _, err = scanAll(format.RecipeLines, 0, Source{Reader: iotest.ErrReader(stop)})
	require.ErrorIs(t, err, stop)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Scan(ctx, format.RecipeLines, 0, Source{Reader: strings.NewReader("a\n")}, func(format.Item) error { return nil })
	require.ErrorIs(t, err, context.Canceled)
}

func TestScanOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.bin")
	require.NoError(t, os.WriteFile(path, []byte("abc"), 0o600))
	var done, total uint64
	items, sum, err := scanAll(format.RecipeFile, 0, Source{Path: path, Progress: func(d, n uint64) { done, total = d, n }})
	require.NoError(t, err)
	require.Equal(t, Summary{Items: 1, TotalSize: 3}, sum)
	require.Equal(t, digest(t, "abc"), items[0].Digests)
	require.Equal(t, []uint64{3, 3}, []uint64{done, total})

	_, _, err = scanAll(format.RecipeFile, 0, Source{Path: filepath.Dir(path)})
	require.ErrorIs(t, err, ErrNotRegular)
	require.ErrorContains(t, err, "got directory")
	_, _, err = scanAll(format.RecipeFile, 0, Source{Path: path + "x"})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestFileThatChangesWhileItIsRead(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, path string){
		"grows": func(t *testing.T, path string) {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			require.NoError(t, err)
			_, err = f.WriteString("more\n")
			require.NoError(t, err)
			require.NoError(t, f.Close())
		},
		"shrinks": func(t *testing.T, path string) { require.NoError(t, os.Truncate(path, 10)) },
		"is replaced": func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path+".new", make([]byte, 3*chunkSize), 0o600))
			require.NoError(t, os.Rename(path+".new", path))
		},
		"is removed": func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
	} {
		path := filepath.Join(t.TempDir(), "growing.csv")
		require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte("1234567\n"), 3*chunkSize/8), 0o600))
		first := true
		_, _, err := scanAll(format.RecipeLines, 0, Source{Path: path, Progress: func(uint64, uint64) {
			if first {
				first = false
				change(t, path)
			}
		}})
		var ce *ChangedError
		require.ErrorAs(t, err, &ce, name)
		require.ErrorIs(t, err, ErrChanged)
		require.Equal(t, path, ce.Path)
	}
}

func TestExtract(t *testing.T) {
	const data = "a,b\n1,\"x\ny\"\n2,3"
	for i, want := range []string{"a,b\n", "1,\"x\ny\"\n", "2,3"} {
		var b bytes.Buffer
		require.NoError(t, Extract(context.Background(), format.RecipeCSV, Source{Reader: strings.NewReader(data)}, uint64(i), &b))
		require.Equal(t, want, b.String())
	}
	err := Extract(context.Background(), format.RecipeCSV, Source{Reader: strings.NewReader(data)}, 3, &bytes.Buffer{})
	require.ErrorIs(t, err, format.ErrIndexRange)
	err = Extract(context.Background(), format.RecipeDir, Source{Path: "."}, 0, &bytes.Buffer{})
	require.ErrorIs(t, err, ErrParameter)
}

func FuzzSplitConcatenatesToTheFile(f *testing.F) {
	f.Add("a,b\n1,\"x\ny\"\n2,3", true)
	f.Add("\"\"\"\n\"", true)
	f.Add("a\r\n\n", false)
	f.Fuzz(func(t *testing.T, data string, csv bool) {
		r := format.RecipeLines
		if csv {
			r = format.RecipeCSV
		}
		items, err := cutString(t, r, data) // compares the concatenation itself
		if err != nil {
			require.True(t, csv)
			return
		}
		for _, it := range items {
			require.NotEmpty(t, it)
		}
	})
}
