package testutil

import (
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"
)

// BlockAt is the whole block of a height; nil if there is none.
func (c *Consensus) BlockAt(height int64) *cmttypes.Block { return c.blocks.LoadBlock(height) }

// ResultsAt are what the application answered to the block of a height.
func (c *Consensus) ResultsAt(height int64) *abci.ResponseFinalizeBlock {
	r, err := c.states.LoadFinalizeBlockResponse(height)
	require.NoError(c.T, err)
	return r
}

// KeyOf is the key of a validator that the test has.
func (c *Consensus) KeyOf(address crypto.Address) crypto.PrivKey {
	key := c.keys[string(address)]
	require.NotNil(c.T, key, "expected the key of validator %X", address)
	return key
}

// Rotate gives an institution's validator the key of a name, as the story does.
func (s *Story) Rotate(institution, name string) { s.rotate(institution, name) }
