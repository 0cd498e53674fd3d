package cli

import (
	"encoding/base64"
	"fmt"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
)

// What a node lacks is told apart from what it refuses, although the SDK gives both
// the same code.
func TestRefusedPart(t *testing.T) {
	for log, want := range map[string]error{
		"rpc error: code = NotFound desc = expected a height whose head is in the archive, got 5: key not found":        prove.ErrNotFound,
		"rpc error: code = OutOfRange desc = beyond the committed log: expected at most 7, got 9: unknown request":      prove.ErrNotYet,
		"rpc error: code = NotFound desc = expected a seq below 58, got 99: not in the log: key not found":              prove.ErrNotFound,
		"rpc error: code = Unavailable desc = index has not caught up with the state yet: unknown request":              nil,
		"rpc error: code = InvalidArgument desc = invalid request: expected a limit of at most 1000, got 2000: invalid": nil,
	} {
		r := &abci.ResponseQuery{Codespace: sdkerrors.RootCodespace, Code: sdkerrors.ErrUnknownRequest.ABCICode(), Log: log}
		err := refusedPart("/ink.index.v1.Query/Head", r)
		require.Error(t, err)
		require.Equal(t, want != nil, isMissing(err), "%s: %v", log, err)
		if want != nil {
			require.ErrorIs(t, err, want, log)
		}
	}
	err := refusedPart("/ink.index.v1.Query/Head", &abci.ResponseQuery{Codespace: "sdk", Code: 6, Log: "unknown query path: unknown request"})
	require.Equal(t, "no-index", exitOf(t, err).Code)
}

func sourceOver(t *testing.T, nodes ...*fakeNode) *source {
	t.Helper()
	var urls []string
	for _, n := range nodes {
		urls = append(urls, n.url())
	}
	n, err := NewNodes(urls)
	require.NoError(t, err)
	return &source{n}
}

func queryAnswer(code int, log string, value []byte) string {
	return fmt.Sprintf(`"result":{"response":{"code":%d,"codespace":"sdk","log":%q,"value":%q}}`, code, log, base64.StdEncoding.EncodeToString(value))
}

const statusOf7 = `"result":{"node_info":{"network":"ink-1"},"sync_info":{"latest_block_height":"7","earliest_block_height":"3"}}`

// What the first node has not, the next one is asked for; if none has it, the first
// one's word counts.
func TestSourceAsksTheNextNode(t *testing.T) {
	const notKept = "rpc error: code = NotFound desc = expected a height whose head is in the archive, got 5: key not found"
	state := bundle.State{Height: 5, Kind: bundle.StateHead, ValueProof: []byte{1}, StoreProof: []byte{2}}
	head := append([]byte{0x0a, byte(len(state.Message()))}, state.Message()...)
	poor := newFakeNode(t, map[string]string{"abci_query": queryAnswer(22, notKept, nil)})
	rich := newFakeNode(t, map[string]string{"abci_query": queryAnswer(0, "", head)})
	got, err := sourceOver(t, poor, rich).Head(t.Context(), 5)
	require.NoError(t, err)
	require.Equal(t, state, got)

	// Height 1 has no proof from a live state: the archive is all there is.
	_, err = sourceOver(t, poor, poor).Head(t.Context(), 1)
	require.ErrorIs(t, err, prove.ErrNotKept)
	_, err = sourceOver(t, poor).State(t.Context(), 1, bundle.StateHead, 0)
	require.ErrorIs(t, err, prove.ErrPruned)
}

// A node answers alike for states that are gone and for those to come.
func TestSourceStateThatIsNotThere(t *testing.T) {
	n := newFakeNode(t, map[string]string{
		"abci_query": queryAnswer(18, "proof is unexpectedly empty; ensure height has not been pruned: invalid request", nil),
		"abci_info":  `"result":{"response":{"last_block_height":"7"}}`,
	})
	_, err := sourceOver(t, n).State(t.Context(), 5, bundle.StateKey, 3)
	require.ErrorIs(t, err, prove.ErrPruned)
	_, err = sourceOver(t, n).State(t.Context(), 8, bundle.StateKey, 3)
	require.ErrorIs(t, err, prove.ErrNotYet)
}

// A block that the archive has not and the block store neither.
func TestSourceBlockThatIsNotThere(t *testing.T) {
	n := newFakeNode(t, map[string]string{
		"abci_query": queryAnswer(22, "rpc error: code = NotFound desc = expected a height whose header is in the archive, got 2: key not found", nil),
		"commit":     `"error":{"code":-32603,"message":"Internal error","data":"height must be less than or equal to the current blockchain height"}`,
		"status":     statusOf7,
	})
	_, _, err := sourceOver(t, n).Block(t.Context(), 8)
	require.ErrorIs(t, err, prove.ErrNotYet)
	_, _, err = sourceOver(t, n).Block(t.Context(), 2)
	require.ErrorIs(t, err, prove.ErrNotKept)
	latest, err := sourceOver(t, n).Latest(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 6, latest)
}
