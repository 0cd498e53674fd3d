package layout_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify/layout"
)

// The bytes stand in every proof for ever: this test must never be changed.
func TestKeysAreFrozen(t *testing.T) {
	for want, got := range map[string][]byte{
		"01":                 layout.HeadKey(),
		"02":                 layout.EdgeKey(),
		"010102030405060708": layout.EntryKey(0x0102030405060708),
		"020000000000000000": layout.IdentityKey(),
		"100000000000000007": layout.CertificateStatusKey(7),
		"110000000000000007": layout.EvidenceStatusKey(7),
		"120000000000000007": layout.KeyStatusKey(7),
		"200000000000000007": layout.EnterpriseCounterKey(7),
		"210000000000000007": layout.SourceCounterKey(7),
		"220000000000000000": layout.ApplicationCounterKey(),
		"0d0000000000000007": layout.ValidatorSetKey(7),

		"1100000000000000070000000000000009": layout.UptimeKey(7, 9),
	} {
		require.Equal(t, want, hex.EncodeToString(got))
	}
	require.Equal(t, "inkhead", layout.HeadStore)
	require.Equal(t, "inklog", layout.LogStore)
	require.Equal(t, "inkconsortium", layout.ConsortiumStore)
	require.False(t, strings.HasPrefix(layout.LogStore, layout.HeadStore))
}
