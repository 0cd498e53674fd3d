package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Whoever reads an open proposal could bind the keys in it first, and so veto what all
// others want. While it is open they can be bound by decision only.

// keysIn are the keys that a message would bind.
func keysIn(msg sdk.Msg) []types.PublicKey {
	switch m := msg.(type) {
	case *types.MsgAdmitInstitution:
		return []types.PublicKey{m.OperatorKey, m.ConsensusKey}
	case *types.MsgReadmitInstitution:
		return []types.PublicKey{m.ConsensusKey}
	case *types.MsgReplaceOperator:
		return []types.PublicKey{m.OperatorKey}
	case *types.MsgResetOfficer:
		return []types.PublicKey{m.Key}
	}
	return nil
}

// name notes the keys in a proposal, or with it closed forgets them.
func (k *Keeper) name(ctx context.Context, p types.Proposal, open bool) error {
	msgs, err := types.Unpacked(p.Messages)
	if err != nil {
		return err
	}
	for _, msg := range msgs {
		for _, key := range keysIn(msg) {
			if key.Type == logtypes.KEY_TYPE_UNSPECIFIED {
				continue
			}
			address, err := key.ConsensusAddress()
			if err != nil {
				return err
			}
			row := collections.Join(addressKey(address), p.Id)
			if open {
				err = k.named.Set(ctx, row)
			} else {
				err = k.named.Remove(ctx, row)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// checkUnnamed refuses to bind, without a decision, a key that stands in an open
// proposal: ErrKeyBound.
func (k *Keeper) checkUnnamed(ctx context.Context, key types.PublicKey) error {
	address, err := key.ConsensusAddress()
	if err != nil {
		return err
	}
	return k.named.Walk(ctx, collections.NewPrefixedPairRange[[]byte, uint64](addressKey(address)),
		func(row collections.Pair[[]byte, uint64]) (bool, error) {
			return true, errorsmod.Wrapf(types.ErrKeyBound, "expected a key that stands in no open proposal, got one of proposal %d", row.K2())
		})
}
