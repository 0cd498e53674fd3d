package testutil_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
)

func TestWorldDeposits(t *testing.T) {
	w := testutil.NewWorld(t, testutil.Options{})
	seq := w.Submit(w.Employee, w.Enterprise, testutil.Commitment("a"))
	e, err := w.App.LogKeeper.Entry(w.Ctx(), seq)
	require.NoError(t, err)
	require.EqualValues(t, 1, e.GetRecord().EnterpriseSeq)
	require.EqualValues(t, w.Height, e.Height)
}

func TestFoundingCodesAreValid(t *testing.T) {
	for _, in := range testutil.Institutions {
		require.NoError(t, format.CheckUSCC(in.USCC))
	}
	for _, u := range testutil.USCCs {
		require.NoError(t, format.CheckUSCC(u))
	}
}
