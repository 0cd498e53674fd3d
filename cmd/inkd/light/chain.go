package light

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
)

// Chain is a chain that is followed. Its methods may be called at the same time.
type Chain struct {
	Config
	anchor *bundle.Anchor
	era    *bundle.Era // the last one: that chain runs

	mu     sync.Mutex
	points []point // ascending; the first is where trust begins
	tip    *cmttypes.LightBlock
	asked  time.Time // when the last header was asked for
	kept   map[uint64]*cmttypes.LightBlock
	keys   []uint64 // of kept, oldest first
	ended  error    // a fork: nothing is served any more
	noted  map[string]time.Time
	alone  bool // the last header was compared with no other node's, and that was said
}

const (
	maxKept = 1000        // headers in memory
	fresh   = time.Second // for how long the last header is not asked for again
	quiet   = time.Minute // between two notes on one node
)

// Start verifies the way from the user's trust to the last header. It fails if no
// node gives one that can be verified: with a Refusal if a node answered.
func Start(ctx context.Context, config Config) (*Chain, error) {
	c := &Chain{
		Config: config, anchor: config.Anchor, era: &config.Anchor.Eras[len(config.Anchor.Eras)-1],
		kept: map[uint64]*cmttypes.LightBlock{}, noted: map[string]time.Time{},
	}
	start, err := c.start()
	if err != nil {
		return nil, err
	}
	c.points = []point{start}
	if err := c.sameLog(ctx); err != nil {
		return nil, err
	}
	if _, err := c.Latest(ctx); err != nil {
		return nil, err
	}
	return c, c.compareSeen(ctx)
}

// start is the highest pin that names a set, or the beginning of the last era.
func (c *Chain) start() (point, error) {
	hash, err := blocks.SetHash(c.era.Validators)
	if err != nil {
		return point{}, noTrust("信任锚中的验证人集合不可用（"+err.Error()+"）", "the anchor's validators: "+err.Error())
	}
	p := point{height: c.era.InitialHeight - 1, next: bundle.Hash(hash), anchor: true}
	for i := range c.Pins {
		if pin := &c.Pins[i]; pin.NextValidatorsHash != nil && pin.Height > p.height {
			p = point{height: pin.Height, next: *pin.NextValidatorsHash}
		}
	}
	return p, nil
}

// sameLog leaves out nodes that serve another log. What a node says of its log proves
// nothing; it only tells an anchor that was mistaken from a node that lies.
func (c *Chain) sameLog(ctx context.Context) error {
	var left []Node
	var last error
	for i := range c.Nodes {
		n := &c.Nodes[i]
		id, err := n.Source.LogID(ctx)
		if err == nil && id != c.anchor.LogID {
			last = noTrust(
				fmt.Sprintf("信任锚属于日志 %x，节点 %s 属于日志 %x", c.anchor.LogID, n.Name, id),
				fmt.Sprintf("expected log %x of the anchor, got log %x from node %s", c.anchor.LogID, id, n.Name))
			c.leftOut(n, last)
			continue
		}
		left = append(left, *n)
	}
	if len(left) == 0 {
		return last
	}
	c.Nodes = left
	return nil
}

// compareSeen holds the chain against what an earlier run has verified.
func (c *Chain) compareSeen(ctx context.Context) error {
	s := c.Seen
	if s == nil || s.Height <= c.points[0].height {
		return nil
	}
	if s.Height > uint64(c.tip.Height) {
		c.Note(fmt.Sprintf("节点落后：上次已核验到高度 %d，现为 %d", s.Height, c.tip.Height),
			fmt.Sprintf("the nodes are behind: height %d was verified before, now they have %d", s.Height, c.tip.Height))
		return nil
	}
	lb, err := c.At(ctx, s.Height)
	if isMissing(err) {
		c.Note(fmt.Sprintf("节点已不保存上次核验的高度 %d，无法比对", s.Height),
			fmt.Sprintf("height %d, which was verified before, cannot be compared: the nodes have not kept it", s.Height))
		return nil
	}
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(lb.Hash()); got != s.Hash {
		before, _ := hex.DecodeString(s.Hash)
		return fork(s.Height, "earlier", before, "now", lb.Hash())
	}
	return nil
}

