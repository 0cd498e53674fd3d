package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/x/evidence/types"
)

// The codecs of format are written by hand and refuse every encoding but one; the
// generated ones say the same in the language of the proto files. They must agree
// on the bytes of every value.

var text = rapid.StringMatching(`[a-z0-9 _.,（）\p{Han}]{0,40}`)

func hash(t *rapid.T, label string) (h format.Hash) {
	copy(h[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, label))
	return h
}

// period draws a claimed period; either end may be left open.
func period(t *rapid.T) (from, to uint64) {
	from = rapid.Uint64().Draw(t, "from")
	if rapid.Bool().Draw(t, "closed") {
		to = rapid.Uint64Range(from, ^uint64(0)).Draw(t, "to")
	}
	return from, to
}

func TestPublicCodecsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := format.Public{
			Root: hash(t, "root"), Items: rapid.Uint64Range(1, format.MaxItems).Draw(t, "items"),
			TotalSize: rapid.Uint64().Draw(t, "size"), RecipeVersion: format.RecipeVersion,
			Recipe: format.Recipe(rapid.Uint32Range(1, 6).Draw(t, "recipe")),
		}
		switch p.Recipe {
		case format.RecipeFile:
			p.Items = 1
		case format.RecipeCSV:
			p.HeaderItems = rapid.Uint32Range(0, 1).Draw(t, "header")
		}
		p.ProducedFrom, p.ProducedTo = period(t)
		strict, err := p.Bytes()
		require.NoError(t, err)

		generated := types.Public{
			Version: format.Version, Root: p.Root[:], Items: p.Items, HeaderItems: p.HeaderItems, TotalSize: p.TotalSize,
			Recipe: uint32(p.Recipe), RecipeVersion: p.RecipeVersion, ProducedFrom: p.ProducedFrom, ProducedTo: p.ProducedTo,
		}
		b, err := generated.Marshal()
		require.NoError(t, err)
		require.Equal(t, strict, b)

		again, err := format.ParsePublic(b)
		require.NoError(t, err)
		require.Equal(t, p, again)
		var parsed types.Public
		require.NoError(t, parsed.Unmarshal(strict))
		require.Equal(t, generated, parsed)
	})
}

func TestPrivateCodecsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) string { return text.Draw(t, label) }
		p := format.Private{
			Title: draw("title"), Summary: draw("summary"), Source: draw("source"), FileName: draw("file"),
			Tool: draw("tool"), Platform: draw("platform"), Note: draw("note"),
		}
		generated := types.Private{
			Version: format.Version, Title: p.Title, Summary: p.Summary, Source: p.Source, FileName: p.FileName,
			Tool: p.Tool, Platform: p.Platform, Note: p.Note,
		}
		for range rapid.IntRange(0, 5).Draw(t, "fields") {
			f := format.Field{Name: "n" + draw("name"), Description: draw("description"), Example: draw("example")}
			p.Fields = append(p.Fields, f)
			generated.Fields = append(generated.Fields, &types.Field{Name: f.Name, Description: f.Description, Example: f.Example})
		}
		strict, err := p.Bytes()
		require.NoError(t, err)
		b, err := generated.Marshal()
		require.NoError(t, err)
		require.Equal(t, strict, b)

		again, err := format.ParsePrivate(b)
		require.NoError(t, err)
		require.Equal(t, p, again)
		var parsed types.Private
		require.NoError(t, parsed.Unmarshal(strict))
		require.Equal(t, generated, parsed)
	})
}

func TestCertificateFieldsCodecsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := func(label string) uint64 { return rapid.Uint64().Draw(t, label) }
		c := format.CertificateFields{
			CertSeq: number("cert"), EvidenceSeq: number("evidence"), EnterpriseID: number("enterprise"),
			Holder: text.Draw(t, "holder"), Category: rapid.Uint32().Draw(t, "category"),
			USCC:  rapid.SampledFrom([]string{"", "91350100M000100Y43"}).Draw(t, "uscc"),
			Items: rapid.Uint64Range(0, format.MaxItems).Draw(t, "items"), TotalSize: number("size"),
			Title: text.Draw(t, "title"), Source: text.Draw(t, "source"),
		}
		if c.Items > 0 {
			c.Root, c.HeaderItems = hash(t, "root"), rapid.Uint32Range(0, 1).Draw(t, "header")
		}
		c.ProducedFrom, c.ProducedTo = period(t)
		generated := types.CertificateFields{
			Version: format.Version, CertSeq: c.CertSeq, EvidenceSeq: c.EvidenceSeq, EnterpriseId: c.EnterpriseID,
			Holder: c.Holder, Uscc: c.USCC, Category: c.Category, Items: c.Items, HeaderItems: c.HeaderItems,
			TotalSize: c.TotalSize, Title: c.Title, Source: c.Source, ProducedFrom: c.ProducedFrom, ProducedTo: c.ProducedTo,
		}
		if c.Root != (format.Hash{}) {
			generated.Root = c.Root[:]
		}
		strict, err := c.Bytes()
		require.NoError(t, err)
		b, err := generated.Marshal()
		require.NoError(t, err)
		require.Equal(t, strict, b)

		again, err := format.ParseCertificateFields(b)
		require.NoError(t, err)
		require.Equal(t, c, again)
		var parsed types.CertificateFields
		require.NoError(t, parsed.Unmarshal(strict))
		require.Equal(t, generated, parsed)
	})
}

// Of bytes that somebody bent, the strict codec accepts only those that the
// generated one would write itself.
func TestWhatTheStrictCodecAcceptsIsCanonical(t *testing.T) {
	p := format.Public{Root: format.Hash{1}, Items: 3, TotalSize: 300, Recipe: format.RecipeLines, RecipeVersion: 1, ProducedFrom: 1, ProducedTo: 2}
	valid, err := p.Bytes()
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		b := append([]byte(nil), valid...)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			i := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				b[i] = rapid.Byte().Draw(t, "byte")
			case 1:
				b = append(b[:i], append([]byte{rapid.Byte().Draw(t, "byte")}, b[i:]...)...)
			case 2:
				b = append(b, b[i:]...)
			}
		}
		if _, err := format.ParsePublic(b); err != nil {
			return
		}
		var generated types.Public
		require.NoError(t, generated.Unmarshal(b))
		again, err := generated.Marshal()
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}
