package app

import (
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// headerReserve is what a block needs beside its transactions: header, the commit
// of up to 256 validators, evidence. What remains of max_bytes is the same number
// for the proposer and for those who judge the proposal.
const headerReserve = 256 << 10

// Reasons for which a transaction may not stand in a block.
var (
	errFirstBlock = errors.New("the first block of an era carries no transactions")
	errBlockBytes = errors.New("the block's bytes are used up")
	errBlockGas   = errors.New("the block's gas is used up")
)

// judge decides which transactions may stand in a block, in their order. It is the
// one place where this is decided: the proposer leaves out what it refuses, the
// others vote against a proposal with anything in it that it refuses. Its verdict
// depends on the state before the block and on the transactions accepted so far,
// never on a clock or on the node.
type judge struct {
	app   *App
	ctx   sdk.Context
	first bool
	bytes int64
	gas   uint64
}

func (a *App) newJudge(ctx sdk.Context) (*judge, error) {
	id, err := a.LogKeeper.Identity(ctx)
	if err != nil {
		return nil, err
	}
	block := ctx.ConsensusParams().Block
	if block == nil || block.MaxBytes <= headerReserve || block.MaxGas <= 0 {
		return nil, fmt.Errorf("consensus params: expected block.max_bytes above %d and a positive block.max_gas, got %v", headerReserve, block)
	}
	return &judge{
		app: a, ctx: ctx,
		first: uint64(ctx.BlockHeight()) == id.FirstHeight,
		bytes: block.MaxBytes - headerReserve,
		gas:   uint64(block.MaxGas),
	}, nil
}

// admit accepts the next transaction and counts it, or says why not. A refused one
// leaves no trace: the ante chain writes to a branch.
func (j *judge) admit(tx []byte) error {
	if j.first {
		return errFirstBlock
	}
	size := txSize(tx)
	if size > j.bytes {
		return errBlockBytes
	}
	decoded, err := j.app.TxConfig.TxDecoder()(tx)
	if err != nil {
		return err
	}
	parsed, err := parse(decoded)
	if err != nil {
		return err
	}
	gas := parsed.gas()
	if gas > j.gas {
		return errBlockGas
	}
	// RunTx in the proposal modes runs the ante chain and no messages; what the
	// ante chain writes stays for the transactions behind.
	if _, _, _, err := j.app.RunTx(j.ctx.ExecMode(), tx, decoded, -1, nil, nil); err != nil {
		return err
	}
	j.bytes -= size
	j.gas -= gas
	return nil
}

// prepareProposal keeps what the judge admits, in the order of the mempool.
func (a *App) prepareProposal(ctx sdk.Context, req *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
	j, err := a.newJudge(ctx)
	if err != nil {
		return nil, err
	}
	j.bytes = min(j.bytes, req.MaxTxBytes)
	resp := &abci.ResponsePrepareProposal{}
	for _, tx := range req.Txs {
		if j.admit(tx) == nil {
			resp.Txs = append(resp.Txs, tx)
		}
	}
	return resp, nil
}

// processProposal votes down a proposal with any transaction that may not stand in it.
func (a *App) processProposal(ctx sdk.Context, req *abci.RequestProcessProposal) (*abci.ResponseProcessProposal, error) {
	j, err := a.newJudge(ctx)
	if err != nil {
		return nil, err
	}
	for i, tx := range req.Txs {
		if err := j.admit(tx); err != nil {
			ctx.Logger().Error("proposal refused", "height", req.Height, "tx", i, "txs", len(req.Txs), "reason", err)
			return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
		}
	}
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}

// txSize is what a transaction takes in a block.
func txSize(tx []byte) int64 {
	return cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{tx})
}