// before is the last point below a height.
func (c *Chain) before(height uint64) (point, bool) {
	i := sort.Search(len(c.points), func(i int) bool { return c.points[i].height >= height })
	if i == 0 {
		return point{}, false
	}
	return c.points[i-1], true
}

// Latest is the last header that the nodes have, verified now or a moment ago.
func (c *Chain) Latest(ctx context.Context) (*cmttypes.LightBlock, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return nil, c.ended
	}
	if c.tip != nil && time.Since(c.asked) < fresh {
		return c.tip, nil
	}
	var worst error
	for _, o := range c.offers(ctx, &worst) {
		lb, err := c.latestOf(ctx, o)
		if err == nil {
			c.asked = time.Now()
			return lb, nil
		}
		if worst = worse(worst, c.refused(o.node, err)); c.ended != nil {
			return nil, c.ended
		}
	}
	return nil, worst
}

// offer is a node with the height of the last header it claims to have.
type offer struct {
	node   *Node
	height uint64
}

// offers ask all nodes, the highest first.
func (c *Chain) offers(ctx context.Context, worst *error) []offer {
	var all []offer
	for i := range c.Nodes {
		h, err := c.Nodes[i].Source.Latest(ctx)
		if err != nil {
			*worst = worse(*worst, err)
			continue
		}
		all = append(all, offer{&c.Nodes[i], h + 1})
	}
	slices.SortStableFunc(all, func(a, b offer) int { return cmp.Compare(b.height, a.height) })
	return all
}

func (c *Chain) latestOf(ctx context.Context, o offer) (*cmttypes.LightBlock, error) {
	if c.tip != nil && o.height <= uint64(c.tip.Height) {
		return c.tip, nil
	}
	if start := c.points[0]; o.height <= start.height {
		return nil, noTrust(
			fmt.Sprintf("节点 %s 的高度 %d 未超过固定点的高度 %d", o.node.Name, o.height, start.height),
			fmt.Sprintf("expected node %s above height %d of the pin, got height %d", o.node.Name, start.height, o.height))
	}
	return c.accept(ctx, o.node, o.height)
}

// At is the verified header of a height.
func (c *Chain) At(ctx context.Context, height uint64) (*cmttypes.LightBlock, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return nil, c.ended
	}
	if lb := c.kept[height]; lb != nil {
		return lb, nil
	}
	var worst error
	for i := range c.Nodes {
		lb, err := c.accept(ctx, &c.Nodes[i], height)
		if err == nil {
			return lb, nil
		}
		if worst = worse(worst, c.refused(&c.Nodes[i], err)); c.ended != nil {
			return nil, c.ended
		}
	}
	return nil, worst
}

// refused notes a node's lie, and ends everything at a fork.
func (c *Chain) refused(n *Node, err error) error {
	if isFork(err) {
		c.ended = err
	}
	var r *Refusal
	if errors.As(err, &r) && r.Code != "below-trust" && time.Since(c.noted[n.Name]) > quiet {
		c.noted[n.Name] = time.Now()
		c.Note(r.Zh, r.En)
	}
	return err
}

func (c *Chain) leftOut(n *Node, err error) {
	var r *Refusal
	if errors.As(err, &r) {
		c.Note("不再询问节点 "+n.Name+"："+r.Zh, "node "+n.Name+" is left out: "+r.En)
	}
}

