package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/cmd/inkd/cli"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const (
	dialogueChain = "ink-dialogue-1"
	centerUSCC    = "91330000MA27DKF032"
)

// node is a real node in a process of its own, with fast blocks.
type node struct {
	app     *app.App
	home    string
	client  string // a client home with all keys
	rpc     string
	genesis string
	keys    keyring.Keyring
}

// people whose keys the scripts have; outsider is enrolled by nobody.
var people = []string{
	"operator", "registrar", "reviewer-1", "reviewer-2", "certifier",
	"admin", "employee", "poor", "both", "guest", "sole", "second", "lister", "outsider",
	"operator-2", "operator-2b", "officer-2", "officer-2b",
}

// startNode founds a chain of one institution and starts its node; it is stopped
// at the end of the test.
func startNode(t *testing.T) *node {
	t.Helper()
	dir := t.TempDir()
	n := &node{
		app:  app.New(log.NewNopLogger(), dbm.NewMemDB(), true, simtestutil.NewAppOptionsWithFlagHome(dir)),
		home: filepath.Join(dir, "node"), client: filepath.Join(dir, "client"),
	}
	rpc, p2p, grpc := freeAddress(t), freeAddress(t), freeAddress(t)
	n.rpc = "tcp://" + rpc
	n.writeClient(t)
	n.writeNode(t, rpc, p2p, grpc)
	n.start(t)
	return n
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func (n *node) writeClient(t *testing.T) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Join(n.client, "config"), 0o700))
	toml := fmt.Sprintf("chain-id = %q\nkeyring-backend = \"test\"\noutput = \"text\"\nnode = %q\nbroadcast-mode = \"sync\"\n", dialogueChain, n.rpc)
	require.NoError(t, os.WriteFile(filepath.Join(n.client, "config", "client.toml"), []byte(toml), 0o600))
	var err error
	n.keys, err = client.NewKeyringFromBackend(client.Context{}.
		WithCodec(n.app.Codec).WithKeyringDir(n.client).WithInput(strings.NewReader("")).
		WithKeyringOptions(app.KeyringOptions), keyring.BackendTest)
	require.NoError(t, err)
	for _, name := range people {
		_, _, err := n.keys.NewMnemonic(name, keyring.English, sdk.GetConfig().GetFullBIP44Path(), keyring.DefaultBIP39Passphrase, app.Ed25519)
		require.NoError(t, err)
	}
}

func (n *node) writeNode(t *testing.T, rpc, p2p, grpc string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Join(n.home, "config"), 0o700))
	c := app.CometConfig()
	c.SetRoot(n.home)
	c.Moniker = "dialogue"
	c.RPC.ListenAddress, c.P2P.ListenAddress = "tcp://"+rpc, "tcp://"+p2p
	c.RPC.PprofListenAddress = ""
	c.Consensus.TimeoutCommit = 100 * time.Millisecond
	c.Consensus.CreateEmptyBlocksInterval = time.Second
	_, consensus, err := genutil.InitializeNodeValidatorFiles(c)
	require.NoError(t, err)
	key, err := consortiumtypes.NewPublicKey(consensus)
	require.NoError(t, err)
	founding := app.Founding{ChainID: dialogueChain, LogID: make([]byte, 32), Params: &consortiumtypes.Params{EpochBlocks: 1}, Founders: []consortiumtypes.GenesisInstitution{{
		Name: "浙江示例数据中心", Kind: logtypes.INSTITUTION_KIND_CENTER, Uscc: centerUSCC,
		OperatorKey: n.publicKey(t, "operator"), OperatorCustody: logtypes.CUSTODY_SELF_SOFTWARE,
		ConsensusKey: key, Power: 100, // so that one that joins need not run
	}}}
	_, err = rand.Read(founding.LogID)
	require.NoError(t, err)
	doc, err := n.app.FoundingGenesis(founding)
	require.NoError(t, err)
	n.genesis = c.GenesisFile()
	require.NoError(t, genutil.ExportGenesisFile(doc, n.genesis))
	cmtcfg.WriteConfigFile(filepath.Join(n.home, "config", "config.toml"), c)
	s := app.ServerConfig()
	s.GRPC.Address, s.API.Enable = grpc, false
	serverconfig.WriteConfigFile(filepath.Join(n.home, "config", "app.toml"), s)
}

// start runs this test binary as `inkd start` and waits for the first block.
func (n *node) start(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	var output bytes.Buffer
	process := &exec.Cmd{
		Path: self, Args: []string{"inkd", "start", "--home", n.home, "--log_level", "error", "--log_no_color"},
		Stdout: &output, Stderr: &output, Env: append(os.Environ(), "INKD_HOME="+n.home),
	}
	require.NoError(t, process.Start())
	ended := make(chan struct{})
	go func() { _ = process.Wait(); close(ended) }()
	t.Cleanup(func() {
		_ = process.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = process.Process.Kill()
		}
		if t.Failed() {
			t.Logf("the node's output:\n%s", output.String())
		}
	})
	rpc, err := client.NewClientFromNode(n.rpc)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		s, err := rpc.Status(t.Context())
		return err == nil && s.SyncInfo.LatestBlockHeight > 0
	}, 30*time.Second, 50*time.Millisecond, "the node makes its first block")
}

// anchor writes an anchor of the chain as the node tells it.
func (n *node) anchor(t *testing.T) string {
	t.Helper()
	nodes, err := cli.NewNodes([]string{n.rpc})
	require.NoError(t, err)
	a, err := cli.AnchorOf(t.Context(), cli.NewSource(nodes))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "anchor.ink")
	require.NoError(t, os.WriteFile(path, a.Bytes(), 0o600))
	return path
}

func (n *node) publicKey(t *testing.T, name string) consortiumtypes.PublicKey {
	t.Helper()
	k, err := n.keys.Key(name)
	require.NoError(t, err)
	pub, err := k.GetPubKey()
	require.NoError(t, err)
	p, err := consortiumtypes.NewPublicKey(pub)
	require.NoError(t, err)
	return p
}

func (n *node) address(t *testing.T, name string) string {
	t.Helper()
	k, err := n.keys.Key(name)
	require.NoError(t, err)
	a, err := k.GetAddress()
	require.NoError(t, err)
	return a.String()
}
