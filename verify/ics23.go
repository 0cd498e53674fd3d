package verify

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/inkchain/inkd/format"
)

// maxSteps of a proof in the IAVL tree or in the multistore's tree.
const maxSteps = 64

// spec is one of the two forms of ICS-23 that are accepted. It is chosen here and
// never read from a bundle.
type spec struct {
	name        string
	leafPrefix  func(prefix []byte) bool
	innerPrefix func(step int, prefix, suffix []byte) bool
}

// iavlSpec is the tree of one store, storeSpec that of the stores' roots.
var (
	iavlSpec  = spec{"iavl", iavlLeaf, iavlInner}
	storeSpec = spec{"simple", simpleLeaf, simpleInner}
)

// existence computes the root that an ICS-23 existence proof leads to, with the key
// and the value it is about. Any other kind of proof is refused.
func (s spec) existence(proof []byte) (key, value []byte, root Hash, err error) {
	outer := format.NewDecoder("commitment proof", proof, len(proof))
	b, ok := outer.Message(1)
	if !ok {
		if err := refuse("ics23.existence", "expected an existence proof of the %s tree, got another kind", s.name); err != nil {
			return nil, nil, root, err
		}
		b = insideOther(proof)
	} else if err := outer.Close(); err != nil {
		return nil, nil, root, err
	}
	d := format.NewDecoder("existence proof", b, len(b))
	key, value = d.Raw(1, 1024), d.Raw(2, 1<<16)
	leaf, _ := d.Message(3)
	if err := first(
		must(len(key) > 0, "ics23.empty", "expected a key, got none"),
		must(len(value) > 0, "ics23.empty", "expected a value, got none"),
	); err != nil {
		return nil, nil, root, err
	}
	if root, err = s.leaf(leaf, key, value); err != nil {
		return nil, nil, root, err
	}
	for n := 0; ; n++ {
		step, ok := d.Message(4)
		if !ok {
			break
		}
		if err := must(n < maxSteps, "ics23.steps", "expected at most %d steps, got more", maxSteps); err != nil {
			return nil, nil, root, err
		}
		if root, err = s.inner(n+1, step, root); err != nil {
			return nil, nil, root, err
		}
	}
	return key, value, root, d.Close()
}

// leaf hashes prefix ‖ len(key) ‖ key ‖ 32 ‖ H(value).
func (s spec) leaf(b, key, value []byte) (h Hash, err error) {
	d := format.NewDecoder("leaf", b, len(b))
	hash, prehashKey, prehashValue, length, prefix := d.Uint(1), d.Uint(2), d.Uint(3), d.Uint(4), d.Raw(5, 64)
	if err := d.Close(); err != nil {
		return h, err
	}
	if err := first(
		must(hash == 1 && prehashKey == 0 && prehashValue == 1 && length == 1, "ics23.leaf-spec", "expected SHA-256 over key and digest of the value, got other operations"),
		must(s.leafPrefix(prefix), "ics23.leaf-prefix", "expected the prefix of a leaf of the %s tree, got %x", s.name, prefix),
	); err != nil {
		return h, err
	}
	sum := sha256.Sum256(value)
	out := binary.AppendUvarint(append([]byte(nil), prefix...), uint64(len(key)))
	out = append(append(out, key...), byte(len(sum)))
	return sha256.Sum256(append(out, sum[:]...)), nil
}

// inner hashes prefix ‖ child ‖ suffix; steps count from 1.
func (s spec) inner(step int, b []byte, child Hash) (h Hash, err error) {
	d := format.NewDecoder("step", b, len(b))
	hash, prefix, suffix := d.Uint(1), d.Raw(2, 128), d.Raw(3, 128)
	if err := d.Close(); err != nil {
		return h, err
	}
	if err := first(
		must(hash == 1, "ics23.inner-spec", "expected SHA-256, got operation %d", hash),
		must(s.innerPrefix(step, prefix, suffix), "ics23.inner-prefix", "expected a step of the %s tree, got prefix %x and suffix %x", s.name, prefix, suffix),
	); err != nil {
		return h, err
	}
	out := append(append([]byte(nil), prefix...), child[:]...)
	return sha256.Sum256(append(out, suffix...)), nil
}

// iavlLeaf is height 0, size 1, version: zigzag varints.
func iavlLeaf(prefix []byte) bool {
	n, rest := zigzags(prefix)
	return len(n) == 3 && n[0] == 0 && n[1] == 1 && len(rest) == 0
}

// maxIAVLPrefix is what ICS-23 allows height, size, version and one length to have.
const maxIAVLPrefix = 12

// iavlInner is height, size, version; then the child on the left and its sibling on
// the right, or the other way round, each with its length in front. A node is at
// least as high as the steps that lead to it.
func iavlInner(step int, prefix, suffix []byte) bool {
	n, rest := zigzags(prefix)
	if len(n) != 3 || n[0] < int64(step) || n[1] < 2 || len(prefix)-len(rest) >= maxIAVLPrefix {
		return false
	}
	left := len(rest) == 1 && rest[0] == 32 && len(suffix) == 33 && suffix[0] == 32
	right := len(rest) == 34 && rest[0] == 32 && rest[33] == 32 && len(suffix) == 0
	return left || right
}

// zigzags reads three signed varints in their shortest form, none negative.
func zigzags(b []byte) (n []int64, rest []byte) {
	for rest = b; len(n) < 3; {
		v, size := binary.Varint(rest)
		if size <= 0 || v < 0 || len(binary.AppendVarint(nil, v)) != size {
			return nil, nil
		}
		n, rest = append(n, v), rest[size:]
	}
	return n, rest
}

func simpleLeaf(prefix []byte) bool { return len(prefix) == 1 && prefix[0] == 0 }

func simpleInner(_ int, prefix, suffix []byte) bool {
	left := len(prefix) == 1 && len(suffix) == 32
	right := len(prefix) == 33 && len(suffix) == 0
	return (left || right) && prefix[0] == 1
}

// stateValue checks both proofs of a state value: exactly the store's tree, then the
// multistore's, with store name and key that the verifier computed.
func stateValue(valueProof, storeProof []byte, store string, key, appHash []byte) ([]byte, error) {
	gotKey, value, root, err := iavlSpec.existence(valueProof)
	if err != nil {
		return nil, fmt.Errorf("value in store %s: %w", store, err)
	}
	gotStore, storeRoot, app, err := storeSpec.existence(storeProof)
	if err != nil {
		return nil, fmt.Errorf("root of store %s: %w", store, err)
	}
	return value, first(
		must(string(gotKey) == string(key), "state.key", "expected key %x, got %x", key, gotKey),
		must(string(gotStore) == store, "state.store", "expected store %s, got %q", store, gotStore),
		must(string(storeRoot) == string(root[:]), "state.root", "expected the root %x of store %s, got %x", root, store, storeRoot),
		must(string(app[:]) == string(appHash), "state.app-hash", "expected app hash %x, got %x", appHash, app),
	)
}
