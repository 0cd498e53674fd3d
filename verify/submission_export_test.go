package verify

import (
	"errors"

	"github.com/inkchain/inkd/verify/bundle"
)

// Submitted is submitted for tests outside the package, which make transactions
// with the chain's own code.
type Submitted struct {
	TxHash       []byte
	MsgIndex     uint32
	EnterpriseID uint64
	Kind         uint64
	Category     uint64
	Commitment   []byte
	KeyID        uint64
	Key          bundle.PublicKey
	ChainID      string
}

// CheckSubmission is checkSubmission with the rule of the refusal.
func CheckSubmission(s *bundle.Submission, r Submitted) (siblings int, rule string, err error) {
	siblings, err = checkSubmission(s, &submitted{
		txHash: r.TxHash, msgIndex: r.MsgIndex, enterpriseID: r.EnterpriseID, kind: r.Kind, category: r.Category,
		commitment: r.Commitment, keyID: r.KeyID, key: r.Key, chainID: r.ChainID,
	})
	var ruled *ruleError
	var not *notMade
	switch {
	case errors.As(err, &ruled):
		rule = ruled.Rule
	case errors.As(err, &not):
		rule = "not made: " + not.rule
	}
	return siblings, rule, err
}
