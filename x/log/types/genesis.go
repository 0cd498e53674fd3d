package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/inkchain/inkd/format"
)

// Validate checks what can be checked without replaying the entries; the errors
// name the field.
func (m *GenesisState) Validate() error {
	if len(m.LogId) != len(format.Hash{}) {
		return errorsmod.Wrapf(ErrGenesis, "log.log_id: expected 32 bytes, got %d", len(m.LogId))
	}
	if len(m.Entries) == 0 {
		if m.Head != nil && m.Head.Size_ != 0 {
			return errorsmod.Wrapf(ErrGenesis, "log.head.size: expected 0 for a log without entries, got %d", m.Head.Size_)
		}
		return nil
	}
	if m.Head == nil {
		return errorsmod.Wrap(ErrGenesis, "log.head: expected the head of the exported log, got none")
	}
	if m.Head.Version != Version {
		return errorsmod.Wrapf(ErrGenesis, "log.head.version: expected %d, got %d", Version, m.Head.Version)
	}
	if m.Head.Size_ != uint64(len(m.Entries)) {
		return errorsmod.Wrapf(ErrGenesis, "log.head.size: expected %d, the number of entries, got %d", len(m.Entries), m.Head.Size_)
	}
	if len(m.Head.Root) != len(format.Hash{}) {
		return errorsmod.Wrapf(ErrGenesis, "log.head.root: expected 32 bytes, got %d", len(m.Head.Root))
	}
	if m.ChainId == "" {
		return errorsmod.Wrap(ErrGenesis, "log.chain_id: expected the id of the exporting chain, got none")
	}
	return nil
}
