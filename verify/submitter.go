package verify

import "github.com/inkchain/inkd/verify/bundle"

// checkSubmission verifies the submitter's own signature with the key that a proven
// entry binds to the record's user.
func (r *run) checkSubmission() error {
	s := r.subject
	if r.b.Submission == nil {
		return missing("submission.none", "the bundle does not show the submitter's transaction: that the enterprise signed is the validators' word")
	}
	var bound *proven
	for _, p := range r.entries {
		if p.kind == kindKeyBound && p.u[1] == s.u[7] && p.u[2] == s.u[6] && p.seq < s.seq {
			bound = p
		}
	}
	if bound == nil {
		return missing("submission.key", "the bundle has no entry before the record that binds key %d to user %d", s.u[7], s.u[6])
	}
	r.st.Custody = bound.u[7]
	siblings, err := checkSubmission(r.b.Submission, &submitted{
		txHash: s.txHash, msgIndex: s.msgIndex,
		enterpriseID: s.u[2], kind: s.u[1], category: s.u[5], commitment: s.b[8],
		keyID: s.u[7], key: bundle.PublicKey{Type: uint32(bound.u[5]), Key: bound.b[6]},
		chainID: r.st.ChainID,
	})
	if err == errKeyType {
		return missing("submission.key-type", "the submitter's key is of type %d, which this verifier does not know", bound.u[5])
	}
	r.st.SubmitterSigned, r.st.Siblings = err == nil, uint64(siblings)
	return err
}
