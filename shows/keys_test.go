//go:build network

package shows

import (
	"context"
	"os"
	"path/filepath"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// keyRotated: a second node with the new key runs first; the old one goes on until
// the new one signs.
func (c *consortium) keyRotated() {
	n, m := c.join("fifth-2", 5)
	c.start(n)
	c.awaitSynced(n)
	var r struct {
		Height    int64  `json:"height"`
		SignsFrom int64  `json:"signs_from"`
		Old       string `json:"old_address"`
		New       string `json:"new_address"`
	}
	c.institution(&r, "rotate-key", c.write("new-key.json", m.ConsensusKey), "--from", "fifth-operator", "--yes", "--wait", "1m")
	require.Equal(c.t, c.fifth.address, r.Old)
	require.Equal(c.t, m.ConsensusAddress, r.New)
	require.Equal(c.t, r.Height+2, r.SignsFrom)
	c.stop(c.fifth.node)
	stopped := c.height()

	const around = 8
	all := c.commits(r.SignsFrom-around, max(r.SignsFrom+around, stopped+3))
	var missed []int64
	for _, k := range all {
		expected, other := r.Old, r.New
		if k.height >= r.SignsFrom {
			expected, other = other, expected
		}
		signed, member := k.members[expected]
		require.True(c.t, member, "height %d: %s is not in the set", k.height, expected)
		require.NotContains(c.t, k.members, other, "height %d", k.height)
		if !signed {
			missed = append(missed, k.height)
		}
	}
	c.t.Logf("rotated at height %d: the old key signs up to %d, the new one from %d on; the old node was stopped at %d; missing signatures: %v",
		r.Height, r.SignsFrom-1, r.SignsFrom, stopped, missed)
	c.t.Log(intervals(all))
	for _, h := range missed {
		require.Contains(c.t, []int64{r.SignsFrom - 1, r.SignsFrom}, h, "a block beyond the switch is missed")
	}
	c.fifth.address, c.fifth.successor = m.ConsensusAddress, n
	c.refused("consortium/16", "institution", "rotate-key", c.write("old-key.json", c.oldKey()), "--from", "fifth-operator", "--yes")
}

// oldKey is the key that was rotated away.
func (c *consortium) oldKey() []byte {
	return []byte(c.OK(c.Inkd("comet", "show-validator", "--home", c.fifth.node.home)))
}

// doubleSigner: a twin with the same key runs beside the node until consensus has
// found two votes.
func (c *consortium) doubleSigner() {
	size := c.head(c.nodes[0]).Size_
	twin, _ := c.join("twin", 6)
	key, err := os.ReadFile(filepath.Join(c.fifth.successor.home, "config", "priv_validator_key.json"))
	require.NoError(c.t, err)
	require.NoError(c.t, os.WriteFile(filepath.Join(twin.home, "config", "priv_validator_key.json"), key, 0o600))
	from := c.height()
	c.start(twin)
	in, offence := c.evidence(from)
	out := c.firstWithout(c.fifth.address, in)
	c.t.Logf("offence at height %d, evidence in block %d (%d later), power gone from block %d on (%d after the evidence)",
		offence, in, in-offence, out, out-in)
	require.LessOrEqual(c.t, out, in+5)
	c.t.Log(intervals(c.commits(from, out)))
	require.Equal(c.t, standing{ID: c.fifth.id, Standing: "member-without-power"}, c.standing(c.fifth.id))
	c.misbehaviourEntered(size, in, offence)

	c.stop(twin)
	o := c.decide([]string{"court", "notary"}, "readmit", "5", "--power", "1")
	back := c.firstSigned(c.fifth.address, o.Height)
	c.t.Logf("readmitted at height %d, signs again from %d on: %d blocks later", o.Height, back, back-o.Height)
	require.LessOrEqual(c.t, back, o.Height+5)
	c.await(c.nodes[0], back+5)
	require.Equal(c.t, standing{ID: c.fifth.id, Standing: "member", Power: 1}, c.standing(c.fifth.id), "an old offence took its power again")
}

// evidence waits for the first block with evidence, and answers its height and that
// of the offence.
func (c *consortium) evidence(from int64) (in, offence int64) {
	c.t.Helper()
	deadline := time.Now().Add(2 * patience)
	for h := from; ; h++ {
		c.await(c.nodes[0], h)
		b, err := c.nodes[0].rpc.Block(context.Background(), &h)
		require.NoError(c.t, err)
		for _, e := range b.Block.Evidence.Evidence {
			double, ok := e.(*cmttypes.DuplicateVoteEvidence)
			require.True(c.t, ok, "%T", e)
			require.Equal(c.t, c.fifth.address, double.VoteA.ValidatorAddress.String())
			return h, double.VoteA.Height
		}
		require.True(c.t, time.Now().Before(deadline), "no evidence up to height %d", h)
	}
}

// misbehaviourEntered expects the offence in the log, in the evidence's block.
func (c *consortium) misbehaviourEntered(from uint64, in, offence int64) {
	c.t.Helper()
	for _, e := range c.entries(from) {
		m := e.GetMisbehaviour()
		if m == nil {
			continue
		}
		require.Equal(c.t, c.fifth.id, m.InstitutionId)
		require.EqualValues(c.t, offence, m.OffenceHeight)
		require.EqualValues(c.t, in, e.Height)
		require.Equal(c.t, logtypes.MISBEHAVIOUR_KIND_DUPLICATE_VOTE, m.Kind)
		require.True(c.t, m.PowerRemoved)
		c.t.Logf("entry %d of the log, at height %d: %s", e.Seq, e.Height, m)
		return
	}
	require.Fail(c.t, "the log has no entry of misbehaviour")
}
