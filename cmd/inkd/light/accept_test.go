package light_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/cmd/inkd/light"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
)

// While one request waits for a node that hangs, what is in memory is served.
func TestANodeThatHangsStopsNobodyElse(t *testing.T) {
	n := newNode(t)
	c := start(t, n)
	last, err := c.Latest(ctx)
	require.NoError(t, err)
	n.hangs = make(chan struct{})
	waits, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { _, err := c.At(waits, 3); ended <- err }()
	time.Sleep(50 * time.Millisecond)
	lb, err := c.At(ctx, uint64(last.Height)) // it would not come back: the node hangs until the end
	require.NoError(t, err)
	require.Equal(t, last.Hash(), lb.Hash())
	require.Empty(t, ended, "the other one still waits")
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled, "who gives up is no liar")
	close(n.hangs)
	_, err = c.At(ctx, 3)
	require.NoError(t, err)
}

// Who is interrupted before any node answered is told that, and not that none answers.
func TestInterruptionWhileNodesAreAsked(t *testing.T) {
	n := newNode(t)
	n.hangs = make(chan struct{})
	limit, cancel := context.WithCancel(ctx)
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err := light.Start(limit, config(n, newNode(t)))
	require.ErrorIs(t, err, context.Canceled)
	close(n.hangs)
}

// A second node that hangs makes no more than a pause: it is left alone for a while.
func TestASecondNodeThatHangsIsNotWaitedForLong(t *testing.T) {
	t.Cleanup(light.CompareEvery(time.Hour)) // a while
	slow := newNode(t)
	c := start(t, newNode(t), slow)
	slow.hangs = make(chan struct{})
	_, err := c.At(ctx, 3)
	require.NoError(t, err)
	asked := slow.hung.Load()
	require.NotZero(t, asked)
	for h := uint64(4); h < 20; h++ {
		_, err = c.At(ctx, h)
		require.NoError(t, err)
	}
	_, err = c.Latest(ctx)
	require.NoError(t, err)
	require.Equal(t, asked, slow.hung.Load())
	close(slow.hangs)
}

// A caller that gives up while one node hangs says nothing of the others: they are still
// compared with.
func TestWhoGivesUpMakesNobodySlow(t *testing.T) {
	t.Cleanup(light.CompareEvery(time.Hour))
	first, second, third := newNode(t), newNode(t), newNode(t)
	c := start(t, first, second, third)
	third.hangs = make(chan struct{})
	t.Cleanup(func() { close(third.hangs) })
	limit, cancel := context.WithTimeout(ctx, 1500*time.Millisecond) // above slowAfter, below grace
	defer cancel()
	_, err := c.At(limit, 3)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	second.blocks[4] = forgedBlock(t, second, 4)
	_, err = c.At(ctx, 4)
	require.Error(t, err)
	refusedAs(t, err, "fork")
}

// A header that nobody has confirmed stays in memory until it is compared, however many
// others are asked for.
func TestHeadersOfAnOutageAreNotForgotten(t *testing.T) {
	c, first, second, top := outage(t)
	t.Cleanup(light.MaxKept(3))
	first.blocks[top-1] = forgedBlock(t, first, top-1)
	_, err := c.At(ctx, top-1)
	require.NoError(t, err)
	second.dead, second.top = false, top-2
	for h := uint64(3); h < 9; h++ {
		_, err = c.At(ctx, h)
		require.NoError(t, err)
	}
	second.top = 0
	delete(first.blocks, top-1) // what it served once it does not serve again
	_, err = c.At(ctx, top-1)
	refusedAs(t, err, "fork")
}

// outage lets the second of two nodes be away while the first gives its last header.
func outage(t *testing.T) (c *light.Chain, first, second *node, top uint64) {
	t.Helper()
	t.Cleanup(light.CompareEvery(0))
	top = uint64(all().Height())
	first, second = newNode(t), newNode(t)
	first.top, second.top = top-2, top-2
	c = start(t, first, second)
	second.dead = true
	first.top = top - 1
	return c, first, second, top
}

