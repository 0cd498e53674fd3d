package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// target is an enterprise with something in every state that a message may want.
type target struct {
	enterprise uint64
	content    testutil.Content
	// Ids of users: the administrator, a member, one with MANAGE, an applicant.
	administrator, member, manager, applicant uint64
	// approved is the id of a qualification.
	approved uint64
	// Seqs of records: one closed; the others by the state of their certificate.
	closed uint64
	certs  map[logtypes.CertificateState]uint64
}

// cast is a world with somebody of every standing, and what they act on.
type cast struct {
	*testutil.World
	actors map[string]testutil.Signer
	// own is the enterprise of the members; suspended that of sad and sme; free is
	// certified and has no members; application is pending.
	own, suspended    *target
	free, application uint64
	// other has a pending qualification: an enterprise can have only one.
	other, pending uint64
	// applicationOf is the pending application of an officer.
	applicationOf map[string]uint64
	// cashier is an officer of the center to dismiss.
	cashier uint64
	// ballot is an open proposal of the center.
	ballot uint64
}

func newCast(t testing.TB) *cast {
	w := testutil.NewWorld(t, testutil.Options{})
	c := &cast{World: w, actors: map[string]testutil.Signer{
		"reg": w.Registrar, "enr": w.Enroller, "rev": w.Reviewer2, "cer": w.Certifier,
		"not": w.Notary, "jud": w.Judge, "cas": w.Cashier, "rgy": w.Registry,
		"adm": w.Admin, "out": w.Outsider,
		"op1": testutil.Operator("center"), "op2": testutil.Operator("court"),
		"unk": testutil.NewSigner("nobody knows"),
	}}
	c.cashier = c.officerID(w.Cashier)
	c.institutions()
	c.own = c.populate(w.Enterprise, w.Admin, w.AdminID, "own")
	c.members()
	otherAdmin, _ := w.User("administrator of the other one")
	c.other = w.NewEnterprise(otherAdmin, "宁波示例数据有限公司", uscc(350))
	var r enterprisetypes.MsgApplyQualificationResponse
	c.Must(otherAdmin, applyQualification(otherAdmin, c.other, 2), &r)
	c.pending = r.QualificationId
	c.officers(otherAdmin)
	c.suspend()
	freeAdmin, _ := w.User("administrator of the free one")
	c.free = w.NewEnterprise(freeAdmin, "嘉兴示例数据有限公司", testutil.USCCs[2])
	applicant, _ := w.User("applicant for an enterprise")
	c.application = c.apply(applicant, 400)
	return c
}

func (c *cast) officerID(s testutil.Signer) uint64 {
	key, err := c.App.ConsortiumKeeper.KeyOf(c.Ctx(), s.Address())
	require.NoError(c.T, err)
	return key.OfficerId
}

// apply applies for an enterprise with the n-th code.
func (c *cast) apply(s testutil.Signer, n int) uint64 {
	var r enterprisetypes.MsgApplyEnterpriseResponse
	c.Must(s, application(s, n), &r)
	return r.EnterpriseId
}

// join makes a new user a member with rights.
func (c *cast) join(enterprise uint64, admin testutil.Signer, name string, rights ...enterprisetypes.Right) (testutil.Signer, uint64) {
	s, id := c.User(name)
	c.Join(enterprise, admin, s, id, rights...)
	return s, id
}

// applyMember applies for membership and leaves it at that.
func (c *cast) applyMember(s testutil.Signer, enterprise uint64) {
	c.Must(s, &enterprisetypes.MsgApplyMembership{
		Applicant: s.Address(), EnterpriseId: enterprise, FormCommitment: testutil.Commitment(s.Name),
	}, nil)
}

func (c *cast) members() {
	e, admin := c.Enterprise, c.Admin
	for i, name := range []string{"dep", "crt", "pur", "mng", "vie"} {
		c.actors[name], _ = c.join(e, admin, "member "+name, enterprisetypes.AllRights()[i])
	}
	c.actors["app"], _ = c.User("applicant for membership")
	c.applyMember(c.actors["app"], e)
	removed, id := c.join(e, admin, "removed member", enterprisetypes.AllRights()...)
	c.Must(admin, &enterprisetypes.MsgRemoveMember{Manager: admin.Address(), EnterpriseId: e, UserId: id}, nil)
	c.actors["rem"] = removed
}

