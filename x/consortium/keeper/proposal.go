package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
)

// Proposal returns a proposal by its id.
func (k *Keeper) Proposal(ctx context.Context, id uint64) (types.Proposal, error) {
	p, err := k.proposals.Get(ctx, id)
	return p, orNotFound(err, "a proposal", id)
}

// checkProposal refuses a proposal that says nothing sensible, one too many, and one
// whose messages could not be carried out now.
func (k *Keeper) checkProposal(ctx context.Context, m *types.MsgPropose, in types.Institution) error {
	if err := types.CheckProposal(m, sdk.UnwrapSDKContext(ctx).BlockTime()); err != nil {
		return err
	}
	open, err := k.openProposals(ctx, in.Id)
	if err != nil {
		return err
	}
	if open >= types.MaxOpenProposals {
		return errorsmod.Wrapf(types.ErrTooMany, "expected at most %d open proposals of institution %d, got one more: wait until one is decided or expires", types.MaxOpenProposals, in.Id)
	}
	msgs, err := types.Unpacked(m.Messages)
	if err != nil {
		return err
	}
	if err := k.checkTargets(ctx, msgs); err != nil {
		return err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if sdkCtx.IsReCheckTx() {
		return nil // a mempool full of proposals is not tried again with each block
	}
	branch, _ := sdkCtx.CacheContext()
	n, err := k.carryOut(branch, msgs)
	if err != nil && n > 0 {
		return errorsmod.Wrapf(err, "message %d", n)
	}
	return err
}

// checkTargets refuses a message about what does not exist yet: by the decision the
// id could be somebody else's.
func (k *Keeper) checkTargets(ctx context.Context, msgs []sdk.Msg) error {
	for i, msg := range msgs {
		var err error
		switch m := msg.(type) {
		case interface{ GetInstitutionId() uint64 }:
			_, err = k.Institution(ctx, m.GetInstitutionId())
		case interface{ GetOfficerId() uint64 }:
			_, err = k.Officer(ctx, m.GetOfficerId())
		}
		if err != nil {
			return errorsmod.Wrapf(err, "message %d", i+1)
		}
	}
	return nil
}

func (k *Keeper) openProposals(ctx context.Context, institutionID uint64) (int, error) {
	n := 0
	err := k.openOf.Walk(ctx, collections.NewPrefixedPairRange[uint64, uint64](institutionID),
		func(collections.Pair[uint64, uint64]) (bool, error) {
			n++
			return false, nil
		})
	return n, err
}

// propose opens a proposal; its proposer has not voted yet.
func (k *Keeper) propose(ctx context.Context, in types.Institution, m *types.MsgPropose) (types.Proposal, error) {
	id, err := next(ctx, k.proposalIDs)
	if err != nil {
		return types.Proposal{}, err
	}
	p := types.Proposal{
		Id: id, InstitutionId: in.Id, Title: m.Title, DocumentDigest: m.DocumentDigest, Messages: m.Messages,
		ProposedAt: now(ctx), ExpiresAt: m.ExpiresAt, Status: types.PROPOSAL_STATUS_OPEN,
	}
	if p.Cancels, err = k.cancelled(ctx, m.Messages); err != nil {
		return p, err
	}
	if err := k.index(ctx, p); err != nil {
		return p, err
	}
	return p, emit(ctx, &types.EventProposed{ProposalId: id, InstitutionId: in.Id})
}

// cancelled is the name of the upgrade that the messages cancel; empty if they do not.
func (k *Keeper) cancelled(ctx context.Context, messages []*codectypes.Any) (string, error) {
	msgs, err := types.Unpacked(messages)
	if err != nil || cancellation(msgs) == 0 {
		return "", err
	}
	name, _, err := k.router.Plan(ctx)
	return name, err
}

// index notes an open proposal where it is looked for.
func (k *Keeper) index(ctx context.Context, p types.Proposal) error {
	if err := k.open.Set(ctx, collections.Join(p.ExpiresAt, p.Id)); err != nil {
		return err
	}
	if err := k.openOf.Set(ctx, collections.Join(p.InstitutionId, p.Id)); err != nil {
		return err
	}
	return k.name(ctx, p, true)
}

// checkVote refuses a vote that is none, comes too late, or says the same again.
func (k *Keeper) checkVote(ctx context.Context, m *types.MsgVote, in types.Institution) (types.Proposal, error) {
	if m.Choice != types.VOTE_CHOICE_APPROVE && m.Choice != types.VOTE_CHOICE_REJECT {
		return types.Proposal{}, errorsmod.Wrapf(types.ErrInvalidField, "choice: expected to approve or to reject, got %s", m.Choice)
	}
	p, err := k.Proposal(ctx, m.ProposalId)
	if err != nil {
		return p, err
	}
	if p.Status != types.PROPOSAL_STATUS_OPEN {
		return p, errorsmod.Wrapf(types.ErrNotOpen, "expected an open proposal, got proposal %d: %s", p.Id, p.Status)
	}
	if now(ctx) >= p.ExpiresAt {
		return p, errorsmod.Wrapf(types.ErrNotOpen, "expected a vote before the deadline, %s, got one at %s",
			types.FormatUTC8(int64(p.ExpiresAt/1e9)), types.FormatUTC8(int64(now(ctx)/1e9)))
	}
	choice, err := k.choice(ctx, p, in)
	if err == nil && choice == m.Choice {
		err = errorsmod.Wrapf(types.ErrVoted, "expected another choice or none, got %s of institution %d again", choice, in.Id)
	}
	return p, err
}

// choice of an institution, as far as it counts: not if it was made before the present
// operator's key was bound, or before the institution was admitted or readmitted.
func (k *Keeper) choice(ctx context.Context, p types.Proposal, in types.Institution) (types.VoteChoice, error) {
	v, voted := p.Vote(in.Id)
	if !voted || v.Height < in.SinceHeight {
		return types.VOTE_CHOICE_UNSPECIFIED, nil
	}
	key, err := k.Key(ctx, in.OperatorKeyId)
	if err != nil || v.Height < key.BoundHeight {
		return types.VOTE_CHOICE_UNSPECIFIED, err
	}
	return v.Choice, nil
}

// vote enters a vote and decides, if it can be decided now.
func (k *Keeper) vote(ctx context.Context, p types.Proposal, in types.Institution, choice types.VoteChoice) (types.ProposalStatus, error) {
	p.Cast(types.Vote{InstitutionId: in.Id, Choice: choice, Height: height(ctx)})
	if err := emit(ctx, &types.EventVoted{ProposalId: p.Id, InstitutionId: in.Id, Choice: choice}); err != nil {
		return p.Status, err
	}
	t, err := k.tally(ctx, p)
	if err != nil {
		return p.Status, err
	}
	switch {
	case t.Passed() && choice == types.VOTE_CHOICE_APPROVE:
		if err := k.execute(ctx, &p); err != nil {
			return p.Status, err
		}
		return p.Status, k.close(ctx, p)
	case t.Lost():
		p.Status = types.PROPOSAL_STATUS_REJECTED
		return p.Status, k.close(ctx, p)
	}
	return p.Status, k.proposals.Set(ctx, p.Id, p)
}

// tally counts the votes that count, with the powers decided now.
func (k *Keeper) tally(ctx context.Context, p types.Proposal) (types.Tally, error) {
	var t types.Tally
	err := k.institutions.Walk(ctx, nil, func(_ uint64, in types.Institution) (bool, error) {
		if in.Power == 0 {
			return false, nil
		}
		choice, err := k.choice(ctx, p, in)
		t.Total += in.Power
		switch choice {
		case types.VOTE_CHOICE_APPROVE:
			t.Approving += in.Power
		case types.VOTE_CHOICE_REJECT:
			t.Rejecting += in.Power
		}
		return false, err
	})
	return t, err
}

// close ends a proposal.
func (k *Keeper) close(ctx context.Context, p types.Proposal) error {
	p.DecidedHeight = height(ctx)
	if err := k.proposals.Set(ctx, p.Id, p); err != nil {
		return err
	}
	if err := k.open.Remove(ctx, collections.Join(p.ExpiresAt, p.Id)); err != nil {
		return err
	}
	if err := k.openOf.Remove(ctx, collections.Join(p.InstitutionId, p.Id)); err != nil {
		return err
	}
	if err := k.name(ctx, p, false); err != nil {
		return err
	}
	return emit(ctx, &types.EventDecided{ProposalId: p.Id, Status: p.Status})
}

// expire closes what is past its deadline, a bounded number in a block; votes on the
// rest are refused by the deadline itself. An idle block writes nothing.
func (k *Keeper) expire(ctx context.Context) error {
	var due []uint64
	err := k.open.Walk(ctx, nil, func(key collections.Pair[uint64, uint64]) (bool, error) {
		if key.K1() > now(ctx) || len(due) == types.MaxExpired {
			return true, nil
		}
		due = append(due, key.K2())
		return false, nil
	})
	for _, id := range due {
		p, errGet := k.Proposal(ctx, id)
		p.Status = types.PROPOSAL_STATUS_EXPIRED
		if err = errors.Join(err, errGet); err == nil {
			err = k.close(ctx, p)
		}
	}
	return err
}

// now is the block's time in unix nanoseconds.
func now(ctx context.Context) uint64 {
	return uint64(max(sdk.UnwrapSDKContext(ctx).BlockTime().UnixNano(), 0))
}
