package vectors

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/recipe"
)

// cutCase cuts data; line is that of the refusal, 0 for none.
type cutCase struct {
	name, data, reason string
	line               uint64
}

func cut(t *testing.T, r format.Recipe, header uint32, cases []cutCase) []vector {
	t.Helper()
	var out []vector
	for _, c := range cases {
		v := vector{"name": c.name, "recipe": format.RecipeName(r, header), "data": hx(c.data)}
		var its []format.Item
		src := recipe.Source{Reader: strings.NewReader(c.data)}
		sum, err := recipe.Scan(context.Background(), r, header, src, func(it format.Item) error { its = append(its, it); return nil })
		var line *recipe.LineError
		switch {
		case errors.As(err, &line):
			require.Equal(t, c.line, line.Line, c.name)
			v["error"], v["line"] = "csv_line", num(line.Line)
		case c.reason != "":
			v = bad(t, c.name, c.reason, err, v)
		default:
			require.NoError(t, err)
			v["items"] = itemsOf(t, r, c.data, its)
			v["count"] = num(sum.Items - uint64(sum.HeaderItems))
		}
		out = append(out, v)
	}
	return out
}

// itemsOf returns the items' bytes and compares them with what was digested.
func itemsOf(t *testing.T, r format.Recipe, data string, its []format.Item) []string {
	t.Helper()
	out := []string{}
	for i, it := range its {
		var b bytes.Buffer
		require.NoError(t, recipe.Extract(context.Background(), r, recipe.Source{Reader: strings.NewReader(data)}, uint64(i), &b))
		require.Equal(t, digestOf(b.String()), it.Digests)
		out = append(out, hx(b.String()))
	}
	return out
}

func files(t *testing.T) []vector {
	return cut(t, format.RecipeFile, 0, []cutCase{{name: "empty"}, {name: "bytes", data: "a\n\x00\xff\"\n"}})
}

func lines(t *testing.T) []vector {
	return cut(t, format.RecipeLines, 0, []cutCase{
		{name: "empty", reason: "empty"},
		{name: "LF", data: "\n"},
		{name: "a", data: "a"},
		{name: "a LF", data: "a\n"},
		{name: "a CR LF", data: "a\r\n"},
		{name: "a LF LF", data: "a\n\n"},
		{name: "lone CR", data: "a\rb\r"},
		{name: "quotes mean nothing", data: "\"a\nb\"\n"},
		{name: "UTF-16 means nothing", data: "\xff\xfea\x00\n\x00"},
	})
}

func csv(t *testing.T) []vector {
	return append(cut(t, format.RecipeCSV, 0, []cutCase{
		{name: "plain", data: "a,b\n1,2\n"},
		{name: "byte order mark", data: "\xef\xbb\xbfa\n1\n"},
		{name: "CR LF", data: "a\r\n1\r\n"},
		{name: "lone CR", data: "a\rb\rc"},
		{name: "quoted LF", data: "a,\"x\ny\"\n2\n"},
		{name: "doubled quotes", data: "a,\"x \"\"q\"\"\n\"\n\"\"\n"},
		{name: "no final LF", data: "a\n1"},
		{name: "blank lines", data: "a\n\n\n1\n"},
		{name: "GB18030", data: "\xca\xfd\xbe\xdd,\xd6\xb5\n\x81\x30\x81\x30\n"},
		{name: "UTF-16 mark inside", data: "x\xff\xfe\n"},
		{name: "empty", reason: "empty"},
		{name: "open quote", data: "a\n\"b\nc\n", line: 2},
		{name: "open quote after a closed one", data: "\"\"\n\"\n\"\"\n", line: 3},
		{name: "UTF-16 little-endian", data: "\xff\xfea\x00\n\x00", line: 1},
		{name: "UTF-16 big-endian", data: "\xfe\xff\x00a\x00\n", line: 1},
		{name: "byte 00", data: "a\nb\nc\x00\n", line: 3},
	}), cut(t, format.RecipeCSV, 1, []cutCase{
		{name: "header", data: "a,b\n1,2\n3,4\n"},
		{name: "only a header", data: "a,b\n"},
		{name: "quoted LF in the header", data: "\"a\nb\"\n1\n"},
		{name: "header of nothing", reason: "empty"},
	})...)
}

func dirs(t *testing.T) []vector {
	var out []vector
	for _, c := range []struct {
		name    string
		paths   []string
		refused []string
	}{
		{"bytes of the whole label", []string{"a/b", "a-c", "a.b", "a0", ".h"}, nil},
		{"not by UTF-16 and not by language", []string{"c", "B", "a", "\uff5e", "\U0001F600", "中", "é"}, nil},
		{"same name in directories that are twins", []string{"A/x", "a/y"}, nil},
		{"NFC and NFD", []string{"caf\u00e9", "cafe\u0301"}, []string{"caf\u00e9"}},
		{"case", []string{"README", "readme", "x"}, []string{"readme"}},
		{"full case folding", []string{"STRASSE", "stra\u00dfe"}, []string{"stra\u00dfe"}},
		{"three of a kind", []string{"A", "a", "\u00c5", "A\u030a", "a\u030a"}, []string{"a", "a\u030a", "\u00c5"}},
		{"backslash", []string{"a\\b", "c"}, []string{"a\\b"}},
		{"control characters", []string{"a\tb", "c\x7f", "d\u0085", "e"}, []string{"a\tb", "c\x7f", "d\u0085"}},
		{"bidi control and byte order mark", []string{"a\u202eb", "c\ufeff", "d"}, []string{"a\u202eb", "c\ufeff"}},
		{"not UTF-8", []string{"a\xff", "b"}, []string{"a\xff"}},
		{"not UTF-8 in a directory's name", []string{"d\xff/a", "d\xff/b"}, []string{"d\xff"}},
	} {
		v := vector{"name": c.name, "paths": hexAll(c.paths)}
		order, refused := scanTree(t, c.paths)
		require.Equal(t, c.refused, refused, c.name)
		if refused != nil {
			v["error"], v["refused"] = "dir_refused", hexAll(refused)
		} else {
			v["labels"] = hexAll(order)
		}
		out = append(out, v)
	}
	return out
}

// scanTree makes the files and returns their order, or what was refused.
func scanTree(t *testing.T, paths []string) (order, refused []string) {
	t.Helper()
	root := t.TempDir()
	for _, p := range paths {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, p)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, p), nil, 0o644))
	}
	_, err := recipe.Scan(context.Background(), format.RecipeDir, 0, recipe.Source{Path: root}, func(it format.Item) error {
		order = append(order, it.Label)
		return nil
	})
	var re *recipe.RefusedError
	if errors.As(err, &re) {
		for _, r := range re.Refusals {
			refused = append(refused, r.Path)
		}
		return nil, refused
	}
	require.NoError(t, err)
	return order, nil
}

func hexAll(s []string) []string {
	out := make([]string, len(s))
	for i, x := range s {
		out[i] = hx(x)
	}
	return out
}
