package verify_test

import (
	"bytes"
	"crypto/sha256"
	"slices"

	ics23 "github.com/cosmos/ics23/go"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
)

// exist reads an existence proof of the bundle.
func (w *workshop) exist(proof []byte) *ics23.ExistenceProof {
	var p ics23.CommitmentProof
	require.NoError(w.t, p.Unmarshal(proof))
	require.NotNil(w.t, p.GetExist())
	return p.GetExist()
}

func (w *workshop) marshal(p *ics23.CommitmentProof) []byte {
	b, err := p.Marshal()
	require.NoError(w.t, err)
	return b
}

func (w *workshop) marshalExist(e *ics23.ExistenceProof) []byte {
	return w.marshal(&ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: e}})
}

// rebuilt changes the existence proof of the head's value, follows it to another root
// of the store, makes the store's leaf of it, and signs the app hash that it leads to.
func (w *workshop) rebuilt(f func(value, store *ics23.ExistenceProof)) *draft {
	d := w.small()
	s := &d.b.States[0]
	value, store := w.exist(s.ValueProof), w.exist(s.StoreProof)
	f(value, store)
	root := follow(value)
	store.Value = root
	s.ValueProof, s.StoreProof = w.marshalExist(value), w.marshalExist(store)
	app := follow(store)
	return w.edit(d, 0, func(h *bundle.Header) { h.AppHash = app })
}

// follow computes a proof's root without asking whether its steps are any tree's.
func follow(p *ics23.ExistenceProof) []byte {
	sum := sha256.Sum256(p.Value)
	hash := sha256.Sum256(slices.Concat(p.Leaf.Prefix, []byte{byte(len(p.Key))}, p.Key, []byte{32}, sum[:]))
	for _, step := range p.Path {
		hash = sha256.Sum256(slices.Concat(step.Prefix, hash[:], step.Suffix))
	}
	return hash[:]
}

// other replaces the proof of the value by one of another kind, which has it inside.
func (w *workshop) other(f func(*ics23.ExistenceProof) *ics23.CommitmentProof) *draft {
	d := w.small()
	d.b.States[0].ValueProof = w.marshal(f(w.exist(d.b.States[0].ValueProof)))
	return d
}

