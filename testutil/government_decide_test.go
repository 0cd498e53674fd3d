package testutil_test

import (
	"slices"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// What decisions come to in the model.

// carryOut answers the number of the message that fails, 0 if it is the set.
func (m *model) carryOut(msgs []sdk.Msg) (int, error) {
	before, epoch := m.decided(), m.epoch
	for i, msg := range msgs {
		if err := m.decide(msg); err != nil {
			return i + 1, err
		}
	}
	if slices.EqualFunc(before, m.decided(), sameRow) && epoch == m.epoch {
		return 0, nil
	}
	if !lawfulSet(m.decided()) {
		return 0, consortiumtypes.ErrValidatorSet
	}
	return 0, m.checkReachable()
}

func (m *model) decide(msg sdk.Msg) error {
	switch msg := msg.(type) {
	case *consortiumtypes.MsgAdmitInstitution:
		return m.admit(msg)
	case *consortiumtypes.MsgUpdateParams:
		m.epoch = msg.Params.EpochBlocks
		return nil
	}
	in := m.member(msg.(interface{ GetInstitutionId() uint64 }).GetInstitutionId())
	if in == nil {
		return consortiumtypes.ErrNotFound
	}
	if in.standing == consortiumtypes.STANDING_REMOVED {
		return consortiumtypes.ErrStanding
	}
	switch msg := msg.(type) {
	case *consortiumtypes.MsgSuspendInstitution:
		if in.standing == consortiumtypes.STANDING_SUSPENDED {
			return consortiumtypes.ErrStanding
		}
		in.standing, in.power, in.decided = consortiumtypes.STANDING_SUSPENDED, 0, m.height
	case *consortiumtypes.MsgReadmitInstitution:
		return m.readmit(in, msg)
	case *consortiumtypes.MsgRemoveInstitution:
		in.standing, in.power, in.decided = consortiumtypes.STANDING_REMOVED, 0, m.height
	case *consortiumtypes.MsgSetPower:
		switch in.power {
		case 0:
			return consortiumtypes.ErrStanding
		case msg.Power:
			return consortiumtypes.ErrInvalidField
		}
		in.power, in.decided = msg.Power, m.height
	case *consortiumtypes.MsgReplaceOperator:
		s := signerOf(msg.OperatorKey)
		if s.Name == in.operator.Name {
			return consortiumtypes.ErrKeyRetired
		}
		if m.operators[s.Address()] {
			return boundBefore(m, s)
		}
		in.operator, in.operatorSince, m.operators[s.Address()] = s, m.height, true
	}
	return nil
}

// boundBefore is why an operator's key cannot be bound again.
func boundBefore(m *model, s testutil.Signer) error {
	for _, in := range m.members {
		if in.operator.Name == s.Name && in.standing != consortiumtypes.STANDING_REMOVED {
			return consortiumtypes.ErrKeyBound
		}
	}
	return consortiumtypes.ErrKeyRetired
}

func (m *model) readmit(in *member, msg *consortiumtypes.MsgReadmitInstitution) error {
	hasValidator := consortiumtypes.HasValidator(in.kind)
	switch {
	case in.standing == consortiumtypes.STANDING_MEMBER && (in.power > 0 || !hasValidator):
		return consortiumtypes.ErrStanding
	case hasValidator != (msg.Power > 0):
		return consortiumtypes.ErrInvalidField
	case len(msg.ConsensusKey.Key) > 0 && !hasValidator:
		return consortiumtypes.ErrInvalidKey
	case len(msg.ConsensusKey.Key) > 0 && m.owner[address(msg.ConsensusKey)] != 0:
		return consortiumtypes.ErrKeyUsed
	}
	in.standing, in.power, in.since, in.decided = consortiumtypes.STANDING_MEMBER, msg.Power, m.height, m.height
	if len(msg.ConsensusKey.Key) > 0 {
		in.key, m.owner[address(msg.ConsensusKey)] = msg.ConsensusKey, in.id
	}
	return nil
}

func (m *model) admit(msg *consortiumtypes.MsgAdmitInstitution) error {
	for _, in := range m.members {
		if in.uscc == msg.Uscc && in.standing != consortiumtypes.STANDING_REMOVED {
			return consortiumtypes.ErrStanding
		}
	}
	in := member{
		id: uint64(len(m.members) + 1), kind: msg.Kind, uscc: msg.Uscc, operator: signerOf(msg.OperatorKey),
		standing: consortiumtypes.STANDING_MEMBER, power: msg.Power, since: m.height, decided: m.height, operatorSince: m.height,
	}
	if msg.Power > 0 {
		if m.owner[address(msg.ConsensusKey)] != 0 {
			return consortiumtypes.ErrKeyUsed
		}
		in.key, m.owner[address(msg.ConsensusKey)] = msg.ConsensusKey, in.id
	}
	if m.operators[in.operator.Address()] {
		return boundBefore(m, in.operator)
	}
	m.operators[in.operator.Address()] = true
	m.members = append(m.members, in)
	return nil
}

// checkReachable: whether there is a way from the set that is given, the module's own
// function says. The oracle sees that it finds a way that is one step, and that each
// way is gone to its end.
func (m *model) checkReachable() error {
	due := max(m.routineAt+int64(m.epoch), 0)
	err := consortiumtypes.CheckReachable(m.given, m.decided(), consortiumtypes.Schedule{
		Height: uint64(m.height), RoutineDue: uint64(due), EpochBlocks: m.epoch,
	})
	if err == nil {
		return nil
	}
	if m.height >= due && lawfulStep(m.given, m.decided()) {
		panic("a set that is one lawful step away is refused as unreachable")
	}
	return consortiumtypes.ErrValidatorSet
}
