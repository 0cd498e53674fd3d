package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
)

// The authority is an address of this chain, though it is computed before the SDK
// knows the chain's prefix.
func TestAuthorityIsOfThisChain(t *testing.T) {
	w := testutil.NewChain(t, testutil.Options{})
	address, err := w.App.AddressCodec.StringToBytes(app.Authority)
	require.NoError(t, err)
	require.Len(t, address, 20)
}
