package opening

import (
	"fmt"

	"github.com/inkchain/inkd/format"
)

// Limits of strings in the header, in bytes.
const (
	MaxChainID     = 64
	MaxRequestText = 4096
)

// Header is the first message of an opening file: 1 version, 2 log_id, 3
// chain_id, 4 enterprise_id, 5 kind, 6 category, 7 secret, 8 public, 9 private,
// 10 commitment, 11 request_id, 12 request_text, 13 created.
type Header struct {
	LogID        format.Hash
	ChainID      string // where it was to be deposited; a hint only
	EnterpriseID uint64
	Kind         uint32
	Category     uint32
	Secret       format.Secret
	Public       []byte // canonical format.Public
	Private      []byte // canonical format.Private
	Commitment   format.Hash
	RequestID    format.Hash // all zero: none
	RequestText  string
	Created      uint64 // unix nanoseconds, as claimed by the owner's clock
}

// Seal fills in Commitment from the other fields and checks all of them.
func (h *Header) Seal() error {
	h.Commitment = h.commitment()
	_, err := h.Check()
	return err
}

// Check verifies that public and private part are canonical and lead, under the
// secret, to the commitment. It returns the decoded public part.
func (h *Header) Check() (format.Public, error) {
	if h.Secret == (format.Secret{}) {
		return format.Public{}, fmt.Errorf("secret: %w: expected 32 random bytes, got zeros", format.ErrValue)
	}
	if _, err := format.ParsePrivate(h.Private); err != nil {
		return format.Public{}, err
	}
	if err := format.CheckText(h.ChainID, MaxChainID); err != nil {
		return format.Public{}, fmt.Errorf("chain id: %w", err)
	}
	if err := format.CheckText(h.RequestText, MaxRequestText); err != nil {
		return format.Public{}, fmt.Errorf("request text: %w", err)
	}
	return format.CheckOpening(h.Commitment, h.LogID, h.EnterpriseID, h.Kind, h.Secret.Nonce(), h.Public, h.privateDigest())
}

func (h *Header) commitment() format.Hash {
	return format.Commitment(h.LogID, h.EnterpriseID, h.Kind, h.Secret.Nonce(), h.Public, h.privateDigest())
}

func (h *Header) privateDigest() format.Hash {
	return format.PrivateDigest(h.Secret.PrivateNonce(), h.Private)
}

func (h *Header) encode() []byte {
	var e format.Encoder
	e.Uint(1, format.Version)
	e.Hash(2, h.LogID)
	e.Text(3, h.ChainID)
	e.Uint(4, h.EnterpriseID)
	e.Uint(5, uint64(h.Kind))
	e.Uint(6, uint64(h.Category))
	e.Hash(7, format.Hash(h.Secret))
	e.Raw(8, h.Public)
	e.Raw(9, h.Private)
	e.Hash(10, h.Commitment)
	e.OptionalHash(11, h.RequestID)
	e.Text(12, h.RequestText)
	e.Uint(13, h.Created)
	return e.Bytes()
}

func parseHeader(b []byte) (Header, error) {
	d := format.NewDecoder("opening header", b, maxHeader)
	d.Version()
	h := Header{
		LogID:        d.Hash(2),
		ChainID:      d.Text(3, MaxChainID),
		EnterpriseID: d.Uint(4),
		Kind:         d.Uint32(5),
		Category:     d.Uint32(6),
		Secret:       format.Secret(d.Hash(7)),
		Public:       append([]byte(nil), d.Raw(8, format.MaxPublicBytes)...),
		Private:      append([]byte(nil), d.Raw(9, format.MaxPrivateBytes)...),
		Commitment:   d.Hash(10),
		RequestID:    d.OptionalHash(11),
		RequestText:  d.Text(12, MaxRequestText),
		Created:      d.Uint(13),
	}
	return h, d.Close()
}

// encodeItem appends the message of one streamed item to e: 1 size, 2 sha256,
// 3 sm3, 4 label. The index is the item's place in the stream.
func encodeItem(e *format.Encoder, it format.Item) {
	e.Uint(1, it.Size)
	e.Hash(2, it.SHA256)
	e.Hash(3, it.SM3)
	e.Text(4, it.Label)
}

func parseItem(b []byte, index uint64) (format.Item, error) {
	d := format.NewDecoder("item", b, maxItem)
	it := format.Item{Index: index}
	it.Size = d.Uint(1)
	it.SHA256 = d.Hash(2)
	it.SM3 = d.Hash(3)
	it.Label = d.Text(4, format.MaxLabelBytes)
	if err := d.Close(); err != nil {
		return format.Item{}, fmt.Errorf("item %d: %w", index, err)
	}
	return it, nil
}
