package testutil

import (
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
)

// The story's second era.
const (
	SecondChainID = "ink-test-2"
	SecondHeight  = 1_000
)

// NextEra goes on with the story under another chain id: the source serves both eras,
// the anchor names both. It returns the anchor of before and two records, the one
// made in the second era with the key of the other's submitter.
func (s *Story) NextEra() (before *bundle.Anchor, early, late uint64) {
	s.T.Helper()
	old := s.Anchor
	next, era := s.Consensus.NextEra(SecondChainID, SecondHeight)
	set, err := blocks.Set(next.Validators(SecondHeight))
	require.NoError(s.T, err)
	era.Validators = set
	both := *old
	both.Eras = append(append([]bundle.Era(nil), old.Eras...), era)
	s.Consensus, s.to, s.Anchor = next, next, &both
	s.Source.NextEra(next)
	s.Block(Next{})
	late = s.keepFile(s.Admin, "八号设计图")
	s.Block(Next{})
	s.Block(Next{})
	return old, s.File, late
}
