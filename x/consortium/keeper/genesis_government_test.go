package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/consortium/keeper"
	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// governed has something in every table of the government.
func governed(t *testing.T) *house {
	h := founded(t).five()
	h.carry(epoch(9))
	h.misbehave(2, "court-validator")
	h.end()
	require.NoError(t, h.rotate(notary, key("notary-validator-2")))
	for range 101 {
		h.busy(map[string]bool{center: true}, center, exchange)
	}
	h.carry(removal(4), power(1, 9))
	_, err := h.propose(h.proposal(fifth, admission(sixth, sixthUSCC), epoch(3)))
	require.NoError(t, err)
	_, err = h.vote(center, 4, reject)
	require.NoError(t, err)
	return h
}

// CO-13: the government goes on as it was: open proposals, what waits for consensus,
// keys, history, uptime, and which misbehaviour is known.
func TestGovernmentGoesOn(t *testing.T) {
	h := governed(t)
	gs := h.export()
	require.NoError(t, gs.Validate())
	again := h.successor()
	updates, err := again.k.InitGenesis(again.ctx, gs)
	require.NoError(t, err)
	require.Len(t, updates, len(gs.Validators))
	require.Equal(t, gs, again.export())

	for _, side := range []*house{h, again} {
		side.ctx = side.ctx.WithBlockHeight(again.ctx.BlockHeight())
		require.NotEmpty(t, side.end(), "what waited is given")
		side.misbehave(2, "court-validator")
		require.ErrorIs(t, side.rotate(exchange, key("notary-validator")), types.ErrNotPermitted)
		status, err := side.vote(notary, 4, approve)
		require.NoError(t, err)
		require.Equal(t, types.PROPOSAL_STATUS_EXECUTED, status)
		up, err := keeper.NewQueryServer(side.k).Uptime(side.ctx, &types.QueryUptimeRequest{InstitutionId: 4})
		require.NoError(t, err)
		require.EqualValues(t, 1, up.Window.Blocks)
	}
	require.Equal(t, h.given(), again.given())
	require.Equal(t, h.last().Seq, again.last().Seq)
}

// CO-14.
func TestGovernmentErrorsNameTheField(t *testing.T) {
	for _, c := range []struct {
		field  string
		change func(*types.GenesisState)
	}{
		{"consortium.params", func(gs *types.GenesisState) { gs.Params = nil }},
		{"consortium.params.epoch_blocks", func(gs *types.GenesisState) { gs.Params.EpochBlocks = 0 }},
		{"consortium.consensus_keys[1]: expected keys by SHA-256", func(gs *types.GenesisState) {
			gs.ConsensusKeys[0], gs.ConsensusKeys[1] = gs.ConsensusKeys[1], gs.ConsensusKeys[0]
		}},
		{"consortium.consensus_keys[0].public_key", func(gs *types.GenesisState) { gs.ConsensusKeys[0].PublicKey.Key = nil }},
		{"consortium.institutions[0].standing", func(gs *types.GenesisState) { gs.Institutions[0].Standing = 0 }},
		{"consortium.institutions[3].power: expected none", func(gs *types.GenesisState) { gs.Institutions[3].Power = 1 }},
		{"consortium.institutions[0].consensus_key", func(gs *types.GenesisState) { gs.Institutions[0].ConsensusKey = key("nobody's") }},
		{"consortium.validators[0].public_key", func(gs *types.GenesisState) { gs.Validators[0].PublicKey = key("nobody's") }},
		{"consortium.validators[1].institution_id", func(gs *types.GenesisState) { gs.Validators[1].InstitutionId = 1 }},
		{"consortium.validators: expected at least one", func(gs *types.GenesisState) { gs.Validators = nil }},
		{"consortium.validators: expected the last of consortium.sets", func(gs *types.GenesisState) { gs.Validators = gs.Validators[:1] }},
		{"consortium.sets: expected", func(gs *types.GenesisState) { gs.Sets = nil }},
		{"consortium.sets[1].height", func(gs *types.GenesisState) { gs.Sets[1].Height = 1 }},
		{"consortium.sets[0]: hash", func(gs *types.GenesisState) { gs.Sets[0].Hash = person("x") }},
		{"consortium.sets[0]: members[0]", func(gs *types.GenesisState) { gs.Sets[0].Members[0].InstitutionId = 2 }},
		{"consortium.proposals[1].id", func(gs *types.GenesisState) { gs.Proposals[1].Id = 1 }},
		{"consortium.proposals[1].institution_id", func(gs *types.GenesisState) { gs.Proposals[1].InstitutionId = 0 }},
		{"consortium.proposals[1].status", func(gs *types.GenesisState) { gs.Proposals[1].Status = 17 }},
		{"consortium.proposals[0].votes[0]", func(gs *types.GenesisState) { gs.Proposals[0].Votes[0].InstitutionId = 99 }},
		{"consortium.uptimes[0].institution_id", func(gs *types.GenesisState) { gs.Uptimes[0].InstitutionId = 99 }},
		{"consortium.uptimes[0]: expected 1 to", func(gs *types.GenesisState) { gs.Uptimes[0].Signed = 101 }},
		{"consortium.window.blocks", func(gs *types.GenesisState) { gs.Window.Blocks = 100 }},
	} {
		gs := governed(t).export()
		c.change(gs)
		err := gs.Validate()
		require.ErrorIs(t, err, types.ErrGenesis)
		require.ErrorContains(t, err, c.field)
	}
}

