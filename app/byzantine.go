//go:build byzantine

package app

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// ByzantineEnv names the file from which a byzantine proposer takes its proposals.
const ByzantineEnv = "INK_BYZANTINE_PROPOSALS"

// proposer, in a binary that only tests build, proposes whatever the file holds,
// one transaction in base64 a line, and only once: the file is then renamed to
// FILE.HEIGHT, so that the test knows which height to look at. Without a file it
// is honest.
func (a *App) proposer() sdk.PrepareProposalHandler {
	return func(ctx sdk.Context, req *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
		file := os.Getenv(ByzantineEnv)
		text, err := os.ReadFile(file)
		if err != nil {
			return a.prepareProposal(ctx, req)
		}
		resp := &abci.ResponsePrepareProposal{}
		for _, line := range strings.Fields(string(text)) {
			tx, err := base64.StdEncoding.DecodeString(line)
			if err != nil {
				return nil, err
			}
			resp.Txs = append(resp.Txs, tx)
		}
		return resp, os.Rename(file, fmt.Sprintf("%s.%d", file, req.Height))
	}
}
