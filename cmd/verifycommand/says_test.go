package verifycommand

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// vectorDir is where the vectors are, whatever directory a test goes to.
var vectorDir, _ = filepath.Abs("../../docs/spec/vectors/bundle")

// vector lays a good vector's bundle and anchor on a table.
func vector(t *testing.T, name string) *table {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(vectorDir, name))
		require.NoError(t, err)
		return b
	}
	var cases []struct{ Name, Bundle, Anchor string }
	require.NoError(t, json.Unmarshal(read("cases.json"), &cases))
	for _, c := range cases {
		if c.Name == name {
			return lay(t, map[string][]byte{"x.ink": read(c.Bundle), "anchor.ink": read(c.Anchor), "nothing": []byte("nothing of it")})
		}
	}
	t.Fatalf("expected a vector %s", name)
	return nil
}

const stampOf = `区块记载时间，非证明时间 · block stamp, not the proven time: `

// A revoked certificate is told with its number, when it was issued and revoked, and
// why; right below the verdict, too.
func TestCertificatesAreTold(t *testing.T) {
	out := vector(t, "directory-certificate-revoked").run("", "x.ink", "--anchor", "anchor.ink").out
	for _, line := range []string{
		`(?m)^注意 · note: 证书 ZS\d{17}（申请序号 \d+）已被撤销，事由：“签发有误”.* is revoked, reason: issued in error;`,
		`(?m)^    证书编号 · number of the certificate: ZS\d{17}$`,
		`(?m)^    证书签发 · certificate issued，条目 · entry \d+；` + stampOf + `2026-05-20T10:00:43\+08:00$`,
		`(?m)^    证书撤销 · certificate revoked，条目 · entry \d+；` + stampOf + `2026-05-20T10:00:46\+08:00；事由 · reason: 签发有误 · issued in error \[12\]$`,
	} {
		require.Regexp(t, line, out)
	}
	require.NotContains(t, out, "neither time nor reason is known")
	out = vector(t, "certificate-rejected").run("", "x.ink", "--anchor", "anchor.ink").out
	require.Regexp(t, `注意 · note: 申请序号 \d+ 的证书未通过，事由：“`, out)
	require.NotContains(t, out, "number of the certificate")
}

// Of events that the bundle does not show it is said that they are not shown.
func TestEventsThatAreNotShown(t *testing.T) {
	p := new(page)
	p.status(verify.StatusOf{Kind: "key", ID: 7, State: 2, EventCount: 3, Events: []verify.Event{{Seq: 5, EntryKind: 41, BlockStamp: 1}}})
	require.Contains(t, p.String(), "事件 3 个 · 3 events（证明包示出 1 个 · 1 of them shown）")
	require.Contains(t, p.String(), "未示出的事件，其时间与事由不详")
}

// Each row of a list stands there with its number and its labelled time.
func TestListsAreTold(t *testing.T) {
	out := vector(t, "list-of-a-period").run("", "x.ink", "--anchor", "anchor.ink").out
	require.Regexp(t, `(?m)^    第 6 条 · no. 6: CZ\d{17}，条目 · entry 99；数据包存证 · data package；`+stampOf+`2026-05-21T16:01:29\+08:00$`, out)
	require.Contains(t, out, "期间按区块记载时间划定，该时间并非证明时间 · the period was judged by block stamps, which are not proven times")
	out = vector(t, "applications-with-an-issue").run("", "x.ink", "--anchor", "anchor.ink").out
	require.Regexp(t, `第 1 条 · no. 1: ZS\d{17}，条目 · entry \d+；.*已完成 · issued；`, out)
	require.Regexp(t, `第 3 条 · no. 3: 条目 · entry \d+；.*未通过 · rejected；`, out)

	long := verify.ListStatement{Kind: "enterprise", ID: 1}
	for i := range uint64(100) {
		long.Rows = append(long.Rows, verify.ListRow{Place: i + 1, Seq: i, RecordKind: 1, BlockStamp: 1})
	}
	p := new(page)
	p.list(long)
	require.Equal(t, maxRows+1, strings.Count(p.String(), "· no. "), "the first ones and the last one")
	require.Contains(t, p.String(), "第 100 条")
	require.Contains(t, p.String(), "… 另有 79 条 · … 79 more（-o json")
}

