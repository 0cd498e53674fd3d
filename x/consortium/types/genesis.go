package types

import (
	"fmt"

	errorsmod "cosmossdk.io/errors"
)

// Validate checks a founding or an exported state; the errors name the field.
func (m *GenesisState) Validate() error {
	if len(m.Founders) > 0 {
		if m.exported() {
			return errorsmod.Wrap(ErrGenesis, "consortium: expected founders or an exported state, got both")
		}
		if m.Params != nil {
			if err := m.Params.Validate(); err != nil {
				return errorsmod.Wrapf(ErrGenesis, "consortium.%s", err)
			}
		}
		return validateFounders(m.Founders)
	}
	if err := m.validateKeys(); err != nil {
		return err
	}
	if err := m.validateInstitutions(); err != nil {
		return err
	}
	if err := m.validateOfficers(); err != nil {
		return err
	}
	if err := m.validateHolders(); err != nil {
		return err
	}
	if err := m.validateUses(); err != nil {
		return err
	}
	return m.validateGovernment()
}

// exported tells whether there is anything that a founding has not.
func (m *GenesisState) exported() bool {
	return len(m.Institutions)+len(m.Officers)+len(m.Keys)+len(m.Uses)+len(m.ConsensusKeys)+len(m.Validators)+
		len(m.Sets)+len(m.Proposals)+len(m.Uptimes) > 0 || m.Window != nil || m.LastRoutineHeight != 0
}

// validateHolders checks that keys and their holders name each other.
func (m *GenesisState) validateHolders() error {
	for i, k := range m.Keys {
		field := fmt.Sprintf("consortium.keys[%d]", i)
		if k.OfficerId != 0 && (k.OfficerId > uint64(len(m.Officers)) || m.Officers[k.OfficerId-1].KeyId != k.Id) {
			return errorsmod.Wrapf(ErrGenesis, "%s.officer_id: expected an officer with this key, got %d", field, k.OfficerId)
		}
		if k.InstitutionId == 0 {
			continue
		}
		if k.InstitutionId > uint64(len(m.Institutions)) || !k.Retired && m.Institutions[k.InstitutionId-1].OperatorKeyId != k.Id {
			return errorsmod.Wrapf(ErrGenesis, "%s.institution_id: expected an institution with this operator's key, got %d", field, k.InstitutionId)
		}
		if k.OfficerId != 0 || k.UserId != 0 {
			return errorsmod.Wrapf(ErrGenesis, "%s: expected an operator's key to be nothing else, got officer %d, user %d", field, k.OfficerId, k.UserId)
		}
	}
	for i, o := range m.Officers {
		if !o.Dismissed && m.Keys[o.KeyId-1].OfficerId != o.Id {
			return errorsmod.Wrapf(ErrGenesis, "consortium.officers[%d].key_id: expected a key of officer %d, got key %d of officer %d", i, o.Id, o.KeyId, m.Keys[o.KeyId-1].OfficerId)
		}
	}
	return nil
}

// one collects what must be different in all institutions.
type one map[string]string

func (o one) claim(value, field string) error {
	if other, taken := o[value]; taken {
		return errorsmod.Wrapf(ErrGenesis, "%s: expected a value of its own, got the one of %s", field, other)
	}
	o[value] = field
	return nil
}

func validateFounders(founders []GenesisInstitution) error {
	members := make([]Institution, len(founders))
	taken := one{}
	for i, f := range founders {
		field := fmt.Sprintf("consortium.founders[%d]", i)
		if err := f.CheckKeys(); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.%s", field, err)
		}
		if err := CheckCustody(f.OperatorCustody); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.operator_custody: %s", field, err)
		}
		if err := taken.claim("o"+f.OperatorKey.identity(), field+".operator_key"); err != nil {
			return err
		}
		members[i] = f.Institution()
		members[i].Id = uint64(i + 1)
	}
	return validateMembers("consortium.founders", members)
}

