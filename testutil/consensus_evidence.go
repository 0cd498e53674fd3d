package testutil

import (
	"fmt"

	cmtdb "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/evidence"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"
)

// evidencePool is CometBFT's own, which verifies what it takes, with a way around it.
type evidencePool struct {
	*evidence.Pool
	// unseen goes into the next block unverified.
	unseen []cmttypes.Evidence
}

func newEvidencePool(t TB, db cmtdb.DB, states sm.Store, blocks *store.BlockStore) *evidencePool {
	pool, err := evidence.NewPool(db, states, blocks)
	require.NoError(t, err)
	return &evidencePool{Pool: pool}
}

// PendingEvidence is what the next block carries.
func (p *evidencePool) PendingEvidence(maxBytes int64) ([]cmttypes.Evidence, int64) {
	found, size := p.Pool.PendingEvidence(maxBytes)
	return append(found, p.unseen...), size
}

// CheckEvidence verifies what is not unseen.
func (p *evidencePool) CheckEvidence(list cmttypes.EvidenceList) error {
	return p.Pool.CheckEvidence(list[:len(list)-len(p.unseen)])
}

// Update forgets what the block carried.
func (p *evidencePool) Update(state sm.State, list cmttypes.EvidenceList) {
	p.Pool.Update(state, list[:len(list)-len(p.unseen)])
	p.unseen = nil
}

// DoubleSign signs two votes at a height with a key that was a validator's there, and
// shows them to CometBFT, which puts its evidence into the next block. A round tells
// several offences of one height apart.
func (c *Consensus) DoubleSign(address crypto.Address, height int64, round int32) {
	c.T.Helper()
	ev := c.DoubleSigned(address, height, round)
	require.NoError(c.T, c.pool.AddEvidence(ev))
}

// DoubleSigned is the evidence of two votes at a height. An address that was no
// validator there gets the power 1, which CometBFT would not believe.
func (c *Consensus) DoubleSigned(address crypto.Address, height int64, round int32) *cmttypes.DuplicateVoteEvidence {
	c.T.Helper()
	set := c.Validators(height)
	index, validator := set.GetByAddress(address)
	power := int64(1)
	if validator != nil {
		power = validator.VotingPower
	}
	at := c.Header(height).Time
	one := c.doubleVote("one", address, max(index, 0), height, round)
	two := c.doubleVote("two", address, max(index, 0), height, round)
	if one.BlockID.Key() > two.BlockID.Key() {
		one, two = two, one
	}
	return &cmttypes.DuplicateVoteEvidence{VoteA: one, VoteB: two, TotalVotingPower: set.TotalVotingPower(), ValidatorPower: power, Timestamp: at}
}

func (c *Consensus) doubleVote(of string, address crypto.Address, index int32, height int64, round int32) *cmttypes.Vote {
	hash := Commitment(fmt.Sprintf("block %s of height %d round %d", of, height, round))
	id := cmttypes.BlockID{Hash: hash, PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: hash}}
	return c.vote(address, index, cmtproto.PrevoteType, round, height, id, c.Header(height).Time)
}
