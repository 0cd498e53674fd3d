package keeper

import (
	"bytes"
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// record returns the entry of a record; ErrNotFound if the seq is not one's.
func (k *Keeper) record(ctx context.Context, seq uint64) (*logtypes.Entry, error) {
	entry, err := k.log.Entry(ctx, seq)
	switch {
	case errors.Is(err, logtypes.ErrNotFound):
		return nil, errorsmod.Wrapf(types.ErrNotFound, "expected the seq of a record, got %d: %s", seq, err)
	case err != nil:
		return nil, err
	case entry.GetRecord() == nil:
		return nil, errorsmod.Wrapf(types.ErrNotFound, "expected the seq of a record, got %d, which is of kind %s", seq, entry.Kind())
	}
	return entry, nil
}

// repeated looks for the record that a request id made before: nil if there is
// none, ErrRequestReused if it was made for another commitment, category or kind.
func (k *Keeper) repeated(ctx context.Context, m *types.MsgSubmitRecord) (*logtypes.Entry, error) {
	if len(m.RequestId) == 0 {
		return nil, nil
	}
	known, err := k.requests.Get(ctx, types.RequestKey(m.EnterpriseId, m.RequestId))
	switch {
	case errors.Is(err, collections.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case known.Expires <= blockTime(ctx): // the purge has not come to it yet
		return nil, nil
	}
	entry, err := k.log.Entry(ctx, known.Seq)
	if err != nil {
		return nil, err
	}
	record := entry.GetRecord()
	if record == nil || len(record.Commitment) < 8 {
		return nil, errorsmod.Wrapf(types.ErrCorrupt, "request of enterprise %d: expected entry %d to be a record, got %s",
			m.EnterpriseId, known.Seq, entry.Kind())
	}
	if record.EnterpriseId != m.EnterpriseId {
		return nil, errorsmod.Wrapf(types.ErrCorrupt, "request of enterprise %d: expected a record of it, got %d of enterprise %d",
			m.EnterpriseId, known.Seq, record.EnterpriseId)
	}
	switch {
	case !bytes.Equal(record.Commitment, m.Commitment):
		return nil, errorsmod.Wrapf(types.ErrRequestReused, "expected commitment %x… of record %d, got %x…",
			record.Commitment[:8], known.Seq, m.Commitment[:8])
	case record.Category != m.Category:
		return nil, errorsmod.Wrapf(types.ErrRequestReused, "expected category %d of record %d, got %d", record.Category, known.Seq, m.Category)
	case record.Kind != m.Kind:
		return nil, errorsmod.Wrapf(types.ErrRequestReused, "expected kind %s of record %d, got %s", record.Kind, known.Seq, m.Kind)
	}
	return entry, nil
}

// remember keeps the request of a new record for seven days of block time.
func (k *Keeper) remember(ctx context.Context, m *types.MsgSubmitRecord, seq uint64) error {
	if len(m.RequestId) == 0 {
		return nil
	}
	key := types.RequestKey(m.EnterpriseId, m.RequestId)
	// An expired request that the purge has not come to must leave the queue too,
	// or the purge would later forget the new one.
	if old, err := k.requests.Get(ctx, key); err == nil {
		if err := k.expiries.Remove(ctx, collections.Join(old.Expires, key)); err != nil {
			return err
		}
	} else if !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(types.PurgeGas, "forgetting the request")
	return k.setRequest(ctx, key, types.Request{Seq: seq, Expires: blockTime(ctx) + uint64(types.RequestLife)})
}

func (k *Keeper) setRequest(ctx context.Context, key []byte, r types.Request) error {
	if err := k.requests.Set(ctx, key, r); err != nil {
		return err
	}
	return k.expiries.Set(ctx, collections.Join(r.Expires, key), r.Seq)
}

// PurgeRequests forgets expired requests at the end of a block, at most
// types.MaxPurge of them, the oldest first. If none is due it writes nothing.
func (k *Keeper) PurgeRequests(ctx context.Context) error {
	due, err := k.dueRequests(ctx)
	if err != nil {
		return err
	}
	for _, key := range due {
		if err := k.expiries.Remove(ctx, key); err != nil {
			return err
		}
		if err := k.requests.Remove(ctx, key.K2()); err != nil {
			return err
		}
	}
	return nil
}

// dueRequests collects before anything is removed: a store must not change under
// its iterator.
func (k *Keeper) dueRequests(ctx context.Context) ([]collections.Pair[uint64, []byte], error) {
	var due []collections.Pair[uint64, []byte]
	until := collections.NewPrefixUntilPairRange[uint64, []byte](blockTime(ctx))
	err := k.expiries.Walk(ctx, until, func(key collections.Pair[uint64, []byte], _ uint64) (bool, error) {
		due = append(due, key)
		return len(due) == types.MaxPurge, nil
	})
	return due, err
}
