package keeper_test

import (
	"testing"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/keeper"
	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func (h *house) rotate(institution string, to types.PublicKey) error {
	return h.do(func(ctx sdk.Context) error {
		_, err := h.msg.RotateConsensusKey(ctx, &types.MsgRotateConsensusKey{Operator: addr(institution + "-operator"), ConsensusKey: to})
		return err
	})
}

// CO-25.
func TestRotation(t *testing.T) {
	h := founded(t)
	require.NoError(t, h.rotate(court, key("court-validator-2")))
	e := h.last().GetValidatorKeyBound()
	require.EqualValues(t, 2, e.InstitutionId)
	require.EqualValues(t, 10, e.Power)
	updates := h.end()
	require.Len(t, updates, 2)
	require.Zero(t, updates[0].Power, "the old key goes")
	require.EqualValues(t, 10, updates[1].Power)
	h.given()

	require.ErrorIs(t, h.rotate(court, key("court-validator")), types.ErrKeyUsed, "a retired key never comes back")
	require.ErrorIs(t, h.rotate(notary, key("court-validator")), types.ErrKeyUsed, "nor to another institution")
	require.ErrorIs(t, h.rotate(notary, key("court-validator-2")), types.ErrKeyUsed)
	require.ErrorIs(t, h.rotate(notary, types.PublicKey{Type: logtypes.KEY_TYPE_SECP256K1, Key: key("x").Key}), types.ErrInvalidKey)
	require.ErrorIs(t, h.rotate("nobody", key("y")), types.ErrNotPermitted)
	require.Empty(t, h.end(), "nothing waits")
}

// CO-25: one operator cannot make a new set in every block of an epoch, nor leave
// behind what a failing transaction decided.
func TestEpochs(t *testing.T) {
	h := founded(t)
	h.carry(epoch(5))
	require.NoError(t, h.rotate(court, key("court-validator-2")))
	require.Len(t, h.end(), 2, "the first routine change of an epoch is given at once")
	from := h.ctx.BlockHeight()
	require.NoError(t, h.rotate(court, key("court-validator-3")))
	require.ErrorIs(t, h.rotate(court, key("court-validator-4")), types.ErrStanding)
	require.NoError(t, h.rotate(notary, key("notary-validator-2")))
	for len(h.end()) == 0 {
	}
	require.EqualValues(t, from-1+5+1, h.ctx.BlockHeight(), "five blocks after the last")
	waiting, err := keeper.NewQueryServer(h.k).Validators(h.ctx, &types.QueryValidatorsRequest{})
	require.NoError(t, err)
	require.Equal(t, []uint64{3}, waiting.Waiting, "two keys of four do not fit into one block")
	h.carry(suspension(4))
	updates := h.end()
	require.Len(t, updates, 1, "a suspension does not wait")
	require.Zero(t, updates[0].Power)
}

// CO-25: a type of key that the parameters of this block do not allow waits.
func TestKeyTypesWait(t *testing.T) {
	h := founded(t)
	require.NoError(t, h.rotate(court, key("court-validator-2")))
	h.ctx = h.ctx.WithConsensusParams(cmtproto.ConsensusParams{Validator: &cmtproto.ValidatorParams{PubKeyTypes: []string{"ml_dsa_65"}}})
	require.Empty(t, h.end())
	h.ctx = h.ctx.WithConsensusParams(cmtproto.ConsensusParams{Validator: &cmtproto.ValidatorParams{PubKeyTypes: []string{"ed25519", "ml_dsa_65"}}})
	require.Len(t, h.end(), 2)
}

// CO-25: who is readmitted with a key of a type that is not allowed any more needs
// another one; and no type is dropped that a present validator has.
func TestKeyTypesOfTheReadmitted(t *testing.T) {
	h := founded(t)
	h.carry(suspension(4))
	h.ctx = h.ctx.WithConsensusParams(cmtproto.ConsensusParams{Validator: &cmtproto.ValidatorParams{PubKeyTypes: []string{"ml_dsa_65"}}})
	h.refused(types.ErrInvalidKey, "expected a consensus key of a type that the consensus parameters allow, [ml_dsa_65], got ed25519", readmission(4, 10))
	require.ErrorIs(t, h.k.CheckKeyTypes(h.ctx, []string{"ml_dsa_65"}), types.ErrParams)
	require.NoError(t, h.k.CheckKeyTypes(h.ctx, []string{"ed25519"}))
}

// CO-26.
func TestHistoryOfSets(t *testing.T) {
	h := founded(t).five()
	q := keeper.NewQueryServer(h.k)
	at := uint64(h.ctx.BlockHeight()) // updates of the block before are named by this header
	sets, err := q.ValidatorSets(h.ctx, &types.QueryValidatorSetsRequest{})
	require.NoError(t, err)
	require.Len(t, sets.ValidatorSets, 2)
	require.EqualValues(t, 1, sets.ValidatorSets[0].Height)
	require.Equal(t, at, sets.ValidatorSets[1].Height)
	before, err := q.ValidatorSet(h.ctx, &types.QueryValidatorSetRequest{Height: at - 1})
	require.NoError(t, err)
	require.Len(t, before.ValidatorSet.Members, 4)
	_, err = q.ValidatorSet(h.ctx, &types.QueryValidatorSetRequest{Height: 0})
	require.ErrorContains(t, err, "expected a height from the first block on")
	c, err := q.ConsensusKey(h.ctx, &types.QueryConsensusKeyRequest{Address: secret("fifth-validator").PubKey().Address().String()})
	require.NoError(t, err)
	require.EqualValues(t, 5, c.ConsensusKey.InstitutionId)
}

// CO-27.
func TestMisbehaviourTakesPower(t *testing.T) {
	h := founded(t).five()
	at := h.ctx.BlockHeight() - 1
	h.misbehave(at, "court-validator", "court-validator")
	e := h.last().GetMisbehaviour()
	require.True(t, e.PowerRemoved)
	require.EqualValues(t, 2, e.InstitutionId)
	require.EqualValues(t, at, e.OffenceHeight)
	require.Empty(t, h.last().TxHash)
	size := h.last().Seq
	require.Len(t, h.end(), 1)
	require.NotContains(t, h.given(), uint64(2))
	h.misbehave(at, "court-validator")
	require.Equal(t, size, h.last().Seq, "the same offence is entered once")
	require.Equal(t, types.STANDING_MEMBER, h.institution(2).Standing, "its officers go on working")
	_, err := h.propose(h.proposal(court, epoch(7)))
	require.ErrorContains(t, err, "whose validator has power")
	require.ErrorIs(t, h.rotate(court, key("court-validator-2")), types.ErrNotPermitted)

	h.carry(readmission(2, 10))
	require.Len(t, h.end(), 1)
	h.misbehave(at+1, "court-validator")
	require.False(t, h.last().GetMisbehaviour().PowerRemoved, "an offence before the readmission is only entered")
	require.EqualValues(t, 10, h.institution(2).Power)
	h.misbehave(h.ctx.BlockHeight(), "court-validator")
	require.True(t, h.last().GetMisbehaviour().PowerRemoved)
}

// CO-27: never below four automatically.
func TestMisbehaviourOfTooMany(t *testing.T) {
	h := founded(t)
	h.misbehave(1, "court-validator")
	require.False(t, h.last().GetMisbehaviour().PowerRemoved, "three would be left")
	h.five()
	h.misbehave(2, "court-validator", "notary-validator")
	head, err := h.log.Head(h.ctx)
	require.NoError(t, err)
	first, err := h.log.Entry(h.ctx, head.Size_-2)
	require.NoError(t, err)
	require.True(t, first.GetMisbehaviour().PowerRemoved)
	require.False(t, h.last().GetMisbehaviour().PowerRemoved, "the second of two at once")
	h.end()
	require.Len(t, h.given(), 4)
	for _, id := range []uint64{3, 4} {
		h.carry(removal(id))
		h.end()
	}
	h.misbehave(h.ctx.BlockHeight(), "fifth-validator")
	require.False(t, h.last().GetMisbehaviour().PowerRemoved, "the last but one stays")
	require.Len(t, h.given(), 2)
}

// CO-27: a newcomer that consensus does not know yet keeps nothing going.
func TestMisbehaviourWhileOneWaits(t *testing.T) {
	h := founded(t)
	h.carry(epoch(50), admission(fifth, fifthUSCC))
	h.misbehave(1, "court-validator")
	require.False(t, h.last().GetMisbehaviour().PowerRemoved)
}

// CO-27: a retired key stays attributable; nobody's key is no entry; nobody gets a
// third by another's offence.
func TestMisbehaviourOfOtherKeys(t *testing.T) {
	h := founded(t).five()
	require.NoError(t, h.rotate(court, key("court-validator-2")))
	h.end()
	h.misbehave(2, "court-validator")
	require.True(t, h.last().GetMisbehaviour().PowerRemoved)
	require.Equal(t, []byte(secret("court-validator").PubKey().Address()), h.last().GetMisbehaviour().Address)
	h.end()
	size := h.last().Seq
	h.misbehave(2, "a stranger")
	require.Equal(t, size, h.last().Seq)

	h.carry(admission(sixth, sixthUSCC), power(1, 13))
	h.end()
	h.misbehave(h.ctx.BlockHeight(), "notary-validator")
	require.True(t, h.last().GetMisbehaviour().PowerRemoved)
	h.end()
	h.carry(readmission(2, 10), readmission(3, 4), power(1, 17), power(4, 12))
	h.end()
	require.Equal(t, map[uint64]uint64{1: 17, 2: 10, 3: 4, 4: 12, 5: 10, 6: 10}, h.given())
	h.misbehave(h.ctx.BlockHeight(), "exchange-validator")
	require.False(t, h.last().GetMisbehaviour().PowerRemoved, "institution 1 would have 17 of 51")
}

// CO-28.
func TestUptime(t *testing.T) {
	h := founded(t)
	order := []string{center, court, notary, exchange}
	for i := range 250 {
		h.busy(map[string]bool{center: true, court: i%2 == 0, notary: true, exchange: i < 150}, order...)
		h.end() // an idle block in between counts nothing
	}
	q := keeper.NewQueryServer(h.k)
	up, err := q.Uptime(h.ctx, &types.QueryUptimeRequest{InstitutionId: 2})
	require.NoError(t, err)
	require.Len(t, up.Uptimes, 2)
	require.Equal(t, types.Uptime{InstitutionId: 2, Window: 1, FirstHeight: 202, LastHeight: 400, Blocks: 100, Signed: 50}, up.Uptimes[0])
	require.EqualValues(t, 50, up.Window.Blocks)
	require.EqualValues(t, 25, up.Window.Signed)
	up, err = q.Uptime(h.ctx, &types.QueryUptimeRequest{InstitutionId: 4})
	require.NoError(t, err)
	require.EqualValues(t, 50, up.Uptimes[0].Signed)
	require.EqualValues(t, 100, up.Uptimes[1].Signed)
}