// Who gets a bundle that has the enterprise's certification reads its name.
func TestEnterpriseIsNamed(t *testing.T) {
	out := vector(t, "enterprise-named").run("", "x.ink", "--anchor", "anchor.ink").out
	require.Regexp(t, `企业 · enterprise: 1 浙江示例数据科技有限公司，统一社会信用代码 · USCC 91330000000000100R（据条目 \d+ · by entry \d+）`, out)
}

// A directory of which files are missing is called a part of it, and the missing ones
// are named.
func TestMissingFilesAreNamed(t *testing.T) {
	w := carry(t).lay(t)
	require.NoError(t, os.Remove(filepath.Join(w.dir, "pack/b.bin")))
	a := w.run("", "dir.ink", "pack", "--anchor", "anchor.ink")
	require.Equal(t, verify.ExitOK, a.exit)
	require.True(t, strings.HasPrefix(a.out, "结论 · verdict: 部分成立：所出示者只是存证的一部分：共 2 项，比对一致 1 项，另有 1 项未出示"), a.out)
	require.Contains(t, a.out, "未出示（证明包所示）· shown by the bundle and not presented: 1\n    \"b.bin\"\n")
	var v verify.Verdict
	require.NoError(t, json.Unmarshal([]byte(w.run("", "dir.ink", "pack", "--anchor", "anchor.ink", "-o", "json").out), &v))
	require.Equal(t, []string{"b.bin"}, v.Statement.NotPresented)
}

// All differing rows and files are counted, whatever came first.
func TestAllThatDiffersIsCounted(t *testing.T) {
	w := carry(t).lay(t)
	rows := append([]string{}, tableRows...)
	rows[1], rows[3] = "1,\"other\"\n", "3,longer than before\n"
	w.put("changed.csv", []byte(strings.Join(rows, "")))
	a := w.run("", "table.ink", "changed.csv", "--anchor", "anchor.ink", "-o", "json")
	require.Equal(t, verify.ExitNotFound, a.exit)
	var v verify.Verdict
	require.NoError(t, json.Unmarshal([]byte(a.out), &v))
	require.Equal(t, []verify.Differing{{Name: "changed.csv", Count: 2, Of: 5, Items: []uint64{1, 3}}}, v.Differing)

	a = w.run("", "dir.ink", "wrong", "pack/b.bin", "hello", "--anchor", "anchor.ink")
	require.Equal(t, verify.ExitNotFound, a.exit)
	require.Regexp(t, `出示 3 件，其中 2 件比对不成：wrong：.*；hello：.*2 of the 3 presented were not matched: wrong: .*; hello: `, a.out)
	require.Contains(t, a.out, "pack/b.bin = 第 2 项，共 2 项", "what matched is told")
}

// A bundle that was cut off between two parts may be sound, and about nothing.
func TestNothingIsCalledNothing(t *testing.T) {
	b, err := bundle.Parse(func() []byte { b, _ := os.ReadFile(filepath.Join(vectorDir, "list-of-a-period.ink")); return b }())
	require.NoError(t, err)
	b.Lists = nil
	w := vector(t, "list-of-a-period")
	w.put("cut.ink", b.Bytes())
	a := w.run("", "cut.ink", "--anchor", "anchor.ink")
	require.Equal(t, verify.ExitNothingShown, a.exit)
	require.Contains(t, a.out, "结论 · verdict: 证明包所证者既无条目也无清单，或许不完整")
	require.Contains(t, w.run("", "x.ink", "--anchor", "anchor.ink").out, "结论 · verdict: 证明成立，但未比对任何内容")
}
