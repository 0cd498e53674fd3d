package app_test

import (
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// uscc is the n-th valid code.
func uscc(n int) string {
	code := fmt.Sprintf("913300%011d", n)
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if format.CheckUSCC(code+string(c)) == nil {
			return code + string(c)
		}
	}
	panic("expected a check character for " + code)
}

func application(s testutil.Signer, n int) *enterprisetypes.MsgApplyEnterprise {
	return &enterprisetypes.MsgApplyEnterprise{
		Applicant: s.Address(), Name: fmt.Sprintf("示例%d号有限公司", n), Uscc: uscc(n), DossierCommitment: testutil.Commitment("dossier"),
	}
}

func applyQualification(s testutil.Signer, enterprise uint64, category uint32) *enterprisetypes.MsgApplyQualification {
	return &enterprisetypes.MsgApplyQualification{
		Manager: s.Address(), EnterpriseId: enterprise, Categories: []uint32{category},
		FormCommitment: testutil.Commitment("form"), TemplateVersion: 1,
	}
}

func applyCertificate(s testutil.Signer, evidence uint64) *evidencetypes.MsgApplyCertificate {
	return &evidencetypes.MsgApplyCertificate{Applicant: s.Address(), EvidenceSeq: evidence, ConsentToPublish: true}
}

func review(s testutil.Signer, cert uint64, stage evidencetypes.ReviewStage) *evidencetypes.MsgReviewCertificate {
	return &evidencetypes.MsgReviewCertificate{Officer: s.Address(), CertSeq: cert, Stage: stage}
}

func reject(s testutil.Signer, cert uint64) *evidencetypes.MsgRejectCertificate {
	return &evidencetypes.MsgRejectCertificate{Officer: s.Address(), CertSeq: cert, Reason: logtypes.REASON_BREACH}
}

func issue(s testutil.Signer, cert uint64, of testutil.Content) *evidencetypes.MsgIssueCertificate {
	return &evidencetypes.MsgIssueCertificate{
		Officer: s.Address(), CertSeq: cert, Revelation: &of.Revelation, Item: of.Item, FieldsCommitment: testutil.Commitment("fields"),
	}
}

func open(s testutil.Signer, evidence uint64, of testutil.Content) *evidencetypes.MsgOpen {
	return &evidencetypes.MsgOpen{Opener: s.Address(), EvidenceSeq: evidence, Revelation: of.Revelation}
}

func enrol(by, s testutil.Signer) *enterprisetypes.MsgEnrolUser {
	return &enterprisetypes.MsgEnrolUser{
		Officer: by.Address(), Key: s.PublicKey(), Custody: logtypes.CUSTODY_SELF_SOFTWARE,
		PersonCommitment: testutil.Commitment(s.Name), AgreementVersion: 1,
	}
}

func setRights(s testutil.Signer, enterprise, user uint64, right enterprisetypes.Right) *enterprisetypes.MsgSetRights {
	return &enterprisetypes.MsgSetRights{
		Manager: s.Address(), EnterpriseId: enterprise, UserId: user, Rights: []enterprisetypes.Right{right},
	}
}

func remove(s testutil.Signer, enterprise, user uint64) *enterprisetypes.MsgRemoveMember {
	return &enterprisetypes.MsgRemoveMember{Manager: s.Address(), EnterpriseId: enterprise, UserId: user}
}

func admit(s testutil.Signer, enterprise, user uint64, right enterprisetypes.Right) *enterprisetypes.MsgReviewMembership {
	return &enterprisetypes.MsgReviewMembership{
		Manager: s.Address(), EnterpriseId: enterprise, UserId: user, Approve: true, Rights: []enterprisetypes.Right{right},
	}
}

