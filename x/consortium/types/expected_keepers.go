package types

import (
	"context"

	"cosmossdk.io/core/address"

	sdk "github.com/cosmos/cosmos-sdk/types"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

// AccountKeeper creates the accounts of bound keys.
type AccountKeeper interface {
	AddressCodec() address.Codec
	GetAccount(ctx context.Context, addr sdk.AccAddress) sdk.AccountI
	SetAccount(ctx context.Context, acc sdk.AccountI)
}

// LogKeeper is the evidence log.
type LogKeeper interface {
	Append(ctx context.Context, body logtypes.Body) (*logtypes.Entry, error)
	// Head and Entry are for genesis: an imported state must be what the log says.
	Head(ctx context.Context) (logtypes.LogHead, error)
	Entry(ctx context.Context, seq uint64) (*logtypes.Entry, error)
}

// Router finds the handlers of what a decision carries out.
type Router interface {
	// Handler answers the handler of a message that a decision may carry: ErrMessage
	// for any other, or one that the consortium does not sign.
	Handler(ctx context.Context, msg sdk.Msg) (func(sdk.Context, sdk.Msg) (*sdk.Result, error), error)
	// Plan answers the software upgrade that is planned: ErrUpgrade if there is none.
	Plan(ctx context.Context) (name string, height uint64, err error)
}
