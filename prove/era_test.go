package prove_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// Bundles go over the end of an era: a record of the first with a latest proof of the
// second, one of the second, and a list over both.
func TestEras(t *testing.T) {
	s := newStory(t)
	first := s.Consensus
	t.Cleanup(func() { first.Stop() })
	before, early, late := s.NextEra()

	o := prove.Options{Anchor: s.Anchor, Latest: true, Submission: true}
	b, err := prove.Evidence(t.Context(), s.Source, early, o)
	require.NoError(t, err)
	require.Equal(t, testutil.ChainID, b.Blocks[0].Header.ChainID)
	require.Equal(t, testutil.SecondChainID, b.Blocks[len(b.Blocks)-1].Header.ChainID)
	require.True(t, judged(t, b, s.Anchor, verify.Input{}).Statement.OriginProven)

	b, err = prove.Evidence(t.Context(), s.Source, late, o)
	require.NoError(t, err)
	v := judged(t, b, s.Anchor, verify.Input{})
	require.True(t, v.Statement.OriginProven)
	require.True(t, v.Statement.SubmitterSigned)
	require.Equal(t, testutil.SecondChainID, v.Statement.ChainID)

	b, err = prove.List(t.Context(), s.Source, bundle.ListEnterprise, s.Enterprise, 0, 0, prove.Options{Anchor: s.Anchor})
	require.NoError(t, err)
	require.Contains(t, judged(t, b, s.Anchor, verify.Input{}).Statement.Lists[0].Seqs, early)
	require.Contains(t, judged(t, b, s.Anchor, verify.Input{}).Statement.Lists[0].Seqs, late)

	receipt, err := prove.Receipt(t.Context(), s.Source, early, before)
	require.NoError(t, err, "a receipt of the first era needs no anchor of the second")
	judged(t, receipt, before, verify.Input{})
	_, err = prove.Evidence(t.Context(), s.Source, late, prove.Options{Anchor: before})
	require.ErrorIs(t, err, prove.ErrRefused, "an era enters a verifier by the anchor only")
}
