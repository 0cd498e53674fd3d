package app_test

import (
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

var center, court, notary, exchange = testutil.Operator("center"), testutil.Operator("court"), testutil.Operator("notary"), testutil.Operator("exchange")

// proposal of messages, for an hour.
func proposal(c *testutil.Chain, by testutil.Signer, msgs ...sdk.Msg) *consortiumtypes.MsgPropose {
	return proposalAt(c.Now, by, msgs...)
}

func proposalAt(now time.Time, by testutil.Signer, msgs ...sdk.Msg) *consortiumtypes.MsgPropose {
	m := &consortiumtypes.MsgPropose{
		Operator: by.Address(), Title: "提案", DocumentDigest: testutil.Commitment("report of the access test"),
		ExpiresAt: uint64(now.Add(time.Hour).UnixNano()),
	}
	for _, msg := range msgs {
		a, err := codectypes.NewAnyWithValue(msg)
		if err != nil {
			panic(err)
		}
		m.Messages = append(m.Messages, a)
	}
	return m
}

func vote(by testutil.Signer, id uint64, choice consortiumtypes.VoteChoice) *consortiumtypes.MsgVote {
	return &consortiumtypes.MsgVote{Operator: by.Address(), ProposalId: id, Choice: choice}
}

func approve(by testutil.Signer, id uint64) *consortiumtypes.MsgVote {
	return vote(by, id, consortiumtypes.VOTE_CHOICE_APPROVE)
}

// proposed puts a proposal of the center up, which is one of four votes.
func proposed(c *testutil.Chain, msgs ...sdk.Msg) uint64 {
	c.T.Helper()
	var r consortiumtypes.MsgProposeResponse
	c.Must(center, proposal(c, center, msgs...), &r)
	return r.ProposalId
}

// decide lets the four founders decide: the third vote does.
func decide(c *testutil.Chain, msgs ...sdk.Msg) consortiumtypes.Proposal {
	c.T.Helper()
	id := proposed(c, msgs...)
	c.Must(court, approve(court, id), nil)
	c.Must(notary, approve(notary, id), nil)
	p, err := c.App.ConsortiumKeeper.Proposal(c.Ctx(), id)
	require.NoError(c.T, err)
	return p
}

// carry is decide for what has to be carried out.
func carry(c *testutil.Chain, msgs ...sdk.Msg) {
	c.T.Helper()
	p := decide(c, msgs...)
	require.Equal(c.T, consortiumtypes.PROPOSAL_STATUS_EXECUTED, p.Status, p.Failure)
}

// refusedProposal proposes what has to be refused, before it stands in a block and
// in it.
func refusedProposal(c *testutil.Chain, want error, says string, msgs ...sdk.Msg) {
	c.T.Helper()
	for _, r := range sent(c, center, proposal(c, center, msgs...)) {
		require.NotZero(c.T, r.Code, says)
		requireRefused(c.T, r.Codespace, r.Code, r.Log, want, says)
	}
}

// sent is what the mempool answers, and the block.
func sent(c *testutil.Chain, by testutil.Signer, msg sdk.Msg) []*abci.ExecTxResult {
	checked := c.Check(c.Sign(by, msg))
	return []*abci.ExecTxResult{{Codespace: checked.Codespace, Code: checked.Code, Log: checked.Log}, c.Deliver(by, msg)}
}
