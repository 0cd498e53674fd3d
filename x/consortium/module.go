// Package consortium is the consortium as a module of the chain: who runs it and who
// acts for whom.
package consortium

import (
	"context"
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"google.golang.org/grpc"

	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/inkchain/inkd/x/consortium/keeper"
	"github.com/inkchain/inkd/x/consortium/types"
)

var (
	_ appmodule.AppModule       = AppModule{}
	_ appmodule.HasServices     = AppModule{}
	_ appmodule.HasBeginBlocker = AppModule{}
	_ module.HasABCIEndBlock    = AppModule{}
	_ module.HasABCIGenesis     = AppModule{}
	_ module.AppModuleBasic     = AppModule{}
)

// AppModule is the module.
type AppModule struct{ keeper *keeper.Keeper }

// NewAppModule makes the module over its keeper.
func NewAppModule(k *keeper.Keeper) AppModule { return AppModule{k} }

// IsOnePerModuleType and IsAppModule mark the type for the SDK.
func (AppModule) IsOnePerModuleType() {}

// IsAppModule: see IsOnePerModuleType.
func (AppModule) IsAppModule() {}

// Name is the module's name.
func (AppModule) Name() string { return types.ModuleName }

// ConsensusVersion is the version of the module's state.
func (AppModule) ConsensusVersion() uint64 { return 1 }

// RegisterLegacyAminoCodec does nothing: the chain signs SIGN_MODE_DIRECT only.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers the module's messages.
func (AppModule) RegisterInterfaces(r codectypes.InterfaceRegistry) { types.RegisterInterfaces(r) }

// RegisterGRPCGatewayRoutes serves the queries as REST.
func (AppModule) RegisterGRPCGatewayRoutes(c client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(c)); err != nil {
		panic(err)
	}
}

// RegisterServices serves messages and queries.
func (am AppModule) RegisterServices(r grpc.ServiceRegistrar) error {
	types.RegisterMsgServer(r, keeper.NewMsgServer(am.keeper))
	types.RegisterQueryServer(r, keeper.NewQueryServer(am.keeper))
	return nil
}

// DefaultGenesis has no institutions: they are named when a network is founded.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(&types.GenesisState{})
}

// ValidateGenesis names the first field that is wrong.
func (AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, bz json.RawMessage) error {
	gs, err := parseGenesis(cdc, bz)
	if err != nil {
		return err
	}
	return gs.Validate()
}

// InitGenesis founds or imports the consortium and answers the validators. Panics
// stop a node with a wrong genesis from starting.
func (am AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, bz json.RawMessage) []abci.ValidatorUpdate {
	gs, err := parseGenesis(cdc, bz)
	if err != nil {
		panic(err)
	}
	updates, err := am.keeper.InitGenesis(ctx, gs)
	if err != nil {
		panic(err)
	}
	return updates
}

// ExportGenesis exports the whole state.
func (am AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	gs, err := am.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(err)
	}
	return cdc.MustMarshalJSON(gs)
}

// BeginBlock enters misbehaviour that consensus found.
func (am AppModule) BeginBlock(ctx context.Context) error { return am.keeper.BeginBlock(ctx) }

// EndBlock answers the changes of the validator set.
func (am AppModule) EndBlock(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	return am.keeper.EndBlock(ctx)
}

func parseGenesis(cdc codec.JSONCodec, bz json.RawMessage) (*types.GenesisState, error) {
	gs := new(types.GenesisState)
	if err := cdc.UnmarshalJSON(bz, gs); err != nil {
		return nil, fmt.Errorf("consortium: expected a consortium genesis: %w", err)
	}
	return gs, nil
}
