package tsa

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var imprint = sha256.Sum256([]byte("inkchain.org/log/00\n5\nAAAA\n"))

func TestToken(t *testing.T) {
	root := newCertificate(t, "root", "ecdsa", nil, nil)
	between := newCertificate(t, "between", "ecdsa", root, nil)
	for _, kind := range []string{"ecdsa", "rsa"} {
		signer := newCertificate(t, "stamps", kind, between, stamping)
		for name, c := range map[string]struct {
			change func(*draft)
			certs  [][]byte
		}{
			"chain to the root":              {func(d *draft) { d.carried = append(d.carried, between) }, [][]byte{root.pem()}},
			"trusted between":                {nil, [][]byte{between.pem()}},
			"several in one file":            {nil, [][]byte{append(root.pem(), between.pem()...)}},
			"trusted itself, nothing inside": {func(d *draft) { d.carried = nil }, [][]byte{signer.pem()}},
			"first version of the name":      {func(d *draft) { d.firstVersion = true }, [][]byte{between.pem()}},
			"accuracy":                       {func(d *draft) { d.info.Accuracy.Millis = 500 }, [][]byte{between.pem()}},
			"all options": {func(d *draft) {
				d.info.Accuracy.Seconds, d.info.Ordering, d.info.Nonce = 1, true, big.NewInt(99)
				d.info.Extensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 9}, Value: []byte{5, 0}}}
			}, [][]byte{between.pem()}},
		} {
			at, err := Verify(newToken(t, signer, imprint, c.change), imprint, c.certs)
			require.NoError(t, err, "%s, %s", kind, name)
			require.Equal(t, uint64(stampedAt.UnixNano()), at)
		}
	}
}

func TestTokenOfLongDigest(t *testing.T) {
	signer := newCertificate(t, "stamps", "rsa", nil, stamping)
	der := newToken(t, signer, imprint, func(d *draft) { d.digest.Algorithm, d.hash = oidSHA512, crypto.SHA512 })
	_, err := Verify(der, imprint, [][]byte{signer.pem()})
	require.NoError(t, err)
}

func TestTokenRefused(t *testing.T) {
	root := newCertificate(t, "root", "ecdsa", nil, nil)
	other := newCertificate(t, "root", "ecdsa", nil, nil) // of the same name
	signer := newCertificate(t, "stamps", "ecdsa", root, stamping)
	sha1OID := asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	without := func(i int) func(*draft) {
		return func(d *draft) {
			d.attributes = func(a []attribute) []attribute { return append(a[:i:i], a[i+1:]...) }
		}
	}
	twice := func(i int) func(*draft) {
		return func(d *draft) { d.attributes = func(a []attribute) []attribute { return append(a, a[i]) } }
	}
	for _, c := range []struct {
		name, says string
		change     func(*draft)
	}{
		{"another digest", "expected digest", func(d *draft) { d.info.Imprint.Digest = make([]byte, 32) }},
		{"digest of another function", "expected a digest by SHA-256", func(d *draft) { d.info.Imprint.Algorithm.Algorithm = oidSHA384 }},
		{"version", "expected version 1, got 2", func(d *draft) { d.info.Version = 2 }},
		{"critical extension", "expected no critical extension", func(d *draft) {
			d.info.Extensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 9}, Critical: true, Value: []byte{5, 0}}}
		}},
		{"before the certificate", "that was valid at 2025-12-31T23:59:59Z", func(d *draft) { d.info.Time = validFrom.Add(-time.Second) }},
		{"after the certificate", "that was valid at 2027-01-01T00:00:01Z", func(d *draft) { d.info.Time = validUntil.Add(time.Second) }},
		{"year 1", "expected a year from 1970", func(d *draft) { d.info.Time = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"year 2300", "expected a year from 1970", func(d *draft) { d.info.Time = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"behind the time-stamp", "more behind it", func(d *draft) { d.infoTail = []byte{5, 0} }},
		{"behind the token", "more behind it", func(d *draft) { d.tail = []byte{0} }},
		{"other content", "expected a time-stamp in the signed data", func(d *draft) { d.contentType = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1} }},
		{"other signed type", "expected the signed type of a time-stamp", func(d *draft) { d.signedType = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1} }},
		{"no signed data", "expected signed data, got type", func(d *draft) { d.outerType = oidTSTInfo }},
		{"no signer", "expected one signer, got 0", func(d *draft) { d.signers = 0 }},
		{"two signers", "expected one signer, got 2", func(d *draft) { d.signers = 2 }},
		{"no type", "expected the signed attribute 1.2.840.113549.1.9.3, got none", without(0)},
		{"no digest", "expected the signed attribute 1.2.840.113549.1.9.4, got none", without(1)},
		{"no name of the certificate", "expected the signed attribute 1.2.840.113549.1.9.16.2.12, got none", without(2)},
		{"two types", "once with one value", twice(0)},
		{"two digests", "once with one value", twice(1)},
		{"two names", "once with one value", twice(2)},
		{"empty name", "expected the signer's certificate to be named", func(d *draft) {
			d.attributes = func(a []attribute) []attribute {
				return append(a[:2:2], d.attribute(oidSigningCertV2, signingCertificate{Certificates: []asn1.RawValue{}}))
			}
		}},
		{"SHA-1", "expected SHA-256, SHA-384 or SHA-512", func(d *draft) { d.digest.Algorithm, d.hash = sha1OID, crypto.SHA1 }},
		{"digest of another function signed", "expected the signed digest to be the time-stamp's", func(d *draft) { d.digest.Algorithm = oidSHA512 }},
		{"unknown signature", "expected a signature by RSA", func(d *draft) { d.algorithm = sha1OID }},
		{"RSA without a digest that counts", "expected SHA-256", func(d *draft) { d.algorithm, d.digest.Algorithm = oidRSA, sha1OID }},
		{"another's signature", "expected a signature by", func(d *draft) { d.signer = other }},
		{"spoiled signature", "expected a signature by", func(d *draft) { d.spoil = func(s *signerInfo) { s.Signature[10] ^= 1 } }},
		{"other certificate", "expected the signer's certificate with hash", func(d *draft) { d.named = newCertificate(t, "x", "ecdsa", root, stamping) }},
		{"no certificate at hand", "expected the signer's certificate with hash", func(d *draft) { d.carried = nil }},
		{"17 certificates", "expected at most 16 certificates", func(d *draft) {
			for range 16 {
				d.carried = append(d.carried, other)
			}
		}},
		{"signed by the authority itself", "expected a certificate for time-stamping only", func(d *draft) { d.signer, d.named = root, root }},
	} {
		_, err := Verify(newToken(t, signer, imprint, c.change), imprint, [][]byte{root.pem()})
		require.ErrorContains(t, err, c.says, c.name)
	}
}

