package types

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	errorsmod "cosmossdk.io/errors"
)

// validateGovernment checks what decides on the validator set: parameters, keys,
// sets, proposals and uptime of an exported state.
func (m *GenesisState) validateGovernment() error {
	if m.Params == nil {
		return errorsmod.Wrap(ErrGenesis, "consortium.params: expected parameters, got none")
	}
	if err := m.Params.Validate(); err != nil {
		return errorsmod.Wrapf(ErrGenesis, "consortium.%s", err)
	}
	owners, err := m.consensusKeys()
	if err != nil {
		return err
	}
	if err := m.validateDecided(owners); err != nil {
		return err
	}
	if err := m.validateSets(owners); err != nil {
		return err
	}
	if err := m.validateProposals(); err != nil {
		return err
	}
	return m.validateUptime()
}

// consensusKeys are the rows by address.
func (m *GenesisState) consensusKeys() (map[string]ConsensusKey, error) {
	owners := map[string]ConsensusKey{}
	var before [sha256.Size]byte
	for i, c := range m.ConsensusKeys {
		field := fmt.Sprintf("consortium.consensus_keys[%d]", i)
		if err := c.PublicKey.CheckConsensusKey(); err != nil {
			return nil, errorsmod.Wrapf(ErrGenesis, "%s.public_key: %s", field, err)
		}
		address, err := c.PublicKey.ConsensusAddress()
		if err != nil {
			return nil, err
		}
		order := sha256.Sum256(address)
		if i > 0 && bytes.Compare(order[:], before[:]) <= 0 {
			return nil, errorsmod.Wrapf(ErrGenesis, "%s: expected keys by SHA-256 of their address, ascending, got %x after %x", field, order, before)
		}
		before, owners[string(address)] = order, c
	}
	return owners, nil
}

// validateDecided checks that power and keys of institutions belong together.
func (m *GenesisState) validateDecided(owners map[string]ConsensusKey) error {
	for i, in := range m.Institutions {
		field := fmt.Sprintf("consortium.institutions[%d]", i)
		if _, ok := Standing_name[int32(in.Standing)]; !ok || in.Standing == STANDING_UNSPECIFIED {
			return errorsmod.Wrapf(ErrGenesis, "%s.standing: expected a number from 1 to %d, got %d", field, len(Standing_name)-1, in.Standing)
		}
		if in.Power == 0 {
			continue
		}
		if in.Standing != STANDING_MEMBER {
			return errorsmod.Wrapf(ErrGenesis, "%s.power: expected none of a %s, got %d", field, in.Standing, in.Power)
		}
		if err := CheckPower(in.Kind, in.Power); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.%s", field, err)
		}
		if err := owned(owners, in.Id, in.ConsensusKey); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.consensus_key: %s", field, err)
		}
	}
	return nil
}

func owned(owners map[string]ConsensusKey, institutionID uint64, key PublicKey) error {
	address, err := key.ConsensusAddress()
	if err != nil {
		return err
	}
	c, ok := owners[string(address)]
	if !ok || c.InstitutionId != institutionID || !c.PublicKey.Is(key) {
		return errorsmod.Wrapf(ErrInvalidKey, "expected a key of institution %d in consortium.consensus_keys, got %x", institutionID, address)
	}
	return nil
}

// validateSets checks the set given to consensus last, and recomputes the history.
func (m *GenesisState) validateSets(owners map[string]ConsensusKey) error {
	for i, v := range m.Validators {
		field := fmt.Sprintf("consortium.validators[%d]", i)
		if i > 0 && v.InstitutionId <= m.Validators[i-1].InstitutionId {
			return errorsmod.Wrapf(ErrGenesis, "%s.institution_id: expected more than %d, got %d", field, m.Validators[i-1].InstitutionId, v.InstitutionId)
		}
		if err := owned(owners, v.InstitutionId, v.PublicKey); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s.public_key: %s", field, err)
		}
	}
	if err := CheckSet(m.Validators); err != nil {
		return errorsmod.Wrapf(ErrGenesis, "consortium.validators: %s", err)
	}
	if len(m.Sets) == 0 {
		return errorsmod.Wrap(ErrGenesis, "consortium.sets: expected the history of validator sets, got none")
	}
	for i, s := range m.Sets {
		field := fmt.Sprintf("consortium.sets[%d]", i)
		if i > 0 && s.Height <= m.Sets[i-1].Height {
			return errorsmod.Wrapf(ErrGenesis, "%s.height: expected more than %d, got %d", field, m.Sets[i-1].Height, s.Height)
		}
		if err := validateSet(owners, s); err != nil {
			return errorsmod.Wrapf(ErrGenesis, "%s: %s", field, err)
		}
	}
	return m.validateLastSet()
}

// validateLastSet wants the set that goes on to be the history's last.
func (m *GenesisState) validateLastSet() error {
	last := m.Sets[len(m.Sets)-1]
	given, err := HistoryOf(last.Height, m.Validators)
	if err != nil {
		return err
	}
	if !bytes.Equal(given.Hash, last.Hash) || !sameMembers(given.Members, last.Members) {
		return errorsmod.Wrapf(ErrGenesis, "consortium.validators: expected the last of consortium.sets, %x, got %x", last.Hash, given.Hash)
	}
	return nil
}

