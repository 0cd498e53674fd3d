package localnet

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/inkchain/inkd/app"
)

const clientTOML = `# The client of the local network.
chain-id = %q
keyring-backend = "test"
keyring-default-keyname = ""
output = "text"
# All nodes of the network: the first that answers is asked.
node = %q
broadcast-mode = "sync"
`

// writeClientHome writes client.toml and makes the keys.
func writeClientHome(a *app.App, r *record) (keyring.Keyring, error) {
	config := filepath.Join(clientHome(r.dir), "config")
	if err := os.MkdirAll(config, 0o700); err != nil {
		return nil, fileError(err)
	}
	toml := fmt.Sprintf(clientTOML, r.ChainID, strings.Join(r.rpcURLs(), ","))
	if err := os.WriteFile(filepath.Join(config, "client.toml"), []byte(toml), 0o600); err != nil {
		return nil, fileError(err)
	}
	keys, err := openKeys(a, r.dir)
	if err != nil {
		return nil, err
	}
	for _, name := range keyNames(founders[:len(r.Nodes)]) {
		// Nobody needs the mnemonics: a lost local network is founded anew.
		if _, _, err := keys.NewMnemonic(name, keyring.English, hdPath(), keyring.DefaultBIP39Passphrase, app.Ed25519); err != nil {
			return nil, fmt.Errorf("key %s: %w", name, err)
		}
	}
	return keys, nil
}

func openKeys(a *app.App, dir string) (keyring.Keyring, error) {
	return client.NewKeyringFromBackend(client.Context{}.
		WithCodec(a.Codec).WithKeyringDir(clientHome(dir)).WithInput(strings.NewReader("")).
		WithKeyringOptions(app.KeyringOptions), keyring.BackendTest)
}

func (r *record) rpcURLs() []string {
	urls := make([]string, len(r.Nodes))
	for i, n := range r.Nodes {
		urls[i] = n.rpcURL()
	}
	return urls
}

// clientContext is a client of one node with the keys of the client home.
func (r *record) clientContext(a *app.App, keys keyring.Keyring, n node) (client.Context, error) {
	rpc, err := client.NewClientFromNode(n.rpcURL())
	if err != nil {
		return client.Context{}, err
	}
	return client.Context{}.
		WithCodec(a.Codec).WithInterfaceRegistry(a.Registry).WithTxConfig(a.TxConfig).
		WithAccountRetriever(authtypes.AccountRetriever{}).
		WithHomeDir(clientHome(r.dir)).WithKeyringDir(clientHome(r.dir)).WithKeyring(keys).
		WithChainID(r.ChainID).WithNodeURI(n.rpcURL()).WithClient(rpc).
		WithBroadcastMode(flags.BroadcastSync).WithSkipConfirmation(true), nil
}

// askTimeout is how long a node on this machine may take to answer.
const askTimeout = 2 * time.Second
