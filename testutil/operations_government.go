package testutil

import (
	"fmt"
	"slices"
	"time"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// enoughInstitutions are so many that few more are admitted.
const enoughInstitutions = 9

// decisions are the messages that the consortium decides, in turn; nil from one that
// cannot be decided now.
var decisions []func(*Operations) sdk.Msg

func init() { // not in the declaration: the operations would refer to themselves
	decisions = []func(*Operations) sdk.Msg{
		(*Operations).admission, (*Operations).newPower, (*Operations).suspension, (*Operations).readmission,
		(*Operations).newParams, (*Operations).newEnterpriseParams, (*Operations).replacement, (*Operations).reset,
		(*Operations).admission, (*Operations).removal,
	}
}

// seat draws an institution that matches, with its operator.
func (o *Operations) seat(match func(consortiumtypes.Institution) bool) (consortiumtypes.Institution, Signer, bool) {
	in, ok := where(o, o.consortium.Institutions, match)
	if !ok {
		return in, Signer{}, false
	}
	return in, o.act(o.holder(in.OperatorKeyId)), true
}

func isMember(in consortiumtypes.Institution) bool {
	return in.Standing == consortiumtypes.STANDING_MEMBER
}

func hasVote(in consortiumtypes.Institution) bool { return isMember(in) && in.Power > 0 }

// isGuest: founders stay, so that officers of all roles do.
func isGuest(in consortiumtypes.Institution) bool { return in.Id > uint64(len(Institutions)) }

// consensusKey is a new validator's key.
func (o *Operations) consensusKey() consortiumtypes.PublicKey {
	o.drawn++
	k := NewSigner(fmt.Sprint("drawn validator ", o.drawn)).PublicKey()
	if o.wrong == wrongField {
		k.Key = k.Key[1:]
	}
	return k
}

func (o *Operations) rotate() (Signer, []sdk.Msg) {
	in, s, ok := o.seat(func(in consortiumtypes.Institution) bool {
		return hasVote(in) && slices.ContainsFunc(o.consortium.Validators, func(v consortiumtypes.Validator) bool {
			return v.InstitutionId == in.Id && v.PublicKey.Is(in.ConsensusKey)
		})
	})
	if !ok || !o.free("institution", in.Id) {
		return notNow()
	}
	return by(s, &consortiumtypes.MsgRotateConsensusKey{Operator: s.Address(), ConsensusKey: o.consensusKey()})
}

func (o *Operations) publish() (Signer, []sdk.Msg) {
	_, s, ok := o.seat(isMember)
	if !ok {
		return notNow()
	}
	topic := logtypes.DigestTopic(1 + o.r.IntN(len(logtypes.DigestTopic_name)-1))
	return by(s, &consortiumtypes.MsgPublishDigest{Operator: s.Address(), Topic: topic, Digest: o.bytes32()})
}

// propose proposes one or two messages, the next in turn that can be decided.
func (o *Operations) propose() (Signer, []sdk.Msg) {
	in, s, ok := o.seat(hasVote)
	open := 0
	for _, p := range o.consortium.Proposals {
		if p.Status == consortiumtypes.PROPOSAL_STATUS_OPEN {
			open++
		}
	}
	if !ok || open >= 4 || !o.free("proposer", in.Id) {
		return notNow()
	}
	m := &consortiumtypes.MsgPropose{
		Operator: s.Address(), Title: fmt.Sprintf("第%d号提案", o.turn), DocumentDigest: o.bytes32(),
		ExpiresAt: uint64(o.c.Now.Add(time.Duration(1+o.r.IntN(60)) * 24 * time.Hour).UnixNano()),
	}
	for n := 1 + o.r.IntN(2); len(m.Messages) < n; o.turn++ {
		msg := decisions[o.turn%len(decisions)](o)
		if msg == nil {
			continue
		}
		packed, err := codectypes.NewAnyWithValue(msg)
		require.NoError(o.c.T, err)
		m.Messages = append(m.Messages, packed)
	}
	return by(s, m)
}

// vote is on an open proposal, of an institution that has not voted on it.
func (o *Operations) vote() (Signer, []sdk.Msg) {
	p, ok := where(o, o.consortium.Proposals, func(p consortiumtypes.Proposal) bool {
		return p.Status == consortiumtypes.PROPOSAL_STATUS_OPEN && p.ExpiresAt > uint64(o.c.Now.UnixNano())
	})
	if !ok {
		return notNow()
	}
	in, s, ok := o.seat(func(in consortiumtypes.Institution) bool {
		_, voted := p.Vote(in.Id)
		return hasVote(in) && !voted
	})
	if !ok || !o.free("vote", p.Id<<32|in.Id) {
		return notNow()
	}
	choice := consortiumtypes.VOTE_CHOICE_APPROVE
	if o.one(8) {
		choice = consortiumtypes.VOTE_CHOICE_REJECT
	}
	return by(s, &consortiumtypes.MsgVote{Operator: s.Address(), ProposalId: o.id(p.Id), Choice: choice})
}

func (o *Operations) admission() sdk.Msg {
	present := 0
	for _, in := range o.consortium.Institutions {
		if in.Standing != consortiumtypes.STANDING_REMOVED {
			present++
		}
	}
	if present >= enoughInstitutions {
		return nil
	}
	o.drawn++
	m := &consortiumtypes.MsgAdmitInstitution{
		Authority: app.Authority, Name: fmt.Sprintf("第%d号机构", o.drawn), Uscc: SomeUSCC(o.drawn),
		Kind:        pick(o, []logtypes.InstitutionKind{logtypes.INSTITUTION_KIND_NOTARY, logtypes.INSTITUTION_KIND_COURT, logtypes.INSTITUTION_KIND_OBSERVER}),
		OperatorKey: o.newSigner().PublicKey(), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE,
	}
	if consortiumtypes.HasValidator(m.Kind) {
		m.ConsensusKey, m.Power = o.consensusKey(), 8+o.r.Uint64N(5)
	}
	return m
}

func (o *Operations) newPower() sdk.Msg {
	in, ok := where(o, o.consortium.Institutions, hasVote)
	if !ok {
		return nil
	}
	power := 8 + o.r.Uint64N(5)
	if power == in.Power {
		power++
	}
	return &consortiumtypes.MsgSetPower{Authority: app.Authority, InstitutionId: o.id(in.Id), Power: power}
}

func (o *Operations) suspension() sdk.Msg {
	in, ok := where(o, o.consortium.Institutions, func(in consortiumtypes.Institution) bool { return isGuest(in) && isMember(in) })
	if !ok {
		return nil
	}
	return &consortiumtypes.MsgSuspendInstitution{Authority: app.Authority, InstitutionId: o.id(in.Id), Reason: o.reason(true)}
}

func (o *Operations) readmission() sdk.Msg {
	in, ok := where(o, o.consortium.Institutions, func(in consortiumtypes.Institution) bool {
		return in.Standing == consortiumtypes.STANDING_SUSPENDED
	})
	if !ok {
		return nil
	}
	m := &consortiumtypes.MsgReadmitInstitution{Authority: app.Authority, InstitutionId: o.id(in.Id)}
	if consortiumtypes.HasValidator(in.Kind) {
		m.Power = 10
		if o.one(2) {
			m.ConsensusKey = o.consensusKey()
		}
	}
	return m
}

func (o *Operations) removal() sdk.Msg {
	in, ok := where(o, o.consortium.Institutions, func(in consortiumtypes.Institution) bool {
		return isGuest(in) && in.Standing != consortiumtypes.STANDING_REMOVED
	})
	if !ok {
		return nil
	}
	return &consortiumtypes.MsgRemoveInstitution{Authority: app.Authority, InstitutionId: o.id(in.Id), Reason: o.reason(true)}
}

func (o *Operations) newParams() sdk.Msg {
	blocks := 1 + o.r.Uint64N(5)
	if o.wrong == wrongField {
		blocks = 0
	}
	return &consortiumtypes.MsgUpdateParams{Authority: app.Authority, Params: consortiumtypes.Params{EpochBlocks: blocks}}
}

func (o *Operations) newEnterpriseParams() sdk.Msg {
	p := enterprisetypes.DefaultParams()
	p.Quota += o.r.Uint64N(1_000)
	if o.wrong == wrongField {
		p.Quota = enterprisetypes.MaxQuota + 1
	}
	return &enterprisetypes.MsgUpdateParams{Authority: app.Authority, Params: p}
}

func (o *Operations) replacement() sdk.Msg {
	in, ok := where(o, o.consortium.Institutions, func(in consortiumtypes.Institution) bool {
		return in.Standing != consortiumtypes.STANDING_REMOVED
	})
	if !ok {
		return nil
	}
	return &consortiumtypes.MsgReplaceOperator{
		Authority: app.Authority, InstitutionId: o.id(in.Id), OperatorKey: o.newSigner().PublicKey(),
		Custody: logtypes.CUSTODY_SELF_HARDWARE, Reason: o.reason(true),
	}
}

// reset gives an officer another key: the roles stay.
func (o *Operations) reset() sdk.Msg {
	officer, ok := where(o, o.consortium.Officers, func(x consortiumtypes.Officer) bool {
		return !x.Dismissed && isMember(o.consortium.Institutions[x.InstitutionId-1])
	})
	if !ok {
		return nil
	}
	return &consortiumtypes.MsgResetOfficer{
		Authority: app.Authority, OfficerId: o.id(officer.Id), Reason: o.reason(true),
		Key: o.newSigner().PublicKey(), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
	}
}

// countDecided counts the messages of proposals that were made or carried out in the
// last block.
func (o *Operations) countDecided() {
	gs, err := o.c.App.ConsortiumKeeper.ExportGenesis(o.c.Ctx())
	require.NoError(o.c.T, err)
	for i, p := range gs.Proposals {
		executed := p.Status == consortiumtypes.PROPOSAL_STATUS_EXECUTED && p.DecidedHeight == uint64(o.c.Height)
		for _, m := range p.Messages {
			if i >= len(o.consortium.Proposals) {
				o.Sent[m.TypeUrl]++
			}
			if executed {
				o.Accepted[m.TypeUrl]++
			}
		}
	}
}
