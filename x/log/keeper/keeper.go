// Package keeper writes and reads the evidence log. It has no messages of its
// own: the other modules append to it.
package keeper

import (
	"context"

	corestore "cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/layout"
	"github.com/inkchain/inkd/x/log/types"
)

// Keeper is the log's keeper.
type Keeper struct {
	heads corestore.KVStoreService
	log   corestore.KVStoreService
}

// New makes a keeper over the two stores of the log.
func New(heads, log corestore.KVStoreService) *Keeper {
	return &Keeper{heads: heads, log: log}
}

// Head returns the log's head; the zero head while the log is empty.
func (k *Keeper) Head(ctx context.Context) (types.LogHead, error) {
	var head types.LogHead
	_, err := read(ctx, k.heads, layout.HeadKey(), &head)
	return head, err
}

// Identity returns which log this is.
func (k *Keeper) Identity(ctx context.Context) (types.LogIdentity, error) {
	var id types.LogIdentity
	found, err := read(ctx, k.log, layout.IdentityKey(), &id)
	if err == nil && !found {
		err = errorsmod.Wrap(types.ErrCorrupt, "expected the log's identity, got none")
	}
	return id, err
}

// EntryBytes returns the stored bytes of an entry.
func (k *Keeper) EntryBytes(ctx context.Context, seq uint64) ([]byte, error) {
	b, err := k.log.OpenKVStore(ctx).Get(layout.EntryKey(seq))
	if err != nil {
		return nil, err
	}
	if b == nil {
		head, err := k.Head(ctx)
		if err != nil {
			return nil, err
		}
		return nil, errorsmod.Wrapf(types.ErrNotFound, "expected a seq below %d, got %d", head.Size_, seq)
	}
	return b, nil
}

// Entry returns an entry.
func (k *Keeper) Entry(ctx context.Context, seq uint64) (*types.Entry, error) {
	b, err := k.EntryBytes(ctx, seq)
	if err != nil {
		return nil, err
	}
	e := new(types.Entry)
	if err := e.Unmarshal(b); err != nil {
		return nil, errorsmod.Wrapf(types.ErrCorrupt, "entry %d: %s", seq, err)
	}
	return e, nil
}

// CertificateStatus returns the status of the certificate applied for in entry certSeq.
func (k *Keeper) CertificateStatus(ctx context.Context, certSeq uint64) (types.CertificateStatus, error) {
	var s types.CertificateStatus
	found, err := read(ctx, k.log, layout.CertificateStatusKey(certSeq), &s)
	return s, orNotFound(found, err, "a certificate", certSeq)
}

// EvidenceStatus returns the status of the evidence recorded in entry
// evidenceSeq; ErrNotFound before the first event about it.
func (k *Keeper) EvidenceStatus(ctx context.Context, evidenceSeq uint64) (types.EvidenceStatus, error) {
	var s types.EvidenceStatus
	found, err := read(ctx, k.log, layout.EvidenceStatusKey(evidenceSeq), &s)
	return s, orNotFound(found, err, "an event about evidence", evidenceSeq)
}

// KeyStatus returns the status of an account key.
func (k *Keeper) KeyStatus(ctx context.Context, keyID uint64) (types.KeyStatus, error) {
	var s types.KeyStatus
	found, err := read(ctx, k.log, layout.KeyStatusKey(keyID), &s)
	return s, orNotFound(found, err, "a key", keyID)
}

// EnterpriseCounter returns the counter of an enterprise's records; before the
// first one, count 0 with the empty accumulator.
func (k *Keeper) EnterpriseCounter(ctx context.Context, enterpriseID uint64) (types.Counter, error) {
	return k.counter(ctx, layout.EnterpriseCounterKey(enterpriseID))
}

// ApplicationCounter returns the counter of all applications for certificates.
func (k *Keeper) ApplicationCounter(ctx context.Context) (types.Counter, error) {
	return k.counter(ctx, layout.ApplicationCounterKey())
}

func (k *Keeper) counter(ctx context.Context, key []byte) (types.Counter, error) {
	var c types.Counter
	found, err := read(ctx, k.log, key, &c)
	if err == nil && !found {
		c = types.Counter{Version: types.Version, Acc: make([]byte, len(format.Hash{}))}
	}
	return c, err
}

// message is what the state's values have in common.
type message interface {
	Marshal() ([]byte, error)
	Unmarshal([]byte) error
}

// read decodes the value of a key into m and says whether there was one.
func read(ctx context.Context, service corestore.KVStoreService, key []byte, m message) (bool, error) {
	b, err := service.OpenKVStore(ctx).Get(key)
	if err != nil || b == nil {
		return false, err
	}
	if err := m.Unmarshal(b); err != nil {
		return false, errorsmod.Wrapf(types.ErrCorrupt, "key %x: %s", key, err)
	}
	return true, nil
}

func write(ctx context.Context, service corestore.KVStoreService, key []byte, m message) error {
	b, err := m.Marshal()
	if err != nil {
		return err
	}
	return service.OpenKVStore(ctx).Set(key, b)
}

func orNotFound(found bool, err error, what string, id uint64) error {
	if err == nil && !found {
		return errorsmod.Wrapf(types.ErrNotFound, "expected %s with id %d, got none", what, id)
	}
	return err
}
