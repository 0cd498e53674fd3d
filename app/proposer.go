//go:build !byzantine

package app

import sdk "github.com/cosmos/cosmos-sdk/types"

// proposer makes the proposals of this node.
func (a *App) proposer() sdk.PrepareProposalHandler { return a.prepareProposal }
