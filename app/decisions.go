package app

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
)

// decisions finds the handlers of what the consortium decides.
type decisions struct{ app *App }

// Handler answers the handler of a message that may be decided.
func (d decisions) Handler(_ context.Context, msg sdk.Msg) (func(sdk.Context, sdk.Msg) (*sdk.Result, error), error) {
	url := sdk.MsgTypeURL(msg)
	if classes[url] != proposed {
		return nil, errorsmod.Wrapf(consortiumtypes.ErrMessage, "expected a message that a decision may carry, got %s", url)
	}
	return d.app.MsgServiceRouter().Handler(msg), nil
}
