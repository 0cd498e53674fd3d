package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
)

// Check says what can be known of a message before it is executed: whether its
// fields are well formed and its categories known. It writes nothing. Ante calls
// it after Authorise, so that what must fail never stands in a block; the handlers
// call it with authority. Errors: those of the fields; ErrNotPermitted for a
// message of another module.
func (k *Keeper) Check(ctx context.Context, msg sdk.Msg) error {
	switch m := msg.(type) {
	case *types.MsgEnrolUser:
		return checkEnrolment(m)
	case *types.MsgApplyEnterprise:
		return types.CheckApplyEnterprise(m)
	case *types.MsgReviewEnterprise:
		return consortiumtypes.CheckReason(m.Reason, !m.Approve)
	case *types.MsgSuspendEnterprise:
		return consortiumtypes.CheckReason(m.Reason, !m.Lift)
	case *types.MsgSetQuota:
		return types.CheckQuota(m.Quota)
	case *types.MsgApplyMembership:
		return consortiumtypes.CheckCommitment("form_commitment", m.FormCommitment)
	case *types.MsgReviewMembership:
		return types.CheckReviewMembership(m)
	case *types.MsgSetRights:
		return types.CheckRights(m.Rights)
	case *types.MsgRemoveMember:
		return nil // ids only
	case *types.MsgApplyQualification:
		p, err := k.params.Get(ctx)
		if err != nil {
			return err
		}
		return types.CheckApplyQualification(m, p)
	case *types.MsgReviewQualification:
		return consortiumtypes.CheckReason(m.Reason, !m.Approve)
	case *types.MsgRevokeQualification:
		return consortiumtypes.CheckReason(m.Reason, true)
	case *types.MsgUpdateParams:
		return k.checkParams(ctx, m.Params)
	}
	return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a message of the module, got %s", sdk.MsgTypeURL(msg))
}

// checkEnrolment also checks the key, as the consortium does when it binds it.
func checkEnrolment(m *types.MsgEnrolUser) error {
	if err := types.CheckEnrolment(m); err != nil {
		return err
	}
	_, err := m.Key.CryptoKey()
	return err
}
