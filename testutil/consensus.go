package testutil

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	cmtdb "github.com/cometbft/cometbft-db"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proxy"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
)

// TB is what the tests' own drivers need of a test: also rapid's tests have it.
type TB interface {
	require.TestingT
	Helper()
}

// Consensus is one application under CometBFT's own state machine in this process:
// what CometBFT would refuse, and so stop a chain, fails the test. There are no
// rounds: all validators agree, and the test has all their keys. Headers, commits,
// evidence and changes of the validator set are CometBFT's, and checked by it.
type Consensus struct {
	T   TB
	App *app.App
	// State is CometBFT's after the last block.
	State sm.State
	// Last is what the application answered to the last block, LastBlock.
	Last      *abci.ResponseFinalizeBlock
	LastBlock *cmttypes.Block

	chainID string // of a later era; else empty
	doc     *cmttypes.GenesisDoc
	keys    map[string]crypto.PrivKey // by consensus address
	commit  *cmttypes.Commit          // of the last block
	db      dbm.DB
	home    string // of the databases; empty if they are in memory

	states     sm.Store
	blocks     *store.BlockStore
	evidenceDB cmtdb.DB

	conns    proxy.AppConns
	pool     *evidencePool
	mempool  *givenTxs
	executor *sm.BlockExecutor
}

// Next is the next block.
type Next struct {
	// Txs are in the proposer's mempool.
	Txs [][]byte
	// Exactly puts exactly these into the block, whatever a validator would say.
	Exactly bool
	// Evidence is put into the block unseen; what CometBFT itself found comes anyway.
	Evidence []cmttypes.Evidence
	// Absent are the addresses whose signatures the block's commit lacks, Nil those
	// that voted for no block.
	Absent, Nil []crypto.Address
	// Round in which the block is committed.
	Round int32
	// Pause until the block after it; unset for a second.
	Pause time.Duration
	// Crash stops the node when CometBFT has saved the block and the application has
	// not seen it; the node starts again and replays it.
	Crash bool
}

// NewConsensus founds a chain whose consensus keys the test has. The first block,
// which carries no transactions, is made.
func NewConsensus(t TB, founding app.Founding, params *cmttypes.ConsensusParams, keys ...crypto.PrivKey) *Consensus {
	t.Helper()
	c := newConsensus(t, keys)
	c.found(founding, params)
	return c
}

func (c *Consensus) found(founding app.Founding, params *cmttypes.ConsensusParams) {
	c.T.Helper()
	c.open()
	state, err := c.App.FoundingState(founding)
	require.NoError(c.T, err)
	raw, err := json.Marshal(state)
	require.NoError(c.T, err)
	c.start(&cmttypes.GenesisDoc{GenesisTime: genesisTime, ChainID: ChainID, InitialHeight: 1, ConsensusParams: params, AppState: raw})
}

func newConsensus(t TB, keys []crypto.PrivKey) *Consensus {
	c := &Consensus{T: t, db: dbm.NewMemDB(), evidenceDB: cmtdb.NewMemDB(), keys: map[string]crypto.PrivKey{}}
	c.states = sm.NewStore(cmtdb.NewMemDB(), sm.StoreOptions{})
	c.blocks = store.NewBlockStore(cmtdb.NewMemDB())
	c.Know(keys...)
	return c
}

// Know gives the test the keys of validators to come.
func (c *Consensus) Know(keys ...crypto.PrivKey) {
	for _, k := range keys {
		c.keys[string(k.PubKey().Address())] = k
	}
}

// Keys of all validators that the test knows.
func (c *Consensus) Keys() []crypto.PrivKey {
	var all []crypto.PrivKey
	for _, k := range c.keys {
		all = append(all, k)
	}
	return all
}

// ChainID of the chain.
func (c *Consensus) ChainID() string {
	if c.chainID != "" {
		return c.chainID
	}
	return ChainID
}

