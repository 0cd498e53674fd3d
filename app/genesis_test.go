package app_test

import (
	"encoding/json"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func newApp() *app.App {
	return app.New(log.NewNopLogger(), dbm.NewMemDB(), true, simtestutil.EmptyAppOptions{}, baseapp.SetChainID(testutil.ChainID))
}

// The genesis that is shipped keeps what would undermine the chain switched off.
func TestShippedGenesis(t *testing.T) {
	doc, err := newApp().FoundingGenesis(testutil.Founding())
	require.NoError(t, err)
	p := doc.Consensus.Params
	require.Zero(t, p.ABCI.VoteExtensionsEnableHeight, "vote extensions off")
	require.Empty(t, p.Authority, "no address overrides the modules' authority")
	require.Equal(t, []string{cmttypes.ABCIPubKeyTypeEd25519}, p.Validator.PubKeyTypes)
	require.LessOrEqual(t, p.Block.MaxBytes, int64(4<<20))
	require.GreaterOrEqual(t, p.Block.MaxBytes, int64(app.BlockMinBytes))
	require.GreaterOrEqual(t, p.Block.MaxGas, int64(app.BlockMinGas))
	require.Empty(t, doc.Consensus.Validators, "the consortium names the validators")
}

// wrongGenesis is a genesis with one thing wrong and the field that must be named.
type wrongGenesis struct {
	says    string
	found   func(*app.Founding)
	consent func(*cmttypes.ConsensusParams)
	state   func(map[string]json.RawMessage)
}

var wrongGeneses = map[string]wrongGenesis{
	"two institutions on one key": {says: "consortium.founders[3].operator_key: expected a value of its own, got the one of consortium.founders[1]",
		found: func(f *app.Founding) { f.Founders[3].OperatorKey = f.Founders[1].OperatorKey }},
	"two validators on one key": {says: "consortium.founders[2].consensus_key: expected a value of its own, got the one of consortium.founders[0]",
		found: func(f *app.Founding) { f.Founders[2].ConsensusKey = f.Founders[0].ConsensusKey }},
	"two institutions on one code": {says: "consortium.founders[1].uscc",
		found: func(f *app.Founding) { f.Founders[1].Uscc = f.Founders[0].Uscc }},
	"a third of the power": {says: "consortium.founders: institution 1: expected less than a third of the power of 4 validators, got 15 of 45",
		found: func(f *app.Founding) { f.Founders[0].Power = 15 }},
	"no power": {says: "consortium.founders[2].power: expected 1 to", found: func(f *app.Founding) { f.Founders[2].Power = 0 }},
	"an observer with power": {says: "consortium.founders[3].power",
		found: func(f *app.Founding) { f.Founders[3].Kind = logtypes.INSTITUTION_KIND_OBSERVER }},
	"wrong code":     {says: "consortium.founders[0].uscc", found: func(f *app.Founding) { f.Founders[0].Uscc = "91330000000000004H" }},
	"no name":        {says: "consortium.founders[0].name", found: func(f *app.Founding) { f.Founders[0].Name = "" }},
	"no kind":        {says: "consortium.founders[0].kind", found: func(f *app.Founding) { f.Founders[0].Kind = 0 }},
	"no custody":     {says: "consortium.founders[0].operator_custody", found: func(f *app.Founding) { f.Founders[0].OperatorCustody = 0 }},
	"short key":      {says: "consortium.founders[0].operator_key", found: func(f *app.Founding) { f.Founders[0].OperatorKey.Key = []byte{1} }},
	"no institution": {says: "expected 1 to 4096 institutions, got 0", found: func(f *app.Founding) { f.Founders = nil }},
	"short log id":   {says: "log_id", found: func(f *app.Founding) { f.LogID = f.LogID[:31] }},
	"consensus key of a wrong type": {says: "consortium.founders[0].consensus_key", found: func(f *app.Founding) {
		f.Founders[0].ConsensusKey = testutil.NewSignerOf(logtypes.KEY_TYPE_SECP256K1, "v").PublicKey()
	}},
	"validator's key not allowed": {says: "consensus.params.validator.pub_key_types: expected that of institution 2's consensus key among them: expected a consensus key of a type that the consensus parameters allow, [ed25519], got ml_dsa_65",
		found: func(f *app.Founding) {
			f.Founders[1].ConsensusKey = testutil.NewSignerOf(logtypes.KEY_TYPE_ML_DSA_65, "v").PublicKey()
		}},

	"unknown module": {says: "app_state.bank: expected a module of this chain",
		state: func(s map[string]json.RawMessage) { s["bank"] = json.RawMessage("{}") }},
	"module's state no object": {says: "enterprise", state: func(s map[string]json.RawMessage) { s["enterprise"] = json.RawMessage("7") }},

	"too few bytes":   {says: "consensus.params.block.max_bytes", consent: func(p *cmttypes.ConsensusParams) { p.Block.MaxBytes = app.BlockMinBytes - 1 }},
	"endless bytes":   {says: "max_bytes", consent: func(p *cmttypes.ConsensusParams) { p.Block.MaxBytes = -1 }},
	"too many bytes":  {says: "consensus.params.block.max_bytes", consent: func(p *cmttypes.ConsensusParams) { p.Block.MaxBytes = app.BlockMaxBytes + 1 }},
	"no gas":          {says: "consensus.params.block.max_gas", consent: func(p *cmttypes.ConsensusParams) { p.Block.MaxGas = 0 }},
	"too little gas":  {says: "consensus.params.block.max_gas", consent: func(p *cmttypes.ConsensusParams) { p.Block.MaxGas = app.BlockMinGas - 1 }},
	"endless gas":     {says: "consensus.params.block.max_gas", consent: func(p *cmttypes.ConsensusParams) { p.Block.MaxGas = -1 }},
	"too much gas":    {says: "consensus.params.block.max_gas", consent: func(p *cmttypes.ConsensusParams) { p.Block.MaxGas = app.BlockMaxGas + 1 }},
	"vote extensions": {says: "vote_extensions_enable_height", consent: func(p *cmttypes.ConsensusParams) { p.ABCI.VoteExtensionsEnableHeight = 10 }},
	"an authority":    {says: "consensus.params.authority", consent: func(p *cmttypes.ConsensusParams) { p.Authority.Authority = "ink1qqqq" }},
	"type of validators' keys": {says: "consensus.params.validator.pub_key_types: expected ed25519 or ml_dsa_65, got secp256k1",
		consent: func(p *cmttypes.ConsensusParams) { p.Validator.PubKeyTypes = []string{"ed25519", "secp256k1"} }},
}

// Each wrong field is named, by the check of a genesis file and by a node that is
// started with it.
func TestGenesisNamesTheWrongField(t *testing.T) {
	for name, x := range wrongGeneses {
		t.Run(name, func(t *testing.T) {
			f := testutil.Founding()
			if x.found != nil {
				x.found(&f)
			}
			a := newApp()
			state := a.BasicManager().DefaultGenesis(a.Codec)
			state[logtypes.ModuleName] = a.Codec.MustMarshalJSON(&logtypes.GenesisState{LogId: f.LogID})
			state[consortiumtypes.ModuleName] = a.Codec.MustMarshalJSON(&consortiumtypes.GenesisState{Founders: f.Founders})
			if x.state != nil {
				x.state(state)
			}
			raw, err := json.Marshal(state)
			require.NoError(t, err)
			params := app.ConsensusParams()
			if x.consent != nil {
				x.consent(params)
			}
			doc := genutiltypes.NewAppGenesisWithVersion(f.ChainID, raw)
			doc.Consensus = &genutiltypes.ConsensusGenesis{Params: params}
			require.ErrorContains(t, a.ValidateGenesis(doc), x.says)

			proto := params.ToProto()
			_, err = a.InitChain(&abci.RequestInitChain{
				ChainId: f.ChainID, InitialHeight: 1, ConsensusParams: &proto, AppStateBytes: raw,
			})
			require.ErrorContains(t, err, x.says)
		})
	}
}

// A genesis file that is none, and parameters that are missing.
func TestGenesisWithoutParts(t *testing.T) {
	a := newApp()
	doc, err := a.FoundingGenesis(testutil.Founding())
	require.NoError(t, err)
	noParams := *doc
	noParams.Consensus = nil
	require.ErrorContains(t, a.ValidateGenesis(&noParams), "consensus genesis")
	noObject := *doc
	noObject.AppState = json.RawMessage("[]")
	require.ErrorContains(t, a.ValidateGenesis(&noObject), "app_state: expected an object")
	require.ErrorContains(t, app.ValidateConsensusParams(nil), "consensus.params")
	noTypes := app.ConsensusParams().ToProto()
	noTypes.Validator.PubKeyTypes = nil
	require.ErrorContains(t, app.ValidateConsensusParams(&noTypes), "pub_key_types")
}
