package vectors

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

func salts(*testing.T) []vector {
	s := secret()
	out := []vector{{"name": "nonces", "secret": hx(s[:]), "nonce": hash(s.Nonce()), "nonce_p": hash(s.PrivateNonce())}}
	for _, i := range []uint64{0, 1, 255, 256, 1 << 32, format.MaxItems - 1} {
		out = append(out, vector{"name": "salt " + num(i), "secret": hx(s[:]), "index": num(i), "salt": hash(s.Salt(i))})
	}
	return out
}

func digestOf(s string) format.Digests { return must(format.Digest(strings.NewReader(s))) }

func digestVector(data string, d format.Digests) vector {
	return vector{"data": hx(data), "size": num(d.Size), "sha256": hash(d.SHA256), "sm3": hash(d.SM3)}
}

func digests(t *testing.T) []vector {
	var out []vector
	for _, s := range []string{"", "a", "abc", "2026-01-01,21.5\n", strings.Repeat("abcd", 16), strings.Repeat("x", 1000)} {
		v := digestVector(s, digestOf(s))
		v["name"] = fmt.Sprintf("%d bytes", len(s))
		out = append(out, v)
	}
	one, two := digestOf("one"), digestOf("two")
	for name, d := range map[string]format.Digests{
		"sm3 of other bytes":     {Size: 3, SHA256: one.SHA256, SM3: two.SM3},
		"sha-256 of other bytes": {Size: 3, SHA256: two.SHA256, SM3: one.SM3},
		"another size":           {Size: 4, SHA256: one.SHA256, SM3: one.SM3},
		"exchanged":              {Size: 3, SHA256: one.SM3, SM3: one.SHA256},
	} {
		out = append(out, bad(t, name, "digests", d.Match(one), digestVector("one", d)))
	}
	return sorted(out)
}

func items(t *testing.T) []vector {
	var out []vector
	salt := secret().Salt(4)
	for _, c := range []struct{ name, label, reason string }{
		{"no label", "", ""},
		{"a path", "dir/数据.csv", ""},
		{"label of 1024 bytes", strings.Repeat("x", 1024), ""},
		{"label of 1025 bytes", strings.Repeat("x", 1025), "limit"},
		{"label with a line feed", "a\nb", "text"},
		{"label that is not UTF-8", "a\xff", "text"},
	} {
		it := format.Item{Index: 4, Label: c.label, Digests: digestOf("row\n")}
		v := vector{"name": c.name, "salt": hash(salt), "size": num(it.Size), "sha256": hash(it.SHA256), "sm3": hash(it.SM3), "label": hx(c.label)}
		leaf, err := format.ItemLeaf(salt, it)
		if c.reason != "" {
			out = append(out, bad(t, c.name, c.reason, err, v))
			continue
		}
		require.NoError(t, err)
		v["leaf_bytes"], v["leaf"] = hx(format.AppendItemLeaf(nil, salt, it)), hash(leaf)
		out = append(out, v)
	}
	return out
}

// table returns n rows and their leaves under the secret of all vectors.
func table(n int) (rows []string, its []format.Item, leaves []format.Hash) {
	for i := range n {
		row := fmt.Sprintf("%d,%d\n", i, i*i)
		it := format.Item{Index: uint64(i), Digests: digestOf(row)}
		rows, its = append(rows, row), append(its, it)
		leaves = append(leaves, must(format.ItemLeaf(secret().Salt(uint64(i)), it)))
	}
	return rows, its, leaves
}

var sizes = []int{1, 2, 3, 5, 8}

func trees(*testing.T) []vector {
	s := secret()
	var out []vector
	for _, n := range sizes {
		rows, _, leaves := table(n)
		var edge format.Edge
		var paths [][]string
		for i, l := range leaves {
			edge.Append(l)
			paths = append(paths, hashes(must(format.InclusionProof(leaves, uint64(i)))))
		}
		var data []string
		for _, r := range rows {
			data = append(data, hx(r))
		}
		out = append(out, vector{"name": "n = " + num(n), "secret": hx(s[:]), "rows": data, "leaves": hashes(leaves),
			"edge": hx(edge.Bytes()), "root": hash(edge.Root()), "paths": paths})
	}
	return out
}

