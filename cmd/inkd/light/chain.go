package light

import (
	"cmp"
	"context"
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
	begin  point       // where trust begins

	asking chan struct{} // held by who asks for the last header

	mu     sync.Mutex // never held while a node is asked
	points []point    // ascending; the first is where trust begins
	tip    *cmttypes.LightBlock
	base   *cmttypes.LightBlock // what CometBFT's client goes on from
	asked  time.Time            // when the last header was asked for
	kept   map[uint64]*keptHeader
	keys   []uint64 // of kept, oldest first
	ended  error    // a fork: nothing is served any more
	noted  map[string]time.Time
	slow   map[string]time.Time // nodes that did not answer in time, and when
	alone  bool                 // the last header was compared with no other node's, and that was said
	due    *Seen                // by an earlier run, until it is compared

	telling sync.Mutex // while Advanced is told; taken before mu
	told    uint64     // height that is remembered
}

const (
	fresh = time.Second     // for how long the last header is not asked for again
	quiet = time.Minute     // between two notes on one node
	grace = 3 * time.Second // for nodes that answer later than others
)

// maxKept is how many headers are in memory.
var maxKept = 1000

// Start verifies the way from the user's trust to the last header. It fails if no
// node gives one that can be verified: with a Refusal if a node answered.
func Start(ctx context.Context, config Config) (*Chain, error) {
	c := &Chain{
		Config: config, anchor: config.Anchor, era: &config.Anchor.Eras[len(config.Anchor.Eras)-1],
		asking: make(chan struct{}, 1), kept: map[uint64]*keptHeader{}, noted: map[string]time.Time{}, slow: map[string]time.Time{},
	}
	var err error
	if c.begin, err = c.start(); err != nil {
		return nil, err
	}
	c.points = []point{c.begin}
	if err := c.sameLog(ctx); err != nil {
		return nil, err
	}
	c.remember()
	if _, err := c.Latest(ctx); err != nil {
		return nil, err
	}
	c.behind()
	return c, nil
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

// before is the last point below a height.
func (c *Chain) before(height uint64) (point, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := sort.Search(len(c.points), func(i int) bool { return c.points[i].height >= height })
	if i == 0 {
		return point{}, false
	}
	return c.points[i-1], true
}

// Latest is the last header that the nodes have, verified now or a moment ago. One
// caller asks for it; the others wait for what it finds, as long as they like.
func (c *Chain) Latest(ctx context.Context) (*cmttypes.LightBlock, error) {
	if lb, err := c.recent(); lb != nil || err != nil {
		return lb, err
	}
	select {
	case c.asking <- struct{}{}:
		defer func() { <-c.asking }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if lb, err := c.recent(); lb != nil || err != nil {
		return lb, err
	}
	lb, err := c.ask(ctx)
	if err == nil {
		err = c.compareSeen(ctx, uint64(lb.Height))
	}
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = time.Now()
	return lb, nil
}

// recent is the last header if it was asked for a moment ago.
func (c *Chain) recent() (*cmttypes.LightBlock, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return nil, c.ended
	}
	if c.tip != nil && time.Since(c.asked) < fresh {
		return c.tip, nil
	}
	return nil, nil
}

func (c *Chain) ask(ctx context.Context) (*cmttypes.LightBlock, error) {
	var worst error
	for _, o := range c.offers(ctx, &worst) {
		lb, err := c.latestOf(ctx, o)
		if err == nil {
			return lb, nil
		}
		if worst = worse(worst, c.refused(o.node, err)); isFork(err) {
			return nil, err
		}
	}
	return nil, worst
}

// offer is a node with the height of the last header it claims to have.
type offer struct {
	node   *Node
	height uint64
}

// offers ask the nodes, the highest first. Who answers late is left out, for a while.
func (c *Chain) offers(ctx context.Context, worst *error) []offer {
	var all []offer
	asked, began := c.others(nil), time.Now()
	if len(asked) == 0 {
		asked = c.inOrder()
	}
	answers := atOnce(ctx, asked, 0, func(ctx context.Context, n *Node) (uint64, error) { return n.Source.Latest(ctx) })
	for _, a := range answers {
		if a.err != nil {
			c.late(ctx, a.node, began, a.err)
			*worst = worse(*worst, a.err)
			continue
		}
		all = append(all, offer{a.node, a.value + 1})
	}
	slices.SortStableFunc(all, func(a, b offer) int { return cmp.Compare(b.height, a.height) })
	return all
}

func (c *Chain) latestOf(ctx context.Context, o offer) (*cmttypes.LightBlock, error) {
	c.mu.Lock()
	tip := c.tip
	c.mu.Unlock()
	if tip != nil && o.height <= uint64(tip.Height) {
		return tip, nil
	}
	if o.height <= c.begin.height {
		return nil, noTrust(
			fmt.Sprintf("节点 %s 的高度 %d 未超过固定点的高度 %d", o.node.Name, o.height, c.begin.height),
			fmt.Sprintf("expected node %s above height %d of the pin, got height %d", o.node.Name, c.begin.height, o.height))
	}
	return c.accept(ctx, o.node, o.height)
}

// At is the verified header of a height.
func (c *Chain) At(ctx context.Context, height uint64) (*cmttypes.LightBlock, error) {
	lb, err := c.at(ctx, height)
	if err == nil {
		err = c.compareSeen(ctx, height)
	}
	if err != nil {
		return nil, err
	}
	return lb, nil
}

func (c *Chain) at(ctx context.Context, height uint64) (*cmttypes.LightBlock, error) {
	k, err := c.known(height)
	if err != nil {
		return nil, err
	}
	if k != nil {
		return k.LightBlock, c.compareAgain(ctx, k)
	}
	var worst error
	for _, n := range c.inOrder() {
		began := time.Now()
		lb, err := c.accept(ctx, n, height)
		if err == nil {
			return lb, nil
		}
		c.late(ctx, n, began, err)
		if worst = worse(worst, c.refused(n, err)); isFork(err) || ctx.Err() != nil {
			return nil, err
		}
	}
	return nil, worst
}

func (c *Chain) known(height uint64) (*keptHeader, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept[height], c.ended
}

// refused notes a node's lie, and ends everything at a fork.
func (c *Chain) refused(n *Node, err error) error {
	c.mu.Lock()
	if isFork(err) {
		c.ended = err
	}
	var r *Refusal
	say := errors.As(err, &r) && r.Code != "below-trust" && (r.Code == "fork" || time.Since(c.noted[n.Name]) > quiet)
	if say {
		c.noted[n.Name] = time.Now()
	}
	c.mu.Unlock()
	if say {
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

// learn keeps points, ascending, each once. The caller holds the lock.
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

// Begun says where trust began: the height of a pin, or 0 for the anchor's validators.
func (c *Chain) Begun() (pinned uint64) {
	if c.begin.anchor {
		return 0
	}
	return c.begin.height
}

// Follow keeps asking for the last header until the context ends, so that changes of
// validators are followed while their signers are in office, and compares what no other
// node has confirmed so far. Failures are noted once.
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
		if err == nil {
			_ = c.compareUnsure(ctx) // a fork is noted, and ends everything
		}
		if err != nil && ctx.Err() == nil && !failing && !isRefusal(err) {
			c.Note("节点暂无应答，将继续尝试", "the nodes do not answer, trying on: "+err.Error())
		}
		failing = err != nil
	}
}
