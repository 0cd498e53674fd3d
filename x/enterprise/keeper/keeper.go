// Package keeper holds the state of x/enterprise: users, enterprises, members,
// qualifications and quota.
package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/inkchain/inkd/x/enterprise/types"
)

// pair is the key of a table by two ids.
type pair = collections.Pair[uint64, uint64]

// present is the value of a table that only says that a key is there: an empty
// value must never be stored.
const present uint64 = 1

// Keeper reads and writes the module's tables.
type Keeper struct {
	consortium types.ConsortiumKeeper
	log        types.LogKeeper

	params collections.Item[types.Params]
	// former are categories of earlier parameters, by code.
	former collections.Map[uint64, types.Category]

	users     collections.Map[uint64, types.User]
	userCount collections.Sequence

	enterprises     collections.Map[uint64, types.Enterprise]
	enterpriseCount collections.Sequence
	// byUSCC and byName hold the enterprises that are certified or suspended.
	byUSCC collections.Map[[]byte, uint64]
	byName collections.Map[[]byte, uint64]
	// pendingEnterprise is a user's pending application.
	pendingEnterprise collections.Map[uint64, uint64]

	// members are keyed by enterprise and user.
	members collections.Map[pair, types.Member]
	// memberships are the keys of applied and active members by user and enterprise.
	memberships collections.Map[pair, uint64]
	// pendingMembers counts an enterprise's undecided applications; no row is zero.
	pendingMembers collections.Map[uint64, uint64]

	qualifications     collections.Map[uint64, types.Qualification]
	qualificationCount collections.Sequence
	// pendingQualification is an enterprise's pending qualification.
	pendingQualification collections.Map[uint64, uint64]
	// qualified is the qualification that counts for an enterprise and a category.
	qualified collections.Map[pair, uint64]

	quotaUses collections.Map[uint64, types.QuotaUse]
}

// New makes the keeper on the module's store. It panics on a schema that is wrong
// in itself.
func New(cdc codec.BinaryCodec, store corestore.KVStoreService, consortium types.ConsortiumKeeper, log types.LogKeeper) *Keeper {
	sb := collections.NewSchemaBuilder(store)
	id, ids := collections.Uint64Key, collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)
	number := collections.Uint64Value
	k := &Keeper{
		consortium: consortium,
		log:        log,

		params: collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		former: collections.NewMap(sb, types.FormerCategoriesPrefix, "former_categories", id, codec.CollValue[types.Category](cdc)),

		users:     collections.NewMap(sb, types.UsersPrefix, "users", id, codec.CollValue[types.User](cdc)),
		userCount: collections.NewSequence(sb, types.UserCountPrefix, "user_count"),

		enterprises:       collections.NewMap(sb, types.EnterprisesPrefix, "enterprises", id, codec.CollValue[types.Enterprise](cdc)),
		enterpriseCount:   collections.NewSequence(sb, types.EnterpriseCountPrefix, "enterprise_count"),
		byUSCC:            collections.NewMap(sb, types.EnterpriseByUSCCPrefix, "enterprise_by_uscc", collections.BytesKey, number),
		byName:            collections.NewMap(sb, types.EnterpriseByNamePrefix, "enterprise_by_name", collections.BytesKey, number),
		pendingEnterprise: collections.NewMap(sb, types.PendingEnterprisePrefix, "pending_enterprise", id, number),

		members:        collections.NewMap(sb, types.MembersPrefix, "members", ids, codec.CollValue[types.Member](cdc)),
		memberships:    collections.NewMap(sb, types.MembershipsPrefix, "memberships", ids, number),
		pendingMembers: collections.NewMap(sb, types.PendingMembersPrefix, "pending_members", id, number),

		qualifications:       collections.NewMap(sb, types.QualificationsPrefix, "qualifications", id, codec.CollValue[types.Qualification](cdc)),
		qualificationCount:   collections.NewSequence(sb, types.QualificationCountPrefix, "qualification_count"),
		pendingQualification: collections.NewMap(sb, types.PendingQualificationPrefix, "pending_qualification", id, number),
		qualified:            collections.NewMap(sb, types.QualifiedPrefix, "qualified", ids, number),

		quotaUses: collections.NewMap(sb, types.QuotaUsesPrefix, "quota_uses", id, codec.CollValue[types.QuotaUse](cdc)),
	}
	if _, err := sb.Build(); err != nil {
		panic(err)
	}
	return k
}

// nextID counts one up: ids start at 1.
func nextID(ctx context.Context, count collections.Sequence) (uint64, error) {
	n, err := count.Next(ctx)
	return n + 1, err
}

// load is a row of a table, or the module's error for one that is not there, made
// only then: an error carries a stack.
func load[K, V any](ctx context.Context, table collections.Map[K, V], key K, missing error, format string, args ...any) (V, error) {
	row, err := table.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return row, errorsmod.Wrapf(missing, format, args...)
	}
	return row, err
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
