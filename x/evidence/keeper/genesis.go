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
	if err := k.checkAgainstLog(ctx, gs); err != nil {
		return err
	}
	for _, c := range gs.Certificates {
		if err := k.certificates.Set(ctx, c.CertSeq, c); err != nil {
			return err
		}
		// In the order of cert_seq, so the last one stays.
		if err := k.latest.Set(ctx, c.EvidenceSeq, c.CertSeq); err != nil {
			return err
		}
	}
	for _, r := range gs.Requests {
		if err := k.setRequest(ctx, r.Key, r.Request); err != nil {
			return err
		}
	}
	for _, o := range gs.Openings {
		if err := k.openings.Set(ctx, o.EvidenceSeq, o.Opened); err != nil {
			return err
		}
	}
	return nil
}

// checkAgainstLog compares a genesis with the log in one walk over its entries,
// and recomputes the commitment of every opening.
func (k *Keeper) checkAgainstLog(ctx context.Context, gs *types.GenesisState) error {
	head, err := k.log.Head(ctx)
	if err != nil {
		return err
	}
	replay := types.NewReplay()
	for seq := range head.Size_ {
		entry, err := k.log.Entry(ctx, seq)
		if err != nil {
			return err
		}
		if o := entry.GetOpening(); o != nil {
			if err := k.checkOpening(ctx, o); err != nil {
				return errorsmod.Wrapf(err, "opening of evidence %d by entry %d of the log", o.EvidenceSeq, seq)
			}
		}
		replay.Enter(entry)
	}
	if err := replay.Check(gs); err != nil {
		return err
	}
	for i, r := range gs.Requests {
		if err := k.checkRequest(ctx, i, r.Request); err != nil {
			return err
		}
	}
	return nil
}

// checkOpening recomputes the commitment of an opening of the log.
func (k *Keeper) checkOpening(ctx context.Context, o *logtypes.Opening) error {
	entry, err := k.record(ctx, o.EvidenceSeq)
	if err != nil {
		return err
	}
	_, err = k.checkRevelation(ctx, entry.GetRecord(), &types.Revelation{Public: o.Public, Nonce: o.Nonce, PrivateDigest: o.PrivateDigest})
	return err
}

// checkRequest checks that an imported request is that of a record, remembered for
// as long as any other. Of which enterprise it is, its key does not tell: repeated
// asks when it is used.
func (k *Keeper) checkRequest(ctx context.Context, i int, r types.Request) error {
	entry, err := k.record(ctx, r.Seq)
	if err != nil {
		return errorsmod.Wrapf(err, "evidence.requests[%d].request.seq", i)
	}
	if want := entry.BlockTime + uint64(types.RequestLife); r.Expires != want {
		return errorsmod.Wrapf(types.ErrGenesis, "evidence.requests[%d].request.expires: expected %d, seven days after record %d, got %d", i, want, r.Seq, r.Expires)
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
