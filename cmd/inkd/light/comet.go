package light

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	cmtdb "github.com/cometbft/cometbft-db"
	cmtmath "github.com/cometbft/cometbft/libs/math"
	cmtlight "github.com/cometbft/cometbft/light"
	"github.com/cometbft/cometbft/light/provider"
	"github.com/cometbft/cometbft/light/store/db"
	cmttypes "github.com/cometbft/cometbft/types"
)

// twoThirds of a trusted set must have signed a header that is not the next one.
// CometBFT's default is a third: with one honest validator in the signing third a
// header may still name any set it likes, and a forged one signed by a little more
// than a third of the old set was accepted. With two thirds it takes what it takes to
// forge the chain itself. What does not reach them is verified step by step, down to
// neighbours, where the set is the one that the header before has named.
var twoThirds = cmtmath.Fraction{Numerator: 2, Denominator: 3}

const (
	// forever replaces the trusting period: the trusted header was verified by our own
	// rules a moment ago, which know no such period.
	forever = time.Duration(math.MaxInt64) / 2
	// drift is how far the clock of a court's machine may be behind the chain's.
	drift = 10 * time.Minute
)

// askComet has a header that our rules accepted verified by CometBFT's light client
// too, from the last compared header on. It compares with the witnesses and, if the
// chain has forked, sends the evidence to both sides. A new client each time: it would
// drop nodes for good that were away for a moment.
func (c *Chain) askComet(ctx context.Context, n *Node, witnesses []*Node, v *verified, base *cmttypes.LightBlock) error {
	store := db.New(cmtdb.NewMemDB(), "")
	if err := store.SaveLightBlock(base); err != nil {
		return fmt.Errorf("light client: %w", err)
	}
	if len(witnesses) == 0 {
		witnesses = []*Node{n} // CometBFT demands one
	}
	var others []provider.Provider
	for _, w := range witnesses {
		others = append(others, &nodeProvider{c, w})
	}
	client, err := cmtlight.NewClient(ctx, c.era.ChainID,
		cmtlight.TrustOptions{Period: forever, Height: base.Height, Hash: base.Hash()},
		&nodeProvider{c, n}, others, store,
		cmtlight.SkippingVerification(twoThirds), cmtlight.MaxClockDrift(drift))
	if err != nil {
		return fmt.Errorf("light client: %w", err)
	}
	switch err := client.VerifyHeader(ctx, v.Header, c.Now()); {
	case err == nil:
		return nil
	case ctx.Err() != nil: // what CometBFT says then is no verdict
		return ctx.Err()
	case errors.Is(err, cmtlight.ErrFailedHeaderCrossReferencing), errors.Is(err, provider.ErrNoResponse):
		return fmt.Errorf("light client, height %d: %w", v.Height, err)
	default:
		return answered(n, "light-client", "CometBFT 轻客户端拒绝", "height %d: %s", v.Height, err)
	}
}

// nodeProvider is a node as CometBFT's light client asks it.
type nodeProvider struct {
	chain *Chain
	node  *Node
}

var _ provider.Provider = (*nodeProvider)(nil)

// ChainID of the anchor.
func (p *nodeProvider) ChainID() string { return p.chain.era.ChainID }

// String names the node.
func (p *nodeProvider) String() string { return p.node.Name }

// LightBlock is the node's, unverified. A node that is behind does not answer for the
// client: it would wait for it.
func (p *nodeProvider) LightBlock(ctx context.Context, height int64) (*cmttypes.LightBlock, error) {
	b, set, err := p.chain.fetch(ctx, p.node, uint64(height))
	switch {
	case isRefusal(err):
		return nil, provider.ErrBadLightBlock{Reason: err}
	case isMissing(err):
		return nil, provider.ErrLightBlockNotFound
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, provider.ErrNoResponse
	}
	lb, err := lightBlock(b, set)
	if err != nil {
		return nil, provider.ErrBadLightBlock{Reason: err}
	}
	return lb, nil
}

// ReportEvidence sends the evidence of a fork to the node.
func (p *nodeProvider) ReportEvidence(ctx context.Context, ev cmttypes.Evidence) error {
	_, err := p.node.RPC.BroadcastEvidence(ctx, ev)
	return err
}
