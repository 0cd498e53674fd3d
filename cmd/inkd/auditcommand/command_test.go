package auditcommand_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
	"github.com/syndtr/goleveldb/leveldb"

	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/cmd/inkd/auditcommand"
	"github.com/inkchain/inkd/cmd/inkd/cli"
	"github.com/inkchain/inkd/logindex"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
)

// run types the command below a root as inkd's.
func run(t *testing.T, args ...string) (string, *cli.Error) {
	t.Helper()
	t.Setenv("INKD_HOME", "")
	root := &cobra.Command{Use: "inkd", SilenceErrors: true, SilenceUsage: true}
	root.PersistentFlags().String(flags.FlagHome, t.TempDir(), "")
	root.AddCommand(auditcommand.New())
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs(append([]string{"audit"}, args...))
	err := root.Execute()
	if err == nil {
		return out.String(), nil
	}
	var e *cli.Error
	require.True(t, errors.As(err, &e), "%v", err)
	return out.String(), e
}

func newHome(t *testing.T) string {
	t.Helper()
	home := filepath.Join(t.TempDir(), "home")
	c := testutil.NewConsensusIn(t, home, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	c.Block(testutil.Next{})
	id, err := testutil.NewProver(c).LogID(t.Context())
	require.NoError(t, err)
	c.Stop()
	db, err := dbm.NewGoLevelDB("archive", home, nil)
	require.NoError(t, err)
	archive, err := logindex.OpenArchive(db)
	require.NoError(t, err)
	require.NoError(t, archive.Bind(id))
	require.NoError(t, db.Close())
	return home
}

// The archive cannot be made again, unlike the index, which this home has not either.
func TestAMissingArchiveIsFound(t *testing.T) {
	home := newHome(t)
	require.NoError(t, os.RemoveAll(filepath.Join(home, "archive.db")))
	out, e := run(t, "--home", home)
	require.Equal(t, auditcommand.ExitFindings, e.Exit)
	require.Contains(t, out, "[archive-missing] 日志已有条目，却没有证明存档")
	require.Contains(t, out, "it cannot be made again")
}

func TestACleanHome(t *testing.T) {
	home := newHome(t)
	out, e := run(t, "--home", home)
	require.Nil(t, e)
	require.Contains(t, out, "✓ 状态 · state: ")
	require.Contains(t, out, "✓ 日志 · log: 条目 entries 12")
	require.Contains(t, out, "✓ 区块 · blocks: ")
	require.NotContains(t, out, "✗")
	_, rest, said := strings.Cut(out, "未检查 · not checked:\n")
	require.True(t, said)
	for _, left := range []string{"above say was passed over: index", "no anchor was given", "opening files: none was given", "bundles: none was given", "only an old bundle or a pin", "cs.wal"} {
		require.Contains(t, rest, left)
	}
	out, e = run(t, "--home", home, "-o", "json")
	require.Nil(t, e)
	var r audit.Report
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.Zero(t, r.Found)
	require.Equal(t, testutil.ChainID, r.ChainID)
	require.Regexp(t, `\p{Han}.*·.*[A-Za-z]`, auditcommand.New().Short)
}

func TestAFindingSaysWhatAndWhere(t *testing.T) {
	home := newHome(t)
	db, err := leveldb.OpenFile(filepath.Join(home, "data", "blockstore.db"), nil)
	require.NoError(t, err)
	require.NoError(t, db.Put([]byte("BH:\x1b[2J"), []byte("1"), nil))
	require.NoError(t, db.Close())
	out, e := run(t, "--home", home)
	require.Equal(t, auditcommand.ExitFindings, e.Exit)
	require.Equal(t, "findings", e.Code)
	require.Contains(t, out, "✗ 区块 · blocks: ")
	require.Contains(t, out, "[block-row] 按哈希查找区块的记录不正确")
	require.Contains(t, out, "a row that finds a block by its hash is wrong")
	require.Contains(t, out, "文件 file blockstore.db, 键 key BH:1b5b324a, 高度 height 1")
	require.Contains(t, out, "应为 · expected: ")
	require.Contains(t, out, "实为 · got: ")
	require.NotContains(t, out, "\x1b")
	out, e = run(t, "--home", home, "-o", "json")
	require.Equal(t, auditcommand.ExitFindings, e.Exit)
	var r audit.Report
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.Equal(t, 1, r.Found)
}

func TestRefusals(t *testing.T) {
	home := newHome(t)
	file := filepath.Join(t.TempDir(), "x.ink")
	require.NoError(t, os.WriteFile(file, []byte("INKBNDL1"), 0o600))
	for _, c := range []struct {
		exit int
		args []string
	}{
		{cli.ExitLocalFile, []string{}},
		{cli.ExitLocalFile, []string{"--home", file}},
		{cli.ExitLocalFile, []string{"--home", home, "--openings", "no/such.inkopen"}},
		{cli.ExitLocalFile, []string{"--home", home, "--anchor", "no/such.ink"}},
		{cli.ExitUsage, []string{"--home", home, "--bundles", file}},
		{cli.ExitUsage, []string{"--home", home, "--anchor", file}},
		{cli.ExitUsage, []string{"--home", home, "-o", "xml"}},
	} {
		_, e := run(t, c.args...)
		require.NotNil(t, e, "%v", c.args)
		require.Equal(t, c.exit, e.Exit, "%v: %s", c.args, e.En)
		require.NotEmpty(t, e.Zh)
	}
	db, err := leveldb.OpenFile(filepath.Join(home, "data", "state.db"), nil)
	require.NoError(t, err)
	defer db.Close()
	_, e := run(t, "--home", home)
	require.Equal(t, cli.ExitLocalFile, e.Exit)
	require.Contains(t, e.Hint, "stop the node first")
}

// A file of any size may be named: it is not read to its end.
func TestHugeFilesAreRefused(t *testing.T) {
	home := newHome(t)
	huge := filepath.Join(t.TempDir(), "huge.ink")
	require.NoError(t, os.WriteFile(huge, []byte(bundle.AnchorMagic), 0o600))
	require.NoError(t, os.Truncate(huge, 1<<40))
	_, e := run(t, "--home", home, "--anchor", huge)
	require.Equal(t, cli.ExitLocalFile, e.Exit)
	require.Contains(t, e.Cause.Error(), "expected at most 67108864 bytes, got 1099511627776")
}

// Nothing is made where nothing was.
func TestTheAuditMakesNoFiles(t *testing.T) {
	empty := t.TempDir()
	_, e := run(t, "--home", empty)
	require.Equal(t, cli.ExitLocalFile, e.Exit)
	entries, err := os.ReadDir(empty)
	require.NoError(t, err)
	require.Empty(t, entries)
}
