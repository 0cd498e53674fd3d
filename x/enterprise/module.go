// Package enterprise is the module that says who may write: users, enterprises,
// members and their rights, qualifications and quota.
package enterprise

import (
	"context"
	"encoding/json"
	"fmt"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"google.golang.org/grpc"

	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/inkchain/inkd/x/enterprise/keeper"
	"github.com/inkchain/inkd/x/enterprise/types"
)

var (
	_ appmodule.AppModule        = AppModule{}
	_ appmodule.HasServices      = AppModule{}
	_ module.AppModuleBasic      = AppModule{}
	_ module.HasGenesis          = AppModule{}
	_ module.HasConsensusVersion = AppModule{}
)

// AppModule is the module as the application sees it.
type AppModule struct{ keeper *keeper.Keeper }

// NewAppModule is the module over its keeper. The codec is not used: the SDK hands
// one to each method that needs it.
func NewAppModule(_ codec.Codec, k *keeper.Keeper) AppModule { return AppModule{keeper: k} }

// IsOnePerModuleType marks the type for the SDK.
func (AppModule) IsOnePerModuleType() {}

// IsAppModule marks the type for the SDK.
func (AppModule) IsAppModule() {}

// Name is the module's name.
func (AppModule) Name() string { return types.ModuleName }

// ConsensusVersion is the version of the module's state.
func (AppModule) ConsensusVersion() uint64 { return 1 }

// RegisterLegacyAminoCodec does nothing: the chain signs SIGN_MODE_DIRECT only.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers the module's messages.
func (AppModule) RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	types.RegisterInterfaces(registry)
}

// RegisterGRPCGatewayRoutes serves the queries over REST.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(clientCtx)); err != nil {
		panic(err)
	}
}

// RegisterServices serves messages and queries.
func (am AppModule) RegisterServices(r grpc.ServiceRegistrar) error {
	types.RegisterMsgServer(r, keeper.NewMsgServer(am.keeper))
	types.RegisterQueryServer(r, keeper.NewQueryServer(am.keeper))
	return nil
}

// DefaultGenesis has the default parameters and nobody.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis checks a genesis and names the first field that is wrong.
func (AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	g, err := parseGenesis(cdc, raw)
	if err != nil {
		return err
	}
	return g.Validate()
}

// InitGenesis fills the module's tables. It panics on a wrong genesis: the chain
// must not start with it.
func (am AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) {
	g, err := parseGenesis(cdc, raw)
	if err == nil {
		err = am.keeper.InitGenesis(ctx, g)
	}
	if err != nil {
		panic(err)
	}
}

// ExportGenesis exports the module's tables.
func (am AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	g, err := am.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(err)
	}
	return cdc.MustMarshalJSON(g)
}

func parseGenesis(cdc codec.JSONCodec, raw json.RawMessage) (*types.GenesisState, error) {
	g := new(types.GenesisState)
	if err := cdc.UnmarshalJSON(raw, g); err != nil {
		return nil, fmt.Errorf("expected the genesis of %s as JSON: %w", types.ModuleName, err)
	}
	return g, nil
}
