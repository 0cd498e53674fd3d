package keeper

import (
	"bytes"
	"crypto/sha256"
	"slices"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// protoPackage is how the log calls the module's parameters.
const protoPackage = "ink.consortium.v1"

// consensusKey is a row of the consensus keys with its place: SHA-256 of the address.
type consensusKey struct {
	types.ConsensusKey
	order [sha256.Size]byte
}

func (r *register) admitted(b *logtypes.InstitutionAdmitted, height uint64) (err error) {
	in := types.Institution{
		Id: b.InstitutionId, Name: b.Name, Kind: b.Kind, Uscc: b.Uscc,
		Standing: types.STANDING_MEMBER, SinceHeight: height, DecidedHeight: height,
	}
	r.institutions, err = add(r.institutions, in, b.InstitutionId, "institution")
	return err
}

// member is an institution that was not removed.
func (r *register) member(id uint64) (*types.Institution, error) {
	in, err := row(r.institutions, id, "institution")
	if err == nil && in.Standing == types.STANDING_REMOVED {
		err = errorsmod.Wrapf(types.ErrGenesis, "expected nothing of institution %d after its removal, got an entry", id)
	}
	return in, err
}

// validatorKeyBound enters a key that nobody had before, and retires the one that
// the institution had.
func (r *register) validatorKeyBound(b *logtypes.ValidatorKeyBound, height uint64) error {
	in, err := r.member(b.InstitutionId)
	if err != nil {
		return err
	}
	key := types.PublicKey{Type: b.KeyType, Key: b.PublicKey}
	address, err := key.ConsensusAddress()
	if err != nil {
		return err
	}
	if i, bound := r.consensusAt[string(address)]; bound {
		return errorsmod.Wrapf(types.ErrGenesis, "expected a consensus key that was never bound, got one of institution %d", r.consensus[i].InstitutionId)
	}
	if err := r.retireConsensusKey(in, height); err != nil {
		return err
	}
	in.ConsensusKey, in.Power, in.DecidedHeight = key, b.Power, height
	if height == r.foundedAt {
		r.founders = append(r.founders, types.Validator{InstitutionId: in.Id, PublicKey: key, Power: b.Power})
	}
	r.consensusAt[string(address)] = len(r.consensus)
	r.consensus = append(r.consensus, consensusKey{
		ConsensusKey: types.ConsensusKey{PublicKey: key, InstitutionId: in.Id, BoundHeight: height},
		order:        sha256.Sum256(address),
	})
	return nil
}

// retireConsensusKey ends the institution's key, if it has one.
func (r *register) retireConsensusKey(in *types.Institution, height uint64) error {
	if len(in.ConsensusKey.Key) == 0 {
		return nil
	}
	address, err := in.ConsensusKey.ConsensusAddress()
	if err == nil {
		r.consensus[r.consensusAt[string(address)]].RetiredHeight = height
	}
	return err
}

// powerDecided enters a suspension (with a reason), a readmission (of who was
// suspended or had no power), or another power.
func (r *register) powerDecided(b *logtypes.InstitutionPower, height uint64) error {
	in, err := r.member(b.InstitutionId)
	if err != nil {
		return err
	}
	switch {
	case b.Reason != logtypes.REASON_UNSPECIFIED:
		in.Standing = types.STANDING_SUSPENDED
	case in.Standing == types.STANDING_SUSPENDED || in.Power == 0:
		in.Standing, in.SinceHeight = types.STANDING_MEMBER, height
	}
	in.Power, in.DecidedHeight = b.Power, height
	return nil
}

// misbehaved takes the power of an institution whose key it was, if the entry says so.
func (r *register) misbehaved(b *logtypes.Misbehaviour, height uint64) error {
	in, err := row(r.institutions, b.InstitutionId, "institution")
	if err != nil {
		return err
	}
	if i, bound := r.consensusAt[string(b.Address)]; !bound || r.consensus[i].InstitutionId != in.Id {
		return errorsmod.Wrapf(types.ErrGenesis, "expected the address of a consensus key of institution %d, got %x", in.Id, b.Address)
	}
	if b.PowerRemoved {
		in.Power, in.DecidedHeight = 0, height
	}
	return nil
}

// removed ends a membership. The institution's row keeps its last keys; its
// operator's is retired by an entry of its own.
func (r *register) removed(b *logtypes.InstitutionRemoved, height uint64) error {
	in, err := r.member(b.InstitutionId)
	if err != nil {
		return err
	}
	in.Standing, in.Power, in.DecidedHeight = types.STANDING_REMOVED, 0, height
	return r.retireConsensusKey(in, height)
}

// inOrder are the consensus keys as in their table.
func (r *register) inOrder() []types.ConsensusKey {
	rows := slices.Clone(r.consensus)
	slices.SortFunc(rows, func(a, b consensusKey) int { return bytes.Compare(a.order[:], b.order[:]) })
	keys := make([]types.ConsensusKey, len(rows))
	for i, k := range rows {
		keys[i] = k.ConsensusKey
	}
	return keys
}

// paramsChanged enters the module's own parameters; those of other modules are theirs.
func (r *register) paramsChanged(b *logtypes.ParametersChanged) error {
	if b.Module != protoPackage {
		return nil
	}
	m := new(types.MsgUpdateParams)
	if err := m.Unmarshal(b.Message); err != nil {
		return errorsmod.Wrapf(types.ErrGenesis, "expected ink.consortium.v1.MsgUpdateParams: %s", err)
	}
	r.params = &m.Params
	return nil
}
