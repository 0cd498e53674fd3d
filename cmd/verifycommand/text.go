package verifycommand

import (
	"fmt"
	"strings"

	"github.com/inkchain/inkd/verify"
)

// page is text output that grows line by line. Everything in it is escaped.
type page struct{ strings.Builder }

// line writes one line with an indentation of two spaces for each level.
func (p *page) line(level int, format string, args ...any) {
	p.WriteString(strings.Repeat("  ", level))
	p.WriteString(Safe(fmt.Sprintf(format, args...)))
	p.WriteByte('\n')
}

// row writes what a value is, in both languages, and the value, if there is one.
func (p *page) row(zh, en string, value any) {
	if text := fmt.Sprint(value); text != "" && text != "0" {
		p.line(1, "%s · %s: %s", zh, en, text)
	}
}

// head begins a part.
func (p *page) head(zh, en string) { p.line(0, "%s · %s", zh, en) }

// text is the verdict in words.
func text(v verify.Verdict) string {
	p := new(page)
	p.line(0, "结论 · verdict: %s [%d]", conclusion(v), v.Exit)
	for _, s := range v.RestsOn {
		if s.Code == verify.CodeVoid {
			p.line(0, "注意 · note: %s · %s", s.Zh, s.En)
		}
	}
	p.checks(v)
	if v.Statement != nil {
		p.statement(v.Statement)
	}
	if len(v.Signers) > 0 {
		p.signers(v.Signers)
	}
	if len(v.RestsOn) > 0 {
		p.head("依据与界限", "what it rests on, and its limits")
		for _, s := range v.RestsOn {
			p.line(1, "%s。", s.Zh)
			p.line(1, "%s.", s.En)
		}
	}
	return p.String()
}

var marks = map[verify.Status]string{verify.Passed: "✓", verify.Failed: "✗", verify.NotChecked: "–"}

// conclusion is the verdict in a line. What was found to be a part of the evidence is
// not called the evidence, and what keeps a verdict from being one is named.
func conclusion(v verify.Verdict) words {
	w := of(verdicts, v.Exit)
	switch v.Exit {
	case verify.ExitOK:
		if zh, en, part := v.Statement.Part(); part {
			return words{"部分成立：所出示者" + zh + "；全部必需检查通过", "holds for a part: what was presented is " + en + "; all required checks passed"}
		}
	case verify.ExitNothingShown:
		if s := v.Statement; s == nil || s.EntryKind == 0 && len(s.Lists) == 0 {
			return words{"证明包所证者既无条目也无清单，或许不完整；未比对任何内容", "the bundle proves neither an entry nor a list, it may be cut off; nothing was compared"}
		}
	case verify.ExitUnsupported:
		var zh, en []string
		for _, c := range v.Checks {
			if c.Status == verify.NotChecked && c.Required && c.Exit == verify.ExitUnsupported {
				zh, en = append(zh, c.Zh), append(en, c.En)
			}
		}
		if len(zh) > 0 {
			return words{"无法判断：必需检查无法进行：" + strings.Join(zh, "；"), "undecided: a required check could not be made: " + strings.Join(en, "; ")}
		}
	}
	return w
}

func (p *page) checks(v verify.Verdict) {
	p.head("检查", "checks")
	for _, c := range v.Checks {
		name := c.Code
		if c.Rule != "" {
			name = c.Rule
		}
		required := ""
		if !c.Required {
			required = "（不要求 · not required）"
		}
		p.line(1, "%s %s · %s [%s]%s", marks[c.Status], c.Zh, c.En, name, required)
		if c.HintZh != "" {
			p.line(2, "%s", words{c.HintZh, c.HintEn})
		}
	}
	for _, d := range v.Differing {
		p.line(1, "不同 · differing: %s: 所示 %d 项中有 %d 项 · %d of the %d shown%s", d.Name, d.Of, d.Count, d.Count, d.Of, moreInJSON(d.Count > uint64(len(d.Items))))
	}
}
