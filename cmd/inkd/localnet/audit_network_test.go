//go:build network

package localnet_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/cmd/inkd/auditcommand"
	"github.com/inkchain/inkd/cmd/inkd/cli"
	"github.com/inkchain/inkd/testutil"
)

// TestNetworkAudit audits homes of real nodes: while one runs, after it was killed,
// after it was stopped, and after a byte of it was flipped.
func TestNetworkAudit(t *testing.T) {
	n := testutil.NewNetwork(t)
	w := &world{Network: n, t: t}
	w.Up()
	for range 3 {
		w.mustSubmit()
	}
	center := filepath.Join(n.Dir, "center")
	require.Equal(t, cli.ExitLocalFile, n.Inkd("audit", "--home", center).Exit, "the node runs")

	n.Stop("court", syscall.SIGKILL)
	w.requireClean("court")
	n.Down()
	for _, name := range []string{"center", "court", "notary", "exchange"} {
		r := w.requireClean(name)
		require.Greater(t, r.Height, int64(3))
	}

	journals, err := filepath.Glob(filepath.Join(center, "data", "application.db", "*.log"))
	require.NoError(t, err)
	require.NotEmpty(t, journals)
	b, err := os.ReadFile(journals[0])
	require.NoError(t, err)
	b[len(b)/2] ^= 1
	require.NoError(t, os.WriteFile(journals[0], b, 0o600))
	r := n.Inkd("audit", "--home", center)
	require.Equal(t, auditcommand.ExitFindings, r.Exit)
	require.Contains(t, r.Stdout, "[db-journal]")
	require.Contains(t, r.Stderr, "findings")
}

// requireClean audits a node's home with the openings of the client.
func (w *world) requireClean(name string) *audit.Report {
	w.t.Helper()
	began := time.Now()
	run := w.Inkd("audit", "--home", filepath.Join(w.Dir, name), "-o", "json")
	require.Zero(w.t, run.Exit, "%s: %s\n%s", name, run.Stdout, run.Stderr)
	r := new(audit.Report)
	require.NoError(w.t, json.Unmarshal([]byte(run.Stdout), r))
	require.True(w.t, r.Clean())
	w.t.Logf("%s, %s: %s", name, time.Since(began), run.Stdout)
	return r
}
