package cli

import (
	"fmt"
	"slices"
	"strings"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// said is a sentence or word in both languages.
type said struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

func (w said) String() string { return w.Zh + " · " + w.En }

// kindName is an institution's kind for people.
func kindName(k logtypes.InstitutionKind) said {
	zh := map[logtypes.InstitutionKind]string{
		logtypes.INSTITUTION_KIND_CENTER: "中心", logtypes.INSTITUTION_KIND_COURT: "法院", logtypes.INSTITUTION_KIND_NOTARY: "公证处",
		logtypes.INSTITUTION_KIND_EXCHANGE: "交易中心", logtypes.INSTITUTION_KIND_SUPERVISOR: "监督机构", logtypes.INSTITUTION_KIND_OBSERVER: "观察机构",
	}[k]
	return said{zh, enumWord(k.String(), "INSTITUTION_KIND_")}
}

// standingName is where an institution stands. One that has a validator without
// power lost it for misbehaviour.
func standingName(in consortiumtypes.Institution) said {
	switch {
	case in.Standing == consortiumtypes.STANDING_SUSPENDED:
		return said{"已暂停", "suspended"}
	case in.Standing == consortiumtypes.STANDING_REMOVED:
		return said{"已除名", "removed"}
	case in.Standing != consortiumtypes.STANDING_MEMBER:
		return said{"未知", "unknown"}
	case in.Power == 0 && len(in.ConsensusKey.Key) != 0:
		return said{"成员，因双重签名失去权重", "member-without-power"}
	}
	return said{"成员", "member"}
}

// proposalStatusName is where a proposal stands.
func proposalStatusName(p consortiumtypes.ProposalStatus) said {
	zh := map[consortiumtypes.ProposalStatus]string{
		consortiumtypes.PROPOSAL_STATUS_OPEN: "表决中", consortiumtypes.PROPOSAL_STATUS_EXECUTED: "已通过并执行",
		consortiumtypes.PROPOSAL_STATUS_FAILED: "已通过但执行失败", consortiumtypes.PROPOSAL_STATUS_REJECTED: "被否决",
		consortiumtypes.PROPOSAL_STATUS_EXPIRED: "已过期",
	}[p]
	return said{zh, enumWord(p.String(), "PROPOSAL_STATUS_")}
}

// choiceName is how an institution voted.
func choiceName(c consortiumtypes.VoteChoice) said {
	if c == consortiumtypes.VOTE_CHOICE_APPROVE {
		return said{"赞成", "approve"}
	}
	return said{"反对", "reject"}
}

// enumNames are the words of an enum's values in the order of their numbers,
// without the unspecified one.
func enumNames(names map[int32]string, prefix string) []string {
	codes := make([]int32, 0, len(names))
	for code := range names {
		if code != 0 {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	words := make([]string, 0, len(codes))
	for _, code := range codes {
		words = append(words, enumWord(names[code], prefix))
	}
	return words
}

// parseEnum is the value of a word; flag and zh say what was asked for.
func parseEnum(zh, flag string, names map[int32]string, prefix, word string) (int32, error) {
	for code, name := range names {
		if code != 0 && enumWord(name, prefix) == word {
			return code, nil
		}
	}
	return 0, Usage(zh+"不正确："+word, fmt.Sprintf("%s: expected one of %s, got %q", flag, strings.Join(enumNames(names, prefix), ", "), word), "")
}

func parseCustody(flag, word string) (logtypes.Custody, error) {
	code, err := parseEnum("密钥保管方式", flag, logtypes.Custody_name, "CUSTODY_", word)
	return logtypes.Custody(code), err
}

// needed is the least power that is more than 2/3 of the total.
func needed(total uint64) uint64 { return total/3*2 + total%3*2/3 + 1 }

// percent writes a share with one decimal.
func percent(part, total uint64) string {
	if total == 0 {
		return "0.0%"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(total))
}
