package verifycommand

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
)

func (c *carried) lay(t *testing.T) *table {
	return lay(t, map[string][]byte{
		"anchor.ink": c.anchor, "other.ink": c.elsewise, "file.ink": c.file, "table.ink": c.table, "rows.ink": c.rows, "dir.ink": c.dir, "sealed.ink": c.sealed,
		"hello": []byte("hello"), "wrong": []byte("hellp"), "table.csv": []byte(strings.Join(tableRows, "")), "row.csv": []byte(tableRows[3]),
		"pack/a/数据.txt": dirFiles[0].Bytes, "pack/b.bin": dirFiles[1].Bytes,
	})
}

func TestWhatIsPresentedIsFound(t *testing.T) {
	w := carry(t).lay(t)
	for words, matched := range map[string]string{
		"file.ink hello":            "hello = 数据项 0 · item 0",
		"table.ink table.csv":       "table.csv = 5 个数据项，首为第 0 项 · 5 items, the first is 0",
		"table.ink row.csv":         "row.csv = 数据项 3 · item 3",
		"rows.ink row.csv":          "row.csv = 数据项 3 · item 3",
		"dir.ink pack":              `pack/a/数据.txt = 数据项 0 · item 0 "a/数据.txt"`,
		"dir.ink pack/b.bin":        `pack/b.bin = 数据项 1 · item 1 "b.bin"`,
		"dir.ink pack/b.bin pack/a": `pack/b.bin = `,
	} {
		a := w.run("", append(strings.Fields(words), "--anchor", "anchor.ink")...)
		if words == "dir.ink pack/b.bin pack/a" { // below pack/a the label is another one
			require.Equal(t, verify.ExitNotFound, a.exit, a.out+a.err)
			continue
		}
		require.Equal(t, verify.ExitOK, a.exit, words+"\n"+a.out+a.err)
		require.Empty(t, a.err, words)
		require.Contains(t, a.out, matched, words)
		require.Contains(t, a.out, "结论 · verdict: 成立")
	}
}

// What is a part of the evidence is not called the evidence, and how much it is stands
// there.
func TestPartsAreCalledParts(t *testing.T) {
	w := carry(t).lay(t)
	for words, parts := range map[string]struct{ shown, matched string }{
		"table.ink row.csv": {"5", "1"}, "rows.ink row.csv": {"2", "1"}, "dir.ink pack/b.bin": {"2", "1"},
	} {
		a := w.run("", append(strings.Fields(words), "--anchor", "anchor.ink")...)
		require.Equal(t, verify.ExitOK, a.exit, a.out)
		require.NotContains(t, a.out, "is the evidence")
		require.NotContains(t, a.out, "与存证一致")
		require.Regexp(t, `verdict: 成立：.*一部分.* · holds: .*: `+parts.matched+` of \d items \[0\]\n`, a.out)
		require.Regexp(t, `✓ .* · what was presented is `+parts.matched+` of \d items of the evidence`, a.out)
		require.Regexp(t, `compared: 1 项，共 \d 项 · 1 of \d items compared\n`, a.out)
		require.Contains(t, a.out, "of which the bundle shows "+parts.shown+"\n")
		require.Contains(t, a.out, "stated by the submitter")
	}
	a := w.run("", "table.ink", "table.csv", "--anchor", "anchor.ink")
	require.Contains(t, a.out, "what was presented is the evidence [0]")
	require.Contains(t, a.out, "5 of 5 items compared")
	require.Contains(t, a.out, "recounted from all items, which were presented")
}

// Advice is about rules that there are.
func TestAdviceIsOfRules(t *testing.T) {
	for code, w := range advice {
		require.True(t, slices.ContainsFunc(verify.Rules, func(r verify.Rule) bool { return r.Code == code }), code)
		require.Regexp(t, `\p{Han}`, w.zh)
		require.NotRegexp(t, `\p{Han}`, w.en)
	}
}

