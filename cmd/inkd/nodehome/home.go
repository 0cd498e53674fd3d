// Package nodehome makes the home of a node: its keys and its configuration, the
// same for an institution's own node (`inkd node init`) and for those of the local
// network.
package nodehome

import (
	"os"
	"path/filepath"
	"strings"

	cmtcfg "github.com/cometbft/cometbft/config"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	"github.com/cosmos/cosmos-sdk/x/genutil"

	"github.com/inkchain/inkd/app"
)

// Types of a consensus key, as CometBFT names them.
const (
	Ed25519 = "ed25519"
	MLDSA65 = "ml_dsa_65"
)

// Home is where a node keeps its files, and where it listens.
type Home struct {
	Dir     string
	Moniker string
	// P2P, RPC, GRPC and REST are addresses, host:port.
	P2P, RPC, GRPC, REST string
}

// Identity is what others know a node by.
type Identity struct {
	// NodeID stands before the @ of its address among peers.
	NodeID string
	// ConsensusKey is what it signs blocks with, once it is a validator.
	ConsensusKey cryptotypes.PubKey
}

// GenesisFile is the path of the genesis.
func (h Home) GenesisFile() string { return h.comet().GenesisFile() }

// MakeKeys makes the node's key and its consensus key of a type; keys that are
// there already stay.
func (h Home) MakeKeys(keyType string) (Identity, error) {
	if err := os.MkdirAll(h.config(), 0o755); err != nil {
		return Identity{}, err
	}
	id, key, err := genutil.InitializeNodeValidatorFilesFromMnemonicWithKeyType(h.comet(), "", keyType)
	return Identity{NodeID: id, ConsensusKey: key}, err
}

// WriteConfig writes config.toml and app.toml. Peers are ID@HOST:PORT: the members
// know each other, so that nodes look for no others.
func (h Home) WriteConfig(peers []string) {
	c := h.comet()
	c.P2P.PersistentPeers = strings.Join(peers, ",")
	cmtcfg.WriteConfigFile(h.file("config.toml"), c)
	s := app.ServerConfig()
	s.GRPC.Address = h.GRPC
	s.API.Address = "tcp://" + h.REST
	serverconfig.WriteConfigFile(h.file("app.toml"), s)
}

func (h Home) comet() *cmtcfg.Config {
	c := app.CometConfig()
	c.SetRoot(h.Dir)
	c.Moniker = h.Moniker
	c.P2P.ListenAddress = "tcp://" + h.P2P
	c.P2P.AllowDuplicateIP = true
	c.P2P.AddrBookStrict = false
	c.P2P.PexReactor = false
	c.RPC.ListenAddress = "tcp://" + h.RPC
	c.RPC.PprofListenAddress = ""
	c.TxIndex.Indexer = "kv"
	return c
}

func (h Home) config() string { return filepath.Join(h.Dir, "config") }

func (h Home) file(name string) string { return filepath.Join(h.config(), name) }
