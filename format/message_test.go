package format

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func goodPublic() Public {
	return Public{Root: Hash{1}, Items: 3, HeaderItems: 1, TotalSize: 300, Recipe: RecipeCSV, RecipeVersion: 1, ProducedFrom: 5, ProducedTo: 6}
}

func TestPublicSurvivesEncoding(t *testing.T) {
	for _, p := range []Public{
		goodPublic(),
		{Items: 1, Recipe: RecipeFile, RecipeVersion: 1},
		{Root: Hash{9}, Items: MaxItems, TotalSize: 1<<64 - 1, Recipe: RecipeSecretPoints, RecipeVersion: 1, ProducedFrom: 1<<64 - 1},
		{Items: 1, HeaderItems: 1, Recipe: RecipeCSV, RecipeVersion: 1, ProducedTo: 1},
	} {
		b, err := p.Bytes()
		require.NoError(t, err)
		again, err := ParsePublic(b)
		require.NoError(t, err)
		require.Equal(t, p, again)
	}
	require.Equal(t, uint64(2), goodPublic().Count())
}

func TestPublicRefusesImpossibleValues(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Public)
		want   error
	}{
		{"no items", func(p *Public) { p.Items = 0 }, ErrMissing},
		{"items at the limit + 1", func(p *Public) { p.Items = MaxItems + 1 }, ErrLimit},
		{"recipe 0", func(p *Public) { p.Recipe = 0 }, ErrRecipe},
		{"recipe 7", func(p *Public) { p.Recipe = 7 }, ErrRecipe},
		{"no recipe version", func(p *Public) { p.RecipeVersion = 0 }, ErrVersion},
		{"recipe version 2", func(p *Public) { p.RecipeVersion = 2 }, ErrVersion},
		{"two header rows", func(p *Public) { p.HeaderItems = 2 }, ErrValue},
		{"header of lines", func(p *Public) { p.Recipe = RecipeLines }, ErrValue},
		{"two files", func(p *Public) { p.Recipe, p.HeaderItems = RecipeFile, 0 }, ErrValue},
		{"period ends before it begins", func(p *Public) { p.ProducedTo = 4 }, ErrValue},
	} {
		p := goodPublic()
		c.change(&p)
		_, err := p.Bytes()
		require.ErrorIs(t, err, c.want, c.name)
		_, err = ParsePublic(p.encode())
		require.ErrorIs(t, err, c.want, c.name)
	}
}

// field writes one field by hand: a tag of one byte and what follows.
func field(num, wire byte, rest ...byte) []byte { return append([]byte{num<<3 | wire}, rest...) }

