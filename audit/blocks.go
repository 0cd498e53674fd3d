package audit

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	cmttypes "github.com/cometbft/cometbft/types"
)

// blockAudit goes through the blocks from the lowest header to the highest block.
type blockAudit struct {
	*chain
	area *Area
	// before is the meta of the height below.
	before *cmttypes.BlockMeta
}

func (a *blockAudit) where(kind string, height int64) Where {
	return Where{File: a.blocks.name, Key: string(blockKey(kind, height)), Height: height}
}

// run checks all blocks, the rows that find a block by its hash, and the state beside
// the blocks.
func (a *blockAudit) run(ctx context.Context) error {
	if a.blocks == nil {
		return nil
	}
	for h := a.lowest; h > 0 && h <= a.height; h++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.checkHeight(h)
	}
	if err := a.checkHashRows(ctx); err != nil {
		return err
	}
	a.checkState()
	return a.checkRecords(ctx)
}

func (a *blockAudit) checkHeight(h int64) {
	m, err := a.meta(h)
	if err != nil || m == nil {
		a.area.find("block-meta", a.where("H", h), "a header", orNone(err))
		a.before = nil
		return
	}
	if hash := m.Header.Hash(); !bytes.Equal(hash, m.BlockID.Hash) || m.Header.Height != h {
		a.area.find("block-meta", a.where("H", h), fmt.Sprintf("height %d, hash %X", h, hash), fmt.Sprintf("height %d, hash %X", m.Header.Height, m.BlockID.Hash))
	}
	if id := a.id(); id != "" && m.Header.ChainID != id {
		a.area.find("block-meta", a.where("H", h), id, m.Header.ChainID)
	}
	if a.before != nil && !m.Header.LastBlockID.Equals(a.before.BlockID) {
		a.area.find("block-chain", a.where("H", h), a.before.BlockID, m.Header.LastBlockID)
	}
	if a.before != nil && !bytes.Equal(a.before.Header.NextValidatorsHash, m.Header.ValidatorsHash) {
		a.area.find("block-set", a.where("H", h), []byte(a.before.Header.NextValidatorsHash), []byte(m.Header.ValidatorsHash))
	}
	a.before = m
	a.area.counted("headers", 1)
	if h >= a.base {
		a.checkBlock(m)
	}
	a.checkCommits(m)
}

// checkBlock compares the whole block with its header.
func (a *blockAudit) checkBlock(m *cmttypes.BlockMeta) {
	h := m.Header.Height
	a.area.counted("blocks", 1)
	where := a.where("P", h)
	b, err := a.block(m)
	if err != nil {
		a.area.find("block-content", where, fmt.Sprintf("the parts of block %X", m.BlockID.Hash), err)
		return
	}
	a.area.counted("transactions", uint64(len(b.Txs)))
	// It compares the header's hashes with transactions, evidence and last commit.
	if err := b.ValidateBasic(); err != nil {
		a.area.find("block-content", where, "a block that agrees with its header", err)
	}
	if hash := b.Header.Hash(); !bytes.Equal(hash, m.BlockID.Hash) {
		a.area.find("block-content", where, []byte(m.BlockID.Hash), []byte(hash))
	}
	if m.NumTxs != len(b.Txs) || m.BlockSize != b.Size() {
		a.area.find("block-meta", a.where("H", h), fmt.Sprintf("%d transactions, %d bytes", len(b.Txs), b.Size()), fmt.Sprintf("%d transactions, %d bytes", m.NumTxs, m.BlockSize))
	}
	key := fmt.Sprintf("BH:%x", []byte(m.BlockID.Hash))
	row, err := a.blocks.get([]byte(key))
	if want := strconv.FormatInt(h, 10); err != nil || string(row) != want {
		a.area.find("block-row", Where{File: a.blocks.name, Key: key, Height: h}, want, orValue(err, string(row)))
	}
	below, err := a.commit("C", h-1)
	if err != nil || below == nil || !bytes.Equal(below.Hash(), b.LastCommit.Hash()) || below.Height != b.LastCommit.Height ||
		below.Round != b.LastCommit.Round || !below.BlockID.Equals(b.LastCommit.BlockID) {
		a.area.find("block-commit", a.where("C", h-1), fmt.Sprintf("the commit in block %d", h), orNone(err))
	}
}

// checkCommits verifies all signatures of the commits that are held for a block.
func (a *blockAudit) checkCommits(m *cmttypes.BlockMeta) {
	h, held := m.Header.Height, 0
	set, err := a.set(h)
	if err != nil || set == nil && h >= a.base {
		a.area.find("block-set", Where{File: "state.db", Key: string(blockKey("validatorsKey", h)), Height: h}, "the validators of the block", orNone(err))
		return
	}
	if set == nil {
		return // the sets below the base are pruned
	}
	if hash := set.Hash(); !bytes.Equal(hash, m.Header.ValidatorsHash) {
		a.area.find("block-set", Where{File: a.states.name, Key: string(blockKey("validatorsKey", h)), Height: h}, []byte(m.Header.ValidatorsHash), hash)
		return
	}
	for _, kind := range []string{"C", "SC"} {
		c, err := a.commit(kind, h)
		if err != nil {
			a.area.find("block-commit", a.where(kind, h), "a commit", err)
			continue
		}
		if c == nil {
			continue
		}
		held++
		if err := set.VerifyCommit(m.Header.ChainID, m.BlockID, h, c); err != nil {
			a.area.find("block-commit", a.where(kind, h), "signatures of more than two thirds of the power, all of them valid", err)
		}
		a.area.counted("commits", 1)
	}
	if held == 0 {
		a.area.find("block-commit", a.where("C", h), "a commit", "none")
	}
}

// checkHashRows wants each row that finds a block by its hash to lead to it.
func (a *blockAudit) checkHashRows(ctx context.Context) error {
	return a.blocks.each(ctx, []byte("BH:"), func(key, value []byte) error {
		h, err := strconv.ParseInt(string(value), 10, 64)
		if err == nil {
			var m *cmttypes.BlockMeta
			if m, err = a.meta(h); err == nil && m != nil && fmt.Sprintf("%x", []byte(m.BlockID.Hash)) == string(key) {
				return nil
			}
		}
		a.area.find("block-row", Where{File: a.blocks.name, Key: "BH:" + printable(key), Height: h}, "a block with this hash", orNone(err))
		return nil
	})
}

// orNone is an error, or that there was nothing.
func orNone(err error) string {
	if err != nil {
		return err.Error()
	}
	return "none, or another"
}

func orValue(err error, value string) string {
	if err != nil {
		return err.Error()
	}
	return strconv.Quote(value)
}