// Height of the last block.
func (c *Consensus) Height() int64 { return c.State.LastBlockHeight }

// Now is the time of the next block.
func (c *Consensus) Now() time.Time {
	if c.commit == nil || len(c.commit.Signatures) == 0 {
		return c.State.LastBlockTime
	}
	now, err := sm.MedianTime(c.commit, c.State.LastValidators)
	require.NoError(c.T, err)
	return now
}

// Ctx is a branch of the committed state; its header is that of the next block.
func (c *Consensus) Ctx() sdk.Context {
	header := cmtproto.Header{ChainID: c.ChainID(), Height: c.Height() + 1, Time: c.Now()}
	return sdk.NewContext(c.App.CommitMultiStore().CacheMultiStore(), header, false, log.NewNopLogger())
}

// Sign makes a transaction for when `ahead` others of the signer went before.
func (c *Consensus) Sign(s Signer, ahead uint64, msgs ...sdk.Msg) []byte {
	c.T.Helper()
	var sequence, number uint64
	if acc := c.App.AccountKeeper.GetAccount(c.Ctx(), sdk.AccAddress(s.Key.PubKey().Address())); acc != nil {
		sequence, number = acc.GetSequence(), acc.GetAccountNumber()
	}
	raw, err := s.Sign(c.App.TxConfig, c.ChainID(), number, sequence+ahead, nil, msgs...)
	require.NoError(c.T, err)
	return raw
}

// Must puts a message into a block, like Chain.Must.
func (c *Consensus) Must(s Signer, msg sdk.Msg, response sdk.Msg) {
	c.T.Helper()
	c.MustIn(Next{}, s, msg, response)
}

// MustIn is Must with a block of one's choice.
func (c *Consensus) MustIn(next Next, s Signer, msg sdk.Msg, response sdk.Msg) {
	c.T.Helper()
	next.Txs = [][]byte{c.Sign(s, 0, msg)}
	result := c.Block(next)[0]
	require.NotNil(c.T, result, "%s was left out of the block", sdk.MsgTypeURL(msg))
	require.Zero(c.T, result.Code, "%s: %s", sdk.MsgTypeURL(msg), result.Log)
	if response != nil {
		decodeResponse(c.T, c.App, result, response)
	}
}

// Validators are CometBFT's of a height, up to two above the last block.
func (c *Consensus) Validators(height int64) *cmttypes.ValidatorSet {
	set, err := c.states.LoadValidators(height)
	require.NoError(c.T, err)
	return set
}

// Header of a height.
func (c *Consensus) Header(height int64) cmttypes.Header {
	meta := c.blocks.LoadBlockMeta(height)
	require.NotNil(c.T, meta, "expected a block at height %d", height)
	return meta.Header
}

// Block makes a block, lets CometBFT validate and execute it, and signs its commit.
// The results are those of next.Txs; nil is that of one left out of the block.
func (c *Consensus) Block(next Next) []*abci.ExecTxResult {
	c.T.Helper()
	block := c.propose(next)
	parts, err := block.MakePartSet(cmttypes.BlockPartSizeBytes)
	require.NoError(c.T, err)
	id := cmttypes.BlockID{Hash: block.Hash(), PartSetHeader: parts.Header()}
	pause := next.Pause
	if pause == 0 {
		pause = time.Second
	}
	commit := c.sign(id, block.Height, block.Time.Add(pause), next)
	c.blocks.SaveBlock(block, parts, commit)
	if next.Crash {
		c.Restart()
	} else {
		c.State, err = c.executor.ApplyBlock(c.State, id, block)
		require.NoError(c.T, err, "CometBFT stops at height %d", block.Height)
	}
	c.commit, c.LastBlock = commit, block
	c.Last, err = c.states.LoadFinalizeBlockResponse(block.Height)
	require.NoError(c.T, err)
	return resultsOf(next.Txs, block, c.Last)
}

