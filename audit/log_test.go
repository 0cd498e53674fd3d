package audit_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/store/v2/rootmulti"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/layout"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// wrong is a log that a faulty application wrote: the validators signed it, so no hash
// tells.
type wrong struct {
	name   string
	change func(t *testing.T, head, log storetypes.KVStore)
	code   string
}

func changeValue(key []byte) func(*testing.T, storetypes.KVStore) {
	return func(t *testing.T, s storetypes.KVStore) {
		t.Helper()
		v := bytes.Clone(s.Get(key))
		require.NotEmpty(t, v, "%x", key)
		s.Set(key, lastByte(v))
	}
}

// inLog and inHead change one of the stores.
func inLog(fn func(*testing.T, storetypes.KVStore)) func(*testing.T, storetypes.KVStore, storetypes.KVStore) {
	return func(t *testing.T, _, log storetypes.KVStore) { t.Helper(); fn(t, log) }
}

func inHead(fn func(*testing.T, storetypes.KVStore)) func(*testing.T, storetypes.KVStore, storetypes.KVStore) {
	return func(t *testing.T, head, _ storetypes.KVStore) { t.Helper(); fn(t, head) }
}

// rewrite changes an entry and keeps it canonical.
func rewrite(seq uint64, fn func(e *logtypes.Entry)) func(*testing.T, storetypes.KVStore, storetypes.KVStore) {
	return inLog(func(t *testing.T, s storetypes.KVStore) {
		t.Helper()
		e, err := logtypes.ParseEntry(s.Get(layout.EntryKey(seq)))
		require.NoError(t, err)
		fn(e)
		b, err := e.Marshal()
		require.NoError(t, err)
		s.Set(layout.EntryKey(seq), b)
	})
}

var wrongs = []wrong{
	{"the head's root", inHead(changeValue(layout.HeadKey())), "log-value"},
	{"the right edge", inHead(changeValue(layout.EdgeKey())), "log-value"},
	{"a value more in the head's store", inHead(func(_ *testing.T, s storetypes.KVStore) { s.Set([]byte{9}, []byte{1}) }), "log-value"},
	{"a counter", inLog(changeValue(layout.EnterpriseCounterKey(1))), "log-value"},
	{"a counter deleted", inLog(func(_ *testing.T, s storetypes.KVStore) { s.Delete(layout.EnterpriseCounterKey(1)) }), "log-value"},
	{"a status", inLog(changeValue(layout.KeyStatusKey(1))), "log-value"},
	{"a status more", inLog(func(_ *testing.T, s storetypes.KVStore) { s.Set(layout.EvidenceStatusKey(3), []byte{8, 1}) }), "log-value"},
	{"an unknown value", inLog(func(_ *testing.T, s storetypes.KVStore) { s.Set([]byte{0x77}, []byte{1}) }), "log-value"},
	{"the log's id", inLog(func(_ *testing.T, s storetypes.KVStore) {
		v := bytes.Clone(s.Get(layout.IdentityKey()))
		v[10] ^= 1
		s.Set(layout.IdentityKey(), v)
	}), "log-identity"},
	{"the identity", inLog(changeValue(layout.IdentityKey())), "log-value"},
	{"an entry deleted", inLog(func(_ *testing.T, s storetypes.KVStore) { s.Delete(layout.EntryKey(5)) }), "log-entry"},
	{"an entry that is none", inLog(func(_ *testing.T, s storetypes.KVStore) { s.Set(layout.EntryKey(5), []byte("none")) }), "log-entry"},
	{"a seq", rewrite(5, func(e *logtypes.Entry) { e.Seq++ }), "log-entry"},
	{"an event number", rewrite(5, func(e *logtypes.Entry) { e.EventNo++ }), "log-entry"},
	{"a height that goes back", rewrite(39, func(e *logtypes.Entry) { e.Height = 1 }), "log-entry"},
	{"a block time", rewrite(39, func(e *logtypes.Entry) { e.BlockTime++ }), "log-block"},
	{"a transaction that is not in the block", rewrite(39, func(e *logtypes.Entry) { e.TxHash[0] ^= 1 }), "log-block"},
	{"an entry's own content", rewrite(39, func(e *logtypes.Entry) { e.GetRecord().Commitment[0] ^= 1 }), "log-value"},
}

