package main

import (
	"fmt"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"github.com/inkchain/inkd/app"
)

// newNode makes the application of a running node from its configuration.
func newNode(logger log.Logger, db dbm.DB, opts servertypes.AppOptions) servertypes.Application {
	return app.New(logger, db, true, opts, server.DefaultBaseappOptions(opts)...)
}

// exportNode exports the state of a stopped node as a genesis.
func exportNode(logger log.Logger, db dbm.DB, height int64, forZeroHeight bool, _ []string, opts servertypes.AppOptions, modules []string) (servertypes.ExportedApp, error) {
	if home, ok := opts.Get(flags.FlagHome).(string); !ok || home == "" {
		return servertypes.ExportedApp{}, fmt.Errorf("expected --%s to be set, got none", flags.FlagHome)
	}
	if forZeroHeight {
		return servertypes.ExportedApp{}, fmt.Errorf("--for-zero-height: expected none: heights never repeat on this chain")
	}
	a := app.New(logger, db, height == -1, opts, server.DefaultBaseappOptions(opts)...)
	if height != -1 {
		if err := a.LoadVersion(height); err != nil {
			return servertypes.ExportedApp{}, err
		}
	}
	return a.Export(modules)
}
