// Package light follows a chain by the user's own trust and serves only what it has
// verified: a light client for courts.
//
// Trust comes from the anchor (the first validators of the chain), or from a pin that
// names a set. From there each change of the validator set must be signed by more than
// two thirds of the set before (verify.Walk): there is no trusting period, so it works
// after years without a connection. Every header that is served has passed these
// rules and was compared with the other nodes; a header above the last one has also
// passed CometBFT's own light client, with the last compared one as its trusted header.
// What was accepted while no other node answered verifies no later header, and is
// compared as soon as one does. No lock is held while a node is asked.
package light

import (
	"context"
	"time"

	"github.com/cometbft/cometbft/libs/bytes"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// Source is what of prove.Source is asked of one node. Its errors that wrap those of
// package prove are no faults.
type Source interface {
	LogID(ctx context.Context) (bundle.Hash, error)
	Latest(ctx context.Context) (uint64, error)
	Block(ctx context.Context, height uint64) (bundle.Block, []bundle.Validator, error)
	Links(ctx context.Context, after, upto uint64) ([]uint64, error)
}

// RPC is what of a node's RPC is asked.
type RPC interface {
	ABCIQueryWithOptions(ctx context.Context, path string, data bytes.HexBytes, opts rpcclient.ABCIQueryOptions) (*coretypes.ResultABCIQuery, error)
	Block(ctx context.Context, height *int64) (*coretypes.ResultBlock, error)
	BlockByHash(ctx context.Context, hash []byte) (*coretypes.ResultBlock, error)
	BlockResults(ctx context.Context, height *int64) (*coretypes.ResultBlockResults, error)
	Tx(ctx context.Context, hash []byte, prove bool) (*coretypes.ResultTx, error)
	BroadcastEvidence(ctx context.Context, ev cmttypes.Evidence) (*coretypes.ResultBroadcastEvidence, error)
}

// Node is one node that is asked. Nothing that it answers is believed.
type Node struct {
	// Name for messages, the URL.
	Name   string
	Source Source
	RPC    RPC
}

// Seen is a header that was verified earlier, by an earlier run.
type Seen struct {
	Height uint64 `json:"height"`
	Hash   string `json:"hash"` // lower-case hex
}

// Config is what a Chain is started with.
type Config struct {
	Anchor *bundle.Anchor
	// Pins of the user's policy. Of those that name a set the highest is where trust
	// begins; the others say nothing about validators.
	Pins []verify.Pin
	// Nodes in order of preference.
	Nodes []Node
	// Seen by an earlier run: the chain must still have it. Nil for none. It is compared
	// as soon as the nodes have that height.
	Seen *Seen
	// Advanced is told each new last header above Seen, one after the other, after Seen
	// was compared; never after a fork. It may be nil.
	Advanced func(Seen)
	// Note tells people what happened, in both languages.
	Note func(zh, en string)
	// Now is the clock; a header from the future is refused.
	Now func() time.Time
}
