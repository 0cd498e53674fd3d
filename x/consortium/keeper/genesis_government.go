package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// importGovernment writes what decides on the validator set and was decided so far.
func (k *Keeper) importGovernment(ctx context.Context, gs *types.GenesisState, logSize uint64) error {
	if err := k.params.Set(ctx, *gs.Params); err != nil {
		return err
	}
	for _, c := range gs.ConsensusKeys {
		address, err := c.PublicKey.ConsensusAddress()
		if err != nil {
			return err
		}
		if err := k.consensusKeys.Set(ctx, addressKey(address), c); err != nil {
			return err
		}
	}
	for _, p := range gs.Proposals {
		if err := k.importProposal(ctx, p); err != nil {
			return err
		}
	}
	for _, u := range gs.Uptimes {
		if err := k.uptimes.Set(ctx, collections.Join(u.InstitutionId, u.Window), u); err != nil {
			return err
		}
	}
	if gs.Window != nil {
		if err := k.window.Set(ctx, *gs.Window); err != nil {
			return err
		}
	}
	return errors.Join(k.importSets(ctx, gs), k.importLogged(ctx, logSize))
}

func (k *Keeper) importProposal(ctx context.Context, p types.Proposal) error {
	if err := k.proposals.Set(ctx, p.Id, p); err != nil {
		return err
	}
	if err := k.proposalIDs.Set(ctx, p.Id); err != nil {
		return err
	}
	if p.Status != types.PROPOSAL_STATUS_OPEN {
		return nil
	}
	return k.index(ctx, p)
}

// importSets goes on with the set that consensus had, on the way to the decided one.
func (k *Keeper) importSets(ctx context.Context, gs *types.GenesisState) error {
	for _, v := range gs.Validators {
		if err := k.validators.Set(ctx, v.InstitutionId, v); err != nil {
			return err
		}
	}
	for _, set := range gs.Sets {
		if err := k.sets.Set(ctx, set.Height, set); err != nil {
			return err
		}
	}
	if gs.LastRoutineHeight > 0 {
		if err := k.routine.Set(ctx, gs.LastRoutineHeight); err != nil {
			return err
		}
	}
	return k.wait(ctx)
}

// importLogged marks the misbehaviour and the upgrades that the log knows.
func (k *Keeper) importLogged(ctx context.Context, logSize uint64) error {
	for seq := range logSize {
		e, err := k.log.Entry(ctx, seq)
		if err != nil {
			return err
		}
		if m := e.GetMisbehaviour(); m != nil {
			o := types.Offence{Address: m.Address, Height: m.OffenceHeight, Kind: m.Kind, EntrySeq: seq}
			err = k.offences.Set(ctx, offenceID(o), o)
		} else if u := e.GetSoftwareUpgrade(); u != nil && u.Stage == logtypes.UPGRADE_STAGE_APPLIED {
			err = k.knowUpgrade(ctx, u.Name, e.Height)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) exportGovernment(ctx context.Context, gs *types.GenesisState) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	gs.Params = &params
	if gs.Validators, err = k.given(ctx); err != nil {
		return err
	}
	gs.LastRoutineHeight, err = k.routine.Get(ctx)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	window, err := k.window.Get(ctx)
	if err == nil {
		gs.Window = &window
	} else if !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	return errors.Join(
		k.consensusKeys.Walk(ctx, nil, func(_ []byte, v types.ConsensusKey) (bool, error) {
			gs.ConsensusKeys = append(gs.ConsensusKeys, v)
			return false, nil
		}),
		k.sets.Walk(ctx, nil, func(_ uint64, v types.ValidatorSet) (bool, error) {
			gs.Sets = append(gs.Sets, v)
			return false, nil
		}),
		k.proposals.Walk(ctx, nil, func(_ uint64, v types.Proposal) (bool, error) {
			gs.Proposals = append(gs.Proposals, v)
			return false, nil
		}),
		k.uptimes.Walk(ctx, nil, func(_ collections.Pair[uint64, uint64], v types.Uptime) (bool, error) {
			gs.Uptimes = append(gs.Uptimes, v)
			return false, nil
		}),
	)
}
