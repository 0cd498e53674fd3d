package app

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"

	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
)

// verdictCap is the number of remembered verdicts per generation: a few full blocks.
const verdictCap = 20_000

// verdicts remembers signatures that were found valid, so that a node verifies
// each one once, although CheckTx, the proposal and the block all ask. What is
// remembered is a pure function of the key: of the transaction's bytes, the chain,
// the account number and the public key in state. Only good verdicts are kept, and
// a forgotten one is computed again, so no node decides otherwise for it.
type verdicts struct {
	mu       sync.Mutex
	cap      int
	new, old map[[32]byte]struct{}
}

func newVerdicts(n int) *verdicts {
	return &verdicts{cap: n, new: make(map[[32]byte]struct{}), old: make(map[[32]byte]struct{})}
}

func (v *verdicts) has(k [32]byte) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.new[k]; ok {
		return true
	}
	_, ok := v.old[k]
	return ok
}

// add remembers a good verdict. When a generation is full the one before is dropped.
func (v *verdicts) add(k [32]byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.new) >= v.cap {
		v.old, v.new = v.new, make(map[[32]byte]struct{}, v.cap)
	}
	v.new[k] = struct{}{}
}

// verdictKey has each part with its length, so that no two inputs join to the same bytes.
func verdictKey(tx []byte, chainID string, accountNumber uint64, key cryptotypes.PubKey) [32]byte {
	h := sha256.New()
	var n [8]byte
	part := func(b []byte) {
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	part(tx)
	part([]byte(chainID))
	binary.BigEndian.PutUint64(n[:], accountNumber)
	h.Write(n[:])
	part([]byte(key.Type()))
	part(key.Bytes())
	return [32]byte(h.Sum(nil))
}
