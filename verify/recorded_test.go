package verify_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
)

// Bundles that a network of four processes made once, with an institution suspended
// and readmitted on the way: they must verify for ever, with the same statement.
func TestRecordedBundles(t *testing.T) {
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(vectorDir, "recorded", name))
		require.NoError(t, err)
		return b
	}
	for _, c := range []struct {
		name           string
		seq            uint64
		provenAt       verify.Time
		signed, total  uint64
		links, records int
	}{
		{"a", 38, 1_795_380_994_212_646_502, 3, 4, 0, 0},
		{"r1", 43, 1_795_382_271_387_554_356, 3, 3, 2, 0},
		{"r3", 46, 1_795_382_305_796_797_271, 3, 4, 2, 0},
		{"list", 0, 0, 0, 0, 2, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := verify.Input{Bundle: read(c.name + ".ink"), Anchor: read("anchor.ink")}
			want := verify.ExitNothingShown
			if c.seq != 0 {
				want = verify.ExitOK
				in.Presented = []verify.Presented{{Name: c.name + ".txt", Digests: digestOf(read(c.name + ".txt"))}}
			}
			v := verify.Verify(in)
			require.Equal(t, want, v.Exit, "%s", lines(v))
			require.Equal(t, c.seq, v.Statement.Seq)
			require.Equal(t, c.provenAt, v.Statement.ProvenTime)
			require.Equal(t, c.seq != 0, v.Statement.OriginProven)
			links := 0
			for _, s := range v.Signers {
				if s.Role == "link" {
					links++
				}
				if s.Role == "final" && c.seq != 0 {
					require.Equal(t, []uint64{c.signed, c.total}, []uint64{s.Signed, s.Total})
				}
			}
			require.Equal(t, c.links, links)
			if c.records > 0 {
				require.Len(t, v.Statement.Lists[0].Seqs, c.records)
			}
		})
	}
}

// Whatever byte of a recorded bundle is changed, it is rejected, or says the same: a
// vote beyond the two thirds may be spoilt.
func TestEveryByteOfARecordedBundle(t *testing.T) {
	dir := filepath.Join(vectorDir, "recorded")
	b, err := os.ReadFile(filepath.Join(dir, "a.ink"))
	require.NoError(t, err)
	anchor, err := os.ReadFile(filepath.Join(dir, "anchor.ink"))
	require.NoError(t, err)
	file, err := os.ReadFile(filepath.Join(dir, "a.txt"))
	require.NoError(t, err)
	in := verify.Input{Bundle: b, Anchor: anchor, Presented: []verify.Presented{{Name: "a.txt", Digests: digestOf(file)}}}
	truth := verify.Verify(in)
	require.Equal(t, verify.ExitOK, truth.Exit)
	same := 0
	for i := range b {
		changed := append([]byte(nil), b...)
		changed[i] ^= 1 << (i % 8)
		in.Bundle = changed
		v := verify.Verify(in)
		require.NotEqual(t, verify.ExitInternal, v.Exit, "byte %d", i)
		if v.Exit == verify.ExitOK {
			same++
			require.Equal(t, truth.Statement, v.Statement, "byte %d", i)
		}
	}
	t.Logf("%d of %d bytes changed nothing that is said", same, len(b))
}

// Who is not known cannot be left out: then nothing is counted as if he were.
func TestUnknownInterestedPartyIsNotCountedOut(t *testing.T) {
	dir := filepath.Join(vectorDir, "recorded")
	b, err := os.ReadFile(filepath.Join(dir, "a.ink"))
	require.NoError(t, err)
	anchor, err := os.ReadFile(filepath.Join(dir, "anchor.ink"))
	require.NoError(t, err)
	for name, exit := range map[string]int{"杭州互联网法院": verify.ExitNothingShown, "法院": verify.ExitUsage} {
		v := verify.Verify(verify.Input{Bundle: b, Anchor: anchor, Policy: verify.Policy{Interested: []string{name}}})
		require.Equal(t, exit, v.Exit)
		require.NotEmpty(t, v.Signers)
		for _, s := range v.Signers {
			require.Equal(t, exit != verify.ExitUsage, s.Filtered, name)
		}
	}
}
