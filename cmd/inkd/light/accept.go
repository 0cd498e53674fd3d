package light

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
)

// compareEvery is how often a header that no other node has confirmed is compared anew.
var compareEvery = 10 * time.Second

// keptHeader is a header in memory. One that was compared with no other node's, although
// there are others, is served, since more than two thirds have signed it, but nothing is
// verified by it, and it is compared as soon as another node answers.
type keptHeader struct {
	*cmttypes.LightBlock
	node     *Node
	compared bool
	tried    time.Time
}

// accept verifies a header from one node, compares it with the others, and, if it is
// above the last one, asks CometBFT's light client too.
func (c *Chain) accept(ctx context.Context, n *Node, height uint64) (*cmttypes.LightBlock, error) {
	v, err := c.verify(ctx, n, height)
	if err != nil {
		return nil, err
	}
	base, ahead := c.above(v.Height)
	if now := c.Now(); ahead && v.Time.After(now.Add(drift)) {
		return nil, answered(n, "clock", "区块时间在本机时间之后，请检查本机时钟",
			"expected a header from before %s by this machine's clock, got %s: is the clock right?", now.UTC().Format(time.RFC3339), v.Time.UTC().Format(time.RFC3339))
	}
	witnesses, forked := c.compare(ctx, n, v.LightBlock)
	if ahead && base != nil {
		if forked != nil {
			witnesses = append(witnesses, forked.node)
		}
		if err := c.askComet(ctx, n, witnesses, v, base); err != nil && forked == nil {
			return nil, err
		}
	}
	if forked != nil {
		return nil, fork(height, n.Name, v.Hash(), forked.node.Name, forked.hash)
	}
	if err := ctx.Err(); err != nil {
		return nil, err // the others may just not have had the time
	}
	c.compared(len(witnesses) > 0)
	lb, err := c.take(n, v, len(witnesses) > 0)
	if err == nil {
		c.tell()
	}
	return lb, err
}

// above says whether a height is above the last header, and what CometBFT's client goes
// on from.
func (c *Chain) above(height int64) (base *cmttypes.LightBlock, ahead bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base, c.tip == nil || height > c.tip.Height
}

// take keeps a header. Only one that another node confirmed, if there is another, is
// what later ones are verified by.
func (c *Chain) take(n *Node, v *verified, compared bool) (*cmttypes.LightBlock, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return nil, c.ended
	}
	height := uint64(v.Height)
	if had := c.kept[height]; had != nil && !bytes.Equal(had.Hash(), v.Hash()) {
		return nil, fork(height, had.node.Name, had.Hash(), n.Name, v.Hash())
	}
	if err := c.asSeen(n, v.LightBlock); err != nil {
		return nil, err
	}
	k := &keptHeader{LightBlock: v.LightBlock, node: n, compared: compared || len(c.Nodes) == 1, tried: time.Now()}
	c.keep(k)
	if k.compared {
		c.learn(v.links...)
		c.goOnFrom(k)
	}
	if c.tip == nil || v.Height > c.tip.Height {
		c.tip = v.LightBlock
	}
	return v.LightBlock, nil
}

// goOnFrom lets later headers be verified by this one. The caller holds the lock.
func (c *Chain) goOnFrom(k *keptHeader) {
	if c.base == nil || k.Height > c.base.Height {
		c.base = k.LightBlock
		c.learn(point{height: uint64(k.Height), next: bundle.Hash(k.NextValidatorsHash)})
	}
}

// keep puts a header into memory. The caller holds the lock.
func (c *Chain) keep(k *keptHeader) {
	height := uint64(k.Height)
	if had := c.kept[height]; had == nil {
		c.keys = append(c.keys, height)
	} else if had.compared {
		k.compared = true
	}
	c.kept[height] = k
	if len(c.keys) > maxKept {
		c.forget()
	}
}

// forget drops the oldest header that was compared: one that was not is still to be
// caught. The caller holds the lock.
func (c *Chain) forget() {
	i := max(0, slices.IndexFunc(c.keys, func(h uint64) bool { return c.kept[h].compared }))
	delete(c.kept, c.keys[i])
	c.keys = slices.Delete(c.keys, i, i+1)
}

