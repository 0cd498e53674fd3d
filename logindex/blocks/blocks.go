// Package blocks turns headers, commits, validator sets and proofs of CometBFT into those of
// bundles, and back. It judges nothing.
package blocks

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/mldsa65"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/inkchain/inkd/verify/bundle"
)

// maxPower of a validator, with which no full set exceeds CometBFT's sum.
const maxPower = math.MaxInt64 / 8 / bundle.MaxValidators

// ErrKeyType says that a bundle has no place for a validator's type of key.
var ErrKeyType = errors.New("key type without a place in bundles")

// FromComet is a header with a commit for it, as bundles carry them.
func FromComet(h *cmttypes.Header, c *cmttypes.Commit) bundle.Block {
	return bundle.Block{
		Header: bundle.Header{
			BlockVersion: h.Version.Block, AppVersion: h.Version.App,
			ChainID: h.ChainID, Height: uint64(h.Height), Time: nanos(h.Time),
			LastBlockID: fromBlockID(h.LastBlockID), LastCommitHash: h.LastCommitHash,
			DataHash: h.DataHash, ValidatorsHash: h.ValidatorsHash, NextValidatorsHash: h.NextValidatorsHash,
			ConsensusHash: h.ConsensusHash, AppHash: h.AppHash, LastResultsHash: h.LastResultsHash,
			EvidenceHash: h.EvidenceHash, ProposerAddress: h.ProposerAddress,
		},
		Commit: bundle.Commit{
			Round: uint32(c.Round), BlockID: fromBlockID(c.BlockID), Signatures: fromSignatures(c.Signatures),
		},
	}
}

func fromBlockID(id cmttypes.BlockID) bundle.BlockID {
	return bundle.BlockID{Hash: id.Hash, PartsTotal: id.PartSetHeader.Total, PartsHash: id.PartSetHeader.Hash}
}

func fromSignatures(all []cmttypes.CommitSig) []bundle.Signature {
	out := make([]bundle.Signature, len(all))
	for i, s := range all {
		out[i] = bundle.Signature{
			Flag: uint32(s.BlockIDFlag), Address: s.ValidatorAddress, Time: nanos(s.Timestamp), Signature: s.Signature,
		}
	}
	return out
}

// nanos is a time in unix nanoseconds; that of an absent vote is none at all.
func nanos(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.UnixNano())
}

// Set is a validator set in its order; ErrKeyType for other keys than ed25519 and
// ML-DSA-65.
func Set(set *cmttypes.ValidatorSet) ([]bundle.Validator, error) {
	return Validators(set.Validators)
}

// Validators is Set for validators that came in pages.
func Validators(all []*cmttypes.Validator) ([]bundle.Validator, error) {
	out := make([]bundle.Validator, len(all))
	for i, v := range all {
		out[i] = bundle.Validator{Power: uint64(v.VotingPower)}
		switch key := v.PubKey.(type) {
		case ed25519.PubKey:
			out[i].Type = bundle.KeyEd25519
		case mldsa65.PubKey:
			out[i].Type = bundle.KeyMLDSA65
		default:
			return nil, fmt.Errorf("validator %d: %w: expected ed25519 or ML-DSA-65, got %T", i, ErrKeyType, key)
		}
		out[i].Key = v.PubKey.Bytes()
	}
	return out, nil
}

// ToComet is the inverse of FromComet.
func ToComet(b bundle.Block) (*cmttypes.Header, *cmttypes.Commit) {
	h := &cmttypes.Header{
		Version: cmtversion.Consensus{Block: b.Header.BlockVersion, App: b.Header.AppVersion},
		ChainID: b.Header.ChainID, Height: int64(b.Header.Height), Time: moment(b.Header.Time),
		LastBlockID: toBlockID(b.Header.LastBlockID), LastCommitHash: b.Header.LastCommitHash,
		DataHash: b.Header.DataHash, ValidatorsHash: b.Header.ValidatorsHash, NextValidatorsHash: b.Header.NextValidatorsHash,
		ConsensusHash: b.Header.ConsensusHash, AppHash: b.Header.AppHash, LastResultsHash: b.Header.LastResultsHash,
		EvidenceHash: b.Header.EvidenceHash, ProposerAddress: b.Header.ProposerAddress,
	}
	c := &cmttypes.Commit{
		Height: int64(b.Header.Height), Round: int32(b.Commit.Round), BlockID: toBlockID(b.Commit.BlockID),
		Signatures: make([]cmttypes.CommitSig, len(b.Commit.Signatures)),
	}
	for i, s := range b.Commit.Signatures {
		c.Signatures[i] = cmttypes.CommitSig{
			BlockIDFlag: cmttypes.BlockIDFlag(s.Flag), ValidatorAddress: s.Address, Signature: s.Signature,
		}
		if s.Flag != bundle.FlagAbsent {
			c.Signatures[i].Timestamp = moment(s.Time)
		}
	}
	return h, c
}

func toBlockID(id bundle.BlockID) cmttypes.BlockID {
	return cmttypes.BlockID{Hash: id.Hash, PartSetHeader: cmttypes.PartSetHeader{Total: id.PartsTotal, Hash: id.PartsHash}}
}

func moment(nanos uint64) time.Time {
	return time.Unix(int64(nanos/1e9), int64(nanos%1e9)).UTC()
}

// ToSet is the inverse of Set. A set that CometBFT would not take is refused.
func ToSet(set []bundle.Validator) (*cmttypes.ValidatorSet, error) {
	all, err := toValidators(set)
	if err != nil {
		return nil, err
	}
	return cmttypes.ValidatorSetFromExistingValidators(all)
}

func toValidators(set []bundle.Validator) ([]*cmttypes.Validator, error) {
	all := make([]*cmttypes.Validator, len(set))
	for i, v := range set {
		key, err := publicKey(v.PublicKey)
		if err != nil {
			return nil, fmt.Errorf("validator %d: %w", i, err)
		}
		// Sums of powers above a limit are a panic in CometBFT.
		if v.Power == 0 || v.Power > maxPower {
			return nil, fmt.Errorf("validator %d: expected a power from 1 to %d, got %d", i, uint64(maxPower), v.Power)
		}
		all[i] = cmttypes.NewValidator(key, int64(v.Power))
	}
	return all, nil
}

func publicKey(k bundle.PublicKey) (crypto.PubKey, error) {
	switch {
	case k.Type == bundle.KeyEd25519 && len(k.Key) == ed25519.PubKeySize:
		return ed25519.PubKey(k.Key), nil
	case k.Type == bundle.KeyMLDSA65 && len(k.Key) == mldsa65.PubKeySize:
		return mldsa65.NewPubKeyFromBytes(k.Key)
	}
	return nil, fmt.Errorf("%w: expected ed25519 or ML-DSA-65, got type %d with %d bytes", ErrKeyType, k.Type, len(k.Key))
}

// HeaderHash is the hash of a header, which validators sign.
func HeaderHash(h bundle.Header) []byte {
	header, _ := ToComet(bundle.Block{Header: h})
	return header.Hash()
}

// SetHash is the hash by which headers name a validator set, in the order given:
// another order is another hash.
func SetHash(set []bundle.Validator) ([]byte, error) {
	all, err := toValidators(set)
	if err != nil {
		return nil, err
	}
	return (&cmttypes.ValidatorSet{Validators: all}).Hash(), nil
}
