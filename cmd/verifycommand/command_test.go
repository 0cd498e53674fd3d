package verifycommand

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
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
		"file.ink hello":            "hello = 第 1 项，共 1 项 · item 1 of 1（5 字节 · bytes）\n    SHA-256 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\n    SM3     becbbfaae6548b8bf0cfcad5a27183cd1be6093b1cceccc303d9c61d0a645268\n",
		"table.ink table.csv":       "table.csv = 第 1 至 5 行，共 5 行 · rows 1 to 5 of 5",
		"table.ink row.csv":         "row.csv = 第 4 行，共 5 行 · row 4 of 5",
		"rows.ink row.csv":          "row.csv = 第 4 行，共 5 行 · row 4 of 5",
		"dir.ink pack":              `pack/a/数据.txt = 第 1 项，共 2 项 · item 1 of 2 "a/数据.txt"`,
		"dir.ink pack/b.bin":        `pack/b.bin = 第 2 项，共 2 项 · item 2 of 2 "b.bin"`,
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
		require.Regexp(t, "结论 · verdict: (部分)?成立", a.out)
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
		require.Regexp(t, `verdict: 部分成立：所出示者只是存证的一部分.* · holds for a part: .* not the whole: `+parts.matched+` of \d items, \d were not presented; .*\[0\]\n`, a.out)
		require.Regexp(t, `✓ .*只是存证的一部分.* · what was presented is a part of the evidence, not the whole: `+parts.matched+` of \d items`, a.out)
		j := w.run("", append(strings.Fields(words), "--anchor", "anchor.ink", "-o", "json")...)
		require.Contains(t, j.out, `{"code":"part","zh":"所出示者只是存证的一部分：`)
		require.Regexp(t, `compared: 1 项，共 \d 项 · 1 of \d items compared\n`, a.out)
		require.Contains(t, a.out, "of which the bundle shows "+parts.shown+"\n")
		require.Contains(t, a.out, "stated by the submitter")
	}
	a := w.run("", "table.ink", "table.csv", "--anchor", "anchor.ink")
	require.Contains(t, a.out, "what was presented is the evidence [0]")
	require.Contains(t, a.out, "5 of 5 items compared")
	require.Contains(t, a.out, "recounted from all items, which were presented")
}

