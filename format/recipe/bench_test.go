package recipe

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/emmansun/gmsm/sm3"

	"github.com/inkchain/inkd/format"
)

// BenchmarkCSVRows compares a whole run over 100,000 rows of about 40 bytes
// (cutting, both digests, salts, leaves, tree) with its floor: both digests of
// the same rows, cut beforehand. An operation is one table.
func BenchmarkCSVRows(b *testing.B) {
	const rows = 100_000
	var data []byte
	for i := range rows {
		data = fmt.Appendf(data, "2026-01-%02d,%06d,\"station %d\",%05d.25\n", i%28+1, i, i%100, i%100_000)
	}
	cut := bytes.SplitAfter(data, []byte{'\n'})[:rows]
	report := func(b *testing.B) {
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("scan-and-tree", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			tree := format.NewItemTree(format.Secret{1})
			sum, err := Scan(context.Background(), format.RecipeCSV, 1, Source{Reader: bytes.NewReader(data)}, tree.Add)
			if err != nil || sum.Items != rows {
				b.Fatal(sum, err)
			}
		}
		report(b)
	})
	b.Run("scan-only", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := Scan(context.Background(), format.RecipeCSV, 1, Source{Reader: bytes.NewReader(data)}, func(format.Item) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
	b.Run("plain-sha256-sm3", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		h := sm3.New()
		var out [32]byte
		for b.Loop() {
			for _, row := range cut {
				_ = sha256.Sum256(row)
				h.Reset()
				h.Write(row)
				h.Sum(out[:0])
			}
		}
		report(b)
	})
}
