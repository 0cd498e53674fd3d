package testutil

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const certified = enterprisetypes.ENTERPRISE_STATE_CERTIFIED

// rights draws some rights; deposits need the first most of all.
func (o *Operations) rights() []enterprisetypes.Right {
	var rights []enterprisetypes.Right
	for _, r := range enterprisetypes.AllRights() {
		if r != enterprisetypes.RIGHT_MANAGE && o.one(2) || r == enterprisetypes.RIGHT_DEPOSIT || o.one(8) {
			rights = append(rights, r)
		}
	}
	if o.wrong == wrongField {
		return append(rights, enterprisetypes.RIGHT_DEPOSIT)
	}
	return rights
}

// member draws an active member of a certified enterprise with a right.
func (o *Operations) member(right enterprisetypes.Right, enterprise uint64) (enterprisetypes.Member, bool) {
	return where(o, o.enterprises.Members, func(m enterprisetypes.Member) bool {
		return m.Has(right) && (enterprise == 0 || m.EnterpriseId == enterprise) && o.certified(m.EnterpriseId)
	})
}

func (o *Operations) certified(enterprise uint64) bool {
	return o.enterprises.Enterprises[enterprise-1].State == certified
}

func (o *Operations) applyMembership() (Signer, []sdk.Msg) {
	e, ok := o.inState(certified)
	if !ok {
		return notNow()
	}
	user := pick(o, o.enterprises.Users)
	_, lives := where(o, o.enterprises.Members, func(m enterprisetypes.Member) bool {
		return m.EnterpriseId == e.Id && m.UserId == user.Id && m.Lives()
	})
	if lives && o.wrong == nothing || !o.free("membership", e.Id<<32|user.Id) {
		return notNow()
	}
	s := o.user(user.Id)
	return by(s, &enterprisetypes.MsgApplyMembership{Applicant: s.Address(), EnterpriseId: o.id(e.Id), FormCommitment: o.bytes32()})
}

// other draws a member in a state who is not the administrator, and who may act on
// the member.
func (o *Operations) other(state enterprisetypes.MemberState) (enterprisetypes.Member, Signer, bool) {
	m, ok := where(o, o.enterprises.Members, func(m enterprisetypes.Member) bool {
		e := o.enterprises.Enterprises[m.EnterpriseId-1]
		return m.State == state && e.State == certified && e.Administrator != m.UserId
	})
	if !ok || !o.free("membership", m.EnterpriseId<<32|m.UserId) {
		return m, Signer{}, false
	}
	manager := o.enterprises.Enterprises[m.EnterpriseId-1].Administrator
	if o.one(5) { // a manager, who may not do everything
		if x, ok := o.member(enterprisetypes.RIGHT_MANAGE, m.EnterpriseId); ok {
			manager = x.UserId
		}
	}
	return m, o.user(manager), true
}

func (o *Operations) reviewMembership() (Signer, []sdk.Msg) {
	m, s, ok := o.other(enterprisetypes.MEMBER_STATE_APPLIED)
	if !ok {
		return notNow()
	}
	review := &enterprisetypes.MsgReviewMembership{
		Manager: s.Address(), EnterpriseId: m.EnterpriseId, UserId: o.id(m.UserId), Approve: !o.one(6),
	}
	if review.Reason = o.reason(!review.Approve); review.Approve {
		review.Rights = o.rights()
	}
	return by(s, review)
}

func (o *Operations) setRights() (Signer, []sdk.Msg) {
	m, s, ok := o.other(enterprisetypes.MEMBER_STATE_ACTIVE)
	if !ok {
		return notNow()
	}
	return by(s, &enterprisetypes.MsgSetRights{
		Manager: s.Address(), EnterpriseId: m.EnterpriseId, UserId: o.id(m.UserId), Rights: o.rights(),
	})
}

func (o *Operations) removeMember() (Signer, []sdk.Msg) {
	m, s, ok := o.other(enterprisetypes.MEMBER_STATE_ACTIVE)
	if !ok {
		return notNow()
	}
	return by(s, &enterprisetypes.MsgRemoveMember{Manager: s.Address(), EnterpriseId: m.EnterpriseId, UserId: o.id(m.UserId)})
}

func (o *Operations) applyQualification() (Signer, []sdk.Msg) {
	m, ok := o.member(enterprisetypes.RIGHT_MANAGE, 0)
	if !ok {
		return notNow()
	}
	_, pending := where(o, o.enterprises.Qualifications, func(q enterprisetypes.Qualification) bool {
		return q.EnterpriseId == m.EnterpriseId && q.State == enterprisetypes.QUALIFICATION_STATE_PENDING
	})
	if pending && o.wrong == nothing || !o.free("qualification of", m.EnterpriseId) {
		return notNow()
	}
	var categories []uint32
	for _, c := range o.enterprises.Params.Categories {
		if o.one(2) {
			categories = append(categories, c.Code)
		}
	}
	if len(categories) == 0 {
		return notNow()
	}
	s := o.user(m.UserId)
	return by(s, &enterprisetypes.MsgApplyQualification{
		Manager: s.Address(), EnterpriseId: o.id(m.EnterpriseId), Categories: categories,
		FormCommitment: o.bytes32(), TemplateVersion: 1,
	})
}

func (o *Operations) qualification(state enterprisetypes.QualificationState) (uint64, Signer, bool) {
	q, ok := where(o, o.enterprises.Qualifications, func(q enterprisetypes.Qualification) bool { return q.State == state })
	officer, found := o.officer(logtypes.ROLE_REVIEWER)
	if !ok || !found || !o.free("qualification", q.Id) {
		return 0, Signer{}, false
	}
	return o.id(q.Id), o.act(o.holder(officer.KeyId)), true
}

func (o *Operations) reviewQualification() (Signer, []sdk.Msg) {
	id, s, ok := o.qualification(enterprisetypes.QUALIFICATION_STATE_PENDING)
	if !ok {
		return notNow()
	}
	approve := !o.one(5)
	return by(s, &enterprisetypes.MsgReviewQualification{
		Officer: s.Address(), QualificationId: id, Approve: approve, Reason: o.reason(!approve),
	})
}

func (o *Operations) revokeQualification() (Signer, []sdk.Msg) {
	id, s, ok := o.qualification(enterprisetypes.QUALIFICATION_STATE_APPROVED)
	if !ok {
		return notNow()
	}
	return by(s, &enterprisetypes.MsgRevokeQualification{Officer: s.Address(), QualificationId: id, Reason: o.reason(true)})
}
