package keeper

import (
	"context"
	"slices"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// enrollers are the roles that may enrol users.
var enrollers = []logtypes.Role{logtypes.ROLE_REGISTRAR, logtypes.ROLE_ENROLLER}

// Authorise says who may do what: whether the signer of a message has the role or
// right for it and no interest in it. Fields and states are the handler's to
// check. Errors: ErrNotPermitted of the consortium; the module's not-found errors.
func (k *Keeper) Authorise(ctx context.Context, msg sdk.Msg) error {
	switch m := msg.(type) {
	case *types.MsgEnrolUser:
		_, err := k.consortium.OfficerWith(ctx, m.Officer, enrollers...)
		return err
	case *types.MsgApplyEnterprise:
		_, err := k.userOf(ctx, m.Applicant)
		return err
	case *types.MsgReviewEnterprise:
		return k.authoriseOfficer(ctx, m.Officer, logtypes.ROLE_REGISTRAR, m.EnterpriseId)
	case *types.MsgSuspendEnterprise:
		return k.authoriseOfficer(ctx, m.Officer, logtypes.ROLE_REGISTRAR, m.EnterpriseId)
	case *types.MsgSetQuota:
		return k.authoriseOfficer(ctx, m.Officer, logtypes.ROLE_REGISTRAR, m.EnterpriseId)
	case *types.MsgApplyMembership:
		_, err := k.userOf(ctx, m.Applicant)
		return err
	case *types.MsgReviewMembership:
		return k.authoriseManager(ctx, m.Manager, m.EnterpriseId, m.UserId, m.Rights)
	case *types.MsgSetRights:
		return k.authoriseManager(ctx, m.Manager, m.EnterpriseId, m.UserId, m.Rights)
	case *types.MsgRemoveMember:
		return k.authoriseManager(ctx, m.Manager, m.EnterpriseId, m.UserId, nil)
	case *types.MsgApplyQualification:
		_, err := k.AuthoriseMember(ctx, m.Manager, m.EnterpriseId, types.RIGHT_MANAGE)
		return err
	case *types.MsgReviewQualification:
		return k.authoriseReviewer(ctx, m.Officer, m.QualificationId)
	case *types.MsgRevokeQualification:
		return k.authoriseReviewer(ctx, m.Officer, m.QualificationId)
	}
	return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a message of the module, got %s", sdk.MsgTypeURL(msg))
}

// authoriseOfficer wants an officer with a role who has no part in the enterprise.
func (k *Keeper) authoriseOfficer(ctx context.Context, address string, role logtypes.Role, enterpriseID uint64) error {
	if _, err := k.consortium.OfficerWith(ctx, address, role); err != nil {
		return err
	}
	return k.authoriseImpartial(ctx, address, enterpriseID)
}

// authoriseReviewer wants a reviewer who has no part in the enterprise that the
// qualification is for.
func (k *Keeper) authoriseReviewer(ctx context.Context, address string, qualificationID uint64) error {
	if _, err := k.consortium.OfficerWith(ctx, address, logtypes.ROLE_REVIEWER); err != nil {
		return err
	}
	q, err := k.Qualification(ctx, qualificationID)
	if err != nil {
		return err
	}
	return k.authoriseImpartial(ctx, address, q.EnterpriseId)
}

// authoriseImpartial refuses an officer whose key is also that of the
// enterprise's administrator or of a member, applied for or active.
func (k *Keeper) authoriseImpartial(ctx context.Context, address string, enterpriseID uint64) error {
	e, err := k.Enterprise(ctx, enterpriseID)
	if err != nil {
		return err
	}
	key, err := k.consortium.KeyOf(ctx, address)
	if err != nil || key.UserId == 0 {
		return err
	}
	m, err := k.memberOrZero(ctx, key.UserId, enterpriseID)
	if err != nil {
		return err
	}
	if key.UserId == e.Administrator || m.Lives() {
		return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected an officer without part in enterprise %d, got its user %d", enterpriseID, key.UserId)
	}
	return nil
}

// authoriseManager wants a member with MANAGE who may act on another member: only
// the administrator may give MANAGE or act on a member who has it, and nobody
// acts on the administrator.
func (k *Keeper) authoriseManager(ctx context.Context, address string, enterpriseID, targetID uint64, give []types.Right) error {
	manager, err := k.AuthoriseMember(ctx, address, enterpriseID, types.RIGHT_MANAGE)
	if err != nil {
		return err
	}
	e, err := k.Enterprise(ctx, enterpriseID)
	if err != nil {
		return err
	}
	target, err := k.Member(ctx, enterpriseID, targetID)
	if err != nil {
		return err
	}
	if targetID == e.Administrator {
		return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a member other than the administrator, got user %d", targetID)
	}
	touches := target.Has(types.RIGHT_MANAGE) || slices.Contains(give, types.RIGHT_MANAGE)
	if touches && manager.UserId != e.Administrator {
		return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected the administrator of enterprise %d for the right %s, got user %d", enterpriseID, types.RIGHT_MANAGE.Word(), manager.UserId)
	}
	return nil
}
