package tsa

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// Names of what is in a token (RFC 5652, 3161, 5035, 8017, 5758, 8410).
var (
	oidSignedData         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo            = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCertV2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidExtKeyUsage        = asn1.ObjectIdentifier{2, 5, 29, 37}

	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
	oidRSA    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
)

// digests are the hash functions that count; SHA-1 does not.
var digests = []struct {
	oid  asn1.ObjectIdentifier
	hash crypto.Hash
	rsa  x509.SignatureAlgorithm
}{
	{oidSHA256, crypto.SHA256, x509.SHA256WithRSA},
	{oidSHA384, crypto.SHA384, x509.SHA384WithRSA},
	{oidSHA512, crypto.SHA512, x509.SHA512WithRSA},
}

// algorithms are the signatures that count, besides oidRSA with a digest.
var algorithms = []struct {
	oid       asn1.ObjectIdentifier
	algorithm x509.SignatureAlgorithm
}{
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, x509.SHA256WithRSA},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, x509.SHA384WithRSA},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, x509.SHA512WithRSA},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, x509.ECDSAWithSHA256},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, x509.ECDSAWithSHA384},
	{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, x509.ECDSAWithSHA512},
	{asn1.ObjectIdentifier{1, 3, 101, 112}, x509.PureEd25519},
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version int
	Digests asn1.RawValue
	Content struct {
		Type  asn1.ObjectIdentifier
		Bytes []byte `asn1:"explicit,tag:0"`
	}
	Certificates asn1.RawValue `asn1:"optional,tag:0"`
	CRLs         asn1.RawValue `asn1:"optional,tag:1"`
	Signers      []signerInfo  `asn1:"set"`
}

// signerInfo names its certificate in SID, which is not read: the signed attributes
// name it by its hash.
type signerInfo struct {
	Version    int
	SID        asn1.RawValue
	Digest     pkix.AlgorithmIdentifier
	Attributes asn1.RawValue `asn1:"tag:0"`
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
	Unsigned   asn1.RawValue `asn1:"optional,tag:1"`
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

// signingCertificate is of either version; the first name is the signer's.
type signingCertificate struct {
	Certificates []asn1.RawValue
	Policies     asn1.RawValue `asn1:"optional"`
}

type certificateID struct {
	Hash   []byte
	Issuer asn1.RawValue `asn1:"optional"`
}

type certificateIDV2 struct {
	Algorithm pkix.AlgorithmIdentifier `asn1:"optional"`
	Hash      []byte
	Issuer    asn1.RawValue `asn1:"optional"`
}

type tstInfo struct {
	Version int
	Policy  asn1.ObjectIdentifier
	Imprint struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}
	Serial   *big.Int
	Time     time.Time `asn1:"generalized"`
	Accuracy struct {
		Seconds int `asn1:"optional"`
		Millis  int `asn1:"optional,tag:0"`
		Micros  int `asn1:"optional,tag:1"`
	} `asn1:"optional"`
	Ordering   bool             `asn1:"optional"`
	Nonce      *big.Int         `asn1:"optional"`
	TSA        asn1.RawValue    `asn1:"optional,tag:0"`
	Extensions []pkix.Extension `asn1:"optional,tag:1"`
}

// decode reads DER with nothing behind it.
func decode(what string, der []byte, into any) error {
	rest, err := asn1.Unmarshal(der, into)
	switch {
	case err != nil:
		return fmt.Errorf("expected %s in DER: %w", what, err)
	case len(rest) != 0:
		return fmt.Errorf("expected %s, got %d bytes more behind it", what, len(rest))
	}
	return nil
}

func hashOf(a pkix.AlgorithmIdentifier) (crypto.Hash, error) {
	for _, d := range digests {
		if a.Algorithm.Equal(d.oid) {
			return d.hash, nil
		}
	}
	return 0, fmt.Errorf("expected SHA-256, SHA-384 or SHA-512, got algorithm %s", a.Algorithm)
}

func algorithmOf(s *signerInfo) (x509.SignatureAlgorithm, error) {
	for _, a := range algorithms {
		if s.Algorithm.Algorithm.Equal(a.oid) {
			return a.algorithm, nil
		}
	}
	for _, d := range digests {
		if s.Algorithm.Algorithm.Equal(oidRSA) && s.Digest.Algorithm.Equal(d.oid) {
			return d.rsa, nil
		}
	}
	return 0, fmt.Errorf("expected a signature by RSA (PKCS #1 v1.5), ECDSA or Ed25519, got algorithm %s", s.Algorithm.Algorithm)
}
