package keeper

import (
	"context"
	"slices"

	errorsmod "cosmossdk.io/errors"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// enrol creates a user and binds the first key. The KeyBound entry is the
// consortium's to append.
func (k *Keeper) enrol(ctx context.Context, officer consortiumtypes.Officer, m *types.MsgEnrolUser) (types.User, error) {
	if !slices.Contains(officer.Roles, logtypes.ROLE_REGISTRAR) {
		if err := k.consortium.UseEnrolment(ctx, officer); err != nil {
			return types.User{}, err
		}
	}
	id, err := nextID(ctx, k.userCount)
	if err != nil {
		return types.User{}, err
	}
	keyID, err := k.consortium.BindUserKey(ctx, m.Key, m.Custody, id, officer.Id, m.PersonCommitment, m.AgreementVersion)
	if err != nil {
		return types.User{}, err
	}
	user := types.User{
		Id: id, KeyId: keyID, PersonCommitment: m.PersonCommitment,
		AgreementVersion: m.AgreementVersion, EnrolledBy: officer.Id,
	}
	return user, k.users.Set(ctx, id, user)
}

// User is a user by the id. Error: ErrUserNotFound.
func (k *Keeper) User(ctx context.Context, id uint64) (types.User, error) {
	return load(ctx, k.users, id, types.ErrUserNotFound, "expected the id of a user, got %d", id)
}

// userOf is the user id of an address. Error: ErrNotPermitted if its key is
// bound to no user.
func (k *Keeper) userOf(ctx context.Context, address string) (uint64, error) {
	key, err := k.consortium.KeyOf(ctx, address)
	if errorsmod.IsOf(err, consortiumtypes.ErrUnknownSigner) {
		return 0, errorsmod.Wrap(consortiumtypes.ErrNotPermitted, "expected the key of a user, got a key that is not bound")
	}
	if errorsmod.IsOf(err, consortiumtypes.ErrKeyRetired) {
		return 0, errorsmod.Wrap(consortiumtypes.ErrNotPermitted, err.Error())
	}
	if err != nil {
		return 0, err
	}
	if key.UserId == 0 {
		return 0, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected the key of a user, got key %d, which is bound to no user", key.Id)
	}
	return key.UserId, nil
}
