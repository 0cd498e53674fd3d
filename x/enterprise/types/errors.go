package types

import (
	errorsmod "cosmossdk.io/errors"
	"google.golang.org/grpc/codes"
)

// Errors of the module. A number is never used again for another error.
var (
	ErrInvalid               = errorsmod.Register(ModuleName, 2, "invalid field")
	ErrUserNotFound          = errorsmod.RegisterWithGRPCCode(ModuleName, 3, codes.NotFound, "unknown user")
	ErrEnterpriseNotFound    = errorsmod.RegisterWithGRPCCode(ModuleName, 4, codes.NotFound, "unknown enterprise")
	ErrMemberNotFound        = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.NotFound, "unknown membership")
	ErrQualificationNotFound = errorsmod.RegisterWithGRPCCode(ModuleName, 6, codes.NotFound, "unknown qualification")
	ErrInvalidName           = errorsmod.Register(ModuleName, 7, "invalid enterprise name")
	ErrInvalidUSCC           = errorsmod.Register(ModuleName, 8, "invalid unified social credit code")
	ErrTaken                 = errorsmod.Register(ModuleName, 9, "name or code belongs to a certified enterprise")
	ErrPending               = errorsmod.Register(ModuleName, 10, "an application is pending already")
	ErrState                 = errorsmod.Register(ModuleName, 11, "not possible in this state")
	ErrCapReached            = errorsmod.Register(ModuleName, 12, "cap reached")
	ErrInvalidRights         = errorsmod.Register(ModuleName, 13, "invalid rights")
	ErrInvalidCategories     = errorsmod.Register(ModuleName, 14, "invalid categories")
	ErrInvalidQuota          = errorsmod.Register(ModuleName, 15, "invalid quota")
	ErrNotQualified          = errorsmod.Register(ModuleName, 16, "enterprise not qualified for the category")
	ErrQuotaExhausted        = errorsmod.Register(ModuleName, 17, "quota exhausted")
	ErrInvalidGenesis        = errorsmod.Register(ModuleName, 18, "invalid genesis of enterprise")
	ErrInvalidParams         = errorsmod.Register(ModuleName, 19, "invalid parameters")
)
