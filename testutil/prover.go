package testutil

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Prover is the prove.Source of a Consensus. It takes the paths in the tree by brute
// force and the proofs from the states of the heights, of which the driver prunes
// none; Pruned and NotKept make it answer as a node that has less.
type Prover struct {
	c *Consensus
	// former are the chains of earlier eras.
	former []*Consensus
	// Pruned are the states up to this height.
	Pruned uint64
	// NotKept are heights of heads that the archive has not.
	NotKept map[uint64]bool

	leaves  []bundle.Hash
	entries []*logtypes.Entry
	raw     [][]byte
}

var _ prove.Source = (*Prover)(nil)

// NewProver serves a chain as it is at each call.
func NewProver(c *Consensus) *Prover { return &Prover{c: c, NotKept: map[uint64]bool{}} }

// NextEra goes on with the chain of the next era.
func (p *Prover) NextEra(c *Consensus) { p.former, p.c = append(p.former, p.c), c }

// chain is that of a height.
func (p *Prover) chain(height uint64) *Consensus {
	for _, c := range p.former {
		if height <= uint64(c.Height()) {
			return c
		}
	}
	return p.c
}

// catchUp reads the entries that came.
func (p *Prover) catchUp() error {
	ctx := p.c.Ctx()
	head, err := p.c.App.LogKeeper.Head(ctx)
	if err != nil {
		return err
	}
	for seq := uint64(len(p.raw)); seq < head.Size_; seq++ {
		b, err := p.c.App.LogKeeper.EntryBytes(ctx, seq)
		if err != nil {
			return err
		}
		e, err := logtypes.ParseEntry(b)
		if err != nil {
			return err
		}
		p.raw, p.entries, p.leaves = append(p.raw, b), append(p.entries, e), append(p.leaves, format.EntryLeaf(b))
	}
	return nil
}

// LogID of the chain.
func (p *Prover) LogID(context.Context) (bundle.Hash, error) {
	id, err := p.c.App.LogKeeper.Identity(p.c.Ctx())
	if err != nil {
		return bundle.Hash{}, err
	}
	return bundle.Hash(id.LogId), nil
}

// Latest is the height below the last block.
func (p *Prover) Latest(context.Context) (uint64, error) { return uint64(p.c.Height() - 1), nil }

// Entry is the bytes of an entry.
func (p *Prover) Entry(_ context.Context, seq uint64) ([]byte, error) {
	if err := p.catchUp(); err != nil {
		return nil, err
	}
	if seq >= uint64(len(p.raw)) {
		return nil, fmt.Errorf("entry %d: %w: the log has %d entries", seq, prove.ErrNotFound, len(p.raw))
	}
	return p.raw[seq], nil
}

// tree is the first size leaves.
func (p *Prover) tree(size uint64) ([]bundle.Hash, error) {
	if err := p.catchUp(); err != nil {
		return nil, err
	}
	if size > uint64(len(p.leaves)) {
		return nil, fmt.Errorf("tree of %d entries: %w: the log has %d", size, prove.ErrNotYet, len(p.leaves))
	}
	return p.leaves[:size], nil
}

// Root of the tree of size entries.
func (p *Prover) Root(size uint64) (bundle.Hash, error) {
	leaves, err := p.tree(size)
	return format.TreeRoot(leaves), err
}

// Inclusion is the path of an entry.
func (p *Prover) Inclusion(_ context.Context, seq, size uint64) ([]bundle.Hash, error) {
	leaves, err := p.tree(size)
	if err != nil {
		return nil, err
	}
	return format.InclusionProof(leaves, seq)
}

// Consistency is the proof of RFC 9162.
func (p *Prover) Consistency(_ context.Context, from, to uint64) ([]bundle.Hash, error) {
	leaves, err := p.tree(to)
	if err != nil {
		return nil, err
	}
	return format.ConsistencyProof(leaves, from)
}

// Head is the head of a height that appended.
func (p *Prover) Head(_ context.Context, height uint64) (bundle.State, error) {
	if p.NotKept[height] {
		return bundle.State{}, fmt.Errorf("head of height %d: %w", height, prove.ErrNotKept)
	}
	return p.state(height, bundle.StateHead, 0)
}

// State is a value with its proof.
func (p *Prover) State(_ context.Context, height uint64, kind bundle.StateKind, id uint64) (bundle.State, error) {
	if height <= p.Pruned {
		return bundle.State{}, fmt.Errorf("state of height %d: %w", height, prove.ErrPruned)
	}
	return p.state(height, kind, id)
}

func (p *Prover) state(height uint64, kind bundle.StateKind, id uint64) (bundle.State, error) {
	store, key := prove.StateKey(kind, id)
	resp, err := p.chain(height).App.CommitMultiStore().(storetypes.Queryable).Query(&storetypes.RequestQuery{
		Path: "/" + store + "/key", Data: key, Height: int64(height), Prove: true,
	})
	if err != nil {
		return bundle.State{}, err
	}
	if len(resp.Value) == 0 {
		return bundle.State{}, fmt.Errorf("value %d of kind %d at height %d: %w", id, kind, height, prove.ErrNotFound)
	}
	out := bundle.State{Height: height, Kind: kind, ID: id}
	out.ValueProof, out.StoreProof, err = blocks.Existence(resp.ProofOps)
	return out, err
}

// Block is the header of a height with the commit for it and its set.
func (p *Prover) Block(_ context.Context, height uint64) (bundle.Block, []bundle.Validator, error) {
	c := p.chain(height)
	meta := c.blocks.LoadBlockMeta(int64(height))
	if meta == nil {
		return bundle.Block{}, nil, fmt.Errorf("block %d: %w: the last one is %d", height, prove.ErrNotYet, p.c.Height())
	}
	commit := c.blocks.LoadBlockCommit(int64(height))
	if commit == nil {
		commit = c.blocks.LoadSeenCommit(int64(height))
	}
	set, err := blocks.Set(c.Validators(int64(height)))
	if err != nil {
		return bundle.Block{}, nil, err
	}
	return blocks.FromComet(&meta.Header, commit), set, nil
}

// Links are the heights of headers that name another set as next.
func (p *Prover) Links(_ context.Context, after, upto uint64) ([]uint64, error) {
	var out []uint64
	for _, c := range append(slices.Clone(p.former), p.c) {
		for h := max(after+1, uint64(c.State.InitialHeight)); h <= min(upto, uint64(c.Height())); h++ {
			header := c.Header(int64(h))
			if !bytes.Equal(header.ValidatorsHash, header.NextValidatorsHash) {
				out = append(out, h)
			}
		}
	}
	return out, nil
}

// Tx is a transaction of any block.
func (p *Prover) Tx(_ context.Context, hash []byte) ([]byte, error) {
	for _, c := range append(slices.Clone(p.former), p.c) {
		for h := c.State.InitialHeight; h <= c.Height(); h++ {
			for _, tx := range c.blocks.LoadBlock(h).Txs {
				if bytes.Equal(tx.Hash(), hash) {
					return tx, nil
				}
			}
		}
	}
	return nil, fmt.Errorf("transaction %X: %w", hash, prove.ErrNotFound)
}
