// Package testutil runs the chain for tests: Chain is one application in this
// process with a clock that the test advances; World is a Chain with institutions,
// officers, enterprises and members in it.
package testutil

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"

	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"

	"github.com/inkchain/inkd/app"
)

// ChainID of chains in tests.
const ChainID = "ink-test-1"

// Genesis time of chains in tests: 10:00 in Hangzhou.
var genesisTime = time.Date(2026, 5, 20, 2, 0, 0, 0, time.UTC)

// Chain is one application in this process. Time passes only by its methods.
type Chain struct {
	T   testing.TB
	App *app.App
	// Now is the time of the next block.
	Now time.Time
	// Height of the last block.
	Height int64
	// AppHash after the last block.
	AppHash []byte
	// LastCommit and Misbehavior are what consensus says with the blocks to come.
	LastCommit  abci.CommitInfo
	Misbehavior []abci.Misbehavior
	// Last is what the last block answered.
	Last *abci.ResponseFinalizeBlock

	proposer []byte
}

// Options of a chain.
type Options struct {
	DB dbm.DB
	// Home of the node, for the note of an upgrade; "" for none.
	Home string
	// State is the application's state at genesis; nil for a founding by Founders.
	State json.RawMessage
	// InitialHeight is 1 unless set.
	InitialHeight int64
	// Time of genesis; unset for the usual one.
	Time time.Time
	// Base options of the SDK's application.
	Base []func(*baseapp.BaseApp)
	// MaxBytes of a block; 0 for the usual one.
	MaxBytes int64
	// Logger of the node; nil for none.
	Logger log.Logger
}

// NewChain makes a chain and its first block, which carries no transactions.
func NewChain(t testing.TB, o Options) *Chain {
	t.Helper()
	if o.DB == nil {
		o.DB = dbm.NewMemDB()
	}
	if o.Time.IsZero() {
		o.Time = genesisTime
	}
	if o.InitialHeight == 0 {
		o.InitialHeight = 1
	}
	if o.Logger == nil {
		o.Logger = log.NewNopLogger()
	}
	base := append([]func(*baseapp.BaseApp){baseapp.SetChainID(ChainID)}, o.Base...)
	a := app.New(o.Logger, o.DB, true, simtestutil.NewAppOptionsWithFlagHome(o.Home), base...)
	c := &Chain{T: t, App: a, Now: o.Time, Height: o.InitialHeight - 1}
	if o.State == nil {
		state, err := a.FoundingState(Founding())
		require.NoError(t, err)
		o.State, err = json.Marshal(state)
		require.NoError(t, err)
	}
	params := app.ConsensusParams().ToProto()
	if o.MaxBytes != 0 {
		params.Block.MaxBytes = o.MaxBytes
	}
	resp, err := a.InitChain(&abci.RequestInitChain{
		ChainId: ChainID, Time: o.Time, InitialHeight: o.InitialHeight,
		ConsensusParams: &params, AppStateBytes: o.State,
	})
	require.NoError(t, err)
	require.NotEmpty(t, resp.Validators)
	c.proposer = consensusKey(Institutions[0]).PubKey().Address()
	c.Block()
	return c
}

// Advance lets time pass until the next block.
func (c *Chain) Advance(d time.Duration) { c.Now = c.Now.Add(d) }

// Propose runs the transactions of a mempool through the proposer's side.
func (c *Chain) Propose(mempool ...[]byte) [][]byte {
	c.T.Helper()
	resp, err := c.App.PrepareProposal(&abci.RequestPrepareProposal{
		Txs: mempool, MaxTxBytes: app.BlockMaxBytes, Height: c.Height + 1, Time: c.Now, ProposerAddress: c.proposer,
	})
	require.NoError(c.T, err)
	return resp.Txs
}

// Accepts tells whether the other validators accept a proposal.
func (c *Chain) Accepts(txs ...[]byte) bool {
	c.T.Helper()
	resp, err := c.App.ProcessProposal(&abci.RequestProcessProposal{
		Txs: txs, Height: c.Height + 1, Time: c.Now, Hash: c.blockHash(), ProposerAddress: c.proposer,
	})
	require.NoError(c.T, err)
	return resp.IsAccepted()
}

// Block makes a block of exactly these transactions, whatever a validator would
// say of them, and commits it. A second passes.
func (c *Chain) Block(txs ...[]byte) []*abci.ExecTxResult {
	c.T.Helper()
	resp, err := c.App.FinalizeBlock(&abci.RequestFinalizeBlock{
		Txs: txs, Height: c.Height + 1, Time: c.Now, Hash: c.blockHash(), ProposerAddress: c.proposer,
		DecidedLastCommit: c.LastCommit, Misbehavior: c.Misbehavior,
	})
	require.NoError(c.T, err)
	_, err = c.App.Commit()
	require.NoError(c.T, err)
	c.Height++
	c.AppHash, c.Last = resp.AppHash, resp
	c.Now = c.Now.Add(time.Second)
	return resp.TxResults
}

// Check runs a transaction through CheckTx, as a node does when it arrives.
func (c *Chain) Check(tx []byte) *abci.ResponseCheckTx {
	c.T.Helper()
	resp, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: tx, Type: abci.CheckTxType_New})
	require.NoError(c.T, err)
	return resp
}

// Ctx is a branch of the committed state: what is written to it is lost, and what
// CheckTx counted is not in it. Its header is that of the next block.
func (c *Chain) Ctx() sdk.Context {
	header := cmtproto.Header{ChainID: ChainID, Height: c.Height + 1, Time: c.Now}
	return sdk.NewContext(c.App.CommitMultiStore().CacheMultiStore(), header, false, log.NewNopLogger())
}

// Direct delivers a message to its handler in a branch of the state, without any
// transaction, as the execution of a proposal does.
func (c *Chain) Direct(msg sdk.Msg) error {
	handler := c.App.MsgServiceRouter().Handler(msg)
	require.NotNil(c.T, handler, "no handler of %T", msg)
	_, err := handler(c.Ctx(), msg)
	return err
}

// Export exports the state and starts another chain from it.
func (c *Chain) Export(o Options) *Chain {
	c.T.Helper()
	exported, err := c.App.Export(nil)
	require.NoError(c.T, err)
	o.State, o.InitialHeight, o.Time = exported.AppState, exported.Height, c.Now
	return NewChain(c.T, o)
}

func (c *Chain) blockHash() []byte {
	h := sha256.Sum256(fmt.Appendf(nil, "block %d", c.Height+1))
	return h[:]
}
