package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const defaultCustody = "self-software"

func addCustodyFlag(cmd *cobra.Command, name string, custody *string) {
	words := enumNames(logtypes.Custody_name, "CUSTODY_")
	cmd.Flags().StringVar(custody, name, defaultCustody, "密钥保管方式 · who holds the secret: self-software, self-hardware, custodial")
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

func proposeAdmit() *cobra.Command {
	var name, kind, uscc, operator, custody, consensus string
	var power uint64
	cmd := &cobra.Command{
		Use:   "admit",
		Short: "接纳机构 · Admit an institution",
		Long: `新机构先自行建好节点和密钥，只交出公钥和接入测试报告；报告的 SHA-256 随提案上链。
有验证节点的机构给 --consensus-key 和 --power；监督机构、观察机构都不给。
The newcomer makes its node and keys itself and hands over public keys and the report
of the access test, whose SHA-256 goes on chain. Supervisors and observers have no
validator: leave out --consensus-key and --power.`,
		Example: `  inkd institution propose admit --name 宁波数据公证处 --kind notary --uscc 12330200MB0000009L \
      --operator-key operator.json --consensus-key consensus.json --power 10 --document report.pdf --from center-operator`,
		Args: cobra.NoArgs,
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "机构名称 · name of the institution")
	f.StringVar(&kind, "kind", "", "机构类型 · center, court, notary, exchange, supervisor or observer")
	f.StringVar(&uscc, "uscc", "", "统一社会信用代码 · unified social credit code")
	f.StringVar(&operator, "operator-key", "", "运营公钥：文件、文本或 - · operator's public key: file, text or -, as inkd keys show NAME -p prints it")
	f.StringVar(&consensus, "consensus-key", "", "共识公钥 · consensus key: file, text or -, as inkd comet show-validator prints it")
	f.Uint64Var(&power, "power", 0, "权重 · power of the validator, in consensus and in votes")
	addCustodyFlag(cmd, "operator-custody", &custody)
	for _, flag := range []string{"name", "kind", "uscc", "operator-key"} {
		_ = cmd.MarkFlagRequired(flag)
	}
	_ = cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(enumNames(logtypes.InstitutionKind_name, "INSTITUTION_KIND_"), cobra.ShellCompDirectiveNoFileComp))
	return proposing(cmd, func(cmd *cobra.Command, s *session, _ []string) ([]sdk.Msg, error) {
		if documents, _ := cmd.Flags().GetStringArray("document"); len(documents) == 0 {
			return nil, Usage("接纳机构须附接入测试报告", "--document: expected the report of the access test, got none", "--document report.pdf; only its SHA-256 goes on chain")
		}
		if (consensus == "") != (power == 0) {
			return nil, Usage("共识公钥与权重须同时给出或都不给", "--consensus-key and --power: expected both or neither", "supervisors and observers have neither")
		}
		m := &consortiumtypes.MsgAdmitInstitution{Authority: app.Authority, Name: name, Uscc: uscc, Power: power}
		code, err := parseEnum("机构类型", "--kind", logtypes.InstitutionKind_name, "INSTITUTION_KIND_", kind)
		if err != nil {
			return nil, err
		}
		m.Kind = logtypes.InstitutionKind(code)
		if m.OperatorCustody, err = parseCustody("--operator-custody", custody); err != nil {
			return nil, err
		}
		if m.OperatorKey, err = s.readKey(cmd, "--operator-key", operator, operatorKeyHint); err != nil {
			return nil, err
		}
		if consensus != "" {
			m.ConsensusKey, err = s.readKey(cmd, "--consensus-key", consensus, consensusKeyHint)
		}
		return []sdk.Msg{m}, err
	})
}

func proposeSuspend() *cobra.Command {
	return proposeEnding(&cobra.Command{
		Use:   "suspend ID",
		Short: "暂停机构：权重归零，运营密钥与经办人停权 · Suspend: no power and no rights until readmitted",
		Long: `执行的同一区块起，其运营密钥和经办人都没有权限；恢复用 propose readmit。
Its operator and officers have no rights from the deciding block on; propose readmit
gives them back.`,
		Example: "  inkd institution propose suspend 3 --reason breach --from center-operator",
	}, func(id uint64, why logtypes.Reason) sdk.Msg {
		return &consortiumtypes.MsgSuspendInstitution{Authority: app.Authority, InstitutionId: id, Reason: why}
	})
}

func proposeRemove() *cobra.Command {
	return proposeEnding(&cobra.Command{
		Use:   "remove ID",
		Short: "除名机构，不可恢复 · Remove an institution for ever",
		Long: `其密钥永久停用；该单位以后可用新编号、新密钥再次被接纳。
Its keys are retired for ever. The organisation may be admitted again later, under a
new id and with new keys.`,
		Example: "  inkd institution propose remove 3 --reason left --from center-operator",
	}, func(id uint64, why logtypes.Reason) sdk.Msg {
		return &consortiumtypes.MsgRemoveInstitution{Authority: app.Authority, InstitutionId: id, Reason: why}
	})
}

// proposeEnding takes an institution and a reason.
func proposeEnding(cmd *cobra.Command, message func(id uint64, why logtypes.Reason) sdk.Msg) *cobra.Command {
	var reason string
	cmd.Args = cobra.ExactArgs(1)
	addReasonFlag(cmd, &reason)
	return proposing(cmd, func(cmd *cobra.Command, s *session, args []string) ([]sdk.Msg, error) {
		why, err := parseReason(reason)
		if err != nil {
			return nil, err
		}
		in, err := s.institution(cmd.Context(), args[0])
		return []sdk.Msg{message(in.Id, why)}, err
	})
}