// A header that was accepted while the other node was away is compared when that is
// back, whether it is asked for again or not.
func TestHeadersOfAnOutageAreComparedLater(t *testing.T) {
	for name, asked := range map[string]bool{"asked for": true, "not asked for": false} {
		t.Run(name, func(t *testing.T) {
			c, first, second, top := outage(t)
			own := forgedBlock(t, first, top-1)
			first.blocks[top-1] = own
			_, err := c.At(ctx, top-1)
			require.NoError(t, err, "more than two thirds have signed it, and nobody contradicts")
			second.dead, second.top = false, 0
			first.top, first.dead = top-1, !asked
			if asked {
				_, err = c.At(ctx, top-1)
				refusedAs(t, err, "fork")
			} else {
				following, cancel := context.WithTimeout(ctx, 2*time.Second)
				c.Follow(following, 200*time.Millisecond)
				cancel()
			}
			_, err = c.At(ctx, 1)
			refusedAs(t, err, "fork")
		})
	}
}

// Nothing is verified by a header that nobody confirmed: a set that it names, signed by
// stolen keys, does not shut out the honest node.
func TestNothingRestsOnAHeaderOfAnOutage(t *testing.T) {
	c, first, second, top := outage(t)
	first.top = top - 2
	forgeLinkAt(t, first, top-1)
	_, err := c.At(ctx, top)
	require.NoError(t, err)
	first.dead, second.dead, second.top = true, false, 0
	_, err = c.At(ctx, top)
	refusedAs(t, err, "fork")

	// And where the second node says the same, it is confirmed.
	c, first, second, top = outage(t)
	_, err = c.At(ctx, top-1)
	require.NoError(t, err)
	second.dead, second.top = false, 0
	_, err = c.At(ctx, top-1)
	require.NoError(t, err)
	second.dead = true
	first.blocks[top-1] = forgedBlock(t, first, top-1)
	_, err = c.At(ctx, top-1)
	require.NoError(t, err, "it is not asked for again")
}

func refusedAs(t *testing.T, err error, code string) {
	t.Helper()
	var r *light.Refusal
	require.ErrorAs(t, err, &r)
	require.Equal(t, code, r.Code, r.En)
}

// forgedBlock is another block of a height, signed by everybody.
func forgedBlock(t *testing.T, n *node, height uint64) signed {
	t.Helper()
	b, set, err := n.Prover.Block(ctx, height)
	require.NoError(t, err)
	b.Header.DataHash = bytes.Repeat([]byte{9}, 32)
	testutil.NewForger(presentKeys(n)...).Resign(&b, set, testutil.Everybody)
	return signed{b, set}
}

func presentKeys(n *node) []crypto.PrivKey {
	var keys []crypto.PrivKey
	for _, v := range n.story.State.Validators.Validators {
		keys = append(keys, n.story.KeyOf(v.Address))
	}
	return keys
}

// forgeLinkAt hands the chain over to a set of the forger's with all keys of the present
// validators.
func forgeLinkAt(t *testing.T, n *node, at uint64) {
	t.Helper()
	mine := testutil.ConsensusKey("forger")
	f := testutil.NewForger(append(presentKeys(n), mine)...)
	set := []bundle.Validator{{PublicKey: bundle.PublicKey{Type: bundle.KeyEd25519, Key: mine.PubKey().Bytes()}, Power: 10}}
	hash, err := blocks.SetHash(set)
	require.NoError(t, err)
	link, old, err := n.Prover.Block(ctx, at)
	require.NoError(t, err)
	link.Header.NextValidatorsHash = hash
	f.Resign(&link, old, testutil.Everybody)
	next := link
	next.Header.Height, next.Header.Time, next.Header.ValidatorsHash = at+1, link.Header.Time+1e9, hash
	f.Resign(&next, set, testutil.Everybody)
	n.blocks[at], n.blocks[at+1] = signed{link, old}, signed{next, set}
	n.top, n.noIndex = at+1, true
}
