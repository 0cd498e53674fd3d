package keeper

import (
	"context"
	"errors"

	abci "github.com/cometbft/cometbft/abci/types"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
)

// InitGenesis founds the consortium, or imports an exported one, and returns the
// validators.
func (k *Keeper) InitGenesis(ctx context.Context, gs *types.GenesisState) ([]abci.ValidatorUpdate, error) {
	if err := gs.Validate(); err != nil {
		return nil, err
	}
	head, err := k.log.Head(ctx)
	if err != nil {
		return nil, err
	}
	if founding := len(gs.Founders) > 0; founding != (head.Size_ == 0) {
		return nil, errorsmod.Wrapf(types.ErrGenesis, "consortium.founders: expected some for an empty log and none for another, got %d for a log of %d entries",
			len(gs.Founders), head.Size_)
	}
	if len(gs.Founders) > 0 {
		err = k.found(ctx, gs)
	} else if err = k.checkLog(ctx, gs, head.Size_); err == nil {
		err = errors.Join(k.importState(ctx, gs), k.importGovernment(ctx, gs, head.Size_))
	}
	if err != nil {
		return nil, err
	}
	return k.Validators(ctx)
}

// found makes a new consortium: its entries are the log's first.
func (k *Keeper) found(ctx context.Context, gs *types.GenesisState) error {
	params := types.DefaultParams()
	if gs.Params != nil {
		params = *gs.Params
	}
	if err := k.params.Set(ctx, params); err != nil {
		return err
	}
	for _, f := range gs.Founders {
		if _, err := k.admit(ctx, f); err != nil {
			return err
		}
	}
	set, err := k.decided(ctx)
	if err != nil {
		return err
	}
	for _, v := range set {
		if err := k.validators.Set(ctx, v.InstitutionId, v); err != nil {
			return err
		}
	}
	return errors.Join(k.remember(ctx, height(ctx), set), k.waiting.Remove(ctx))
}

func (k *Keeper) importState(ctx context.Context, gs *types.GenesisState) error {
	for _, in := range gs.Institutions {
		if err := k.institutions.Set(ctx, in.Id, in); err != nil {
			return err
		}
		if err := k.institutionIDs.Set(ctx, in.Id); err != nil {
			return err
		}
	}
	for _, o := range gs.Officers {
		if err := k.officers.Set(ctx, o.Id, o); err != nil {
			return err
		}
		if err := k.officerIDs.Set(ctx, o.Id); err != nil {
			return err
		}
	}
	for _, key := range gs.Keys {
		if err := k.importKey(ctx, key); err != nil {
			return err
		}
	}
	for _, u := range gs.Uses {
		if err := k.enrolments.Set(ctx, u.KeyId, u.Use); err != nil {
			return err
		}
	}
	return nil
}

// importKey needs the key's account, which the auth genesis carries.
func (k *Keeper) importKey(ctx context.Context, key types.Key) error {
	crypto, err := key.PublicKey.CryptoKey()
	if err != nil {
		return err
	}
	address := sdk.AccAddress(crypto.Address())
	acc := k.accounts.GetAccount(ctx, address)
	if acc == nil {
		return errorsmod.Wrapf(types.ErrGenesis, "consortium.keys: expected an account of key %d in auth.accounts, got none", key.Id)
	}
	if pub := acc.GetPubKey(); acc.GetAccountNumber() != key.Id || pub == nil || !crypto.Equals(pub) {
		return errorsmod.Wrapf(types.ErrGenesis, "auth.accounts: expected account number %d with the public key of key %d, got number %d",
			key.Id, key.Id, acc.GetAccountNumber())
	}
	if err := k.keys.Set(ctx, key.Id, key); err != nil {
		return err
	}
	if err := k.keyIDs.Set(ctx, key.Id); err != nil {
		return err
	}
	return k.keyByAddress.Set(ctx, addressKey(address), key.Id)
}

// Validators are the set as given to consensus last, by institution.
func (k *Keeper) Validators(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	set, err := k.given(ctx)
	if err != nil {
		return nil, err
	}
	return types.Updates(nil, set)
}

// ExportGenesis returns the whole state in the order of the ids.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	gs := &types.GenesisState{}
	if err := k.institutions.Walk(ctx, nil, func(_ uint64, v types.Institution) (bool, error) {
		gs.Institutions = append(gs.Institutions, v)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.officers.Walk(ctx, nil, func(_ uint64, v types.Officer) (bool, error) {
		gs.Officers = append(gs.Officers, v)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.keys.Walk(ctx, nil, func(_ uint64, v types.Key) (bool, error) {
		gs.Keys = append(gs.Keys, v)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.enrolments.Walk(ctx, nil, func(id uint64, v types.DailyUse) (bool, error) {
		gs.Uses = append(gs.Uses, types.KeyUse{KeyId: id, Use: v})
		return false, nil
	}); err != nil {
		return nil, err
	}
	return gs, k.exportGovernment(ctx, gs)
}
