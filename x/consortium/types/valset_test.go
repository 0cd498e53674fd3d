package types_test

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func consensusKey(name string) types.PublicKey {
	seed := sha256.Sum256([]byte(name))
	return types.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: ed25519.GenPrivKeyFromSecret(seed[:]).PubKey().Bytes()}
}

// set makes a validator set of powers by institution, from 1; 0 leaves one out.
func set(powers ...uint64) []types.Validator {
	var out []types.Validator
	for i, p := range powers {
		if p > 0 {
			out = append(out, types.Validator{InstitutionId: uint64(i + 1), Power: p, PublicKey: consensusKey(fmt.Sprint(i + 1))})
		}
	}
	return out
}

// rotated gives an institution of a set another key.
func rotated(of []types.Validator, institutions ...uint64) []types.Validator {
	out := append([]types.Validator(nil), of...)
	for i, v := range out {
		for _, id := range institutions {
			if v.InstitutionId == id {
				out[i].PublicKey = consensusKey(fmt.Sprintf("%d again", id))
			}
		}
	}
	return out
}

// CO-2.
func TestCheckSet(t *testing.T) {
	for _, good := range [][]types.Validator{set(1), set(5, 1), set(9, 1, 1), set(1, 1, 1, 1), set(3, 3, 2, 2)} {
		require.NoError(t, types.CheckSet(good))
	}
	for _, bad := range [][]types.Validator{nil, set(2, 1, 1, 1), set(1, 1, 1, types.MaxPower+1), set(3, 2, 2, 2)} {
		require.ErrorIs(t, types.CheckSet(bad), types.ErrValidatorSet)
	}
}

// CO-23.
func TestStep(t *testing.T) {
	four, five := set(10, 10, 10, 10), set(10, 10, 10, 10, 10)
	for name, c := range map[string]struct{ present, decided, want []types.Validator }{
		"a fifth joins":                     {four, five, five},
		"one leaves":                        {five, set(10, 0, 10, 10, 10), set(10, 0, 10, 10, 10)},
		"two of six leave, one at a time":   {set(1, 1, 1, 1, 1, 1), set(0, 0, 1, 1, 1, 1), set(0, 1, 1, 1, 1, 1)},
		"two of seven leave at once":        {set(1, 1, 1, 1, 1, 1, 1), set(0, 0, 1, 1, 1, 1, 1), set(0, 0, 1, 1, 1, 1, 1)},
		"one key of four":                   {four, rotated(four, 2), rotated(four, 2)},
		"two keys of four, one at a time":   {four, rotated(four, 2, 3), rotated(four, 2)},
		"a removal goes before an arrival":  {five, set(0, 10, 10, 10, 10, 10), set(0, 10, 10, 10, 10, 10)},
		"three of four: no rule of shares":  {four, set(10, 0, 10, 10), set(10, 0, 10, 10)},
		"from three to four all at once":    {set(9, 1, 1), set(1, 1, 1, 1), set(1, 1, 1, 1)},
		"doubling one by one is impossible": {set(1, 1, 1, 1), set(2, 2, 2, 2), set(1, 1, 1, 1)},
		"two together where one may not":    {set(2, 2, 3, 3), set(2, 2, 2, 2), set(2, 2, 2, 2)},
		"never an empty set":                {set(1), nil, set(1)},
		"what does not fit blocks nothing":  {set(3, 3, 3, 3, 3), set(9, 3, 3, 3, 4), set(3, 3, 3, 3, 4)},
	} {
		require.Equal(t, c.want, types.Step(c.present, c.decided, true), name)
	}
	// Not routine: only who is removed.
	require.Equal(t, set(0, 10, 10, 10, 10), types.Step(five, set(0, 10, 10, 10, 11, 10), false))
	require.Equal(t, four, types.Step(four, five, false))
}

// CO-23: what steps lead to depends on when they are given.
func TestCheckReachable(t *testing.T) {
	at := func(height, due, epoch uint64) types.Schedule {
		return types.Schedule{Height: height, RoutineDue: due, EpochBlocks: epoch}
	}
	require.ErrorContains(t, types.CheckReachable(set(1, 1, 1, 1), set(2, 2, 2, 2), at(1, 0, 1)), "decide on powers in between first")
	six, later := set(1, 1, 1, 1, 1, 1), rotated(set(0, 0, 1, 1, 1, 1, 1, 1), 3, 4, 5)
	require.NoError(t, types.CheckReachable(six, later, at(1, 0, 1)))
	require.NoError(t, types.CheckReachable(six, later, at(1, 90, 100)))

	// The seventh may leave with a routine change of the same block; alone, before the
	// next epoch, it leaves the second with so much that no later step is allowed.
	present := set(0, 10, 6, 20, 11, 10, 20, 0, 12)
	decided := rotated(set(9, 30, 6, 11, 10, 10, 0, 30), 4, 5, 6)
	require.NoError(t, types.CheckReachable(present, decided, at(4, 4, 1)))
	require.ErrorIs(t, types.CheckReachable(present, decided, at(3, 6, 4)), types.ErrValidatorSet)
}

// Whatever is decided: each step is allowed, and steps end.
func TestStepsAreAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		powers := rapid.SliceOfN(rapid.Uint64Range(0, 4), 1, 9)
		present := set(powers.Draw(t, "present")...)
		decided := rotated(set(powers.Draw(t, "decided")...), rapid.SliceOfN(rapid.Uint64Range(1, 9), 0, 4).Draw(t, "rotated")...)
		if types.CheckSet(present) != nil {
			t.Skip()
		}
		for range 12 {
			next := types.Step(present, decided, true)
			require.NoError(t, types.CheckSet(next))
			allowed(t, present, next)
			updates, err := types.Updates(present, next)
			require.NoError(t, err)
			if len(updates) == 0 {
				break
			}
			seen := map[string]bool{}
			for _, u := range updates {
				require.False(t, seen[u.PubKey.String()], "a key twice")
				seen[u.PubKey.String()] = true
			}
			present = next
		}
		require.Equal(t, present, types.Step(present, decided, true), "steps end")
	})
}

// allowed is the rule for one block, told again.
func allowed(t *rapid.T, before, after []types.Validator) {
	type row struct {
		institution uint64
		key         string
	}
	powers := func(set []types.Validator) (map[row]uint64, uint64) {
		m, total := map[row]uint64{}, uint64(0)
		for _, v := range set {
			m[row{v.InstitutionId, string(v.PublicKey.Key)}] = v.Power
			total += v.Power
		}
		return m, total
	}
	old, oldTotal := powers(before)
	new, newTotal := powers(after)
	var lost, gained uint64
	for k, p := range old {
		lost += p - min(p, new[k])
	}
	for k, p := range new {
		gained += p - min(p, old[k])
	}
	if len(before) >= 4 && len(after) >= 4 {
		require.Less(t, 3*lost, oldTotal)
		require.Less(t, 3*gained, newTotal)
	}
}

// HistoryOf names the set as CometBFT's headers do, whatever the order of powers.
func TestHistoryNamesWhoseKeys(t *testing.T) {
	row, err := types.HistoryOf(7, set(1, 3, 2, 3))
	require.NoError(t, err)
	require.EqualValues(t, 7, row.Height)
	require.Len(t, row.Hash, 32)
	require.Len(t, row.Members, 4)
	address, err := consensusKey("2").ConsensusAddress()
	require.NoError(t, err)
	require.Equal(t, types.SetMember{InstitutionId: 2, Address: address, Power: 3}, row.Members[1])
}
