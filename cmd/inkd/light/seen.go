package light

import (
	"context"
	"encoding/hex"
	"fmt"

	cmttypes "github.com/cometbft/cometbft/types"
)

// remember takes over what an earlier run has verified. What is below the beginning of
// trust is not compared: nothing is verified there.
func (c *Chain) remember() {
	if c.Seen == nil {
		return
	}
	c.told = c.Seen.Height
	if c.Seen.Height > c.begin.height {
		c.due = c.Seen
	}
}

// dueUpTo is what an earlier run has verified, if that is still to be compared and not
// above a height.
func (c *Chain) dueUpTo(height uint64) *Seen {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.due == nil || c.due.Height > height {
		return nil
	}
	return c.due
}

// compareSeen holds the chain against what an earlier run has verified, as soon as a
// header of that height or above is to be served.
func (c *Chain) compareSeen(ctx context.Context, height uint64) error {
	s := c.dueUpTo(height)
	if s == nil {
		return nil
	}
	_, err := c.at(ctx, s.Height) // take compares it
	if isMissing(err) {
		c.Note(fmt.Sprintf("节点已不保存上次核验的高度 %d，无法比对", s.Height),
			fmt.Sprintf("height %d, which was verified before, cannot be compared: the nodes have not kept it", s.Height))
		c.mu.Lock()
		c.due = nil
		c.mu.Unlock()
		err = nil
	}
	if err != nil {
		return err
	}
	c.tell()
	return nil
}

// asSeen compares a header with what an earlier run has verified of its height. The
// caller holds the lock.
func (c *Chain) asSeen(n *Node, lb *cmttypes.LightBlock) error {
	if c.due == nil || uint64(lb.Height) != c.due.Height {
		return nil
	}
	if got := hex.EncodeToString(lb.Hash()); got != c.due.Hash {
		before, _ := hex.DecodeString(c.due.Hash)
		return fork(c.due.Height, "earlier", before, n.Name, lb.Hash())
	}
	c.due = nil
	return nil
}

// behind notes that the nodes do not have what an earlier run has verified.
func (c *Chain) behind() {
	c.mu.Lock()
	s, now := c.due, c.tip.Height
	c.mu.Unlock()
	if s != nil {
		c.Note(fmt.Sprintf("节点落后：上次已核验到高度 %d，现为 %d", s.Height, now),
			fmt.Sprintf("the nodes are behind: height %d was verified before, now they have %d", s.Height, now))
	}
}

// tell reports the last header to who remembers it, each above the one before: never
// before what was remembered is compared, and never after a fork.
func (c *Chain) tell() {
	c.telling.Lock()
	defer c.telling.Unlock()
	c.mu.Lock()
	tip := c.tip
	ready := c.Advanced != nil && c.due == nil && c.ended == nil && tip != nil && uint64(tip.Height) > c.told
	c.mu.Unlock()
	if ready {
		c.told = uint64(tip.Height)
		c.Advanced(Seen{Height: c.told, Hash: hex.EncodeToString(tip.Hash())})
	}
}
