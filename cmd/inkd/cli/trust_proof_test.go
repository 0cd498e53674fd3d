package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// The sizes of separate proofs come from the arguments, or from all pins of a policy.
func TestSizesOfProofs(t *testing.T) {
	dir := t.TempDir()
	at := func(name string, p verify.Policy) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, p.JSON(), 0o600))
		return path
	}
	two := at("two.json", verify.Policy{Pins: []verify.Pin{{Size: 1850}, {Size: 1200, Source: "a"}, {Size: 1200, Source: "b"}}})
	none := at("none.json", verify.Policy{})
	for _, c := range []struct {
		policy string
		args   []string
		list   []uint64
		what   string
	}{
		{"", []string{"7,5"}, []uint64{7, 5}, ""},
		{"", []string{"7", "CZ1"}, []uint64{7}, "CZ1"},
		{two, nil, []uint64{1200, 1850}, ""},
		{two, []string{"CZ1"}, []uint64{1200, 1850}, "CZ1"},
	} {
		list, what, err := (&proofFlags{policy: c.policy}).sizes(c.args)
		require.NoError(t, err)
		require.Equal(t, c.list, list)
		require.Equal(t, c.what, what)
	}
	for _, c := range []struct {
		policy string
		args   []string
		exit   int
		zh     string
	}{
		{"", nil, ExitUsage, "请给出固定点的日志条数，或以 --policy 给出策略文件"},
		{"", []string{"CZ1"}, ExitUsage, "日志条数不正确"},
		{two, []string{"1200", "CZ1"}, ExitUsage, "--policy 已给出各固定点"},
		{none, nil, ExitUsage, "策略中没有固定点"},
		{filepath.Join(dir, "missing"), nil, ExitLocalFile, "策略文件不存在"},
	} {
		_, _, err := (&proofFlags{policy: c.policy}).sizes(c.args)
		e := exitOf(t, err)
		require.Equal(t, c.exit, e.Exit)
		require.Contains(t, e.Zh, c.zh)
	}
	require.Equal(t, "1200-1850", nameOfSizes([]uint64{1200, 1850}))
	require.Equal(t, "5-pins-to-9", nameOfSizes([]uint64{1, 2, 3, 4, 9}))
}

// Two pins that came after a bundle, for evidence and for a list: proofs that are asked
// for together hold, and those asked for one by one do not hold the pins of a list
// against each other.
func TestTwoPinsAfterABundle(t *testing.T) {
	s := testutil.NewStory(t)
	t.Cleanup(func() { s.Stop() })
	o := prove.Options{Anchor: s.Anchor, Latest: true}
	evidence, err := prove.Evidence(t.Context(), s.Source, s.File, o)
	require.NoError(t, err)
	list, err := prove.List(t.Context(), s.Source, bundle.ListEnterprise, s.Busy, 0, 0, prove.Options{Anchor: s.Anchor})
	require.NoError(t, err)
	var policy verify.Policy
	for _, commitment := range []string{"later 1", "later 2"} {
		seq := s.Submit(s.Admin, s.Enterprise, testutil.Commitment(commitment))
		s.Block(testutil.Next{})
		root, err := s.Source.Root(seq + 1)
		require.NoError(t, err)
		policy.Pins = append(policy.Pins, verify.Pin{Size: seq + 1, Root: root})
	}
	sizes := []uint64{policy.Pins[0].Size, policy.Pins[1].Size}
	proofs := func(b *bundle.Bundle, sizes ...uint64) []byte {
		heads, err := prove.HeadSizes(b)
		require.NoError(t, err)
		p, err := prove.Proofs(t.Context(), s.Source, b.Subject, sizes, heads)
		require.NoError(t, err)
		return p.Bytes()
	}
	exit := func(b *bundle.Bundle, files ...[]byte) int {
		return verify.Verify(verify.Input{Bundle: b.Bytes(), Anchor: s.Anchor.Bytes(), Policy: policy, Proofs: files}).Exit
	}
	for _, b := range []*bundle.Bundle{evidence, list} {
		require.Equal(t, verify.ExitTrust, exit(b))
		require.Equal(t, verify.ExitNothingShown, exit(b, proofs(b, sizes...)))
		require.Equal(t, verify.ExitTrust, exit(b, proofs(b, sizes[0]), proofs(b, sizes[1])))
	}
}
