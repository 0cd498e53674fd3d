package app_test

import (
	"fmt"
	"strings"
	"testing"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

// largest is an operator's transaction of about as many bytes as one may have, and that
// declares as much gas: two proposals of parameters with many categories.
func largest(c *testutil.Chain, by testutil.Signer) (raw []byte) {
	c.T.Helper()
	p := enterprisetypes.DefaultParams()
	for len(raw) < app.MaxTxBytes-1024 {
		n := len(p.Categories)
		name := strings.Repeat("a", 20) + string([]byte{'a' + byte(n/26), 'a' + byte(n%26)})
		p.Categories = append(p.Categories, enterprisetypes.Category{Code: uint32(1000 + n), Name: name, Zh: fmt.Sprint("电子信息技术服务", n)})
		update := &enterprisetypes.MsgUpdateParams{Authority: app.Authority, Params: p}
		m := proposal(c, by, update, update, update, update)
		raw = forge(c, by, func(d *draft) { d.auth.Fee.GasLimit = app.MaxTxGas }, m, m)
	}
	require.LessOrEqual(c.T, len(raw), app.MaxTxBytes)
	return raw
}

// At the lowest limits that can be decided the largest and dearest transaction of an
// operator still goes into a block: members can decide on other limits.
func TestDecidedLimitsLeaveRoomToDecide(t *testing.T) {
	c := testutil.NewChain(t, testutil.Options{})
	carry(c, updateParams(c, func(m *consensustypes.MsgUpdateParams) {
		m.Block.MaxBytes, m.Block.MaxGas, m.Evidence.MaxBytes = app.BlockMinBytes, app.BlockMinGas, app.MaxEvidenceBytes
	}))
	raw := largest(c, center)
	got := c.Check(raw)
	require.Zero(t, got.Code, got.Log)
	require.Len(t, c.Propose(raw), 1)
	require.True(t, c.Accepts(raw))
	done := c.Block(raw)[0]
	require.Zero(t, done.Code, done.Log)
	carry(c, updateParams(c, func(m *consensustypes.MsgUpdateParams) { m.Block.MaxGas = app.BlockMaxGas }))
}

// What is reserved is enough for what CometBFT keeps of a block, with as many
// validators as may be, and evidence.
func TestHeaderReserveHoldsCommitAndEvidence(t *testing.T) {
	for validators := 1; validators <= consortiumtypes.MaxInstitutions; validators++ {
		for _, maxBytes := range []int64{app.BlockMinBytes, app.BlockMaxBytes} {
			left := cmttypes.MaxDataBytes(maxBytes, app.MaxEvidenceBytes, validators) // panics if there is none
			require.GreaterOrEqual(t, left, maxBytes-app.HeaderReserve, "%d validators", validators)
		}
	}
}
