package app_test

import (
	"fmt"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
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

// What a removed member's key was does not bind those who stay: the types may be
// narrowed, and the state of such a chain can still be imported.
func TestTypesOfKeysWithoutPowerDoNotBind(t *testing.T) {
	c := testutil.NewChain(t, testutil.Options{})
	carry(c, updateParams(c, func(m *consensustypes.MsgUpdateParams) {
		m.Validator.PubKeyTypes = []string{cmttypes.ABCIPubKeyTypeEd25519, cmttypes.ABCIPubKeyTypeMlDsa65}
	}))
	fifth := admission("fifth", 500, 4)
	fifth.ConsensusKey = testutil.NewSignerOf(logtypes.KEY_TYPE_ML_DSA_65, "fifth").PublicKey()
	narrow := updateParams(c, func(m *consensustypes.MsgUpdateParams) {
		m.Validator.PubKeyTypes = []string{cmttypes.ABCIPubKeyTypeEd25519}
	})
	carry(c, fifth)
	c.Block()
	refusedProposal(c, consortiumtypes.ErrParams, "institution 5's validator", narrow)
	exported, err := c.App.Export(nil)
	require.NoError(t, err)
	require.ErrorContains(t, importErr(c, exported, app.ConsensusParams().ToProto()), "expected that of institution 5's consensus key among them: expected a consensus key of a type that the consensus parameters allow, [ed25519], got ml_dsa_65")

	carry(c, removal(5))
	c.Block()
	carry(c, narrow)
	c.Block()
	exported, err = c.App.Export(nil)
	require.NoError(t, err)
	require.Equal(t, []string{cmttypes.ABCIPubKeyTypeEd25519}, exported.ConsensusParams.Validator.PubKeyTypes)
	require.NoError(t, importErr(c, exported, exported.ConsensusParams))
}

// importErr is what a new node says of an exported state with these parameters.
func importErr(c *testutil.Chain, exported servertypes.ExportedApp, params cmtproto.ConsensusParams) error {
	_, err := newApp().InitChain(&abci.RequestInitChain{
		ChainId: testutil.ChainID, Time: c.Now, InitialHeight: exported.Height, ConsensusParams: &params, AppStateBytes: exported.AppState,
	})
	return err
}
