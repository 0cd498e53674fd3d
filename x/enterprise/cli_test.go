package enterprise_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/auth/tx"
	"github.com/cosmos/cosmos-sdk/x/tx/signing"
	"github.com/cosmos/gogoproto/proto"

	"github.com/inkchain/inkd/x/enterprise"
	"github.com/inkchain/inkd/x/enterprise/types"
)

// run runs `inkd ARGS` with the module's commands only, offline, and gives what it
// printed.
func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	addresses := address.NewBech32Codec(sdk.GetConfig().GetBech32AccountAddrPrefix())
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles:     proto.HybridResolver,
		SigningOptions: signing.Options{AddressCodec: addresses, ValidatorAddressCodec: addresses},
	})
	require.NoError(t, err)
	cryptocodec.RegisterInterfaces(registry)
	module := enterprise.NewAppModule(nil, nil)
	module.RegisterInterfaces(registry)
	cdc := codec.NewProtoCodec(registry)
	keys := keyring.NewInMemory(cdc)
	_, _, err = keys.NewMnemonic("alice", keyring.English, sdk.FullFundraiserPath, "", hd.Secp256k1)
	require.NoError(t, err)

	out := new(bytes.Buffer)
	clientCtx := client.Context{}.WithCodec(cdc).WithInterfaceRegistry(registry).WithKeyring(keys).
		WithTxConfig(tx.NewTxConfig(cdc, tx.DefaultSignModes)).WithOutput(out)
	options := autocli.AppOptions{
		Modules:               map[string]appmodule.AppModule{types.ModuleName: module},
		AddressCodec:          addresses,
		ValidatorAddressCodec: addresses,
		ConsensusAddressCodec: addresses,
		ClientCtx:             clientCtx,
	}
	root := &cobra.Command{Use: "inkd", SilenceErrors: true, SilenceUsage: true}
	root.SetContext(context.WithValue(context.Background(), client.ClientContextKey, &clientCtx))
	require.NoError(t, options.EnhanceRootCommand(root))
	root.SetOut(out)
	root.SetErr(out)
	root.SetArgs(args)
	err = root.ExecuteContext(root.Context())
	return out.String(), err
}

// offline are the flags that print a transaction instead of sending it.
var offline = []string{"--from", "alice", "--generate-only", "--offline", "--account-number", "1", "--sequence", "1"}

const zeros = "0000000000000000000000000000000000000000000000000000000000000001"

// Every message can be made on the command line.
func TestTxCommands(t *testing.T) {
	for _, c := range []struct{ line, expected string }{
		{`enrol-user --key {"type":"KEY_TYPE_ED25519","key":"AAAA"} --custody self-software --person-commitment ` + zeros + ` --agreement-version 2`, `"agreement_version":2`},
		{`apply-enterprise 南通企业 91320600000000001X --dossier-commitment ` + zeros, `"name":"南通企业"`},
		{`review-enterprise 3 --approve`, `"approve":true`},
		{`review-enterprise 3 --reason incomplete`, `"reason":"REASON_INCOMPLETE"`},
		{`suspend-enterprise 3 --reason breach`, `"reason":"REASON_BREACH"`},
		{`suspend-enterprise 3 --lift`, `"lift":true`},
		{`set-quota 3 500`, `"quota":"500"`},
		{`apply-membership 3 --form-commitment ` + zeros, `"enterprise_id":"3"`},
		{`review-membership 3 4 deposit view --approve`, `"rights":["RIGHT_DEPOSIT","RIGHT_VIEW"]`},
		{`review-membership 3 4 --reason other`, `"rights":[]`},
		{`set-rights 3 4 deposit certificate`, `"rights":["RIGHT_DEPOSIT","RIGHT_CERTIFICATE"]`},
		{`remove-member 3 4`, `"user_id":"4"`},
		{`apply-qualification 3 biomedicine 制造业 1 --form-commitment ` + zeros, `"categories":[1,2]`},
		{`review-qualification 5 --approve`, `"qualification_id":"5"`},
		{`revoke-qualification 5 --reason breach`, `"qualification_id":"5"`},
	} {
		out, err := run(t, append(append([]string{"tx", "enterprise"}, strings.Fields(c.line)...), offline...)...)
		require.NoError(t, err, c.line)
		require.Contains(t, out, c.expected, c.line)
	}
}

func TestApplyQualificationRefusals(t *testing.T) {
	for _, c := range []struct{ line, expected string }{
		{`apply-qualification 3 farming --form-commitment ` + zeros, `expected one of manufacturing, biomedicine, other, personal-life, public-safety, city-management, got "farming"`},
		{`apply-qualification x other --form-commitment ` + zeros, `ENTERPRISE_ID: expected a number, got "x"`},
		{`apply-qualification 3 other --form-commitment zz`, `expected 64 hex digits, got "zz"`},
		{`apply-qualification 3 other --form-commitment 01`, `expected 32 bytes, got 1`},
		{`apply-qualification 3 other --template-version 0 --form-commitment ` + zeros, `template_version`},
		{`apply-qualification 3 other`, `form-commitment`},
	} {
		_, err := run(t, append(append([]string{"tx", "enterprise"}, strings.Fields(c.line)...), offline...)...)
		require.ErrorContains(t, err, c.expected, c.line)
	}
}

// Every query has a command with help in Chinese, then English.
func TestQueryCommands(t *testing.T) {
	out, err := run(t, "query", "enterprise", "--help")
	require.NoError(t, err)
	for _, name := range []string{
		"params", "user", "user-by-address", "enterprise", "enterprise-by-uscc", "enterprises",
		"member", "members", "memberships", "qualification", "qualifications", "quota",
	} {
		require.Regexp(t, `(?m)^  `+name+` +\p{Han}.* · [A-Z]`, out)
	}
}
