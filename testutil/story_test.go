package testutil_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/testutil"
)

// The story is the same each time: vectors are made from it.
func TestStoryIsTheSameEachTime(t *testing.T) {
	one := testutil.NewStory(t)
	t.Cleanup(func() { one.Stop() })
	two := testutil.NewStory(t)
	t.Cleanup(func() { two.Stop() })
	require.Equal(t, one.State.LastBlockID, two.State.LastBlockID)
	require.Equal(t, one.Anchor.Fingerprint(), two.Anchor.Fingerprint())
	last := one.Height()
	links, err := one.Source.Links(t.Context(), 0, uint64(last))
	require.NoError(t, err)
	t.Logf("%d blocks, last block %s, links at %v", last, one.State.LastBlockID.Hash, links)
	a, _, err := one.Source.Block(t.Context(), uint64(last))
	require.NoError(t, err)
	b, _, err := two.Source.Block(t.Context(), uint64(last))
	require.NoError(t, err)
	require.Equal(t, a.Message(), b.Message())
}
