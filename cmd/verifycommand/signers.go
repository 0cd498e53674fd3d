package verifycommand

import (
	"fmt"
	"strings"

	"github.com/inkchain/inkd/verify"
)

// signers says for each header how much power signed it, with and without the
// interested parties.
func (p *page) signers(all []verify.Signers) {
	p.head("签署", "who signed")
	for _, s := range all {
		role := of(roles, s.Role)
		p.line(1, "高度 %d（%s）：签署权重 %d，总权重 %d · height %d (%s): %d of %d power signed", s.Height, role.zh, s.Signed, s.Total, s.Height, role.en, s.Signed, s.Total)
		if s.Filtered {
			p.line(2, "不计利害关系方：签署权重 %d，总权重 %d · without interested parties: %d of %d", s.SignedRest, s.TotalRest, s.SignedRest, s.TotalRest)
		}
		p.line(2, "该区块头的时间 · time of this header: %s", stamp(s.Time))
		for _, i := range s.Institution {
			p.institution(i, s.Filtered)
		}
	}
}

func (p *page) institution(i verify.Signer, filtered bool) {
	mark, name := "–", fmt.Sprintf("%d %s", i.ID, i.Name)
	if i.Signed {
		mark = "✓"
	}
	if i.ID == 0 {
		name = "机构不明 · institution unknown"
	}
	interested := ""
	if filtered && i.Interested {
		interested = "（利害关系方 · interested）"
	}
	p.line(2, "%s %s: %d%s", mark, name, i.Power, interested)
}

// Groups writes hexadecimal digits in groups of four, as people compare them aloud.
func Groups(digits string) string {
	var out []string
	for len(digits) > 4 {
		out, digits = append(out, digits[:4]), digits[4:]
	}
	return strings.Join(append(out, digits), " ")
}

// ranges writes ascending numbers shortly: 3–7, 9.
func ranges(numbers []uint64) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if j == i {
			out = append(out, fmt.Sprint(numbers[i]))
		} else {
			out = append(out, fmt.Sprintf("%d–%d", numbers[i], numbers[j]))
		}
		if len(out) == maxRanges && j+1 < len(numbers) {
			return strings.Join(append(out, "… (-o json)"), ", ")
		}
		i = j + 1
	}
	return strings.Join(out, ", ")
}

// maxRanges keeps a list readable; JSON has all.
const maxRanges = 100
