package app

import (
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	reflectionv1 "cosmossdk.io/api/cosmos/reflection/v1"
	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/grpc/cmtservice"
	nodeservice "github.com/cosmos/cosmos-sdk/client/grpc/node"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	"github.com/cosmos/cosmos-sdk/server/api"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	consensus "github.com/cosmos/cosmos-sdk/x/consensus"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/cosmos-sdk/x/upgrade"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/inkchain/inkd/x/consortium"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	"github.com/inkchain/inkd/x/evidence"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	inklog "github.com/inkchain/inkd/x/log"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// genesisOrder: accounts first, because institutions bring theirs; the log before
// those that append to it.
var genesisOrder = []string{
	authtypes.ModuleName, consensustypes.ModuleName, upgradetypes.ModuleName,
	logtypes.ModuleName, consortiumtypes.ModuleName, enterprisetypes.ModuleName, evidencetypes.ModuleName,
}

func (a *App) newModules() {
	a.manager = module.NewManager(
		auth.NewAppModule(a.Codec, a.AccountKeeper, nil),
		consensus.NewAppModule(a.Codec, a.ConsensusKeeper),
		upgrade.NewAppModule(a.UpgradeKeeper, a.AddressCodec),
		inklog.NewAppModule(a.LogKeeper),
		consortium.NewAppModule(a.ConsortiumKeeper),
		enterprise.NewAppModule(a.Codec, a.EnterpriseKeeper),
		evidence.NewAppModule(a.Codec, a.EvidenceKeeper),
	)
	a.manager.SetOrderInitGenesis(genesisOrder...)
	a.manager.SetOrderExportGenesis(genesisOrder...)
	a.manager.SetOrderPreBlockers(upgradetypes.ModuleName, authtypes.ModuleName)
	a.manager.SetOrderBeginBlockers(consortiumtypes.ModuleName)
	a.manager.SetOrderEndBlockers(evidencetypes.ModuleName, consortiumtypes.ModuleName)
	a.BasicManager().RegisterInterfaces(a.Registry)
}

func (a *App) registerServices() error {
	a.configurator = module.NewConfigurator(a.Codec, a.MsgServiceRouter(), a.GRPCQueryRouter())
	if err := a.manager.RegisterServices(a.configurator); err != nil {
		return err
	}
	autocliv1.RegisterQueryServer(a.GRPCQueryRouter(), runtimeservices.NewAutoCLIQueryService(a.manager.Modules))
	reflection, err := runtimeservices.NewReflectionService()
	if err != nil {
		return err
	}
	reflectionv1.RegisterReflectionServiceServer(a.GRPCQueryRouter(), reflection)
	return msgservice.ValidateProtoAnnotations(a.Registry)
}

// BasicManager is for commands that need genesis and interfaces but no state.
func (a *App) BasicManager() module.BasicManager {
	return module.NewBasicManagerFromManager(a.manager, nil)
}

// AutoCLI describes all messages and queries for the command line.
func (a *App) AutoCLI() autocli.AppOptions {
	modules := make(map[string]appmodule.AppModule, len(a.manager.Modules))
	for name, m := range a.manager.Modules {
		if am, ok := m.(appmodule.AppModule); ok {
			modules[name] = am
		}
	}
	return autocli.AppOptions{
		Modules:               modules,
		ModuleOptions:         runtimeservices.ExtractAutoCLIOptions(a.manager.Modules),
		AddressCodec:          a.AddressCodec,
		ValidatorAddressCodec: addresscodec.NewBech32Codec(Bech32Prefix + "valoper"),
		ConsensusAddressCodec: addresscodec.NewBech32Codec(Bech32Prefix + "valcons"),
	}
}

// initChainer validates the whole genesis before any of it is written: a node with
// a wrong one does not start, and says which field is wrong.
func (a *App) initChainer(ctx sdk.Context, req *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	var state map[string]json.RawMessage
	if err := json.Unmarshal(req.AppStateBytes, &state); err != nil {
		return nil, fmt.Errorf("genesis: app_state: expected an object: %w", err)
	}
	if err := a.ValidateState(state); err != nil {
		return nil, err
	}
	if err := validateConsensusParams(req.ConsensusParams); err != nil {
		return nil, err
	}
	if err := a.validateKeyTypes(req.ConsensusParams, state); err != nil {
		return nil, err
	}
	if err := a.UpgradeKeeper.SetModuleVersionMap(ctx, a.manager.GetVersionMap()); err != nil {
		return nil, err
	}
	resp, err := a.manager.InitGenesis(ctx, a.Codec, state)
	if err != nil {
		return nil, err
	}
	return resp, a.knowUpgrades(ctx)
}

// RegisterAPIRoutes serves queries as REST.
func (a *App) RegisterAPIRoutes(s *api.Server, _ serverconfig.APIConfig) {
	authtx.RegisterGRPCGatewayRoutes(s.ClientCtx, s.GRPCGatewayRouter)
	cmtservice.RegisterGRPCGatewayRoutes(s.ClientCtx, s.GRPCGatewayRouter)
	nodeservice.RegisterGRPCGatewayRoutes(s.ClientCtx, s.GRPCGatewayRouter)
	a.BasicManager().RegisterGRPCGatewayRoutes(s.ClientCtx, s.GRPCGatewayRouter)
}

// RegisterTxService serves the tx queries and simulation.
func (a *App) RegisterTxService(c client.Context) {
	authtx.RegisterTxService(a.GRPCQueryRouter(), c, a.Simulate, a.Registry)
}

// RegisterTendermintService serves the consensus queries.
func (a *App) RegisterTendermintService(c client.Context) {
	cmtservice.RegisterTendermintService(c, a.GRPCQueryRouter(), a.Registry, a.Query)
}

// RegisterNodeService serves the node's own queries.
func (a *App) RegisterNodeService(c client.Context, cfg serverconfig.Config) {
	nodeservice.RegisterNodeService(c, a.GRPCQueryRouter(), cfg, func() int64 {
		return a.CommitMultiStore().EarliestVersion()
	})
}
