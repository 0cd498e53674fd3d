//go:build network

package shows

import (
	"context"
	"fmt"
	"slices"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"
)

// commit says of a height whose signatures could and do stand in the commit of its
// block, by the address of the consensus key in hex.
type commit struct {
	height  int64
	time    time.Time
	round   int32
	members map[string]bool
}

func (c *consortium) commit(height int64) commit {
	c.t.Helper()
	ctx := context.Background()
	c.await(c.nodes[0], height+1)
	signed, err := c.nodes[0].rpc.Commit(ctx, &height)
	require.NoError(c.t, err)
	set, err := c.nodes[0].rpc.Validators(ctx, &height, nil, nil)
	require.NoError(c.t, err)
	require.Len(c.t, signed.Commit.Signatures, len(set.Validators))
	out := commit{height: height, time: signed.Time, round: signed.Commit.Round, members: map[string]bool{}}
	for i, v := range set.Validators {
		s := signed.Commit.Signatures[i]
		out.members[v.Address.String()] = s.BlockIDFlag == cmttypes.BlockIDFlagCommit
		if s.BlockIDFlag != cmttypes.BlockIDFlagAbsent {
			require.Equal(c.t, v.Address, s.ValidatorAddress, "height %d, signature %d", height, i)
		}
	}
	return out
}

// commits are those of a range of heights.
func (c *consortium) commits(from, to int64) []commit {
	c.t.Helper()
	var all []commit
	for h := from; h <= to; h++ {
		all = append(all, c.commit(h))
	}
	return all
}

// firstSigned waits for the first height from one on that a key signed.
func (c *consortium) firstSigned(address string, from int64) int64 {
	c.t.Helper()
	deadline := time.Now().Add(patience)
	for h := from; ; h++ {
		require.True(c.t, time.Now().Before(deadline), "%s signs nothing from height %d on", address, from)
		if c.commit(h).members[address] {
			return h
		}
	}
}

// firstWithout waits for the first height from one on whose set lacks a key.
func (c *consortium) firstWithout(address string, from int64) int64 {
	c.t.Helper()
	deadline := time.Now().Add(patience)
	for h := from; ; h++ {
		require.True(c.t, time.Now().Before(deadline), "%s stays in the set from height %d on", address, from)
		if _, member := c.commit(h).members[address]; !member {
			return h
		}
	}
}

// intervals describes the times between blocks, and the rounds that failed.
func intervals(all []commit) string {
	var gaps []time.Duration
	rounds := all[0].round
	for i := 1; i < len(all); i++ {
		gaps = append(gaps, all[i].time.Sub(all[i-1].time))
		rounds += all[i].round
	}
	slices.Sort(gaps)
	return fmt.Sprintf("block intervals of %d to %d: median %s, longest %s, %d failed rounds", all[0].height, all[len(all)-1].height,
		gaps[len(gaps)/2].Round(10*time.Millisecond), gaps[len(gaps)-1].Round(10*time.Millisecond), rounds)
}
