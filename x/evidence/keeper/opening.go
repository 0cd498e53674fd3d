package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// opened returns the opening of a piece of evidence; the zero value while it is
// not open.
func (k *Keeper) opened(ctx context.Context, evidenceSeq uint64) (types.Opened, error) {
	o, err := k.openings.Get(ctx, evidenceSeq)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Opened{}, nil
	}
	return o, err
}

// checkRevelation recomputes the record's commitment with this log's id.
func (k *Keeper) checkRevelation(ctx context.Context, r *logtypes.Record, rev *types.Revelation) (format.Public, error) {
	id, err := k.log.Identity(ctx)
	if err != nil {
		return format.Public{}, err
	}
	logID, err := types.ParseHash("log_id", id.LogId)
	if err != nil {
		return format.Public{}, err
	}
	return types.CheckRevelation(logID, r, rev)
}

// open appends the opening entry of a checked revelation; exactly one of user and
// officer is set.
func (k *Keeper) open(ctx context.Context, evidenceSeq uint64, rev *types.Revelation, userID, officerID uint64) (types.Opened, error) {
	entry, err := k.log.Append(ctx, &logtypes.Entry_Opening{Opening: &logtypes.Opening{
		EvidenceSeq: evidenceSeq, Public: rev.Public, Nonce: rev.Nonce, PrivateDigest: rev.PrivateDigest,
		UserId: userID, OfficerId: officerID,
	}})
	if err != nil {
		return types.Opened{}, err
	}
	o := types.Opened{OpeningSeq: entry.Seq}
	if err := k.openings.Set(ctx, evidenceSeq, o); err != nil {
		return types.Opened{}, err
	}
	return o, emit(ctx, &types.EventEvidenceOpened{EvidenceSeq: evidenceSeq, OpeningSeq: entry.Seq})
}

// checkRevealed checks what an issue reveals: the revelation if and only if the
// evidence is not open, item 0 if and only if it is to be disclosed with it.
func (k *Keeper) checkRevealed(ctx context.Context, m *types.MsgIssueCertificate, c types.Certificate) error {
	o, err := k.opened(ctx, c.EvidenceSeq)
	if err != nil {
		return err
	}
	public, err := k.publicOf(ctx, m, c, o)
	if err != nil {
		return err
	}
	why := ""
	switch {
	case public.Recipe != format.RecipeFile:
		why = "the recipe is " + public.Recipe.String()
	case c.DeclineItem:
		why = "the applicant declined it"
	case o.ItemDisclosed:
		why = "it was disclosed before"
	}
	switch {
	case why != "" && m.Item != nil:
		return errorsmod.Wrapf(types.ErrItem, "evidence %d: expected no item, since %s, got one", c.EvidenceSeq, why)
	case why == "" && m.Item == nil:
		return errorsmod.Wrapf(types.ErrItem, "evidence %d: expected item 0 for recipe %s, got none", c.EvidenceSeq, public.Recipe)
	case m.Item != nil:
		return types.CheckItem(public, m.Item)
	}
	return nil
}

// publicOf is the public part that an issue rests on: that of the revelation, or
// that of the evidence's opening.
func (k *Keeper) publicOf(ctx context.Context, m *types.MsgIssueCertificate, c types.Certificate, o types.Opened) (format.Public, error) {
	if o.OpeningSeq == 0 {
		if m.Revelation == nil {
			return format.Public{}, errorsmod.Wrapf(types.ErrRevelation, "evidence %d is not open: expected a revelation, got none", c.EvidenceSeq)
		}
		entry, err := k.record(ctx, c.EvidenceSeq)
		if err != nil {
			return format.Public{}, err
		}
		return k.checkRevelation(ctx, entry.GetRecord(), m.Revelation)
	}
	if m.Revelation != nil {
		return format.Public{}, errorsmod.Wrapf(types.ErrRevelation,
			"evidence %d is open by entry %d: expected no revelation, got one", c.EvidenceSeq, o.OpeningSeq)
	}
	entry, err := k.log.Entry(ctx, o.OpeningSeq)
	if err != nil {
		return format.Public{}, err
	}
	p, err := format.ParsePublic(entry.GetOpening().GetPublic())
	if err != nil {
		return format.Public{}, errorsmod.Wrapf(types.ErrCorrupt, "opening %d: %s", o.OpeningSeq, err)
	}
	return p, nil
}

// reveal writes what checkRevealed has checked and returns the opening's seq.
func (k *Keeper) reveal(ctx context.Context, m *types.MsgIssueCertificate, a actor) (uint64, error) {
	evidenceSeq := a.certificate.EvidenceSeq
	o, err := k.opened(ctx, evidenceSeq)
	if err != nil {
		return 0, err
	}
	if m.Revelation != nil {
		if o, err = k.open(ctx, evidenceSeq, m.Revelation, 0, a.officer.Id); err != nil {
			return 0, err
		}
	}
	if m.Item == nil {
		return o.OpeningSeq, nil
	}
	if _, err := k.log.Append(ctx, &logtypes.Entry_ItemDisclosure{ItemDisclosure: &logtypes.ItemDisclosure{
		EvidenceSeq: evidenceSeq, Items: []*logtypes.DisclosedItem{m.Item},
	}}); err != nil {
		return 0, err
	}
	o.ItemDisclosed = true
	return o.OpeningSeq, k.openings.Set(ctx, evidenceSeq, o)
}