func proposeReadmit() *cobra.Command {
	var power uint64
	var consensus string
	cmd := &cobra.Command{
		Use:   "readmit ID",
		Short: "恢复被暂停或因双重签名失去权重的机构 · Readmit one that was suspended or lost its power",
		Long: `密钥曾在两处使用的，须换新共识密钥：旧钥还可能再次双重签名。
If its key was used in two places, give a new one: the old one may sign twice again.`,
		Example: "  inkd institution propose readmit 3 --power 10 --consensus-key consensus.json --from center-operator",
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().Uint64Var(&power, "power", 0, "权重 · power; none for supervisors and observers")
	cmd.Flags().StringVar(&consensus, "consensus-key", "", "新共识公钥 · new consensus key: file, text or - (default: the one it has)")
	return proposing(cmd, func(cmd *cobra.Command, s *session, args []string) ([]sdk.Msg, error) {
		in, err := s.institution(cmd.Context(), args[0])
		if err != nil {
			return nil, err
		}
		m := &consortiumtypes.MsgReadmitInstitution{Authority: app.Authority, InstitutionId: in.Id, Power: power}
		if consensus != "" {
			m.ConsensusKey, err = s.readKey(cmd, "--consensus-key", consensus, consensusKeyHint)
		}
		return []sdk.Msg{m}, err
	})
}

func proposePower() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "power ID POWER",
		Short: "改变机构的权重 · Give an institution's validator another power",
		Long: `有四家或更多验证机构时，任何一家都不得达到三分之一。停权用 propose suspend。
With four validators or more nobody may have a third. To take all power away: suspend.`,
		Example: "  inkd institution propose power 3 20 --from center-operator",
		Args:    cobra.ExactArgs(2),
	}
	return proposing(cmd, func(cmd *cobra.Command, s *session, args []string) ([]sdk.Msg, error) {
		power, err := strconv.ParseUint(args[1], 10, 64)
		if err != nil || power == 0 || power > consortiumtypes.MaxPower {
			return nil, Usage("权重不正确："+args[1], fmt.Sprintf("POWER: expected 1 to %d, got %q", uint64(consortiumtypes.MaxPower), args[1]),
				"to take all power away: inkd institution propose suspend "+quoted(args[0])+" --reason REASON")
		}
		in, err := s.institution(cmd.Context(), args[0])
		return []sdk.Msg{&consortiumtypes.MsgSetPower{Authority: app.Authority, InstitutionId: in.Id, Power: power}}, err
	})
}

func proposeOperator() *cobra.Command {
	var key, custody, reason string
	cmd := &cobra.Command{
		Use:     "replace-operator ID",
		Short:   "更换机构的运营密钥（遗失或失控）· Replace an institution's operator key, lost or in other hands",
		Example: "  inkd institution propose replace-operator 3 --operator-key operator.json --reason key-compromised --from center-operator",
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&key, "operator-key", "", "新运营公钥：文件、文本或 - · the new public key: file, text or -")
	_ = cmd.MarkFlagRequired("operator-key")
	addCustodyFlag(cmd, "operator-custody", &custody)
	addReasonFlag(cmd, &reason)
	return proposing(cmd, func(cmd *cobra.Command, s *session, args []string) ([]sdk.Msg, error) {
		why, err := parseReason(reason)
		if err != nil {
			return nil, err
		}
		m := &consortiumtypes.MsgReplaceOperator{Authority: app.Authority, Reason: why}
		if m.Custody, err = parseCustody("--operator-custody", custody); err != nil {
			return nil, err
		}
		if m.OperatorKey, err = s.readKey(cmd, "--operator-key", key, operatorKeyHint); err != nil {
			return nil, err
		}
		in, err := s.institution(cmd.Context(), args[0])
		m.InstitutionId = in.Id
		return []sdk.Msg{m}, err
	})
}

func proposeOfficer() *cobra.Command {
	var key, custody, reason string
	cmd := &cobra.Command{
		Use:   "reset-officer OFFICER_ID",
		Short: "免去任一机构的经办人，或为其更换密钥 · Dismiss any institution's officer, or give the officer another key",
		Long: `给出 --key 时，同一人以原有角色、新密钥重新任命。
With --key the same person is appointed again with the same roles under that key.`,
		Example: "  inkd institution propose reset-officer 2 --reason key-compromised --key officer.json --from center-operator",
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&key, "key", "", "新公钥：文件、文本或 - · new public key: file, text or - (default: dismiss only)")
	addCustodyFlag(cmd, "custody", &custody)
	addReasonFlag(cmd, &reason)
	return proposing(cmd, func(cmd *cobra.Command, s *session, args []string) ([]sdk.Msg, error) {
		id, err := parseID("经办人编号", "OFFICER_ID", args[0])
		if err != nil {
			return nil, err
		}
		why, err := parseReason(reason)
		if err != nil {
			return nil, err
		}
		m := &consortiumtypes.MsgResetOfficer{Authority: app.Authority, OfficerId: id, Reason: why}
		if key == "" {
			return []sdk.Msg{m}, nil
		}
		if m.Custody, err = parseCustody("--custody", custody); err != nil {
			return nil, err
		}
		m.Key, err = s.readKey(cmd, "--key", key, operatorKeyHint)
		return []sdk.Msg{m}, err
	})
}
