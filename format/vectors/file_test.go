package vectors

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// openingFile writes the opening file of the table of n rows.
func openingFile(t *testing.T, n int) []byte {
	t.Helper()
	_, its, _ := table(n)
	_, public, private, _ := deposit(n)
	h := opening.Header{LogID: filled(0x10), ChainID: "ink-test-1", EnterpriseID: 77, Kind: 1, Category: 3, Secret: secret(),
		Public: public, Private: private, RequestID: format.RequestID(filled(7), "一月报表"), RequestText: "一月报表", Created: newYear}
	require.NoError(t, h.Seal())
	path := filepath.Join(t.TempDir(), "a.inkopen")
	require.NoError(t, opening.Create(path, h, func(yield func(format.Item, error) bool) {
		for _, it := range its {
			if !yield(it, nil) {
				return
			}
		}
	}))
	return must(os.ReadFile(path))
}

// openFile opens bytes as an opening file and checks all of it.
func openFile(t *testing.T, b []byte) (*opening.File, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.inkopen")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	o, err := opening.Open(path)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { o.Close() })
	return o, o.Check()
}

// resealed gives altered bytes a trailer that fits them again.
func resealed(b []byte) []byte {
	body := b[:len(b)-32]
	sum := sha256.Sum256(body)
	return slices.Concat(body, sum[:])
}

// flipped returns b with one bit of the byte at altered.
func flipped(b []byte, at int) []byte {
	c := bytes.Clone(b)
	c[at] ^= 1
	return c
}

func openings(t *testing.T) []vector {
	var out []vector
	for _, n := range sizes {
		b := openingFile(t, n)
		o, err := openFile(t, b)
		require.NoError(t, err)
		v, _, _, _ := deposit(n)
		out = append(out, vector{"name": v["name"], "bytes": hx(b), "secret": hx(o.Header.Secret[:]), "commitment": v["commitment"],
			"root": hash(o.Public.Root), "items": num(o.Public.Items), "request_id": hash(o.Header.RequestID), "request_text": o.Header.RequestText})
	}
	good := openingFile(t, 3)
	firstItem := 12 + int(binary.BigEndian.Uint32(good[8:]))
	item := (len(good) - firstItem - 32) / 3
	secretAt := bytes.Index(good, unhex(t, out[0]["secret"].(string)))
	exchanged := slices.Concat(good[:firstItem], good[firstItem+item:firstItem+2*item], good[firstItem:firstItem+item], good[firstItem+2*item:])
	for _, c := range []struct {
		name, reason string
		b            []byte
	}{
		{"cut in an item", "file_truncated", good[:firstItem+item+7]},
		{"cut in the trailer", "file_truncated", good[:len(good)-1]},
		{"cut in the header", "file_truncated", good[:firstItem-1]},
		{"a byte more", "file_trailing", append(bytes.Clone(good), 0)},
		{"a bit in an item", "file_corrupt", flipped(good, firstItem+item+20)},
		{"a bit in the trailer", "file_corrupt", flipped(good, len(good)-1)},
		{"other magic", "file_magic", flipped(good, 7)},
		{"another secret, new trailer", "commitment", resealed(flipped(good, secretAt))},
		{"another digest, new trailer", "file_content", resealed(flipped(good, firstItem+item+20))},
		{"items exchanged, new trailer", "file_content", resealed(exchanged)},
		{"an item too few, new trailer", "file_truncated", resealed(slices.Concat(good[:firstItem], good[firstItem+item:]))},
	} {
		_, err := openFile(t, c.b)
		out = append(out, bad(t, "bad: "+c.name, c.reason, err, vector{"bytes": hx(c.b)}))
	}
	return out
}

func reviews(t *testing.T) []vector {
	o, err := openFile(t, openingFile(t, 5))
	require.NoError(t, err)
	copyOf := func(indexes ...uint64) opening.Review { return must(o.Review(42, indexes)) }
	var out []vector
	for name, r := range map[string]opening.Review{"nothing shown": copyOf(), "two of five": copyOf(1, 4), "all": copyOf(0, 1, 2, 3, 4)} {
		out = append(out, vector{"name": name, "bytes": hx(opening.EncodeReview(r)), "commitment": hash(r.Commitment), "evidence_seq": num(r.EvidenceSeq),
			"root": hash(o.Public.Root), "shown": num(len(r.Shown))})
	}
	out = sorted(out)
	for _, c := range []struct {
		name, reason string
		change       func(*opening.Review)
	}{
		{"another enterprise", "commitment", func(r *opening.Review) { r.EnterpriseID++ }},
		{"swapped nonces", "commitment", func(r *opening.Review) { r.Nonce, r.PrivateNonce = r.PrivateNonce, r.Nonce }},
		{"another salt", "root_mismatch", func(r *opening.Review) { r.Shown[0].Salt[0] ^= 1 }},
		{"another sm3", "root_mismatch", func(r *opening.Review) { r.Shown[1].SM3[0] ^= 1 }},
		{"another index", "root_mismatch", func(r *opening.Review) { r.Shown[0].Index = 0 }},
		{"index outside", "index_range", func(r *opening.Review) { r.Shown[1].Index = 5 }},
		{"item twice", "field_order", func(r *opening.Review) { r.Shown[1] = r.Shown[0] }},
		{"short path", "path_too_short", func(r *opening.Review) { r.Shown[0].Path = r.Shown[0].Path[1:] }},
	} {
		r := copyOf(1, 4)
		c.change(&r)
		_, err := r.Check()
		out = append(out, bad(t, "bad: "+c.name, c.reason, err, vector{"bytes": hx(opening.EncodeReview(r))}))
	}
	good := opening.EncodeReview(copyOf(1, 4))
	for _, c := range []struct {
		name, reason string
		b            []byte
	}{
		{"cut", "file_truncated", good[:len(good)-1]},
		{"a bit", "file_corrupt", flipped(good, 60)},
		{"an opening file", "file_magic", openingFile(t, 1)},
	} {
		_, err := opening.ParseReview(c.b)
		out = append(out, bad(t, "bad: "+c.name, c.reason, err, vector{"bytes": hx(c.b)}))
	}
	return out
}
