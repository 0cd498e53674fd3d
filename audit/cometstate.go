package audit

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtstate "github.com/cometbft/cometbft/proto/tendermint/state"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	sm "github.com/cometbft/cometbft/state"
	cmttypes "github.com/cometbft/cometbft/types"
)

// checkState compares CometBFT's last state with the headers.
func (a *blockAudit) checkState() {
	s := a.state
	if s == nil || a.height == 0 {
		return
	}
	where := Where{File: a.states.name, Key: "stateKey", Height: s.LastBlockHeight}
	// A node that ends between the two writes has one block more than it has executed.
	if s.LastBlockHeight != a.height && s.LastBlockHeight != a.height-1 {
		a.area.find("block-state", where, fmt.Sprintf("height %d or %d", a.height-1, a.height), s.LastBlockHeight)
	}
	if m, err := a.meta(s.LastBlockHeight); err == nil && m != nil {
		a.same(where, m.BlockID.String(), s.LastBlockID.String())
		a.same(where, m.Header.Time.String(), s.LastBlockTime.String())
		a.sameHash(where, m.Header.NextValidatorsHash, s.Validators.Hash())
		a.sameHash(where, m.Header.ValidatorsHash, s.LastValidators.Hash())
	}
	if h := a.header(s.LastBlockHeight + 1); h != nil {
		a.sameHash(where, h.AppHash, s.AppHash)
		a.sameHash(where, h.LastResultsHash, s.LastResultsHash)
		a.sameHash(where, h.NextValidatorsHash, s.NextValidators.Hash())
		a.sameHash(where, h.ConsensusHash, s.ConsensusParams.Hash())
	}
	for i, set := range []*cmttypes.ValidatorSet{s.LastValidators, s.Validators, s.NextValidators} {
		height := s.LastBlockHeight + int64(i)
		if held, err := a.set(height); err == nil && held != nil {
			a.sameHash(Where{File: a.states.name, Key: string(blockKey("validatorsKey", height)), Height: height}, set.Hash(), held.Hash())
		}
	}
}

func (a *blockAudit) sameHash(w Where, want, got []byte) {
	if !bytes.Equal(want, got) {
		a.area.find("block-state", w, want, got)
	}
}

func (a *blockAudit) same(w Where, want, got string) {
	if want != got {
		a.area.find("block-state", w, want, got)
	}
}

// checkRecords decodes every record of state.db that heights have and compares it with
// the headers.
func (a *blockAudit) checkRecords(ctx context.Context) error {
	if a.states == nil {
		return nil
	}
	return a.states.each(ctx, nil, func(key, value []byte) error {
		kind, text, numbered := strings.Cut(string(key), ":")
		height, err := strconv.ParseInt(text, 10, 64)
		where := Where{File: a.states.name, Key: printable(key), Height: height}
		switch {
		case string(key) == "lastABCIResponseKey":
			var info cmtstate.ABCIResponsesInfo
			if err := info.Unmarshal(value); err != nil {
				a.area.find("block-results", where, "the last block's results", err)
			} else if where.Height = info.Height; info.ResponseFinalizeBlock != nil {
				a.checkResults(where, info.ResponseFinalizeBlock)
			}
			return nil
		case !numbered || err != nil:
			return nil
		}
		switch kind {
		case "validatorsKey":
			if set, err := a.set(height); err != nil || set == nil {
				a.area.find("block-set", where, "a validator set", orNone(err))
			} else if h := a.header(height); h != nil {
				a.sameHash(where, h.ValidatorsHash, set.Hash())
			}
		case "consensusParamsKey":
			a.checkParams(where, value)
		case "abciResponsesKey":
			var resp abci.ResponseFinalizeBlock
			if err := resp.Unmarshal(value); err != nil {
				a.area.find("block-results", where, "a block's results", err)
				return nil
			}
			a.checkResults(where, &resp)
		}
		return nil
	})
}

// checkResults compares what the application answered to a block with the header above.
func (a *blockAudit) checkResults(where Where, resp *abci.ResponseFinalizeBlock) {
	a.area.counted("results", 1)
	h := a.header(where.Height + 1)
	if h == nil {
		return
	}
	if hash := sm.TxResultsHash(resp.TxResults); !bytes.Equal(hash, h.LastResultsHash) {
		a.area.find("block-results", where, []byte(h.LastResultsHash), hash)
	}
	if !bytes.Equal(resp.AppHash, h.AppHash) {
		a.area.find("block-results", where, []byte(h.AppHash), resp.AppHash)
	}
}

func (a *blockAudit) checkParams(where Where, value []byte) {
	var info cmtstate.ConsensusParamsInfo
	err := info.Unmarshal(value)
	if err == nil && info.ConsensusParams.Equal(&cmtproto.ConsensusParams{}) {
		var stored []byte
		if stored, err = a.states.get(blockKey("consensusParamsKey", info.LastHeightChanged)); err == nil {
			err = info.Unmarshal(stored)
		}
	}
	if err != nil {
		a.area.find("block-state", where, "consensus parameters", err)
		return
	}
	if h := a.header(where.Height); h != nil {
		params := cmttypes.ConsensusParamsFromProto(info.ConsensusParams)
		a.sameHash(where, h.ConsensusHash, params.Hash())
	}
}
