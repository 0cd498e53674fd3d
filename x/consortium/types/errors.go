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
	ErrMessage       = errorsmod.Register(ModuleName, 11, "message cannot be decided")
	ErrProposal      = errorsmod.Register(ModuleName, 12, "invalid proposal")
	ErrNotOpen       = errorsmod.Register(ModuleName, 13, "proposal is not open")
	ErrVoted         = errorsmod.Register(ModuleName, 14, "voted so already")
	ErrValidatorSet  = errorsmod.Register(ModuleName, 15, "invalid validator set")
	ErrKeyUsed       = errorsmod.Register(ModuleName, 16, "consensus key was used before")
	ErrStanding      = errorsmod.Register(ModuleName, 17, "wrong standing of the institution")
	ErrKeyRetired    = errorsmod.Register(ModuleName, 18, "key is retired")
	ErrTooMany       = errorsmod.Register(ModuleName, 19, "too many open proposals")
	ErrParams        = errorsmod.Register(ModuleName, 20, "invalid parameters")
	ErrUpgrade       = errorsmod.Register(ModuleName, 21, "invalid software upgrade")
)
