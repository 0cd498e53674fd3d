package auditcommand

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/cmd/verifycommand"
)

var areas = map[string]string{
	"state": "状态", "log": "日志", "index": "索引", "archive": "证明存档", "blocks": "区块",
	"openings": "存证密钥文件", "bundles": "证明包",
}

// text is the report in lines: one for each area, and what belongs to it below.
func text(r *audit.Report) string {
	var b strings.Builder
	line := func(format string, args ...any) {
		b.WriteString(verifycommand.Safe(fmt.Sprintf(format, args...)))
		b.WriteByte('\n')
	}
	line("主目录 · home: %s", r.Home)
	line("链 · chain: %s，高度 · height: %d", r.ChainID, r.Height)
	for _, a := range r.Areas {
		mark := "✓"
		if a.Total > 0 {
			mark = "✗"
		}
		line("%s %s · %s: %s", mark, areas[a.Name], a.Name, counts(a))
		for _, n := range a.Notes {
			line("  · %s%s", n.Zh, about(n.What))
			line("    %s%s", n.En, about(n.What))
		}
		for _, f := range a.Findings {
			line("  ✗ [%s] %s", f.Code, f.Zh)
			line("    %s", f.En)
			line("    %s", where(f.Where))
			line("    应为 · expected: %s", cut(f.Expected))
			line("    实为 · got: %s", cut(f.Got))
		}
		if more := a.Total - len(a.Findings); more > 0 {
			line("  … 另有 %d 处 · and %d more", more, more)
		}
	}
	line("未检查 · not checked:")
	for _, n := range r.NotChecked {
		line("  · %s%s", n.Zh, about(n.What))
		line("    %s%s", n.En, about(n.What))
	}
	return b.String()
}

func counts(a *audit.Area) string {
	var out []string
	for _, c := range a.Checked {
		out = append(out, fmt.Sprintf("%s %s %d", c.Zh, c.What, c.N))
	}
	if a.Total > 0 {
		out = append(out, fmt.Sprintf("不符 findings %d", a.Total))
	}
	return strings.Join(out, ", ")
}

func about(what string) string {
	if what == "" {
		return ""
	}
	return ": " + what
}

func where(w audit.Where) string {
	var out []string
	for _, part := range []struct{ name, value string }{
		{"文件 file", w.File}, {"存储区 store", w.Store}, {"键 key", w.Key},
	} {
		if part.value != "" {
			out = append(out, part.name+" "+part.value)
		}
	}
	if w.Height != 0 {
		out = append(out, "高度 height "+strconv.FormatInt(w.Height, 10))
	}
	return strings.Join(out, ", ")
}

// cut shortens a value; -o json has all of it.
func cut(s string) string {
	const limit = 400
	if len(s) <= limit {
		return s
	}
	return s[:limit] + fmt.Sprintf("… (%d)", len(s))
}
