package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/evidence/types"
)

// Charge says whose quota a message will use, and how much: nothing unless it
// makes a record. A repeated request makes none. The ante chain asks, so that an
// exhausted quota is refused before a signature is verified.
func (k *Keeper) Charge(ctx context.Context, msg sdk.Msg) (enterpriseID, records uint64, err error) {
	m, ok := msg.(*types.MsgSubmitRecord)
	if !ok || types.CheckSubmission(m) != nil {
		return 0, 0, nil
	}
	earlier, err := k.repeated(ctx, m)
	if err != nil || earlier != nil {
		return 0, 0, err
	}
	return m.EnterpriseId, 1, nil
}
