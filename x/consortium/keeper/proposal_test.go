package keeper_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const (
	approve = types.VOTE_CHOICE_APPROVE
	reject  = types.VOTE_CHOICE_REJECT
)

func epoch(blocks uint64) *types.MsgUpdateParams {
	return &types.MsgUpdateParams{Authority: authority, Params: types.Params{EpochBlocks: blocks}}
}

// CO-16.
func TestMoreThanTwoThirdsDecideAtOnce(t *testing.T) {
	h := founded(t)
	resp, err := h.propose(h.proposal(center, epoch(7)))
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_OPEN, resp.Status, "one of four is not enough")
	status, err := h.vote(court, resp.ProposalId, approve)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_OPEN, status, "two of four are not enough")
	status, err = h.vote(notary, resp.ProposalId, approve)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_EXECUTED, status)
	gs, err := h.k.ExportGenesis(h.ctx)
	require.NoError(t, err)
	require.EqualValues(t, 7, gs.Params.EpochBlocks)

	e := h.last().GetParametersChanged()
	require.NotNil(t, e)
	require.Equal(t, "ink.consortium.v1", e.Module)
	var said types.MsgUpdateParams
	require.NoError(t, said.Unmarshal(e.Message))
	require.EqualValues(t, 7, said.Params.EpochBlocks)

	_, err = h.vote(exchange, resp.ProposalId, approve)
	require.ErrorIs(t, err, types.ErrNotOpen)
	require.ErrorContains(t, err, "PROPOSAL_STATUS_EXECUTED")
}

// CO-16: exactly 2/3 is not more.
func TestExactlyTwoThirdsDoNotDecide(t *testing.T) {
	h := founded(t)
	h.carry(&types.MsgRemoveInstitution{Authority: authority, InstitutionId: 4, Reason: logtypes.REASON_BREACH})
	resp, err := h.propose(h.proposal(center, epoch(7)))
	require.NoError(t, err)
	status, err := h.vote(court, resp.ProposalId, approve)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_OPEN, status)
	_, err = h.vote(exchange, resp.ProposalId, approve)
	require.ErrorIs(t, err, types.ErrNotPermitted, "who was removed has no vote")
	status, err = h.vote(notary, resp.ProposalId, approve)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_EXECUTED, status)
}

// CO-17.
func TestVotesMayChangeUntilTheDecision(t *testing.T) {
	h := founded(t)
	resp, err := h.propose(h.proposal(center, epoch(7)))
	require.NoError(t, err)
	id := resp.ProposalId
	_, err = h.vote(center, id, approve)
	require.ErrorIs(t, err, types.ErrVoted, "the proposer approved by proposing")
	_, err = h.vote(court, id, reject)
	require.NoError(t, err)
	_, err = h.vote(court, id, reject)
	require.ErrorIs(t, err, types.ErrVoted)
	_, err = h.vote(court, id, approve)
	require.NoError(t, err)
	_, err = h.vote(court, id, types.VOTE_CHOICE_UNSPECIFIED)
	require.ErrorIs(t, err, types.ErrInvalidField)
	_, err = h.vote(court, 99, approve)
	require.ErrorIs(t, err, types.ErrNotFound)
	_, err = h.vote(court, id, reject)
	require.NoError(t, err)
	status, err := h.vote(notary, id, reject)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_REJECTED, status, "the rest is exactly half")
	p, err := h.k.Proposal(h.ctx, id)
	require.NoError(t, err)
	require.Len(t, p.Votes, 3, "a changed vote is no second one")
	require.EqualValues(t, h.ctx.BlockHeight(), p.DecidedHeight)
}

// CO-18.
func TestProposalsExpire(t *testing.T) {
	h := founded(t)
	resp, err := h.propose(h.proposal(center, epoch(7)))
	require.NoError(t, err)
	h.ctx = h.ctx.WithBlockTime(h.ctx.BlockTime().Add(time.Hour - time.Second))
	_, err = h.vote(court, resp.ProposalId, approve)
	require.NoError(t, err)
	h.ctx = h.ctx.WithBlockTime(h.ctx.BlockTime().Add(time.Second))
	_, err = h.vote(notary, resp.ProposalId, approve)
	require.ErrorIs(t, err, types.ErrNotOpen)
	require.ErrorContains(t, err, "expected a vote before the deadline")
	h.end()
	p, err := h.k.Proposal(h.ctx, resp.ProposalId)
	require.NoError(t, err)
	require.Equal(t, types.PROPOSAL_STATUS_EXPIRED, p.Status)
}

