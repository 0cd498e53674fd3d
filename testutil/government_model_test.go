package testutil_test

import (
	"maps"
	"slices"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// member is an institution as the model sees it.
type member struct {
	id       uint64
	kind     logtypes.InstitutionKind
	uscc     string
	operator testutil.Signer
	standing consortiumtypes.Standing
	power    uint64
	key      consortiumtypes.PublicKey
	// Heights of the admission or readmission, of the last decision on key or power,
	// and of the present operator's key.
	since, decided, operatorSince int64
}

func (m member) votes() bool { return m.standing == consortiumtypes.STANDING_MEMBER && m.power > 0 }

// proposal is one as the model sees it.
type proposal struct {
	by      uint64
	msgs    []sdk.Msg
	expires uint64
	status  consortiumtypes.ProposalStatus
	votes   map[uint64]vote
	// failed is the number of the failing message, and why it failed.
	failed int
	why    error
}

type vote struct {
	choice consortiumtypes.VoteChoice
	height int64
}

// of is an institution's choice, unless it voted before its admission or readmission,
// or before its operator's present key.
func (p proposal) of(in *member) consortiumtypes.VoteChoice {
	if v := p.votes[in.id]; v.height >= in.since && v.height >= in.operatorSince {
		return v.choice
	}
	return consortiumtypes.VOTE_CHOICE_UNSPECIFIED
}

// offence is misbehaviour that was entered.
type offence struct {
	address string
	height  int64
}

// model is the consortium in the plainest form: what is decided. What is given to
// consensus, and when, it does not know: the oracle judges that by the rules for it.
type model struct {
	members   []member          // by id, from 1
	owner     map[string]uint64 // of every consensus address that was ever bound
	operators map[string]bool   // addresses that ever were an operator's
	epoch     uint64
	proposals []proposal // by id, from 1
	offences  map[offence]bool

	// Of the block: given is the set that consensus had before it, with the height of
	// the last routine change.
	given     []consortiumtypes.Validator
	routineAt int64
	now       uint64
	height    int64
}

func (m *model) clone() *model {
	n := *m
	n.members, n.proposals = slices.Clone(m.members), slices.Clone(m.proposals)
	n.owner, n.operators, n.offences = maps.Clone(m.owner), maps.Clone(m.operators), maps.Clone(m.offences)
	return &n
}

func (m *model) member(id uint64) *member {
	if id == 0 || id > uint64(len(m.members)) {
		return nil
	}
	return &m.members[id-1]
}

// decided is the set as decided, by institution.
func (m *model) decided() []consortiumtypes.Validator {
	var set []consortiumtypes.Validator
	for _, in := range m.members {
		if in.power > 0 {
			set = append(set, consortiumtypes.Validator{InstitutionId: in.id, PublicKey: in.key, Power: in.power, DecidedHeight: uint64(in.decided)})
		}
	}
	return set
}

// deliver says what becomes of a transaction; counted: its sequence number is used.
func (m *model) deliver(o op) (counted bool, err error) {
	if _, err := m.voter(o.signer); err != nil {
		return false, err
	}
	branch := m.clone()
	for _, msg := range o.msgs {
		if err := branch.apply(o.signer, msg); err != nil {
			return true, err
		}
	}
	*m = *branch
	return true, nil
}

// checks looks at each message as if it were the first.
func (m *model) checks(o op) error {
	for _, msg := range o.msgs {
		if err := m.clone().apply(o.signer, msg); err != nil {
			return err
		}
	}
	return nil
}

// voter is the institution with power whose operator signs.
func (m *model) voter(by testutil.Signer) (*member, error) {
	i := slices.IndexFunc(m.members, func(in member) bool { return in.operator.Name == by.Name })
	switch {
	case i < 0 || m.members[i].standing == consortiumtypes.STANDING_REMOVED:
		return nil, consortiumtypes.ErrKeyRetired
	case !m.members[i].votes():
		return nil, consortiumtypes.ErrNotPermitted
	}
	return &m.members[i], nil
}

// apply carries out an operator's message.
func (m *model) apply(by testutil.Signer, msg sdk.Msg) error {
	in, err := m.voter(by)
	if err != nil {
		return consortiumtypes.ErrNotPermitted
	}
	switch msg := msg.(type) {
	case *consortiumtypes.MsgRotateConsensusKey:
		j := slices.IndexFunc(m.given, func(v consortiumtypes.Validator) bool { return v.InstitutionId == in.id && v.PublicKey.Is(in.key) })
		if j < 0 {
			return consortiumtypes.ErrStanding
		}
		return m.rotate(in, msg.ConsensusKey)
	case *consortiumtypes.MsgPropose:
		return m.propose(in.id, msg)
	case *consortiumtypes.MsgVote:
		return m.vote(in.id, msg)
	}
	panic(msg)
}

func address(k consortiumtypes.PublicKey) string {
	a, err := k.ConsensusAddress()
	if err != nil {
		panic(err)
	}
	return string(a)
}

func (m *model) rotate(in *member, key consortiumtypes.PublicKey) error {
	if m.owner[address(key)] != 0 {
		return consortiumtypes.ErrKeyUsed
	}
	if m.named(key) {
		return consortiumtypes.ErrKeyBound
	}
	in.key, m.owner[address(key)], in.decided = key, in.id, m.height
	return m.checkReachable()
}

// named tells whether a key stands in an open proposal.
func (m *model) named(key consortiumtypes.PublicKey) bool {
	for _, p := range m.proposals {
		for _, msg := range p.msgs {
			if k, ok := msg.(interface {
				GetConsensusKey() consortiumtypes.PublicKey
			}); ok && p.status == consortiumtypes.PROPOSAL_STATUS_OPEN && k.GetConsensusKey().Is(key) {
				return true
			}
		}
	}
	return false
}

func (m *model) propose(by uint64, msg *consortiumtypes.MsgPropose) error {
	open := 0
	for _, p := range m.proposals {
		if p.by == by && p.status == consortiumtypes.PROPOSAL_STATUS_OPEN {
			open++
		}
	}
	if open == consortiumtypes.MaxOpenProposals {
		return consortiumtypes.ErrTooMany
	}
	msgs, err := consortiumtypes.Unpacked(msg.Messages)
	if err != nil {
		return err
	}
	for _, msg := range msgs {
		if t, ok := msg.(interface{ GetInstitutionId() uint64 }); ok && m.member(t.GetInstitutionId()) == nil {
			return consortiumtypes.ErrNotFound
		}
	}
	if _, err := m.clone().carryOut(msgs); err != nil {
		return err
	}
	m.proposals = append(m.proposals, proposal{by: by, msgs: msgs, expires: msg.ExpiresAt, status: consortiumtypes.PROPOSAL_STATUS_OPEN})
	m.cast(len(m.proposals), by, consortiumtypes.VOTE_CHOICE_APPROVE)
	return nil
}

func (m *model) vote(by uint64, msg *consortiumtypes.MsgVote) error {
	if msg.ProposalId == 0 || msg.ProposalId > uint64(len(m.proposals)) {
		return consortiumtypes.ErrNotFound
	}
	p := m.proposals[msg.ProposalId-1]
	if p.status != consortiumtypes.PROPOSAL_STATUS_OPEN || m.now >= p.expires {
		return consortiumtypes.ErrNotOpen
	}
	if p.of(m.member(by)) == msg.Choice {
		return consortiumtypes.ErrVoted
	}
	m.cast(int(msg.ProposalId), by, msg.Choice)
	return nil
}

func (m *model) cast(id int, by uint64, choice consortiumtypes.VoteChoice) {
	p := &m.proposals[id-1]
	p.votes = maps.Clone(p.votes)
	if p.votes == nil {
		p.votes = map[uint64]vote{}
	}
	p.votes[by] = vote{choice, m.height}
	var yes, no, total uint64
	for i := range m.members {
		in := &m.members[i]
		total += in.power
		switch p.of(in) {
		case consortiumtypes.VOTE_CHOICE_APPROVE:
			yes += in.power
		case consortiumtypes.VOTE_CHOICE_REJECT:
			no += in.power
		}
	}
	switch {
	case 3*yes > 2*total && choice == consortiumtypes.VOTE_CHOICE_APPROVE:
		branch := m.clone()
		if p.failed, p.why = branch.carryOut(p.msgs); p.why != nil {
			p.status = consortiumtypes.PROPOSAL_STATUS_FAILED
			return
		}
		*m = *branch
		m.proposals[id-1].status = consortiumtypes.PROPOSAL_STATUS_EXECUTED
	case 3*(total-no) <= 2*total:
		p.status = consortiumtypes.PROPOSAL_STATUS_REJECTED
	}
}

// misbehaved is what an offence that consensus found comes to: entered tells whether
// it is new, removed whether the power went.
func (m *model) misbehaved(at string, height int64) (entered, removed bool) {
	in := m.member(m.owner[at])
	if in == nil || m.offences[offence{at, height}] {
		return false, false
	}
	m.offences[offence{at, height}] = true
	if in.power == 0 || height < in.since {
		return true, false
	}
	power, working := in.power, 0
	in.power = 0
	rest := m.decided()
	for _, v := range rest {
		if slices.ContainsFunc(m.given, func(g consortiumtypes.Validator) bool { return g.InstitutionId == v.InstitutionId }) {
			working++
		}
	}
	if working < 4 || !lawfulSet(rest) || m.checkReachable() != nil {
		in.power = power
		return true, false
	}
	in.decided = m.height
	return true, true
}

// end expires what is due.
func (m *model) end() {
	for i, p := range m.proposals {
		if p.status == consortiumtypes.PROPOSAL_STATUS_OPEN && m.now >= p.expires {
			m.proposals[i].status = consortiumtypes.PROPOSAL_STATUS_EXPIRED
		}
	}
}