// TestAWrongLogIsFoundThoughItIsSigned lets a faulty application commit the change.
func TestAWrongLogIsFoundThoughItIsSigned(t *testing.T) {
	for _, w := range wrongs {
		t.Run(w.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "home")
			c := testutil.NewConsensusIn(t, dir, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
			p := testutil.NewPeople(c)
			for i := range 3 {
				p.Submit(p.Admin, p.Enterprise, testutil.Commitment(string(rune('a'+i))))
			}
			ms := c.App.CommitMultiStore().(*rootmulti.Store)
			keys := ms.StoreKeysByName()
			w.change(t, ms.GetKVStore(keys[layout.HeadStore]), ms.GetKVStore(keys[layout.LogStore]))
			c.Block(testutil.Next{})
			c.Block(testutil.Next{})
			c.Stop()
			id := testutil.Commitment("log id")
			anchor := anchorFile(t, format.Hash(id), c)
			r, err := audit.Run(context.Background(), audit.Options{Home: dir, Anchor: anchor})
			require.NoError(t, err)
			requireFound(t, r, w.code)
			for _, a := range r.Areas {
				// The test's home has no archive, which is a finding of its own.
				alone := a.Name == "archive" && a.Total == 1 && a.Findings[0].Code == "archive-missing"
				require.True(t, a.Name == "log" || a.Total == 0 || alone, "%s: %+v", a.Name, a.Findings)
			}
		})
	}
}

// TestAnotherChainThanTheAnchors compares a home with the anchor of another log, and
// of other founders.
func TestAnotherChainThanTheAnchors(t *testing.T) {
	h := newHome(t)
	other := testutil.Founding()
	other.LogID = testutil.Commitment("another log")
	other.Founders[0].Power = 9
	c := testutil.NewConsensus(t, other, app.ConsensusParams(), testutil.FoundersKeys()...)
	t.Cleanup(c.Stop)
	r, err := audit.Run(context.Background(), audit.Options{Home: h.dir, Anchor: anchorFile(t, format.Hash(other.LogID), c)})
	require.NoError(t, err)
	requireFound(t, r, "log-identity")
	requireFound(t, r, "anchor-era")
}

// TestARewrittenLogIsFoundByAnOldBundle audits a chain of the same keys that went
// another way: the bundle verifies, and the log holds another entry.
func TestARewrittenLogIsFoundByAnOldBundle(t *testing.T) {
	h := newHome(t)
	dir := filepath.Join(t.TempDir(), "home")
	c := testutil.NewConsensusIn(t, dir, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	p := testutil.NewPeople(c)
	p.Submit(p.Admin, p.Enterprise, testutil.Commitment("another deposit"))
	for range 6 {
		c.Block(testutil.Next{})
	}
	c.Stop()
	rewritten := home{dir: dir, openings: h.openings, bundles: h.bundles, anchor: h.anchor}
	r := rewritten.audit(t)
	requireFound(t, r, "bundle-log")
	require.Len(t, area(t, r, "openings").Notes, 3, "openings that the log has no record of")
}

func area(t *testing.T, r *audit.Report, name string) *audit.Area {
	t.Helper()
	for _, a := range r.Areas {
		if a.Name == name {
			return a
		}
	}
	require.Fail(t, "no such area", name)
	return nil
}

func TestAnOpeningThatTellsAnotherCategory(t *testing.T) {
	h := newHome(t)
	d, err := testutil.NewDeposited(logID, 1, format.RecipeFile, "设计图 0", testutil.Part{Bytes: []byte("content 0")})
	require.NoError(t, err)
	d.Header.Category++ // which the commitment does not cover
	dir := t.TempDir()
	require.NoError(t, opening.Create(filepath.Join(dir, "x.inkopen"), d.Header, each(d.Items)))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "y.inkopen"), []byte("INKOPEN1"), 0o600))
	r, err := audit.Run(context.Background(), audit.Options{Home: h.dir, Openings: []string{dir}})
	require.NoError(t, err)
	requireFound(t, r, "opening-log")
	requireFound(t, r, "opening-file")
}