// validateMembers checks founders.
func validateMembers(list string, members []Institution) error {
	if len(members) == 0 || len(members) > MaxInstitutions {
		return errorsmod.Wrapf(ErrGenesis, "%s: expected 1 to %d institutions, got %d", list, MaxInstitutions, len(members))
	}
	taken := one{}
	var set []Validator
	for i, m := range members {
		field := fmt.Sprintf("%s[%d]", list, i)
		if err := CheckMember(m); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.%s", field, err)
		}
		if err := taken.claim("u"+m.Uscc, field+".uscc"); err != nil {
			return err
		}
		if m.Power == 0 {
			continue
		}
		if err := taken.claim("c"+m.ConsensusKey.identity(), field+".consensus_key"); err != nil {
			return err
		}
		set = append(set, Validator{InstitutionId: m.Id, PublicKey: m.ConsensusKey, Power: m.Power})
	}
	if err := CheckSet(set); err != nil {
		return errorsmod.Wrapf(ErrGenesis, "%s: %s", list, err)
	}
	return nil
}

func (m *GenesisState) validateKeys() error {
	taken := one{}
	for i, k := range m.Keys {
		field := fmt.Sprintf("consortium.keys[%d]", i)
		if k.Id != uint64(i+1) {
			return errorsmod.Wrapf(ErrGenesis, "%s.id: expected %d, got %d", field, i+1, k.Id)
		}
		if _, err := k.PublicKey.CryptoKey(); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.public_key: %s", field, err)
		}
		if err := CheckCustody(k.Custody); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.custody: %s", field, err)
		}
		if err := taken.claim(k.PublicKey.identity(), field+".public_key"); err != nil {
			return err
		}
	}
	return nil
}

func (m *GenesisState) validateInstitutions() error {
	if n := len(m.Institutions); n == 0 || n > MaxAdmissions {
		return errorsmod.Wrapf(ErrGenesis, "consortium.institutions: expected 1 to %d institutions, got %d", MaxAdmissions, n)
	}
	taken := one{}
	for i, in := range m.Institutions {
		field := fmt.Sprintf("consortium.institutions[%d]", i)
		if in.Id != uint64(i+1) {
			return errorsmod.Wrapf(ErrGenesis, "%s.id: expected %d, got %d", field, i+1, in.Id)
		}
		if in.OperatorKeyId == 0 || in.OperatorKeyId > uint64(len(m.Keys)) || m.Keys[in.OperatorKeyId-1].InstitutionId != in.Id {
			return errorsmod.Wrapf(ErrGenesis, "%s.operator_key_id: expected a key of institution %d, got %d", field, in.Id, in.OperatorKeyId)
		}
		if err := checkIdentity(in); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.%s", field, err)
		}
		if in.Standing != STANDING_REMOVED {
			if err := taken.claim("u"+in.Uscc, field+".uscc"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *GenesisState) validateOfficers() error {
	for i, o := range m.Officers {
		field := fmt.Sprintf("consortium.officers[%d]", i)
		if o.Id != uint64(i+1) {
			return errorsmod.Wrapf(ErrGenesis, "%s.id: expected %d, got %d", field, i+1, o.Id)
		}
		if o.InstitutionId == 0 || o.InstitutionId > uint64(len(m.Institutions)) {
			return errorsmod.Wrapf(ErrGenesis, "%s.institution_id: expected an institution, got %d", field, o.InstitutionId)
		}
		if o.KeyId == 0 || o.KeyId > uint64(len(m.Keys)) {
			return errorsmod.Wrapf(ErrGenesis, "%s.key_id: expected a key, got %d", field, o.KeyId)
		}
		if err := CheckRoles(m.Institutions[o.InstitutionId-1].Kind, o.Roles, o.EnrolCap); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.%s", field, err)
		}
		if err := CheckCommitment("person_commitment", o.PersonCommitment); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.%s", field, err)
		}
	}
	return nil
}

// validateUses checks the daily caps: only a key that is or was an officer's has one.
func (m *GenesisState) validateUses() error {
	var before uint64
	for i, u := range m.Uses {
		field := fmt.Sprintf("consortium.uses[%d].key_id", i)
		if u.KeyId <= before {
			return errorsmod.Wrapf(ErrGenesis, "%s: expected more than %d (ascending and distinct), got %d", field, before, u.KeyId)
		}
		if u.KeyId > uint64(len(m.Keys)) || m.Keys[u.KeyId-1].OfficerId == 0 {
			return errorsmod.Wrapf(ErrGenesis, "%s: expected an officer's key, got %d", field, u.KeyId)
		}
		before = u.KeyId
	}
	return nil
}
