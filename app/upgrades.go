package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

// softwareUpgrade is a change of this software that a running chain makes together, at a
// height that the consortium decides. A plan has its name.
type softwareUpgrade struct {
	name string
	// added are the stores that it adds, which stand in stores too.
	added []string
	// migrate does what the modules' own migrations do not; nil for nothing. It must
	// leave the log as it is.
	migrate func(sdk.Context, *App) error
}

// upgrades are those of this release and of all before it: without the last one
// that a chain made the SDK does not run on it. There was none so far.
var upgrades []softwareUpgrade

// handleUpgrades tells the SDK what this software can carry out. At a plan's height
// the software before it stops, because it has no handler of that name.
func (a *App) handleUpgrades() {
	for _, u := range upgrades {
		a.UpgradeKeeper.SetUpgradeHandler(u.name, a.carryOut(u))
	}
}

// carryOut migrates all modules; the consortium compares the log before and after,
// and enters the upgrade in it.
func (a *App) carryOut(u softwareUpgrade) upgradetypes.UpgradeHandler {
	return func(ctx context.Context, plan upgradetypes.Plan, from module.VersionMap) (to module.VersionMap, err error) {
		migrate := func() error {
			if to, err = a.manager.RunMigrations(ctx, a.configurator, from); err != nil || u.migrate == nil {
				return err
			}
			return u.migrate(sdk.UnwrapSDKContext(ctx), a)
		}
		if err = a.ConsortiumKeeper.Upgrade(ctx, plan.Name, uint64(plan.Height), migrate); err != nil {
			return to, err
		}
		return to, a.knowUpgrades(ctx)
	}
}

// knowUpgrades writes into state which upgrades this software has. All nodes do it at the
// same height with the same software: at genesis, and when an upgrade is carried out.
// In between a node may have any; no verdict looks at them.
func (a *App) knowUpgrades(ctx context.Context) error {
	names := make([]string, len(upgrades))
	for i, u := range upgrades {
		names[i] = u.name
	}
	return a.ConsortiumKeeper.KnowUpgrades(ctx, names...)
}

// addStores makes the stores that an upgrade adds, if the software before it left a
// note in the node's home that it stopped for that upgrade.
func (a *App) addStores(home string, skip map[int64]bool) error {
	note := filepath.Join(home, "data", upgradetypes.UpgradeInfoFilename)
	// The SDK would make the directory, also for a command that only looks.
	if _, err := os.Stat(note); home == "" || os.IsNotExist(err) {
		return nil
	}
	plan, err := a.UpgradeKeeper.ReadUpgradeInfoFromDisk()
	if err != nil {
		return fmt.Errorf("%s: expected the note of a software upgrade: %w", note, err)
	}
	for _, u := range upgrades {
		if u.name == plan.Name && !skip[plan.Height] {
			a.SetStoreLoader(upgradetypes.UpgradeStoreLoader(plan.Height, &storetypes.StoreUpgrades{Added: u.added}))
		}
	}
	return nil
}
