package cli

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/inkchain/inkd/app"
)

// fakeNode answers RPC calls by method; a call without an answer blocks.
type fakeNode struct {
	*httptest.Server
	answers map[string]string // result or error member of the response
	calls   []string
}

func newFakeNode(t *testing.T, answers map[string]string) *fakeNode {
	t.Helper()
	f := &fakeNode{answers: answers}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
		}
		if json.NewDecoder(r.Body).Decode(&call) != nil {
			http.NotFound(w, r) // the websocket
			return
		}
		f.calls = append(f.calls, call.Method)
		answer, ok := f.answers[call.Method]
		if !ok {
			select { // as a stopped process does
			case <-r.Context().Done():
			case <-time.After(2 * time.Second):
			}
			return
		}
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,%s}`, call.ID, answer)
	}))
	t.Cleanup(f.Server.CloseClientConnections)
	return f
}

func (f *fakeNode) url() string { return strings.Replace(f.URL, "http://", "tcp://", 1) }

func testSender(t *testing.T, urls ...string) *Sender {
	t.Helper()
	n, err := NewNodes(urls)
	require.NoError(t, err)
	n.patience = 300 * time.Millisecond
	return newSender(client.Context{}, n, 200*time.Millisecond)
}

const (
	accepted    = `"result":{"code":0,"data":"","log":"","codespace":"","hash":"AB"}`
	wrongNumber = `"result":{"code":32,"data":"","log":"account sequence mismatch, expected 7, got 6: incorrect account sequence","codespace":"sdk","hash":"AB"}`
	notAllowed  = `"result":{"code":17,"data":"","log":"1 of 1 are used today","codespace":"enterprise","hash":"AB"}`
	inCache     = `"error":{"code":-32603,"message":"Internal error","data":"tx already exists in cache"}`
	notFound    = `"error":{"code":-32603,"message":"Internal error","data":"tx (AB) not found"}`
	healthy     = `"result":{}`
)

func TestANodeThatIsGoneOrStoppedIsPassedOver(t *testing.T) {
	stopped := newFakeNode(t, nil)
	alive := newFakeNode(t, map[string]string{"broadcast_tx_sync": accepted})
	s := testSender(t, "tcp://127.0.0.1:1", stopped.url(), alive.url())
	require.NoError(t, s.broadcast(context.Background(), []byte("tx"), []byte("hash")))
	require.Equal(t, []string{"broadcast_tx_sync"}, stopped.calls)
	require.Equal(t, alive.url(), s.nodes.current())
	require.NoError(t, s.broadcast(context.Background(), []byte("tx"), []byte("hash")))
	require.Len(t, stopped.calls, 1, "the node that answered last is asked first")
}

func TestARefusalIsAnAnswer(t *testing.T) {
	first := newFakeNode(t, map[string]string{"broadcast_tx_sync": notAllowed})
	second := newFakeNode(t, map[string]string{"broadcast_tx_sync": accepted})
	s := testSender(t, first.url(), second.url())
	err := s.broadcast(context.Background(), []byte("tx"), []byte("hash"))
	require.Equal(t, "enterprise/17", classify(err).Code)
	require.Equal(t, ExitRefused, classify(err).Exit)
	require.Empty(t, second.calls)
}

func TestTheSameBytesInTheCacheAreTaken(t *testing.T) {
	n := newFakeNode(t, map[string]string{"broadcast_tx_sync": inCache})
	require.NoError(t, testSender(t, n.url()).broadcast(context.Background(), []byte("tx"), []byte("hash")))
}

func TestAWrongSequenceIsTriedAgain(t *testing.T) {
	n := newFakeNode(t, map[string]string{"broadcast_tx_sync": wrongNumber})
	s := testSender(t, n.url())
	err := s.broadcast(context.Background(), []byte("tx"), []byte("hash"))
	var wrong *wrongSequenceError
	require.ErrorAs(t, err, &wrong)
	next, err := s.nextSequence(context.Background(), signer{}, wrong)
	require.NoError(t, err)
	require.Equal(t, uint64(7), next)
}

// A node that took the bytes and did not say so may have spread them: then a
// wrong sequence at the next node means that they are committed already.
func TestAWrongSequenceAfterAnUncertainNodeMayBeSuccess(t *testing.T) {
	stopped := newFakeNode(t, nil)
	committed := `"result":{"hash":"AB","height":"5","index":0,"tx_result":{"code":0},"tx":""}`
	next := newFakeNode(t, map[string]string{"broadcast_tx_sync": wrongNumber, "tx": committed})
	s := testSender(t, stopped.url(), next.url())
	require.NoError(t, s.broadcast(context.Background(), []byte("tx"), []byte("hash")))
}

func TestNoNodeAnswers(t *testing.T) {
	s := testSender(t, "tcp://127.0.0.1:1", "tcp://127.0.0.1:2")
	e := classify(s.broadcast(context.Background(), []byte("tx"), []byte{0xab}))
	require.Equal(t, ExitUnreachable, e.Exit)
	require.NotContains(t, e.Hint, "wait-tx", "nothing can have been taken")
	stopped := newFakeNode(t, nil)
	e = classify(testSender(t, stopped.url()).broadcast(context.Background(), []byte("tx"), []byte{0xab}))
	require.Equal(t, ExitUnreachable, e.Exit)
	require.Contains(t, e.Hint, "inkd query wait-tx AB")
}

func TestACommitThatDoesNotCome(t *testing.T) {
	n := newFakeNode(t, map[string]string{"broadcast_tx_sync": accepted, "tx": notFound, "health": healthy})
	s := testSender(t, n.url())
	_, err := s.deliver(context.Background(), []byte("tx"))
	e := classify(err)
	require.Equal(t, ExitNotSeen, e.Exit)
	require.Regexp(t, `inkd query wait-tx [0-9A-F]{64}`, e.Hint)
}

// Without a subscription, asking is enough.
func TestACommitIsFoundByAsking(t *testing.T) {
	n := newFakeNode(t, map[string]string{
		"tx": `"result":{"hash":"AB","height":"5","index":0,"tx_result":{"code":17,"codespace":"enterprise","log":"used up"},"tx":""}`,
	})
	s := testSender(t, n.url())
	w := &watch{nodes: s.nodes, hash: []byte{1}, every: 5 * time.Millisecond}
	done, err := w.result(context.Background(), time.Second)
	require.NoError(t, err)
	require.Equal(t, int64(5), done.height)
	require.Equal(t, uint32(17), done.result.Code)
}

func TestListOfNodes(t *testing.T) {
	require.Equal(t, []string{"tcp://a:1", "tcp://b:2"}, SplitNodes(" tcp://a:1, tcp://b:2,"))
	_, err := NewNodes(nil)
	require.Equal(t, ExitUsage, classify(err).Exit)
	_, err = NewNodes([]string{"127.0.0.1"})
	require.Equal(t, ExitUsage, classify(err).Exit)
	alive := newFakeNode(t, nil)
	require.Equal(t, alive.url(), firstReachable([]string{"tcp://127.0.0.1:1", alive.url()}))
	require.Equal(t, "tcp://127.0.0.1:1", firstReachable([]string{"tcp://127.0.0.1:1", "tcp://127.0.0.1:2"}))
}

// A transaction may stand in the next blocks only: one that was refused must not come to
// life years later.
func TestATransactionDoesNotOutliveItsBlocks(t *testing.T) {
	info, err := (&authtypes.QueryAccountInfoResponse{Info: &authtypes.BaseAccount{AccountNumber: 3, Sequence: 7}}).Marshal()
	require.NoError(t, err)
	n := newFakeNode(t, map[string]string{
		"abci_query": fmt.Sprintf(`"result":{"response":{"code":0,"height":"41","value":%q}}`, base64.StdEncoding.EncodeToString(info)),
	})
	s := testSender(t, n.url())
	encoding := app.NewEncoding()
	s.ctx = s.ctx.WithTxConfig(encoding.TxConfig).WithChainID("test").WithCodec(encoding.Codec).WithKeyring(keyring.NewInMemory(encoding.Codec))
	_, _, err = s.ctx.Keyring.NewMnemonic("employee", keyring.English, "", "", hd.Secp256k1)
	require.NoError(t, err)
	of, err := s.account(context.Background(), signer{name: "employee"})
	require.NoError(t, err)
	require.Equal(t, account{number: 3, sequence: 7, height: 41}, of)
	raw, err := s.sign(context.Background(), signer{name: "employee"}, of, nil)
	require.NoError(t, err)
	tx, err := encoding.TxConfig.TxDecoder()(raw)
	require.NoError(t, err)
	require.EqualValues(t, 1041, tx.(sdk.TxWithTimeoutHeight).GetTimeoutHeight())
}
