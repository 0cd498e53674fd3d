package app_test

import (
	"crypto/sha256"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/mldsa65"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// consensus is a chain of the four founders under CometBFT's own rules.
type consensus struct{ *testutil.Consensus }

func newConsensus(t *testing.T) consensus {
	var keys []crypto.PrivKey
	for _, in := range testutil.Institutions {
		keys = append(keys, testutil.ConsensusKey(in.Name))
	}
	c := consensus{testutil.NewConsensus(t, testutil.Founding(), app.ConsensusParams(), keys...)}
	t.Cleanup(c.Stop)
	return c
}

// must makes a block of a message, which has to be carried out.
func (c consensus) must(by testutil.Signer, msg sdk.Msg) {
	r := c.Block(testutil.Next{Txs: [][]byte{c.Sign(by, 0, msg)}})
	require.NotNil(c.T, r[0], "%T was left out of the block", msg)
	require.Zero(c.T, r[0].Code, r[0].Log)
}

// propose proposes by the center and lets the court approve: the next vote decides.
func (c consensus) propose(msgs ...sdk.Msg) (id uint64) {
	c.must(center, proposalAt(c.Now(), center, msgs...))
	for {
		if _, err := c.App.ConsortiumKeeper.Proposal(c.Ctx(), id+1); err != nil {
			break
		}
		id++
	}
	c.must(court, approve(court, id))
	return id
}

// carry lets the members decide, and makes the blocks until consensus knows.
func (c consensus) carry(msgs ...sdk.Msg) {
	id := c.propose(msgs...)
	c.must(notary, approve(notary, id))
	p, err := c.App.ConsortiumKeeper.Proposal(c.Ctx(), id)
	require.NoError(c.T, err)
	require.Equal(c.T, consortiumtypes.PROPOSAL_STATUS_EXECUTED, p.Status, p.Failure)
	c.pass(3)
}

func (c consensus) pass(blocks int) {
	for range blocks {
		c.Block(testutil.Next{})
	}
}

// keyTypes decides on the types of consensus keys.
func (c consensus) keyTypes(allowed ...string) *consensustypes.MsgUpdateParams {
	p := c.App.GetConsensusParams(c.Ctx())
	p.Validator.PubKeyTypes = allowed
	return &consensustypes.MsgUpdateParams{Authority: app.Authority, Block: p.Block, Evidence: p.Evidence, Validator: p.Validator}
}

// quantum is an ML-DSA consensus key, which the chain's test driver is given.
func (c consensus) quantum(name string) (key consortiumtypes.PublicKey, address crypto.Address) {
	seed := sha256.Sum256([]byte(name))
	k, err := mldsa65.GenPrivKeyFromSeed(seed[:])
	require.NoError(c.T, err)
	c.Know(k)
	return consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ML_DSA_65, Key: k.PubKey().Bytes()}, k.PubKey().Address()
}

func rotation(by testutil.Signer, key consortiumtypes.PublicKey) *consortiumtypes.MsgRotateConsensusKey {
	return &consortiumtypes.MsgRotateConsensusKey{Operator: by.Address(), ConsensusKey: key}
}

const (
	ed25519 = cmttypes.ABCIPubKeyTypeEd25519
	mlDsa65 = cmttypes.ABCIPubKeyTypeMlDsa65
)

// A key type may be allowed and used in one block: CometBFT judges the changes of a
// block by the parameters before it, and would stop the chain if they were given at
// once. A type may be dropped when no validator has a key of it any more.
func TestKeyTypesByDecision(t *testing.T) {
	c := newConsensus(t)
	key, address := c.quantum("fifth-validator")
	fifth := &consortiumtypes.MsgAdmitInstitution{
		Authority: app.Authority, Name: "fifth", Kind: logtypes.INSTITUTION_KIND_NOTARY, Uscc: testutil.USCCs[0], Power: 10,
		OperatorKey: testutil.Operator("fifth").PublicKey(), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE, ConsensusKey: key,
	}
	id := c.propose(c.keyTypes(ed25519, mlDsa65), fifth)
	exchanges, _ := c.quantum("exchange-validator")
	// A proposer that ignores the rules puts a rotation behind the deciding vote.
	for _, r := range c.Block(testutil.Next{Exactly: true, Txs: [][]byte{c.Sign(notary, 0, approve(notary, id)), c.Sign(exchange, 0, rotation(exchange, exchanges))}}) {
		require.Zero(t, r.Code, r.Log)
	}
	decided := c.Height()
	require.Empty(t, c.Last.ValidatorUpdates)
	c.Block(testutil.Next{})
	require.NotEmpty(t, c.Last.ValidatorUpdates, "at the first height at which CometBFT takes them")
	c.pass(4)
	require.True(t, c.Validators(decided+5).HasAddress(address))
	require.Equal(t, 5, c.Validators(decided+5).Size())

	// The others still have ed25519 keys.
	only := proposalAt(c.Now(), center, c.keyTypes(mlDsa65))
	r, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: c.Sign(center, 0, only)})
	require.NoError(t, err)
	requireRefused(t, r.Codespace, r.Code, r.Log, consortiumtypes.ErrParams, "expected that of institution 1's validator among them")
	for _, by := range []testutil.Signer{center, court, notary} {
		key, _ := c.quantum(by.Name)
		c.must(by, rotation(by, key))
		c.pass(2)
	}
	c.must(center, proposalAt(c.Now(), center, c.keyTypes(mlDsa65)))
	for _, by := range []testutil.Signer{court, notary, exchange} {
		c.must(by, approve(by, 2))
	}
	require.Equal(t, []string{mlDsa65}, c.State.ConsensusParams.Validator.PubKeyTypes)
	c.pass(3)
	for _, v := range c.Validators(c.Height()).Validators {
		require.Equal(t, mldsa65.KeyType, v.PubKey.Type())
	}
}
