package evidence_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/cosmos/gogoproto/proto"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/inkchain/inkd/x/evidence"
	_ "github.com/inkchain/inkd/x/evidence/types"
)

func TestEveryCallHasACommandInBothLanguages(t *testing.T) {
	files, err := proto.MergedRegistry()
	require.NoError(t, err)
	options := evidence.AppModule{}.AutoCLIOptions()
	for _, service := range []*autocliv1.ServiceCommandDescriptor{options.Query, options.Tx} {
		d, err := files.FindDescriptorByName(protoreflect.FullName(service.Service))
		require.NoError(t, err)
		methods := d.(protoreflect.ServiceDescriptor).Methods()
		require.Len(t, service.RpcCommandOptions, methods.Len())
		for _, command := range service.RpcCommandOptions {
			method := methods.ByName(protoreflect.Name(command.RpcMethod))
			require.NotNil(t, method, command.RpcMethod)
			zh, en, both := strings.Cut(command.Short, " · ")
			require.True(t, both && zh > "~" && en < "~", command.Short)
			for _, arg := range command.PositionalArgs {
				require.NotNil(t, method.Input().Fields().ByName(protoreflect.Name(arg.ProtoField)), arg.ProtoField)
			}
		}
	}
}

func TestValidateGenesis(t *testing.T) {
	cdc := codec.NewProtoCodec(codectypes.NewInterfaceRegistry())
	m := evidence.NewAppModule(cdc, nil)
	require.NoError(t, m.ValidateGenesis(cdc, nil, m.DefaultGenesis(cdc)))
	require.ErrorContains(t, m.ValidateGenesis(cdc, nil, []byte(`{"openings":[{}]}`)), "evidence.openings[0].opened.opening_seq")
	require.ErrorContains(t, m.ValidateGenesis(cdc, nil, []byte(`{"other":1}`)), "evidence")
}
