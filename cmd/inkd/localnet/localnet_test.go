package localnet

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/cli"
	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

func testApp(t *testing.T) *app.App {
	t.Helper()
	return app.New(log.NewNopLogger(), dbm.NewMemDB(), true, simtestutil.NewAppOptionsWithFlagHome(t.TempDir()))
}

// requireUsage expects exit status 64 and a message that holds all the words.
func requireUsage(t *testing.T, err error, words ...string) {
	t.Helper()
	var e *cli.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, cli.ExitUsage, e.Exit)
	for _, w := range words {
		require.Contains(t, e.En, w)
	}
}

func TestFoundersAreValidAndDistinct(t *testing.T) {
	codes := map[string]bool{demoUSCC: true}
	require.NoError(t, format.CheckUSCC(demoUSCC))
	require.NoError(t, enterprisetypes.CheckName(demoEnterprise))
	for _, f := range founders {
		require.NoError(t, format.CheckUSCC(f.uscc))
		require.False(t, codes[f.uscc])
		codes[f.uscc] = true
		for _, o := range f.officers {
			require.True(t, consortiumtypes.RoleAllowed(f.kind, o.role), "%s: %s", f.name, o.role)
		}
	}
}

func TestClientHomeHasTheKeysThatTheIssueNames(t *testing.T) {
	require.ElementsMatch(t, []string{
		"center-operator", "court-operator", "notary-operator", "exchange-operator",
		"center-registrar", "center-reviewer-1", "center-reviewer-2", "center-certifier", "center-cashier",
		"court-judge", "notary-officer", "demo-admin", "demo-employee",
	}, keyNames(founders))
}

func TestFoundWritesANetworkThatCanBeFoundAgain(t *testing.T) {
	a, dir := testApp(t), t.TempDir()
	r, err := found(a, dir, "ink-test-1", 4, 21_000)
	require.NoError(t, err)
	again, exists, err := load(dir)
	require.NoError(t, err)
	require.True(t, exists)
	require.True(t, again.Founded)
	require.Equal(t, r.Nodes, again.Nodes)
	require.Empty(t, again.running())

	doc, err := genutiltypes.AppGenesisFromFile(filepath.Join(dir, "court", "config", "genesis.json"))
	require.NoError(t, err)
	require.NoError(t, a.ValidateGenesis(doc))
	keys, err := openKeys(a, dir)
	require.NoError(t, err)
	records, err := keys.List()
	require.NoError(t, err)
	require.Len(t, records, len(keyNames(founders)))
	toml, err := os.ReadFile(filepath.Join(clientHome(dir), "config", "client.toml"))
	require.NoError(t, err)
	require.Contains(t, string(toml), `node = "tcp://127.0.0.1:21007,tcp://127.0.0.1:21017,tcp://127.0.0.1:21027,tcp://127.0.0.1:21037"`)
	require.Contains(t, string(toml), `chain-id = "ink-test-1"`)
}

func TestFoundRefusesADirectoryWithOtherFiles(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.doc"), nil, 0o600))
	_, err := found(testApp(t), dir, "ink-test-1", 1, 21_000)
	requireUsage(t, err, "thesis.doc")
}

func TestInterruptedFoundingIsBegunAnew(t *testing.T) {
	a, dir := testApp(t), t.TempDir()
	r, err := found(a, dir, "ink-test-1", 1, 21_000)
	require.NoError(t, err)
	r.Founded = false
	require.NoError(t, r.save())
	n := &network{app: a, out: &strings.Builder{}}
	isNew, err := n.open(options{dir: dir, chainID: "ink-test-2", n: 1, basePort: 21_000})
	require.NoError(t, err)
	require.True(t, isNew)
	require.Equal(t, "ink-test-2", n.ChainID)
}

func TestResetDeletesTheNetworkAndNothingElse(t *testing.T) {
	a, dir := testApp(t), t.TempDir()
	r, err := found(a, dir, "ink-test-1", 1, 21_000)
	require.NoError(t, err)
	other := filepath.Join(dir, "mine.txt")
	require.NoError(t, os.WriteFile(other, nil, 0o600))
	require.NoError(t, r.remove())
	require.FileExists(t, other)
	require.NoDirExists(t, filepath.Join(dir, "center"))
	require.NoFileExists(t, recordFile(dir))
}