// compareUnsure compares some of the headers that no other node has confirmed, those
// first that were not tried for the longest time.
func (c *Chain) compareUnsure(ctx context.Context) error {
	const atATime = 5
	c.mu.Lock()
	var unsure []*keptHeader
	for _, k := range c.kept {
		if !k.compared {
			unsure = append(unsure, k)
		}
	}
	slices.SortFunc(unsure, func(a, b *keptHeader) int { return cmp.Or(a.tried.Compare(b.tried), cmp.Compare(a.Height, b.Height)) })
	c.mu.Unlock()
	for _, k := range unsure[:min(len(unsure), atATime)] {
		if err := c.compareAgain(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// compareAgain compares a header that no other node has confirmed so far, now and then.
func (c *Chain) compareAgain(ctx context.Context, k *keptHeader) error {
	c.mu.Lock()
	due := !k.compared && time.Since(k.tried) >= compareEvery
	if due {
		k.tried = time.Now()
	}
	c.mu.Unlock()
	if !due {
		return nil
	}
	witnesses, forked := c.compare(ctx, k.node, k.LightBlock)
	if forked != nil {
		return c.refused(k.node, fork(uint64(k.Height), k.node.Name, k.Hash(), forked.node.Name, forked.hash))
	}
	if len(witnesses) == 0 {
		return nil
	}
	c.compared(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	k.compared = true
	c.goOnFrom(k)
	return nil
}

// compared warns once when headers begin to rest on one node alone; a node that is late
// by a moment makes no more than a note a minute.
func (c *Chain) compared(ok bool) {
	const alone = "" // no node has this name
	c.mu.Lock()
	say := !ok && !c.alone && time.Since(c.noted[alone]) > quiet
	switch {
	case ok:
		c.alone = false
	case say:
		c.alone, c.noted[alone] = true, time.Now()
	}
	c.mu.Unlock()
	if say {
		c.Note("警告：区块头未与第二个节点比对，无法发现链的分叉", "warning: headers are not being compared with a second node's: a fork of the chain is not noticed")
	}
}

// other is a node with another header that the rules accept too.
type other struct {
	node *Node
	hash []byte
}

// compare asks the other nodes for the same height. Who has not got it is no witness;
// who has another one lies, or else the chain has forked.
func (c *Chain) compare(ctx context.Context, n *Node, lb *cmttypes.LightBlock) (witnesses []*Node, forked *other) {
	height := uint64(lb.Height)
	began := time.Now()
	for _, a := range atOnce(ctx, c.others(n), grace, func(ctx context.Context, w *Node) ([]byte, error) {
		b, _, err := c.fetch(ctx, w, height)
		if err != nil {
			return nil, err
		}
		return blocks.HeaderHash(b.Header), nil
	}) {
		if a.err != nil {
			c.late(ctx, a.node, began, a.err)
			if isRefusal(a.err) {
				_ = c.refused(a.node, a.err)
			}
			continue
		}
		if bytes.Equal(a.value, lb.Hash()) {
			witnesses = append(witnesses, a.node)
			continue
		}
		another, err := c.verifyAnother(ctx, a.node, height)
		switch {
		case err != nil:
			_ = c.refused(a.node, err)
		case !bytes.Equal(another.Hash(), lb.Hash()):
			return witnesses, &other{a.node, another.Hash()}
		}
	}
	return witnesses, nil
}

// verifyAnother verifies a header that contradicts another node's: also from where trust
// begins, since what was learned on the way may come from the node that lies.
func (c *Chain) verifyAnother(ctx context.Context, n *Node, height uint64) (*verified, error) {
	v, err := c.verify(ctx, n, height)
	if !isRefusal(err) || height <= c.begin.height {
		return v, err
	}
	if again, fromBegin := c.verifyFrom(ctx, n, height, c.begin); fromBegin == nil {
		return again, nil
	}
	return v, err
}
