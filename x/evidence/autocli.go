package evidence

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes the commands of all messages and queries.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "ink.evidence.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				command("Record", "record [number]", "按存证编号查询存证 · Show a record by its number (CZ…)", "number"),
				command("Certificate", "certificate [id]", "按证书编号或申请序号查询证书 · Show a certificate by its number (ZS…) or cert_seq", "id"),
				command("Certificates", "certificates", "列出证书和申请 · List certificates and applications"),
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "ink.evidence.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				command("SubmitRecord", "submit-record [enterprise-id] [kind] [category] [commitment]",
					"存证：提交承诺值 · Deposit a commitment", "enterprise_id", "kind", "category", "commitment"),
				command("Open", "open [evidence-seq] [revelation]",
					"公开存证的公开部分 · Reveal the public part of a piece of evidence", "evidence_seq", "revelation"),
				command("ApplyCertificate", "apply-certificate [evidence-seq]",
					"申请存证证书 · Apply for a certificate", "evidence_seq"),
				command("ReviewCertificate", "review-certificate [cert-seq] [stage]",
					"初审或复审通过 · Approve an application, initially or finally", "cert_seq", "stage"),
				command("RejectCertificate", "reject-certificate [cert-seq] [reason]",
					"审核不通过 · Reject an application", "cert_seq", "reason"),
				command("IssueCertificate", "issue-certificate [cert-seq] [fields-commitment]",
					"签发证书 · Issue a certificate", "cert_seq", "fields_commitment"),
				command("RevokeCertificate", "revoke-certificate [cert-seq] [reason]",
					"撤销证书 · Revoke a certificate from this block on", "cert_seq", "reason"),
			},
		},
	}
}

// command describes one call; args are its fields that stand in order, the others
// become flags.
func command(method, use, short string, args ...string) *autocliv1.RpcCommandOptions {
	o := &autocliv1.RpcCommandOptions{RpcMethod: method, Use: use, Short: short}
	for _, field := range args {
		o.PositionalArgs = append(o.PositionalArgs, &autocliv1.PositionalArgDescriptor{ProtoField: field})
	}
	return o
}
