package testutil

import (
	"fmt"
	"slices"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// How many of a kind the operations make before they make few more.
const (
	enoughOfficers    = 40
	enoughUsers       = 60
	enoughEnterprises = 25
)

// draws are all operations. Nothing comes back from one that cannot be done now.
var draws []struct {
	weight int
	draw   func(*Operations) (Signer, []sdk.Msg)
}

func init() { // not in the declaration: the operations would refer to themselves
	add := func(weight int, draw func(*Operations) (Signer, []sdk.Msg)) {
		draws = append(draws, struct {
			weight int
			draw   func(*Operations) (Signer, []sdk.Msg)
		}{weight, draw})
	}
	add(6, (*Operations).appoint)
	add(1, (*Operations).dismiss)
	add(2, (*Operations).rotate)
	add(2, (*Operations).publish)
	add(5, (*Operations).propose)
	add(14, (*Operations).vote)
	add(10, (*Operations).enrol)
	add(6, (*Operations).applyEnterprise)
	add(8, (*Operations).reviewEnterprise)
	add(1, (*Operations).suspend)
	add(6, (*Operations).lift)
	add(2, (*Operations).setQuota)
	add(8, (*Operations).applyMembership)
	add(10, (*Operations).reviewMembership)
	add(3, (*Operations).setRights)
	add(1, (*Operations).removeMember)
	add(6, (*Operations).applyQualification)
	add(8, (*Operations).reviewQualification)
	add(1, (*Operations).revokeQualification)
	add(40, (*Operations).submit)
	add(6, (*Operations).open)
	add(12, (*Operations).applyCertificate)
	add(24, (*Operations).reviewCertificate)
	add(2, (*Operations).rejectCertificate)
	add(12, (*Operations).issueCertificate)
	add(2, (*Operations).revokeCertificate)
}

func by(s Signer, msgs ...sdk.Msg) (Signer, []sdk.Msg) { return s, msgs }

func notNow() (Signer, []sdk.Msg) { return Signer{}, nil }

// officer draws an officer in office with a role.
func (o *Operations) officer(roles ...logtypes.Role) (consortiumtypes.Officer, bool) {
	return where(o, o.consortium.Officers, func(x consortiumtypes.Officer) bool {
		return x.Has(roles...) && isMember(o.consortium.Institutions[x.InstitutionId-1])
	})
}

// someKey is a new key, or now and then one that is bound already, with its custody.
func (o *Operations) someKey() (consortiumtypes.PublicKey, logtypes.Custody) {
	if o.one(6) {
		k := pick(o, o.consortium.Keys)
		return k.PublicKey, k.Custody
	}
	k := o.newSigner().PublicKey()
	if o.wrong == wrongField {
		k.Key = k.Key[1:]
	}
	return k, logtypes.Custody(1 + o.r.IntN(3))
}

func (o *Operations) appoint() (Signer, []sdk.Msg) {
	if len(o.consortium.Officers) > enoughOfficers && !o.one(5) {
		return notNow()
	}
	in, operator, _ := o.seat(isMember)
	var roles []logtypes.Role
	enrolCap := uint64(0)
	for r := logtypes.ROLE_REGISTRAR; r <= logtypes.ROLE_REGISTRY; r++ {
		if consortiumtypes.RoleAllowed(in.Kind, r) && o.one(2) {
			roles = append(roles, r)
		}
	}
	if len(roles) == 0 {
		return notNow()
	}
	if slices.Contains(roles, logtypes.ROLE_ENROLLER) {
		enrolCap = 1 + o.r.Uint64N(3)
	}
	key, custody := o.someKey()
	return by(operator, &consortiumtypes.MsgAppointOfficer{
		Operator: operator.Address(), Key: key, Custody: custody, Roles: roles, EnrolCap: enrolCap, PersonCommitment: o.bytes32(),
	})
}

// dismiss leaves some officers of each role.
func (o *Operations) dismiss() (Signer, []sdk.Msg) {
	officer, ok := where(o, o.consortium.Officers, func(x consortiumtypes.Officer) bool {
		return !x.Dismissed && isMember(o.consortium.Institutions[x.InstitutionId-1])
	})
	if !ok || len(o.consortium.Officers) < enoughOfficers/2 || !o.free("officer", officer.Id) {
		return notNow()
	}
	for _, role := range officer.Roles {
		left := 0
		for _, x := range o.consortium.Officers {
			if x.Has(role) {
				left++
			}
		}
		if left < 4 {
			return notNow()
		}
	}
	operator := o.act(o.holder(o.consortium.Institutions[officer.InstitutionId-1].OperatorKeyId))
	return by(operator, &consortiumtypes.MsgDismissOfficer{
		Operator: operator.Address(), OfficerId: o.id(officer.Id), Reason: o.reason(true),
	})
}

func (o *Operations) enrol() (Signer, []sdk.Msg) {
	officer, ok := o.officer(logtypes.ROLE_REGISTRAR, logtypes.ROLE_ENROLLER)
	if !ok || (len(o.enterprises.Users) > enoughUsers && !o.one(5)) {
		return notNow()
	}
	key, custody := o.someKey()
	s := o.act(o.holder(officer.KeyId))
	return by(s, &enterprisetypes.MsgEnrolUser{
		Officer: s.Address(), Key: key, Custody: custody, PersonCommitment: o.bytes32(), AgreementVersion: 1,
	})
}

func (o *Operations) user(id uint64) Signer { return o.act(o.holder(o.enterprises.Users[id-1].KeyId)) }

func (o *Operations) applyEnterprise() (Signer, []sdk.Msg) {
	if len(o.enterprises.Users) == 0 || (len(o.enterprises.Enterprises) > enoughEnterprises && !o.one(5)) {
		return notNow()
	}
	user := pick(o, o.enterprises.Users)
	_, pending := where(o, o.enterprises.Enterprises, func(e enterprisetypes.Enterprise) bool {
		return e.Administrator == user.Id && e.State == enterprisetypes.ENTERPRISE_STATE_PENDING
	})
	if pending && o.wrong == nothing || !o.free("applicant", user.Id) {
		return notNow()
	}
	o.drawn++
	name, uscc := fmt.Sprintf("第%d号公司（印刻）", o.drawn), SomeUSCC(o.drawn)
	if o.one(10) && len(o.enterprises.Enterprises) > 0 { // somebody else's
		e := pick(o, o.enterprises.Enterprises)
		name, uscc = e.Name, e.Uscc
	}
	if o.wrong == wrongField {
		name += "\u200b"
	}
	s := o.user(user.Id)
	return by(s, &enterprisetypes.MsgApplyEnterprise{
		Applicant: s.Address(), Name: name, Uscc: uscc, DossierCommitment: o.bytes32(),
	})
}

// SomeUSCC is a valid code of each number.
func SomeUSCC(n int) string {
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if code := fmt.Sprintf("91330000%09d%c", n, c); format.CheckUSCC(code) == nil {
			return code
		}
	}
	panic(n)
}

