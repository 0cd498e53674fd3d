package light_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/cmd/inkd/light"
)

// remembering starts a chain that remembers as the command does: what it was told last.
func remembering(t *testing.T, n *node, memory *[]light.Seen, notes *[]string) *light.Chain {
	t.Helper()
	cfg := config(n)
	seen := (*memory)[len(*memory)-1]
	cfg.Seen = &seen
	cfg.Advanced = func(s light.Seen) { *memory = append(*memory, s) }
	cfg.Note = func(_, en string) { *notes = append(*notes, en) }
	c, err := light.Start(ctx, cfg)
	require.NoError(t, err)
	return c
}

// Nodes that are behind take nothing out of the memory, and what they say once they have
// come that far is held against it.
func TestNodesThatAreBehindTheMemory(t *testing.T) {
	top := uint64(all().Height()) - 1
	seen := func(height uint64) light.Seen {
		h := all().Header(int64(height))
		return light.Seen{Height: height, Hash: hexOf(h.Hash())}
	}
	for name, above := range map[string]bool{"just there": false, "already above": true} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			n.top = top - 3
			memory, notes := []light.Seen{seen(top)}, []string{}
			c := remembering(t, n, &memory, &notes)
			require.Contains(t, notes[len(notes)-1], "the nodes are behind")
			_, err := c.At(ctx, top-3)
			require.NoError(t, err)
			n.top = top - 1
			_, err = c.At(ctx, top-1)
			require.NoError(t, err)
			require.Len(t, memory, 1, "below what was remembered")

			n.top = top
			if above {
				n.top++
			}
			time.Sleep(1100 * time.Millisecond) // the last header is asked for once a second
			_, err = c.Latest(ctx)
			require.NoError(t, err)
			want := []light.Seen{seen(top)}
			if above {
				want = append(want, seen(top+1))
			}
			require.Equal(t, want, memory)
		})
		t.Run(name+", another header", func(t *testing.T) {
			n := newNode(t)
			n.top = top - 3
			memory, notes := []light.Seen{seen(top)}, []string{}
			c := remembering(t, n, &memory, &notes)
			n.top, n.blocks[top] = top, forgedBlock(t, n, top)
			asked := top
			if above {
				n.top, asked = top+1, top+1
			}
			_, err := c.At(ctx, asked)
			refusedAs(t, err, "fork")
			_, err = c.At(ctx, 1)
			refusedAs(t, err, "fork")
			require.Len(t, memory, 1)
			require.Contains(t, notes[len(notes)-1], "forked")
		})
	}
}
