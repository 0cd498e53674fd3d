package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// binding is a key with what is said of it.
type binding struct {
	key     types.PublicKey
	custody logtypes.Custody
	// admits says whether a key that is bound already may be bound to this holder too.
	admits func(types.Key) error
	// hold enters the new holder into the key.
	hold func(*types.Key)
	// entry is the log's entry without key id, key and custody.
	entry logtypes.KeyBound
}

// BindUserKey binds a key to a user and creates its account. An officer's key may
// be a user's too, so that a conflict of interest can be seen; an operator's not.
func (k *Keeper) BindUserKey(ctx context.Context, key types.PublicKey, custody logtypes.Custody,
	userID, boundBy uint64, personCommitment []byte, agreementVersion uint32,
) (uint64, error) {
	if err := k.checkUnnamed(ctx, key); err != nil {
		return 0, err
	}
	return k.bind(ctx, binding{
		key: key, custody: custody,
		admits: func(old types.Key) error {
			if old.UserId != 0 || old.InstitutionId != 0 {
				return errorsmod.Wrapf(types.ErrKeyBound, "expected a key of no other user, got the key of %s", old.Holder())
			}
			return nil
		},
		hold: func(b *types.Key) { b.UserId = userID },
		entry: logtypes.KeyBound{
			UserId: userID, BoundBy: boundBy,
			PersonCommitment: personCommitment, AgreementVersion: agreementVersion,
		},
	})
}

// bindOfficerKey binds a key to an officer; it may be a user's key, or that of an
// officer who was dismissed.
func (k *Keeper) bindOfficerKey(ctx context.Context, m *types.MsgAppointOfficer, officerID uint64) (uint64, error) {
	return k.bind(ctx, binding{
		key: m.Key, custody: m.Custody,
		admits: func(old types.Key) error {
			if old.InstitutionId != 0 {
				return errorsmod.Wrapf(types.ErrKeyBound, "expected a key of no other officer, got the key of %s", old.Holder())
			}
			if old.OfficerId == 0 {
				return nil
			}
			o, err := k.Officer(ctx, old.OfficerId)
			if err == nil && !o.Dismissed {
				err = errorsmod.Wrapf(types.ErrKeyBound, "expected a key of no other officer, got the key of %s", old.Holder())
			}
			return err
		},
		hold:  func(b *types.Key) { b.OfficerId = officerID },
		entry: logtypes.KeyBound{OfficerId: officerID, PersonCommitment: m.PersonCommitment},
	})
}

// bindOperatorKey binds a key to an institution, as nothing else but its operator.
func (k *Keeper) bindOperatorKey(ctx context.Context, key types.PublicKey, custody logtypes.Custody, institutionID uint64) (uint64, error) {
	return k.bind(ctx, binding{
		key: key, custody: custody,
		admits: func(old types.Key) error {
			return errorsmod.Wrapf(types.ErrKeyBound, "expected a key of nobody else, got the key of %s", old.Holder())
		},
		hold:  func(b *types.Key) { b.InstitutionId = institutionID },
		entry: logtypes.KeyBound{InstitutionId: institutionID},
	})
}

// bind enters the key, or the further holder of a bound key, into the tables and
// the log. A key keeps its id and its custody class for ever; the number of its
// account is the key id.
func (k *Keeper) bind(ctx context.Context, b binding) (uint64, error) {
	if err := types.CheckCustody(b.custody); err != nil {
		return 0, err
	}
	crypto, err := b.key.CryptoKey()
	if err != nil {
		return 0, err
	}
	address := sdk.AccAddress(crypto.Address())
	bound := types.Key{
		PublicKey: b.key, Custody: b.custody,
		BoundHeight: uint64(max(sdk.UnwrapSDKContext(ctx).BlockHeight(), 1)),
	}
	if validator, err := k.consensusKeys.Has(ctx, addressKey(address)); err != nil {
		return 0, err
	} else if validator {
		return 0, errorsmod.Wrap(types.ErrInvalidKey, "expected a key that signs transactions only, got one of a validator")
	}
	id, err := k.keyByAddress.Get(ctx, addressKey(address))
	switch {
	case errors.Is(err, collections.ErrNotFound):
		if bound.Id, err = k.newKey(ctx, address); err != nil {
			return 0, err
		}
		// The SDK would draw the account number from the app hash: it would stand in
		// no entry, and be another one after an import.
		k.accounts.SetAccount(ctx, authtypes.NewBaseAccount(address, crypto, bound.Id, 0))
	case err != nil:
		return 0, err
	default:
		if bound, err = k.further(ctx, id, b); err != nil {
			return 0, err
		}
	}
	b.hold(&bound)
	if err := k.keys.Set(ctx, bound.Id, bound); err != nil {
		return 0, err
	}
	e := b.entry
	e.KeyId, e.KeyType, e.PublicKey, e.Custody = bound.Id, b.key.Type, b.key.Key, b.custody
	_, err = k.log.Append(ctx, &logtypes.Entry_KeyBound{KeyBound: &e})
	return bound.Id, err
}

// further returns a key that is bound already if it may have a further holder.
func (k *Keeper) further(ctx context.Context, id uint64, b binding) (types.Key, error) {
	old, err := k.Key(ctx, id)
	if err != nil {
		return old, err
	}
	if old.Retired {
		return old, errorsmod.Wrapf(types.ErrKeyRetired, "expected a key in use or a new one, got key %d, which is retired", id)
	}
	if err := b.admits(old); err != nil {
		return old, err
	}
	if old.Custody != b.custody || !old.PublicKey.Is(b.key) {
		return old, errorsmod.Wrapf(types.ErrInvalidKey, "expected custody %s, set when the key was first bound, got %s", old.Custody, b.custody)
	}
	return old, nil
}

// retireKey ends a key: nothing may be signed with it any more.
func (k *Keeper) retireKey(ctx context.Context, id uint64, reason logtypes.Reason) error {
	key, err := k.Key(ctx, id)
	if err != nil {
		return err
	}
	key.Retired = true
	if err := k.keys.Set(ctx, id, key); err != nil {
		return err
	}
	_, err = k.log.Append(ctx, &logtypes.Entry_KeyRetired{KeyRetired: &logtypes.KeyRetired{KeyId: id, Reason: reason}})
	return err
}

func (k *Keeper) newKey(ctx context.Context, address []byte) (uint64, error) {
	id, err := next(ctx, k.keyIDs)
	if err != nil {
		return 0, err
	}
	return id, k.keyByAddress.Set(ctx, addressKey(address), id)
}
