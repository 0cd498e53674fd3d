package types

import errorsmod "cosmossdk.io/errors"

// DefaultParams: a routine change a day on an idle chain, which makes a block every
// half minute, so that the chain of sets in a proof stays short.
func DefaultParams() Params { return Params{EpochBlocks: 2880} }

// Validate names the field that is out of range: ErrParams.
func (m Params) Validate() error {
	if m.EpochBlocks == 0 || m.EpochBlocks > MaxEpochBlocks {
		return errorsmod.Wrapf(ErrParams, "params.epoch_blocks: expected 1 to %d, got %d", MaxEpochBlocks, m.EpochBlocks)
	}
	return nil
}
