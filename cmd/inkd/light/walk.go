package light

import (
	"bytes"
	"context"
	"fmt"

	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// point is where the authority chain was verified to: who signs above a height.
type point struct {
	height uint64
	next   bundle.Hash
	anchor bool // the beginning of the era, which verify knows from the anchor
}

// pins makes verify begin at the point.
func (p point) pins() []verify.Pin {
	if p.anchor {
		return nil
	}
	next := p.next
	return []verify.Pin{{Height: p.height, NextValidatorsHash: &next}}
}

// verified is a header that the rules have accepted, with the links that led to it.
type verified struct {
	*cmttypes.LightBlock
	links []point
}

// fetch takes a block from a node in the form that is verified, and no other: what is
// served later is made from it again.
func (c *Chain) fetch(ctx context.Context, n *Node, height uint64) (b bundle.Block, set []bundle.Validator, err error) {
	b, set, err = n.Source.Block(ctx, height)
	if err != nil {
		return b, nil, err
	}
	if b, err = bundle.ParseBlock(b.Message()); err == nil {
		set, err = bundle.ParseSet(bundle.EncodeSet(set))
	}
	if err != nil {
		return b, nil, answered(n, "header", "区块头格式不正确", "height %d: %s", height, err)
	}
	if b.Header.Height != height {
		return b, nil, answered(n, "header", "高度不符", "expected the header of height %d, got that of %d", height, b.Header.Height)
	}
	if b.Header.ChainID != c.era.ChainID {
		return b, nil, noTrust(
			fmt.Sprintf("信任锚属于链 %s，节点 %s 属于链 %s", c.era.ChainID, n.Name, b.Header.ChainID),
			fmt.Sprintf("expected chain %q of the anchor, got %q from node %s", c.era.ChainID, b.Header.ChainID, n.Name))
	}
	return b, set, nil
}

// verify takes a header from one node and checks it from the last point below it.
func (c *Chain) verify(ctx context.Context, n *Node, height uint64) (*verified, error) {
	from, ok := c.before(height)
	if !ok {
		return nil, belowTrust(height, c.begin.height)
	}
	return c.verifyFrom(ctx, n, height, from)
}

func (c *Chain) verifyFrom(ctx context.Context, n *Node, height uint64, from point) (*verified, error) {
	target, set, err := c.fetch(ctx, n, height)
	if err != nil {
		return nil, err
	}
	w := &walk{chain: c, node: n, from: from, current: from.next[:]}
	if err := w.to(ctx, &target); err != nil {
		return nil, err
	}
	check := verify.Walk(c.anchor, from.pins(), append(w.blocks, target), append(w.sets, set))
	if check.Status != verify.Passed {
		return nil, broken(n, height, check, from == c.begin)
	}
	lb, err := lightBlock(target, set)
	if err != nil {
		return nil, answered(n, "header", "区块头格式不正确", "height %d: %s", height, err)
	}
	v := &verified{LightBlock: lb}
	for _, b := range w.blocks {
		v.links = append(v.links, pointOf(&b.Header))
	}
	return v, nil
}

func pointOf(h *bundle.Header) point {
	return point{height: h.Height, next: bundle.Hash(h.NextValidatorsHash)}
}

func belowTrust(height, start uint64) *Refusal {
	return &Refusal{
		Exit: verify.ExitTrust, Code: "below-trust",
		Zh: fmt.Sprintf("高度 %d 早于信任起点（高度 %d 之后）", height, start),
		En: fmt.Sprintf("expected a height above %d, where trust begins, got %d", start, height),
	}
}

// lightBlock is a block as CometBFT's light client has it. The priorities of
// proposers are no part of what is signed: they are those of a new set always.
func lightBlock(b bundle.Block, set []bundle.Validator) (*cmttypes.LightBlock, error) {
	header, commit := blocks.ToComet(b)
	validators, err := blocks.ToSet(set)
	if err != nil {
		return nil, err
	}
	lb := &cmttypes.LightBlock{SignedHeader: &cmttypes.SignedHeader{Header: header, Commit: commit}, ValidatorSet: validators}
	return lb, lb.ValidateBasic(header.ChainID)
}

// walk collects the links between a point and a header from one node. It judges
// nothing: verify.Walk does.
type walk struct {
	chain   *Chain
	node    *Node
	from    point
	blocks  []bundle.Block
	sets    [][]bundle.Validator
	current []byte // hash of the set that signs next
}

func (w *walk) last() uint64 {
	if len(w.blocks) == 0 {
		return w.from.height
	}
	return w.blocks[len(w.blocks)-1].Header.Height
}

// to collects until the header's set is reached: first the links that the node's
// archive names, then what these lack, found in its headers.
func (w *walk) to(ctx context.Context, target *bundle.Block) error {
	if bytes.Equal(w.current, target.Header.ValidatorsHash) {
		return nil
	}
	heights, err := w.node.Source.Links(ctx, w.from.height, target.Header.Height-1)
	if err != nil {
		heights = nil // a node without an archive; if it does not answer, its headers say so
	}
	for _, h := range heights {
		if h <= w.last() || h >= target.Header.Height {
			return answered(w.node, "chain.set", "验证人变更的高度未递增", "expected a link above %d and below %d, got %d", w.last(), target.Header.Height, h)
		}
		if err := w.add(ctx, h); err != nil {
			return err
		}
	}
	for !bytes.Equal(w.current, target.Header.ValidatorsHash) {
		h, err := w.nextLink(ctx, target.Header.Height)
		if err != nil {
			return err
		}
		if err := w.add(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) add(ctx context.Context, height uint64) error {
	if len(w.blocks) >= bundle.MaxBlocks {
		return answered(w.node, "chain.set", "验证人变更过多", "expected at most %d links, got more", bundle.MaxBlocks)
	}
	b, set, err := w.chain.fetch(ctx, w.node, height)
	if err != nil {
		return fmt.Errorf("link at height %d: %w", height, err)
	}
	w.blocks, w.sets, w.current = append(w.blocks, b), append(w.sets, set), b.Header.NextValidatorsHash
	return nil
}

// nextLink searches, by halves, for a header of the current set above which another
// set signs. There may be several; any one leads on.
func (w *walk) nextLink(ctx context.Context, other uint64) (uint64, error) {
	same := w.last() // above it the current set signs
	for other-same > 1 {
		middle := same + (other-same)/2
		b, _, err := w.chain.fetch(ctx, w.node, middle)
		if err != nil {
			return 0, fmt.Errorf("searching a change of validators at height %d: %w", middle, err)
		}
		if bytes.Equal(b.Header.ValidatorsHash, w.current) {
			same = middle
		} else {
			other = middle
		}
	}
	if same == w.last() {
		return 0, answered(w.node, "chain.set", "验证人集合与权威链不一致",
			"expected the validator set %x at height %d, got another", w.current, other)
	}
	return same, nil
}
