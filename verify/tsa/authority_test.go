package tsa

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// certificate is one with its key.
type certificate struct {
	*x509.Certificate
	key crypto.Signer
}

func (c *certificate) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

var (
	validFrom  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	validUntil = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	stampedAt  = time.Date(2026, 6, 1, 12, 30, 45, 0, time.UTC)
)

func newKey(t testing.TB, kind string) crypto.Signer {
	t.Helper()
	if kind == "rsa" {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		require.NoError(t, err)
		return k
	}
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return k
}

// newCertificate makes an authority (usage nil) or a certificate of these usages,
// signed by the issuer or by itself.
func newCertificate(t testing.TB, name, kind string, issuer *certificate, change func(*x509.Certificate)) *certificate {
	t.Helper()
	key := newKey(t, kind)
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: validFrom, NotAfter: validUntil,
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign,
	}
	if change != nil {
		change(template)
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.Certificate, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	require.NoError(t, err)
	c, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &certificate{c, key}
}

// stamping makes a certificate one for time-stamping, critically so.
func stamping(c *x509.Certificate) { usages(true, "1.3.6.1.5.5.7.3.8")(c) }

func usages(critical bool, oids ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage = false, false, x509.KeyUsageDigitalSignature
		var list []asn1.ObjectIdentifier
		for _, o := range oids {
			oid, err := x509.ParseOID(o)
			if err != nil {
				panic(err)
			}
			var a asn1.ObjectIdentifier
			b, _ := oid.MarshalBinary()
			if _, err := asn1.Unmarshal(append([]byte{6, byte(len(b))}, b...), &a); err != nil {
				panic(err)
			}
			list = append(list, a)
		}
		value, err := asn1.Marshal(list)
		if err != nil {
			panic(err)
		}
		c.ExtraExtensions = []pkix.Extension{{Id: oidExtKeyUsage, Critical: critical, Value: value}}
	}
}

// draft is a token before it is signed, with all parts open to a test.
type draft struct {
	t            testing.TB
	info         tstInfo
	infoTail     []byte
	contentType  asn1.ObjectIdentifier // of the content
	signedType   asn1.ObjectIdentifier // in the attributes
	digest       pkix.AlgorithmIdentifier
	hash         crypto.Hash
	algorithm    asn1.ObjectIdentifier
	signer       *certificate
	named        *certificate
	firstVersion bool // name the certificate by SHA-1
	carried      []*certificate
	attributes   func([]attribute) []attribute
	signers      int
	spoil        func(*signerInfo)
	outerType    asn1.ObjectIdentifier
	tail         []byte
}

// newToken makes a good token by an ECDSA key unless change changes it.
func newToken(t testing.TB, signer *certificate, imprint [32]byte, change func(*draft)) []byte {
	d := &draft{
		t: t, contentType: oidTSTInfo, signedType: oidTSTInfo, outerType: oidSignedData, signer: signer, named: signer,
		digest: pkix.AlgorithmIdentifier{Algorithm: oidSHA256}, hash: crypto.SHA256,
		algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, carried: []*certificate{signer}, signers: 1,
		info: tstInfo{Version: 1, Policy: asn1.ObjectIdentifier{1, 2, 3}, Serial: big.NewInt(7), Time: stampedAt},
	}
	if _, ok := signer.key.(*rsa.PrivateKey); ok {
		d.algorithm = oidRSA
	}
	d.info.Imprint.Algorithm.Algorithm, d.info.Imprint.Digest = oidSHA256, imprint[:]
	if change != nil {
		change(d)
	}
	return d.build()
}

func (d *draft) build() []byte {
	// The marshaller of encoding/asn1 writes absent RawValues as nothing only if
	// they are optional, which these are.
	content := append(d.marshal(d.info), d.infoTail...)
	s := d.sign(content)
	if d.spoil != nil {
		d.spoil(&s)
	}
	sd := signedData{Version: 3, Digests: asn1.RawValue{FullBytes: d.marshalSet([]pkix.AlgorithmIdentifier{d.digest})}}
	sd.Content.Type, sd.Content.Bytes = d.contentType, content
	var certs []byte
	for _, c := range d.carried {
		certs = append(certs, c.Raw...)
	}
	if certs != nil {
		sd.Certificates = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: certs}
	}
	for range d.signers {
		sd.Signers = append(sd.Signers, s)
	}
	outer := struct {
		Type    asn1.ObjectIdentifier
		Content signedData `asn1:"explicit,tag:0"`
	}{d.outerType, sd}
	return append(d.marshal(outer), d.tail...)
}

func (d *draft) sign(content []byte) signerInfo {
	name := sha256.Sum256(d.named.Raw)
	named := d.attribute(oidSigningCertV2, signingCertificate{Certificates: []asn1.RawValue{{FullBytes: d.marshal(certificateIDV2{Hash: name[:]})}}})
	if d.firstVersion {
		name := sha1.Sum(d.named.Raw)
		named = d.attribute(oidSigningCertificate, signingCertificate{Certificates: []asn1.RawValue{{FullBytes: d.marshal(certificateID{Hash: name[:]})}}})
	}
	attributes := []attribute{d.attribute(oidContentType, d.signedType), d.attribute(oidMessageDigest, sum(d.hash, content)), named}
	if d.attributes != nil {
		attributes = d.attributes(attributes)
	}
	set := d.marshalSet(attributes)
	signature, err := d.signer.key.Sign(rand.Reader, sum(d.hash, set), d.hash)
	require.NoError(d.t, err)
	set[0] = 0xa0
	return signerInfo{
		Version: 1, SID: asn1.RawValue{FullBytes: []byte{0x30, 0}}, Digest: d.digest, Attributes: asn1.RawValue{FullBytes: set},
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: d.algorithm}, Signature: signature,
	}
}

func (d *draft) attribute(oid asn1.ObjectIdentifier, value any) attribute {
	return attribute{oid, []asn1.RawValue{{FullBytes: d.marshal(value)}}}
}

func (d *draft) marshal(v any) []byte {
	b, err := asn1.Marshal(v)
	require.NoError(d.t, err)
	return b
}

func (d *draft) marshalSet(v any) []byte {
	b, err := asn1.MarshalWithParams(v, "set")
	require.NoError(d.t, err)
	return b
}
