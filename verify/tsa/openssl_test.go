package tsa

import (
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const opensslConfig = `
[tsa]
default_tsa = stamps
[stamps]
serial = %s/serial
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = %s
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = %d
ordering = yes
tsa_name = yes
ess_cert_id_chain = %s
ess_cert_id_alg = %s
`

// openssl is another implementation's authority, in a directory of its own.
type openssl struct {
	t   *testing.T
	dir string
}

func newOpenssl(t *testing.T) openssl {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not installed: tokens of another implementation were not tried")
	}
	o := openssl{t, t.TempDir()}
	if out, err := o.command("ts", "-help").CombinedOutput(); err != nil {
		t.Skipf("this openssl has no command ts, tokens of another implementation were not tried: %s", out)
	}
	return o
}

func (o openssl) command(args ...string) *exec.Cmd {
	c := exec.Command("openssl", args...)
	c.Dir = o.dir
	return c
}

func (o openssl) run(args ...string) {
	o.t.Helper()
	out, err := o.command(args...).CombinedOutput()
	require.NoError(o.t, err, "openssl %v: %s", args, out)
}

func (o openssl) write(name string, b []byte) {
	o.t.Helper()
	require.NoError(o.t, os.WriteFile(filepath.Join(o.dir, name), b, 0o600))
}

// stamp makes a token over a digest; options are more ones of the query.
func (o openssl) stamp(signer, root *certificate, config string, digest []byte, options ...string) []byte {
	o.t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(signer.key)
	require.NoError(o.t, err)
	o.write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	o.write("signer.pem", signer.pem())
	o.write("root.pem", root.pem())
	o.write("serial", []byte("01\n"))
	o.write("tsa.conf", []byte(config))
	o.run(append([]string{"ts", "-query", "-digest", hex.EncodeToString(digest), "-out", "query.tsq"}, options...)...)
	o.run("ts", "-reply", "-config", "tsa.conf", "-queryfile", "query.tsq", "-inkey", "key.pem", "-signer", "signer.pem",
		"-chain", "root.pem", "-token_out", "-out", "token.der")
	token, err := os.ReadFile(filepath.Join(o.dir, "token.der"))
	require.NoError(o.t, err)
	return token
}

// now lets certificates be valid when the test runs: openssl knows no other time.
func now(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
}

func TestTokensOfOpenssl(t *testing.T) {
	o := newOpenssl(t)
	root := newCertificate(t, "root", "rsa", nil, now)
	other := newCertificate(t, "root", "rsa", nil, now)
	for _, c := range []struct {
		kind, digest, chain, essHash string
		precision                    int
		carried                      bool
	}{
		{"rsa", "sha256", "no", "sha256", 0, true},
		{"rsa", "sha512", "yes", "sha1", 3, true},
		{"ecdsa", "sha256", "yes", "sha384", 6, true},
		{"ecdsa", "sha384", "no", "sha1", 1, false},
	} {
		t.Run(fmt.Sprintf("%s %s", c.kind, c.digest), func(t *testing.T) {
			signer := newCertificate(t, "stamps", c.kind, root, func(x *x509.Certificate) { now(x); stamping(x) })
			config := fmt.Sprintf(opensslConfig, o.dir, c.digest, c.precision, c.chain, c.essHash)
			options := []string{"-sha256"}
			if c.carried {
				options = append(options, "-cert")
			}
			before := time.Now().Add(-time.Second)
			token := o.stamp(signer, root, config, imprint[:], options...)
			o.run("ts", "-verify", "-digest", hex.EncodeToString(imprint[:]), "-in", "token.der", "-token_in", "-CAfile", "root.pem", "-untrusted", "signer.pem")

			trusted := [][]byte{root.pem()}
			if !c.carried {
				_, err := Verify(token, imprint, trusted)
				require.ErrorContains(t, err, "expected the signer's certificate")
				trusted = append(trusted, signer.pem())
			}
			at, err := Verify(token, imprint, trusted)
			require.NoError(t, err)
			require.Greater(t, at, uint64(before.UnixNano()))
			require.LessOrEqual(t, at, uint64(time.Now().UnixNano()))

			_, err = Verify(token, [32]byte{1}, trusted)
			require.ErrorContains(t, err, "expected digest")
			_, err = Verify(token, imprint, [][]byte{other.pem()})
			require.Error(t, err)
		})
	}
	t.Run("digest by SHA-512", func(t *testing.T) {
		signer := newCertificate(t, "stamps", "ecdsa", root, func(x *x509.Certificate) { now(x); stamping(x) })
		token := o.stamp(signer, root, fmt.Sprintf(opensslConfig, o.dir, "sha256", 0, "no", "sha256"), make([]byte, 64), "-sha512", "-cert")
		_, err := Verify(token, [32]byte{}, [][]byte{root.pem()})
		require.ErrorContains(t, err, "expected a digest by SHA-256")
	})
}
