package blocks

import (
	"fmt"

	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	ics23 "github.com/cosmos/ics23/go"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
)

// Existence is the two proofs of an answer about a value: from the value to its
// store, and from the store to the app hash. Proofs of absence are refused.
func Existence(ops *cmtcrypto.ProofOps) (value, store []byte, err error) {
	if n := len(ops.GetOps()); n != 2 {
		return nil, nil, fmt.Errorf("proof: expected 2 operations, got %d", n)
	}
	for i, want := range []string{storetypes.ProofOpIAVLCommitment, storetypes.ProofOpSimpleMerkleCommitment} {
		op := ops.Ops[i]
		var proof ics23.CommitmentProof
		if err := proof.Unmarshal(op.Data); err != nil || op.Type != want || proof.GetExist() == nil {
			return nil, nil, fmt.Errorf("proof: expected %s of existence, got %s", want, op.Type)
		}
	}
	return ops.Ops[0].Data, ops.Ops[1].Data, nil
}
