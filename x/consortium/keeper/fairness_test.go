package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// foundedWith is a consortium of powers; the fifth one is there from the start.
func foundedWith(t *testing.T, epoch uint64, powers ...uint64) *house {
	h := newChain(t)
	list := founders()
	if len(powers) == 5 {
		f := admission(fifth, fifthUSCC)
		list = append(list, types.GenesisInstitution{
			Name: f.Name, Kind: f.Kind, Uscc: f.Uscc, OperatorKey: f.OperatorKey, OperatorCustody: f.OperatorCustody, ConsensusKey: f.ConsensusKey,
		})
	}
	for i, p := range powers {
		list[i].Power = p
	}
	_, err := h.k.InitGenesis(h.ctx, &types.GenesisState{Founders: list, Params: &types.Params{EpochBlocks: epoch}})
	require.NoError(t, err)
	h.ctx = h.ctx.WithBlockHeight(2)
	return h
}

// CO-23: nobody keeps others waiting by changing the own key again and again.
func TestWhatWaitsLongestGoesFirst(t *testing.T) {
	h := founded(t)
	h.carry(admission(fifth, fifthUSCC))
	for i := range 2 {
		require.NoError(t, h.rotate(center, key(fmt.Sprint("center again ", i))))
		h.end()
	}
	require.Contains(t, h.given(), uint64(5), "the admission was decided before the second rotation")

	h = founded(t)
	require.NoError(t, h.rotate(exchange, key("exchange again")))
	for i := range 3 {
		require.NoError(t, h.rotate(center, key(fmt.Sprint("center again ", i))), "the one before is given")
		h.end()
		h.end()
	}
	gs := h.export()
	require.True(t, gs.Validators[3].PublicKey.Is(key("exchange again")))
}

// CO-23: a removal does not wait for an epoch, even if it fits only with a change that does.
func TestRemovalsTakeAlongWhatTheyNeed(t *testing.T) {
	for _, offends := range []bool{false, true} {
		h := foundedWith(t, 2880, 10, 10, 10, 20, 20)
		h.carry(power(2, 11))
		h.end() // the epoch's routine change is given
		if offends {
			h.carry(power(1, 20))
			h.end()
			h.misbehave(h.ctx.BlockHeight(), "court-validator")
			require.True(t, h.last().GetMisbehaviour().PowerRemoved)
		} else {
			h.carry(power(1, 20), removal(2))
		}
		h.end()
		require.Equal(t, map[uint64]uint64{1: 20, 3: 10, 4: 20, 5: 20}, h.given())
	}
}

// CO-25: a rotation must not make what was decided unreachable.
func TestRotationThatWouldFreeze(t *testing.T) {
	h := foundedWith(t, 1, 15, 15, 5, 15, 15)
	h.carry(power(1, 25), power(5, 25))
	require.ErrorIs(t, h.rotate(center, key("center again")), types.ErrValidatorSet)
	for range 5 {
		h.end()
	}
	require.Equal(t, map[uint64]uint64{1: 25, 2: 15, 3: 5, 4: 15, 5: 25}, h.given())
}

// CO-30: whoever reads an open proposal cannot veto it by binding its keys first.
func TestKeysInOpenProposalsAreKept(t *testing.T) {
	h := founded(t)
	resp, err := h.propose(h.proposal(court, admission(fifth, fifthUSCC)))
	require.NoError(t, err)
	m := appointment(center, "x", 0, logtypes.ROLE_REVIEWER)
	m.Key = key("fifth-operator")
	_, err = h.appoint(m)
	require.ErrorIs(t, err, types.ErrKeyBound)
	require.ErrorContains(t, err, "got one of proposal 1")
	_, err = h.bindUser("fifth-operator", 7)
	require.ErrorIs(t, err, types.ErrKeyBound)
	require.ErrorIs(t, h.rotate(center, key("fifth-validator")), types.ErrKeyBound)
	for _, by := range []string{notary, exchange} {
		_, err = h.vote(by, resp.ProposalId, approve)
		require.NoError(t, err)
	}
	require.Equal(t, types.STANDING_MEMBER, h.institution(5).Standing)

	resp, err = h.propose(h.proposal(court, admission(sixth, sixthUSCC)))
	require.NoError(t, err)
	for _, by := range []string{center, notary} {
		_, err = h.vote(by, resp.ProposalId, reject)
		require.NoError(t, err)
	}
	_, err = h.bindUser("sixth-operator", 7)
	require.NoError(t, err, "a rejected proposal keeps nothing")
}

