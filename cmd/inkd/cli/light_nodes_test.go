package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A node under two names is no second node.
func TestANodeNamedTwiceIsOne(t *testing.T) {
	for _, urls := range [][]string{
		{"tcp://127.0.0.1:26657", "http://127.0.0.1:26657"},
		{"tcp://localhost:26657", "http://127.0.0.1:26657/"},
		{"http://Court.example:80", "http://court.example"},
	} {
		nodes, err := lightNodes(urls)
		require.NoError(t, err)
		require.Len(t, nodes, 1, urls)
		require.Equal(t, urls[0], nodes[0].Name)
	}
	nodes, err := lightNodes([]string{"tcp://127.0.0.1:26657", "tcp://127.0.0.1:26757", "tcp://127.0.0.2:26657"})
	require.NoError(t, err)
	require.Len(t, nodes, 3)
}
