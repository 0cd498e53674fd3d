package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// UseEnrolment counts one enrolment against an enroller's daily cap. A registrar
// has none. The day never goes back, even if block time does. The count belongs to
// the key: to dismiss an officer and appoint the holder again refills nothing.
func (k *Keeper) UseEnrolment(ctx context.Context, officer types.Officer) error {
	if officer.Has(logtypes.ROLE_REGISTRAR) {
		return nil
	}
	use, err := k.enrolments.Get(ctx, officer.KeyId)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if day := types.Day(sdk.UnwrapSDKContext(ctx).BlockTime()); day > use.Day {
		use = types.DailyUse{Day: day}
	}
	if use.Used >= officer.EnrolCap {
		return errorsmod.Wrapf(types.ErrCapReached, "expected at most %d enrolments a day by officer %d; refills at %s",
			officer.EnrolCap, officer.Id, types.FormatUTC8(types.RefillsAt(use.Day)))
	}
	use.Used++
	return k.enrolments.Set(ctx, officer.KeyId, use)
}

// appoint makes an officer of an institution.
func (k *Keeper) appoint(ctx context.Context, institutionID uint64, m *types.MsgAppointOfficer) (types.Officer, error) {
	id, err := next(ctx, k.officerIDs)
	if err != nil {
		return types.Officer{}, err
	}
	o := types.Officer{
		Id: id, InstitutionId: institutionID,
		Roles: m.Roles, EnrolCap: m.EnrolCap, PersonCommitment: m.PersonCommitment,
	}
	if o.KeyId, err = k.bindOfficerKey(ctx, m, id); err != nil {
		return o, err
	}
	if err := k.officers.Set(ctx, id, o); err != nil {
		return o, err
	}
	if _, err := k.log.Append(ctx, &logtypes.Entry_OfficerAppointed{OfficerAppointed: &logtypes.OfficerAppointed{
		OfficerId: id, InstitutionId: institutionID, Roles: o.Roles, KeyId: o.KeyId, EnrolCap: o.EnrolCap,
	}}); err != nil {
		return o, err
	}
	return o, emit(ctx, &types.EventOfficerAppointed{OfficerId: id, InstitutionId: institutionID})
}

// dismiss ends an officer's powers.
func (k *Keeper) dismiss(ctx context.Context, o types.Officer, reason logtypes.Reason) error {
	o.Dismissed = true
	if err := k.officers.Set(ctx, o.Id, o); err != nil {
		return err
	}
	if _, err := k.log.Append(ctx, &logtypes.Entry_OfficerDismissed{OfficerDismissed: &logtypes.OfficerDismissed{
		OfficerId: o.Id, InstitutionId: o.InstitutionId, Reason: reason,
	}}); err != nil {
		return err
	}
	return emit(ctx, &types.EventOfficerDismissed{OfficerId: o.Id, InstitutionId: o.InstitutionId})
}

// checkReset refuses to reset an officer who is dismissed, and a key of which only
// half is given.
func (k *Keeper) checkReset(ctx context.Context, m *types.MsgResetOfficer) (types.Officer, error) {
	o, err := k.checkDismissal(ctx, &types.MsgDismissOfficer{OfficerId: m.OfficerId, Reason: m.Reason})
	if err != nil {
		return o, err
	}
	if _, err := k.present(ctx, o.InstitutionId); err != nil {
		return o, err
	}
	if len(m.Key.Key) == 0 && m.Key.Type == logtypes.KEY_TYPE_UNSPECIFIED {
		if m.Custody != logtypes.CUSTODY_UNSPECIFIED {
			err = errorsmod.Wrapf(types.ErrInvalidField, "custody: expected none without a key, got %s", m.Custody)
		}
		return o, err
	}
	if err := types.CheckCustody(m.Custody); err != nil {
		return o, err
	}
	_, err = m.Key.CryptoKey()
	return o, err
}

// reset dismisses an officer and, with a key, appoints the same person again.
func (k *Keeper) reset(ctx context.Context, o types.Officer, m *types.MsgResetOfficer) (uint64, error) {
	if err := k.dismiss(ctx, o, m.Reason); err != nil || len(m.Key.Key) == 0 {
		return 0, err
	}
	again, err := k.appoint(ctx, o.InstitutionId, &types.MsgAppointOfficer{
		Key: m.Key, Custody: m.Custody, Roles: o.Roles, EnrolCap: o.EnrolCap, PersonCommitment: o.PersonCommitment,
	})
	return again.Id, err
}
