package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/evidence/types"
)

func TestChargeIsForNewRecordsOnly(t *testing.T) {
	w := newWorld(t)
	m := newContent(t, oak, 1, "file").requested(requestID)
	charge := func(msg sdk.Msg) uint64 {
		enterpriseID, records, err := w.k.Charge(w.ctx, msg)
		require.NoError(t, err)
		require.Equal(t, records == 1, enterpriseID == oak)
		return records
	}
	require.Equal(t, uint64(1), charge(m))
	_, err := deliver(w, w.msg.SubmitRecord, m)
	require.NoError(t, err)
	require.Zero(t, charge(m), "a repeated request")
	require.Zero(t, charge(&types.MsgSubmitRecord{EnterpriseId: oak}), "what the handler refuses anyway")
	require.Zero(t, charge(application(1)))
	_, _, err = w.k.Charge(w.ctx, newContent(t, oak, 2, "file").requested(requestID))
	require.ErrorIs(t, err, types.ErrRequestReused)
	w.after(types.RequestLife)
	require.Equal(t, uint64(1), charge(m))
}
