package keeper

import (
	"context"

	abci "github.com/cometbft/cometbft/abci/types"

	errorsmod "cosmossdk.io/errors"

	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
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
	for _, f := range gs.Founders {
		if err := k.found(ctx, f); err != nil {
			return nil, err
		}
	}
	if len(gs.Founders) == 0 {
		if err := k.checkLog(ctx, gs, head.Size_); err != nil {
			return nil, err
		}
	}
	if err := k.importState(ctx, gs); err != nil {
		return nil, err
	}
	return k.Validators(ctx)
}

// found admits an institution in a new chain: its entries are the log's first.
func (k *Keeper) found(ctx context.Context, f types.GenesisInstitution) error {
	id, err := next(ctx, k.institutionIDs)
	if err != nil {
		return err
	}
	in := types.Institution{Id: id, Name: f.Name, Kind: f.Kind, Uscc: f.Uscc, ConsensusKey: f.ConsensusKey, Power: f.Power}
	if _, err := k.log.Append(ctx, &logtypes.Entry_InstitutionAdmitted{InstitutionAdmitted: &logtypes.InstitutionAdmitted{
		InstitutionId: id, Name: f.Name, Kind: f.Kind, Uscc: f.Uscc,
	}}); err != nil {
		return err
	}
	if f.Power > 0 {
		if _, err := k.log.Append(ctx, &logtypes.Entry_ValidatorKeyBound{ValidatorKeyBound: &logtypes.ValidatorKeyBound{
			InstitutionId: id, KeyType: f.ConsensusKey.Type, PublicKey: f.ConsensusKey.Key, Power: f.Power,
		}}); err != nil {
			return err
		}
	}
	if in.OperatorKeyId, err = k.bindOperatorKey(ctx, f.OperatorKey, f.OperatorCustody, id); err != nil {
		return err
	}
	return k.institutions.Set(ctx, id, in)
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

// Validators are the institutions with power, by id.
func (k *Keeper) Validators(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	var updates []abci.ValidatorUpdate
	err := k.institutions.Walk(ctx, nil, func(_ uint64, in types.Institution) (bool, error) {
		if in.Power == 0 {
			return false, nil
		}
		crypto, err := in.ConsensusKey.CryptoKey()
		if err != nil {
			return true, err
		}
		key, err := cryptocodec.ToCmtProtoPublicKey(crypto)
		if err != nil {
			return true, err
		}
		updates = append(updates, abci.ValidatorUpdate{PubKey: key, Power: int64(in.Power)})
		return false, nil
	})
	return updates, err
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
	err := k.enrolments.Walk(ctx, nil, func(id uint64, v types.DailyUse) (bool, error) {
		gs.Uses = append(gs.Uses, types.KeyUse{KeyId: id, Use: v})
		return false, nil
	})
	return gs, err
}
