// Package tsa verifies time-stamp tokens (RFC 3161, with RFC 5816) offline, against
// certificates that the user trusts. It is not a part of the core of package verify:
// that one gets Verify as a hook.
//
// A token says that its authority saw a digest at a time by the authority's clock.
// Whether the authority's certificate was revoked is not looked up: a token is as
// good as the certificate that the user names. Signatures by SM2 and RSA-PSS are not
// supported.
package tsa

import (
	"bytes"
	"crypto"
	"crypto/sha1" // names certificates in old tokens, see signer
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// maxCertificates in a token.
const maxCertificates = 16

// Verify checks a token (DER, without the response around it) over the SHA-256 digest
// imprint, and returns its time in unix nanoseconds. certs are PEM, each with one or
// more certificates: authorities that issue certificates for time-stamping, or
// time-stamping certificates themselves. What expired by now counts, if it was valid
// at the token's time.
func Verify(der []byte, imprint [32]byte, certs [][]byte) (uint64, error) {
	at, err := verifyToken(der, imprint, certs)
	if err != nil {
		return 0, fmt.Errorf("time-stamp token: %w", err)
	}
	return uint64(at.UnixNano()), nil
}

func verifyToken(der []byte, imprint [32]byte, certs [][]byte) (time.Time, error) {
	trusted, err := parsePEM(certs)
	if err != nil {
		return time.Time{}, err
	}
	sd, err := parseSignedData(der)
	if err != nil {
		return time.Time{}, err
	}
	info, err := parseInfo(sd.Content.Bytes, imprint)
	if err != nil {
		return time.Time{}, err
	}
	carried, err := x509.ParseCertificates(sd.Certificates.Bytes)
	if err != nil {
		return time.Time{}, fmt.Errorf("expected X.509 certificates in it: %w", err)
	}
	if len(carried) > maxCertificates {
		return time.Time{}, fmt.Errorf("expected at most %d certificates in it, got %d", maxCertificates, len(carried))
	}
	signer, err := checkSignature(sd, append(carried, trusted...))
	if err != nil {
		return time.Time{}, err
	}
	return info.Time, checkCertificate(signer, carried, trusted, info.Time)
}

// parsePEM reads the trusted certificates.
func parsePEM(certs [][]byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for _, rest := range certs {
		var block *pem.Block
		for block, rest = pem.Decode(rest); block != nil; block, rest = pem.Decode(rest) {
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, fmt.Errorf("expected trusted certificates of X.509: %w", err)
			}
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("expected a trusted certificate in PEM, got none")
	}
	return out, nil
}

// parseSignedData reads the envelope: signed data of one signer around a TSTInfo.
func parseSignedData(der []byte) (*signedData, error) {
	var outer contentInfo
	if err := decode("signed data", der, &outer); err != nil {
		return nil, err
	}
	if !outer.Type.Equal(oidSignedData) {
		return nil, fmt.Errorf("expected signed data, got type %s", outer.Type)
	}
	sd := new(signedData)
	if err := decode("signed data", outer.Content.Bytes, sd); err != nil {
		return nil, err
	}
	if !sd.Content.Type.Equal(oidTSTInfo) {
		return nil, fmt.Errorf("expected a time-stamp in the signed data, got type %s", sd.Content.Type)
	}
	if len(sd.Signers) != 1 {
		return nil, fmt.Errorf("expected one signer, got %d", len(sd.Signers))
	}
	return sd, nil
}

// parseInfo reads what the authority states.
func parseInfo(der []byte, imprint [32]byte) (*tstInfo, error) {
	info := new(tstInfo)
	if err := decode("a time-stamp", der, info); err != nil {
		return nil, err
	}
	switch {
	case info.Version != 1:
		return nil, fmt.Errorf("expected version 1, got %d", info.Version)
	case !info.Imprint.Algorithm.Algorithm.Equal(oidSHA256):
		return nil, fmt.Errorf("expected a digest by SHA-256, got algorithm %s", info.Imprint.Algorithm.Algorithm)
	case !bytes.Equal(info.Imprint.Digest, imprint[:]):
		return nil, fmt.Errorf("expected digest %x, got %x", imprint, info.Imprint.Digest)
	case info.Time.Year() < 1970 || info.Time.Year() > 2261: // what nanoseconds can say
		return nil, fmt.Errorf("expected a year from 1970 to 2261, got %d", info.Time.Year())
	}
	for _, e := range info.Extensions {
		if e.Critical {
			return nil, fmt.Errorf("expected no critical extension, got %s", e.Id)
		}
	}
	return info, nil
}

// checkSignature returns the certificate, among those at hand, with whose key the
// statement was signed. What is signed are the attributes: they have the statement's
// type and digest, and the hash of the certificate.
func checkSignature(sd *signedData, certs []*x509.Certificate) (*x509.Certificate, error) {
	s := &sd.Signers[0]
	attributes, err := parseAttributes(s.Attributes.Bytes)
	if err != nil {
		return nil, err
	}
	var contentType asn1.ObjectIdentifier
	if err := attributes.read(oidContentType, &contentType); err != nil {
		return nil, err
	}
	if !contentType.Equal(oidTSTInfo) {
		return nil, fmt.Errorf("expected the signed type of a time-stamp, got %s", contentType)
	}
	hash, err := hashOf(s.Digest)
	if err != nil {
		return nil, err
	}
	var digest []byte
	if err := attributes.read(oidMessageDigest, &digest); err != nil {
		return nil, err
	}
	if !bytes.Equal(digest, sum(hash, sd.Content.Bytes)) {
		return nil, errors.New("expected the signed digest to be the time-stamp's, got another")
	}
	algorithm, err := algorithmOf(s)
	if err != nil {
		return nil, err
	}
	signer, err := attributes.signer(certs)
	if err != nil {
		return nil, err
	}
	signed := bytes.Clone(s.Attributes.FullBytes)
	signed[0] = asn1.TagSet | 0x20 // signed as a SET, carried under tag [0]
	if err := signer.CheckSignature(algorithm, signed, s.Signature); err != nil {
		return nil, fmt.Errorf("expected a signature by %q: %w", signer.Subject, err)
	}
	return signer, nil
}

// signedAttributes are the attributes of a signer.
type signedAttributes []attribute

func parseAttributes(der []byte) (signedAttributes, error) {
	var out signedAttributes
	for len(der) > 0 {
		var a attribute
		rest, err := asn1.Unmarshal(der, &a)
		if err != nil {
			return nil, fmt.Errorf("expected signed attributes: %w", err)
		}
		out, der = append(out, a), rest
	}
	return out, nil
}

// find returns the only value of an attribute; nil if it is not there.
func (s signedAttributes) find(oid asn1.ObjectIdentifier) ([]byte, error) {
	var found []byte
	for _, a := range s {
		if !a.Type.Equal(oid) {
			continue
		}
		if found != nil || len(a.Values) != 1 {
			return nil, fmt.Errorf("expected the signed attribute %s once with one value, got more or none", oid)
		}
		found = a.Values[0].FullBytes
	}
	return found, nil
}

func (s signedAttributes) read(oid asn1.ObjectIdentifier, into any) error {
	value, err := s.find(oid)
	if err != nil {
		return err
	}
	if value == nil {
		return fmt.Errorf("expected the signed attribute %s, got none", oid)
	}
	return decode("the attribute "+oid.String(), value, into)
}

// signer is the certificate that the attributes name by its hash. In the attribute's
// first version that is SHA-1, which suffices to find it: its key must have signed,
// and it must be trusted.
func (s signedAttributes) signer(certs []*x509.Certificate) (*x509.Certificate, error) {
	hash, name, err := s.certificateHash()
	if err != nil {
		return nil, err
	}
	for _, c := range certs {
		if bytes.Equal(hash(c.Raw), name) {
			return c, nil
		}
	}
	return nil, fmt.Errorf("expected the signer's certificate with hash %x in the token or among the trusted ones, got none", name)
}

func (s signedAttributes) certificateHash() (hash func([]byte) []byte, name []byte, err error) {
	v2, err := s.find(oidSigningCertV2)
	if err != nil {
		return nil, nil, err
	}
	var list signingCertificate
	if v2 == nil {
		if err := s.read(oidSigningCertificate, &list); err != nil {
			return nil, nil, err
		}
	} else if err := decode("the signer's certificate", v2, &list); err != nil {
		return nil, nil, err
	}
	if len(list.Certificates) == 0 {
		return nil, nil, errors.New("expected the signer's certificate to be named, got no name")
	}
	first := list.Certificates[0].FullBytes
	if v2 == nil {
		var id certificateID
		err := decode("a certificate's name", first, &id)
		return func(b []byte) []byte { h := sha1.Sum(b); return h[:] }, id.Hash, err
	}
	var id certificateIDV2
	if err := decode("a certificate's name", first, &id); err != nil {
		return nil, nil, err
	}
	function := crypto.SHA256
	if id.Algorithm.Algorithm != nil {
		if function, err = hashOf(id.Algorithm); err != nil {
			return nil, nil, err
		}
	}
	return func(b []byte) []byte { return sum(function, b) }, id.Hash, nil
}

// checkCertificate wants a certificate for time-stamping and nothing else (RFC 3161,
// 2.3), valid at the time, that is trusted or has a chain to a trusted one.
func checkCertificate(signer *x509.Certificate, carried, trusted []*x509.Certificate, at time.Time) error {
	critical := false
	for _, e := range signer.Extensions {
		critical = critical || e.Id.Equal(oidExtKeyUsage) && e.Critical
	}
	only := len(signer.ExtKeyUsage) == 1 && signer.ExtKeyUsage[0] == x509.ExtKeyUsageTimeStamping && len(signer.UnknownExtKeyUsage) == 0
	if !critical || !only {
		return fmt.Errorf("expected a certificate for time-stamping only, critically so, got another of %q", signer.Subject)
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range trusted {
		roots.AddCert(c)
	}
	for _, c := range carried {
		between.AddCert(c)
	}
	_, err := signer.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
	})
	if err != nil {
		return fmt.Errorf("expected a certificate that was valid at %s and is trusted: %w", at.UTC().Format(time.RFC3339), err)
	}
	return nil
}

func sum(hash crypto.Hash, b []byte) []byte {
	h := hash.New()
	h.Write(b)
	return h.Sum(nil)
}