// CO-20: a proposal means what it meant when it was made.
func TestProposalsKeepTheirMeaning(t *testing.T) {
	h := founded(t)
	h.refused(types.ErrNotFound, "message 2: expected an institution with id 5, got none", admission(fifth, fifthUSCC), removal(5))
	h.refused(types.ErrNotFound, "message 1: expected an officer with id 1", &types.MsgResetOfficer{Authority: authority, OfficerId: 1, Reason: logtypes.REASON_OTHER})
}

// CO-17: votes of a lost key, and of before a readmission, do not count.
func TestVotesThatNoLongerCount(t *testing.T) {
	h := founded(t)
	resp, err := h.propose(h.proposal(exchange, epoch(7)))
	require.NoError(t, err)
	h.end()
	h.carry(&types.MsgReplaceOperator{
		Authority: authority, InstitutionId: 4, OperatorKey: key("exchange-2-operator"), Custody: logtypes.CUSTODY_SELF_HARDWARE,
		Reason: logtypes.REASON_KEY_COMPROMISED,
	})
	for _, by := range []string{center, court} {
		status, err := h.vote(by, resp.ProposalId, approve)
		require.NoError(t, err)
		require.Equal(t, types.PROPOSAL_STATUS_OPEN, status, "two of four, the stolen key's vote left out")
	}
	status, err := h.vote("exchange-2", resp.ProposalId, approve)
	require.NoError(t, err, "the new operator may vote the same")
	require.Equal(t, types.PROPOSAL_STATUS_EXECUTED, status)
}

// CO-17: an approval of before a suspension does not come back with the readmission.
func TestVotesOfBeforeAReadmission(t *testing.T) {
	h := founded(t).five()
	resp, err := h.propose(h.proposal(fifth, epoch(7)))
	require.NoError(t, err)
	h.end()
	h.carry(suspension(5))
	h.end()
	h.carry(readmission(5, 10))
	h.end()
	for _, by := range []string{center, court, notary} {
		status, err := h.vote(by, resp.ProposalId, approve)
		require.NoError(t, err)
		require.Equal(t, types.PROPOSAL_STATUS_OPEN, status, "three of five")
	}
	status, err := h.vote(fifth, resp.ProposalId, approve)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_EXECUTED, status)
}

// CO-16: who rejects carries nothing out.
func TestRejectingDecidesNothing(t *testing.T) {
	h := founded(t).five()
	resp, err := h.propose(h.proposal(center, epoch(7)))
	require.NoError(t, err)
	for _, by := range []string{court, notary} {
		_, err = h.vote(by, resp.ProposalId, approve)
		require.NoError(t, err)
	}
	h.misbehave(h.ctx.BlockHeight(), "exchange-validator") // three of four approve now
	status, err := h.vote(fifth, resp.ProposalId, reject)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_OPEN, status)
	status, err = h.vote(fifth, resp.ProposalId, approve)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_EXECUTED, status)
}

// CO-20: a mempool full of proposals is not tried again with each block.
func TestProposalsAreTriedOnce(t *testing.T) {
	h := founded(t)
	require.NoError(t, h.k.Check(h.ctx, h.proposal(center, epoch(7))))
	bad := h.proposal(center, &types.MsgUpdateParams{Authority: authority})
	require.ErrorIs(t, h.k.Check(h.ctx, bad), types.ErrParams)
	require.NoError(t, h.k.Check(h.ctx.WithIsReCheckTx(true), bad))
}

// CO-29: a cancellation means the upgrade that was planned when it was proposed.
func TestCancelMeansOneUpgrade(t *testing.T) {
	h := founded(t)
	resp, err := h.propose(h.proposal(center, &upgradetypes.MsgCancelUpgrade{Authority: authority}))
	require.NoError(t, err)
	h.plan = "v3"
	for _, by := range []string{court, notary} {
		_, err = h.vote(by, resp.ProposalId, approve)
		require.NoError(t, err)
	}
	p, err := h.k.Proposal(h.ctx, resp.ProposalId)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_FAILED, p.Status)
	require.Equal(t, types.ErrUpgrade.ABCICode(), p.Failure.Code)
	require.Equal(t, "v2", p.Cancels)
	h.carry(&upgradetypes.MsgCancelUpgrade{Authority: authority})
	require.Equal(t, "v3", h.last().GetSoftwareUpgrade().Name)
}