func inclusion(t *testing.T) []vector {
	_, _, five := table(5)
	root := format.TreeRoot(five)
	path := must(format.InclusionProof(five, 2))
	last := must(format.InclusionProof(five, 4))
	node := format.NodeHash(five[0], five[1])
	zero := format.Hash{}
	four := append(five[:3:3], five[2])
	type proof struct {
		name, reason string
		root         format.Hash
		size, index  uint64
		leaf         format.Hash
		path         []format.Hash
	}
	var out []vector
	for _, p := range []proof{
		{"leaf 2 of 5", "", root, 5, 2, five[2], path},
		{"last leaf of 5", "", root, 5, 4, five[4], last},
		{"only leaf", "", five[0], 1, 0, five[0], nil},
		{"another index", "root_mismatch", root, 5, 3, five[2], path},
		{"another leaf", "root_mismatch", root, 5, 2, five[1], path},
		{"another root", "root_mismatch", zero, 5, 2, five[2], path},
		{"index = size", "index_range", root, 5, 5, five[4], last},
		{"index far outside", "index_range", root, 5, 1<<64 - 1, five[4], last},
		{"empty tree", "index_range", format.TreeRoot(nil), 0, 0, zero, nil},
		{"path too long", "path_too_long", root, 5, 2, five[2], append(path[:3:3], zero)},
		{"path too short", "path_too_short", root, 5, 2, five[2], path[:2]},
		{"node as leaf", "path_too_short", root, 5, 0, node, path[1:]},
		{"node as leaf, full length", "root_mismatch", root, 5, 0, node, append([]format.Hash{zero}, path[1:]...)},
		{"duplicated last leaf", "root_mismatch", format.TreeRoot(five[:3]), 4, 3, five[2], must(format.InclusionProof(four, 3))},
		{"65 hashes", "path_limit", root, 1<<64 - 1, 0, five[0], make([]format.Hash, 65)},
	} {
		v := vector{"name": p.name, "root": hash(p.root), "size": num(p.size), "index": num(p.index), "leaf": hash(p.leaf), "path": hashes(p.path)}
		err := format.VerifyInclusion(p.root, p.size, p.index, p.leaf, p.path)
		if p.reason != "" {
			v = bad(t, p.name, p.reason, err, v)
		} else {
			require.NoError(t, err)
		}
		out = append(out, v)
	}
	return out
}

func texts(t *testing.T) []vector {
	var out []vector
	for _, c := range []struct{ name, s, reason string }{
		{"empty", "", ""},
		{"chinese", "数据知识产权", ""},
		{"combining accent", "e\u0301", ""},
		{"delete", "\x7f", ""},
		{"replacement character", "\ufffd", ""},
		{"four bytes", "\U0001F600", ""},
		{"at the limit", strings.Repeat("x", 64), ""},
		{"limit + 1", strings.Repeat("x", 65), "limit"},
		{"nul", "a\x00", "text"},
		{"tab", "a\tb", "text"},
		{"line feed", "a\n", "text"},
		{"unit separator", "\x1f", "text"},
		{"byte order mark", "\ufeffa", "text"},
		{"byte order mark inside", "a\ufeffb", "text"},
		{"arabic letter mark", "\u061c", "text"},
		{"left-to-right mark", "\u200e", "text"},
		{"right-to-left override", "a\u202eb", "text"},
		{"first strong isolate", "\u2068", "text"},
		{"byte ff", "\xff", "text"},
		{"cut sequence", "a\xe6\x95", "text"},
		{"overlong sequence", "\xc0\xaf", "text"},
		{"surrogate", "\xed\xa0\x80", "text"},
		{"above U+10FFFF", "\xf4\x90\x80\x80", "text"},
	} {
		v := vector{"name": c.name, "bytes": hx(c.s), "limit": "64"}
		err := format.CheckText(c.s, 64)
		if c.reason != "" {
			v = bad(t, c.name, c.reason, err, v)
		} else {
			require.NoError(t, err)
		}
		out = append(out, v)
	}
	return out
}

func requests(*testing.T) []vector {
	var out []vector
	for _, text := range []string{"", "一月报表", strings.Repeat("x", 200)} {
		out = append(out, vector{"name": fmt.Sprintf("%d bytes", len(text)), "key": hash(filled(7)), "text": hx(text),
			"request_id": hash(format.RequestID(filled(7), text))})
	}
	return out
}

// logs is a log that grows by entries of different lengths.
func logs(*testing.T) []vector {
	var out []vector
	var edge format.Edge
	var acc format.Hash
	for i, entry := range [][]byte{{}, {0x08, 0x01}, bytes.Repeat([]byte{0xEE}, 300), []byte("entry"), []byte("entry"), {0}, {1}, bytes.Repeat([]byte{1}, 16<<10)} {
		prev := edge
		leaf := format.EntryLeaf(entry)
		edge.Append(leaf)
		out = append(out, vector{"name": "entry " + num(i), "index": num(i), "entry": hx(entry), "leaf": hash(leaf),
			"prev_edge": hx(prev.Bytes()), "edge": hx(edge.Bytes()), "root": hash(edge.Root()),
			"prev_acc": hash(acc), "acc": hash(format.Accumulate(acc, leaf))})
		acc = format.Accumulate(acc, leaf)
	}
	return append(out, vector{"name": "empty log", "root": hash(format.Edge{}.Root()), "acc": hash(format.Hash{})})
}