// officers of whom some have a part in the own and the other enterprise.
func (c *cast) officers(otherAdmin testutil.Signer) {
	all := []logtypes.Role{
		logtypes.ROLE_REGISTRAR, logtypes.ROLE_ENROLLER, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER,
		logtypes.ROLE_CASHIER, logtypes.ROLE_REGISTRY,
	}
	dismissed := c.Officer("center", "dismissed officer", 10, all...)
	c.Must(testutil.Operator("center"), &consortiumtypes.MsgDismissOfficer{
		Operator: testutil.Operator("center").Address(), OfficerId: c.officerID(dismissed), Reason: logtypes.REASON_BREACH,
	}, nil)
	c.actors["dis"] = dismissed

	con, id := c.join(c.Enterprise, c.Admin, "officer and member", enterprisetypes.RIGHT_VIEW)
	c.Join(c.other, otherAdmin, con, id, enterprisetypes.RIGHT_VIEW)
	c.actors["con"] = con
	c.Officer("center", "officer and member", 10, all...)

	apo, _ := c.User("officer and applicant")
	c.Officer("center", "officer and applicant", 10, all...)
	c.applyMember(apo, c.Enterprise)
	c.applyMember(apo, c.other)
	c.actors["apo"] = apo
	c.applicationOf = map[string]uint64{"apo": c.apply(apo, 500)}
}

func (c *cast) suspend() {
	admin, id := c.User("administrator of the suspended one")
	e := c.NewEnterprise(admin, "杭州示例数据有限公司", testutil.USCCs[1])
	c.Qualify(e, admin, 1)
	c.suspended = c.populate(e, admin, id, "suspended")
	c.actors["sad"] = admin
	c.actors["sme"], _ = c.join(e, admin, "member of the suspended one", enterprisetypes.AllRights()...)
	c.Must(c.Registrar, &enterprisetypes.MsgSuspendEnterprise{
		Officer: c.Registrar.Address(), EnterpriseId: e, Reason: logtypes.REASON_BREACH,
	}, nil)
}

// populate fills a certified and qualified enterprise.
func (c *cast) populate(enterprise uint64, admin testutil.Signer, adminID uint64, name string) *target {
	x := &target{enterprise: enterprise, administrator: adminID, certs: map[logtypes.CertificateState]uint64{}}
	id, err := c.App.LogKeeper.Identity(c.Ctx())
	require.NoError(c.T, err)
	x.content, err = testutil.NewContent(format.Hash(id.LogId), enterprise, name, "the file of "+name)
	require.NoError(c.T, err)

	_, x.member = c.join(enterprise, admin, "member of "+name, enterprisetypes.RIGHT_VIEW)
	_, x.manager = c.join(enterprise, admin, "manager of "+name, enterprisetypes.RIGHT_MANAGE)
	applicant, applicantID := c.User("applicant of " + name)
	c.applyMember(applicant, enterprise)
	x.applicant = applicantID

	x.approved = c.Qualify(enterprise, admin, 1)
	x.closed = c.Submit(admin, enterprise, x.content.Commitment[:])
	for _, state := range []logtypes.CertificateState{applied, initially, finally, issued} {
		x.certs[state] = c.certificate(admin, x, state)
	}
	return x
}

const (
	applied   = logtypes.CERTIFICATE_STATE_APPLIED
	initially = logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED
	finally   = logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED
	issued    = logtypes.CERTIFICATE_STATE_ISSUED
)

// certificate deposits the content again and brings a certificate of it to a state.
func (c *cast) certificate(admin testutil.Signer, x *target, state logtypes.CertificateState) uint64 {
	evidence := c.Submit(admin, x.enterprise, x.content.Commitment[:])
	var r evidencetypes.MsgApplyCertificateResponse
	c.Must(admin, applyCertificate(admin, evidence), &r)
	for s := applied; s < state; s++ {
		switch s {
		case applied:
			c.Must(c.Reviewer1, review(c.Reviewer1, r.CertSeq, evidencetypes.REVIEW_STAGE_INITIAL), nil)
		case initially:
			c.Must(c.Reviewer2, review(c.Reviewer2, r.CertSeq, evidencetypes.REVIEW_STAGE_FINAL), nil)
		case finally:
			c.Must(c.Certifier, issue(c.Certifier, r.CertSeq, x.content), nil)
		}
	}
	return r.CertSeq
}
