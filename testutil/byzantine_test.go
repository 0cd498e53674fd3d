//go:build network

package testutil_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	sdkcrypto "github.com/cosmos/cosmos-sdk/crypto"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

const (
	byzantineBasePort = 29650
	byzantineNode     = 3 // the exchange's
	enterprise        = 1 // the demo enterprise
)

// network is a local network of four processes, one of them byzantine.
type network struct {
	t    *testing.T
	dir  string
	a    *app.App
	rpc  []*rpchttp.HTTP
	keys keyring.Keyring
	file string // the byzantine node's next proposal
	id   string // of the chain
}

// record is what the test reads of network.json.
type record struct {
	ChainID string `json:"chain_id"`
	Nodes   []struct {
		Name    string `json:"name"`
		Home    string `json:"home"`
		RPC     int    `json:"rpc"`
		Process struct {
			PID int `json:"pid"`
		} `json:"process"`
	} `json:"nodes"`
}

// build builds the command, byzantine or not.
func build(t *testing.T, path string, args ...string) string {
	cmd := exec.Command("go", append(append([]string{"build", "-o", path}, args...), "../cmd/inkd")...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

// newNetwork brings an honest network up and replaces one node by a byzantine one.
func newNetwork(t *testing.T) *network {
	bin, dir := t.TempDir(), t.TempDir()
	honest := build(t, filepath.Join(bin, "inkd"))
	byzantine := build(t, filepath.Join(bin, "inkd-byzantine"), "-tags", "byzantine")
	run := func(args ...string) {
		out, err := exec.Command(honest, append(args, "--home", dir)...).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	t.Cleanup(func() { run("network", "down") })
	run("network", "up", "--detach", "--base-port", strconv.Itoa(byzantineBasePort))

	var r record
	b, err := os.ReadFile(filepath.Join(dir, "network.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &r))
	n := &network{t: t, dir: dir, id: r.ChainID, file: filepath.Join(bin, "proposal")}
	n.a = app.New(log.NewNopLogger(), dbm.NewMemDB(), true, simtestutil.EmptyAppOptions{})
	for _, node := range r.Nodes {
		c, err := rpchttp.New(fmt.Sprintf("tcp://127.0.0.1:%d", node.RPC), "/websocket")
		require.NoError(t, err)
		n.rpc = append(n.rpc, c)
	}
	n.keys, err = client.NewKeyringFromBackend(client.Context{}.WithCodec(n.a.Codec).
		WithKeyringDir(filepath.Join(dir, "client")).WithKeyringOptions(app.KeyringOptions), keyring.BackendTest)
	require.NoError(t, err)
	n.replace(r.Nodes[byzantineNode].Process.PID, byzantine, r.Nodes[byzantineNode].Home)
	return n
}

// replace stops a node and starts another binary on its home.
func (n *network) replace(pid int, binary, home string) {
	require.NoError(n.t, syscall.Kill(pid, syscall.SIGTERM))
	require.Eventually(n.t, func() bool { return syscall.Kill(pid, 0) != nil }, 20*time.Second, 100*time.Millisecond)
	cmd := exec.Command(binary, "start", "--home", home, "--log_no_color")
	cmd.Env = append(os.Environ(), "INK_BYZANTINE_PROPOSALS="+n.file)
	out, err := os.Create(filepath.Join(home, "byzantine.log"))
	require.NoError(n.t, err)
	cmd.Stdout, cmd.Stderr = out, out
	require.NoError(n.t, cmd.Start())
	n.t.Cleanup(func() {
		require.NoError(n.t, cmd.Process.Signal(syscall.SIGTERM))
		_ = cmd.Wait()
		require.NoError(n.t, out.Close())
	})
	require.Eventually(n.t, func() bool {
		s, err := n.rpc[byzantineNode].Status(context.Background())
		return err == nil && !s.SyncInfo.CatchingUp
	}, time.Minute, 200*time.Millisecond)
}

func (n *network) signer(name string) testutil.Signer {
	armor, err := n.keys.ExportPrivKeyArmor(name, "x")
	require.NoError(n.t, err)
	key, _, err := sdkcrypto.UnarmorDecryptPrivKey(armor, "x")
	require.NoError(n.t, err)
	return testutil.Signer{Name: name, Key: key}
}

func (n *network) account(s testutil.Signer) (number, sequence uint64) {
	data, err := (&authtypes.QueryAccountInfoRequest{Address: s.Address()}).Marshal()
	require.NoError(n.t, err)
	resp, err := n.rpc[0].ABCIQuery(context.Background(), "/cosmos.auth.v1beta1.Query/AccountInfo", data)
	require.NoError(n.t, err)
	require.Zero(n.t, resp.Response.Code, resp.Response.Log)
	var info authtypes.QueryAccountInfoResponse
	require.NoError(n.t, info.Unmarshal(resp.Response.Value))
	return info.Info.AccountNumber, info.Info.Sequence
}

func (n *network) sign(s testutil.Signer, ahead uint64, change func(client.TxBuilder), msgs ...sdk.Msg) []byte {
	number, sequence := n.account(s)
	raw, err := s.Sign(n.a.TxConfig, n.id, number, sequence+ahead, change, msgs...)
	require.NoError(n.t, err)
	return raw
}

// deposit sends an honest deposit and waits until it is committed.
func (n *network) deposit(s testutil.Signer) *coretypes.ResultTx {
	raw := n.sign(s, 0, nil, testutil.Deposit(s, enterprise, testutil.Commitment(time.Now().String())))
	sent, err := n.rpc[0].BroadcastTxSync(context.Background(), raw)
	require.NoError(n.t, err)
	require.Zero(n.t, sent.Code, sent.Log)
	var found *coretypes.ResultTx
	require.Eventually(n.t, func() bool {
		found, err = n.rpc[0].Tx(context.Background(), sent.Hash, false)
		return err == nil
	}, time.Minute, 100*time.Millisecond, "an honest transaction goes through")
	require.Zero(n.t, found.TxResult.Code, found.TxResult.Log)
	return found
}

// propose lets the byzantine node propose these transactions once, and returns the
// height at which it did; honest transactions go on meanwhile.
func (n *network) propose(honest testutil.Signer, txs [][]byte) int64 {
	var lines []string
	for _, tx := range txs {
		lines = append(lines, base64.StdEncoding.EncodeToString(tx))
	}
	require.NoError(n.t, os.WriteFile(n.file+".new", []byte(strings.Join(lines, "\n")), 0o600))
	require.NoError(n.t, os.Rename(n.file+".new", n.file))
	for deadline := time.Now().Add(2 * time.Minute); ; {
		require.True(n.t, time.Now().Before(deadline), "the byzantine node never proposed")
		n.deposit(honest)
		done, err := filepath.Glob(n.file + ".[0-9]*")
		require.NoError(n.t, err)
		if len(done) == 0 {
			continue
		}
		require.NoError(n.t, os.Remove(done[0]))
		height, err := strconv.ParseInt(strings.TrimPrefix(done[0], n.file+"."), 10, 64)
		require.NoError(n.t, err)
		return height
	}
}

// refusals are the reasons that an honest node's log gives for a height.
func (n *network) refusals(node string, height int64) string {
	b, err := os.ReadFile(filepath.Join(n.dir, node, "node.log"))
	require.NoError(n.t, err)
	var found []string
	for _, line := range strings.Split(string(b), "\n") {
		if strings.Contains(line, "proposal refused") && strings.Contains(line, fmt.Sprintf("height=%d ", height)) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "\n")
}

// A byzantine proposer's rounds fail, the next ones commit, honest transactions go
// through, and all nodes have the same blocks.
func TestByzantineProposer(t *testing.T) {
	n := newNetwork(t)
	employee, admin := n.signer("demo-employee"), n.signer("demo-admin")
	var deposited evidencetypes.MsgSubmitRecordResponse
	var data sdk.TxMsgData
	require.NoError(t, data.Unmarshal(n.deposit(employee).TxResult.Data))
	require.NoError(t, deposited.Unmarshal(data.MsgResponses[0].Value))
	status, err := n.rpc[byzantineNode].Status(context.Background())
	require.NoError(t, err)

	for _, kind := range byzantineKinds(n, admin, deposited.Seq) {
		t.Run(kind.name, func(t *testing.T) {
			height := n.propose(employee, kind.txs)
			require.Eventually(t, func() bool {
				c, err := n.rpc[0].Commit(context.Background(), &height)
				return err == nil && c.CanonicalCommit
			}, time.Minute, 200*time.Millisecond)
			c, err := n.rpc[0].Commit(context.Background(), &height)
			require.NoError(t, err)
			require.Positive(t, c.Commit.Round, "the round of the byzantine proposer failed")
			require.NotEqual(t, status.ValidatorInfo.Address, c.ProposerAddress)
			for _, node := range []string{"center", "court", "notary"} {
				require.Contains(t, n.refusals(node, height), kind.reason, node)
			}
			t.Logf("height %d committed in round %d: %s", height, c.Commit.Round, n.refusals("center", height))
		})
	}
	n.requireSameBlocks(n.deposit(employee).Height)
}

type byzantineKind struct {
	name, reason string
	txs          [][]byte
}

func byzantineKinds(n *network, s testutil.Signer, evidence uint64) []byzantineKind {
	deposit := testutil.Deposit(s, enterprise, testutil.Commitment("byzantine"))
	gas := func(g uint64) func(client.TxBuilder) { return func(b client.TxBuilder) { b.SetGasLimit(g) } }
	padded := func(ahead uint64, size int) []byte {
		return n.sign(s, ahead, gas(app.MaxTxGas/4), &evidencetypes.MsgOpen{
			Opener: s.Address(), EvidenceSeq: evidence, Revelation: evidencetypes.Revelation{Public: make([]byte, size)},
		})
	}
	wrong := n.sign(s, 0, nil, deposit)
	wrong[len(wrong)-1] ^= 1
	nobody := testutil.NewSigner("nobody")
	unknown, err := nobody.Sign(n.a.TxConfig, n.id, 1, 0, nil, testutil.Deposit(nobody, enterprise, testutil.Commitment("nobody")))
	require.NoError(n.t, err)
	var gases [][]byte
	for i := range uint64(app.BlockMaxGas/app.MaxTxGas + 1) {
		gases = append(gases, n.sign(s, i, gas(app.MaxTxGas), deposit))
	}
	// Below what CometBFT itself refuses: a commit of four is smaller than the reserve.
	bytes := [][]byte{make([]byte, app.BlockMaxBytes-100<<10)}
	return []byzantineKind{
		{"junk bytes", "tx=0 txs=1", [][]byte{[]byte(strings.Repeat("junk", 100))}},
		{"unknown signer", "unknown signer", [][]byte{unknown}},
		{"wrong signature", "expected a signature of account number", [][]byte{wrong}},
		{"a fee", "expected no fee", [][]byte{n.sign(s, 0, func(b client.TxBuilder) {
			b.SetFeeAmount(sdk.NewCoins(sdk.NewInt64Coin("ink", 1)))
		}, deposit)}},
		{"too much gas for a transaction", "expected a gas limit from 1 to", [][]byte{n.sign(s, 0, gas(app.MaxTxGas+1), deposit)}},
		{"too much gas for a block", "the signer's share of the block is used up", gases},
		{"too many bytes for a transaction", "expected at most 65536 bytes", [][]byte{padded(0, app.MaxTxBytes)}},
		{"too many bytes for a block", "the block's bytes are used up", bytes},
	}
}

func (n *network) requireSameBlocks(height int64) {
	for h := int64(1); h <= height; h++ {
		var want string
		for i, c := range n.rpc {
			var got *coretypes.ResultCommit
			require.Eventually(n.t, func() bool {
				var err error
				got, err = c.Commit(context.Background(), &h)
				return err == nil
			}, 20*time.Second, 100*time.Millisecond)
			if i == 0 {
				want = got.Header.Hash().String() + got.AppHash.String()
			}
			require.Equal(n.t, want, got.Header.Hash().String()+got.AppHash.String(), "height %d, node %d", h, i)
		}
	}
	n.t.Logf("%d blocks are the same on %d nodes", height, len(n.rpc))
}
