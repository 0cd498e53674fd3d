package audit

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtstate "github.com/cometbft/cometbft/proto/tendermint/state"
	cmtstore "github.com/cometbft/cometbft/proto/tendermint/store"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	sm "github.com/cometbft/cometbft/state"
	cmttypes "github.com/cometbft/cometbft/types"
)

// setInterval is how often CometBFT stores a whole validator set, if it stays the same.
const setInterval = 100_000

// chain reads CometBFT's two databases record by record: its own readers end the
// process or panic over a damaged one.
type chain struct {
	blocks, states *database
	// state is CometBFT's last; nil if it cannot be read.
	state *sm.State
	// base and height of the first and last whole block; lowest is that of the first
	// header, which pruning may have left.
	base, height, lowest int64

	last *cmttypes.Block // the one that was read last
}

// id of the chain, as far as known.
func (c *chain) id() string {
	if c.state == nil {
		return ""
	}
	return c.state.ChainID
}

// load reads from where to where the chain goes.
func (c *chain) load(area *Area) error {
	if c.states != nil {
		b, err := c.states.get([]byte("stateKey"))
		if err == nil {
			c.state, err = parseState(b)
		}
		if err != nil {
			area.find("block-state", Where{File: c.states.name, Key: "stateKey"}, "CometBFT's state", err)
		}
	}
	if c.blocks == nil {
		return nil
	}
	var s cmtstore.BlockStoreState
	b, err := c.blocks.get([]byte("blockStore"))
	if err == nil {
		err = s.Unmarshal(b)
	}
	if err == nil && (s.Base < 0 || s.Height < s.Base) {
		err = fmt.Errorf("blocks %d to %d", s.Base, s.Height)
	}
	if err != nil {
		area.find("block-state", Where{File: c.blocks.name, Key: "blockStore"}, "base and height", err)
		return nil
	}
	c.base, c.height = s.Base, s.Height
	if c.height > 0 && c.base == 0 {
		c.base = 1 // CometBFT writes 0 for a store that began with block 1
	}
	for c.lowest = c.base; c.lowest > 1; c.lowest-- {
		if b, err := c.blocks.get(blockKey("H", c.lowest-1)); err != nil || b == nil {
			break
		}
	}
	return nil
}

func parseState(b []byte) (*sm.State, error) {
	if len(b) == 0 {
		return nil, errors.New("none")
	}
	var p cmtstate.State
	if err := p.Unmarshal(b); err != nil {
		return nil, err
	}
	return sm.FromProto(&p)
}

func blockKey(kind string, height int64) []byte {
	return strconv.AppendInt([]byte(kind+":"), height, 10)
}

// meta is a block's header with its id; nil if there is none.
func (c *chain) meta(height int64) (*cmttypes.BlockMeta, error) {
	if c.blocks == nil {
		return nil, nil
	}
	b, err := c.blocks.get(blockKey("H", height))
	if err != nil || b == nil {
		return nil, err
	}
	var p cmtproto.BlockMeta
	if err := p.Unmarshal(b); err != nil {
		return nil, err
	}
	return cmttypes.BlockMetaFromProto(&p)
}

// header of a height; nil if there is none that can be read: that it cannot is the
// finding of another area.
func (c *chain) header(height int64) *cmttypes.Header {
	m, err := c.meta(height)
	if err != nil || m == nil {
		return nil
	}
	return &m.Header
}

// commit is what is stored of a height's votes: kind C is the one in the block above,
// SC the one that was seen. Nil if there is none.
func (c *chain) commit(kind string, height int64) (*cmttypes.Commit, error) {
	b, err := c.blocks.get(blockKey(kind, height))
	if err != nil || b == nil {
		return nil, err
	}
	var p cmtproto.Commit
	if err := p.Unmarshal(b); err != nil {
		return nil, err
	}
	return cmttypes.CommitFromProto(&p)
}

// block is a whole block, its parts checked against its id.
func (c *chain) block(m *cmttypes.BlockMeta) (*cmttypes.Block, error) {
	if c.last != nil && c.last.Height == m.Header.Height {
		return c.last, nil
	}
	parts := cmttypes.NewPartSetFromHeader(m.BlockID.PartSetHeader)
	for i := range m.BlockID.PartSetHeader.Total {
		part, err := c.part(m.Header.Height, i)
		if err != nil {
			return nil, fmt.Errorf("part %d: %w", i, err)
		}
		if ok, err := parts.AddPart(part); err != nil || !ok {
			return nil, fmt.Errorf("part %d: expected one of %X, got another: %v", i, m.BlockID.PartSetHeader.Hash, err)
		}
	}
	var whole bytes.Buffer
	if _, err := whole.ReadFrom(parts.GetReader()); err != nil {
		return nil, err
	}
	var p cmtproto.Block
	if err := p.Unmarshal(whole.Bytes()); err != nil {
		return nil, err
	}
	b, err := cmttypes.BlockFromProto(&p)
	if err == nil {
		c.last = b
	}
	return b, err
}

func (c *chain) part(height int64, index uint32) (*cmttypes.Part, error) {
	b, err := c.blocks.get([]byte(fmt.Sprintf("P:%d:%d", height, index)))
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, errors.New("expected a part, got none")
	}
	var p cmtproto.Part
	if err := p.Unmarshal(b); err != nil {
		return nil, err
	}
	return cmttypes.PartFromProto(&p)
}

// set is the validator set of a height; nil if it is not held.
func (c *chain) set(height int64) (*cmttypes.ValidatorSet, error) {
	if c.states == nil {
		return nil, nil
	}
	info, err := c.setInfo(height)
	if err != nil || info == nil {
		return nil, err
	}
	if info.ValidatorSet == nil {
		stored := max(height-height%setInterval, info.LastHeightChanged)
		if info, err = c.setInfo(stored); err != nil || info == nil {
			return nil, err
		}
		if info.ValidatorSet == nil {
			return nil, fmt.Errorf("expected a whole set at height %d, got a reference", stored)
		}
	}
	return cmttypes.ValidatorSetFromProto(info.ValidatorSet)
}

func (c *chain) setInfo(height int64) (*cmtstate.ValidatorsInfo, error) {
	b, err := c.states.get(blockKey("validatorsKey", height))
	if err != nil || b == nil {
		return nil, err
	}
	info := new(cmtstate.ValidatorsInfo)
	return info, info.Unmarshal(b)
}

// answered is the app hash that CometBFT noted of a block's execution; nil if none.
func (c *chain) answered(height int64) []byte {
	if c.states == nil {
		return nil
	}
	var resp abci.ResponseFinalizeBlock
	b, err := c.states.get(blockKey("abciResponsesKey", height))
	if err != nil || resp.Unmarshal(b) != nil {
		return nil
	}
	return resp.AppHash
}
