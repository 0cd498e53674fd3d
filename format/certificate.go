package format

import (
	"crypto/sha256"
	"fmt"
)

// CertificateFields are what a certificate says, in canonical form. As a message:
// 1 version, 2 cert_seq, 3 evidence_seq, 4 enterprise_id, 5 holder, 6 uscc,
// 7 category, 8 root, 9 items, 10 header_items, 11 total_size, 12 title,
// 13 source, 14 produced_from, 15 produced_to.
//
// Where nothing was opened on chain (trade secrets, API periods) root and counts
// may be left out; then all of it is the reviewers' word.
type CertificateFields struct {
	CertSeq      uint64 // index of the applied entry
	EvidenceSeq  uint64 // index of the record
	EnterpriseID uint64
	Holder       string
	USCC         string // CheckUSCC, or empty
	Category     uint32
	Root         Hash // all zero: not stated
	Items        uint64
	HeaderItems  uint32
	TotalSize    uint64 // bytes
	Title        string
	Source       string
	ProducedFrom uint64 // claimed, unix nanoseconds; 0: not stated
	ProducedTo   uint64
}

// Bytes returns the canonical encoding, or refuses what is not allowed.
func (c CertificateFields) Bytes() ([]byte, error) {
	b := c.encode()
	if _, err := ParseCertificateFields(b); err != nil {
		return nil, err
	}
	return b, nil
}

// Commitment returns F = H("ink/cert/v1" ‖ nonce_c ‖ canonical fields), which
// the issued entry holds; nonceC are 32 random bytes of the issuer.
func (c CertificateFields) Commitment(nonceC Hash) (Hash, error) {
	b, err := c.Bytes()
	if err != nil {
		return Hash{}, err
	}
	h := sha256.New()
	h.Write([]byte("ink/cert/v1"))
	h.Write(nonceC[:])
	h.Write(b)
	var out Hash
	h.Sum(out[:0])
	return out, nil
}

// ParseCertificateFields decodes the canonical encoding and refuses every other.
func ParseCertificateFields(b []byte) (CertificateFields, error) {
	d := NewDecoder("certificate fields", b, MaxCertificateBytes)
	d.Version()
	c := CertificateFields{
		CertSeq:      d.Uint(2),
		EvidenceSeq:  d.Uint(3),
		EnterpriseID: d.Uint(4),
		Holder:       d.Text(5, MaxCertificateBytes),
		USCC:         d.Text(6, 18),
		Category:     d.Uint32(7),
		Root:         d.OptionalHash(8),
		Items:        d.Uint(9),
		HeaderItems:  d.Uint32(10),
		TotalSize:    d.Uint(11),
		Title:        d.Text(12, MaxCertificateBytes),
		Source:       d.Text(13, MaxCertificateBytes),
		ProducedFrom: d.Uint(14),
		ProducedTo:   d.Uint(15),
	}
	if err := d.Close(); err != nil {
		return CertificateFields{}, err
	}
	if err := c.check(); err != nil {
		return CertificateFields{}, fmt.Errorf("certificate fields: %w", err)
	}
	return c, identical("certificate fields", b, c.encode())
}

func (c CertificateFields) encode() []byte {
	var e Encoder
	e.Uint(1, Version)
	e.Uint(2, c.CertSeq)
	e.Uint(3, c.EvidenceSeq)
	e.Uint(4, c.EnterpriseID)
	e.Text(5, c.Holder)
	e.Text(6, c.USCC)
	e.Uint(7, uint64(c.Category))
	e.OptionalHash(8, c.Root)
	e.Uint(9, c.Items)
	e.Uint(10, uint64(c.HeaderItems))
	e.Uint(11, c.TotalSize)
	e.Text(12, c.Title)
	e.Text(13, c.Source)
	e.Uint(14, c.ProducedFrom)
	e.Uint(15, c.ProducedTo)
	return e.Bytes()
}

func (c CertificateFields) check() error {
	switch {
	case c.Items > MaxItems:
		return fmt.Errorf("items: %w: expected at most %d, got %d", ErrLimit, uint64(MaxItems), c.Items)
	case uint64(c.HeaderItems) > c.Items:
		return fmt.Errorf("header_items: %w: expected at most %d, got %d", ErrValue, c.Items, c.HeaderItems)
	case c.HeaderItems > 1:
		return fmt.Errorf("header_items: %w: expected 0 or 1, got %d", ErrValue, c.HeaderItems)
	}
	if c.USCC != "" {
		if err := CheckUSCC(c.USCC); err != nil {
			return err
		}
	}
	return checkPeriod(c.ProducedFrom, c.ProducedTo)
}
