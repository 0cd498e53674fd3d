package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Institution is what the founder, or who asks to be admitted, becomes: a member,
// without id, height and operator's key id.
func (m GenesisInstitution) Institution() Institution {
	return Institution{
		Name: m.Name, Kind: m.Kind, Uscc: m.Uscc, ConsensusKey: m.ConsensusKey, Power: m.Power, Standing: STANDING_MEMBER,
	}
}

// CheckKeys refuses one key for the operator and for the validator: the validator's is
// at hand on a machine that is always on, the operator's votes for the institution.
func (m GenesisInstitution) CheckKeys() error {
	if _, err := m.OperatorKey.CryptoKey(); err != nil {
		return errorsmod.Wrap(err, "operator_key")
	}
	if m.OperatorKey.Is(m.ConsensusKey) {
		return errorsmod.Wrap(ErrInvalidKey, "operator_key: expected another key than the validator's, got the same")
	}
	return nil
}

// HasValidator tells whether institutions of a kind run a validator.
func HasValidator(kind logtypes.InstitutionKind) bool {
	return kind != logtypes.INSTITUTION_KIND_SUPERVISOR && kind != logtypes.INSTITUTION_KIND_OBSERVER
}

// CheckMember refuses an institution that cannot be a member: ErrInvalidField, or
// ErrInvalidKey, naming the field.
func CheckMember(m Institution) error {
	if err := checkIdentity(m); err != nil {
		return err
	}
	if err := CheckPower(m.Kind, m.Power); err != nil {
		return err
	}
	if !HasValidator(m.Kind) {
		if len(m.ConsensusKey.Key) != 0 || m.ConsensusKey.Type != logtypes.KEY_TYPE_UNSPECIFIED {
			return errorsmod.Wrapf(ErrInvalidField, "consensus_key: expected none for a %s, got one", m.Kind)
		}
		return nil
	}
	if err := m.ConsensusKey.CheckConsensusKey(); err != nil {
		return errorsmod.Wrap(err, "consensus_key")
	}
	return nil
}

func checkIdentity(m Institution) error {
	if err := format.CheckText(m.Name, MaxNameBytes); err != nil || m.Name == "" {
		return errorsmod.Wrapf(ErrInvalidField, "name: expected 1 to %d bytes of plain text, got %q (%v)", MaxNameBytes, m.Name, err)
	}
	if _, ok := logtypes.InstitutionKind_name[int32(m.Kind)]; !ok || m.Kind == logtypes.INSTITUTION_KIND_UNSPECIFIED {
		return errorsmod.Wrapf(ErrInvalidField, "kind: expected a kind of institution, got %s", m.Kind)
	}
	if err := format.CheckUSCC(m.Uscc); err != nil {
		return errorsmod.Wrapf(ErrInvalidField, "uscc: %s", err)
	}
	return nil
}

// CheckPower refuses a validator's power out of range, and any without a validator.
func CheckPower(kind logtypes.InstitutionKind, power uint64) error {
	if !HasValidator(kind) {
		if power != 0 {
			return errorsmod.Wrapf(ErrInvalidField, "power: expected none for a %s, got %d", kind, power)
		}
		return nil
	}
	if power == 0 || power > MaxPower {
		return errorsmod.Wrapf(ErrInvalidField, "power: expected 1 to %d, got %d", uint64(MaxPower), power)
	}
	return nil
}