// CO-13: a file cannot say of consensus what the log or the heights contradict.
func TestForgedGovernmentIsRefused(t *testing.T) {
	for want, change := range map[string]func(gs *types.GenesisState, first uint64){
		"consortium.last_routine_height: expected less than": func(gs *types.GenesisState, first uint64) { gs.LastRoutineHeight = first },
		"votes[0].height: expected less than":                func(gs *types.GenesisState, first uint64) { gs.Proposals[3].Votes[0].Height = first },
		"consortium.sets[0]: expected the founders' set":     func(gs *types.GenesisState, _ uint64) { gs.Sets = gs.Sets[1:] },
		"height: expected at most":                           func(gs *types.GenesisState, first uint64) { gs.Sets[len(gs.Sets)-1].Height = first + 1 },
		"consortium.institutions[0].decided_height":          func(gs *types.GenesisState, _ uint64) { gs.Institutions[0].DecidedHeight = 1 },
	} {
		h := governed(t)
		gs := h.export()
		again := h.successor()
		change(gs, uint64(again.ctx.BlockHeight()))
		_, err := again.k.InitGenesis(again.ctx, gs)
		require.ErrorContains(t, err, want)
	}
}

// CO-29: the log's head is the same before and after new software; software that
// changes it stops the chain.
func TestUpgradeKeepsTheLog(t *testing.T) {
	h := founded(t)
	before, err := h.log.Head(h.ctx)
	require.NoError(t, err)
	migrated := false
	require.NoError(t, h.k.Upgrade(h.ctx, "v2", 7, func() error { migrated = true; return nil }))
	require.True(t, migrated)
	u := h.last().GetSoftwareUpgrade()
	require.Equal(t, &logtypes.SoftwareUpgrade{
		Stage: logtypes.UPGRADE_STAGE_APPLIED, Name: "v2", UpgradeHeight: 7, LogSize: before.Size_, LogRoot: before.Root,
	}, u)
	require.ErrorIs(t, h.k.Upgrade(h.ctx, "v3", 8, func() error {
		_, err := h.log.Append(h.ctx, &logtypes.Entry_InstitutionRemoved{InstitutionRemoved: &logtypes.InstitutionRemoved{InstitutionId: 1, Reason: 1}})
		return err
	}), types.ErrUpgrade)
}
