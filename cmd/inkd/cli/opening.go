package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
)

// prepareOpening has the opening file on disk and returns its header: a new one,
// or that of an earlier try of the same request with the same content.
func (p *plan) prepareOpening(ctx context.Context, cmd *cobra.Command, requestGiven bool) (opening.Header, error) {
	if p.outExists() {
		if !requestGiven {
			return opening.Header{}, openingError(opening.ErrExists).(*Error).WithHint(
				"finish that deposit: inkd evidence resume " + quoted(p.out) + " --from NAME; or make another: --out FILE")
		}
		h, again, err := p.earlier(ctx, cmd)
		if err != nil || again {
			return h, err
		}
		if p.outSet {
			return opening.Header{}, openingError(opening.ErrExists)
		}
		p.nextOut()
	}
	secret, err := format.NewSecret()
	if err != nil {
		return opening.Header{}, internal(err)
	}
	got, err := p.scan(ctx, cmd, secret)
	if err != nil {
		return opening.Header{}, err
	}
	defer got.spool.Close()
	h, err := p.header(secret, got.public)
	if err != nil {
		return h, err
	}
	if err := opening.Create(p.out, h, got.spool.Items()); err != nil {
		return h, openingError(err)
	}
	return h, nil
}

// header is the sealed header of a new opening file.
func (p *plan) header(secret format.Secret, public format.Public) (opening.Header, error) {
	h := opening.Header{
		LogID: p.logID, ChainID: p.chainID, EnterpriseID: p.enterprise, Kind: uint32(p.kind), Category: p.category,
		Secret: secret, RequestID: p.requestID, RequestText: p.requestText, Created: uint64(time.Now().UnixNano()),
	}
	var err error
	if h.Public, err = public.Bytes(); err != nil {
		return h, internal(err)
	}
	if h.Private, err = p.private.Bytes(); err != nil {
		return h, internal(err)
	}
	if err := h.Seal(); err != nil {
		return h, internal(err)
	}
	return h, nil
}

// earlier reads the opening file that stands in the place and says whether it is
// that of the same request for the same content.
func (p *plan) earlier(ctx context.Context, cmd *cobra.Command) (opening.Header, bool, error) {
	f, err := opening.Open(p.out)
	if err != nil {
		return opening.Header{}, false, openingError(err)
	}
	defer f.Close()
	h := f.Header
	if h.RequestID != p.requestID {
		return h, false, openingError(opening.ErrExists).(*Error).WithHint(
			p.out + " belongs to another request; give another name with --out")
	}
	if h.LogID != p.logID || h.EnterpriseID != p.enterprise || h.Kind != uint32(p.kind) || h.Category != p.category {
		return h, false, nil
	}
	if same, err := p.samePrivate(h.Private); err != nil || !same {
		return h, false, err
	}
	got, err := p.scan(ctx, cmd, h.Secret)
	if err != nil {
		return h, false, err
	}
	defer got.spool.Close()
	return h, got.public == f.Public, nil
}

// samePrivate compares what the user said; the tool's version may differ.
func (p *plan) samePrivate(b []byte) (bool, error) {
	old, err := format.ParsePrivate(b)
	if err != nil {
		return false, openingError(err)
	}
	old.Tool, old.Platform = p.private.Tool, p.private.Platform
	was, err := old.Bytes()
	if err != nil {
		return false, internal(err)
	}
	is, err := p.private.Bytes()
	return string(was) == string(is), err
}
