// Package app wires the chain: four modules of its own on the SDK's auth,
// consensus and upgrade, an ante chain that refuses early, and one function that
// decides which transactions may stand in a block. It holds no rules of business.
package app

import (
	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/runtime"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/version"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	upgradekeeper "github.com/cosmos/cosmos-sdk/x/upgrade/keeper"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
	"github.com/spf13/cast"

	consortiumkeeper "github.com/inkchain/inkd/x/consortium/keeper"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisekeeper "github.com/inkchain/inkd/x/enterprise/keeper"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencekeeper "github.com/inkchain/inkd/x/evidence/keeper"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logkeeper "github.com/inkchain/inkd/x/log/keeper"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Authority is the address in whose name executed proposals act. Nobody has its key.
// Its prefix is given here: the SDK's is not set yet when this is computed.
var Authority = sdk.MustBech32ifyAddressBytes(Bech32Prefix, authtypes.NewModuleAddress(consortiumtypes.ModuleName))

// stores are the names of all stores.
var stores = []string{
	authtypes.StoreKey, consensustypes.StoreKey, upgradetypes.StoreKey,
	logtypes.HeadStoreKey, logtypes.LogStoreKey, consortiumtypes.StoreKey, enterprisetypes.StoreKey, evidencetypes.StoreKey,
}

// App is the application of a node.
type App struct {
	*baseapp.BaseApp
	Encoding

	keys         map[string]*storetypes.KVStoreKey
	manager      *module.Manager
	configurator module.Configurator
	verdicts     *verdicts
	pending      pending

	AccountKeeper    authkeeper.AccountKeeper
	ConsensusKeeper  consensuskeeper.Keeper
	UpgradeKeeper    *upgradekeeper.Keeper
	LogKeeper        *logkeeper.Keeper
	ConsortiumKeeper *consortiumkeeper.Keeper
	EnterpriseKeeper *enterprisekeeper.Keeper
	EvidenceKeeper   *evidencekeeper.Keeper
}

var _ servertypes.Application = (*App)(nil)

// New makes the application over a database; load loads the latest state.
func New(logger log.Logger, db dbm.DB, load bool, opts servertypes.AppOptions, options ...func(*baseapp.BaseApp)) *App {
	a := &App{Encoding: NewEncoding(), verdicts: newVerdicts(verdictCap)}
	// The block gas meter is off in the SDK by default: without it a proposer
	// could fill a block with work.
	options = append(options, baseapp.EnableBlockGasMeter())
	a.BaseApp = baseapp.NewBaseApp(Name, logger, db, a.TxConfig.TxDecoder(), options...)
	a.SetVersion(version.Version)
	a.SetInterfaceRegistry(a.Registry)
	a.SetTxEncoder(a.TxConfig.TxEncoder())

	a.keys = storetypes.NewKVStoreKeys(stores...)
	home, skip := cast.ToString(opts.Get(flags.FlagHome)), upgradeHeightsToSkip(opts)
	a.newKeepers(home, skip)
	a.newModules()
	if err := a.registerServices(); err != nil {
		panic(err)
	}
	a.MountKVStores(a.keys)
	a.setHandlers()
	a.handleUpgrades()
	if err := a.addStores(home, skip); err != nil {
		panic(err)
	}
	if load {
		if err := a.LoadLatestVersion(); err != nil {
			panic(err)
		}
	}
	return a
}

func (a *App) newKeepers(home string, skip map[int64]bool) {
	store := func(name string) storeService { return runtime.NewKVStoreService(a.keys[name]) }
	a.ConsensusKeeper = consensuskeeper.NewKeeper(a.Codec, store(consensustypes.StoreKey), Authority, runtime.EventService{})
	a.SetParamStore(a.ConsensusKeeper.ParamsStore)
	a.AccountKeeper = authkeeper.NewAccountKeeper(a.Codec, store(authtypes.StoreKey), authtypes.ProtoBaseAccount,
		map[string][]string{}, a.AddressCodec, Bech32Prefix, Authority)
	a.UpgradeKeeper = upgradekeeper.NewKeeper(skip, store(upgradetypes.StoreKey), a.Codec, home, a.BaseApp, Authority)
	a.LogKeeper = logkeeper.New(store(logtypes.HeadStoreKey), store(logtypes.LogStoreKey))
	a.ConsortiumKeeper = consortiumkeeper.New(a.Codec, store(consortiumtypes.StoreKey), a.AccountKeeper, a.LogKeeper, decisions{a}, Authority)
	a.EnterpriseKeeper = enterprisekeeper.New(a.Codec, store(enterprisetypes.StoreKey), a.ConsortiumKeeper, a.LogKeeper)
	a.EvidenceKeeper = evidencekeeper.New(a.Codec, store(evidencetypes.StoreKey), a.LogKeeper, a.ConsortiumKeeper, a.EnterpriseKeeper)
}

func (a *App) setHandlers() {
	a.SetInitChainer(a.initChainer)
	a.SetPreBlocker(func(ctx sdk.Context, _ *abci.RequestFinalizeBlock) (*sdk.ResponsePreBlock, error) {
		return a.manager.PreBlock(ctx)
	})
	a.SetBeginBlocker(a.manager.BeginBlock)
	a.SetEndBlocker(a.manager.EndBlock)
	a.SetAnteHandler(newAnte(a).handle)
	a.SetPrepareCheckStater(a.pending.reset)
	a.SetPrepareProposal(a.proposer())
	a.SetProcessProposal(a.processProposal)
}

// TxConfiguration is for the server, which asks by this name.
func (a *App) TxConfiguration() client.TxConfig { return a.TxConfig }

func upgradeHeightsToSkip(opts servertypes.AppOptions) map[int64]bool {
	skip := map[int64]bool{}
	for _, h := range cast.ToIntSlice(opts.Get("unsafe-skip-upgrades")) {
		skip[int64(h)] = true
	}
	return skip
}