// propose makes the block and lets the other validators judge it.
func (c *Consensus) propose(next Next) *cmttypes.Block {
	c.T.Helper()
	height, proposer := c.nextHeight(), c.State.Validators.GetProposer().Address
	c.pool.unseen = next.Evidence
	if next.Exactly {
		evidence, _ := c.pool.PendingEvidence(c.State.ConsensusParams.Evidence.MaxBytes)
		block, err := c.State.MakeBlock(height, cmttypes.ToTxs(next.Txs), c.commit, evidence, proposer)
		require.NoError(c.T, err)
		return block
	}
	c.mempool.txs = cmttypes.ToTxs(next.Txs)
	block, err := c.executor.CreateProposalBlock(context.Background(), height, c.State, c.commit.WrappedExtendedCommit(), proposer)
	require.NoError(c.T, err)
	accepted, err := c.executor.ProcessProposal(block, c.State)
	require.NoError(c.T, err)
	require.True(c.T, accepted, "the others refuse an honest proposal at height %d", height)
	require.NoError(c.T, c.executor.ValidateBlock(c.State, block))
	return block
}

func (c *Consensus) nextHeight() int64 {
	return max(c.State.LastBlockHeight+1, c.State.InitialHeight)
}

// sign makes the commit of a block; CometBFT verifies it with the block after.
func (c *Consensus) sign(id cmttypes.BlockID, height int64, at time.Time, next Next) *cmttypes.Commit {
	commit := &cmttypes.Commit{Height: height, Round: next.Round, BlockID: id}
	for i, v := range c.State.Validators.Validators {
		if isAmong(next.Absent, v.Address) {
			commit.Signatures = append(commit.Signatures, cmttypes.NewCommitSigAbsent())
			continue
		}
		of := id
		if isAmong(next.Nil, v.Address) {
			of = cmttypes.BlockID{}
		}
		vote := c.vote(v.Address, int32(i), cmtproto.PrecommitType, next.Round, height, of, at)
		commit.Signatures = append(commit.Signatures, vote.CommitSig())
	}
	return commit
}

func isAmong(list []crypto.Address, address crypto.Address) bool {
	for _, a := range list {
		if bytes.Equal(a, address) {
			return true
		}
	}
	return false
}

// vote is signed with the key of an address.
func (c *Consensus) vote(address crypto.Address, index int32, kind cmtproto.SignedMsgType, round int32, height int64, id cmttypes.BlockID, at time.Time) *cmttypes.Vote {
	key := c.keys[string(address)]
	require.NotNil(c.T, key, "expected the key of validator %X", address)
	v := &cmttypes.Vote{Type: kind, Round: round, Height: height, BlockID: id, Timestamp: at, ValidatorAddress: address, ValidatorIndex: index}
	signature, err := key.Sign(cmttypes.VoteSignBytes(c.ChainID(), v.ToProto()))
	require.NoError(c.T, err)
	v.Signature = signature
	return v
}

// resultsOf finds the results of transactions by their bytes, in their order.
func resultsOf(txs [][]byte, block *cmttypes.Block, resp *abci.ResponseFinalizeBlock) []*abci.ExecTxResult {
	out, n := make([]*abci.ExecTxResult, len(txs)), 0
	for i, tx := range txs {
		if n < len(block.Txs) && bytes.Equal(tx, block.Txs[n]) {
			out[i], n = resp.TxResults[n], n+1
		}
	}
	return out
}

// connect puts CometBFT's state machine before the application.
func (c *Consensus) connect() {
	state, err := c.states.Load()
	require.NoError(c.T, err)
	c.State = state
	c.pool = newEvidencePool(c.T, c.evidenceDB, c.states, c.blocks)
	c.mempool = &givenTxs{}
	c.executor = sm.NewBlockExecutor(c.states, cmtlog.NewNopLogger(), c.conns.Consensus(), c.mempool, c.pool, c.blocks)
}
