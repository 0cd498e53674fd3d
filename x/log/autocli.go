package log

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes the module's queries on the command line.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	arg := func(field string) []*autocliv1.PositionalArgDescriptor {
		return []*autocliv1.PositionalArgDescriptor{{ProtoField: field}}
	}
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "ink.log.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Head", Use: "head", Short: "日志头：大小与根 · Head of the log: size and root"},
				{RpcMethod: "Entry", Use: "entry SEQ", Short: "按序号查条目 · An entry by its seq", PositionalArgs: arg("seq")},
				{RpcMethod: "Entries", Use: "entries FROM", Short: "从某序号起的条目 · Entries from a seq on", PositionalArgs: arg("from")},
				{RpcMethod: "CertificateStatus", Use: "certificate-status CERT_SEQ", Short: "证书状态 · Status of a certificate", PositionalArgs: arg("cert_seq")},
				{RpcMethod: "EvidenceStatus", Use: "evidence-status EVIDENCE_SEQ", Short: "存证状态 · Status of a piece of evidence", PositionalArgs: arg("evidence_seq")},
				{RpcMethod: "KeyStatus", Use: "key-status KEY_ID", Short: "密钥状态 · Status of a key", PositionalArgs: arg("key_id")},
				{RpcMethod: "EnterpriseCounter", Use: "enterprise-counter ENTERPRISE_ID", Short: "企业存证计数 · Counter of an enterprise's records", PositionalArgs: arg("enterprise_id")},
				{RpcMethod: "ApplicationCounter", Use: "application-counter", Short: "证书申请计数 · Counter of all applications"},
			},
		},
	}
}