// inState draws an enterprise in a state.
func (o *Operations) inState(states ...enterprisetypes.EnterpriseState) (enterprisetypes.Enterprise, bool) {
	return where(o, o.enterprises.Enterprises, func(e enterprisetypes.Enterprise) bool { return slices.Contains(states, e.State) })
}

func (o *Operations) reviewEnterprise() (Signer, []sdk.Msg) {
	e, ok := o.inState(enterprisetypes.ENTERPRISE_STATE_PENDING)
	officer, found := o.officer(logtypes.ROLE_REGISTRAR)
	if !ok || !found || !o.free("enterprise", e.Id) {
		return notNow()
	}
	approve, s := !o.one(4), o.act(o.holder(officer.KeyId))
	return by(s, &enterprisetypes.MsgReviewEnterprise{
		Officer: s.Address(), EnterpriseId: o.id(e.Id), Approve: approve, Reason: o.reason(!approve),
	})
}

func (o *Operations) suspend() (Signer, []sdk.Msg) {
	return o.suspendOrLift(enterprisetypes.ENTERPRISE_STATE_CERTIFIED, false)
}

func (o *Operations) lift() (Signer, []sdk.Msg) {
	return o.suspendOrLift(enterprisetypes.ENTERPRISE_STATE_SUSPENDED, true)
}

func (o *Operations) suspendOrLift(from enterprisetypes.EnterpriseState, lift bool) (Signer, []sdk.Msg) {
	e, ok := o.inState(from)
	officer, found := o.officer(logtypes.ROLE_REGISTRAR)
	if !ok || !found || !o.free("enterprise", e.Id) {
		return notNow()
	}
	s := o.act(o.holder(officer.KeyId))
	return by(s, &enterprisetypes.MsgSuspendEnterprise{
		Officer: s.Address(), EnterpriseId: o.id(e.Id), Lift: lift, Reason: o.reason(!lift),
	})
}

func (o *Operations) setQuota() (Signer, []sdk.Msg) {
	e, ok := o.inState(enterprisetypes.ENTERPRISE_STATE_CERTIFIED, enterprisetypes.ENTERPRISE_STATE_SUSPENDED)
	officer, found := o.officer(logtypes.ROLE_REGISTRAR)
	if !ok || !found || !o.free("quota", e.Id) {
		return notNow()
	}
	quota, s := pick(o, []uint64{0, 0, 5, 50, 1_000}), o.act(o.holder(officer.KeyId))
	if o.wrong == wrongField {
		quota = enterprisetypes.MaxQuota + 1
	}
	return by(s, &enterprisetypes.MsgSetQuota{Officer: s.Address(), EnterpriseId: o.id(e.Id), Quota: quota})
}
