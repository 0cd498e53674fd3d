package opening

import (
	"fmt"

	"github.com/inkchain/inkd/format"
)

// MaxShown is the largest number of items in a review copy.
const MaxShown = 100_000

// Review is what a reviewer gets: enough to recompute the commitment and to
// check the shown items, but never the secret, so nothing else can be opened. Its
// header is 1 version, 2 log_id, 3 enterprise_id, 4 kind, 5 evidence_seq,
// 6 public, 7 nonce, 8 private, 9 nonce_p, 10 commitment, 11 number of shown items.
type Review struct {
	LogID        format.Hash
	EnterpriseID uint64
	Kind         uint32
	EvidenceSeq  uint64 // index of the record in the log
	Public       []byte // canonical format.Public
	Nonce        format.Hash
	Private      []byte // canonical format.Private
	PrivateNonce format.Hash
	Commitment   format.Hash
	Shown        []format.Shown // ascending by index
}

// Review makes the review copy of an opening file for the record at evidenceSeq,
// showing the items with these indexes, which must ascend.
func (o *File) Review(evidenceSeq uint64, indexes []uint64) (Review, error) {
	h := &o.Header
	r := Review{
		LogID: h.LogID, EnterpriseID: h.EnterpriseID, Kind: h.Kind, EvidenceSeq: evidenceSeq,
		Public: h.Public, Nonce: h.Secret.Nonce(),
		Private: h.Private, PrivateNonce: h.Secret.PrivateNonce(),
		Commitment: h.Commitment,
	}
	shown, err := o.show(indexes)
	if err != nil {
		return Review{}, err
	}
	r.Shown = shown
	if _, err := r.Check(); err != nil {
		return Review{}, err
	}
	return r, nil
}

func (o *File) show(indexes []uint64) ([]format.Shown, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	leaves, err := o.Leaves()
	if err != nil {
		return nil, err
	}
	var shown []format.Shown
	for it, err := range o.Items() {
		if err != nil {
			return nil, err
		}
		if len(shown) == len(indexes) {
			break
		}
		if it.Index != indexes[len(shown)] {
			continue
		}
		path, err := o.proof(leaves, it.Index)
		if err != nil {
			return nil, err
		}
		shown = append(shown, format.Shown{Item: it, Salt: o.Header.Secret.Salt(it.Index), Path: path})
	}
	if len(shown) < len(indexes) {
		return nil, fmt.Errorf("%w: expected ascending indexes below %d, got %d", format.ErrIndexRange, o.Public.Items, indexes[len(shown)])
	}
	return shown, nil
}

// Check recomputes the commitment and the inclusion of every shown item, and
// returns the public part. It cannot tell whether the commitment is on the log:
// compare it with the record at EvidenceSeq. Whether an item's digests are those
// of the bytes at hand, only digesting these tells.
func (r *Review) Check() (format.Public, error) {
	if _, err := format.ParsePrivate(r.Private); err != nil {
		return format.Public{}, err
	}
	d := format.PrivateDigest(r.PrivateNonce, r.Private)
	p, err := format.CheckOpening(r.Commitment, r.LogID, r.EnterpriseID, r.Kind, r.Nonce, r.Public, d)
	if err != nil {
		return format.Public{}, err
	}
	if len(r.Shown) > MaxShown {
		return format.Public{}, fmt.Errorf("shown items: %w: expected at most %d, got %d", format.ErrLimit, MaxShown, len(r.Shown))
	}
	for i, s := range r.Shown {
		if i > 0 && s.Index <= r.Shown[i-1].Index {
			return format.Public{}, fmt.Errorf("shown items: %w: expected an index above %d, got %d", format.ErrFieldOrder, r.Shown[i-1].Index, s.Index)
		}
		if err := s.Check(p); err != nil {
			return format.Public{}, fmt.Errorf("shown item %d: %w", s.Index, err)
		}
	}
	return p, nil
}

func (r *Review) encodeHeader() []byte {
	var e format.Encoder
	e.Uint(1, format.Version)
	e.Hash(2, r.LogID)
	e.Uint(3, r.EnterpriseID)
	e.Uint(4, uint64(r.Kind))
	e.Uint(5, r.EvidenceSeq)
	e.Raw(6, r.Public)
	e.Hash(7, r.Nonce)
	e.Raw(8, r.Private)
	e.Hash(9, r.PrivateNonce)
	e.Hash(10, r.Commitment)
	e.Uint(11, uint64(len(r.Shown)))
	return e.Bytes()
}

// parseReviewHeader also returns the number of shown items that follow.
func parseReviewHeader(b []byte) (Review, uint64, error) {
	d := format.NewDecoder("review header", b, maxHeader)
	d.Version()
	r := Review{
		LogID:        d.Hash(2),
		EnterpriseID: d.Uint(3),
		Kind:         d.Uint32(4),
		EvidenceSeq:  d.Uint(5),
		Public:       append([]byte(nil), d.Raw(6, format.MaxPublicBytes)...),
		Nonce:        d.Hash(7),
		Private:      append([]byte(nil), d.Raw(8, format.MaxPrivateBytes)...),
		PrivateNonce: d.Hash(9),
		Commitment:   d.Hash(10),
	}
	n := d.Uint(11)
	return r, n, d.Close()
}