func TestCertificatesRefused(t *testing.T) {
	root := newCertificate(t, "root", "ecdsa", nil, nil)
	const stamps, mail = "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.4"
	for name, change := range map[string]func(*x509.Certificate){
		"not critical": usages(false, stamps), "no usage": func(c *x509.Certificate) { c.IsCA = false },
		"another usage": usages(true, mail), "one usage more": usages(true, stamps, mail), "unknown usage more": usages(true, stamps, "1.2.3.4"),
	} {
		signer := newCertificate(t, name, "ecdsa", root, change)
		_, err := Verify(newToken(t, signer, imprint, nil), imprint, [][]byte{root.pem()})
		require.ErrorContains(t, err, "expected a certificate for time-stamping only", name)
	}
	signer := newCertificate(t, "stamps", "ecdsa", root, stamping)
	token := newToken(t, signer, imprint, nil)
	stranger := newCertificate(t, "root", "ecdsa", nil, nil)
	mailRoot := newCertificate(t, "mail", "ecdsa", root, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection} })
	behindMail := newCertificate(t, "stamps", "ecdsa", mailRoot, stamping)
	endEntity := newCertificate(t, "stamps", "ecdsa", signer, stamping) // issued by one that is no authority
	for name, c := range map[string]struct {
		token []byte
		certs [][]byte
		says  string
	}{
		"no certificate":  {token, nil, "expected a trusted certificate in PEM, got none"},
		"no PEM":          {token, [][]byte{root.Raw}, "expected a trusted certificate in PEM, got none"},
		"spoiled PEM":     {token, [][]byte{[]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")}, "expected trusted certificates of X.509"},
		"another root":    {token, [][]byte{stranger.pem()}, "is trusted"},
		"issuer for mail": {newToken(t, behindMail, imprint, func(d *draft) { d.carried = append(d.carried, mailRoot) }), [][]byte{root.pem()}, "is trusted"},
		"no authority":    {newToken(t, endEntity, imprint, func(d *draft) { d.carried = append(d.carried, signer) }), [][]byte{root.pem()}, "is trusted"},
	} {
		_, err := Verify(c.token, imprint, c.certs)
		require.ErrorContains(t, err, c.says, name)
	}
}

// TestTokenMutated: with any byte another, and cut anywhere, a token is refused or
// says the same.
func TestTokenMutated(t *testing.T) {
	root := newCertificate(t, "root", "ecdsa", nil, nil)
	token := newToken(t, newCertificate(t, "stamps", "ecdsa", root, stamping), imprint, nil)
	certs := [][]byte{root.pem()}
	accepted := 0
	for i := range 8 * len(token) {
		token[i/8] ^= 1 << (i % 8)
		if at, err := Verify(token, imprint, certs); err == nil {
			accepted++
			require.Equal(t, uint64(stampedAt.UnixNano()), at)
		}
		token[i/8] ^= 1 << (i % 8)
	}
	require.Less(t, accepted, 8*len(token)/10, "expected only versions and names that nobody reads to be free")
	for n := range token {
		_, err := Verify(token[:n], imprint, certs)
		require.Error(t, err)
	}
}

func FuzzVerify(f *testing.F) {
	root := newCertificate(f, "root", "ecdsa", nil, nil)
	f.Add(newToken(f, newCertificate(f, "stamps", "ecdsa", root, stamping), imprint, nil))
	certs := [][]byte{root.pem()}
	f.Fuzz(func(t *testing.T, der []byte) {
		if at, err := Verify(der, imprint, certs); err == nil {
			require.Equal(t, uint64(stampedAt.UnixNano()), at)
		}
	})
}
