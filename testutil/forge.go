package testutil

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/cometbft/cometbft/crypto"
	ics23 "github.com/cosmos/ics23/go"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
)

// Forger has secret keys of validators and makes with them what no honest validator
// signs: other headers, other states. What it makes is consistent in itself, so that
// a verifier can refuse it only for what is wrong with it. Hashes, sign bytes and
// proofs are those of CometBFT and ICS-23, not the verifier's.
type Forger struct {
	keys map[string]crypto.PrivKey // by public key
}

// NewForger has these keys.
func NewForger(keys ...crypto.PrivKey) *Forger {
	f := &Forger{keys: map[string]crypto.PrivKey{}}
	f.Know(keys...)
	return f
}

// Know gives the forger more keys.
func (f *Forger) Know(keys ...crypto.PrivKey) {
	for _, k := range keys {
		f.keys[string(k.PubKey().Bytes())] = k
	}
}

// Has says whether the forger has the secret of a public key.
func (f *Forger) Has(key []byte) bool { return f.keys[string(key)] != nil }

// Everybody signs; Places only the first n; see Resign.
func Everybody(int) bool { return true }

// Places are the first n of a set.
func Places(n int) func(int) bool { return func(i int) bool { return i < n } }

// Resign makes a new commit for a header: by those places of its set whose keys the
// forger has and that who names; the others are absent.
func (f *Forger) Resign(b *bundle.Block, set []bundle.Validator, who func(place int) bool) {
	header, _ := blocks.ToComet(*b)
	b.Commit = bundle.Commit{Round: b.Commit.Round, BlockID: bundle.BlockID{Hash: header.Hash(), PartsTotal: 1, PartsHash: bytes.Repeat([]byte{7}, 32)}}
	for i, v := range set {
		s := bundle.Signature{Flag: bundle.FlagAbsent}
		if f.keys[string(v.Key)] != nil && who(i) {
			s = bundle.Signature{Flag: bundle.FlagCommit, Time: b.Header.Time + 1e9}
		}
		b.Commit.Signatures = append(b.Commit.Signatures, s)
	}
	for i := range set {
		if b.Commit.Signatures[i].Flag == bundle.FlagCommit {
			f.Vote(b, set, i)
		}
	}
}

// Vote signs what stands at one place of a commit: its flag, its time, the commit's
// round and block id. The address is the key's.
func (f *Forger) Vote(b *bundle.Block, set []bundle.Validator, place int) {
	s, key := &b.Commit.Signatures[place], f.keys[string(set[place].Key)]
	s.Address = key.PubKey().Address()
	_, commit := blocks.ToComet(*b)
	signature, err := key.Sign(commit.VoteSignBytes(b.Header.ChainID, int32(place)))
	if err != nil {
		panic(err) // keys of tests sign everything
	}
	s.Signature = signature
}

// KV is a value of a forged state.
type KV struct {
	Store      string
	Key, Value []byte
}

// ForgeState makes a state that has these values, in up to two stores, and returns
// its app hash and for each value the two proofs.
func ForgeState(values ...KV) (appHash []byte, proofs []bundle.State) {
	var names []string
	byStore := map[string][]KV{}
	for _, v := range values {
		if byStore[v.Store] == nil {
			names = append(names, v.Store)
		}
		byStore[v.Store] = append(byStore[v.Store], v)
	}
	roots := map[string][]byte{}
	inner := map[string][]*ics23.ExistenceProof{}
	for name, kvs := range byStore {
		roots[name], inner[name] = forgeTree(kvs)
	}
	stores := map[string]*ics23.ExistenceProof{}
	leaves := make([][]byte, len(names))
	for i, name := range names {
		stores[name] = &ics23.ExistenceProof{Key: []byte(name), Value: roots[name], Leaf: ics23.TendermintSpec.LeafSpec}
		leaves[i] = leafHash(stores[name])
	}
	appHash = leaves[0]
	if len(names) == 2 {
		appHash = innerHash([]byte{1}, leaves[0], leaves[1])
		stores[names[0]].Path = []*ics23.InnerOp{{Hash: ics23.HashOp_SHA256, Prefix: []byte{1}, Suffix: leaves[1]}}
		stores[names[1]].Path = []*ics23.InnerOp{{Hash: ics23.HashOp_SHA256, Prefix: append([]byte{1}, leaves[0]...)}}
	}
	next := map[string]int{}
	for _, v := range values {
		p := inner[v.Store][next[v.Store]]
		next[v.Store]++
		proofs = append(proofs, bundle.State{ValueProof: exist(p), StoreProof: exist(stores[v.Store])})
	}
	return appHash, proofs
}

// forgeTree is an IAVL tree that leans to the left: each further leaf stands right
// of all before.
func forgeTree(kvs []KV) (root []byte, proofs []*ics23.ExistenceProof) {
	for i, kv := range kvs {
		leaf := *ics23.IavlSpec.LeafSpec
		leaf.Prefix = varints(0, 1, 1)
		p := &ics23.ExistenceProof{Key: kv.Key, Value: kv.Value, Leaf: &leaf}
		hash := leafHash(p)
		if i > 0 {
			prefix := varints(int64(i), int64(i+1), 1)
			left := append([]byte{32}, root...)
			right := append([]byte{32}, hash...)
			for _, before := range proofs {
				before.Path = append(before.Path, &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: append(bytes.Clone(prefix), 32), Suffix: right})
			}
			p.Path = []*ics23.InnerOp{{Hash: ics23.HashOp_SHA256, Prefix: append(append(bytes.Clone(prefix), left...), 32)}}
			hash = innerHash(prefix, left, right)
		}
		root, proofs = hash, append(proofs, p)
	}
	return root, proofs
}

func leafHash(p *ics23.ExistenceProof) []byte {
	sum := sha256.Sum256(p.Value)
	b := binary.AppendUvarint(bytes.Clone(p.Leaf.Prefix), uint64(len(p.Key)))
	b = append(append(b, p.Key...), 32)
	h := sha256.Sum256(append(b, sum[:]...))
	return h[:]
}

func innerHash(parts ...[]byte) []byte {
	h := sha256.Sum256(bytes.Join(parts, nil))
	return h[:]
}

func varints(all ...int64) []byte {
	var b []byte
	for _, n := range all {
		b = binary.AppendVarint(b, n)
	}
	return b
}

func exist(p *ics23.ExistenceProof) []byte {
	b, err := (&ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: p}}).Marshal()
	if err != nil {
		panic(err) // proofs of tests are complete
	}
	return b
}
