package testutil

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// deliverer puts a message into a block and fails the test unless it succeeds; the
// response is filled unless nil. A Chain is one, and a Consensus.
type deliverer interface {
	Must(s Signer, msg sdk.Msg, response sdk.Msg)
}

// People are officers, users and an enterprise that came by real transactions.
type People struct {
	to deliverer

	Registrar, Enroller, Reviewer1, Reviewer2, Certifier, Cashier, Registry, Notary, Judge Signer
	// Users and their ids.
	Admin, Employee, Outsider       Signer
	AdminID, EmployeeID, OutsiderID uint64
	// Enterprise is certified and qualified for categories 1 and 3.
	Enterprise uint64
}

// NewPeople brings everybody to a chain that was founded with Founding.
func NewPeople(to deliverer) People {
	p := People{to: to}
	p.Registrar = appoint(to, "center", "registrar", 0, logtypes.ROLE_REGISTRAR)
	p.Enroller = appoint(to, "center", "enroller", 1000, logtypes.ROLE_ENROLLER)
	p.Reviewer1 = appoint(to, "center", "reviewer-1", 0, logtypes.ROLE_REVIEWER)
	p.Reviewer2 = appoint(to, "center", "reviewer-2", 0, logtypes.ROLE_REVIEWER)
	p.Certifier = appoint(to, "center", "certifier", 0, logtypes.ROLE_CERTIFIER)
	p.Cashier = appoint(to, "center", "cashier", 0, logtypes.ROLE_CASHIER)
	p.Registry = appoint(to, "center", "registry", 0, logtypes.ROLE_REGISTRY)
	p.Judge = appoint(to, "court", "judge", 0, logtypes.ROLE_JUDGE)
	p.Notary = appoint(to, "notary", "notary-officer", 0, logtypes.ROLE_NOTARY)
	p.Admin, p.AdminID = p.User("admin")
	p.Employee, p.EmployeeID = p.User("employee")
	p.Outsider, p.OutsiderID = p.User("outsider")
	p.Enterprise = p.NewEnterprise(p.Admin, "浙江示例数据科技有限公司", USCCs[0])
	p.Join(p.Enterprise, p.Admin, p.Employee, p.EmployeeID, enterprisetypes.RIGHT_DEPOSIT, enterprisetypes.RIGHT_CERTIFICATE)
	p.Qualify(p.Enterprise, p.Admin, 1, 3)
	return p
}

func appoint(to deliverer, institution, name string, enrolCap uint64, roles ...logtypes.Role) Signer {
	s := NewSigner(name)
	to.Must(Operator(institution), &consortiumtypes.MsgAppointOfficer{
		Operator: Operator(institution).Address(), Key: s.PublicKey(), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		Roles: roles, EnrolCap: enrolCap, PersonCommitment: Commitment(name),
	}, nil)
	return s
}

// User enrols a user.
func (p *People) User(name string) (Signer, uint64) {
	s := NewSigner(name)
	return s, p.Enrol(s)
}

// Enrol enrols a key of any type.
func (p *People) Enrol(s Signer) uint64 {
	var r enterprisetypes.MsgEnrolUserResponse
	p.to.Must(p.Registrar, &enterprisetypes.MsgEnrolUser{
		Officer: p.Registrar.Address(), Key: s.PublicKey(), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		PersonCommitment: Commitment(s.Name), AgreementVersion: 1,
	}, &r)
	return r.UserId
}

// NewEnterprise certifies an enterprise with its administrator.
func (p *People) NewEnterprise(admin Signer, name, uscc string) uint64 {
	var r enterprisetypes.MsgApplyEnterpriseResponse
	p.to.Must(admin, &enterprisetypes.MsgApplyEnterprise{
		Applicant: admin.Address(), Name: name, Uscc: uscc, DossierCommitment: Commitment(name),
	}, &r)
	p.to.Must(p.Registrar, &enterprisetypes.MsgReviewEnterprise{
		Officer: p.Registrar.Address(), EnterpriseId: r.EnterpriseId, Approve: true,
	}, nil)
	return r.EnterpriseId
}

// Join makes a user a member of an enterprise.
func (p *People) Join(enterprise uint64, admin, user Signer, userID uint64, rights ...enterprisetypes.Right) {
	p.to.Must(user, &enterprisetypes.MsgApplyMembership{
		Applicant: user.Address(), EnterpriseId: enterprise, FormCommitment: Commitment(user.Name),
	}, nil)
	p.to.Must(admin, &enterprisetypes.MsgReviewMembership{
		Manager: admin.Address(), EnterpriseId: enterprise, UserId: userID, Approve: true, Rights: rights,
	}, nil)
}

// Qualify gives an enterprise the qualification for categories.
func (p *People) Qualify(enterprise uint64, admin Signer, categories ...uint32) uint64 {
	var r enterprisetypes.MsgApplyQualificationResponse
	p.to.Must(admin, &enterprisetypes.MsgApplyQualification{
		Manager: admin.Address(), EnterpriseId: enterprise, Categories: categories,
		FormCommitment: Commitment("form"), TemplateVersion: 1,
	}, &r)
	p.to.Must(p.Reviewer1, &enterprisetypes.MsgReviewQualification{
		Officer: p.Reviewer1.Address(), QualificationId: r.QualificationId, Approve: true,
	}, nil)
	return r.QualificationId
}

// Submit deposits a commitment.
func (p *People) Submit(s Signer, enterprise uint64, commitment []byte) uint64 {
	var r evidencetypes.MsgSubmitRecordResponse
	p.to.Must(s, Deposit(s, enterprise, commitment), &r)
	return r.Seq
}
