package consortium

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes the module's messages and queries on the command line.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	arg := func(field string) []*autocliv1.PositionalArgDescriptor {
		return []*autocliv1.PositionalArgDescriptor{{ProtoField: field}}
	}
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "ink.consortium.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Institution", Use: "institution ID", Short: "查询机构 · An institution", PositionalArgs: arg("id")},
				{RpcMethod: "Institutions", Use: "institutions", Short: "全部机构 · All institutions"},
				{RpcMethod: "Officer", Use: "officer ID", Short: "查询经办人 · An officer", PositionalArgs: arg("id")},
				{RpcMethod: "Officers", Use: "officers", Short: "全部经办人 · All officers"},
				{RpcMethod: "Key", Use: "key ID", Short: "查询密钥 · A bound key", PositionalArgs: arg("id")},
				{RpcMethod: "KeyByAddress", Use: "key-by-address ADDRESS", Short: "按地址查询密钥 · The bound key of an address", PositionalArgs: arg("address")},
				{RpcMethod: "Params", Use: "params", Short: "模块参数 · The module's parameters"},
				{RpcMethod: "Proposal", Use: "proposal ID", Short: "查询提案 · A proposal", PositionalArgs: arg("id")},
				{RpcMethod: "Proposals", Use: "proposals", Short: "全部提案 · All proposals, or those of one status"},
				{RpcMethod: "Validators", Use: "validators", Short: "验证人集合 · The validator set as given to consensus last"},
				{RpcMethod: "ConsensusKey", Use: "consensus-key ADDRESS", Short: "查询共识密钥归属 · Whose a consensus key is or was", PositionalArgs: arg("address")},
				{RpcMethod: "ValidatorSet", Use: "validator-set HEIGHT", Short: "历史验证人集合 · The set that the header of a height names as next", PositionalArgs: arg("height")},
				{RpcMethod: "ValidatorSets", Use: "validator-sets", Short: "验证人集合历史 · The history of validator sets"},
				{RpcMethod: "Uptime", Use: "uptime INSTITUTION_ID", Short: "在线统计 · An institution's uptime windows, the latest first", PositionalArgs: arg("institution_id")},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "ink.consortium.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "AppointOfficer", Use: "appoint-officer", Short: "任命经办人 · Appoint an officer of the operator's institution"},
				{RpcMethod: "RotateConsensusKey", Use: "rotate-consensus-key", Short: "更换共识密钥 · Give the operator's validator another key (rather: inkd institution rotate-key)"},
				{RpcMethod: "PublishDigest", Use: "publish-digest TOPIC DIGEST", Short: "公布摘要 · Publish a SHA-256 digest", PositionalArgs: append(arg("topic"), arg("digest")...)},
				{RpcMethod: "Propose", Use: "propose", Short: "提案 · Propose messages (rather: inkd institution propose)"},
				{RpcMethod: "Vote", Use: "vote PROPOSAL_ID CHOICE", Short: "表决 · Approve or reject a proposal", PositionalArgs: append(arg("proposal_id"), arg("choice")...)},
				// By decision only: a transaction with one of them is refused.
				{RpcMethod: "AdmitInstitution", Skip: true},
				{RpcMethod: "SuspendInstitution", Skip: true},
				{RpcMethod: "ReadmitInstitution", Skip: true},
				{RpcMethod: "RemoveInstitution", Skip: true},
				{RpcMethod: "SetPower", Skip: true},
				{RpcMethod: "ReplaceOperator", Skip: true},
				{RpcMethod: "ResetOfficer", Skip: true},
				{RpcMethod: "UpdateParams", Skip: true},
				{RpcMethod: "DismissOfficer", Use: "dismiss-officer OFFICER_ID", Short: "解除经办人 · Dismiss an officer", PositionalArgs: arg("officer_id")},
			},
		},
	}
}