func TestStandardInput(t *testing.T) {
	c := carry(t)
	w := c.lay(t)
	require.Equal(t, 0, w.run("hello", "file.ink", "-", "--anchor", "anchor.ink").exit)
	require.Equal(t, 0, w.run(string(c.file), "-", "hello", "--anchor", "anchor.ink").exit)
	require.Equal(t, 0, w.run(string(c.anchor), "file.ink", "hello", "--anchor", "-").exit)
	a := w.run("x", "-", "-", "--anchor", "anchor.ink")
	require.Equal(t, verify.ExitUnsupported, a.exit)
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
		`(?m)^  证明时间（不晚于） · proven time, no later than: 北京时间 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \(UTC\+8\) = \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \(UTC\)$`,
		`(?m)^  区块记载时间，非证明时间 · block stamp, not the proven time: 北京时间 `,
		`(?m)^    该区块头的时间 · time of this header: 北京时间 .* \(UTC\+8\) = .* \(UTC\)$`,
		`(?m)^  企业 · enterprise: 编号 \d+（证明包未示其名称）`,
		`(?m)^  取证方式 · recipe: 单个文件 · one file$`,
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
	w.put("seven", []byte("INKBNDL"))
	w.put("few.json", []byte(`{"require":["format","log","authority","state","consistency","inclusion","origin"]}`))
	w.put("zero-age.json", []byte(`{"max_status_age_seconds":0}`))
	w.put("no-pem.json", []byte(`{"tsa_certificates":["x"]}`))
	w.put("types.json", []byte(`{"pins":[{"size":"7"}]}`))
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
		{"empty" + trust, 5, "expected a bundle, got an empty file"},
		{"seven" + trust, 5, "不是证明包，而是其他文件"},
		{"file.ink hello --policy zero-age.json" + trust, 64, "策略不正确：max_status_age_seconds：应为 1 或以上.*\n.*expected at least 1 second"},
		{"file.ink hello --policy no-pem.json" + trust, 64, "策略不正确：tsa_certificates\\[1\\]：应为 PEM 证书.*\n.*expected a certificate in PEM"},
		{"file.ink hello --policy types.json" + trust, 64, "策略不正确：pins.size：应为不小于 0 的整数，实为文本\n.*pins.size: expected a whole number from 0 on, got a text"},
		{"cut.ink hello" + trust, 2, "✗ .*文件被截断或损坏：至少应有 \\d+ 字节，实有 \\d+ 字节.*the file is cut off or damaged: expected at least \\d+ bytes, got \\d+.*\\[format.truncated\\]\n    下载或拷贝未完成"},
		{"more.ink hello" + trust, 2, "✗ .*\\[format"},
		{"big.ink" + trust, 2, "expected a bundle of at most 67108864 bytes, got 1073741824"},
		{"next.ink" + trust, 5, "expected a bundle of version INKBNDL1, got \"INKBNDL2\""},
		{"later.ink" + trust, 5, "unsupported version: expected 1, got 2"},
		{"x.json" + trust, 5, "不是证明包，而是JSON.*\n.*expected a bundle, got JSON"},
		{"x.pdf" + trust, 5, "不是证明包，而是PDF.*\n.*expected a bundle, got a PDF"},
		{"x.zip" + trust, 5, "got a ZIP archive"},
		{"hello file.ink" + trust, 5, "expected a bundle, got a file that begins with 68656c6c6f"},
		{"anchor.ink" + trust, 5, "expected a bundle, got an anchor.*\n提示: 信任锚文件以 --anchor 给出\nhint: give the anchor with --anchor"},
		{"missing" + trust, 64, "文件不存在：missing\nerror: BUNDLE: expected a readable file, got \"missing\": no such file"},
		{"none" + trust, 64, "expected a bundle, got the directory"},
		{"file.ink missing" + trust, 64, "FILE: expected a readable file"},
		{"file.ink none" + trust, 64, "expected files in \"none\", got none"},
		{"file.ink linked" + trust, 64, "got \"link\" symbolic link"},
		{"file.ink wrong" + trust, 3, "✗ .*\\[presented.not-found\\]"},
		{"file.ink table.csv" + trust, 3, "\\[presented.not-found\\]"},
		{"table.ink order.csv" + trust, 3, "order.csv：所示 5 行中有 2 行不同：第 3、4 行（自 1 数起）.*order.csv: 2 of the 5 rows shown differ: row 3, 4 \\(counted from 1\\).*\\[presented.not-found\\]"},
		{"table.ink short.csv" + trust, 3, "it has 4 rows, the evidence has 5.*\\[presented.not-found\\]"},
		{"dir.ink swapped" + trust, 3, "\\[presented.label\\]"},
		{"sealed.ink hello" + trust, 5, "无法判断：必需检查无法进行：.*证明包未附公开内容.*undecided: a required check could not be made: .*shows no content.*\\[5\\](.|\n)*\\[opening.none\\]\n    请向存证人索取.*inkd evidence bundle NUMBER --opening FILE.inkopen(.|\n)*– .*\\[presented.no-items\\]"},
		{"rows.ink row.csv wrong table.csv" + trust, 3, "\\[presented.not-found\\]"},
		{"rows.ink row.csv wrong table.csv --policy few.json" + trust, 3, "\\[presented.not-found\\]"},
		{"rows.ink row.csv table.csv --policy few.json" + trust, 5, "\\[presented.partly\\]"},
		{"rows.ink table.csv" + trust, 5, "– .*the bundle shows 2 of 5 items.*\\[presented.partly\\]\n    整份文件须以示出全部数据项的证明包核验"},
		{"file.ink" + trust, 6, "证明成立，但未比对任何内容"},
		{"file.ink hello", 4, "未指定信任锚文件.*\n.*expected an anchor file, got none"},
		{"file.ink hello --anchor missing", 64, "--anchor: expected a readable file"},
		{"file.ink hello --anchor file.ink", 4, "--anchor: expected an anchor, got a bundle.*\n提示: .*\nhint: the bundle is the first argument"},
		{"file.ink hello --anchor other.ink", 4, "✗ .*expected log .* of the anchor.*\\[log.id\\]"},
		{"file.ink hello --anchor cut-anchor.ink", 4, "✗ .*cut off.*\\[(log|format)"},
		{"file.ink hello --interested nobody" + trust, 64, "✗ .*expected the name or id of an institution.*got \"nobody\".*\\[filter.unknown\\]"},
		{"file.ink hello --policy bad.json" + trust, 64, "策略不正确.*\n.*unknown key \"pin\""},
		{"file.ink hello --policy x.pdf" + trust, 64, "--policy: expected a policy, got a PDF"},
		{"file.ink hello --policy empty" + trust, 64, "--policy: expected a policy, got an empty file"},
		{"file.ink hello --policy conflict.json --pin 1:" + strings.Repeat("cd", 32) + trust, 4, "固定点互相矛盾.*\n.*size 1 has the root"},
		{"file.ink hello --pin 5" + trust, 64, "--pin: expected SIZE:ROOT"},
		{"file.ink hello --pin 0:" + root + trust, 64, "--pin: expected SIZE:ROOT"},
		{"file.ink hello --proofs file.ink" + trust, 5, "--proofs: expected a file of separate proofs, got a bundle"},
		{"file.ink hello --now yesterday" + trust, 64, "--now: expected RFC 3339"},
		{"file.ink hello -o xml" + trust, 64, "--output: expected text or json, got \"xml\""},
		{"file.ink hello --nonsense" + trust, 64, "unknown flag: --nonsense"},
	} {
		a := w.run("", strings.Fields(c.words)...)
		require.Equal(t, c.exit, a.exit, c.words+"\n"+a.out+a.err)
		require.Regexp(t, regexp.MustCompile(c.says), a.out+a.err, c.words)
		if a.out == "" {
			require.Regexp(t, `^错误: .*\p{Han}.*\nerror: .*\n(提示: .*\p{Han}.*\nhint: .*\n)?$`, a.err, c.words)
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
		var e struct {
			Code, Zh, En, Hint string
			HintZh             string `json:"hint_zh"`
		}
		require.NoError(t, json.Unmarshal([]byte(a.err), &e), a.err)
		require.Equal(t, "usage", e.Code)
		require.Equal(t, e.Hint == "", e.HintZh == "")
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
