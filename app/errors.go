package app

import errorsmod "cosmossdk.io/errors"

// Errors of the application. Codes are never used again.
var (
	// ErrTx is the refusal of a transaction's form.
	ErrTx = errorsmod.Register(Name, 2, "transaction refused")
	// ErrClass is the refusal of a message that may not come in a transaction.
	ErrClass = errorsmod.Register(Name, 3, "message refused")
	// ErrGenesis is the refusal of a genesis outside the modules' own parts.
	ErrGenesis = errorsmod.Register(Name, 4, "invalid genesis")
)
