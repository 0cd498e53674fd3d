package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/server"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex"
	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/testutil"
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

// What a former build kept in data is what the node goes on with; of two archives none
// is chosen silently.
func TestAnArchiveInDataIsMovedOut(t *testing.T) {
	home := t.TempDir()
	data := filepath.Join(home, "data")
	old, err := logindex.OpenDisk(logindex.ArchiveName, data)
	require.NoError(t, err)
	require.NoError(t, old.SetSync([]byte{0xff}, []byte("kept")))
	require.NoError(t, old.Close())
	require.NoError(t, rescueArchive(home))
	require.NoDirExists(t, filepath.Join(data, "archive.db"))
	moved, err := logindex.OpenDisk(logindex.ArchiveName, home)
	require.NoError(t, err)
	kept, err := moved.Get([]byte{0xff})
	require.NoError(t, err)
	require.Equal(t, "kept", string(kept))
	require.NoError(t, moved.Close())

	require.NoError(t, os.Mkdir(filepath.Join(data, "archive.db"), 0o700))
	n := provingNode{home: home}
	require.ErrorContains(t, n.openIndex(), "expected one proof archive, got two")
	require.Empty(t, n.dbs)
}

func TestTwoProcessesDoNotOpenTheSameArchive(t *testing.T) {
	home := t.TempDir()
	opened(t, home)
	second := provingNode{home: home}
	require.Error(t, second.openIndex())
	require.Empty(t, second.dbs)
}

// A node that was stopped answers over gRPC, and signs, before its next block: an idle
// chain makes none for a while.
func TestAStartedNodeAnswersBeforeItsNextBlock(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	c := testutil.NewConsensusIn(t, home, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	c.Block(testutil.Next{})
	c.Stop()
	n := new(provingNode)
	db, err := n.open(home, dbm.GoLevelDBBackend)
	require.NoError(t, err)
	n.create(log.NewNopLogger(), db, optionsOf(home))
	defer func() { require.NoError(t, n.Close()) }()

	listener, s := bufconn.Listen(1<<20), grpc.NewServer(grpc.ForceServerCodec(codec.NewProtoCodec(n.Registry).GRPCCodec()))
	n.RegisterGRPCServerWithSkipCheckHeader(s, false)
	go func() { _ = s.Serve(listener) }()
	defer s.Stop()
	conn, err := grpc.NewClient("passthrough:node", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return listener.Dial() }))
	require.NoError(t, err)
	defer conn.Close()
	status, err := indextypes.NewQueryClient(conn).Status(t.Context(), &indextypes.QueryStatusRequest{})
	require.NoError(t, err)
	require.NotZero(t, status.TreeSize)

	vkey, err := os.ReadFile(filepath.Join(home, "config", "log_note.vkey"))
	require.NoError(t, err)
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	require.NoError(t, err)
	checkpoint, err := n.answers.Checkpoint()
	require.NoError(t, err)
	_, err = note.Open(checkpoint, note.VerifierList(verifier))
	require.NoError(t, err)
}

func optionsOf(home string) simtestutil.AppOptionsMap {
	return simtestutil.AppOptionsMap{flags.FlagHome: home, flags.FlagChainID: testutil.ChainID, server.FlagPruning: "default"}
}

// A key that cannot be had does not keep a node from its work.
func TestANodeWithoutItsNoteKeyDoesNotSign(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	c := testutil.NewConsensusIn(t, home, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	c.Block(testutil.Next{})
	c.Stop()
	require.NoError(t, os.WriteFile(filepath.Join(home, "config", "log_note.key"), []byte("damaged"), 0o600))
	n := new(provingNode)
	db, err := n.open(home, dbm.GoLevelDBBackend)
	require.NoError(t, err)
	var out bytes.Buffer
	n.create(log.NewLogger(&out, log.ColorOption(false)), db, optionsOf(home))
	defer func() { require.NoError(t, n.Close()) }()
	require.Contains(t, out.String(), "no note key of this log")
	require.NotContains(t, out.String(), "checkpoints are signed")
	checkpoint, err := n.answers.Checkpoint()
	require.NoError(t, err)
	require.NotContains(t, string(checkpoint), "—")
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
