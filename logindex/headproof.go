package logindex

import (
	"fmt"

	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// ProveHead checks that a head is in the state that a header's app hash commits to,
// and returns it; ErrNotSound.
func ProveHead(s bundle.State, appHash []byte) (logtypes.LogHead, error) {
	head, err := headIn(s)
	if err != nil {
		return head, err
	}
	value, err := commitment(storetypes.ProofOpIAVLCommitment, layout.HeadKey(), s.ValueProof)
	if err != nil {
		return head, err
	}
	store, err := commitment(storetypes.ProofOpSimpleMerkleCommitment, []byte(layout.HeadStore), s.StoreProof)
	if err != nil {
		return head, err
	}
	roots, err := value.Run([][]byte{value.Proof.GetExist().GetValue()})
	if err != nil {
		return head, fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	if roots, err = store.Run(roots); err != nil {
		return head, fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	if string(roots[0]) != string(appHash) {
		return head, fmt.Errorf("%w: expected a proof to app hash %X, got one to %X", ErrNotSound, appHash, roots[0])
	}
	return head, nil
}

// leadsTo says whether a kept head is in the state of an app hash.
func leadsTo(message, appHash []byte) bool {
	s, err := bundle.ParseState(message)
	if err == nil {
		_, err = ProveHead(s, appHash)
	}
	return err == nil
}

// headIn is the head that a proof is about; that it is proven is not checked.
func headIn(s bundle.State) (logtypes.LogHead, error) {
	var head logtypes.LogHead
	if s.Kind != bundle.StateHead || s.ID != 0 || len(s.StoreProof) == 0 {
		return head, fmt.Errorf("%w: expected a proof of the head, got kind %d with id %d", ErrNotSound, s.Kind, s.ID)
	}
	op, err := commitment(storetypes.ProofOpIAVLCommitment, layout.HeadKey(), s.ValueProof)
	if err != nil {
		return head, err
	}
	if err := head.Unmarshal(op.Proof.GetExist().GetValue()); err != nil {
		return head, fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	if head.Version != format.Version || len(head.Root) != hashBytes || head.Size_ == 0 {
		return head, fmt.Errorf("%w: expected the head of a log, got %+v", ErrNotSound, head)
	}
	return head, nil
}

// commitment decodes an existence proof of ICS-23. Which form it must have is said
// here and never read from it.
func commitment(kind string, key, proof []byte) (op storetypes.CommitmentOp, err error) {
	decoded, err := storetypes.CommitmentOpDecoder(cmtcrypto.ProofOp{Type: kind, Key: key, Data: proof})
	if err != nil {
		return op, fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	op = decoded.(storetypes.CommitmentOp)
	if op.Proof.GetExist() == nil {
		return op, fmt.Errorf("%w: expected an existence proof, got another kind", ErrNotSound)
	}
	return op, nil
}

// QueryHead proves the head in the state of a height from a multistore, which must
// have committed it; ErrNotProvable if it has that state no more, or not yet.
func QueryHead(store storetypes.Queryable, height uint64) (s bundle.State, err error) {
	defer func() { // the trees panic when a state is pruned under a reader
		if r := recover(); r != nil {
			err = fmt.Errorf("head at %d: %w: %v", height, ErrNotProvable, r)
		}
	}()
	resp, err := store.Query(&storetypes.RequestQuery{
		Path: "/" + layout.HeadStore + "/key", Data: layout.HeadKey(), Height: int64(height), Prove: true,
	})
	if err != nil {
		return s, fmt.Errorf("head at %d: %w: %w", height, ErrNotProvable, err)
	}
	if resp.Height != int64(height) || len(resp.Value) == 0 || len(resp.ProofOps.GetOps()) != 2 {
		return s, fmt.Errorf("head at %d: %w: expected a value with two proofs, got %d bytes at %d", height, ErrNotProvable, len(resp.Value), resp.Height)
	}
	s = bundle.State{Height: height, Kind: bundle.StateHead}
	if s.ValueProof, s.StoreProof, err = blocks.Existence(resp.ProofOps); err != nil {
		return bundle.State{}, fmt.Errorf("head at %d: %w", height, err)
	}
	return s, nil
}
