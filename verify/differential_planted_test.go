package verify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// The comparison of bytes with CometBFT sees each of these mistakes: a field that is
// left out or read for another.
func TestOtherBytesThanCometBFTsAreSeen(t *testing.T) {
	l := newLab(t)
	trials := &commitTrials{l, testutil.NewForger(l.Keys()...)}
	right := ours{verify.HeaderHash, verify.SetHash, verify.SignBytes}
	for name, change := range map[string]func(*bundle.Header){
		"version":   func(h *bundle.Header) { h.AppVersion = 0 },
		"time":      func(h *bundle.Header) { h.Time -= h.Time % 1e9 },
		"parts":     func(h *bundle.Header) { h.LastBlockID.PartsTotal = 0 },
		"next set":  func(h *bundle.Header) { h.NextValidatorsHash = h.ValidatorsHash },
		"results":   func(h *bundle.Header) { h.LastResultsHash, h.DataHash = h.DataHash, h.LastResultsHash },
		"proposer":  func(h *bundle.Header) { h.ProposerAddress = nil },
		"consensus": func(h *bundle.Header) { h.ConsensusHash = nil },
	} {
		o := right
		o.header = func(h *bundle.Header) verify.Hash {
			other := *h
			change(&other)
			return verify.HeaderHash(&other)
		}
		require.True(t, trials.seen(o), "header: %s", name)
	}
	for name, o := range map[string]ours{
		"set: types of keys": {right.header, func(set []bundle.Validator) verify.Hash {
			other := append([]bundle.Validator(nil), set...)
			for i := range other {
				other[i].Type = bundle.KeyEd25519
			}
			return verify.SetHash(other)
		}, right.sign},
		"set: powers": {right.header, func(set []bundle.Validator) verify.Hash {
			other := append([]bundle.Validator(nil), set...)
			for i := range other {
				other[i].Power = 10
			}
			return verify.SetHash(other)
		}, right.sign},
		"vote: a round of 0": {right.header, right.set, func(chain string, height uint64, c *bundle.Commit, s *bundle.Signature) []byte {
			other := *c
			other.Round = 0
			return verify.SignBytes(chain, height, &other, s)
		}},
		"vote: for no block": {right.header, right.set, func(chain string, height uint64, c *bundle.Commit, s *bundle.Signature) []byte {
			other := *s
			other.Flag = bundle.FlagCommit
			return verify.SignBytes(chain, height, c, &other)
		}},
		"vote: no chain": {right.header, right.set, func(_ string, height uint64, c *bundle.Commit, s *bundle.Signature) []byte {
			return verify.SignBytes("", height, c, s)
		}},
	} {
		require.True(t, trials.seen(o), name)
	}
	require.False(t, trials.seen(right))
}

// seen says whether one of some hundred trials shows a difference.
func (c *commitTrials) seen(o ours) bool {
	for n := range uint64(400) {
		if t := c.next(n); representable(&t.b) && t.sameBytes(o) != nil {
			return true
		}
	}
	return false
}