func TestStandardInput(t *testing.T) {
	c := carry(t)
	w := c.lay(t)
	require.Equal(t, 0, w.run("hello", "file.ink", "-", "--anchor", "anchor.ink").exit)
	require.Equal(t, 0, w.run(string(c.file), "-", "hello", "--anchor", "anchor.ink").exit)
	require.Equal(t, 0, w.run(string(c.anchor), "file.ink", "hello", "--anchor", "-").exit)
	a := w.run("x", "-", "-", "--anchor", "anchor.ink")
	require.Equal(t, verify.ExitUsage, a.exit)
	require.Contains(t, a.err, "expected a bundle, got a file that begins with 78")
	a = w.run(string(c.file), "-", "-", "--anchor", "anchor.ink")
	require.Equal(t, verify.ExitUsage, a.exit)
	require.Contains(t, a.err, "FILE: expected standard input to be named once, got it for BUNDLE already")
}

func TestTextSaysWhatIsProvenAndOnWhat(t *testing.T) {
	w := carry(t).lay(t)
	a := w.run("", "file.ink", "hello", "--anchor", "anchor.ink", "--interested", "court", "--now", "2026-07-01T00:00:00Z")
	require.Equal(t, 0, a.exit, a.out+a.err)
	for _, line := range []string{
		`(?m)^  ✓ 条目在日志之中 · the entries are in the log \[inclusion\]$`,
		`(?m)^  – 未检查“存证人本人的签名有效”.*（不要求 · not required）$`,
		`(?m)^  编号 · number: CZ\d{17}$`,
		`(?m)^  证明时间（不晚于） · proven time, no later than: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \(UTC\+8\) = \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \(UTC\)$`,
		`(?m)^  区块时间戳 · block stamp: `,
		`(?m)^  高度 \d+（结论所依据）：签署权重 (\d+)，总权重 (\d+) · height \d+ \(the statement rests on it\): \d+ of \d+ power signed$`,
		`(?m)^    不计利害关系方：签署权重 \d+，总权重 \d+ · without interested parties: \d+ of \d+$`,
		`(?m)^    ✓ \d court: \d+（利害关系方 · interested）$`,
		`本结论不证明内容真实或归属，也不证明未另存其他版本`,
		`this proves neither truth nor ownership, nor that no other version was deposited \(this is deposit no\. \d+ of the enterprise\); only that the content the deposit commits to existed under this key no later than the proven time and is unchanged; what was presented is of it\.`,
		`信任锚指纹 · anchor fingerprint: ([0-9a-f]{4} ){15}[0-9a-f]{4}`,
		`名称（存证人所述） · title, the owner's word: 标题\\u200B\\u0085完`,
	} {
		require.Regexp(t, line, a.out)
	}
	require.NotContains(t, a.out, "\u200b")
	require.NotContains(t, a.out, "\u0085")
}

func TestJSONIsTheVerdictAndNothingElse(t *testing.T) {
	c := carry(t)
	w := c.lay(t)
	a := w.run("", "table.ink", "table.csv", "--anchor", "anchor.ink", "-o", "json")
	require.Equal(t, 0, a.exit, a.out+a.err)
	require.Empty(t, a.err)
	require.Equal(t, 1, strings.Count(a.out, "\n"))
	var v verify.Verdict
	d := json.NewDecoder(strings.NewReader(a.out))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&v))
	require.True(t, v.Statement.Counted)
	require.EqualValues(t, 5, v.Statement.Items)
	for i := range v.Checks {
		require.NotEmpty(t, v.Checks[i].Zh)
		require.NotEmpty(t, v.Checks[i].En)
	}

	a = w.run("", "file.ink", "hello", "--anchor", "anchor.ink", "-o", "json")
	require.NoError(t, json.Unmarshal([]byte(a.out), &v))
	require.Equal(t, trickyTitle, v.Statement.Title, "escaped, not lost")
	require.NotContains(t, a.out, "\u200b")

	a = w.run("", "file.ink", "wrong", "--anchor", "anchor.ink", "-o", "json")
	require.Equal(t, verify.ExitNotFound, a.exit)
	require.Empty(t, a.err)
	require.NoError(t, json.Unmarshal([]byte(a.out), &v))
	require.Equal(t, verify.ExitNotFound, v.Exit)
}

