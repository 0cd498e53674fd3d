package audit_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/testutil"
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
