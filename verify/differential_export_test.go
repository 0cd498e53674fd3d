package verify

import (
	"errors"

	"github.com/inkchain/inkd/verify/bundle"
)

// What tests outside the package compare with CometBFT and ICS-23.

// HeaderHash of a header.
func HeaderHash(h *bundle.Header) Hash { return headerHash(h) }

// SetHash of a validator set.
func SetHash(set []bundle.Validator) Hash { return setHash(set) }

// SignBytes of one vote.
func SignBytes(chainID string, height uint64, c *bundle.Commit, s *bundle.Signature) []byte {
	return signBytes(chainID, height, c, s)
}

// CheckCommit checks a set for itself and a block's commit by it. Signed are the
// places that count.
func CheckCommit(b *bundle.Block, members []bundle.Validator) (signed []bool, power uint64, err error) {
	set, err := newSet(members)
	if err != nil {
		return nil, 0, err
	}
	return checkCommit(&b.Header, headerHash(&b.Header), &b.Commit, set)
}

// Existence reads a proof of a store's tree, or of that of the stores' roots.
func Existence(stores bool, proof []byte) (key, value []byte, root Hash, err error) {
	if stores {
		return storeSpec.existence(proof)
	}
	return iavlSpec.existence(proof)
}

// RuleOf a refusal; empty for none.
func RuleOf(err error) string {
	var ruled *ruleError
	if errors.As(err, &ruled) {
		return ruled.Rule
	}
	return formatRule(err)
}
