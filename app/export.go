package app

import (
	"encoding/json"
	"fmt"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Export writes the state of the latest height as a genesis that goes on at the
// next one.
func (a *App) Export(modules []string) (servertypes.ExportedApp, error) {
	height := a.LastBlockHeight()
	// The committed state: that of CheckTx has counted what is in the mempool.
	ctx := sdk.NewContext(a.CommitMultiStore().CacheMultiStore(), cmtproto.Header{ChainID: a.ChainID(), Height: height}, false, a.Logger())
	if a.ChainID() == "" {
		return servertypes.ExportedApp{}, fmt.Errorf("export: expected the chain id from the genesis file, got none")
	}
	state, err := a.manager.ExportGenesisForModules(ctx, a.Codec, modules)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	raw, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	validators, err := a.exportedValidators(ctx)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	return servertypes.ExportedApp{
		AppState: raw, Validators: validators, Height: height + 1,
		ConsensusParams: a.GetConsensusParams(ctx),
	}, nil
}
