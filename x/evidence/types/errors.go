package types

import (
	"google.golang.org/grpc/codes"

	errorsmod "cosmossdk.io/errors"
)

// Errors of the module. Codes are never used again.
var (
	ErrNotFound           = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.NotFound, "no such evidence or certificate")
	ErrInvalid            = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.InvalidArgument, "invalid field")
	ErrKind               = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.InvalidArgument, "kind of record not accepted")
	ErrRequestReused      = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.AlreadyExists, "request id used for another deposit")
	ErrAlreadyOpen        = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.AlreadyExists, "evidence is open already")
	ErrCommitmentMismatch = errorsmod.RegisterWithGRPCCode(ModuleName, 7, codes.InvalidArgument, "opening does not match the commitment")
	ErrPublic             = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.InvalidArgument, "invalid public part")
	ErrConsent            = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.FailedPrecondition, "consent to publish is missing")
	ErrUnderway           = errorsmod.RegisterWithGRPCCode(ModuleName, 10, codes.AlreadyExists, "evidence has a certificate already")
	ErrState              = errorsmod.RegisterWithGRPCCode(ModuleName, 11, codes.FailedPrecondition, "not possible in this state")
	ErrFourEyes           = errorsmod.RegisterWithGRPCCode(ModuleName, 12, codes.PermissionDenied, "another officer has to do this")
	ErrRevelation         = errorsmod.RegisterWithGRPCCode(ModuleName, 13, codes.InvalidArgument, "revelation missing or not expected")
	ErrItem               = errorsmod.RegisterWithGRPCCode(ModuleName, 14, codes.InvalidArgument, "item missing, not expected or not of this evidence")
	ErrNumber             = errorsmod.RegisterWithGRPCCode(ModuleName, 15, codes.InvalidArgument, "invalid number")
	ErrPage               = errorsmod.RegisterWithGRPCCode(ModuleName, 16, codes.InvalidArgument, "invalid page")
	ErrGenesis            = errorsmod.RegisterWithGRPCCode(ModuleName, 17, codes.InvalidArgument, "invalid evidence genesis")
	ErrCorrupt            = errorsmod.RegisterWithGRPCCode(ModuleName, 18, codes.DataLoss, "evidence state is corrupt")
)
