package verify

import (
	"bytes"
	"encoding/binary"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// blockProtocol is the version of CometBFT's block structure that is understood.
const blockProtocol = 11

// headerHash recomputes the hash that validators sign: the tree over the fields,
// each encoded as protobuf; strings, integers and bytes as field 1 of a wrapper.
func headerHash(h *bundle.Header) Hash {
	var version format.Encoder
	version.Uint(1, h.BlockVersion)
	version.Uint(2, h.AppVersion)
	fields := [][]byte{
		version.Bytes(), wrapped([]byte(h.ChainID)), wrappedUint(h.Height), timestamp(h.Time), blockID(&h.LastBlockID),
		wrapped(h.LastCommitHash), wrapped(h.DataHash), wrapped(h.ValidatorsHash), wrapped(h.NextValidatorsHash),
		wrapped(h.ConsensusHash), wrapped(h.AppHash), wrapped(h.LastResultsHash), wrapped(h.EvidenceHash), wrapped(h.ProposerAddress),
	}
	leaves := make([]Hash, len(fields))
	for i, f := range fields {
		leaves[i] = format.LeafHash(f)
	}
	return format.TreeRoot(leaves)
}

func wrapped(b []byte) []byte {
	var e format.Encoder
	e.Raw(1, b)
	return e.Bytes()
}

func wrappedUint(v uint64) []byte {
	var e format.Encoder
	e.Uint(1, v)
	return e.Bytes()
}

// timestamp is google.protobuf.Timestamp of unix nanoseconds.
func timestamp(nanos uint64) []byte {
	var e format.Encoder
	e.Uint(1, nanos/1e9)
	e.Uint(2, nanos%1e9)
	return e.Bytes()
}

// blockID has its part set header always, even an empty one.
func blockID(b *bundle.BlockID) []byte {
	var parts, e format.Encoder
	parts.Uint(1, uint64(b.PartsTotal))
	parts.Raw(2, b.PartsHash)
	e.Raw(1, b.Hash)
	e.Message(2, parts.Bytes())
	return e.Bytes()
}

// setHash recomputes the hash of a validator set: the tree over {public key, power}.
func setHash(set []bundle.Validator) Hash {
	leaves := make([]Hash, len(set))
	for i, v := range set {
		var key, e format.Encoder
		field := uint32(1) // of the key's type in CometBFT's PublicKey
		if v.Type == bundle.KeyMLDSA65 {
			field = 4
		}
		key.Raw(field, v.Key)
		e.Message(1, key.Bytes())
		e.Uint(2, v.Power)
		leaves[i] = format.LeafHash(e.Bytes())
	}
	return format.TreeRoot(leaves)
}

// signBytes are what a validator signed: a CanonicalVote with its length in front.
// A nil vote has no block id.
func signBytes(chainID string, height uint64, c *bundle.Commit, s *bundle.Signature) []byte {
	const precommit = 2
	var e format.Encoder
	e.Uint(1, precommit)
	b := fixed(e.Bytes(), 2, height)
	b = fixed(b, 3, uint64(c.Round))
	var rest format.Encoder
	if s.Flag != bundle.FlagNil {
		rest.Message(4, blockID(&c.BlockID))
	}
	rest.Message(5, timestamp(s.Time))
	rest.Text(6, chainID)
	b = append(b, rest.Bytes()...)
	return append(binary.AppendUvarint(nil, uint64(len(b))), b...)
}

// fixed appends a field of type sfixed64, or nothing if it is 0.
func fixed(b []byte, field byte, v uint64) []byte {
	if v == 0 {
		return b
	}
	return binary.LittleEndian.AppendUint64(append(b, field<<3|1), v)
}

// newSet checks a validator set for itself.
func newSet(members []bundle.Validator) (*validatorSet, error) {
	s := &validatorSet{members: members, hash: setHash(members)}
	seen := map[string]bool{}
	for i, v := range members {
		size, known := keySizes[v.Type]
		at := string(address(v.PublicKey))
		if err := first(
			withExit(ExitUnsupported, must(known, "set.key-type", "expected ed25519 or ML-DSA-65 keys, got type %d at place %d", v.Type, i)),
			must(!known || len(v.Key) == size, "set.key-length", "expected %d bytes of key at place %d, got %d", size, i, len(v.Key)),
			must(!seen[at], "set.duplicate", "expected distinct validators, got %x twice", at),
			must(v.Power > 0 && v.Power < maxPower && s.total+v.Power < maxPower, "set.power", "expected powers of at least 1 and a sum below 2^60, got %d at place %d", v.Power, i),
		); err != nil {
			return nil, err
		}
		seen[at] = true
		s.total += v.Power
	}
	return s, must(len(members) > 0, "set.empty", "expected validators, got none")
}

// maxPower bounds the sum of powers, so that it cannot overflow.
const maxPower = 1 << 60

var keySizes = map[uint32]int{bundle.KeyEd25519: 32, bundle.KeyMLDSA65: 1952}

// checkCommit verifies the commit for a header by a set. It returns which places
// signed; what is wrong with a single vote only makes it not count.
func checkCommit(h *bundle.Header, hash Hash, c *bundle.Commit, set *validatorSet) (signed []bool, power uint64, err error) {
	if err := first(
		must(bytes.Equal(c.BlockID.Hash, hash[:]), "commit.block-id", "expected a commit for block %x, got one for %x", hash, c.BlockID.Hash),
		must(len(c.Signatures) == len(set.members), "commit.places", "expected %d places, got %d", len(set.members), len(c.Signatures)),
	); err != nil {
		return nil, 0, err
	}
	signed = make([]bool, len(set.members))
	for i := range c.Signatures {
		if i >= len(set.members) {
			break
		}
		s, v := &c.Signatures[i], set.members[i]
		ok, err := checkVote(h, c, s, v)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			signed[i], power = true, power+v.Power
		}
	}
	return signed, power, must(3*power > 2*set.total, "commit.power",
		"expected more than two thirds of power %d at height %d, got %d", set.total, h.Height, power)
}

// checkVote tells whether a vote counts.
func checkVote(h *bundle.Header, c *bundle.Commit, s *bundle.Signature, v bundle.Validator) (bool, error) {
	if s.Flag == bundle.FlagAbsent {
		return false, must(len(s.Address) == 0 && s.Time == 0 && len(s.Signature) == 0, "commit.absent", "expected nothing in an absent place, got a vote")
	}
	if err := first(
		must(s.Flag == bundle.FlagCommit || s.Flag == bundle.FlagNil, "commit.flag", "expected a flag from 1 to 3, got %d", s.Flag),
		must(bytes.Equal(s.Address, address(v.PublicKey)), "commit.address", "expected the address %x of the key at its place, got %x", address(v.PublicKey), s.Address),
	); err != nil {
		return false, err
	}
	if s.Flag == bundle.FlagNil && !off("commit.nil") {
		return false, nil
	}
	valid := verifyConsensus(v.PublicKey, signBytes(h.ChainID, h.Height, c, s), s.Signature) == nil
	return valid || off("commit.signature"), nil
}
