package tsa

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// TestTokenInABundle puts a token into a good bundle of a real chain.
func TestTokenInABundle(t *testing.T) {
	b, anchor := vector(t, "file")
	root := newCertificate(t, "root", "ecdsa", nil, nil)
	signer := newCertificate(t, "stamps", "ecdsa", root, stamping)
	token := bundle.Token{Size: b.Entries[len(b.Entries)-1].Size}

	var asked [32]byte // what the bundle is to be stamped as
	judge := func(hook func([]byte, verify.Hash) (uint64, error), token bundle.Token) (verify.Verdict, verify.Check) {
		b.Tokens = []bundle.Token{token}
		v := verify.Verify(verify.Input{Bundle: b.Bytes(), Anchor: anchor, TokenVerifier: hook})
		for _, c := range v.Checks {
			if c.Code == "time-stamps" {
				return v, c
			}
		}
		require.Fail(t, "expected the check time-stamps")
		return v, verify.Check{}
	}
	byRoot := func(der []byte, imprint verify.Hash) (uint64, error) {
		asked = imprint
		return Verify(der, imprint, [][]byte{root.pem()})
	}

	token.DER = newToken(t, signer, imprint, nil)
	_, c := judge(byRoot, token)
	require.Equal(t, verify.Failed, c.Status)
	require.Equal(t, "time-stamps.token", c.Rule)
	require.Contains(t, c.En, "expected digest "+hex.EncodeToString(asked[:]))

	token.DER = newToken(t, signer, asked, nil)
	v, c := judge(byRoot, token)
	require.Equal(t, verify.Passed, c.Status, c.En)
	require.Equal(t, []verify.Time{verify.Time(stampedAt.UnixNano())}, v.Statement.Tokens)

	_, c = judge(nil, token)
	require.Equal(t, verify.NotChecked, c.Status)
	require.Equal(t, "time-stamps.none", c.Rule)
	token.Size += 1_000_000
	_, c = judge(byRoot, token)
	require.Equal(t, "time-stamps.head", c.Rule)
}

// TestCheckpointText is the text that authorities stamp and witnesses sign.
func TestCheckpointText(t *testing.T) {
	id, root := verify.Hash{0xab}, verify.Hash{0xff}
	want := "inkchain.org/log/ab00000000000000000000000000000000000000000000000000000000000000\n17\n/wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	require.Equal(t, want, string(verify.Checkpoint(id, 17, root)))
	require.NotEqual(t, sha256.Sum256([]byte(want)), sha256.Sum256(verify.Checkpoint(id, 18, root)))
}

// vector reads a golden bundle and its anchor.
func vector(t *testing.T, name string) (*bundle.Bundle, []byte) {
	t.Helper()
	dir := "../../docs/spec/vectors/bundle"
	read := func(file string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		return b
	}
	var cases []struct{ Name, Bundle, Anchor string }
	require.NoError(t, json.Unmarshal(read("cases.json"), &cases))
	for _, c := range cases {
		if c.Name == name {
			b, err := bundle.Parse(read(c.Bundle))
			require.NoError(t, err)
			return b, read(c.Anchor)
		}
	}
	require.Fail(t, "expected the vector "+name)
	return nil, nil
}
