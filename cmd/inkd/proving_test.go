package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex"
)

func TestBlocksAreKeptUntilTheArchiveHasReadThem(t *testing.T) {
	n := opened(t, t.TempDir())
	fails := errors.New("disk on fire")
	state := func() (logindex.ProvingState, error) { return empty{}, fails }
	n.record = logindex.NewRecorder(n.archive, n.index, state, n.log)
	defer n.record.Close()
	require.Zero(t, n.retain(0), "no pruning stays no pruning")
	require.Zero(t, n.retain(50), "nothing was recorded yet")
	n.record.Commit()
	require.Zero(t, n.retain(50), "the state was not recorded")
	fails = nil
	n.record.Commit()
	require.EqualValues(t, 1, n.retain(50), "nothing was read yet")
}

// empty is the state of an empty log.
type empty struct{ logindex.ProvingState }

func (empty) Height() uint64 { return 1 }
func (empty) Head() (uint64, format.Hash, uint64, error) {
	return 0, format.TreeRoot(nil), 0, nil
}

// opened has index and archive in a directory.
func opened(t *testing.T, home string) *provingNode {
	t.Helper()
	n := &provingNode{log: log.NewNopLogger()}
	db, err := n.open(home, dbm.GoLevelDBBackend)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close(); _ = closeAll(n.dbs) })
	return n
}

func TestTwoProcessesDoNotOpenTheSameArchive(t *testing.T) {
	home := t.TempDir()
	opened(t, home)
	second := provingNode{home: home}
	require.Error(t, second.openIndex())
	require.Empty(t, second.dbs)
}

func TestAPublicListenerTurnsAwayWhatIsTooMuch(t *testing.T) {
	held, free := make(chan struct{}), make(chan struct{})
	h := atMost(1, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(held); <-free }))
	done := make(chan struct{})
	go func() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		close(done)
	}()
	<-held
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, http.StatusServiceUnavailable, rec.Code)
	close(free)
	<-done
}