func sameMembers(a, b []SetMember) bool {
	return slices.EqualFunc(a, b, func(x, y SetMember) bool {
		return x.InstitutionId == y.InstitutionId && x.Power == y.Power && bytes.Equal(x.Address, y.Address)
	})
}

// CheckHeights refuses what claims to have happened at or after the height at which
// the chain goes on: it would hold changes back, or count for the future.
func (m *GenesisState) CheckHeights(first uint64) error {
	if m.LastRoutineHeight >= first {
		return errorsmod.Wrapf(ErrGenesis, "consortium.last_routine_height: expected less than %d, the initial height, got %d", first, m.LastRoutineHeight)
	}
	// What the last block gave is named by the first header to come.
	if last := m.Sets[len(m.Sets)-1]; last.Height > first {
		return errorsmod.Wrapf(ErrGenesis, "consortium.sets[%d].height: expected at most %d, the initial height, got %d", len(m.Sets)-1, first, last.Height)
	}
	for i, p := range m.Proposals {
		for j, v := range p.Votes {
			if v.Height >= first {
				return errorsmod.Wrapf(ErrGenesis, "consortium.proposals[%d].votes[%d].height: expected less than %d, the initial height, got %d", i, j, first, v.Height)
			}
		}
	}
	return nil
}

// CheckFirstSet wants the history to begin with the founders, at the log's first height.
func (m *GenesisState) CheckFirstSet(height uint64, founders []Validator) error {
	want, err := HistoryOf(height, founders)
	if err != nil {
		return err
	}
	if got := m.Sets[0]; got.Height != height || !sameMembers(got.Members, want.Members) {
		return errorsmod.Wrapf(ErrGenesis, "consortium.sets[0]: expected the founders' set at height %d, %x, got height %d, %x", height, want.Hash, got.Height, got.Hash)
	}
	return nil
}

func validateSet(owners map[string]ConsensusKey, s ValidatorSet) error {
	set := make([]Validator, len(s.Members))
	for i, member := range s.Members {
		c, ok := owners[string(member.Address)]
		if !ok || c.InstitutionId != member.InstitutionId {
			return errorsmod.Wrapf(ErrInvalidKey, "members[%d]: expected a key of institution %d in consortium.consensus_keys, got %x", i, member.InstitutionId, member.Address)
		}
		set[i] = Validator{InstitutionId: member.InstitutionId, PublicKey: c.PublicKey, Power: member.Power}
	}
	if err := CheckSet(set); err != nil {
		return err
	}
	want, err := HistoryOf(s.Height, set)
	if err == nil && !bytes.Equal(want.Hash, s.Hash) {
		err = errorsmod.Wrapf(ErrValidatorSet, "hash: expected %x, that of the members, got %x", want.Hash, s.Hash)
	}
	return err
}

func (m *GenesisState) validateProposals() error {
	open := make([]int, len(m.Institutions))
	for i, p := range m.Proposals {
		field := fmt.Sprintf("consortium.proposals[%d]", i)
		if p.Id != uint64(i+1) {
			return errorsmod.Wrapf(ErrGenesis, "%s.id: expected %d, got %d", field, i+1, p.Id)
		}
		if p.InstitutionId == 0 || p.InstitutionId > uint64(len(m.Institutions)) {
			return errorsmod.Wrapf(ErrGenesis, "%s.institution_id: expected an institution, got %d", field, p.InstitutionId)
		}
		if _, ok := ProposalStatus_name[int32(p.Status)]; !ok || p.Status == PROPOSAL_STATUS_UNSPECIFIED {
			return errorsmod.Wrapf(ErrGenesis, "%s.status: expected a number from 1 to %d, got %d", field, len(ProposalStatus_name)-1, p.Status)
		}
		for j, v := range p.Votes {
			if v.InstitutionId == 0 || v.InstitutionId > uint64(len(m.Institutions)) {
				return errorsmod.Wrapf(ErrGenesis, "%s.votes[%d].institution_id: expected an institution, got %d", field, j, v.InstitutionId)
			}
		}
		if p.Status == PROPOSAL_STATUS_OPEN {
			if open[p.InstitutionId-1]++; open[p.InstitutionId-1] > MaxOpenProposals {
				return errorsmod.Wrapf(ErrGenesis, "%s: expected at most %d open proposals of institution %d, got one more", field, MaxOpenProposals, p.InstitutionId)
			}
		}
	}
	return nil
}

func (m *GenesisState) validateUptime() error {
	for i, u := range m.Uptimes {
		field := fmt.Sprintf("consortium.uptimes[%d]", i)
		if u.InstitutionId == 0 || u.InstitutionId > uint64(len(m.Institutions)) {
			return errorsmod.Wrapf(ErrGenesis, "%s.institution_id: expected an institution, got %d", field, u.InstitutionId)
		}
		if u.Blocks == 0 || u.Blocks > WindowBlocks || u.Signed > u.Blocks {
			return errorsmod.Wrapf(ErrGenesis, "%s: expected 1 to %d blocks and no more signed, got %d and %d", field, WindowBlocks, u.Blocks, u.Signed)
		}
	}
	if w := m.Window; w != nil && w.Blocks >= WindowBlocks {
		return errorsmod.Wrapf(ErrGenesis, "consortium.window.blocks: expected less than %d, got %d", WindowBlocks, w.Blocks)
	}
	return nil
}