func hashField(num byte) []byte { return field(num, 2, append([]byte{32}, make([]byte, 32)...)...) }

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestCanonicalFormIsTheOnlyForm(t *testing.T) {
	version, root, items := field(1, 0, 1), hashField(2), field(3, 0, 2)
	recipe, rv := field(6, 0, 3), field(7, 0, 1)
	good := join(version, root, items, recipe, rv)
	_, err := ParsePublic(good)
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		b    []byte
		want error
	}{
		{"empty", nil, ErrMissing},
		{"no version", good[2:], ErrMissing},
		{"version 2", join(field(1, 0, 2), good[2:]), ErrVersion},
		{"unknown field behind", join(good, field(10, 0, 1)), ErrUnknownField},
		{"unknown field with a tag of two bytes", join(good, []byte{0x80, 0x01, 1}), ErrUnknownField},
		{"duplicate field", join(version, root, items, items, recipe, rv), ErrDuplicateField},
		{"duplicate last field", join(good, rv), ErrDuplicateField},
		{"fields out of order", join(version, items, root, recipe, rv), ErrFieldOrder},
		{"version last", join(root, items, recipe, rv, version), ErrFieldOrder},
		{"long varint", join(version, root, field(3, 0, 0x82, 0x00), recipe, rv), ErrLongVarint},
		{"long tag", join(version, root, []byte{0x98, 0x00, 2}, recipe, rv), ErrLongVarint},
		{"long length", join(version, []byte{0x12, 0xA0, 0x00}, root[2:], items, recipe, rv), ErrLongVarint},
		{"varint of 2^64", join(version, root, field(3, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02), recipe, rv), ErrVarintOverflow},
		{"varint of 11 bytes", join(version, root, field(3, 0, bytes.Repeat([]byte{0xFF}, 11)...)), ErrVarintOverflow},
		{"recipe of 2^32", join(version, root, items, field(6, 0, 0x80, 0x80, 0x80, 0x80, 0x10), rv), ErrVarintOverflow},
		{"explicit zero", join(version, root, items, field(5, 0, 0), recipe, rv), ErrExplicitDefault},
		{"trailing zero", join(good, []byte{0}), ErrTrailing},
		{"trailing half tag", join(good, []byte{0xFF}), ErrTruncated},
		{"cut in a value", good[:len(good)-1], ErrTruncated},
		{"cut in the root", good[:20], ErrTruncated},
		{"wrong wire type", join(version, root, field(3, 2, 1, 2), recipe, rv), ErrWireType},
		{"fixed64", join(version, root, field(3, 1, 2, 0, 0, 0, 0, 0, 0, 0), recipe, rv), ErrWireType},
		{"group", join(version, root, field(3, 3), field(3, 4), recipe, rv), ErrWireType},
		{"root of 31 bytes", join(version, field(2, 2, append([]byte{31}, make([]byte, 31)...)...), items, recipe, rv), ErrLength},
		{"no root", join(version, items, recipe, rv), ErrMissing},
		{"8 KiB + 1", append(good, make([]byte, 8193-len(good))...), ErrLimit},
	} {
		_, err := ParsePublic(c.b)
		require.ErrorIs(t, err, c.want, c.name)
	}
}

func TestPrivateSurvivesEncoding(t *testing.T) {
	for _, p := range []Private{
		{},
		{Title: "气象数据", Summary: "s", Source: "自采", FileName: "a.csv", Tool: "t", Platform: "p", Note: "n",
			Fields: []Field{{"a", "b", "c"}, {Name: "a"}, {Name: "温度", Example: "21.5"}}},
	} {
		b, err := p.Bytes()
		require.NoError(t, err)
		again, err := ParsePrivate(b)
		require.NoError(t, err)
		require.Equal(t, p, again)
	}
}

func TestPrivateAtTheLimitAndBeyond(t *testing.T) {
	p := Private{Note: strings.Repeat("x", MaxPrivateBytes-2-4)}
	b, err := p.Bytes()
	require.NoError(t, err)
	require.Len(t, b, MaxPrivateBytes)
	p.Note += "x"
	_, err = p.Bytes()
	require.ErrorIs(t, err, ErrLimit)
	require.ErrorContains(t, err, "expected at most 65536 bytes, got 65537")
}

func TestPrivateRefusesNamelessFields(t *testing.T) {
	_, err := Private{Fields: []Field{{Description: "d"}}}.Bytes()
	require.ErrorIs(t, err, ErrMissing)
	_, err = ParsePrivate(join(field(1, 0, 1), field(5, 2, 0)))
	require.ErrorIs(t, err, ErrMissing)
	_, err = ParsePrivate(join(field(1, 0, 1), field(5, 2, 3, 0x0A, 1, 'a'), field(2, 2, 1, 'x')))
	require.ErrorIs(t, err, ErrFieldOrder)
	_, err = ParsePrivate(join(field(1, 0, 1), field(5, 2, 5, 0x0A, 1, 'a', 0x22, 0)))
	require.ErrorIs(t, err, ErrUnknownField)
	_, err = ParsePrivate(join(field(1, 0, 1), field(2, 2, 0)))
	require.ErrorIs(t, err, ErrExplicitDefault)
}

