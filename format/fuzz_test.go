package format

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzParsePublic(f *testing.F) {
	for _, p := range []Public{goodPublic(), {Items: 1, Recipe: RecipeFile, RecipeVersion: 1}} {
		f.Add(p.encode())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePublic(b)
		if err != nil {
			return
		}
		again, err := p.Bytes()
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}

func FuzzParsePrivate(f *testing.F) {
	f.Add(Private{}.encode())
	f.Add(Private{Title: "t", Note: "n", Fields: []Field{{"a", "b", "c"}, {Name: "d"}}}.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePrivate(b)
		if err != nil {
			return
		}
		again, err := p.Bytes()
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}

func FuzzParseCertificateFields(f *testing.F) {
	f.Add(goodCertificate().encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseCertificateFields(b)
		if err != nil {
			return
		}
		again, err := c.Bytes()
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}

func FuzzParseNumber(f *testing.F) {
	f.Add("CZ20250000000000423")
	f.Add("ZS20260000000000420")
	f.Fuzz(func(t *testing.T, s string) {
		kind, year, seq, err := ParseNumber(s)
		if err != nil {
			return
		}
		digits := s[2:18]
		require.Equal(t, s, kind.String()+digits+string(checkDigit(kind, digits)))
		require.Less(t, seq, uint64(maxNumberSeq))
		require.Less(t, year, 10_000)
	})
}

func FuzzVerifyInclusion(f *testing.F) {
	f.Add(uint64(5), uint64(4), []byte("path"))
	f.Fuzz(func(t *testing.T, size, index uint64, b []byte) {
		var path []Hash
		for ; len(b) >= 32; b = b[32:] {
			path = append(path, Hash(b[:32]))
		}
		_ = VerifyInclusion(Hash{}, size, index, Hash{}, path)
		if e, err := ParseEdge(size, b); err == nil {
			require.Equal(t, size, e.Size())
		}
	})
}
