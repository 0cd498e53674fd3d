package types

import errorsmod "cosmossdk.io/errors"

// DefaultParams give consensus every change at once.
func DefaultParams() Params { return Params{EpochBlocks: 1} }

// Validate names the field that is out of range: ErrParams.
func (m Params) Validate() error {
	if m.EpochBlocks == 0 || m.EpochBlocks > MaxEpochBlocks {
		return errorsmod.Wrapf(ErrParams, "params.epoch_blocks: expected 1 to %d, got %d", MaxEpochBlocks, m.EpochBlocks)
	}
	return nil
}
