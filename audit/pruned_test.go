package audit_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	cmtdb "github.com/cometbft/cometbft-db"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
	"github.com/syndtr/goleveldb/leveldb"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/store/v2/rootmulti"
	"github.com/cosmos/cosmos-sdk/store/v2/snapshots"
	snapshottypes "github.com/cosmos/cosmos-sdk/store/v2/snapshots/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
)

// stores is the multistore of a home's application.
func stores(t *testing.T, db dbm.DB, names []string) *rootmulti.Store {
	t.Helper()
	s := rootmulti.NewStore(db, log.NewNopLogger())
	s.SetIAVLSyncPruning(true)
	for _, name := range names {
		s.MountStoreWithDB(storetypes.NewKVStoreKey(name), storetypes.StoreTypeIAVL, nil)
	}
	require.NoError(t, s.LoadLatestVersion())
	return s
}

// storeNames of the last version, which is also returned.
func storeNames(t *testing.T, db dbm.DB) (names []string, version int64) {
	t.Helper()
	version = rootmulti.GetLatestVersion(db)
	info, err := rootmulti.NewStore(db, log.NewNopLogger()).GetCommitInfo(version)
	require.NoError(t, err)
	for _, s := range info.StoreInfos {
		names = append(names, s.Name)
	}
	return names, version
}

func appDB(t *testing.T, home string) dbm.DB {
	t.Helper()
	db, err := dbm.NewGoLevelDB("application", filepath.Join(home, "data"), nil)
	require.NoError(t, err)
	return db
}

// TestAPrunedHomeIsClean has pruned states and blocks; what is left is still whole.
func TestAPrunedHomeIsClean(t *testing.T) {
	h := newHome(t).copied(t)
	app := appDB(t, h.dir)
	names, version := storeNames(t, app)
	require.NoError(t, stores(t, app, names).PruneStores(version-3))
	require.NoError(t, app.Close())
	r := h.audit(t)
	requireClean(t, r)

	data := filepath.Join(h.dir, "data")
	blocksDB, err := cmtdb.NewGoLevelDB("blockstore", data)
	require.NoError(t, err)
	statesDB, err := cmtdb.NewGoLevelDB("state", data)
	require.NoError(t, err)
	blocks, states := store.NewBlockStore(blocksDB), sm.NewStore(statesDB, sm.StoreOptions{})
	state, err := states.Load()
	require.NoError(t, err)
	pruned, evidence, err := blocks.PruneBlocks(version-4, state)
	require.NoError(t, err)
	require.NotZero(t, pruned)
	require.NoError(t, states.PruneStates(1, version-4, evidence))
	require.NoError(t, blocks.Close())
	require.NoError(t, states.Close())
	r = h.audit(t)
	requireClean(t, r)
	require.NotZero(t, area(t, r, "archive").Checked)
	for _, c := range area(t, r, "blocks").Checked {
		if c.What == "blocks" {
			require.EqualValues(t, 5, c.N)
		}
	}
}

// TestAHomeAfterStateSyncIsClean has the state from a snapshot: no earlier version.
func TestAHomeAfterStateSyncIsClean(t *testing.T) {
	h := newHome(t).copied(t)
	from := appDB(t, h.dir)
	names, version := storeNames(t, from)
	source := stores(t, from, names)
	chunks := make(chan io.ReadCloser, 8)
	go func() {
		w := snapshots.NewStreamWriter(chunks)
		defer w.Close()
		if err := source.Snapshot(uint64(version), w); err != nil {
			w.CloseWithError(err)
		}
	}()
	other := filepath.Join(t.TempDir(), "other")
	to := appDB(t, other)
	target := stores(t, to, names)
	reader, err := snapshots.NewStreamReader(chunks)
	require.NoError(t, err)
	_, err = target.Restore(uint64(version), snapshottypes.CurrentFormat, reader)
	require.NoError(t, err)
	require.NoError(t, reader.Close())
	require.NoError(t, to.Close())
	require.NoError(t, from.Close())
	replace(t, filepath.Join(h.dir, "data", "application.db"), filepath.Join(other, "data", "application.db"))
	requireClean(t, h.audit(t))
}

// TestAHomeWithoutIndexOrArchive lacks what is made anew, then what cannot be.
func TestAHomeWithoutIndexOrArchive(t *testing.T) {
	h := newHome(t).copied(t)
	require.NoError(t, os.RemoveAll(filepath.Join(h.dir, "data", "logindex.db")))
	r := h.audit(t)
	requireClean(t, r)
	require.Len(t, area(t, r, "index").Notes, 1)
	require.NoError(t, os.RemoveAll(filepath.Join(h.dir, "archive.db")))
	r = h.audit(t)
	requireFound(t, r, "archive-missing")
	require.Equal(t, 1, r.Found)
}

// TestATornJournalIsTold cuts a journal off as a power failure may.
func TestATornJournalIsTold(t *testing.T) {
	h := newHome(t).copied(t)
	journals, err := filepath.Glob(filepath.Join(h.dir, "data", "application.db", "*.log"))
	require.NoError(t, err)
	cut(t, journals[0], 20)
	requireFound(t, h.audit(t), "db-journal")
	// A starting node drops the torn record; what is left is whole again.
	db, err := leveldb.OpenFile(filepath.Join(h.dir, "data", "application.db"), nil)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	requireClean(t, h.audit(t))
}

// cut takes bytes from the end of a file.
func cut(t *testing.T, file string, n int64) {
	t.Helper()
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(file, info.Size()-n))
}
