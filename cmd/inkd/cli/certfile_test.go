package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

// The largest fields come back from their file; a file that is larger than any of
// them is not read.
func TestACertFileHasABound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cert-7.inkcert")
	c := certFile{fields: make([]byte, format.MaxCertificateBytes), nonce: format.Hash{7}}
	require.NoError(t, writeFile(path, c.encode()))
	got, err := readCert(path)
	require.NoError(t, err)
	require.Equal(t, c, got)
	require.NoError(t, os.Truncate(path, 1<<40))
	_, err = readCert(path)
	require.ErrorContains(t, err, "expected at most 16460 bytes, got 1099511627776")
}
