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

	params        collections.Item[types.Params]
	consensusKeys collections.Map[[]byte, types.ConsensusKey]
	// validators are as given to consensus last; waiting is set while they differ
	// from what was decided, routine is when a routine change was given last.
	validators collections.Map[uint64, types.Validator]
	waiting    collections.Item[uint64]
	routine    collections.Item[uint64]
	sets       collections.Map[uint64, types.ValidatorSet]

	proposals   collections.Map[uint64, types.Proposal]
	proposalIDs collections.Sequence
	// open proposals by deadline, and by institution.
	open   collections.KeySet[collections.Pair[uint64, uint64]]
	openOf collections.KeySet[collections.Pair[uint64, uint64]]
	// named are the keys in open proposals, by SHA-256 of their address.
	named collections.KeySet[collections.Pair[[]byte, uint64]]

	offences collections.Map[[]byte, types.Offence]
	uptimes  collections.Map[collections.Pair[uint64, uint64], types.Uptime]
	window   collections.Item[types.UptimeWindow]

	// knownUpgrades of the chain's software, by SHA-256 of their name: the height from
	// which on it has them.
	knownUpgrades collections.Map[[]byte, uint64]
}

// New makes the keeper.
func New(cdc codec.BinaryCodec, store corestore.KVStoreService, accounts types.AccountKeeper, log types.LogKeeper,
	router types.Router, authority string,
) *Keeper {
	b := collections.NewSchemaBuilder(store)
	pair := collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)
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

		params:        collections.NewItem(b, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		consensusKeys: collections.NewMap(b, types.ConsensusKeysPrefix, "consensus_keys", collections.BytesKey, codec.CollValue[types.ConsensusKey](cdc)),
		validators:    collections.NewMap(b, types.ValidatorsPrefix, "validators", collections.Uint64Key, codec.CollValue[types.Validator](cdc)),
		waiting:       collections.NewItem(b, types.WaitingPrefix, "waiting", collections.Uint64Value),
		routine:       collections.NewItem(b, types.RoutinePrefix, "routine", collections.Uint64Value),
		sets:          collections.NewMap(b, types.SetsPrefix, "sets", collections.Uint64Key, codec.CollValue[types.ValidatorSet](cdc)),
		proposals:     collections.NewMap(b, types.ProposalsPrefix, "proposals", collections.Uint64Key, codec.CollValue[types.Proposal](cdc)),
		proposalIDs:   collections.NewSequence(b, types.ProposalIDsPrefix, "proposal_ids"),
		open:          collections.NewKeySet(b, types.OpenPrefix, "open", pair),
		openOf:        collections.NewKeySet(b, types.OpenOfPrefix, "open_of", pair),
		named:         collections.NewKeySet(b, types.NamedPrefix, "named", collections.PairKeyCodec(collections.BytesKey, collections.Uint64Key)),
		offences:      collections.NewMap(b, types.OffencesPrefix, "offences", collections.BytesKey, codec.CollValue[types.Offence](cdc)),
		uptimes:       collections.NewMap(b, types.UptimesPrefix, "uptimes", pair, codec.CollValue[types.Uptime](cdc)),
		window:        collections.NewItem(b, types.WindowPrefix, "window", codec.CollValue[types.UptimeWindow](cdc)),
		knownUpgrades: collections.NewMap(b, types.KnownUpgradesPrefix, "known_upgrades", collections.BytesKey, collections.Uint64Value),
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

// KeyOf returns the bound key of an account address: ErrUnknownSigner if none,
// ErrKeyRetired if nothing may be signed with it any more.
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
	key, err := k.Key(ctx, id)
	if err == nil && key.Retired {
		err = errorsmod.Wrapf(types.ErrKeyRetired, "expected a key in use, got key %d, which is retired", id)
	}
	return key, err
}

// OfficerWith returns the officer whose key has the address if that officer has
// any of the roles now, and the institution is a member: ErrNotPermitted otherwise.
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
			return o, k.checkMember(ctx, o.InstitutionId)
		}
	}
	return types.Officer{}, errorsmod.Wrapf(types.ErrNotPermitted, "expected an officer with a role of %v, got %s", roles, key.Holder())
}

// checkMember refuses to act for an institution that is suspended or removed.
func (k *Keeper) checkMember(ctx context.Context, institutionID uint64) error {
	in, err := k.Institution(ctx, institutionID)
	if err == nil && in.Standing != types.STANDING_MEMBER {
		err = errorsmod.Wrapf(types.ErrNotPermitted, "expected a member of the consortium, got institution %d: %s", in.Id, in.Standing)
	}
	return err
}

// operatorOf returns the institution, a member, whose operator has the address.
func (k *Keeper) operatorOf(ctx context.Context, address string) (types.Institution, error) {
	key, err := k.KeyOf(ctx, address)
	if err != nil {
		return types.Institution{}, errorsmod.Wrap(types.ErrNotPermitted, err.Error())
	}
	if key.InstitutionId == 0 {
		return types.Institution{}, errorsmod.Wrapf(types.ErrNotPermitted, "expected the operator of an institution, got %s", key.Holder())
	}
	in, err := k.Institution(ctx, key.InstitutionId)
	if err == nil && in.Standing != types.STANDING_MEMBER {
		err = errorsmod.Wrapf(types.ErrNotPermitted, "expected the operator of a member, got institution %d: %s", in.Id, in.Standing)
	}
	return in, err
}

// voterOf returns the institution, with power, whose operator has the address.
func (k *Keeper) voterOf(ctx context.Context, address string) (types.Institution, error) {
	in, err := k.operatorOf(ctx, address)
	if err == nil && in.Power == 0 {
		err = errorsmod.Wrapf(types.ErrNotPermitted, "expected an institution whose validator has power, got institution %d without", in.Id)
	}
	return in, err
}

func orNotFound(err error, what string, id uint64) error {
	if errors.Is(err, collections.ErrNotFound) {
		return errorsmod.Wrapf(types.ErrNotFound, "expected %s with id %d, got none", what, id)
	}
	return err
}
