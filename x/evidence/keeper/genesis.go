package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// InitGenesis imports what ExportGenesis wrote. The log must have been imported
// before: what it says of a certificate, an opening or a record cannot be
// overruled here. The index of latest certificates and the queue of requests are
// derived.
func (k *Keeper) InitGenesis(ctx context.Context, gs *types.GenesisState) error {
	if err := gs.Validate(); err != nil {
		return err
	}
	for i, c := range gs.Certificates {
		if err := k.checkAgainstLog(ctx, c); err != nil {
			return errorsmod.Wrapf(err, "evidence.certificates[%d]", i)
		}
		if err := k.certificates.Set(ctx, c.CertSeq, c); err != nil {
			return err
		}
		// In the order of cert_seq, so the last one stays.
		if err := k.latest.Set(ctx, c.EvidenceSeq, c.CertSeq); err != nil {
			return err
		}
	}
	for i, r := range gs.Requests {
		if _, err := k.record(ctx, r.Request.Seq); err != nil {
			return errorsmod.Wrapf(err, "evidence.requests[%d].request.seq", i)
		}
		if err := k.setRequest(ctx, r.Key, r.Request); err != nil {
			return err
		}
	}
	for _, o := range gs.Openings {
		if err := k.openings.Set(ctx, o.EvidenceSeq, o.Opened); err != nil {
			return err
		}
	}
	return k.checkComplete(ctx, gs)
}

// checkComplete walks the log and refuses a genesis that leaves out or adds a
// certificate, an opening or a disclosure: forgetting one would allow it twice.
func (k *Keeper) checkComplete(ctx context.Context, gs *types.GenesisState) error {
	head, err := k.log.Head(ctx)
	if err != nil {
		return err
	}
	applied, openings := 0, map[uint64]types.Opened{} // looked up only, never iterated
	for seq := range head.Size_ {
		entry, err := k.log.Entry(ctx, seq)
		if err != nil {
			return err
		}
		switch b := entry.Body.(type) {
		case *logtypes.Entry_CertificateApplied:
			applied++
		case *logtypes.Entry_Opening:
			openings[b.Opening.EvidenceSeq] = types.Opened{OpeningSeq: seq}
		case *logtypes.Entry_ItemDisclosure:
			o := openings[b.ItemDisclosure.EvidenceSeq]
			o.ItemDisclosed = true
			openings[b.ItemDisclosure.EvidenceSeq] = o
		}
	}
	if applied != len(gs.Certificates) {
		return errorsmod.Wrapf(types.ErrGenesis, "evidence.certificates: expected %d as in the log, got %d", applied, len(gs.Certificates))
	}
	if len(openings) != len(gs.Openings) {
		return errorsmod.Wrapf(types.ErrGenesis, "evidence.openings: expected %d as in the log, got %d", len(openings), len(gs.Openings))
	}
	for i, o := range gs.Openings {
		if want := openings[o.EvidenceSeq]; o.Opened != want {
			return errorsmod.Wrapf(types.ErrGenesis, "evidence.openings[%d].opened: expected {%s} as in the log, got {%s}",
				i, want.String(), o.Opened.String())
		}
	}
	return nil
}

// checkAgainstLog compares a certificate's working state with its status value,
// which the log has recomputed from the entries.
func (k *Keeper) checkAgainstLog(ctx context.Context, c types.Certificate) error {
	status, err := k.log.CertificateStatus(ctx, c.CertSeq)
	if err != nil {
		return err
	}
	if status.State != c.State || status.EvidenceSeq != c.EvidenceSeq {
		return errorsmod.Wrapf(types.ErrGenesis, "expected state %s of evidence %d as in the log, got %s of evidence %d",
			status.State, status.EvidenceSeq, c.State, c.EvidenceSeq)
	}
	return nil
}

// ExportGenesis writes the module's state, each list in the order of its keys.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	gs := types.DefaultGenesis()
	err := k.certificates.Walk(ctx, nil, func(_ uint64, c types.Certificate) (bool, error) {
		gs.Certificates = append(gs.Certificates, c)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.requests.Walk(ctx, nil, func(key []byte, r types.Request) (bool, error) {
		gs.Requests = append(gs.Requests, types.GenesisRequest{Key: key, Request: r})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.openings.Walk(ctx, nil, func(evidenceSeq uint64, o types.Opened) (bool, error) {
		gs.Openings = append(gs.Openings, types.GenesisOpening{EvidenceSeq: evidenceSeq, Opened: o})
		return false, nil
	})
	return gs, err
}
