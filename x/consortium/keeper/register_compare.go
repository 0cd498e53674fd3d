package keeper

import (
	"encoding/hex"
	"fmt"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/consortium/types"
)

// compare names the first field in which a table differs from the log.
func (r *register) compare(gs *types.GenesisState) error {
	if err := same("consortium", []column{
		{"institutions", len(r.institutions), len(gs.Institutions)},
		{"officers", len(r.officers), len(gs.Officers)},
		{"keys", len(r.keys), len(gs.Keys)},
		{"consensus_keys", len(r.consensus), len(gs.ConsensusKeys)},
	}); err != nil {
		return err
	}
	for i, want := range r.institutions {
		if err := same(fmt.Sprintf("consortium.institutions[%d]", i), institutionColumns(want, gs.Institutions[i])); err != nil {
			return err
		}
	}
	for i, want := range r.officers {
		if err := same(fmt.Sprintf("consortium.officers[%d]", i), officerColumns(want, gs.Officers[i])); err != nil {
			return err
		}
	}
	for i, want := range r.keys {
		if err := same(fmt.Sprintf("consortium.keys[%d]", i), keyColumns(want, gs.Keys[i])); err != nil {
			return err
		}
	}
	for i, want := range r.inOrder() {
		if err := same(fmt.Sprintf("consortium.consensus_keys[%d]", i), consensusKeyColumns(want, gs.ConsensusKeys[i])); err != nil {
			return err
		}
	}
	if r.params == nil {
		return nil
	}
	return same("consortium.params", []column{{"epoch_blocks", r.params.EpochBlocks, gs.Params.GetEpochBlocks()}})
}

// column is a field of a row: as the log has it, and as the genesis has it.
type column struct {
	name      string
	want, got any
}

func same(row string, columns []column) error {
	for _, c := range columns {
		if want, got := fmt.Sprint(c.want), fmt.Sprint(c.got); want != got {
			return errorsmod.Wrapf(types.ErrGenesis, "%s.%s: expected %s, as the log says, got %s", row, c.name, want, got)
		}
	}
	return nil
}

func institutionColumns(want, got types.Institution) []column {
	return []column{
		{"id", want.Id, got.Id},
		{"name", want.Name, got.Name},
		{"kind", want.Kind, got.Kind},
		{"uscc", want.Uscc, got.Uscc},
		{"operator_key_id", want.OperatorKeyId, got.OperatorKeyId},
		{"standing", want.Standing, got.Standing},
		{"since_height", want.SinceHeight, got.SinceHeight},
		{"decided_height", want.DecidedHeight, got.DecidedHeight},
		{"consensus_key", keyText(want.ConsensusKey), keyText(got.ConsensusKey)},
		{"power", want.Power, got.Power},
	}
}

func officerColumns(want, got types.Officer) []column {
	return []column{
		{"id", want.Id, got.Id},
		{"institution_id", want.InstitutionId, got.InstitutionId},
		{"key_id", want.KeyId, got.KeyId},
		{"roles", want.Roles, got.Roles},
		{"enrol_cap", want.EnrolCap, got.EnrolCap},
		{"person_commitment", hex.EncodeToString(want.PersonCommitment), hex.EncodeToString(got.PersonCommitment)},
		{"dismissed", want.Dismissed, got.Dismissed},
	}
}

func keyColumns(want, got types.Key) []column {
	return []column{
		{"id", want.Id, got.Id},
		{"public_key", keyText(want.PublicKey), keyText(got.PublicKey)},
		{"custody", want.Custody, got.Custody},
		{"user_id", want.UserId, got.UserId},
		{"officer_id", want.OfficerId, got.OfficerId},
		{"institution_id", want.InstitutionId, got.InstitutionId},
		{"bound_height", want.BoundHeight, got.BoundHeight},
		{"retired", want.Retired, got.Retired},
	}
}

func consensusKeyColumns(want, got types.ConsensusKey) []column {
	return []column{
		{"public_key", keyText(want.PublicKey), keyText(got.PublicKey)},
		{"institution_id", want.InstitutionId, got.InstitutionId},
		{"bound_height", want.BoundHeight, got.BoundHeight},
		{"retired_height", want.RetiredHeight, got.RetiredHeight},
	}
}

func keyText(k types.PublicKey) string { return fmt.Sprintf("%s %x", k.Type, k.Key) }
