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
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "ink.consortium.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "AppointOfficer", Use: "appoint-officer", Short: "任命经办人 · Appoint an officer of the operator's institution"},
				{RpcMethod: "DismissOfficer", Use: "dismiss-officer OFFICER_ID", Short: "解除经办人 · Dismiss an officer", PositionalArgs: arg("officer_id")},
			},
		},
	}
}
