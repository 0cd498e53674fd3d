package light

import (
	"bytes"
	"context"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/cometbft/cometbft/state"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/inkchain/inkd/prove"
)

// Block is the block of a height: its header is verified, and the header commits to
// all the rest.
func (c *Chain) Block(ctx context.Context, height uint64) (*coretypes.ResultBlock, error) {
	lb, err := c.At(ctx, height)
	if err != nil {
		return nil, err
	}
	h := int64(height)
	block, err := askNodes(ctx, c, func(ctx context.Context, n *Node) (*cmttypes.Block, error) {
		res, err := n.RPC.Block(ctx, &h)
		if err != nil {
			return nil, err
		}
		return provenBlock(n, lb, res.Block)
	})
	if err != nil {
		return nil, err
	}
	return &coretypes.ResultBlock{BlockID: lb.Commit.BlockID, Block: block}, nil
}

// provenBlock compares a block with the verified header and what was signed with it.
// ValidateBasic recomputes the hashes of transactions, evidence and last commit.
func provenBlock(n *Node, lb *cmttypes.LightBlock, b *cmttypes.Block) (*cmttypes.Block, error) {
	if b == nil {
		return nil, answered(n, "header", "没有区块", "expected the block of height %d, got none", lb.Height)
	}
	if err := b.ValidateBasic(); err != nil {
		return nil, answered(n, "header", "区块与其区块头不符", "height %d: %s", lb.Height, err)
	}
	if !bytes.Equal(b.Hash(), lb.Hash()) {
		return nil, answered(n, "header", "区块头不符", "expected block %X at height %d, got %X", lb.Hash(), lb.Height, b.Hash())
	}
	// The header's hashes leave out a little, like the round of the last commit. What
	// was signed are the parts, and they are every byte.
	parts, err := b.MakePartSet(cmttypes.BlockPartSizeBytes)
	if err != nil || !parts.Header().Equals(lb.Commit.BlockID.PartSetHeader) {
		return nil, answered(n, "commit.block-id", "区块字节与所签署者不符", "expected the parts %v that were signed at height %d, got another block", lb.Commit.BlockID.PartSetHeader, lb.Height)
	}
	return b, nil
}

// height of the block with a hash. The node's word: the caller compares the hash.
func (c *Chain) heightOf(ctx context.Context, hash []byte) (uint64, error) {
	return askNodes(ctx, c, func(ctx context.Context, n *Node) (uint64, error) {
		res, err := n.RPC.BlockByHash(ctx, hash)
		if err != nil {
			return 0, err
		}
		if res.Block == nil || res.Block.Height <= 0 {
			return 0, fmt.Errorf("block %X: %w", hash, prove.ErrNotFound)
		}
		return uint64(res.Block.Height), nil
	})
}

// ByHash is the verified header with a hash.
func (c *Chain) ByHash(ctx context.Context, hash []byte) (*cmttypes.LightBlock, error) {
	height, err := c.heightOf(ctx, hash)
	if err != nil {
		return nil, err
	}
	lb, err := c.At(ctx, height)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(lb.Hash(), hash) {
		return nil, fmt.Errorf("expected block %X, which the node says is at height %d, got %X there: %w", hash, height, lb.Hash(), prove.ErrNotFound)
	}
	return lb, nil
}

// Results of a block's transactions: code, data and gas, to which the next header
// commits. Events, logs and updates are proven by nothing and are left out.
func (c *Chain) Results(ctx context.Context, height uint64) (*coretypes.ResultBlockResults, error) {
	next, err := c.At(ctx, height+1)
	if err != nil {
		return nil, fmt.Errorf("the header of height %d, which proves the results of %d: %w", height+1, height, err)
	}
	h := int64(height)
	return askNodes(ctx, c, func(ctx context.Context, n *Node) (*coretypes.ResultBlockResults, error) {
		res, err := n.RPC.BlockResults(ctx, &h)
		if err != nil {
			return nil, err
		}
		out := make([]*abci.ExecTxResult, len(res.TxsResults))
		for i, r := range res.TxsResults {
			if r == nil {
				return nil, answered(n, "header", "交易结果缺失", "expected a result of transaction %d of height %d, got none", i, height)
			}
			out[i] = &abci.ExecTxResult{Code: r.Code, Data: r.Data, GasWanted: r.GasWanted, GasUsed: r.GasUsed}
		}
		if got := state.TxResultsHash(out); !bytes.Equal(got, next.LastResultsHash) {
			return nil, answered(n, "header", "交易结果不符", "expected the results %X of height %d, got %X", next.LastResultsHash, height, got)
		}
		return &coretypes.ResultBlockResults{Height: h, TxsResults: out, AppHash: next.AppHash}, nil
	})
}

// Tx is a transaction in its verified block, with its result as far as it is proven.
func (c *Chain) Tx(ctx context.Context, hash []byte) (*coretypes.ResultTx, error) {
	height, err := askNodes(ctx, c, func(ctx context.Context, n *Node) (uint64, error) {
		res, err := n.RPC.Tx(ctx, hash, false)
		if err != nil {
			return 0, err
		}
		return uint64(max(res.Height, 0)), nil
	})
	if err != nil {
		return nil, err
	}
	block, err := c.Block(ctx, height)
	if err != nil {
		return nil, err
	}
	i := block.Block.Txs.IndexByHash(hash)
	if i < 0 {
		return nil, fmt.Errorf("expected transaction %X in the block of height %d, as the node says, got none: %w", hash, height, prove.ErrNotFound)
	}
	results, err := c.Results(ctx, height)
	if err != nil {
		return nil, err
	}
	if i >= len(results.TxsResults) {
		return nil, fmt.Errorf("transaction %X: expected a result of each transaction of height %d, got %d", hash, height, len(results.TxsResults))
	}
	return &coretypes.ResultTx{
		Hash: hash, Height: int64(height), Index: uint32(i), TxResult: *results.TxsResults[i],
		Tx: block.Block.Txs[i], Proof: block.Block.Txs.Proof(i),
	}, nil
}
