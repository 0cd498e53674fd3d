package keeper

import (
	"bytes"
	"context"

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
