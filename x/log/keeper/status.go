package keeper

import (
	"context"
	"errors"

	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/verify/layout"
	"github.com/inkchain/inkd/x/log/types"
)

// events returns how many events the entry's subject has had; 0 for a new one.
func (k *Keeper) events(ctx context.Context, e *types.Entry) (uint64, error) {
	kind, id := e.Subject()
	var n uint64
	var err error
	switch kind {
	case types.SubjectCertificate:
		var s types.CertificateStatus
		s, err = k.CertificateStatus(ctx, id)
		n = s.EventCount
	case types.SubjectEvidence:
		var s types.EvidenceStatus
		s, err = k.EvidenceStatus(ctx, id)
		n = s.EventCount
	case types.SubjectKey:
		var s types.KeyStatus
		s, err = k.KeyStatus(ctx, id)
		n = s.EventCount
	}
	if errors.Is(err, types.ErrNotFound) {
		return 0, nil
	}
	return n, err
}

// count writes the status value that follows from an entry.
func (k *Keeper) count(ctx context.Context, e *types.Entry) error {
	kind, id := e.Subject()
	switch kind {
	case types.SubjectCertificate:
		return k.countCertificate(ctx, e, id)
	case types.SubjectEvidence:
		return k.countEvidence(ctx, e, id)
	case types.SubjectKey:
		return k.countKey(ctx, e, id)
	}
	return nil
}

// countKey makes a key active with its first binding and retired for ever. A further
// holder changes neither the state nor since when it is: whoever binds a key again
// cannot move what was signed with it before out of that time.
func (k *Keeper) countKey(ctx context.Context, e *types.Entry, id uint64) error {
	s := types.KeyStatus{Version: types.Version}
	if _, err := read(ctx, k.log, layout.KeyStatusKey(id), &s); err != nil {
		return err
	}
	next, ok := nextKeyState(s.State, e)
	if !ok {
		return errorsmod.Wrapf(types.ErrTransition, "key %d is %s, which %s cannot follow", id, s.State, e.Kind())
	}
	if next != s.State {
		s.State, s.Since = next, e.BlockTime
	}
	s.EventCount, s.LastEventIndex = e.EventNo, e.Seq
	return write(ctx, k.log, layout.KeyStatusKey(id), &s)
}

// nextKeyState is the key's state machine.
func nextKeyState(from types.KeyState, e *types.Entry) (types.KeyState, bool) {
	switch e.Body.(type) {
	case *types.Entry_KeyBound:
		return types.KEY_STATE_ACTIVE, from == types.KEY_STATE_UNSPECIFIED || from == types.KEY_STATE_ACTIVE
	case *types.Entry_KeyRetired:
		return types.KEY_STATE_RETIRED, from == types.KEY_STATE_ACTIVE
	}
	return from, false
}

// countEvidence refuses events about entries that are no records: a status value
// about nothing would be a proof about nothing.
func (k *Keeper) countEvidence(ctx context.Context, e *types.Entry, id uint64) error {
	if id >= e.Seq {
		return errorsmod.Wrapf(types.ErrTransition, "expected evidence before entry %d, got %d", e.Seq, id)
	}
	about, err := k.Entry(ctx, id)
	if err != nil {
		return err
	}
	if about.GetRecord() == nil {
		return errorsmod.Wrapf(types.ErrTransition, "expected entry %d to be a record, got %s", id, about.Kind())
	}
	return write(ctx, k.log, layout.EvidenceStatusKey(id), &types.EvidenceStatus{
		Version: types.Version, EventCount: e.EventNo, LastEventIndex: e.Seq,
	})
}

func (k *Keeper) countCertificate(ctx context.Context, e *types.Entry, id uint64) error {
	s := types.CertificateStatus{Version: types.Version}
	if applied := e.GetCertificateApplied(); applied != nil {
		s.EvidenceSeq = applied.EvidenceSeq
	} else {
		var err error
		if s, err = k.CertificateStatus(ctx, id); err != nil {
			return err
		}
	}
	next, ok := nextState(s.State, e)
	if !ok {
		return errorsmod.Wrapf(types.ErrTransition, "certificate %d is %s, which %s cannot follow", id, s.State, e.Kind())
	}
	s.State, s.EventCount, s.LastEventIndex = next, e.EventNo, e.Seq
	return write(ctx, k.log, layout.CertificateStatusKey(id), &s)
}

// nextState is the certificate's state machine.
func nextState(from types.CertificateState, e *types.Entry) (types.CertificateState, bool) {
	const (
		none     = types.CERTIFICATE_STATE_UNSPECIFIED
		applied  = types.CERTIFICATE_STATE_APPLIED
		initial  = types.CERTIFICATE_STATE_INITIALLY_REVIEWED
		final    = types.CERTIFICATE_STATE_FINALLY_REVIEWED
		issued   = types.CERTIFICATE_STATE_ISSUED
		rejected = types.CERTIFICATE_STATE_REJECTED
		revoked  = types.CERTIFICATE_STATE_REVOKED
	)
	switch e.Body.(type) {
	case *types.Entry_CertificateApplied:
		return applied, from == none
	case *types.Entry_CertificateInitialReview:
		return initial, from == applied
	case *types.Entry_CertificateFinalReview:
		return final, from == initial
	case *types.Entry_CertificateIssued:
		return issued, from == final
	case *types.Entry_CertificateRejected:
		return rejected, from == applied || from == initial || from == final
	case *types.Entry_CertificateRevoked:
		return revoked, from == issued
	}
	return none, false
}
