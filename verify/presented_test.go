package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify"
)

// Who presents a thing under a label wants the label compared: that it falls into the
// right parts does not do instead. (Found by TestNoFalseAccept.)
func TestALabelIsNotPassedOverForParts(t *testing.T) {
	in := vectorInput(t, "rows-all")
	require.Equal(t, verify.ExitOK, verify.Verify(in).Exit)
	in.Presented[0].Label = "data.csv"
	verdict := verify.Verify(in)
	require.Equal(t, verify.ExitNotFound, verdict.Exit)
	require.Empty(t, verdict.Statement.Matched)
}

// vectorInput is what a vector's verdict depends on.
func vectorInput(t *testing.T, name string) verify.Input {
	t.Helper()
	for _, v := range readVectors(t) {
		if v.Name == name {
			return v.input(t)
		}
	}
	t.Fatalf("expected the vector %s", name)
	return verify.Input{}
}

// What differs is not hidden by what could not be compared, and what is presented and
// was not compared is no small matter because the policy does not name the check.
func TestWhatDiffersIsNotHiddenByMore(t *testing.T) {
	in := vectorInput(t, "presented.partly-not-in-require")
	table, row := in.Presented[0], in.Presented[1]
	forged := verify.Presented{Name: "forged", Digests: digestOf([]byte("something else"))}
	near := verify.Presented{Name: "near", Digests: row.Digests}
	near.Digests.SM3[0] ^= 1
	for _, demand := range [][]string{nil, in.Policy.Require} {
		in.Policy.Require = demand
		for _, c := range []struct {
			rule      string
			exit      int
			presented []verify.Presented
		}{
			{"", verify.ExitOK, []verify.Presented{row}},
			{"presented.not-found", verify.ExitNotFound, []verify.Presented{row, forged}},
			{"presented.not-found", verify.ExitNotFound, []verify.Presented{row, forged, table}},
			{"presented.not-found", verify.ExitNotFound, []verify.Presented{table, forged, row}},
			{"presented.one-digest", verify.ExitFailed, []verify.Presented{table, forged, near}},
			{"presented.partly", verify.ExitUnsupported, []verify.Presented{row, table}},
		} {
			in.Presented = c.presented
			v := verify.Verify(in)
			require.Equal(t, c.exit, v.Exit, "%s", lines(v))
			if c.rule != "" {
				require.Equal(t, []string{c.rule}, broken(v), "%s", lines(v))
			}
		}
	}
}

// Parts are compared only of a file that the recipe takes apart: whoever calls with
// parts of another has its digests compared.
func TestPartsAreOfRowsOnly(t *testing.T) {
	in := vectorInput(t, "file")
	p := &in.Presented[0]
	p.Parts, p.PartCount = map[uint64]format.Digests{0: p.Digests}, 1
	require.Equal(t, verify.ExitOK, verify.Verify(in).Exit)
	p.Digests.SHA256[0], p.Digests.SM3[0] = p.Digests.SHA256[0]^1, p.Digests.SM3[0]^1
	require.Equal(t, verify.ExitNotFound, verify.Verify(in).Exit)
}

// An item whose SM3 is the SHA-256 of what is presented has no digest in common with it.
func TestDigestsOfTwoKindsAreNotCompared(t *testing.T) {
	in := vectorInput(t, "file")
	d := &in.Presented[0].Digests
	d.SHA256, d.SM3 = d.SM3, d.SHA256
	v := verify.Verify(in)
	require.Equal(t, []string{"presented.not-found"}, broken(v), "%s", lines(v))
}
