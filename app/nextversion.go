//go:build nextversion

package app

import sdk "github.com/cosmos/cosmos-sdk/types"

// NextStore is the store that the upgrade "next" adds.
const NextStore = "inknext"

// A binary that only tests build is the version after this one: it knows the upgrade
// "next", which adds a store and writes the height into it.
func init() {
	stores = append(stores, NextStore)
	upgrades = append(upgrades, softwareUpgrade{name: "next", added: []string{NextStore}, migrate: func(ctx sdk.Context, a *App) error {
		ctx.KVStore(a.keys[NextStore]).Set([]byte{1}, sdk.Uint64ToBigEndian(uint64(ctx.BlockHeight())))
		return nil
	}})
}
