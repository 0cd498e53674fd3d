package keeper

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func upgradeEntry(stage logtypes.UpgradeStage, name string, at uint64, head *logtypes.LogHead) logtypes.Body {
	u := &logtypes.SoftwareUpgrade{Stage: stage, Name: name, UpgradeHeight: at}
	if head != nil {
		u.LogSize, u.LogRoot = head.Size_, head.Root
	}
	return &logtypes.Entry_SoftwareUpgrade{SoftwareUpgrade: u}
}

// Upgrade is what the first binary after a software upgrade does: migrate, with the
// log as it was, and enter that it did. An error stops the chain: software that
// changes the log must not run.
func (k *Keeper) Upgrade(ctx context.Context, name string, at uint64, migrate func() error) error {
	before, err := k.log.Head(ctx)
	if err != nil {
		return err
	}
	if err := migrate(); err != nil {
		return err
	}
	after, err := k.log.Head(ctx)
	if err != nil {
		return err
	}
	if after.Size_ != before.Size_ || !bytes.Equal(after.Root, before.Root) {
		return errorsmod.Wrapf(types.ErrUpgrade, "expected the log as it was, %d entries with root %x, got %d with %x", before.Size_, before.Root, after.Size_, after.Root)
	}
	_, err = k.log.Append(ctx, upgradeEntry(logtypes.UPGRADE_STAGE_APPLIED, name, at, &before))
	return err
}

// KnowUpgrades keeps the names of the upgrades that the chain's software has: that of
// genesis, or the one that carries out an upgrade. What is known already stays.
func (k *Keeper) KnowUpgrades(ctx context.Context, names ...string) error {
	for _, name := range names {
		if err := k.knowUpgrade(ctx, name, height(ctx)); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) knowUpgrade(ctx context.Context, name string, at uint64) error {
	id := sha256.Sum256([]byte(name))
	known, err := k.knownUpgrades.Has(ctx, id[:])
	if err != nil || known {
		return err
	}
	return k.knownUpgrades.Set(ctx, id[:], at)
}

// KnownUpgrade answers since which height the chain's software has an upgrade of that
// name; 0 if it has none. Software that a node has of its own accord does not count.
func (k *Keeper) KnownUpgrade(ctx context.Context, name string) (uint64, error) {
	id := sha256.Sum256([]byte(name))
	at, err := k.knownUpgrades.Get(ctx, id[:])
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	return at, err
}
