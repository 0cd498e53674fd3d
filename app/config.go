package app

import (
	"os"
	"path/filepath"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"

	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// Name of the application.
	Name = "inkd"
	// Bech32Prefix of account addresses.
	Bech32Prefix = "ink"
	// QueryGasLimit bounds what one query may cost a node.
	QueryGasLimit = 20_000_000
)

// DefaultHome is where a node keeps its files unless told otherwise.
var DefaultHome = defaultHome()

func defaultHome() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ".inkd"
	}
	return filepath.Join(home, ".inkd")
}

// The prefixes are process-wide in the SDK; sealing them makes a later change a
// panic. Without a scope of its own the SDK asks the system for the program's path
// each time an address is decoded: a seventh of a node's work.
func init() {
	if err := os.Setenv(sdk.EnvConfigScope, Name); err != nil {
		panic(err)
	}
	serverconfig.SetConfigTemplate(ServerTemplate)
	c := sdk.GetConfig()
	c.SetBech32PrefixForAccount(Bech32Prefix, Bech32Prefix+"pub")
	c.SetBech32PrefixForValidator(Bech32Prefix+"valoper", Bech32Prefix+"valoperpub")
	c.SetBech32PrefixForConsensusNode(Bech32Prefix+"valcons", Bech32Prefix+"valconspub")
	c.Seal()
}

// CometConfig is the CometBFT configuration of every node. An idle chain
// makes a block every 30 s, and only when there is nothing to prove.
func CometConfig() *cmtcfg.Config {
	c := cmtcfg.DefaultConfig()
	c.Consensus.CreateEmptyBlocks = false
	c.Consensus.CreateEmptyBlocksInterval = 30 * time.Second
	c.Consensus.TimeoutCommit = time.Second
	// No look for the own signatures in the last blocks at the start: an idle chain
	// makes none, so that a stopped network could never start again.
	c.Consensus.DoubleSignCheckHeight = 0
	c.Mempool.MaxTxBytes = MaxTxBytes
	c.Mempool.Size = 5_000
	c.Mempool.MaxTxsBytes = 64 << 20
	c.RPC.MaxSubscriptionClients = 200
	return c
}

// NodeConfig is what app.toml says.
type NodeConfig struct {
	serverconfig.Config `mapstructure:",squash"`
	LogIndex            LogIndexConfig `mapstructure:"log-index"`
	Archive             ArchiveConfig  `mapstructure:"archive"`
}

// LogIndexConfig is about the index of the log.
type LogIndexConfig struct {
	// PublicAddress is where anybody may read checkpoints and proofs, HOST:PORT; empty
	// for nowhere.
	PublicAddress string `mapstructure:"public-address"`
}

// ArchiveConfig is about the proof archive.
type ArchiveConfig struct {
	// Peers are URLs of other nodes that are asked for what is missing.
	Peers []string `mapstructure:"peers"`
}

// ServerTemplate is the form of app.toml.
const ServerTemplate = serverconfig.DefaultConfigTemplate + `
###############################################################################
###                    Index of the log, proof archive                      ###
###############################################################################

# The node keeps two databases beside its state. data/logindex.db can be deleted: it is
# rebuilt from the state. archive.db, beside data, can not be made again: it has the
# proofs from which bundles are made of evidence older than the node's states. Back it
# up while the node runs: inkd archive backup DIR
# Both need the API or the gRPC server to be enabled.

[log-index]

# Where anybody may read checkpoints, hash tiles (C2SP tlog-tiles), proofs, headers and
# validator sets: nothing of what was deposited, nor by whom. For example
# "0.0.0.0:8480"; empty for nowhere. The API server has the same under /log/, and
# entries and look-ups besides: that one is for members only. Checkpoints are signed with
# the node's own key, config/log_note.key; its public part is config/log_note.vkey.
public-address = "{{ .LogIndex.PublicAddress }}"

[archive]

# Nodes that are asked for what is missing in the archive: after state sync, or where
# states or blocks were pruned. URLs of their API servers, or of their public addresses
# followed by /v1. Their answers are checked against the own state. For example
# ["http://node.court.example:1317", "http://proofs.notary.example:8480/v1"]
peers = [{{ range .Archive.Peers }}{{ printf "%q, " . }}{{end}}]
`

// ServerConfig is the app.toml of every node. There are no fees: the SDK
// refuses to start without a minimum price, so one of nothing is set.
func ServerConfig() *NodeConfig {
	c := &NodeConfig{Config: *serverconfig.DefaultConfig()}
	c.MinGasPrices = "0none"
	c.QueryGasLimit = QueryGasLimit
	c.API.Enable = true
	c.GRPCWeb.Enable = false
	return c
}
