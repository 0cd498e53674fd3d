package keeper

import (
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Member is a membership. Error: ErrMemberNotFound.
func (k *Keeper) Member(ctx context.Context, enterpriseID, userID uint64) (types.Member, error) {
	return load(ctx, k.members, collections.Join(enterpriseID, userID),
		types.ErrMemberNotFound, "expected a membership in enterprise %d, got user %d", enterpriseID, userID)
}

// memberIn is a membership that must be in a state. Errors: ErrMemberNotFound,
// ErrState.
func (k *Keeper) memberIn(ctx context.Context, enterpriseID, userID uint64, state types.MemberState) (types.Member, error) {
	m, err := k.Member(ctx, enterpriseID, userID)
	if err != nil {
		return m, err
	}
	if m.State != state {
		return m, errorsmod.Wrapf(types.ErrState, "user %d in enterprise %d: expected %s, got %s", userID, enterpriseID, state.Word(), m.State.Word())
	}
	return m, nil
}

// memberOrZero is a membership, or one without a state if there is none.
func (k *Keeper) memberOrZero(ctx context.Context, userID, enterpriseID uint64) (types.Member, error) {
	m, err := k.members.Get(ctx, collections.Join(enterpriseID, userID))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Member{EnterpriseId: enterpriseID, UserId: userID}, nil
	}
	return m, err
}

// AuthoriseMember is the active member of a certified enterprise, by the address,
// with a right. Errors: ErrNotPermitted; ErrEnterpriseNotFound.
func (k *Keeper) AuthoriseMember(ctx context.Context, address string, enterpriseID uint64, right types.Right) (types.Member, error) {
	userID, err := k.userOf(ctx, address)
	if err != nil {
		return types.Member{}, err
	}
	e, err := k.Enterprise(ctx, enterpriseID)
	if err != nil {
		return types.Member{}, err
	}
	m, err := k.memberOrZero(ctx, userID, enterpriseID)
	if err != nil {
		return types.Member{}, err
	}
	if !m.Has(right) {
		return types.Member{}, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "expected a member of enterprise %d with the right %s, got user %d, who has it not", enterpriseID, right.Word(), userID)
	}
	if e.State != types.ENTERPRISE_STATE_CERTIFIED {
		return types.Member{}, errorsmod.Wrapf(consortiumtypes.ErrNotPermitted, "enterprise %d: expected certified, got %s", enterpriseID, e.State.Word())
	}
	return m, nil
}

// checkRoom refuses one more membership of a user over the cap. Error:
// ErrCapReached.
func (k *Keeper) checkRoom(ctx context.Context, userID uint64) error {
	n := 0
	err := k.memberships.Walk(ctx, collections.NewPrefixedPairRange[uint64, uint64](userID), func(pair, uint64) (bool, error) {
		n++
		return n >= types.MaxMemberships, nil
	})
	if err != nil {
		return err
	}
	if n >= types.MaxMemberships {
		return errorsmod.Wrapf(types.ErrCapReached, "user %d: expected less than %d memberships and applications, got %d", userID, types.MaxMemberships, n)
	}
	return nil
}

// applyMember stores an application for membership; a former refusal or removal
// is no obstacle.
func (k *Keeper) applyMember(ctx context.Context, userID uint64, m *types.MsgApplyMembership) (types.Member, error) {
	member, err := k.memberOrZero(ctx, userID, m.EnterpriseId)
	if err != nil {
		return member, err
	}
	if member.Lives() {
		return member, errorsmod.Wrapf(types.ErrState, "user %d in enterprise %d: expected no membership or application, got %s", userID, m.EnterpriseId, member.State.Word())
	}
	if err := k.checkRoom(ctx, userID); err != nil {
		return member, err
	}
	pending, err := k.pendingOf(ctx, m.EnterpriseId)
	if err != nil {
		return member, err
	}
	if pending >= types.MaxPendingMembers {
		return member, errorsmod.Wrapf(types.ErrCapReached, "enterprise %d: expected less than %d undecided applications, got %d", m.EnterpriseId, types.MaxPendingMembers, pending)
	}
	member = types.Member{
		EnterpriseId: m.EnterpriseId, UserId: userID,
		State: types.MEMBER_STATE_APPLIED, FormCommitment: m.FormCommitment,
	}
	return member, k.setMember(ctx, member)
}

