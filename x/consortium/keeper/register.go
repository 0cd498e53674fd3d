package keeper

import (
	"context"
	"encoding/hex"
	"fmt"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// register is what the log says of institutions, officers and keys.
type register struct {
	institutions []types.Institution
	officers     []types.Officer
	keys         []types.Key
}

// checkLog refuses an exported state that says anything else than the log does.
func (k *Keeper) checkLog(ctx context.Context, gs *types.GenesisState, size uint64) error {
	r := &register{}
	for seq := range size {
		e, err := k.log.Entry(ctx, seq)
		if err != nil {
			return err
		}
		if err := r.enter(e); err != nil {
			return errorsmod.Wrapf(err, "log.entries[%d]", seq)
		}
	}
	return r.compare(gs)
}

func (r *register) enter(e *logtypes.Entry) error {
	switch b := e.Body.(type) {
	case *logtypes.Entry_InstitutionAdmitted:
		return r.admitted(b.InstitutionAdmitted)
	case *logtypes.Entry_ValidatorKeyBound:
		return r.validatorKeyBound(b.ValidatorKeyBound)
	case *logtypes.Entry_KeyBound:
		return r.keyBound(b.KeyBound, e.Height)
	case *logtypes.Entry_OfficerAppointed:
		return r.appointed(b.OfficerAppointed)
	case *logtypes.Entry_OfficerDismissed:
		return r.dismissed(b.OfficerDismissed)
	}
	return nil
}

func (r *register) admitted(b *logtypes.InstitutionAdmitted) (err error) {
	in := types.Institution{Id: b.InstitutionId, Name: b.Name, Kind: b.Kind, Uscc: b.Uscc}
	r.institutions, err = add(r.institutions, in, b.InstitutionId, "institution")
	return err
}

func (r *register) validatorKeyBound(b *logtypes.ValidatorKeyBound) error {
	in, err := row(r.institutions, b.InstitutionId, "institution")
	if err != nil {
		return err
	}
	in.ConsensusKey, in.Power = types.PublicKey{Type: b.KeyType, Key: b.PublicKey}, b.Power
	return nil
}

// keyBound enters a new key or the further holder of one. An officer's binding
// comes before the appointment.
func (r *register) keyBound(b *logtypes.KeyBound, height uint64) error {
	bound := types.Key{Id: b.KeyId, PublicKey: types.PublicKey{Type: b.KeyType, Key: b.PublicKey}, Custody: b.Custody, BoundHeight: height}
	if b.KeyId > uint64(len(r.keys)) {
		var err error
		if r.keys, err = add(r.keys, bound, b.KeyId, "key"); err != nil {
			return err
		}
	}
	k, err := row(r.keys, b.KeyId, "key")
	if err != nil {
		return err
	}
	if !k.PublicKey.Is(bound.PublicKey) || k.Custody != b.Custody {
		return errorsmod.Wrapf(types.ErrGenesis, "expected key %d as it was bound first, got another key or custody", b.KeyId)
	}
	switch {
	case b.UserId != 0:
		k.UserId = b.UserId
	case b.OfficerId != 0:
		k.OfficerId = b.OfficerId
		o := types.Officer{Id: b.OfficerId, KeyId: b.KeyId, PersonCommitment: b.PersonCommitment}
		r.officers, err = add(r.officers, o, b.OfficerId, "officer")
	default:
		var in *types.Institution
		if in, err = row(r.institutions, b.InstitutionId, "institution"); err == nil {
			k.InstitutionId, in.OperatorKeyId = b.InstitutionId, b.KeyId
		}
	}
	return err
}

func (r *register) appointed(b *logtypes.OfficerAppointed) error {
	o, err := row(r.officers, b.OfficerId, "officer")
	if err != nil {
		return err
	}
	if o.KeyId != b.KeyId || o.InstitutionId != 0 {
		return errorsmod.Wrapf(types.ErrGenesis, "expected one appointment of officer %d with key %d, got another with key %d", o.Id, o.KeyId, b.KeyId)
	}
	o.InstitutionId, o.Roles, o.EnrolCap = b.InstitutionId, b.Roles, b.EnrolCap
	return nil
}

func (r *register) dismissed(b *logtypes.OfficerDismissed) error {
	o, err := row(r.officers, b.OfficerId, "officer")
	if err == nil {
		o.Dismissed = true
	}
	return err
}

// add appends the row with the next id.
func add[T any](rows []T, r T, id uint64, what string) ([]T, error) {
	if next := uint64(len(rows)) + 1; id != next {
		return rows, errorsmod.Wrapf(types.ErrGenesis, "expected %s %d, got %d", what, next, id)
	}
	return append(rows, r), nil
}

// row is the row with an id.
func row[T any](rows []T, id uint64, what string) (*T, error) {
	if id == 0 || id > uint64(len(rows)) {
		return nil, errorsmod.Wrapf(types.ErrGenesis, "expected %s 1 to %d, got %d", what, len(rows), id)
	}
	return &rows[id-1], nil
}

// compare names the first field in which a table differs from the log.
func (r *register) compare(gs *types.GenesisState) error {
	if err := same("consortium", []column{
		{"institutions", len(r.institutions), len(gs.Institutions)},
		{"officers", len(r.officers), len(gs.Officers)},
		{"keys", len(r.keys), len(gs.Keys)},
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
	return nil
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
	}
}

func keyText(k types.PublicKey) string { return fmt.Sprintf("%s %x", k.Type, k.Key) }