// accept verifies a header from one node, compares it with the others, and, if it is
// above the last one, asks CometBFT's light client too.
func (c *Chain) accept(ctx context.Context, n *Node, height uint64) (*cmttypes.LightBlock, error) {
	v, err := c.verify(ctx, n, height)
	if err != nil {
		return nil, err
	}
	ahead := c.tip == nil || v.Height > c.tip.Height
	if now := c.Now(); ahead && v.Time.After(now.Add(drift)) {
		return nil, answered(n, "clock", "区块时间在本机时间之后，请检查本机时钟",
			"expected a header from before %s by this machine's clock, got %s: is the clock right?", now.UTC().Format(time.RFC3339), v.Time.UTC().Format(time.RFC3339))
	}
	witnesses, forked := c.compare(ctx, n, v)
	if ahead && c.tip != nil {
		if forked != nil {
			witnesses = append(witnesses, forked.node)
		}
		if err := c.askComet(ctx, n, witnesses, v); err != nil && forked == nil {
			return nil, err
		}
	}
	if forked != nil {
		return nil, fork(height, n.Name, v.Hash(), forked.node.Name, forked.hash)
	}
	c.compared(len(witnesses) > 0)
	c.learn(v.links...)
	c.keep(v.LightBlock)
	if ahead {
		c.tip = v.LightBlock
		c.learn(point{height: uint64(v.Height), next: bundle.Hash(v.NextValidatorsHash)})
		if c.Advanced != nil {
			c.Advanced(Seen{Height: uint64(v.Height), Hash: hex.EncodeToString(v.Hash())})
		}
	}
	return v.LightBlock, nil
}

// compared warns once when headers begin to rest on one node alone; a node that is late
// by a moment makes no more than a note a minute.
func (c *Chain) compared(ok bool) {
	const alone = "" // no node has this name
	switch {
	case ok:
		c.alone = false
	case !c.alone && time.Since(c.noted[alone]) > quiet:
		c.alone, c.noted[alone] = true, time.Now()
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
func (c *Chain) compare(ctx context.Context, n *Node, v *verified) (witnesses []*Node, forked *other) {
	for i := range c.Nodes {
		w := &c.Nodes[i]
		if w == n {
			continue
		}
		b, _, err := c.fetch(ctx, w, uint64(v.Height))
		if err != nil {
			if isRefusal(err) {
				c.refused(w, err)
			}
			continue
		}
		if bytes.Equal(blocks.HeaderHash(b.Header), v.Hash()) {
			witnesses = append(witnesses, w)
			continue
		}
		another, err := c.verify(ctx, w, uint64(v.Height))
		switch {
		case err != nil:
			c.refused(w, err)
		case !bytes.Equal(another.Hash(), v.Hash()):
			return witnesses, &other{w, another.Hash()}
		}
	}
	return witnesses, nil
}

// learn keeps points, ascending, each once.
func (c *Chain) learn(all ...point) {
	for _, p := range all {
		i := sort.Search(len(c.points), func(i int) bool { return c.points[i].height >= p.height })
		if i == len(c.points) || c.points[i].height != p.height {
			c.points = slices.Insert(c.points, i, p)
		}
	}
	c.forgetPoints()
}

// forgetPoints drops points between which no set changed, except the first and last.
func (c *Chain) forgetPoints() {
	out := c.points[:1]
	for i := 1; i < len(c.points); i++ {
		if i == len(c.points)-1 || c.points[i].next != out[len(out)-1].next {
			out = append(out, c.points[i])
		}
	}
	c.points = out
}

func (c *Chain) keep(lb *cmttypes.LightBlock) {
	height := uint64(lb.Height)
	if c.kept[height] == nil {
		c.keys = append(c.keys, height)
	}
	c.kept[height] = lb
	if len(c.keys) > maxKept {
		delete(c.kept, c.keys[0])
		c.keys = c.keys[1:]
	}
}

// Begun says where trust began: the height of a pin, or 0 for the anchor's validators.
func (c *Chain) Begun() (pinned uint64) {
	if c.points[0].anchor {
		return 0
	}
	return c.points[0].height
}

// Follow keeps asking for the last header until the context ends, so that changes of
// validators are followed while their signers are in office. Failures are noted once.
func (c *Chain) Follow(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := c.Latest(ctx)
		if err != nil && ctx.Err() == nil && !failing && !isRefusal(err) {
			c.Note("节点暂无应答，将继续尝试", "the nodes do not answer, trying on: "+err.Error())
		}
		failing = err != nil
	}
}