// Each bad input ends with its status and with a verdict or one clear line in both
// languages, never with a stack trace.
func TestBadInput(t *testing.T) {
	c := carry(t)
	w := c.lay(t)
	w.put("empty", nil)
	w.put("cut.ink", c.file[:len(c.file)/2])
	w.put("more.ink", append(append([]byte{}, c.file...), 0))
	w.put("next.ink", append([]byte("INKBNDL2"), c.file[8:]...))
	w.put("later.ink", append([]byte("INKBNDL1\x08\x02"), c.file[10:]...))
	w.put("x.json", []byte("\n{\"bundle\": 1}"))
	w.put("x.pdf", []byte("%PDF-1.7\n%…"))
	w.put("x.zip", []byte("PK\x03\x04"))
	w.put("cut-anchor.ink", c.anchor[:50])
	rows := append([]string{}, tableRows...)
	rows[2], rows[3] = rows[3], rows[2]
	w.put("order.csv", []byte(strings.Join(rows, "")))
	w.put("short.csv", []byte(strings.Join(rows[:4], "")))
	w.put("swapped/a/数据.txt", dirFiles[1].Bytes)
	w.put("swapped/b.bin", dirFiles[0].Bytes)
	w.put("linked/a", nil)
	require.NoError(t, os.Symlink("a", filepath.Join(w.dir, "linked/link")))
	require.NoError(t, os.Mkdir(filepath.Join(w.dir, "none"), 0o700))
	big, err := os.Create(filepath.Join(w.dir, "big.ink"))
	require.NoError(t, err)
	require.NoError(t, big.Truncate(1<<30))
	require.NoError(t, big.Close())
	w.put("bad.json", []byte(`{"pin":[]}`))
	root := strings.Repeat("ab", 32)
	w.put("conflict.json", []byte(`{"pins":[{"size":1,"root":"`+root+`"}]}`))

	const trust = " --anchor anchor.ink"
	for _, c := range []struct {
		words string
		exit  int
		says  string // of what is printed, on either stream
	}{
		{"", 64, "expected a bundle \\(\\*\\.ink\\) as the first argument, got none"},
		{"empty" + trust, 64, "expected a bundle, got an empty file"},
		{"cut.ink hello" + trust, 2, "✗ .*truncated.*\\[format"},
		{"more.ink hello" + trust, 2, "✗ .*\\[format"},
		{"big.ink" + trust, 64, "expected a bundle of at most 67108864 bytes, got 1073741824"},
		{"next.ink" + trust, 5, "expected a bundle of version INKBNDL1, got \"INKBNDL2\""},
		{"later.ink" + trust, 5, "unsupported version: expected 1, got 2"},
		{"x.json" + trust, 64, "不是证明包，而是JSON.*\n.*expected a bundle, got JSON"},
		{"x.pdf" + trust, 64, "不是证明包，而是PDF.*\n.*expected a bundle, got a PDF"},
		{"x.zip" + trust, 64, "got a ZIP archive"},
		{"hello file.ink" + trust, 64, "expected a bundle, got a file that begins with 68656c6c6f"},
		{"anchor.ink" + trust, 64, "expected a bundle, got an anchor.*\nhint: give the anchor with --anchor"},
		{"missing" + trust, 64, "文件不存在：missing\nerror: BUNDLE: expected a readable file, got \"missing\": no such file"},
		{"none" + trust, 64, "expected a bundle, got the directory"},
		{"file.ink missing" + trust, 64, "FILE: expected a readable file"},
		{"file.ink none" + trust, 64, "expected files in \"none\", got none"},
		{"file.ink linked" + trust, 64, "got \"link\" symbolic link"},
		{"file.ink wrong" + trust, 3, "✗ .*\\[presented.not-found\\]"},
		{"file.ink table.csv" + trust, 3, "\\[presented.not-found\\]"},
		{"table.ink order.csv" + trust, 3, "order.csv, item 2.*\\[presented.not-found\\]"},
		{"table.ink short.csv" + trust, 3, "\\[presented.not-found\\]"},
		{"dir.ink swapped" + trust, 3, "\\[presented.label\\]"},
		{"sealed.ink hello" + trust, 5, "– .*\\[presented.no-items\\]"},
		{"rows.ink table.csv" + trust, 5, "– .*the bundle shows 2 of 5 items.*\\[presented.partly\\]\n    整份文件须以示出全部数据项的证明包核验"},
		{"file.ink" + trust, 6, "证明成立，但未比对任何内容"},
		{"file.ink hello", 4, "未指定信任锚文件.*\n.*expected an anchor file, got none"},
		{"file.ink hello --anchor missing", 64, "--anchor: expected a readable file"},
		{"file.ink hello --anchor file.ink", 64, "--anchor: expected an anchor, got a bundle.*\nhint: the bundle is the first argument"},
		{"file.ink hello --anchor other.ink", 4, "✗ .*expected log .* of the anchor.*\\[log.id\\]"},
		{"file.ink hello --anchor cut-anchor.ink", 4, "✗ .*truncated.*\\[(log|format)"},
		{"file.ink hello --interested nobody" + trust, 64, "✗ .*expected the name or id of an institution.*got \"nobody\".*\\[filter.unknown\\]"},
		{"file.ink hello --policy bad.json" + trust, 64, "策略不正确.*\n.*unknown field \"pin\""},
		{"file.ink hello --policy x.pdf" + trust, 64, "--policy: expected a policy, got a PDF"},
		{"file.ink hello --policy empty" + trust, 64, "--policy: expected a policy, got an empty file"},
		{"file.ink hello --policy conflict.json --pin 1:" + strings.Repeat("cd", 32) + trust, 4, "固定点互相矛盾.*\n.*size 1 has the root"},
		{"file.ink hello --pin 5" + trust, 64, "--pin: expected SIZE:ROOT"},
		{"file.ink hello --pin 0:" + root + trust, 64, "--pin: expected SIZE:ROOT"},
		{"file.ink hello --proofs file.ink" + trust, 64, "--proofs: expected a file of separate proofs, got a bundle"},
		{"file.ink hello --now yesterday" + trust, 64, "--now: expected RFC 3339"},
		{"file.ink hello -o xml" + trust, 64, "--output: expected text or json, got \"xml\""},
		{"file.ink hello --nonsense" + trust, 64, "unknown flag: --nonsense"},
	} {
		a := w.run("", strings.Fields(c.words)...)
		require.Equal(t, c.exit, a.exit, c.words+"\n"+a.out+a.err)
		require.Regexp(t, regexp.MustCompile(c.says), a.out+a.err, c.words)
		if a.out == "" {
			require.Regexp(t, `^错误: .*\p{Han}.*\nerror: .*\n(hint: .*\n)?$`, a.err, c.words)
		} else {
			require.Empty(t, a.err, c.words)
			require.NotContains(t, a.out, "goroutine", c.words)
		}
	}
}

func TestErrorsAsJSON(t *testing.T) {
	w := lay(t, nil)
	for _, words := range []string{"missing --anchor a -o json", "-o json --nonsense", "--output=json --anchor"} {
		a := w.run("", strings.Fields(words)...)
		require.Equal(t, verify.ExitUsage, a.exit)
		require.Empty(t, a.out)
		var e struct{ Code, Zh, En, Hint string }
		require.NoError(t, json.Unmarshal([]byte(a.err), &e), a.err)
		require.Equal(t, "usage", e.Code)
	}
}

func TestHelpHasBothLanguages(t *testing.T) {
	a := lay(t, nil).run("", "--help")
	require.Equal(t, 0, a.exit)
	for _, want := range []string{"It asks no network", "inkverify BUNDLE [FILE…]", "退出码 · exit status", "inkverify x.ink package/ --anchor anchor.ink"} {
		require.Contains(t, a.out, want)
	}
	cmd := New(Name)
	require.Regexp(t, `\p{Han}.*·.*[A-Za-z]`, cmd.Short)
	require.Contains(t, cmd.Example, "inkd verify x.ink")
	require.True(t, strings.HasPrefix(cmd.UseLine(), "inkd verify BUNDLE"), cmd.UseLine())
}
