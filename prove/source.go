// Package prove writes bundles: it gathers from a node what docs/spec/bundle.md asks
// for, and hands a bundle out only if the verifier accepts it.
package prove

import (
	"context"
	"errors"

	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
)

// Answers of a Source that are no faults of it. What a Source returns wraps one of
// them and says what was asked for.
var (
	// ErrNotFound: there is no such entry, transaction or value.
	ErrNotFound = errors.New("not found")
	// ErrNotKept: the archive has no proof of that head, and it cannot be made any more.
	ErrNotKept = errors.New("not in the proof archive")
	// ErrPruned: the state of that height is gone.
	ErrPruned = errors.New("the state of that height was pruned")
	// ErrNotYet: the chain has not come there.
	ErrNotYet = errors.New("the chain has not come there yet")
)

// Source is where the parts of a bundle come from. Nothing that it answers is
// believed: the bundle is verified.
type Source interface {
	// LogID of the chain.
	LogID(ctx context.Context) (bundle.Hash, error)
	// Latest is the highest height of which the state can be read and the header
	// above, with a commit for it, can be had now.
	Latest(ctx context.Context) (height uint64, err error)
	// Entry is the bytes of an entry; ErrNotFound.
	Entry(ctx context.Context, seq uint64) ([]byte, error)
	// Inclusion is the path of the entry seq in the tree of size entries.
	Inclusion(ctx context.Context, seq, size uint64) ([]bundle.Hash, error)
	// Consistency shows that the tree of from entries is the beginning of that of to.
	Consistency(ctx context.Context, from, to uint64) ([]bundle.Hash, error)
	// Head is the archived head that the block of height left, which must have
	// appended; ErrNotKept.
	Head(ctx context.Context, height uint64) (bundle.State, error)
	// State is a value of the state after the block of height with its proof;
	// ErrPruned, ErrNotFound if there is no such value.
	State(ctx context.Context, height uint64, kind bundle.StateKind, id uint64) (bundle.State, error)
	// Block is the header of height with the fullest commit for it that is held, and
	// the set that signed it. The hash of a set decides what it is, not its order here.
	Block(ctx context.Context, height uint64) (bundle.Block, []bundle.Validator, error)
	// Links are the heights of the headers above after, up to upto, that name another
	// set as next than their own, ascending.
	Links(ctx context.Context, after, upto uint64) ([]uint64, error)
	// Find looks entries up and returns all that match, ascending; after and limit of
	// the request are the source's own.
	Find(ctx context.Context, q *indextypes.QueryFindRequest) ([]uint64, error)
	// Tx is a raw transaction; ErrNotFound.
	Tx(ctx context.Context, hash []byte) ([]byte, error)
}

// StateKey says where a value lies: the store's name and the key in it.
func StateKey(kind bundle.StateKind, id uint64) (store string, key []byte) {
	switch kind {
	case bundle.StateHead:
		return layout.HeadStore, layout.HeadKey()
	case bundle.StateCertificate:
		return layout.LogStore, layout.CertificateStatusKey(id)
	case bundle.StateEvidence:
		return layout.LogStore, layout.EvidenceStatusKey(id)
	case bundle.StateKey:
		return layout.LogStore, layout.KeyStatusKey(id)
	case bundle.StateEnterprise:
		return layout.LogStore, layout.EnterpriseCounterKey(id)
	}
	return layout.LogStore, layout.ApplicationCounterKey()
}
