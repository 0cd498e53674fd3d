package testutil_test

import (
	"fmt"
	"slices"
	"time"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// draws are what may happen in a block, as often as it stands here; the first is the
// plainest.
var draws = []func(*machine){
	func(*machine) {},
	(*machine).decision,
	(*machine).decision,
	(*machine).decision,
	(*machine).decision,
	(*machine).proposal,
	(*machine).someVote,
	(*machine).someVote,
	(*machine).rotation,
	(*machine).rotation,
	(*machine).rotation,
	(*machine).failing,
	(*machine).offences,
	(*machine).offences,
}

// add adds a transaction of an operator's messages.
func (x *machine) add(s testutil.Signer, msgs ...sdk.Msg) {
	for _, msg := range msgs {
		switch msg := msg.(type) {
		case *consortiumtypes.MsgRotateConsensusKey:
			msg.Operator = s.Address()
		case *consortiumtypes.MsgPropose:
			msg.Operator = s.Address()
		case *consortiumtypes.MsgVote:
			msg.Operator = s.Address()
		}
	}
	x.ops = append(x.ops, op{s, msgs})
}

// voters have power now.
func (x *machine) voters() []member {
	return slices.DeleteFunc(slices.Clone(x.m.members), func(in member) bool { return !in.votes() })
}

// anybody is mostly a voter, now and then any institution, present or not.
func (x *machine) anybody() member {
	if x.one(10, "anybody") {
		return pick(x, "member", x.m.members)
	}
	return pick(x, "voter", x.voters())
}

// consensusKey is a new one, or now and then one that is or was in use.
func (x *machine) consensusKey() consortiumtypes.PublicKey {
	n := x.drawn
	if n > 0 && x.one(10, "used key") {
		n = rapid.IntRange(0, n-1).Draw(x.t, "key")
	} else {
		x.drawn++
	}
	k := testutil.ConsensusKey(fmt.Sprint("drawn ", n))
	x.c.Know(k)
	return consensusKey(k)
}

func (x *machine) operatorKey() consortiumtypes.PublicKey {
	if x.one(15, "used operator") {
		return pick(x, "operator", x.m.members).operator.PublicKey()
	}
	x.drawn++
	return newSigner(fmt.Sprint("operator ", x.drawn)).PublicKey()
}

func (x *machine) power() uint64 {
	return pick(x, "power", []uint64{10, 10, 10, 10, 9, 11, 12, 8, 14, 6, 1, 100, 30, 20})
}

func (x *machine) rotation() {
	x.add(x.anybody().operator, x.rotate())
}

func (x *machine) rotate() sdk.Msg {
	return &consortiumtypes.MsgRotateConsensusKey{ConsensusKey: x.consensusKey()}
}

// failing is a transaction whose second message fails, mostly: nothing of the first
// remains.
func (x *machine) failing() {
	s := x.anybody().operator
	if x.one(2, "rotations") {
		x.add(s, x.rotate(), x.rotate())
		return
	}
	x.add(s, x.propose(x.messages()), x.propose(x.messages()), x.rotate(), x.rotate())
}

// decision is a proposal with as many votes as it needs, or one more, in one block.
func (x *machine) decision() {
	by, msgs := x.anybody(), x.messages()
	x.add(by.operator, x.propose(msgs))
	if _, err := x.m.clone().carryOut(msgs); err != nil && !x.one(20, "votes all the same") {
		return
	}
	id := uint64(len(x.m.proposals) + x.proposed())
	var total, approving uint64
	for _, in := range x.m.members {
		total += in.power
	}
	approving = by.power
	more := x.one(8, "one more vote")
	voters := x.voters()
	first := rapid.IntRange(0, len(voters)-1).Draw(x.t, "first voter")
	for _, in := range append(voters[first:], voters[:first]...) {
		if in.id == by.id {
			continue
		}
		if 3*approving > 2*total {
			if !more {
				return
			}
			more = false
		}
		approving += in.power
		x.add(in.operator, &consortiumtypes.MsgVote{ProposalId: id, Choice: consortiumtypes.VOTE_CHOICE_APPROVE})
	}
}

// proposed counts the block's proposals so far.
func (x *machine) proposed() (n int) {
	for _, o := range x.ops {
		for _, msg := range o.msgs {
			if _, ok := msg.(*consortiumtypes.MsgPropose); ok {
				n++
			}
		}
	}
	return n
}

// proposal is one that is left to later votes.
func (x *machine) proposal() { x.add(x.anybody().operator, x.propose(x.messages())) }

// someVote is on an open proposal, or on any.
func (x *machine) someVote() {
	var open []uint64
	for i, p := range x.m.proposals {
		if p.status == consortiumtypes.PROPOSAL_STATUS_OPEN {
			open = append(open, uint64(i+1))
		}
	}
	if len(open) == 0 || x.one(10, "any proposal") {
		open = []uint64{rapid.Uint64Range(0, uint64(len(x.m.proposals)+1)).Draw(x.t, "proposal")}
	}
	choice := consortiumtypes.VOTE_CHOICE_APPROVE
	if x.one(4, "reject") {
		choice = consortiumtypes.VOTE_CHOICE_REJECT
	}
	id := pick(x, "open", open)
	for range rapid.IntRange(1, 3).Draw(x.t, "votes") {
		x.add(x.anybody().operator, &consortiumtypes.MsgVote{ProposalId: id, Choice: choice})
	}
}

func (x *machine) propose(msgs []sdk.Msg) sdk.Msg {
	m := &consortiumtypes.MsgPropose{Title: "decision", DocumentDigest: testutil.Commitment("report")}
	for _, msg := range msgs {
		packed, err := codectypes.NewAnyWithValue(msg)
		require.NoError(x.t, err)
		m.Messages = append(m.Messages, packed)
	}
	life := pick(x, "life", []time.Duration{time.Hour, 2 * time.Minute})
	m.ExpiresAt = uint64(x.c.Now().Add(life).UnixNano())
	return m
}

// messages are mostly some that can be decided now.
func (x *machine) messages() (out []sdk.Msg) {
	n := 1
	if x.one(3, "several messages") {
		n = rapid.IntRange(2, 4).Draw(x.t, "messages")
	}
	for range 3 {
		out = nil
		for range n {
			out = append(out, x.message())
		}
		if _, err := x.m.clone().carryOut(out); err == nil || x.one(5, "as it is") {
			break
		}
	}
	return out
}

// message is one that the consortium may decide, sensible or not; it keeps the number
// of voters between a few and a dozen.
func (x *machine) message() sdk.Msg {
	n, voters := rapid.IntRange(0, 13).Draw(x.t, "message"), len(x.voters())
	switch {
	case n < 2 && voters < 10, n < 6 && voters < 6:
		return x.admission()
	case n < 3:
		return &consortiumtypes.MsgRemoveInstitution{Authority: app.Authority, InstitutionId: x.anybody().id, Reason: someReason}
	case n < 5:
		return &consortiumtypes.MsgSuspendInstitution{Authority: app.Authority, InstitutionId: x.anybody().id, Reason: someReason}
	case n < 8:
		return x.readmission()
	case n < 12:
		return &consortiumtypes.MsgSetPower{Authority: app.Authority, InstitutionId: x.anybody().id, Power: x.power()}
	case n < 13:
		epoch := pick(x, "epoch", []uint64{1, 1, 2, 5})
		return &consortiumtypes.MsgUpdateParams{Authority: app.Authority, Params: consortiumtypes.Params{EpochBlocks: epoch}}
	}
	return &consortiumtypes.MsgReplaceOperator{
		Authority: app.Authority, InstitutionId: x.anybody().id, OperatorKey: x.operatorKey(), Custody: logtypes.CUSTODY_SELF_HARDWARE, Reason: someReason,
	}
}

const someReason = logtypes.Reason(1)

// admission is of one of a dozen organisations: also one that was removed.
func (x *machine) admission() sdk.Msg {
	organisation := rapid.IntRange(0, 11).Draw(x.t, "organisation")
	// Mostly one that is not in the consortium.
	for tries := 0; tries < 12 && x.in(organisation) && !x.one(12, "again"); tries++ {
		organisation = (organisation + 1) % 12
	}
	m := &consortiumtypes.MsgAdmitInstitution{
		Authority: app.Authority, Name: fmt.Sprint("organisation ", organisation), Kind: logtypes.INSTITUTION_KIND_NOTARY,
		Uscc: testutil.SomeUSCC(organisation), OperatorKey: x.operatorKey(), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE,
	}
	if x.one(6, "observer") {
		m.Kind = logtypes.INSTITUTION_KIND_OBSERVER
		return m
	}
	m.ConsensusKey, m.Power = x.consensusKey(), x.power()
	return m
}

// in tells whether an organisation is in the consortium.
func (x *machine) in(organisation int) bool {
	return slices.ContainsFunc(x.m.members, func(in member) bool {
		return in.uscc == testutil.SomeUSCC(organisation) && in.standing != consortiumtypes.STANDING_REMOVED
	})
}

// readmission is of an institution without power, if there is one.
func (x *machine) readmission() sdk.Msg {
	in := x.anybody()
	for _, other := range x.m.members {
		idle := other.power == 0 && other.standing != consortiumtypes.STANDING_REMOVED
		if idle && consortiumtypes.HasValidator(other.kind) && !x.one(3, "not this one") {
			in = other
		}
	}
	m := &consortiumtypes.MsgReadmitInstitution{Authority: app.Authority, InstitutionId: in.id}
	if consortiumtypes.HasValidator(in.kind) || x.one(10, "power of an observer") {
		m.Power = x.power()
	}
	if x.one(3, "another key") {
		m.ConsensusKey = x.consensusKey()
	}
	return m
}

// offences are one or two, found by CometBFT: of validators of the last heights, with
// keys that may be retired by now; or what CometBFT would not bring: of nobody known,
// and the same again.
func (x *machine) offences() {
	if len(x.former) > 0 && x.one(4, "again") {
		x.evidence = append(x.evidence, pick(x, "former", x.former))
		return
	}
	if x.one(8, "nobody") {
		k := testutil.ConsensusKey("nobody")
		x.c.Know(k)
		x.evidence = append(x.evidence, x.c.DoubleSigned(k.PubKey().Address(), x.c.Height(), int32(len(x.evidence))))
		return
	}
	for range rapid.IntRange(1, 2).Draw(x.t, "offenders") {
		height := max(x.c.Height()-rapid.Int64Range(0, 8).Draw(x.t, "age"), x.c.State.InitialHeight)
		set := x.c.Validators(height).Validators
		x.drawn++
		x.c.DoubleSign(pick(x, "offender", set).Address, height, int32(x.drawn))
	}
}
