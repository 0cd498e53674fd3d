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

// actor is who signed a message, as far as the handler needs it.
type actor struct {
	officer consortiumtypes.Officer
	userID  uint64
}

// Authorise says who may do what: whether the signer of a message has the role or
// right for it and no interest in it. Fields and states are the handler's to
// check. Errors: ErrNotPermitted of the consortium; the module's not-found errors.
func (k *Keeper) Authorise(ctx context.Context, msg sdk.Msg) error {
	_, err := k.authorise(ctx, msg)
	return err
}

// authorise is Authorise for the handlers: it also answers who signed, so that
// they do not ask again.
func (k *Keeper) authorise(ctx context.Context, msg sdk.Msg) (actor, error) {
	switch m := msg.(type) {
	case *types.MsgEnrolUser:
		return k.authoriseOfficer(ctx, m.Officer, logtypes.ROLE_REGISTRAR, logtypes.ROLE_ENROLLER)
	case *types.MsgApplyEnterprise:
		return k.authoriseUser(ctx, m.Applicant)
	case *types.MsgReviewEnterprise:
		return k.authoriseRegistrar(ctx, m.Officer, m.EnterpriseId)
	case *types.MsgSuspendEnterprise:
		return k.authoriseRegistrar(ctx, m.Officer, m.EnterpriseId)
	case *types.MsgSetQuota:
		return k.authoriseRegistrar(ctx, m.Officer, m.EnterpriseId)
	case *types.MsgApplyMembership:
		return k.authoriseUser(ctx, m.Applicant)
	case *types.MsgReviewMembership:
		return k.authoriseManager(ctx, m.Manager, m.EnterpriseId, m.UserId, m.Rights)
	case *types.MsgSetRights:
		return k.authoriseManager(ctx, m.Manager, m.EnterpriseId, m.UserId, m.Rights)
	case *types.MsgRemoveMember:
		return k.authoriseManager(ctx, m.Manager, m.EnterpriseId, m.UserId, nil)
	case *types.MsgApplyQualification:
		member, err := k.AuthoriseMember(ctx, m.Manager, m.EnterpriseId, types.RIGHT_MANAGE)
		return actor{userID: member.UserId}, err
	case *types.MsgReviewQualification:
		return k.authoriseReviewer(ctx, m.Officer, m.QualificationId)
	case *types.MsgRevokeQualification:
		return k.authoriseReviewer(ctx, m.Officer, m.QualificationId)
	case *types.MsgUpdateParams:
		return actor{}, k.consortium.AuthoriseDecision(m.Authority)
	}
	return actor{}, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a message of the module, got %s", sdk.MsgTypeURL(msg))
}

func (k *Keeper) authoriseUser(ctx context.Context, address string) (actor, error) {
	userID, err := k.userOf(ctx, address)
	return actor{userID: userID}, err
}

func (k *Keeper) authoriseOfficer(ctx context.Context, address string, roles ...logtypes.Role) (actor, error) {
	officer, err := k.consortium.OfficerWith(ctx, address, roles...)
	return actor{officer: officer}, err
}

// authoriseRegistrar wants a registrar who has no part in the enterprise.
func (k *Keeper) authoriseRegistrar(ctx context.Context, address string, enterpriseID uint64) (actor, error) {
	who, err := k.authoriseOfficer(ctx, address, logtypes.ROLE_REGISTRAR)
	if err != nil {
		return actor{}, err
	}
	return who, k.checkImpartial(ctx, address, enterpriseID)
}

// authoriseReviewer wants a reviewer who has no part in the enterprise that the
// qualification is for.
func (k *Keeper) authoriseReviewer(ctx context.Context, address string, qualificationID uint64) (actor, error) {
	who, err := k.authoriseOfficer(ctx, address, logtypes.ROLE_REVIEWER)
	if err != nil {
		return actor{}, err
	}
	q, err := k.Qualification(ctx, qualificationID)
	if err != nil {
		return actor{}, err
	}
	return who, k.checkImpartial(ctx, address, q.EnterpriseId)
}

// checkImpartial is CheckImpartial for the key of an officer.
func (k *Keeper) checkImpartial(ctx context.Context, address string, enterpriseID uint64) error {
	key, err := k.consortium.KeyOf(ctx, address)
	if err != nil {
		return err
	}
	return k.CheckImpartial(ctx, key.UserId, enterpriseID)
}

// CheckImpartial refuses an officer, by the user that the officer's key belongs
// to, who has part in an enterprise: as its administrator, or as a member, applied
// for or active. User 0 is nobody and has part in none. Errors: ErrNotPermitted;
// ErrEnterpriseNotFound.
func (k *Keeper) CheckImpartial(ctx context.Context, userID, enterpriseID uint64) error {
	e, err := k.Enterprise(ctx, enterpriseID)
	if err != nil || userID == 0 {
		return err
	}
	m, err := k.memberOrZero(ctx, userID, enterpriseID)
	if err != nil {
		return err
	}
	if userID == e.Administrator || m.Lives() {
		return errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected an officer without part in enterprise %d, got its user %d", enterpriseID, userID)
	}
	return nil
}

// authoriseManager wants a member with MANAGE who may act on another member: only
// the administrator may give MANAGE or act on a member who has it, and nobody
// acts on the administrator.
func (k *Keeper) authoriseManager(ctx context.Context, address string, enterpriseID, targetID uint64, give []types.Right) (actor, error) {
	manager, err := k.AuthoriseMember(ctx, address, enterpriseID, types.RIGHT_MANAGE)
	if err != nil {
		return actor{}, err
	}
	who := actor{userID: manager.UserId}
	e, err := k.Enterprise(ctx, enterpriseID)
	if err != nil {
		return who, err
	}
	target, err := k.Member(ctx, enterpriseID, targetID)
	if err != nil {
		return who, err
	}
	if targetID == e.Administrator {
		return who, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a member other than the administrator, got user %d", targetID)
	}
	touches := target.Has(types.RIGHT_MANAGE) || slices.Contains(give, types.RIGHT_MANAGE)
	if touches && who.userID != e.Administrator {
		return who, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected the administrator of enterprise %d for the right %s, got user %d", enterpriseID, types.RIGHT_MANAGE.Word(), who.userID)
	}
	return who, nil
}
