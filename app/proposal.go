package app

import (
	"errors"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

// headerReserve is what a block needs beside its transactions: header, the commit
// of up to 256 validators with the longest signatures (840 KiB), evidence (128 KiB).
// What remains of max_bytes is the same number for the proposer and for those who
// judge the proposal.
const headerReserve = 1 << 20

// txRoom is what the largest transaction takes in a block, its framing included.
const txRoom = MaxTxBytes + 16

// Reasons for which a transaction may not stand in a block.
var (
	errFirstBlock = errors.New("the first block of an era carries no transactions")
	errUpgrade    = errors.New("the block of a software upgrade carries no transactions")
	errBlockBytes = errors.New("the block's bytes are used up")
	errBlockGas   = errors.New("the block's gas is used up")
	errShare      = errors.New("the signer's share of the block is used up")
)

// shares of a block: one signer gets one of them at most, so that nobody alone can
// keep the others out, whatever gas is declared.
const shares = 8

// judge decides which transactions may stand in a block, in their order. It is the
// one place where this is decided: the proposer leaves out what it refuses, the
// others vote against a proposal with anything in it that it refuses. Its verdict
// depends on the state before the block and on the transactions accepted so far,
// never on a clock or on the node.
type judge struct {
	app *App
	ctx sdk.Context
	// none is why the block may carry no transactions at all; nil if it may.
	none error
	// left of the block, and of each signer's share of it.
	left    room
	share   room
	signers map[string]room
}

// room in a block.
type room struct {
	bytes int64
	gas   uint64
}

// take takes a transaction's room, and tells whether there was as much.
func (r *room) take(bytes int64, gas uint64) bool {
	if bytes > r.bytes || gas > r.gas {
		return false
	}
	r.bytes, r.gas = r.bytes-bytes, r.gas-gas
	return true
}

// newJudge takes the limits from the consensus parameters where they are in the
// range that a genesis must keep, and the nearest limit otherwise: wrong ones must not
// stop the chain that has to repair them.
func (a *App) newJudge(ctx sdk.Context) (*judge, error) {
	none, err := a.noTransactions(ctx)
	if err != nil {
		return nil, err
	}
	block := room{bytes: BlockMaxBytes, gas: BlockMaxGas}
	if p := ctx.ConsensusParams().Block; p != nil {
		block.bytes = min(max(p.MaxBytes, BlockMinBytes), BlockMaxBytes)
		block.gas = uint64(min(max(p.MaxGas, BlockMinGas), BlockMaxGas))
	}
	block.bytes -= headerReserve
	return &judge{
		app: a, ctx: ctx, none: none,
		left:    block,
		share:   room{max(block.bytes/shares, txRoom), max(block.gas/shares, MaxTxGas)},
		signers: map[string]room{},
	}, nil
}

// noTransactions says why a block may carry none. At the height of an upgrade the new
// ante chain would judge on a state that is migrated only when the block is executed.
func (a *App) noTransactions(ctx sdk.Context) (reason, err error) {
	id, err := a.LogKeeper.Identity(ctx)
	if err != nil {
		return nil, err
	}
	if uint64(ctx.BlockHeight()) == id.FirstHeight {
		return errFirstBlock, nil
	}
	plan, err := a.UpgradeKeeper.GetUpgradePlan(ctx)
	if errors.Is(err, upgradetypes.ErrNoUpgradePlanFound) {
		return nil, nil
	}
	if err == nil && plan.ShouldExecute(ctx.BlockHeight()) {
		reason = errUpgrade
	}
	return reason, err
}

// admit accepts the next transaction and counts it, or says why not. A refused one
// leaves no trace: the ante chain writes to a branch.
func (j *judge) admit(tx []byte) error {
	if j.none != nil {
		return j.none
	}
	size := txSize(tx)
	if size > j.left.bytes {
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
	left, share, signer := j.left, j.share, ""
	if !left.take(size, parsed.gas()) {
		return errBlockGas
	}
	if signer, err = parsed.onlySigner(); err != nil {
		return err
	}
	if used, ok := j.signers[signer]; ok {
		share = used
	}
	if !share.take(size, parsed.gas()) {
		return errShare
	}
	// RunTx in the proposal modes runs the ante chain and no messages; what the
	// ante chain writes stays for the transactions behind.
	if _, _, _, err := j.app.RunTx(j.ctx.ExecMode(), tx, decoded, -1, nil, nil); err != nil {
		return err
	}
	j.left, j.signers[signer] = left, share
	return nil
}

// prepareProposal keeps what the judge admits, in the order of the mempool.
func (a *App) prepareProposal(ctx sdk.Context, req *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
	j, err := a.newJudge(ctx)
	if err != nil {
		return nil, err
	}
	j.left.bytes = min(j.left.bytes, req.MaxTxBytes)
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
	refuse := func(tx int, reason error) (*abci.ResponseProcessProposal, error) {
		ctx.Logger().Error("proposal refused", "height", req.Height, "tx", tx, "txs", len(req.Txs), "reason", reason)
		return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
	}
	// What is too large as a whole needs no look at its parts.
	var total int64
	for _, tx := range req.Txs {
		total += txSize(tx)
	}
	if total > j.left.bytes {
		return refuse(0, errBlockBytes)
	}
	for i, tx := range req.Txs {
		if err := j.admit(tx); err != nil {
			return refuse(i, err)
		}
	}
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}

// txSize is what a transaction takes in a block.
func txSize(tx []byte) int64 {
	return cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{tx})
}
