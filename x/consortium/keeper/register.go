package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// register is what the log says of institutions, officers, keys, consensus keys and
// parameters.
type register struct {
	institutions []types.Institution
	officers     []types.Officer
	keys         []types.Key
	consensus    []consensusKey
	// consensusAt is where in consensus the key of an address is.
	consensusAt map[string]int
	// params as decided last; nil if they are still those of the founding.
	params *types.Params
	// founders are the validators of the founding, and foundedAt its height.
	founders  []types.Validator
	foundedAt uint64
}

func newRegister() *register { return &register{consensusAt: map[string]int{}} }

// checkLog refuses an exported state that says anything else than the log does.
func (k *Keeper) checkLog(ctx context.Context, gs *types.GenesisState, size uint64) error {
	r := newRegister()
	for seq := range size {
		e, err := k.log.Entry(ctx, seq)
		if err != nil {
			return err
		}
		if seq == 0 {
			r.foundedAt = e.Height
		}
		if err := r.enter(e); err != nil {
			return errorsmod.Wrapf(err, "log.entries[%d]", seq)
		}
	}
	if err := r.compare(gs); err != nil {
		return err
	}
	if err := gs.CheckHeights(height(ctx)); err != nil {
		return err
	}
	return gs.CheckFirstSet(r.foundedAt, r.founders)
}

func (r *register) enter(e *logtypes.Entry) error {
	switch b := e.Body.(type) {
	case *logtypes.Entry_InstitutionAdmitted:
		return r.admitted(b.InstitutionAdmitted, e.Height)
	case *logtypes.Entry_ValidatorKeyBound:
		return r.validatorKeyBound(b.ValidatorKeyBound, e.Height)
	case *logtypes.Entry_InstitutionPower:
		return r.powerDecided(b.InstitutionPower, e.Height)
	case *logtypes.Entry_Misbehaviour:
		return r.misbehaved(b.Misbehaviour, e.Height)
	case *logtypes.Entry_InstitutionRemoved:
		return r.removed(b.InstitutionRemoved, e.Height)
	case *logtypes.Entry_KeyBound:
		return r.keyBound(b.KeyBound, e.Height)
	case *logtypes.Entry_KeyRetired:
		return r.keyRetired(b.KeyRetired)
	case *logtypes.Entry_OfficerAppointed:
		return r.appointed(b.OfficerAppointed)
	case *logtypes.Entry_OfficerDismissed:
		return r.dismissed(b.OfficerDismissed)
	case *logtypes.Entry_ParametersChanged:
		return r.paramsChanged(b.ParametersChanged)
	}
	return nil
}

// keyBound enters a new key or the further holder of one. An officer's binding
// comes before the appointment. An institution's newest key is its operator's.
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
		if in, err = r.member(b.InstitutionId); err == nil {
			k.InstitutionId, in.OperatorKeyId = b.InstitutionId, b.KeyId
		}
	}
	return err
}

// keyRetired leaves the key its holders: what was signed with it stays theirs.
func (r *register) keyRetired(b *logtypes.KeyRetired) error {
	k, err := row(r.keys, b.KeyId, "key")
	if err == nil {
		k.Retired = true
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