// grant makes a member active with rights, replacing former ones.
func (k *Keeper) grant(ctx context.Context, m types.Member, rights []types.Right, grantedBy uint64) error {
	m.State, m.Rights, m.Reason = types.MEMBER_STATE_ACTIVE, rights, 0
	if err := k.setMember(ctx, m); err != nil {
		return err
	}
	if _, err := k.log.Append(ctx, &logtypes.Entry_MemberGranted{MemberGranted: &logtypes.MemberGranted{
		EnterpriseId: m.EnterpriseId, UserId: m.UserId, Rights: types.RightNumbers(rights), GrantedBy: grantedBy,
	}}); err != nil {
		return err
	}
	return emitMember(ctx, m)
}

// setRights replaces an active member's rights. Unchanged ones are refused, so
// that the log does not grow by nothing. Error: ErrState.
func (k *Keeper) setRights(ctx context.Context, m types.Member, rights []types.Right, grantedBy uint64) error {
	if slices.Equal(m.Rights, rights) {
		return errorsmod.Wrapf(types.ErrState, "user %d in enterprise %d: expected other rights than those held, got the same %d", m.UserId, m.EnterpriseId, len(rights))
	}
	return k.grant(ctx, m, rights, grantedBy)
}

// refuseMember refuses an application; nothing enters the log.
func (k *Keeper) refuseMember(ctx context.Context, m types.Member, reason logtypes.Reason) error {
	m.State, m.Reason = types.MEMBER_STATE_REJECTED, uint32(reason)
	if err := k.setMember(ctx, m); err != nil {
		return err
	}
	return emitMember(ctx, m)
}

// removeMember ends a membership: the next message already finds no right.
func (k *Keeper) removeMember(ctx context.Context, m types.Member, removedBy uint64) error {
	m.State, m.Rights = types.MEMBER_STATE_REMOVED, nil
	if err := k.setMember(ctx, m); err != nil {
		return err
	}
	if _, err := k.log.Append(ctx, &logtypes.Entry_MemberRemoved{MemberRemoved: &logtypes.MemberRemoved{
		EnterpriseId: m.EnterpriseId, UserId: m.UserId, RemovedBy: removedBy,
	}}); err != nil {
		return err
	}
	return emitMember(ctx, m)
}

func emitMember(ctx context.Context, m types.Member) error {
	return emit(ctx, &types.EventMemberChanged{EnterpriseId: m.EnterpriseId, UserId: m.UserId, State: m.State})
}

// setMember stores a membership with what is derived from it: the user's index
// and the enterprise's count of undecided applications.
func (k *Keeper) setMember(ctx context.Context, m types.Member) error {
	old, err := k.memberOrZero(ctx, m.UserId, m.EnterpriseId)
	if err != nil {
		return err
	}
	if err := k.countPending(ctx, old, m); err != nil {
		return err
	}
	index := collections.Join(m.UserId, m.EnterpriseId)
	switch {
	case m.Lives() && !old.Lives():
		err = k.memberships.Set(ctx, index, present)
	case !m.Lives() && old.Lives():
		err = k.memberships.Remove(ctx, index)
	}
	if err != nil {
		return err
	}
	return k.members.Set(ctx, collections.Join(m.EnterpriseId, m.UserId), m)
}

func (k *Keeper) countPending(ctx context.Context, before, after types.Member) error {
	was := before.State == types.MEMBER_STATE_APPLIED
	is := after.State == types.MEMBER_STATE_APPLIED
	if was == is {
		return nil
	}
	n, err := k.pendingOf(ctx, after.EnterpriseId)
	if err != nil {
		return err
	}
	switch {
	case is:
		n++
	case n <= 1:
		return k.pendingMembers.Remove(ctx, after.EnterpriseId)
	default:
		n--
	}
	return k.pendingMembers.Set(ctx, after.EnterpriseId, n)
}

// pendingOf is the number of an enterprise's undecided applications.
func (k *Keeper) pendingOf(ctx context.Context, enterpriseID uint64) (uint64, error) {
	n, err := k.pendingMembers.Get(ctx, enterpriseID)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	return n, err
}