// CO-19: nothing of the first message remains if the second fails, at the proposal
// and when it is decided.
func TestDecisionsAreAtomic(t *testing.T) {
	h := founded(t)
	suspend := &types.MsgSuspendInstitution{Authority: authority, InstitutionId: 4, Reason: logtypes.REASON_BREACH}
	_, err := h.propose(h.proposal(center, epoch(7), &types.MsgSetPower{Authority: authority, InstitutionId: 9, Power: 1}))
	require.ErrorIs(t, err, types.ErrNotFound)
	require.ErrorContains(t, err, "message 2: expected an institution with id 9, got none")

	first, err := h.propose(h.proposal(center, epoch(7), suspend))
	require.NoError(t, err)
	h.carry(suspend) // now the first one's second message can no longer be carried out
	head, err := h.log.Head(h.ctx)
	require.NoError(t, err)
	_, err = h.vote(court, first.ProposalId, approve)
	require.NoError(t, err)
	status, err := h.vote(notary, first.ProposalId, approve)
	require.NoError(t, err, "the deciding vote itself succeeds")
	require.Equal(t, types.PROPOSAL_STATUS_FAILED, status)
	p, err := h.k.Proposal(h.ctx, first.ProposalId)
	require.NoError(t, err)
	require.Equal(t, &types.Failure{Message: 2, Codespace: "consortium", Code: types.ErrStanding.ABCICode()}, p.Failure)
	gs, err := h.k.ExportGenesis(h.ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, gs.Params.EpochBlocks)
	after, err := h.log.Head(h.ctx)
	require.NoError(t, err)
	require.Equal(t, head, after)
}

// CO-20.
func TestBadProposals(t *testing.T) {
	h := founded(t)
	for want, change := range map[string]func(*types.MsgPropose){
		"title: expected 1 to 192 bytes":     func(m *types.MsgPropose) { m.Title = "" },
		"title: expected 1 to 192 bytes of":  func(m *types.MsgPropose) { m.Title = strings.Repeat("x", 193) },
		"document_digest: expected 32 bytes": func(m *types.MsgPropose) { m.DocumentDigest = []byte{1} },
		"expires_at: expected":               func(m *types.MsgPropose) { m.ExpiresAt = uint64(h.ctx.BlockTime().UnixNano()) },
		"a minute to 90 days":                func(m *types.MsgPropose) { m.ExpiresAt += uint64(90 * 24 * time.Hour) },
		"messages: expected 1 to 16, got 0":  func(m *types.MsgPropose) { m.Messages = nil },
		"messages: expected 1 to 16, got 17": func(m *types.MsgPropose) { m.Messages = make([]*codectypes.Any, 17) },
		"got none as message 1":              func(m *types.MsgPropose) { m.Messages[0] = nil },
		"expected a message that this chain": func(m *types.MsgPropose) { m.Messages[0] = &codectypes.Any{TypeUrl: "/no.such.Msg"} },
		"messages: expected at most 32768":   func(m *types.MsgPropose) { m.Messages[0].Value = make([]byte, 32<<10+1) },
		"params.epoch_blocks: expected 1 to": func(m *types.MsgPropose) { m.Messages = h.proposal(center, epoch(0)).Messages },
		"expected a decision of the consortium": func(m *types.MsgPropose) {
			m.Messages = h.proposal(center, &types.MsgUpdateParams{Authority: addr("center-operator")}).Messages
		},
	} {
		m := h.proposal(center, epoch(7))
		change(m)
		_, err := h.propose(m)
		require.ErrorContains(t, err, want, want)
	}
	require.NoError(t, h.k.Check(h.ctx.WithBlockTime(time.Time{}), h.proposal(center, epoch(7))), "a node that has just started")
	m := h.proposal(center, admission(fifth, fifthUSCC))
	m.DocumentDigest = nil
	_, err := h.propose(m)
	require.ErrorContains(t, err, "document_digest: expected that of the access test's report")
	_, err = h.propose(h.proposal("nobody", epoch(7)))
	require.ErrorIs(t, err, types.ErrNotPermitted)
}

// CO-20: four open ones of each institution, and one more when one is decided.
func TestOpenProposalsAreFew(t *testing.T) {
	h := founded(t)
	for range types.MaxOpenProposals {
		_, err := h.propose(h.proposal(center, epoch(7)))
		require.NoError(t, err)
	}
	_, err := h.propose(h.proposal(center, epoch(7)))
	require.ErrorIs(t, err, types.ErrTooMany)
	_, err = h.propose(h.proposal(court, epoch(7)))
	require.NoError(t, err)
	for _, by := range []string{court, notary} {
		_, err = h.vote(by, 1, reject)
		require.NoError(t, err)
	}
	_, err = h.propose(h.proposal(center, epoch(7)))
	require.NoError(t, err)
}

// CO-16: the messages that a decision makes in the log carry the deciding vote.
func TestEntriesCarryTheDecidingVote(t *testing.T) {
	h := founded(t)
	resp, err := h.propose(h.proposal(center, epoch(7)))
	require.NoError(t, err)
	_, err = h.vote(court, resp.ProposalId, approve)
	require.NoError(t, err)
	h.ctx = h.ctx.WithTxBytes([]byte("the deciding vote")).WithMsgIndex(3)
	_, err = h.vote(notary, resp.ProposalId, approve)
	require.NoError(t, err)
	require.Len(t, h.last().TxHash, 32)
	require.EqualValues(t, 3, h.last().MsgIndex)
	require.Equal(t, sdk.MsgTypeURL(&types.MsgUpdateParams{}), "/"+h.last().GetParametersChanged().Module+".MsgUpdateParams")
}
