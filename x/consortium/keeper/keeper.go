// Package keeper keeps the consortium: institutions, officers, and the keys of
// everybody who signs.
package keeper

import (
	"context"
	"crypto/sha256"
	"errors"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Keeper is the consortium's keeper.
type Keeper struct {
	accounts types.AccountKeeper
	log      types.LogKeeper
	router   types.Router
	// authority is the address in whose name decisions are carried out.
	authority string

	institutions   collections.Map[uint64, types.Institution]
	institutionIDs collections.Sequence
	officers       collections.Map[uint64, types.Officer]
	officerIDs     collections.Sequence
	keys           collections.Map[uint64, types.Key]
	keyIDs         collections.Sequence
	keyByAddress   collections.Map[[]byte, uint64]
	enrolments     collections.Map[uint64, types.DailyUse]
}

// New makes the keeper.
func New(cdc codec.BinaryCodec, store corestore.KVStoreService, accounts types.AccountKeeper, log types.LogKeeper,
	router types.Router, authority string,
) *Keeper {
	b := collections.NewSchemaBuilder(store)
	k := &Keeper{
		accounts:  accounts,
		log:       log,
		router:    router,
		authority: authority,

		institutions:   collections.NewMap(b, types.InstitutionsPrefix, "institutions", collections.Uint64Key, codec.CollValue[types.Institution](cdc)),
		institutionIDs: collections.NewSequence(b, types.InstitutionIDsPrefix, "institution_ids"),
		officers:       collections.NewMap(b, types.OfficersPrefix, "officers", collections.Uint64Key, codec.CollValue[types.Officer](cdc)),
		officerIDs:     collections.NewSequence(b, types.OfficerIDsPrefix, "officer_ids"),
		keys:           collections.NewMap(b, types.KeysPrefix, "keys", collections.Uint64Key, codec.CollValue[types.Key](cdc)),
		keyIDs:         collections.NewSequence(b, types.KeyIDsPrefix, "key_ids"),
		keyByAddress:   collections.NewMap(b, types.KeyByAddressPrefix, "key_by_address", collections.BytesKey, collections.Uint64Value),
		enrolments:     collections.NewMap(b, types.EnrolmentsPrefix, "enrolments", collections.Uint64Key, codec.CollValue[types.DailyUse](cdc)),
	}
	if _, err := b.Build(); err != nil {
		panic(err)
	}
	return k
}

// next draws the next id of a sequence, from 1.
func next(ctx context.Context, s collections.Sequence) (uint64, error) {
	id, err := s.Next(ctx)
	return id + 1, err
}

// addressKey is the table key of an address: addresses have 20 or 32 bytes, table
// keys always 32.
func addressKey(address []byte) []byte {
	h := sha256.Sum256(address)
	return h[:]
}

// Institution returns an institution by its id.
func (k *Keeper) Institution(ctx context.Context, id uint64) (types.Institution, error) {
	in, err := k.institutions.Get(ctx, id)
	return in, orNotFound(err, "an institution", id)
}

// Officer returns an officer by the id, the dismissed included.
func (k *Keeper) Officer(ctx context.Context, id uint64) (types.Officer, error) {
	o, err := k.officers.Get(ctx, id)
	return o, orNotFound(err, "an officer", id)
}

// Key returns a bound key by its id.
func (k *Keeper) Key(ctx context.Context, id uint64) (types.Key, error) {
	key, err := k.keys.Get(ctx, id)
	return key, orNotFound(err, "a key", id)
}

// KeyOf returns the bound key of an account address: ErrUnknownSigner if none.
func (k *Keeper) KeyOf(ctx context.Context, address string) (types.Key, error) {
	raw, err := k.accounts.AddressCodec().StringToBytes(address)
	if err != nil {
		return types.Key{}, errorsmod.Wrapf(types.ErrUnknownSigner, "expected an address that begins with ink1: %s", err)
	}
	id, err := k.keyByAddress.Get(ctx, addressKey(raw))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Key{}, errorsmod.Wrapf(types.ErrUnknownSigner, "expected an enrolled key, got %s: ask a registrar to enrol it", address)
	}
	if err != nil {
		return types.Key{}, err
	}
	return k.Key(ctx, id)
}

// OfficerWith returns the officer whose key has the address if that officer has
// any of the roles now: ErrNotPermitted otherwise.
func (k *Keeper) OfficerWith(ctx context.Context, address string, roles ...logtypes.Role) (types.Officer, error) {
	key, err := k.KeyOf(ctx, address)
	if err != nil {
		return types.Officer{}, errorsmod.Wrap(types.ErrNotPermitted, err.Error())
	}
	if key.OfficerId != 0 {
		o, err := k.Officer(ctx, key.OfficerId)
		if err != nil {
			return o, err
		}
		if o.Has(roles...) {
			return o, nil
		}
	}
	return types.Officer{}, errorsmod.Wrapf(types.ErrNotPermitted, "expected an officer with a role of %v, got %s", roles, key.Holder())
}

// operatorOf returns the institution whose operator has the address.
func (k *Keeper) operatorOf(ctx context.Context, address string) (types.Institution, error) {
	key, err := k.KeyOf(ctx, address)
	if err != nil {
		return types.Institution{}, errorsmod.Wrap(types.ErrNotPermitted, err.Error())
	}
	if key.InstitutionId == 0 {
		return types.Institution{}, errorsmod.Wrapf(types.ErrNotPermitted, "expected the operator of an institution, got %s", key.Holder())
	}
	return k.Institution(ctx, key.InstitutionId)
}

func orNotFound(err error, what string, id uint64) error {
	if errors.Is(err, collections.ErrNotFound) {
		return errorsmod.Wrapf(types.ErrNotFound, "expected %s with id %d, got none", what, id)
	}
	return err
}
