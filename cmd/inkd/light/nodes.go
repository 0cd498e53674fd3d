package light

import (
	"context"
	"fmt"
	"time"
)

// slowAfter is how long a node may take to fail before it is left alone for a while.
const slowAfter = time.Second

// late remembers a node that did not answer in time. One that says no at once is not
// late, and nobody is whose caller gave up: that says nothing of the node.
func (c *Chain) late(ctx context.Context, n *Node, began time.Time, err error) {
	if ctx.Err() != nil || time.Since(began) < slowAfter || isRefusal(err) || isMissing(err) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slow[n.Name] = time.Now()
}

// isSlow says whether a node did not answer a moment ago. The caller holds the lock.
func (c *Chain) isSlow(n *Node) bool {
	at, known := c.slow[n.Name]
	return known && time.Since(at) < compareEvery
}

// inOrder are all nodes, those last that did not answer a moment ago.
func (c *Chain) inOrder() []*Node {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all, slow []*Node
	for i := range c.Nodes {
		if n := &c.Nodes[i]; c.isSlow(n) {
			slow = append(slow, n)
		} else {
			all = append(all, n)
		}
	}
	return append(all, slow...)
}

// others are the nodes but one that a header is compared with. One that did not answer a
// moment ago is not waited for again: the header is compared later.
func (c *Chain) others(n *Node) []*Node {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []*Node
	for i := range c.Nodes {
		if w := &c.Nodes[i]; w != n && !c.isSlow(w) {
			all = append(all, w)
		}
	}
	return all
}

// answer is what a node gave.
type answer[T any] struct {
	node  *Node
	value T
	err   error
}

// atOnce asks all nodes at the same time; the answers are in the order of the nodes. It
// waits for late ones up to so long, with wait 0 for a moment after the first good one.
// When the caller gives up, those answers stay that have come.
func atOnce[T any](ctx context.Context, nodes []*Node, wait time.Duration, f func(context.Context, *Node) (T, error)) []answer[T] {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out, pending := make([]answer[T], len(nodes)), make([]bool, len(nodes))
	type numbered struct {
		at int
		answer[T]
	}
	came := make(chan numbered, len(nodes))
	for i, n := range nodes {
		pending[i] = true
		out[i] = answer[T]{node: n, err: fmt.Errorf("node %s: expected an answer in time, got none", n.Name)}
		go func() {
			v, err := f(ctx, n)
			came <- numbered{i, answer[T]{n, v, err}}
		}()
	}
	var late <-chan time.Time
	if wait > 0 {
		late = time.After(wait)
	}
	for range nodes {
		select {
		case a := <-came:
			out[a.at], pending[a.at] = a.answer, false
			if a.err == nil && late == nil {
				late = time.After(grace)
			}
		case <-late:
			return out
		case <-ctx.Done():
			for i := range out {
				if pending[i] {
					out[i].err = ctx.Err()
				}
			}
			return out
		}
	}
	return out
}
