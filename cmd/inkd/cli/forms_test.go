package cli

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

const formVector = "31e838433e5e6344603336d753f81dbe799f5f93211f7b1a7ffb7f6201584694"

// The vector of docs/spec/forms.md.
func TestFormCommitment(t *testing.T) {
	var salt [32]byte
	for i := range salt {
		salt[i] = byte(i)
	}
	got := formCommitment(salt, membershipForm, "张三", "数据部")
	require.Equal(t, formVector, hex.EncodeToString(got[:]))
	// A boundary between fields cannot be moved.
	require.NotEqual(t, formCommitment(salt, "a", "bc"), formCommitment(salt, "ab", "c"))
}

func TestCertificateFileSurvives(t *testing.T) {
	fields, err := format.CertificateFields{CertSeq: 7, EvidenceSeq: 3, EnterpriseID: 1, Items: 1, Title: "数据"}.Bytes()
	require.NoError(t, err)
	path := pendingCertPath(t.TempDir(), 7)
	kept, err := keepCert(path, fields, format.Hash{1})
	require.NoError(t, err)
	again, err := keepCert(path, fields, format.Hash{2})
	require.NoError(t, err)
	require.Equal(t, kept, again, "a second try goes on with the first nonce")
	_, err = keepCert(path, fields[:len(fields)-1], format.Hash{3})
	require.Equal(t, ExitLocalFile, classify(err).Exit)
	named, err := nameCert(path, "ZS20260000000000511")
	require.NoError(t, err)
	require.Equal(t, "ZS20260000000000511.inkcert", filepath.Base(named))
	require.NoFileExists(t, path)
	read, err := readCert(named)
	require.NoError(t, err)
	require.Equal(t, kept, read)
	b, err := os.ReadFile(named)
	require.NoError(t, err)
	for at := range b {
		bad := append([]byte(nil), b...)
		bad[at] ^= 1
		_, err := parseCertFile(bad)
		require.Error(t, err, "bit in byte %d", at)
		_, err = parseCertFile(b[:at])
		require.Error(t, err, "cut at %d", at)
	}
}

func TestRequestKeyIsMadeOnce(t *testing.T) {
	home := t.TempDir()
	first, err := requestKey(home)
	require.NoError(t, err)
	again, err := requestKey(home)
	require.NoError(t, err)
	require.Equal(t, first, again)
	info, err := os.Stat(filepath.Join(home, "config", requestKeyFile))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, os.WriteFile(filepath.Join(home, "config", requestKeyFile), []byte("short"), 0o600))
	_, err = requestKey(home)
	require.Equal(t, ExitLocalFile, classify(err).Exit)
}

func TestWordsOfEnums(t *testing.T) {
	require.Equal(t, "data-package", kindWord(logtypes.RECORD_KIND_DATA_PACKAGE))
	for _, name := range reasonNames() {
		r, err := parseReason(name)
		require.NoError(t, err)
		require.Equal(t, name, reasonWord(uint32(r)))
	}
	require.Len(t, reasonNames(), len(logtypes.Reason_name)-1)
	require.Equal(t, "identity-mismatch", reasonNames()[2])
	for code := range logtypes.CertificateState_name {
		if code != 0 {
			require.NotEqual(t, "未知", statusWord(logtypes.CertificateState(code)))
		}
	}
}

func TestWhereTheOpeningFileGoes(t *testing.T) {
	for path, want := range map[string]string{
		"a.csv": "a.csv.inkopen", "dir/": "dir.inkopen", "x/../b": "b.inkopen",
	} {
		p := &plan{content: content{path: path, recipe: format.RecipeFile}}
		require.NoError(t, p.chooseOut(), path)
		require.Equal(t, want, p.out, path)
	}
	for _, path := range []string{"-", ".", ".."} {
		p := &plan{content: content{path: path, recipe: format.RecipeFile}}
		require.NoError(t, p.chooseOut())
		require.Regexp(t, `^evidence-\d{8}T\d{6}\.\d{3}\.inkopen$`, p.out)
	}
	inside := &plan{content: content{path: "d", recipe: format.RecipeDir}, out: "d/x/y.inkopen", outSet: true}
	require.Equal(t, ExitUsage, classify(inside.chooseOut()).Exit)
	beside := &plan{content: content{path: "d", recipe: format.RecipeDir}, out: "d-x/y.inkopen", outSet: true}
	require.NoError(t, beside.chooseOut())
	here := &plan{content: content{path: ".", recipe: format.RecipeDir}}
	require.Equal(t, ExitUsage, classify(here.chooseOut()).Exit, "a file in the current directory would be in the evidence")
}

func TestTimes(t *testing.T) {
	n, err := parseTime("--produced-from", "2026-01-31T08:00:00+08:00")
	require.NoError(t, err)
	require.Equal(t, uint64(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC).UnixNano()), n)
	require.Equal(t, "2026-01-31T00:00:00Z", stamp(n))
	require.Equal(t, "2026-01-31T08:00:00+08:00", beijing(stamp(n)))
	require.Equal(t, "2026-01-31T08:00:00.000000001+08:00", beijing(stamp(n+1)))
	require.Equal(t, "", beijing(stamp(0)))
	require.Equal(t, "2026 年 7 月", beijing("2026 年 7 月"), "the date of a pin may be any text")
	for _, bad := range []string{"2026", "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z"} {
		_, err := parseTime("--produced-from", bad)
		require.Equal(t, ExitUsage, classify(err).Exit, bad)
	}
}
