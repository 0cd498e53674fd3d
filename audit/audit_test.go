package audit_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
)

func requireClean(t *testing.T, r *audit.Report) {
	t.Helper()
	if !r.Clean() {
		b, _ := json.MarshalIndent(r, "", " ")
		require.Failf(t, "findings", "%s", b)
	}
}

func TestACleanHomeHasNoFindings(t *testing.T) {
	h := newHome(t)
	before := fingerprint(t, h.dir)
	r := h.audit(t)
	requireClean(t, r)
	require.Equal(t, before, fingerprint(t, h.dir), "the audit changed the home")
	b, _ := json.Marshal(r)
	t.Logf("%s", b)
}

// What a clean report says nothing about is said.
func TestWhatIsNotCheckedIsSaid(t *testing.T) {
	h := newHome(t)
	codes := func(o audit.Options) (out []string) {
		r, err := audit.Run(context.Background(), o)
		require.NoError(t, err)
		requireClean(t, r)
		for _, n := range r.NotChecked {
			require.NotEmpty(t, n.Zh)
			require.NotEmpty(t, n.En)
			out = append(out, n.Code)
		}
		return out
	}
	always := []string{"rewritten", "of-a-running-node"}
	require.Equal(t, always, codes(h.options()))
	require.Equal(t, append([]string{"no-anchor", "no-openings", "no-bundles"}, always...), codes(audit.Options{Home: h.dir}))
	require.NoError(t, os.RemoveAll(filepath.Join(h.dir, "data", "logindex.db")))
	require.Equal(t, append([]string{"parts-passed-over"}, always...), codes(h.options()))
}

// A file beside the bundles that is too large for one is a finding, and not read.
func TestAHugeBundleIsAFinding(t *testing.T) {
	h := newHome(t)
	huge := filepath.Join(h.bundles, "huge.ink")
	require.NoError(t, os.WriteFile(huge, []byte(bundle.Magic), 0o600))
	require.NoError(t, os.Truncate(huge, 1<<40))
	r := h.audit(t)
	require.Equal(t, 1, r.Found)
	f := r.Areas[len(r.Areas)-1].Findings[0]
	require.Equal(t, []string{"bundle-file", huge, "a bundle of at most 67108864 bytes", "more"}, []string{f.Code, f.File, f.Expected, f.Got})
}

func TestTheStoryIsClean(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home")
	s := testutil.NewStoryIn(t, dir)
	keepProofs(t, dir, s.Consensus, s.Source)
	s.Stop()
	r := home{dir: dir, openings: t.TempDir(), bundles: t.TempDir(), anchor: s.Anchor.Bytes()}.audit(t)
	requireClean(t, r)
	b, _ := json.Marshal(r)
	t.Logf("%s", b)
}
