package app_test

import (
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
)

// updateParams are the present consensus parameters with a change.
func updateParams(c *testutil.Chain, change func(*consensustypes.MsgUpdateParams)) *consensustypes.MsgUpdateParams {
	p := c.App.GetConsensusParams(c.Ctx())
	m := &consensustypes.MsgUpdateParams{Authority: app.Authority, Block: p.Block, Evidence: p.Evidence, Validator: p.Validator, Abci: p.Abci}
	if change != nil {
		change(m)
	}
	return m
}

// What the SDK's modules would take, but the chain could not live with, cannot even
// be proposed.
func TestDecisionsAreGuarded(t *testing.T) {
	c := testutil.NewChain(t, testutil.Options{})
	params := func(change func(*consensustypes.MsgUpdateParams)) sdk.Msg { return updateParams(c, change) }
	upgrade := func(change func(*upgradetypes.Plan)) sdk.Msg {
		m := plan("v2.0-rc1", c.Height+100)
		change(&m.Plan)
		return m
	}
	long := string(make([]byte, 513))
	for _, r := range []struct {
		says string
		want error
		msg  sdk.Msg
	}{
		{"block.max_bytes: expected 2097152 to 4194304, got 4194305", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Block.MaxBytes = app.BlockMaxBytes + 1 })},
		{"block.max_bytes", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Block.MaxBytes = -1 })},
		{"block.max_bytes", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Block.MaxBytes = app.BlockMinBytes - 1 })},
		{"block.max_gas: expected 80000000 to 240000000, got 79999999", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Block.MaxGas = app.BlockMinGas - 1 })},
		{"block.max_gas", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Block.MaxGas = -1 })},
		{"all parameters must be present", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Evidence = nil })},
		{"evidence.max_age_num_blocks: expected at least 1000, got 0", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Evidence.MaxAgeNumBlocks = 0 })},
		{"evidence.max_age_duration: expected at least 1h0m0s, got 1m0s", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Evidence.MaxAgeDuration = time.Minute })},
		{"evidence.max_bytes: expected 65536 to 131072, got 0", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Evidence.MaxBytes = 0 })},
		{"evidence.max_bytes", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) { m.Evidence.MaxBytes = 1 << 20 })},
		{"vote_extensions_enable_height: expected 0 (off), got 99", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) {
			m.Abci = &cmtproto.ABCIParams{VoteExtensionsEnableHeight: 99}
		})},
		{"authority: expected none", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) {
			m.Auth = &cmtproto.AuthorityParams{Authority: center.Address()}
		})},
		{"pub_key_types: expected ed25519 or ml_dsa_65, got secp256k1", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) {
			m.Validator.PubKeyTypes = []string{"ed25519", "secp256k1"}
		})},
		{"pub_key_types: expected each type once", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) {
			m.Validator.PubKeyTypes = []string{"ed25519", "ed25519"}
		})},
		{"pub_key_types: expected that of institution 1's validator among them", consortiumtypes.ErrParams, params(func(m *consensustypes.MsgUpdateParams) {
			m.Validator.PubKeyTypes = []string{cmttypes.ABCIPubKeyTypeMlDsa65}
		})},

		{"name: expected 1 to 64", consortiumtypes.ErrUpgrade, upgrade(func(p *upgradetypes.Plan) { p.Name = "" })},
		{`got "V2"`, consortiumtypes.ErrUpgrade, upgrade(func(p *upgradetypes.Plan) { p.Name = "V2" })},
		{"name: expected", consortiumtypes.ErrUpgrade, upgrade(func(p *upgradetypes.Plan) { p.Name = long[:65] })},
		{"the present one, got 1", consortiumtypes.ErrUpgrade, upgrade(func(p *upgradetypes.Plan) { p.Height = 1 })},
		{"height: expected more than", consortiumtypes.ErrUpgrade, upgrade(func(p *upgradetypes.Plan) { p.Height = -1 })},
		{"info: expected none or up to 512 bytes of plain text", consortiumtypes.ErrUpgrade, upgrade(func(p *upgradetypes.Plan) { p.Info = long })},
		{"info: expected", consortiumtypes.ErrUpgrade, upgrade(func(p *upgradetypes.Plan) { p.Info = "two\nlines" })},
		//lint:ignore SA1019 what is deprecated must be refused
		{"got a time or a client's state too", consortiumtypes.ErrUpgrade, upgrade(func(p *upgradetypes.Plan) { p.Time = time.Unix(1, 0).UTC() })},
		{"expected a planned upgrade, got none", consortiumtypes.ErrUpgrade, cancel},

		{"params.epoch_blocks", consortiumtypes.ErrParams, &consortiumtypes.MsgUpdateParams{Authority: app.Authority}},
		{"params.categories", enterprisetypes.ErrInvalidParams, &enterprisetypes.MsgUpdateParams{Authority: app.Authority}},
	} {
		refusedProposal(c, r.want, r.says, r.msg)
	}
}
