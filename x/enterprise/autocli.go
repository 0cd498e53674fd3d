package enterprise

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions describes `inkd query enterprise …` and `inkd tx enterprise …`.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "ink.enterprise.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				command("Params", "params", "数据类型与默认额度 · Categories and the default quota"),
				command("User", "user ID", "按编号查用户 · A user by the id", "id"),
				command("UserByAddress", "user-by-address ADDRESS", "按地址查用户 · A user by an address", "address"),
				command("Enterprise", "enterprise ID", "按编号查企业 · An enterprise by the id", "id"),
				command("EnterpriseByUscc", "enterprise-by-uscc USCC", "按统一社会信用代码查已认证企业 · A certified enterprise by its code", "uscc"),
				command("Enterprises", "enterprises", "企业与企业认证申请列表 · Enterprises and applications"),
				command("Member", "member ENTERPRISE_ID USER_ID", "查一名员工的认证与权限 · A membership and its rights", "enterprise_id", "user_id"),
				command("Members", "members ENTERPRISE_ID", "企业的员工列表 · Memberships of an enterprise", "enterprise_id"),
				command("Memberships", "memberships USER_ID", "用户所属企业（含待审核） · Memberships of a user, undecided ones too", "user_id"),
				command("Qualification", "qualification ID", "按编号查数据存证资格 · A qualification by the id", "id"),
				command("Qualifications", "qualifications", "数据存证资格列表 · Qualifications"),
				command("Quota", "quota ENTERPRISE_ID", "企业当日额度与已用 · An enterprise's quota and its use today", "enterprise_id"),
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service:              "ink.enterprise.v1.Msg",
			EnhanceCustomCommand: true,
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				command("EnrolUser", "enrol-user", "登记用户并绑定密钥（登记员、注册员） · Enrol a user and bind the first key (registrar, enroller)"),
				command("ApplyEnterprise", "apply-enterprise NAME USCC", "申请企业（管理员）认证 · Apply for the certification of an enterprise", "name", "uscc"),
				command("ReviewEnterprise", "review-enterprise ENTERPRISE_ID", "审核企业认证（登记员） · Decide on an enterprise (registrar)", "enterprise_id"),
				command("SuspendEnterprise", "suspend-enterprise ENTERPRISE_ID", "暂停企业或解除暂停（登记员） · Suspend an enterprise or lift it (registrar)", "enterprise_id"),
				command("SetQuota", "set-quota ENTERPRISE_ID QUOTA", "设置每日存证额度，0 为默认（登记员） · Set the records a day, 0 for the default (registrar)", "enterprise_id", "quota"),
				command("ApplyMembership", "apply-membership ENTERPRISE_ID", "申请员工认证 · Ask to join an enterprise", "enterprise_id"),
				command("ReviewMembership", "review-membership ENTERPRISE_ID USER_ID [RIGHT...]", "审核员工认证并授权（管理员） · Decide on a membership (administrator, manager)", "enterprise_id", "user_id", "rights"),
				command("SetRights", "set-rights ENTERPRISE_ID USER_ID RIGHT...", "更改员工权限（管理员） · Replace a member's rights (administrator, manager)", "enterprise_id", "user_id", "rights"),
				command("RemoveMember", "remove-member ENTERPRISE_ID USER_ID", "移除员工，即时生效（管理员） · Remove a member at once (administrator, manager)", "enterprise_id", "user_id"),
				{RpcMethod: "ApplyQualification", Skip: true}, // see cli.go
				command("ReviewQualification", "review-qualification QUALIFICATION_ID", "审核数据存证资格（审核员） · Decide on a qualification (reviewer)", "qualification_id"),
				{RpcMethod: "UpdateParams", Skip: true}, // by decision only
				command("RevokeQualification", "revoke-qualification QUALIFICATION_ID", "撤销数据存证资格（审核员） · Revoke a qualification (reviewer)", "qualification_id"),
			},
		},
	}
}

// command describes one method; the fields are its positional arguments, and
// rights, at the end, take several values.
func command(method, use, short string, fields ...string) *autocliv1.RpcCommandOptions {
	o := &autocliv1.RpcCommandOptions{RpcMethod: method, Use: use, Short: short}
	for _, f := range fields {
		o.PositionalArgs = append(o.PositionalArgs, &autocliv1.PositionalArgDescriptor{ProtoField: f, Varargs: f == "rights"})
	}
	return o
}
