package keeper

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/comet"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// minAutomatic is the number of validators that an automatic measure leaves: below
// it one more fault would stop the chain.
const minAutomatic = 4

// BeginBlock enters misbehaviour that consensus found and checked.
func (k *Keeper) BeginBlock(ctx context.Context) error {
	info := sdk.UnwrapSDKContext(ctx).CometInfo()
	if info == nil {
		return nil
	}
	found := info.GetEvidence()
	for i := range found.Len() {
		if err := k.misbehaved(ctx, found.Get(i)); err != nil {
			return err
		}
	}
	return nil
}

// misbehaved enters one finding, once, and takes the power of whose key it was, if
// that may be done without a vote.
func (k *Keeper) misbehaved(ctx context.Context, found comet.Evidence) error {
	address := found.Validator().Address()
	logger := sdk.UnwrapSDKContext(ctx).Logger()
	kind := kindOf(found.Type())
	key, err := k.consensusKeys.Get(ctx, addressKey(address))
	if errors.Is(err, collections.ErrNotFound) || kind == logtypes.MISBEHAVIOUR_KIND_UNSPECIFIED {
		logger.Error("misbehaviour of nobody known, or of an unknown kind: not entered", "kind", found.Type(), "height", found.Height())
		return nil
	}
	if err != nil {
		return err
	}
	offence := types.Offence{Address: address, Height: uint64(max(found.Height(), 0)), Kind: kind}
	id := offenceID(offence)
	if known, err := k.offences.Has(ctx, id); err != nil || known {
		return err
	}
	in, err := k.Institution(ctx, key.InstitutionId)
	if err != nil {
		return err
	}
	removed, err := k.takePower(ctx, in, offence)
	if err != nil {
		return err
	}
	e, err := k.log.Append(ctx, &logtypes.Entry_Misbehaviour{Misbehaviour: &logtypes.Misbehaviour{
		InstitutionId: in.Id, Address: address, Kind: kind,
		OffenceHeight: offence.Height, OffenceTime: uint64(max(found.Time().UnixNano(), 0)), PowerRemoved: removed,
	}})
	if err != nil {
		return err
	}
	offence.EntrySeq = e.Seq
	logger.Error("misbehaviour of a validator", "institution", in.Id, "kind", kind, "height", offence.Height, "power removed", removed)
	return k.offences.Set(ctx, id, offence)
}

// takePower takes an institution's power for an offence since its admission, unless
// too few validators would remain, one of the rest would get a third, or what waits
// already could not be reached any more: the members decide then.
func (k *Keeper) takePower(ctx context.Context, in types.Institution, offence types.Offence) (bool, error) {
	if in.Power == 0 || offence.Height < in.SinceHeight {
		return false, nil
	}
	decided, err := k.decided(ctx)
	if err != nil {
		return false, err
	}
	rest := slices.DeleteFunc(decided, func(v types.Validator) bool { return v.InstitutionId == in.Id })
	// Whom consensus does not know yet, or is about to lose, does not keep it going.
	working := 0
	for _, v := range rest {
		given, err := k.validators.Has(ctx, v.InstitutionId)
		if err != nil {
			return false, err
		}
		if given {
			working++
		}
	}
	if working < minAutomatic || types.CheckSet(rest) != nil {
		return false, nil
	}
	if err := k.checkReachable(ctx, rest); err != nil {
		if errors.Is(err, types.ErrValidatorSet) {
			err = nil
		}
		return false, err
	}
	in.Power, in.DecidedHeight = 0, height(ctx)
	if err := k.institutions.Set(ctx, in.Id, in); err != nil {
		return false, err
	}
	return true, k.wait(ctx)
}

func kindOf(t comet.MisbehaviorType) logtypes.MisbehaviourKind {
	switch t {
	case comet.DuplicateVote:
		return logtypes.MISBEHAVIOUR_KIND_DUPLICATE_VOTE
	case comet.LightClientAttack:
		return logtypes.MISBEHAVIOUR_KIND_LIGHT_CLIENT_ATTACK
	}
	return logtypes.MISBEHAVIOUR_KIND_UNSPECIFIED
}

// offenceID is the table key of an offence: the same one is entered once, however
// often it is reported.
func offenceID(o types.Offence) []byte {
	b := binary.BigEndian.AppendUint64(append([]byte(nil), o.Address...), o.Height)
	h := sha256.Sum256(append(b, byte(o.Kind)))
	return h[:]
}
