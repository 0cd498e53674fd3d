package vectors

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/format/recipe"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

var update = flag.Bool("update", false, "rewrite docs/spec/vectors")

const dir = "../../docs/spec/vectors"

// vector is one case: a name, inputs and results, and for bad ones the error.
type vector map[string]any

// generators make the files; the name of a file is what it is about.
var generators = []struct {
	file, about string
	make        func(t *testing.T) []vector
}{
	{"salts", "HMAC(S, \"ink/salt/v1\" | be64(i)), nonce and nonce_p", salts},
	{"digests", "SHA-256 and SM3 of the same bytes; bad: of different bytes", digests},
	{"items", "leaf bytes and leaf of an item; labels of 0, 1024 and 1025 bytes", items},
	{"trees", "content trees of 1, 2, 3, 5 and 8 rows: leaves, edge, root and every path", trees},
	{"inclusion", "inclusion proofs of RFC 9162, good and bad", inclusion},
	{"text", "strings of the canonical form (hex of the bytes), good and bad", texts},
	{"public", "the public part in canonical form; bad: every other form", publics},
	{"private", "the private part in canonical form; bad: every other form", privates},
	{"commitments", "commitments of 1, 2, 3, 5 and 8 rows; bad: opened elsewhere", commitments},
	{"certificates", "certificate fields and F", certificates},
	{"file", "recipe file: what the items are", files},
	{"lines", "recipe lines: what the items are", lines},
	{"csv", "recipe csv: what the items are; bad: refused with a line number", csv},
	{"dir", "recipe dir: order of labels; bad: refused names and twins", dirs},
	{"log", "entry leaves, accumulators and edge of a growing log", logs},
	{"entries", "entries about the consortium: bytes, leaf and fields of the body; bad: what no entry may be", entries},
	{"numbers", "evidence and certificate numbers; bad: malformed or of another entry", numbers},
	{"uscc", "unified social credit codes, good and bad", usccs},
	{"requests", "request ids", requests},
	{"openings", "whole opening files; bad: cut, altered, of something else", openings},
	{"reviews", "whole review copies; bad: cut, altered, of something else", reviews},
}

func TestVectors(t *testing.T) {
	known := map[string]bool{"bundle": true, "ics23.json": true} // those of package verify
	for _, g := range generators {
		known[g.file+".json"] = true
		content := encode(t, g.file, g.about, g.make(t))
		path := filepath.Join(dir, g.file+".json")
		if *update {
			require.NoError(t, os.WriteFile(path, content, 0o644))
			continue
		}
		golden, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, bytes.Equal(golden, content), "%s is not what the implementation gives: see the package comment", path)
	}
	found, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range found {
		require.True(t, known[f.Name()], "%s is made by nobody", f.Name())
	}
}

// encode is one case per line, so that a difference shows the case.
func encode(t *testing.T, file, about string, cases []vector) []byte {
	t.Helper()
	head, err := json.Marshal(about)
	require.NoError(t, err)
	b := []byte("{\"file\": \"" + file + "\",\n\"about\": " + string(head) + ",\n\"cases\": [\n")
	seen := map[string]bool{}
	for i, c := range cases {
		name := c["name"].(string)
		require.False(t, seen[name], "%s: %q twice", file, name)
		seen[name] = true
		line, err := json.Marshal(c)
		require.NoError(t, err)
		b = append(b, line...)
		if i < len(cases)-1 {
			b = append(b, ',')
		}
		b = append(b, '\n')
	}
	return append(b, "]}\n"...)
}

// sentinels are the errors by the names used in the files.
var sentinels = map[string]error{
	"unknown_field": format.ErrUnknownField, "duplicate_field": format.ErrDuplicateField, "field_order": format.ErrFieldOrder,
	"wire_type": format.ErrWireType, "long_varint": format.ErrLongVarint, "varint_overflow": format.ErrVarintOverflow,
	"explicit_default": format.ErrExplicitDefault, "trailing": format.ErrTrailing, "truncated": format.ErrTruncated,
	"length": format.ErrLength, "missing": format.ErrMissing, "limit": format.ErrLimit, "text": format.ErrText,
	"version": format.ErrVersion, "value": format.ErrValue, "recipe": format.ErrRecipe,
	"index_range": format.ErrIndexRange, "path_limit": format.ErrPathLimit, "path_too_long": format.ErrPathTooLong,
	"path_too_short": format.ErrPathTooShort, "root_mismatch": format.ErrRootMismatch, "edge": format.ErrEdge,
	"commitment": format.ErrCommitment, "digests": format.ErrDigests,
	"number": format.ErrNumber, "number_check": format.ErrNumberCheck, "number_entry": format.ErrNumberEntry, "number_legacy": format.ErrNumberLegacy,
	"entry":      logtypes.ErrEntry,
	"empty":      recipe.ErrEmpty,
	"file_magic": opening.ErrMagic, "file_truncated": opening.ErrTruncated, "file_corrupt": opening.ErrCorrupt,
	"file_trailing": opening.ErrTrailing, "file_content": opening.ErrContent,
}

// bad is a case that must be refused for exactly this reason.
func bad(t *testing.T, name, reason string, err error, v vector) vector {
	t.Helper()
	require.Contains(t, sentinels, reason)
	require.ErrorIs(t, err, sentinels[reason], name)
	v["name"], v["error"] = name, reason
	return v
}

// hx is hexadecimal; 256 or more equal bytes are written (xx*count).
func hx[T ~[]byte | ~string](data T) string {
	var out strings.Builder
	for b := []byte(data); len(b) > 0; {
		n := 1
		for n < len(b) && b[n] == b[0] {
			n++
		}
		if n < 256 {
			out.WriteString(strings.Repeat(hex.EncodeToString(b[:1]), n))
		} else {
			fmt.Fprintf(&out, "(%02x*%d)", b[0], n)
		}
		b = b[n:]
	}
	return out.String()
}

func hash(h format.Hash) string { return hx(h[:]) }

func hashes(hs []format.Hash) []string {
	out := make([]string, len(hs))
	for i, h := range hs {
		out[i] = hash(h)
	}
	return out
}

// num writes integers as decimal strings: JSON readers lose precision above 2^53.
func num[T ~uint64 | ~uint32 | ~int](v T) string { return strconv.FormatUint(uint64(v), 10) }

// secret is the one of all vectors: 01 02 .. 20.
func secret() format.Secret {
	var s format.Secret
	for i := range s {
		s[i] = byte(i + 1)
	}
	return s
}

// filled is 32 equal bytes.
func filled(b byte) format.Hash { return format.Hash(bytes.Repeat([]byte{b}, 32)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