func TestOpenRefusesOtherFlagsThanFoundedWith(t *testing.T) {
	a, dir := testApp(t), t.TempDir()
	_, err := found(a, dir, "ink-test-1", 1, 21_000)
	require.NoError(t, err)
	n := &network{app: a, out: &strings.Builder{}}
	o := options{dir: dir, chainID: "ink-test-1", n: 1, basePort: 22_000}
	_, err = n.open(o)
	require.NoError(t, err, "a default that the user did not give")
	o.given = []string{"base-port"}
	_, err = n.open(o)
	requireUsage(t, err, "--base-port", "21000", "22000")
}

func TestSecondForegroundIsRefused(t *testing.T) {
	r := &record{dir: t.TempDir(), ChainID: "ink-test-1", Founded: true}
	var err error
	r.Foreground, err = identify(os.Getpid(), os.Args[0])
	require.NoError(t, err)
	n := &network{record: r}
	requireUsage(t, n.checkSame(options{dir: r.dir}), strconv.Itoa(os.Getpid()))
	require.NoError(t, n.checkSame(options{dir: r.dir, detach: true}), "starting dead nodes from another terminal")
}

func TestTakenPortIsNamedWithWhoNeedsIt(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	n := node{Name: "court", P2P: 1, RPC: 1, GRPC: port, REST: 1}
	n.P2P, n.RPC = 0, 0 // any free one
	requireUsage(t, n.checkPorts(), strconv.Itoa(port), "gRPC", "court")
}

func TestOptionsAreChecked(t *testing.T) {
	good := options{n: 4, basePort: 26_650, chainID: "ink-local-1"}
	require.NoError(t, good.check())
	for name, change := range map[string]func(*options){
		"--nodes":     func(o *options) { o.n = 5 },
		"--base-port": func(o *options) { o.basePort = 65_500 },
		"--chain-id":  func(o *options) { o.chainID = "" },
	} {
		o := good
		change(&o)
		requireUsage(t, o.check(), name)
	}
}

func TestProcessIsKnownByMoreThanItsPid(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	require.NoError(t, cmd.Start())
	p, err := identify(cmd.Process.Pid, "60")
	require.NoError(t, err)
	require.True(t, p.alive())
	other := p
	other.Start++
	require.False(t, other.alive(), "a pid that came back")
	other = p
	other.Word = "/somewhere/else"
	require.False(t, other.alive(), "another program")
	require.False(t, process{}.alive())

	go func() { _ = cmd.Wait() }()
	killed, err := stopAll([]node{{Name: "sleep", Process: p}})
	require.NoError(t, err)
	require.Empty(t, killed)
	require.False(t, p.alive())
}

func TestZombieIsNotAlive(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	require.NoError(t, cmd.Start())
	p, err := identify(cmd.Process.Pid, "60")
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Kill())
	require.True(t, p.waitGone(stopGrace))
	require.Error(t, cmd.Wait())
}

func TestLogTail(t *testing.T) {
	n := node{Home: t.TempDir()}
	require.Contains(t, logTail(n, 2), "no such file")
	require.NoError(t, os.WriteFile(n.logFile(), []byte("a\nb\nc\n"), 0o600))
	require.Equal(t, "b\nc", logTail(n, 2))
	require.Equal(t, "a\nb\nc", logTail(n, 9))
}

func TestShownCommandsCanBeCopied(t *testing.T) {
	require.Equal(t, "plain", quoted("plain"))
	require.Equal(t, "设备.csv", quoted("设备.csv"))
	require.Equal(t, `'a b'`, quoted("a b"))
	require.Equal(t, `'it'\''s'`, quoted("it's"))
}

func TestCommandErrorKeepsStatusAndCode(t *testing.T) {
	err := exec.Command("sh", "-c", "exit 65").Run()
	got := commandError(t.Context(), "inkd x", err, []byte("progress\n"+`{"code":"evidence/11","zh":"证书处于其他状态","en":"the certificate is in another state","hint":"see it"}`+"\n"))
	var e *cli.Error
	require.ErrorAs(t, got, &e)
	require.Equal(t, 65, e.Exit)
	require.Equal(t, "evidence/11", e.Code)
	require.Contains(t, e.En, "inkd x")
	require.True(t, errors.As(commandError(t.Context(), "inkd x", err, []byte("panic")), new(*exec.ExitError)))
}

func TestSampleIsATable(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(string(sample), "\n"), "\n")
	require.Len(t, lines, 201)
	for i, l := range lines {
		require.Equal(t, 5, strings.Count(l, ","), "line %d", i+1)
	}
}
