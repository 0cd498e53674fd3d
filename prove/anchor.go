package prove

import (
	"context"
	"fmt"

	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Anchor makes the anchor of a chain: its eras as their geneses say, and the
// institutions with their consensus keys as the first size entries of the log name
// them, all entries if size is 0. It believes the source: it is for members, who
// have a node of their own, and what it makes is compared aloud.
func Anchor(ctx context.Context, src Source, size uint64, eras ...bundle.Era) (*bundle.Anchor, error) {
	a := &bundle.Anchor{Eras: eras}
	var err error
	if a.LogID, err = src.LogID(ctx); err != nil {
		return nil, err
	}
	for id := uint64(1); ; id++ {
		in, err := institution(ctx, src, id, size)
		if err != nil {
			return nil, err
		}
		if in == nil {
			break
		}
		a.Institutions = append(a.Institutions, *in)
	}
	// What can be parsed has no era out of order.
	return bundle.ParseAnchor(a.Bytes())
}

// institution is nil if the entries name none of that id. Ids have no gaps.
func institution(ctx context.Context, src Source, id, size uint64) (*bundle.Institution, error) {
	seqs, err := src.Find(ctx, &indextypes.QueryFindRequest{Subject: indextypes.Subject_SUBJECT_INSTITUTION, Id: id})
	if err != nil {
		return nil, fmt.Errorf("entries of institution %d: %w", id, err)
	}
	var in *bundle.Institution
	for _, seq := range seqs {
		if size != 0 && seq >= size {
			break
		}
		e, err := entryOf(ctx, src, seq)
		if err != nil {
			return nil, err
		}
		if b := e.GetInstitutionAdmitted(); b != nil && b.InstitutionId == id {
			in = &bundle.Institution{ID: id, Name: b.Name, Kind: uint32(b.Kind)}
		}
		if b := e.GetValidatorKeyBound(); b != nil && b.InstitutionId == id && in != nil {
			in.Keys = append(in.Keys, bundle.PublicKey{Type: uint32(b.KeyType), Key: b.PublicKey})
		}
	}
	return in, nil
}

// entryOf is an entry, decoded. Its seq is compared: a source may be mistaken.
func entryOf(ctx context.Context, src Source, seq uint64) (*logtypes.Entry, error) {
	b, err := src.Entry(ctx, seq)
	if err != nil {
		return nil, err
	}
	e, err := logtypes.ParseEntry(b)
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", seq, err)
	}
	if e.Seq != seq {
		return nil, fmt.Errorf("entry %d: expected that seq in it, got %d", seq, e.Seq)
	}
	return e, nil
}
