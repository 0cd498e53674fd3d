package localnet

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/cmd/inkd/cli"
)

// takenBase is a base port whose first node finds its RPC port taken.
func takenBase(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l.Addr().(*net.TCPAddr).Port - offsetRPC
}

func requireHint(t *testing.T, err error, words ...string) {
	t.Helper()
	var e *cli.Error
	require.ErrorAs(t, err, &e)
	for _, w := range words {
		require.Contains(t, e.Hint, w)
	}
}

func TestTakenPortLeavesNothingWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "net")
	o := options{dir: dir, chainID: "ink-test-1", n: 1, basePort: takenBase(t), again: []string{"--nodes=1", "--detach"}}
	_, _, err := up(t.Context(), testApp(t), o, io.Discard)
	requireUsage(t, err, "center", "RPC")
	requireHint(t, err, "network up --home "+dir+" --base-port ", "--nodes=1 --detach")
	require.NoDirExists(t, dir)
}

func TestOtherFilesLeaveNothingWritten(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.doc"), nil, 0o600))
	_, _, err := up(t.Context(), testApp(t), options{dir: dir, chainID: "ink-test-1", n: 1, basePort: 21_000}, io.Discard)
	requireUsage(t, err, "thesis.doc")
	require.NoFileExists(t, lockFile(dir))
}

func TestResetKeepsTheNetworkWhileAPortIsTaken(t *testing.T) {
	a, dir := testApp(t), t.TempDir()
	_, err := found(a, dir, "ink-test-1", 1, 21_000)
	require.NoError(t, err)
	n := &network{app: a, out: io.Discard}
	_, err = n.open(options{dir: dir, chainID: "ink-test-1", n: 1, basePort: takenBase(t), reset: true, given: []string{"base-port"}})
	requireUsage(t, err, "center")
	r, exists, err := load(dir)
	require.NoError(t, err)
	require.True(t, exists && r.Founded)
}

func TestResetKeepsPortsNodesAndChainID(t *testing.T) {
	a, dir := testApp(t), t.TempDir()
	_, err := found(a, dir, "ink-test-7", 2, 21_000)
	require.NoError(t, err)
	n := &network{app: a, out: io.Discard}
	o := options{dir: dir, chainID: defaultChainID, n: len(founders), basePort: defaultBasePort, reset: true}
	isNew, err := n.open(o)
	require.NoError(t, err)
	require.True(t, isNew)
	require.Equal(t, "ink-test-7", n.ChainID)
	require.Equal(t, 21_000, n.BasePort)
	require.Len(t, n.Nodes, 2)

	o.n, o.given = 1, []string{"nodes"}
	_, err = n.open(o)
	require.NoError(t, err)
	require.Equal(t, 21_000, n.BasePort)
	require.Len(t, n.Nodes, 1, "as the user said")
}

func TestReadyNeedsAllPeers(t *testing.T) {
	s := nodeStatus{Answers: true, Height: 2, Peers: 2}
	require.False(t, s.ready(2, 3))
	s.Peers = 3
	require.True(t, s.ready(2, 3))
	require.False(t, s.ready(3, 3), "too low")
}

func TestUsagesHaveNoBackQuotes(t *testing.T) {
	for _, cmd := range Command(testApp(t)).Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			require.NotContains(t, f.Usage, "`", "%s --%s: taken for the name of a value", cmd.Name(), f.Name)
		})
	}
}

func TestRememberRepeatsTheUsersFlags(t *testing.T) {
	var o options
	cmd := upCommand(nil)
	require.NoError(t, cmd.ParseFlags([]string{"-n", "2", "--detach", "--home", "x", "--base-port", "30000", "--chain-id", "a"}))
	o.remember(cmd.Flags())
	require.ElementsMatch(t, []string{"nodes", "detach", "home", "base-port", "chain-id"}, o.given)
	require.ElementsMatch(t, []string{"--nodes=2", "--detach", "--chain-id=a"}, o.again)
}

func TestDownAndStatusPrintOneObject(t *testing.T) {
	dir := t.TempDir()
	_, err := found(testApp(t), dir, "ink-test-1", 1, 21_000)
	require.NoError(t, err)
	for _, cmd := range []*cobra.Command{downCommand(), statusCommand()} {
		var stdout, stderr bytes.Buffer
		cmd.SetOut(&stdout)
		cmd.SetErr(&stderr)
		cmd.SetArgs([]string{"--home", dir, "-o", "json"})
		require.NoError(t, cmd.ExecuteContext(t.Context()))
		dec := json.NewDecoder(&stdout)
		var got map[string]any
		require.NoError(t, dec.Decode(&got), cmd.Name())
		require.Equal(t, "ink-test-1", got["chain_id"])
		require.False(t, dec.More(), cmd.Name())
	}
}
