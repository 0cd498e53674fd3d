package app_test

import (
	"encoding/hex"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/store/v2/rootmulti"

	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/layout"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// proven reads a value with its proof and checks it against the app hash.
func proven(t *testing.T, c *testutil.Chain, key []byte) []byte {
	t.Helper()
	resp, err := c.App.Query(t.Context(), &abci.RequestQuery{
		Path: "/store/" + layout.ConsortiumStore + "/key", Data: key, Height: c.Height, Prove: true,
	})
	require.NoError(t, err)
	require.Zero(t, resp.Code, resp.Log)
	path := "/" + layout.ConsortiumStore + "/x:" + hex.EncodeToString(key)
	require.NoError(t, rootmulti.DefaultProofRuntime().VerifyValue(resp.ProofOps, c.AppHash, path, resp.Value))
	other := append([]byte(nil), resp.Value...)
	other[0] ^= 1
	require.Error(t, rootmulti.DefaultProofRuntime().VerifyValue(resp.ProofOps, c.AppHash, path, other))
	return resp.Value
}

// CO-26, CO-28: whose the keys of a validator set are, and who signed, can be shown
// to somebody who has nothing but a header.
func TestUptimeAndSetsAreProvable(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	var set consortiumtypes.ValidatorSet
	require.NoError(t, set.Unmarshal(proven(t, w.Chain, layout.ValidatorSetKey(1))))
	require.Len(t, set.Members, 4)

	votes := abci.CommitInfo{}
	for i, m := range set.Members {
		flag := cmtproto.BlockIDFlagCommit
		if i == 1 {
			flag = cmtproto.BlockIDFlagAbsent
		}
		votes.Votes = append(votes.Votes, abci.VoteInfo{Validator: abci.Validator{Address: m.Address, Power: int64(m.Power)}, BlockIdFlag: flag})
	}
	w.LastCommit = votes
	for n := range 100 {
		w.Advance(time.Second)
		w.Submit(w.Admin, w.Enterprise, testutil.Commitment(string(rune('a'+n))))
	}
	for institution, signed := range map[uint64]uint64{1: 100, 2: 0} {
		var up consortiumtypes.Uptime
		require.NoError(t, up.Unmarshal(proven(t, w.Chain, layout.UptimeKey(institution, 0))))
		require.Equal(t, institution, up.InstitutionId)
		require.EqualValues(t, 100, up.Blocks)
		require.Equal(t, signed, up.Signed)
	}
}
