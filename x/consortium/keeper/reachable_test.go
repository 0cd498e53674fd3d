package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/consortium/types"
)

// CO-23: a rotation must not make what waits unreachable. 10, 10, 18, 17 is reached
// in one block only, because either change alone would give its institution a third;
// with another key for the third both do not fit into one.
func TestRotationLeavesTheDecidedReachable(t *testing.T) {
	h := founded(t)
	h.carry(power(3, 18), power(4, 17))
	require.ErrorIs(t, h.rotate(notary, key("notary-validator-2")), types.ErrValidatorSet)
	require.Len(t, h.end(), 2)
	require.NoError(t, h.rotate(notary, key("notary-validator-2")))
	require.Len(t, h.end(), 2)
	require.Equal(t, map[uint64]uint64{1: 10, 2: 10, 3: 18, 4: 17}, h.given())
}

// CO-23, CO-27: nor does misbehaviour: without the first the others' 10, 10, 10, 23 and
// 22 are reached by no steps, so that it is left to a vote.
func TestMisbehaviourLeavesTheDecidedReachable(t *testing.T) {
	h := founded(t)
	h.carry(epoch(20))
	h.five()
	newcomer := admission(sixth, sixthUSCC)
	newcomer.Power = 22
	h.carry(power(5, 23), newcomer)
	require.Empty(t, h.end(), "they wait for the next epoch")
	h.misbehave(h.ctx.BlockHeight()-1, "center-validator")
	require.False(t, h.last().GetMisbehaviour().PowerRemoved)
	for range 41 {
		h.end()
	}
	require.Equal(t, map[uint64]uint64{1: 10, 2: 10, 3: 10, 4: 10, 5: 23, 6: 22}, h.given())
	h.misbehave(h.ctx.BlockHeight()-1, "center-validator")
	require.True(t, h.last().GetMisbehaviour().PowerRemoved)
}
