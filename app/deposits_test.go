package app_test

import (
	"fmt"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
)

// A block's gas does not admit more deposits, nor more requests, than the purge
// counts on, however they are packed.
func TestBlockGasLimitsDeposits(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	made := 0
	deliver := func(n int, requests bool) *abci.ExecTxResult {
		var msgs []sdk.Msg
		for range n {
			made++
			m := testutil.Deposit(w.Employee, w.Enterprise, testutil.Commitment(fmt.Sprint(made)))
			if requests {
				m.RequestId = testutil.Commitment(fmt.Sprint("request ", made))
			}
			msgs = append(msgs, m)
		}
		r := w.Block(w.SignWith(w.Employee, 0, func(b client.TxBuilder) { b.SetGasLimit(app.MaxTxGas) }, msgs...))[0]
		require.Zero(t, r.Code, r.Log)
		return r
	}
	deliver(1, false) // the first one writes more new rows
	for _, n := range []int{1, app.MaxMsgs} {
		deposit, request := deliver(n, false), deliver(n, true)
		deposits, requests := n*int(app.BlockMaxGas/deposit.GasUsed), n*int(app.BlockMaxGas/request.GasUsed)
		t.Logf("%d in a transaction: %d gas, %d a block; with request ids %d gas, %d a block", n, deposit.GasUsed, deposits, request.GasUsed, requests)
		require.LessOrEqual(t, deposits, evidencetypes.MaxDepositsPerBlock)
		require.LessOrEqual(t, requests, evidencetypes.MaxRequestsPerBlock)
	}
}