// rows makes the message of each row of the table for an actor of a column. What
// is made would be carried out if the actor may.
var rows = map[string]func(c *cast, column string, s testutil.Signer, x *target) sdk.Msg{
	"MsgAppointOfficer": func(_ *cast, column string, s testutil.Signer, _ *target) sdk.Msg {
		role := logtypes.ROLE_CASHIER
		if column == "op2" {
			role = logtypes.ROLE_JUDGE // which is a court's to give
		}
		return &consortiumtypes.MsgAppointOfficer{
			Operator: s.Address(), Key: testutil.NewSigner("new officer").PublicKey(), Custody: logtypes.CUSTODY_SELF_HARDWARE,
			Roles: []logtypes.Role{role}, PersonCommitment: testutil.Commitment("new officer"),
		}
	},
	"MsgDismissOfficer": func(c *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return &consortiumtypes.MsgDismissOfficer{Operator: s.Address(), OfficerId: c.cashier, Reason: logtypes.REASON_BREACH}
	},
	"MsgPublishDigest": func(_ *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return &consortiumtypes.MsgPublishDigest{Operator: s.Address(), Topic: logtypes.DIGEST_TOPIC_RELEASE, Digest: testutil.Commitment("release")}
	},
	"MsgRotateConsensusKey": func(_ *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return rotation(s, validatorKey("new key"))
	},
	"MsgPropose": func(c *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return proposal(c.Chain, s, &consortiumtypes.MsgUpdateParams{Authority: app.Authority, Params: consortiumtypes.DefaultParams()})
	},
	"MsgVote": func(c *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return vote(s, c.ballot, consortiumtypes.VOTE_CHOICE_REJECT)
	},
	"MsgEnrolUser": func(_ *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return enrol(s, testutil.NewSigner("new user"))
	},
	"MsgApplyEnterprise": func(_ *cast, _ string, s testutil.Signer, _ *target) sdk.Msg { return application(s, 600) },
	"MsgReviewEnterprise": func(c *cast, column string, s testutil.Signer, _ *target) sdk.Msg {
		id := c.application
		if own, ok := c.applicationOf[column]; ok {
			id = own
		}
		return &enterprisetypes.MsgReviewEnterprise{Officer: s.Address(), EnterpriseId: id, Approve: true}
	},
	"MsgSuspendEnterprise": func(c *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return &enterprisetypes.MsgSuspendEnterprise{Officer: s.Address(), EnterpriseId: c.own.enterprise, Reason: logtypes.REASON_BREACH}
	},
	"MsgSuspendEnterprise/lift": func(c *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return &enterprisetypes.MsgSuspendEnterprise{Officer: s.Address(), EnterpriseId: c.suspended.enterprise, Lift: true}
	},
	"MsgSetQuota": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return &enterprisetypes.MsgSetQuota{Officer: s.Address(), EnterpriseId: x.enterprise, Quota: 7}
	},
	"MsgApplyMembership": func(c *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return &enterprisetypes.MsgApplyMembership{Applicant: s.Address(), EnterpriseId: c.free, FormCommitment: testutil.Commitment("form")}
	},
	"MsgReviewMembership": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return admit(s, x.enterprise, x.applicant, enterprisetypes.RIGHT_VIEW)
	},
	"MsgReviewMembership/give-manage": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return admit(s, x.enterprise, x.applicant, enterprisetypes.RIGHT_MANAGE)
	},
	"MsgSetRights": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return setRights(s, x.enterprise, x.member, enterprisetypes.RIGHT_DEPOSIT)
	},
	"MsgSetRights/give-manage": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return setRights(s, x.enterprise, x.member, enterprisetypes.RIGHT_MANAGE)
	},
	"MsgSetRights/of-manager": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return setRights(s, x.enterprise, x.manager, enterprisetypes.RIGHT_DEPOSIT)
	},
	"MsgSetRights/of-administrator": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return setRights(s, x.enterprise, x.administrator, enterprisetypes.RIGHT_VIEW)
	},
	"MsgRemoveMember": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return remove(s, x.enterprise, x.member)
	},
	"MsgRemoveMember/manager": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return remove(s, x.enterprise, x.manager)
	},
	"MsgRemoveMember/administrator": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return remove(s, x.enterprise, x.administrator)
	},
	"MsgApplyQualification": func(c *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return applyQualification(s, x.enterprise, 3)
	},
	"MsgReviewQualification": func(c *cast, _ string, s testutil.Signer, _ *target) sdk.Msg {
		return &enterprisetypes.MsgReviewQualification{Officer: s.Address(), QualificationId: c.pending, Approve: true}
	},
	"MsgRevokeQualification": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return &enterprisetypes.MsgRevokeQualification{Officer: s.Address(), QualificationId: x.approved, Reason: logtypes.REASON_BREACH}
	},
	"MsgSubmitRecord": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return testutil.Deposit(s, x.enterprise, testutil.Commitment("new"))
	},
	"MsgOpen": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg { return open(s, x.closed, x.content) },
	"MsgApplyCertificate": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return applyCertificate(s, x.closed)
	},
	"MsgReviewCertificate/initial": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return review(s, x.certs[applied], evidencetypes.REVIEW_STAGE_INITIAL)
	},
	"MsgReviewCertificate/final": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return review(s, x.certs[initially], evidencetypes.REVIEW_STAGE_FINAL)
	},
	"MsgRejectCertificate/applied":   func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg { return reject(s, x.certs[applied]) },
	"MsgRejectCertificate/initially": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg { return reject(s, x.certs[initially]) },
	"MsgRejectCertificate/finally":   func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg { return reject(s, x.certs[finally]) },
	"MsgIssueCertificate": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return issue(s, x.certs[finally], x.content)
	},
	"MsgRevokeCertificate": func(_ *cast, _ string, s testutil.Signer, x *target) sdk.Msg {
		return &evidencetypes.MsgRevokeCertificate{Officer: s.Address(), CertSeq: x.certs[issued], Reason: logtypes.REASON_BREACH}
	},
}
