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

// ServerConfig is the app.toml of every node. There are no fees: the SDK
// refuses to start without a minimum price, so one of nothing is set.
func ServerConfig() *serverconfig.Config {
	c := serverconfig.DefaultConfig()
	c.MinGasPrices = "0none"
	c.QueryGasLimit = QueryGasLimit
	c.API.Enable = true
	c.GRPCWeb.Enable = false
	return c
}
