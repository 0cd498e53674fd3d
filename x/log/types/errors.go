package types

import errorsmod "cosmossdk.io/errors"

// Errors of the log. Codes are never used again.
var (
	ErrNotFound   = errorsmod.Register(ModuleName, 2, "not in the log")
	ErrEntry      = errorsmod.Register(ModuleName, 3, "invalid entry")
	ErrTransition = errorsmod.Register(ModuleName, 4, "invalid status change")
	ErrGenesis    = errorsmod.Register(ModuleName, 5, "invalid log genesis")
	ErrCorrupt    = errorsmod.Register(ModuleName, 6, "log state is corrupt")
)
