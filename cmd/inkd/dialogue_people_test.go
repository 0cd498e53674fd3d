package main

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/cmd/inkd/cli"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// enterprises in the order of their ids: 1 may deposit manufacturing and other, 2
// other and one record a day, 3 and 4 other; nobody but their administrators is in
// those, and only one script deposits for 4.
var enterprises = []struct{ administrator, name, uscc string }{
	{"admin", "浙江示例数据科技有限公司", "91330100MA2B123450"},
	{"poor", "杭州小微数据有限公司", "91330100MA2B123463"},
	{"sole", "宁波独资数据有限公司", "91330000MA27DKF11W"},
	{"lister", "绍兴清单数据有限公司", "91330600MA2C12345C"},
}

// enrol has real transactions bring the chain to where the scripts begin.
func (n *node) enrol(t *testing.T) {
	t.Helper()
	send := n.sender(t)
	self := logtypes.CUSTODY_SELF_SOFTWARE
	var appointments []sdk.Msg
	for name, role := range map[string]logtypes.Role{
		"registrar": logtypes.ROLE_REGISTRAR, "reviewer-1": logtypes.ROLE_REVIEWER,
		"reviewer-2": logtypes.ROLE_REVIEWER, "certifier": logtypes.ROLE_CERTIFIER,
	} {
		appointments = append(appointments, &consortiumtypes.MsgAppointOfficer{
			Operator: n.address(t, "operator"), Key: n.publicKey(t, name), Custody: self,
			Roles: []logtypes.Role{role}, PersonCommitment: somebody(t),
		})
	}
	send("operator", appointments...)
	registrar := n.address(t, "registrar")
	var enrolments []sdk.Msg
	for _, name := range []string{"admin", "employee", "poor", "both", "guest", "sole", "second", "lister"} { // users 1 to 8
		enrolments = append(enrolments, &enterprisetypes.MsgEnrolUser{
			Officer: registrar, Key: n.publicKey(t, name), Custody: self, PersonCommitment: somebody(t), AgreementVersion: 1,
		})
	}
	send("registrar", enrolments...)
	n.certify(t, send)
	n.join(t, send)
}

// certify founds the enterprises and qualifies them.
func (n *node) certify(t *testing.T, send func(string, ...sdk.Msg)) {
	t.Helper()
	registrar, reviewer := n.address(t, "registrar"), n.address(t, "reviewer-1")
	var certified, qualified []sdk.Msg
	for i, e := range enterprises {
		send(e.administrator, &enterprisetypes.MsgApplyEnterprise{
			Applicant: n.address(t, e.administrator), Name: e.name, Uscc: e.uscc, DossierCommitment: somebody(t),
		})
		certified = append(certified, &enterprisetypes.MsgReviewEnterprise{Officer: registrar, EnterpriseId: uint64(i + 1), Approve: true})
	}
	send("registrar", append(certified, &enterprisetypes.MsgSetQuota{Officer: registrar, EnterpriseId: 2, Quota: 1})...)
	for i, e := range enterprises {
		categories := []uint32{3}
		if i == 0 {
			categories = []uint32{1, 3}
		}
		send(e.administrator, &enterprisetypes.MsgApplyQualification{
			Manager: n.address(t, e.administrator), EnterpriseId: uint64(i + 1), Categories: categories,
			FormCommitment: somebody(t), TemplateVersion: 1,
		})
		qualified = append(qualified, &enterprisetypes.MsgReviewQualification{Officer: reviewer, QualificationId: uint64(i + 1), Approve: true})
	}
	send("reviewer-1", qualified...)
}

// join makes employee, both and second members of enterprise 1, and both of 2.
func (n *node) join(t *testing.T, send func(string, ...sdk.Msg)) {
	t.Helper()
	rights := []enterprisetypes.Right{enterprisetypes.RIGHT_DEPOSIT, enterprisetypes.RIGHT_CERTIFICATE}
	for _, m := range []struct {
		name             string
		user, enterprise uint64
	}{{"employee", 2, 1}, {"both", 4, 1}, {"both", 4, 2}, {"second", 7, 1}} {
		send(m.name, &enterprisetypes.MsgApplyMembership{Applicant: n.address(t, m.name), EnterpriseId: m.enterprise, FormCommitment: somebody(t)})
		administrator := enterprises[m.enterprise-1].administrator
		send(administrator, &enterprisetypes.MsgReviewMembership{
			Manager: n.address(t, administrator), EnterpriseId: m.enterprise, UserId: m.user, Approve: true, Rights: rights,
		})
	}
}

// sender sends by the sender of the commands themselves.
func (n *node) sender(t *testing.T) func(from string, msgs ...sdk.Msg) {
	t.Helper()
	c := client.Context{}.
		WithCodec(n.app.Codec).WithInterfaceRegistry(n.app.Registry).WithTxConfig(n.app.TxConfig).
		WithKeyring(n.keys).WithChainID(dialogueChain)
	s, err := cli.NewSender(c, []string{n.rpc}, 30*time.Second)
	require.NoError(t, err)
	return func(from string, msgs ...sdk.Msg) {
		_, err := s.Send(t.Context(), from, msgs...)
		require.NoError(t, err)
	}
}

// somebody is a commitment to documents that nobody has to see.
func somebody(t *testing.T) []byte {
	t.Helper()
	b := make([]byte, 32)
	_, err := rand.Read(b)
	require.NoError(t, err)
	return b
}
