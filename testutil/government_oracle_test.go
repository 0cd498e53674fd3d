package testutil_test

import (
	"bytes"
	"slices"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	errorsmod "cosmossdk.io/errors"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// The rules for validator sets, written again and apart from the module's.

func sameRow(a, b consortiumtypes.Validator) bool {
	return a.InstitutionId == b.InstitutionId && a.Power == b.Power && a.PublicKey.Is(b.PublicKey)
}

func totalOf(set []consortiumtypes.Validator) (total uint64) {
	for _, v := range set {
		total += v.Power
	}
	return total
}

// lawfulSet: never empty, and nobody with a third once there are four.
func lawfulSet(set []consortiumtypes.Validator) bool {
	for _, v := range set {
		if len(set) >= 4 && 3*v.Power >= totalOf(set) {
			return false
		}
	}
	return len(set) > 0
}

// powers by key: consensus and light clients know keys, not institutions.
func powers(set []consortiumtypes.Validator) map[string]uint64 {
	out := map[string]uint64{}
	for _, v := range set {
		out[address(v.PublicKey)] = v.Power
	}
	return out
}

// lawfulStep: less than a third goes, less than a third comes, unless there are fewer
// than four before or after.
func lawfulStep(before, after []consortiumtypes.Validator) bool {
	if !lawfulSet(after) {
		return false
	}
	if len(before) < 4 || len(after) < 4 {
		return true
	}
	old, now := powers(before), powers(after)
	var lost, gained uint64
	for k, p := range old {
		lost += p - min(p, now[k])
	}
	for k, p := range now {
		gained += p - min(p, old[k])
	}
	return 3*lost < totalOf(before) && 3*gained < totalOf(after)
}

// gone are the rows of institutions that the other set has not.
func gone(before, after []consortiumtypes.Validator) []consortiumtypes.Validator {
	return slices.DeleteFunc(slices.Clone(before), func(v consortiumtypes.Validator) bool {
		return slices.ContainsFunc(after, func(a consortiumtypes.Validator) bool { return a.InstitutionId == v.InstitutionId })
	})
}

// routine tells whether a step does more than remove.
func routine(before, after []consortiumtypes.Validator) bool {
	left := gone(before, gone(before, after))
	return !slices.EqualFunc(left, after, sameRow)
}

// check is the oracle after each block: the application's tables are the model's,
// what is given to consensus keeps the rules, and CometBFT has it.
func (x *machine) check() {
	gs, err := x.c.App.ConsortiumKeeper.ExportGenesis(x.c.Ctx())
	require.NoError(x.t, err)
	x.checkDecided(gs)
	x.checkProposals(gs)
	x.checkKeys(gs)
	x.checkStep(gs)
	x.checkConsensus(gs)
	x.m.given = gs.Validators
}

func (x *machine) checkDecided(gs *consortiumtypes.GenesisState) {
	require.Equal(x.t, x.m.epoch, gs.Params.EpochBlocks)
	require.Len(x.t, gs.Institutions, len(x.m.members))
	for i, in := range gs.Institutions {
		want := x.m.members[i]
		require.Equal(x.t, want.id, in.Id)
		require.Equal(x.t, want.standing, in.Standing, "standing of institution %d", in.Id)
		require.Equal(x.t, want.power, in.Power, "decided power of institution %d", in.Id)
		require.True(x.t, want.key.Is(in.ConsensusKey), "decided key of institution %d", in.Id)
		require.EqualValues(x.t, want.since, in.SinceHeight, "height since which institution %d is in", in.Id)
		require.EqualValues(x.t, want.decided, in.DecidedHeight, "height of the last decision on institution %d", in.Id)
	}
	require.True(x.t, lawfulSet(x.m.decided()), "the decided set")
}

func (x *machine) checkProposals(gs *consortiumtypes.GenesisState) {
	require.Len(x.t, gs.Proposals, len(x.m.proposals))
	for i, p := range gs.Proposals {
		want := x.m.proposals[i]
		require.Equal(x.t, want.status, p.Status, "proposal %d: %v", p.Id, p.Failure)
		require.Len(x.t, p.Votes, len(want.votes))
		if want.status == consortiumtypes.PROPOSAL_STATUS_FAILED {
			_, code, _ := errorsmod.ABCIInfo(want.why, false)
			require.EqualValues(x.t, want.failed, p.Failure.Message, "failing message of proposal %d", p.Id)
			require.Equal(x.t, code, p.Failure.Code, "failure of proposal %d", p.Id)
		}
	}
}

// checkKeys: each consensus key is one institution's for ever, and in use only as
// its present one.
func (x *machine) checkKeys(gs *consortiumtypes.GenesisState) {
	require.Len(x.t, gs.ConsensusKeys, len(x.m.owner))
	for _, k := range gs.ConsensusKeys {
		in := x.m.member(x.m.owner[address(k.PublicKey)])
		require.NotNil(x.t, in)
		require.Equal(x.t, in.id, k.InstitutionId)
		current := in.key.Is(k.PublicKey) && in.standing != consortiumtypes.STANDING_REMOVED
		require.Equal(x.t, current, k.RetiredHeight == 0, "key of institution %d", in.id)
	}
	for _, v := range gs.Validators {
		require.Equal(x.t, v.InstitutionId, x.m.owner[address(v.PublicKey)])
	}
}

// checkStep judges what this block gave to consensus.
func (x *machine) checkStep(gs *consortiumtypes.GenesisState) {
	before, after, decided := x.m.given, gs.Validators, x.m.decided()
	if slices.EqualFunc(before, decided, sameRow) {
		require.True(x.t, slices.EqualFunc(before, after, sameRow), "nothing was to be done")
		return
	}
	if !slices.EqualFunc(before, after, sameRow) {
		require.True(x.t, lawfulStep(before, after), "step from %v to %v", before, after)
		for _, v := range after {
			require.True(x.t, slices.ContainsFunc(before, func(b consortiumtypes.Validator) bool { return sameRow(b, v) }) ||
				slices.ContainsFunc(decided, func(d consortiumtypes.Validator) bool { return sameRow(d, v) }), "neither former nor decided: %v", v)
		}
	}
	// A removal that fits alone waits only for another removal; one that does not may
	// take routine changes along before their time.
	fits := false
	for _, v := range gone(before, decided) {
		if lawfulStep(before, gone(before, []consortiumtypes.Validator{v})) {
			fits = true
			require.NotEmpty(x.t, gone(before, after), "the removal of institution %d fits but waits", v.InstitutionId)
		}
	}
	if routine(before, after) {
		if fits || len(gone(before, decided)) == 0 {
			require.GreaterOrEqual(x.t, x.m.height, x.m.routineAt+int64(x.m.epoch), "a routine change before its time")
		}
		x.m.routineAt = x.m.height
	}
}

// checkConsensus: CometBFT's set two heights later is the table, header and history
// name it by the same hash.
func (x *machine) checkConsensus(gs *consortiumtypes.GenesisState) {
	height := x.c.Height()
	next := x.c.State.NextValidators
	require.Equal(x.t, next.Hash(), x.c.Validators(height+2).Hash())
	require.Equal(x.t, len(gs.Validators), next.Size())
	for _, v := range gs.Validators {
		_, row := next.GetByAddress([]byte(address(v.PublicKey)))
		require.NotNil(x.t, row, "institution %d in CometBFT's set", v.InstitutionId)
		require.EqualValues(x.t, v.Power, row.VotingPower)
	}
	x.checkHistory(gs, x.c.LastBlock.Header)
	last := gs.Sets[len(gs.Sets)-1]
	require.True(x.t, bytes.Equal(last.Hash, next.Hash()), "the last row of the history is the next set")
}

// checkHistory: the row that holds at a height is the header's next set.
func (x *machine) checkHistory(gs *consortiumtypes.GenesisState, h cmttypes.Header) {
	for _, row := range slices.Backward(gs.Sets) {
		if row.Height <= uint64(h.Height) {
			require.True(x.t, bytes.Equal(row.Hash, h.NextValidatorsHash), "history row of height %d for the header of %d", row.Height, h.Height)
			return
		}
	}
	require.Fail(x.t, "expected a row of the history", "height %d", h.Height)
}
