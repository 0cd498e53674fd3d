// Package keeper keeps evidence and certificates: who deposited what, what was
// opened, and where each certificate stands. Records, openings and decisions
// themselves are entries of the log; here is only what the rules need to know.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/evidence/types"
)

// Keeper of evidence and certificates.
type Keeper struct {
	log        types.LogKeeper
	consortium types.ConsortiumKeeper
	enterprise types.EnterpriseKeeper

	certificates collections.Map[uint64, types.Certificate]
	latest       collections.Map[uint64, uint64] // evidence_seq to its latest cert_seq
	openings     collections.Map[uint64, types.Opened]
	requests     collections.Map[[]byte, types.Request]
	// expiries is the queue of requests by the time they expire; the value is the
	// record's seq, because no empty value may be stored.
	expiries collections.Map[collections.Pair[uint64, []byte], uint64]
}

// New makes the keeper over the module's store.
func New(
	cdc codec.BinaryCodec, store corestore.KVStoreService,
	log types.LogKeeper, consortium types.ConsortiumKeeper, enterprise types.EnterpriseKeeper,
) *Keeper {
	sb := collections.NewSchemaBuilder(store)
	k := &Keeper{
		log: log, consortium: consortium, enterprise: enterprise,
		certificates: collections.NewMap(sb, types.CertificatesPrefix, "certificates",
			collections.Uint64Key, codec.CollValue[types.Certificate](cdc)),
		latest: collections.NewMap(sb, types.LatestPrefix, "latest",
			collections.Uint64Key, collections.Uint64Value),
		openings: collections.NewMap(sb, types.OpeningsPrefix, "openings",
			collections.Uint64Key, codec.CollValue[types.Opened](cdc)),
		requests: collections.NewMap(sb, types.RequestsPrefix, "requests",
			collections.BytesKey, codec.CollValue[types.Request](cdc)),
		expiries: collections.NewMap(sb, types.ExpiriesPrefix, "expiries",
			collections.PairKeyCodec(collections.Uint64Key, collections.BytesKey), collections.Uint64Value),
	}
	if _, err := sb.Build(); err != nil {
		panic(err) // two collections on one prefix: a mistake of this file
	}
	return k
}

// blockTime is the block's stamp in unix nanoseconds, as the log writes it.
func blockTime(ctx context.Context) uint64 {
	return uint64(max(sdk.UnwrapSDKContext(ctx).BlockTime().UnixNano(), 0))
}