func TestTextRules(t *testing.T) {
	for _, s := range []string{"", "plain", "数据知识产权", "e\u0301", "\u00a0", "\u007f", "\ufffd", "😀", "\u2028"} {
		require.NoError(t, CheckText(s, 64), "%q", s)
	}
	for _, s := range []string{"\x00", "a\tb", "a\n", "\r", "\x1f", "\ufeffa", "a\ufeff", "\u200e", "\u200f", "\u061c",
		"\u202a", "\u202e", "\u2066", "\u2069", "\xff", "a\xc3", "\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80"} {
		err := CheckText(s, 64)
		require.ErrorIs(t, err, ErrText, "%q", s)
		_, err = Private{Title: s}.Bytes()
		require.ErrorIs(t, err, ErrText, "%q", s)
	}
	require.NoError(t, CheckText("1234", 4))
	require.ErrorIs(t, CheckText("12345", 4), ErrLimit)
	require.EqualError(t, CheckText("ab\u202ecd", 64), "text not allowed: expected no bidi control, got U+202E at byte 2")
	require.EqualError(t, CheckText("ab\xffcd", 64), "text not allowed: expected valid UTF-8, got byte 0xff at byte 2")
}

func goodCertificate() CertificateFields {
	return CertificateFields{CertSeq: 9, EvidenceSeq: 4, EnterpriseID: 3, Holder: "某公司", USCC: "91350100M000100Y43", Category: 1,
		Root: Hash{1}, Items: 10, HeaderItems: 1, TotalSize: 1000, Title: "t", Source: "s", ProducedFrom: 1, ProducedTo: 2}
}

func TestCertificateFieldsSurviveEncoding(t *testing.T) {
	for _, c := range []CertificateFields{goodCertificate(), {}, {Holder: "x"}} {
		b, err := c.Bytes()
		require.NoError(t, err)
		again, err := ParseCertificateFields(b)
		require.NoError(t, err)
		require.Equal(t, c, again)
	}
}

func TestCertificateFieldsRefuse(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*CertificateFields)
		want   error
	}{
		{"items at the limit + 1", func(c *CertificateFields) { c.Items = MaxItems + 1 }, ErrLimit},
		{"more header rows than rows", func(c *CertificateFields) { c.Items = 0 }, ErrValue},
		{"two header rows", func(c *CertificateFields) { c.HeaderItems = 2 }, ErrValue},
		{"text", func(c *CertificateFields) { c.Holder = "a\u202e" }, ErrText},
		{"period", func(c *CertificateFields) { c.ProducedFrom = 3 }, ErrValue},
		{"too long", func(c *CertificateFields) { c.Title = strings.Repeat("x", MaxCertificateBytes) }, ErrLimit},
		{"long code", func(c *CertificateFields) { c.USCC += "1" }, ErrLimit},
	} {
		f := goodCertificate()
		c.change(&f)
		_, err := f.Bytes()
		require.ErrorIs(t, err, c.want, c.name)
		_, err = f.Commitment(Hash{})
		require.ErrorIs(t, err, c.want, c.name)
	}
	f := goodCertificate()
	f.USCC = "91350100M000100Y44"
	_, err := f.Bytes()
	var ue *USCCError
	require.ErrorAs(t, err, &ue)
	_, err = ParseCertificateFields(join(field(1, 0, 1), hashField(8)))
	require.ErrorIs(t, err, ErrExplicitDefault, "a root of zeros stands for none")
}

func TestCertificateCommitmentHidesAndBinds(t *testing.T) {
	a, err := goodCertificate().Commitment(Hash{1})
	require.NoError(t, err)
	b, err := goodCertificate().Commitment(Hash{2})
	require.NoError(t, err)
	require.NotEqual(t, a, b)
	other := goodCertificate()
	other.Items++
	c, err := other.Commitment(Hash{1})
	require.NoError(t, err)
	require.NotEqual(t, a, c)
}
