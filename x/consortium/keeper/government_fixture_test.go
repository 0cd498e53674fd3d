package keeper_test

import (
	"bytes"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/core/comet"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// do runs a message's handler as a block does: what fails leaves nothing behind.
func (h *house) do(f func(ctx sdk.Context) error) error {
	ctx, write := h.ctx.CacheContext()
	err := f(ctx)
	if err == nil {
		write()
	}
	return err
}

func (h *house) proposal(by string, msgs ...sdk.Msg) *types.MsgPropose {
	m := &types.MsgPropose{
		Operator: addr(by + "-operator"), Title: "提案", DocumentDigest: person("report"),
		ExpiresAt: uint64(h.ctx.BlockTime().Add(time.Hour).UnixNano()),
	}
	for _, msg := range msgs {
		a, err := codectypes.NewAnyWithValue(msg)
		require.NoError(h.t, err)
		m.Messages = append(m.Messages, a)
	}
	return m
}

func (h *house) propose(m *types.MsgPropose) (resp *types.MsgProposeResponse, err error) {
	err = h.do(func(ctx sdk.Context) error {
		resp, err = h.msg.Propose(ctx, m)
		return err
	})
	return resp, err
}

func (h *house) vote(by string, id uint64, choice types.VoteChoice) (status types.ProposalStatus, err error) {
	err = h.do(func(ctx sdk.Context) error {
		resp, err := h.msg.Vote(ctx, &types.MsgVote{Operator: addr(by + "-operator"), ProposalId: id, Choice: choice})
		if err == nil {
			status = resp.Status
		}
		return err
	})
	return status, err
}

// decide proposes by the center; the others approve, as far as they may and until
// it is decided.
func (h *house) decide(msgs ...sdk.Msg) types.Proposal {
	h.t.Helper()
	resp, err := h.propose(h.proposal(center, msgs...))
	require.NoError(h.t, err)
	for _, by := range []string{court, notary, exchange, fifth} {
		p, err := h.k.Proposal(h.ctx, resp.ProposalId)
		require.NoError(h.t, err)
		if p.Status != types.PROPOSAL_STATUS_OPEN {
			break
		}
		if h.k.Authorise(h.ctx, &types.MsgVote{Operator: addr(by + "-operator")}) != nil {
			continue
		}
		_, err = h.vote(by, resp.ProposalId, types.VOTE_CHOICE_APPROVE)
		require.NoError(h.t, err)
	}
	p, err := h.k.Proposal(h.ctx, resp.ProposalId)
	require.NoError(h.t, err)
	return p
}

// carry is decide for what has to succeed.
func (h *house) carry(msgs ...sdk.Msg) {
	h.t.Helper()
	p := h.decide(msgs...)
	require.Equal(h.t, types.PROPOSAL_STATUS_EXECUTED, p.Status, p.Failure)
}

// end ends the block and begins the next.
func (h *house) end() []abci.ValidatorUpdate {
	h.t.Helper()
	updates, err := h.k.EndBlock(h.ctx)
	require.NoError(h.t, err)
	h.ctx = h.ctx.WithBlockHeight(h.ctx.BlockHeight() + 1).WithBlockTime(h.ctx.BlockTime().Add(time.Second))
	return updates
}

// admission of the n-th newcomer.
func admission(name, uscc string) *types.MsgAdmitInstitution {
	return &types.MsgAdmitInstitution{
		Authority: authority, Name: name, Kind: logtypes.INSTITUTION_KIND_COURT, Uscc: uscc, Power: 10,
		OperatorKey: key(name + "-operator"), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE, ConsensusKey: key(name + "-validator"),
	}
}

const (
	fifth     = "fifth"
	fifthUSCC = "91330000000000100R"
	sixth     = "sixth"
	sixthUSCC = "91330000000000200F"
)

// five has a fifth institution in the validator set.
func (h *house) five() *house {
	h.t.Helper()
	h.carry(admission(fifth, fifthUSCC))
	require.Len(h.t, h.end(), 1)
	return h
}

func (h *house) institution(id uint64) types.Institution {
	in, err := h.k.Institution(h.ctx, id)
	require.NoError(h.t, err)
	return in
}

// given are institution and power of the set that consensus has.
func (h *house) given() map[uint64]uint64 {
	gs, err := h.k.ExportGenesis(h.ctx)
	require.NoError(h.t, err)
	set := map[uint64]uint64{}
	for _, v := range gs.Validators {
		set[v.InstitutionId] = v.Power
	}
	// The history's last row is this set, by CometBFT's own hash.
	vals, err := h.k.Validators(h.ctx)
	require.NoError(h.t, err)
	list, err := cmttypes.PB2TM.ValidatorUpdates(vals)
	require.NoError(h.t, err)
	last := gs.Sets[len(gs.Sets)-1]
	require.True(h.t, bytes.Equal(last.Hash, cmttypes.NewValidatorSet(list).Hash()))
	return set
}

// blockInfo is what consensus tells the chain with a block.
type blockInfo struct {
	evidence []abci.Misbehavior
	votes    []abci.VoteInfo
}

func (b blockInfo) GetEvidence() comet.EvidenceList { return evidenceList(b.evidence) }
func (b blockInfo) GetValidatorsHash() []byte       { return nil }
func (b blockInfo) GetProposerAddress() []byte      { return nil }
func (b blockInfo) GetLastCommit() comet.CommitInfo { return commitInfo(b.votes) }

type evidenceList []abci.Misbehavior

func (e evidenceList) Len() int                 { return len(e) }
func (e evidenceList) Get(i int) comet.Evidence { return evidence{e[i]} }

type evidence struct{ m abci.Misbehavior }

func (e evidence) Type() comet.MisbehaviorType { return comet.MisbehaviorType(e.m.Type) }
func (e evidence) Validator() comet.Validator  { return validator{e.m.Validator} }
func (e evidence) Height() int64               { return e.m.Height }
func (e evidence) Time() time.Time             { return e.m.Time }
func (e evidence) TotalVotingPower() int64     { return e.m.TotalVotingPower }

type validator struct{ v abci.Validator }

func (v validator) Address() []byte { return v.v.Address }
func (v validator) Power() int64    { return v.v.Power }

type commitInfo []abci.VoteInfo

func (c commitInfo) Round() int32             { return 0 }
func (c commitInfo) Votes() comet.VoteInfos   { return c }
func (c commitInfo) Len() int                 { return len(c) }
func (c commitInfo) Get(i int) comet.VoteInfo { return voteInfo{c[i]} }

type voteInfo struct{ v abci.VoteInfo }

func (v voteInfo) Validator() comet.Validator        { return validator{v.v.Validator} }
func (v voteInfo) GetBlockIDFlag() comet.BlockIDFlag { return comet.BlockIDFlag(v.v.BlockIdFlag) }

// misbehave begins a block with misbehaviour of keys at a height.
func (h *house) misbehave(height int64, names ...string) {
	h.t.Helper()
	var b blockInfo
	for _, name := range names {
		b.evidence = append(b.evidence, abci.Misbehavior{
			Type: abci.MisbehaviorType_DUPLICATE_VOTE, Height: height, Time: h.ctx.BlockTime(),
			Validator: abci.Validator{Address: secret(name).PubKey().Address(), Power: 10},
		})
	}
	require.NoError(h.t, h.k.BeginBlock(h.ctx.WithCometInfo(b)))
}

// busy ends a block that is not idle, with the votes of the block before.
func (h *house) busy(votes map[string]bool, order ...string) {
	h.t.Helper()
	var b blockInfo
	for _, name := range order {
		flag := cmtproto.BlockIDFlagAbsent
		if votes[name] {
			flag = cmtproto.BlockIDFlagCommit
		}
		b.votes = append(b.votes, abci.VoteInfo{
			Validator: abci.Validator{Address: secret(name + "-validator").PubKey().Address(), Power: 10}, BlockIdFlag: flag,
		})
	}
	meter := storetypes.NewInfiniteGasMeter()
	meter.ConsumeGas(1, "a transaction")
	ctx := h.ctx
	h.ctx = h.ctx.WithCometInfo(b).WithBlockGasMeter(meter)
	h.end()
	h.ctx = ctx.WithBlockHeight(ctx.BlockHeight() + 1).WithBlockTime(ctx.BlockTime().Add(time.Second))
}
