package keeper

import (
	"context"
	"encoding/binary"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/inkchain/inkd/x/evidence/types"
)

// Limits of a page of certificates.
const (
	maxPage   = 100
	maxOffset = 10_000
	// maxScan keys are read for a page; then the page ends, though it may have
	// found little, and names the key to go on from.
	maxScan = 1_000
)

// page is a page request in its checked form.
type page struct {
	limit, offset uint64
	from          *uint64 // first cert_seq to look at; nil for the end it begins at
	reverse       bool
}

func parsePage(req *query.PageRequest, filtered bool) (page, error) {
	if req == nil {
		req = &query.PageRequest{}
	}
	p := page{limit: req.Limit, offset: req.Offset, reverse: req.Reverse}
	if p.limit == 0 {
		p.limit = maxPage
	}
	switch {
	case p.limit > maxPage:
		return p, errorsmod.Wrapf(types.ErrPage, "limit: expected at most %d, got %d", maxPage, p.limit)
	case req.CountTotal:
		return p, errorsmod.Wrap(types.ErrPage, "count_total: expected false, since counting reads everything, got true")
	case p.offset > maxOffset:
		return p, errorsmod.Wrapf(types.ErrPage, "offset: expected at most %d, got %d; use the key of the page before", maxOffset, p.offset)
	case p.offset > 0 && (filtered || len(req.Key) > 0):
		return p, errorsmod.Wrapf(types.ErrPage, "offset: expected 0 together with a filter or a key, got %d", p.offset)
	case len(req.Key) != 0 && len(req.Key) != 8:
		return p, errorsmod.Wrapf(types.ErrPage, "key: expected the next_key of a page, 8 bytes, got %d", len(req.Key))
	}
	if len(req.Key) == 8 {
		from := binary.BigEndian.Uint64(req.Key)
		p.from = &from
	}
	return p, nil
}

func (p page) ranger() *collections.Range[uint64] {
	r := new(collections.Range[uint64])
	switch {
	case p.reverse && p.from != nil:
		r = r.EndInclusive(*p.from)
	case p.from != nil:
		r = r.StartInclusive(*p.from)
	}
	if p.reverse {
		r = r.Descending()
	}
	return r
}

// certificatePage walks the certificates by cert_seq and keeps those that match.
func (k *Keeper) certificatePage(ctx context.Context, p page, match func(types.Certificate) bool) ([]types.Certificate, *query.PageResponse, error) {
	var found []types.Certificate
	var skipped, scanned uint64
	resp := &query.PageResponse{}
	err := k.certificates.Walk(ctx, p.ranger(), func(certSeq uint64, c types.Certificate) (bool, error) {
		if skipped < p.offset {
			skipped++
			return false, nil
		}
		if uint64(len(found)) == p.limit || scanned == maxScan {
			resp.NextKey = binary.BigEndian.AppendUint64(nil, certSeq)
			return true, nil
		}
		scanned++
		if match(c) {
			found = append(found, c)
		}
		return false, nil
	})
	return found, resp, err
}
