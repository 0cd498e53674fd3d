package app

import (
	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/core/address"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/std"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
)

type storeService = corestore.KVStoreService

// Encoding is how the chain's values are written and read.
type Encoding struct {
	Registry     codectypes.InterfaceRegistry
	Codec        *codec.ProtoCodec
	Amino        *codec.LegacyAmino
	TxConfig     client.TxConfig
	AddressCodec address.Codec
}

// NewEncoding knows the SDK's basic types; the modules register theirs in New.
// SIGN_MODE_DIRECT is the only sign mode.
func NewEncoding() Encoding {
	addresses := addresscodec.NewBech32Codec(Bech32Prefix)
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles: proto.HybridResolver,
		SigningOptions: txsigning.Options{
			AddressCodec:          addresses,
			ValidatorAddressCodec: addresscodec.NewBech32Codec(Bech32Prefix + "valoper"),
		},
	})
	if err != nil {
		panic(err)
	}
	cdc := codec.NewProtoCodec(registry)
	amino := codec.NewLegacyAmino()
	std.RegisterLegacyAminoCodec(amino)
	std.RegisterInterfaces(registry)
	return Encoding{
		Registry: registry, Codec: cdc, Amino: amino, AddressCodec: addresses,
		TxConfig: authtx.NewTxConfig(cdc, []signing.SignMode{signing.SignMode_SIGN_MODE_DIRECT}),
	}
}
