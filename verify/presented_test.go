package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
)

// Who presents a thing under a label wants the label compared: that it falls into the
// right parts does not do instead. (Found by TestNoFalseAccept.)
func TestALabelIsNotPassedOverForParts(t *testing.T) {
	for _, v := range readVectors(t) {
		if v.Name != "rows-all" {
			continue
		}
		in := v.input(t)
		require.Equal(t, verify.ExitOK, verify.Verify(in).Exit)
		in.Presented[0].Label = "data.csv"
		verdict := verify.Verify(in)
		require.Equal(t, verify.ExitNotFound, verdict.Exit)
		require.Empty(t, verdict.Statement.Matched)
		return
	}
	t.Fatal("expected the vector rows-all")
}
