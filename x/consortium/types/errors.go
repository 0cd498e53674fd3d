package types

import errorsmod "cosmossdk.io/errors"

// Errors of the consortium. Codes are never used again.
var (
	ErrNotPermitted  = errorsmod.Register(ModuleName, 2, "not permitted")
	ErrUnknownSigner = errorsmod.Register(ModuleName, 3, "unknown signer")
	ErrInvalidKey    = errorsmod.Register(ModuleName, 4, "invalid key")
	ErrKeyBound      = errorsmod.Register(ModuleName, 5, "key is bound already")
	ErrInvalidField  = errorsmod.Register(ModuleName, 6, "invalid field")
	ErrNotFound      = errorsmod.Register(ModuleName, 7, "not found")
	ErrCapReached    = errorsmod.Register(ModuleName, 8, "daily cap reached")
	ErrGenesis       = errorsmod.Register(ModuleName, 9, "invalid consortium genesis")
	ErrDismissed     = errorsmod.Register(ModuleName, 10, "officer is dismissed already")
)