func badProofs() []badVector {
	return []badVector{
		{rule: "ics23.existence", name: "non-existence", make: func(w *workshop) *draft {
			return w.other(func(e *ics23.ExistenceProof) *ics23.CommitmentProof {
				return &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: &ics23.NonExistenceProof{Key: []byte{1, 0}, Left: e}}}
			})
		}},
		{rule: "ics23.existence", name: "batch", make: func(w *workshop) *draft {
			return w.other(func(e *ics23.ExistenceProof) *ics23.CommitmentProof {
				entry := &ics23.BatchEntry{Proof: &ics23.BatchEntry_Exist{Exist: e}}
				return &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Batch{Batch: &ics23.BatchProof{Entries: []*ics23.BatchEntry{entry}}}}
			})
		}},
		{rule: "ics23.leaf-spec", name: "hash-sha512", make: func(w *workshop) *draft {
			return w.rebuilt(func(value, _ *ics23.ExistenceProof) { value.Leaf.Hash = ics23.HashOp_SHA512 })
		}},
		{rule: "ics23.leaf-spec", name: "no-prehash-of-value", make: func(w *workshop) *draft {
			return w.rebuilt(func(_, store *ics23.ExistenceProof) { store.Leaf.PrehashValue = ics23.HashOp_NO_HASH })
		}},
		{rule: "ics23.leaf-spec", name: "no-length", make: func(w *workshop) *draft {
			return w.rebuilt(func(value, _ *ics23.ExistenceProof) { value.Leaf.Length = ics23.LengthOp_NO_PREFIX })
		}},
		{rule: "ics23.leaf-prefix", name: "of-an-inner-node", make: func(w *workshop) *draft {
			return w.rebuilt(func(value, _ *ics23.ExistenceProof) { value.Leaf.Prefix = []byte{2, 2, 2} })
		}},
		{rule: "ics23.leaf-prefix", name: "longer", make: func(w *workshop) *draft {
			return w.rebuilt(func(value, _ *ics23.ExistenceProof) { value.Leaf.Prefix = append(value.Leaf.Prefix, 1) })
		}},
		{rule: "ics23.leaf-prefix", name: "of-the-stores-tree", make: func(w *workshop) *draft {
			return w.rebuilt(func(_, store *ics23.ExistenceProof) { store.Leaf.Prefix = []byte{1} })
		}},
		{rule: "ics23.inner-spec", make: func(w *workshop) *draft {
			return w.rebuilt(func(_, store *ics23.ExistenceProof) { store.Path[0].Hash = ics23.HashOp_KECCAK256 })
		}},
		{rule: "ics23.inner-prefix", name: "left-and-right", make: func(w *workshop) *draft {
			return w.rebuilt(func(value, _ *ics23.ExistenceProof) {
				step := value.Path[0]
				sibling := append([]byte{32}, bytes.Repeat([]byte{9}, 32)...)
				if len(step.Suffix) > 0 {
					step.Prefix = append(append(step.Prefix[:len(step.Prefix)-1:len(step.Prefix)-1], sibling...), 32)
				} else {
					step.Suffix = sibling
				}
			})
		}},
		{rule: "ics23.inner-prefix", name: "of-a-leaf", make: func(w *workshop) *draft {
			return w.rebuilt(func(_, store *ics23.ExistenceProof) {
				p := slices.Clone(store.Path[0].Prefix)
				p[0] = 0
				store.Path[0].Prefix = p
			})
		}},
		{rule: "ics23.inner-prefix", name: "short-suffix", make: func(w *workshop) *draft {
			return w.rebuilt(func(_, store *ics23.ExistenceProof) {
				for _, step := range store.Path {
					if len(step.Suffix) > 0 {
						step.Suffix = step.Suffix[:31]
						return
					}
				}
				store.Path[0].Prefix = store.Path[0].Prefix[:32]
			})
		}},
		{rule: "ics23.steps", name: "65", make: func(w *workshop) *draft {
			return w.rebuilt(func(_, store *ics23.ExistenceProof) {
				for len(store.Path) <= 64 {
					store.Path = append(store.Path, &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: []byte{1}, Suffix: bytes.Repeat([]byte{3}, 32)})
				}
			})
		}},
		{rule: "state.key", name: "the-edge-for-the-head", make: func(w *workshop) *draft {
			return w.rebuilt(func(value, _ *ics23.ExistenceProof) { value.Key = layout.EdgeKey() })
		}},
		{rule: "state.key", name: "longer", make: func(w *workshop) *draft {
			return w.rebuilt(func(value, _ *ics23.ExistenceProof) { value.Key = append(layout.HeadKey(), 0) })
		}},
		{rule: "state.store", name: "other", make: func(w *workshop) *draft {
			return w.rebuilt(func(_, store *ics23.ExistenceProof) { store.Key = []byte("inkhearsay") })
		}},
		{rule: "state.store", name: "longer", make: func(w *workshop) *draft {
			return w.rebuilt(func(_, store *ics23.ExistenceProof) { store.Key = append([]byte(layout.HeadStore), 0) })
		}},
		{rule: "state.root", name: "value-of-another-tree", make: func(w *workshop) *draft {
			d := w.small()
			head := w.exist(d.b.States[0].ValueProof).Value
			_, proofs := testutil.ForgeState(testutil.KV{Store: layout.HeadStore, Key: layout.HeadKey(), Value: head})
			d.b.States[0].ValueProof = proofs[0].ValueProof
			return d
		}},
		{rule: "state.app-hash", make: func(w *workshop) *draft {
			return w.edit(w.small(), 0, func(h *bundle.Header) { h.AppHash = bytes.Repeat([]byte{5}, 32) })
		}},
		{rule: "state.app-hash", name: "of-another-block", make: func(w *workshop) *draft {
			d := w.small()
			other := w.evidence(w.Package, prove.Options{})
			d.b.Blocks, d.b.States[0].Height = other.b.Blocks, other.b.States[0].Height
			d.policy.Require = withoutOrigin
			return d
		}},
		{rule: "state.height", name: "head-of-h-with-header-h", make: func(w *workshop) *draft {
			d := w.small()
			d.b.States[0].Height++
			d.policy.Require = withoutOrigin
			return d
		}},
		{rule: "state.kind", make: func(w *workshop) *draft {
			d := w.small()
			s := d.b.States[0]
			s.Kind = 99
			d.b.States = append(d.b.States, s)
			return d
		}},
		{rule: "state.kind", name: "head-with-id", make: func(w *workshop) *draft {
			d := w.small()
			s := d.b.States[0]
			s.ID = 1
			d.b.States = append(d.b.States, s)
			return d
		}},
	}
}

// withoutOrigin are the default requirements but for the origin proof.
var withoutOrigin = []string{"format", "log", "authority", "state", "consistency", "inclusion", "opening", "presented"}

// path is the genuine path of an entry.
func (w *workshop) path(seq, size uint64) []bundle.Hash {
	path, err := w.Source.Inclusion(w.ctx(), seq, size)
	require.NoError(w.t, err)
	return path
}
