package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Certificate returns a certificate by its cert_seq, or ErrNotFound.
func (k *Keeper) Certificate(ctx context.Context, certSeq uint64) (types.Certificate, error) {
	c, err := k.certificates.Get(ctx, certSeq)
	if errors.Is(err, collections.ErrNotFound) {
		return c, errorsmod.Wrapf(types.ErrNotFound, "expected the cert_seq of an application, got %d", certSeq)
	}
	return c, err
}

// latestCertificate returns the latest certificate of a piece of evidence; nil if
// none was ever applied for.
func (k *Keeper) latestCertificate(ctx context.Context, evidenceSeq uint64) (*types.Certificate, error) {
	certSeq, err := k.latest.Get(ctx, evidenceSeq)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := k.Certificate(ctx, certSeq)
	return &c, err
}

// previous returns the cert_seq that a new application follows, 0 for a first one;
// ErrUnderway if a certificate is being reviewed or issued.
func (k *Keeper) previous(ctx context.Context, evidenceSeq uint64) (uint64, error) {
	c, err := k.latestCertificate(ctx, evidenceSeq)
	if err != nil || c == nil {
		return 0, err
	}
	if types.Underway(c.State) {
		return 0, errorsmod.Wrapf(types.ErrUnderway, "evidence %d: expected none or one that ended, got certificate %d in state %s",
			evidenceSeq, c.CertSeq, c.State)
	}
	return c.CertSeq, nil
}

// change appends the entry of a decision, stores the certificate in its new state
// and emits the event. The entry's seq is the result.
func (k *Keeper) change(ctx context.Context, c types.Certificate, body logtypes.Body) (uint64, error) {
	entry, err := k.log.Append(ctx, body)
	if err != nil {
		return 0, err
	}
	if c.State == logtypes.CERTIFICATE_STATE_ISSUED {
		c.IssuedSeq = entry.Seq
	}
	return entry.Seq, k.setCertificate(ctx, c)
}

func (k *Keeper) setCertificate(ctx context.Context, c types.Certificate) error {
	if err := k.certificates.Set(ctx, c.CertSeq, c); err != nil {
		return err
	}
	return emit(ctx, &types.EventCertificateChanged{CertSeq: c.CertSeq, EvidenceSeq: c.EvidenceSeq, State: c.State})
}
