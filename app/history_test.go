package app_test

import (
	"flag"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
)

// A6: whatever anybody of any role sends, in whatever order, former entries stay
// byte-equal, each is included in the new head, and the old head is the head of the
// log's beginning.
func TestA6NothingIsRewritten(t *testing.T) {
	limitChecks(t, 30, 5)
	rapid.Check(t, func(rt *rapid.T) {
		c := testutil.NewChain(t, testutil.Options{})
		o := testutil.NewOperations(c, rapid.Uint64().Draw(rt, "seed"))
		old := readLog(rt, c)
		for range rapid.IntRange(3, 12).Draw(rt, "blocks") {
			o.Block(rapid.IntRange(1, 25).Draw(rt, "messages"))
			now := readLog(rt, c)
			require.GreaterOrEqual(rt, len(now.entries), len(old.entries))
			require.Equal(rt, old.entries, now.entries[:len(old.entries)], "former entries")
			require.Equal(rt, old.root, format.TreeRoot(now.leaves[:len(old.leaves)]), "the old head is that of the log's beginning")
			for i := range old.leaves {
				path, err := format.InclusionProof(now.leaves, uint64(i))
				require.NoError(rt, err)
				require.NoError(rt, format.VerifyInclusion(now.root, uint64(len(now.leaves)), uint64(i), old.leaves[i], path), "entry %d", i)
			}
			old = now
		}
	})
}

// history is the log as it is read from the state.
type history struct {
	root    format.Hash
	entries []string
	leaves  []format.Hash
}

func readLog(t require.TestingT, c *testutil.Chain) history {
	ctx := c.Ctx()
	head, err := c.App.LogKeeper.Head(ctx)
	require.NoError(t, err)
	h := history{root: format.Hash(head.Root)}
	for seq := range head.Size_ {
		b, err := c.App.LogKeeper.EntryBytes(ctx, seq)
		require.NoError(t, err)
		h.entries = append(h.entries, string(b))
		h.leaves = append(h.leaves, format.EntryLeaf(b))
	}
	return h
}

// limitChecks sets how many cases rapid draws in a test, unless the caller of the
// tests did.
func limitChecks(t *testing.T, checks, short int) {
	if testing.Short() {
		checks = short
	}
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	old := f.Value.String()
	require.NoError(t, flag.Set("rapid.checks", strconv.Itoa(checks)))
	t.Cleanup(func() { _ = flag.Set("rapid.checks", old) })
}
