package app

import (
	"sync"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// pending counts each signer's transactions in this node's mempool: those that
// passed CheckTx, or its repetition after a block, since the last block. It is the
// node's own policy and no part of any decision about a block.
type pending struct {
	mu    sync.Mutex
	count map[string]int
}

func (p *pending) of(signer sdk.AccAddress) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count[string(signer)]
}

func (p *pending) add(signer sdk.AccAddress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count == nil {
		p.count = map[string]int{}
	}
	p.count[string(signer)]++
}

// reset forgets all: after a block the mempool is checked again from the start.
func (p *pending) reset(sdk.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count = nil
}
