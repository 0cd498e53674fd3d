package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/inkchain/inkd/logindex/blocks"
	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Latest is the height below the last block: of the last one only the header is
// needed, which commits to the state below it.
func (s *source) Latest(ctx context.Context) (uint64, error) {
	res, err := s.nodes.Status(ctx)
	if err != nil {
		return 0, err
	}
	return uint64(max(res.SyncInfo.LatestBlockHeight-1, 0)), nil
}

// State is a value of a node's live state with its proof. The SDK gives no proofs of
// the state of height 1.
func (s *source) State(ctx context.Context, height uint64, kind bundle.StateKind, id uint64) (bundle.State, error) {
	what := fmt.Sprintf("value %d of kind %d in the state of height %d", id, kind, height)
	if height <= 1 {
		return bundle.State{}, fmt.Errorf("%s: %w", what, prove.ErrPruned)
	}
	store, key := prove.StateKey(kind, id)
	res, err := askAll(ctx, s.nodes, func(ctx context.Context, c *rpchttp.HTTP) (*abci.ResponseQuery, error) {
		return proofFrom(ctx, c, store, key, int64(height))
	})
	if err != nil {
		return bundle.State{}, fmt.Errorf("%s: %w", what, err)
	}
	if len(res.Value) == 0 {
		return bundle.State{}, fmt.Errorf("%s: %w", what, prove.ErrNotFound)
	}
	out := bundle.State{Height: height, Kind: kind, ID: id}
	if out.ValueProof, out.StoreProof, err = blocks.Existence(res.ProofOps); err != nil {
		return bundle.State{}, internal(fmt.Errorf("%s: %w", what, err))
	}
	return out, nil
}

// proofFrom asks one node for a proof. A node answers alike for states that it has
// pruned and for those to come.
func proofFrom(ctx context.Context, c *rpchttp.HTTP, store string, key []byte, height int64) (*abci.ResponseQuery, error) {
	res, err := c.ABCIQueryWithOptions(ctx, "/store/"+store+"/key", key, rpcclient.ABCIQueryOptions{Height: height, Prove: true})
	if err != nil {
		return nil, err
	}
	if r := &res.Response; r.Code != abci.CodeTypeOK {
		info, err := c.ABCIInfo(ctx)
		switch {
		case err != nil:
			return nil, err
		case height > info.Response.LastBlockHeight:
			return nil, answerError{fmt.Errorf("%w: the last block is %d", prove.ErrNotYet, info.Response.LastBlockHeight)}
		case strings.Contains(r.Log, "pruned") || strings.Contains(r.Log, "version does not exist"):
			return nil, answerError{prove.ErrPruned}
		}
		return nil, answerError{refusedQuery("/store/"+store, r.Codespace, r.Code, r.Log)}
	}
	return &res.Response, nil
}

// Block is a header with the commit for it and its set: from the archive, which keeps
// what it has for ever, or else from a node's block store.
func (s *source) Block(ctx context.Context, height uint64) (bundle.Block, []bundle.Validator, error) {
	b, set, err := s.archivedBlock(ctx, height)
	if err == nil || !errors.Is(err, prove.ErrNotFound) {
		return b, set, err
	}
	found, err := askAll(ctx, s.nodes, func(ctx context.Context, c *rpchttp.HTTP) (*signedBlock, error) {
		return blockFrom(ctx, c, int64(height))
	})
	if err != nil {
		return bundle.Block{}, nil, fmt.Errorf("block %d: %w", height, err)
	}
	return found.block, found.set, nil
}

type signedBlock struct {
	block bundle.Block
	set   []bundle.Validator
}

// blockFrom reads one node's block store. For the last block it has the commit that it
// has seen, for those before the one that the next block holds.
func blockFrom(ctx context.Context, c *rpchttp.HTTP, height int64) (*signedBlock, error) {
	res, err := c.Commit(ctx, &height)
	if err != nil {
		if isAnswer(err) {
			return nil, answerError{withoutBlock(ctx, c, height, err)}
		}
		return nil, err
	}
	if res == nil || res.Header == nil || res.SignedHeader.Commit == nil {
		return nil, answerError{withoutBlock(ctx, c, height, nil)}
	}
	set, err := validatorsFrom(ctx, c, height)
	if err != nil {
		return nil, err
	}
	return &signedBlock{blocks.FromComet(res.Header, res.SignedHeader.Commit), set}, nil
}

// withoutBlock says why a node has no block of a height.
func withoutBlock(ctx context.Context, c *rpchttp.HTTP, height int64, cause error) error {
	res, err := c.Status(ctx)
	switch {
	case err != nil:
		return err
	case height > res.SyncInfo.LatestBlockHeight:
		return fmt.Errorf("%w: the last block is %d", prove.ErrNotYet, res.SyncInfo.LatestBlockHeight)
	case height < res.SyncInfo.EarliestBlockHeight:
		return fmt.Errorf("%w: the first block that is left is %d", prove.ErrNotKept, res.SyncInfo.EarliestBlockHeight)
	case cause == nil:
		return prove.ErrNotKept
	}
	return internal(cause)
}

// validatorsPerPage is the most that a node gives.
const validatorsPerPage = 100

// validatorsFrom reads the set of a height, page by page.
func validatorsFrom(ctx context.Context, c *rpchttp.HTTP, height int64) ([]bundle.Validator, error) {
	var all []*cmttypes.Validator
	for page, perPage := 1, validatorsPerPage; ; page++ {
		res, err := c.Validators(ctx, &height, &page, &perPage)
		if err != nil {
			return nil, err
		}
		all = append(all, res.Validators...)
		if len(all) >= res.Total || len(res.Validators) == 0 || len(all) > bundle.MaxValidators {
			break
		}
	}
	set, err := blocks.Validators(all)
	if err != nil {
		return nil, answerError{internal(fmt.Errorf("validators of height %d: %w", height, err))}
	}
	return set, nil
}

// Tx is a transaction, by a node's own look-up or else in the block that the log names.
func (s *source) Tx(ctx context.Context, hash []byte) ([]byte, error) {
	res, err := s.nodes.Tx(ctx, hash, false)
	if err == nil {
		return res.Tx, nil
	}
	if !isAnswer(err) {
		return nil, err
	}
	missing := fmt.Errorf("transaction %X: %w", hash, prove.ErrNotFound)
	seqs, err := s.Find(ctx, &indextypes.QueryFindRequest{Subject: indextypes.Subject_SUBJECT_TRANSACTION, Digest: hash})
	if err != nil || len(seqs) == 0 {
		return nil, errors.Join(missing, err)
	}
	raw, err := s.Entry(ctx, seqs[0])
	if err != nil {
		return nil, err
	}
	e, err := logtypes.ParseEntry(raw)
	if err != nil {
		return nil, internal(err)
	}
	return askAll(ctx, s.nodes, func(ctx context.Context, c *rpchttp.HTTP) ([]byte, error) {
		return txInBlock(ctx, c, int64(e.Height), hash, missing)
	})
}

func txInBlock(ctx context.Context, c *rpchttp.HTTP, height int64, hash []byte, missing error) ([]byte, error) {
	res, err := c.Block(ctx, &height)
	if err != nil && !isAnswer(err) {
		return nil, err
	}
	if err == nil && res.Block != nil {
		for _, tx := range res.Block.Txs {
			if bytes.Equal(tx.Hash(), hash) {
				return tx, nil
			}
		}
	}
	return nil, answerError{missing}
}
