package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	gogogrpc "github.com/cosmos/gogoproto/grpc"
	"github.com/spf13/cast"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/cosmos-sdk/server/api"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/logindex"
	indextypes "github.com/inkchain/inkd/logindex/types"
)

// replaceStart gives `inkd start`, and no other command, a node with its index and
// its proof archive: two processes cannot have the same databases open.
func replaceStart(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		if cmd.Name() == "start" {
			root.RemoveCommand(cmd)
		}
	}
	var n provingNode
	root.AddCommand(server.StartCmdWithOptions(n.create, app.DefaultHome, server.StartCmdOptions{
		DBOpener: n.open, PostSetup: n.serve, PostSetupStandalone: n.serve,
	}))
}

// provingNode is a running node: the application, fed after each commit to the index
// and the archive, which its servers answer from.
type provingNode struct {
	*app.App
	log     log.Logger
	index   *logindex.Index
	archive *logindex.Archive
	answers *logindex.Server
	record  *logindex.Recorder
	dbs     []dbm.DB
	home    string
	signs   bool // the note key was opened, or could not be
	// comet asks the node's own CometBFT; nil if there is none.
	comet *client.Context

	follower atomic.Pointer[logindex.Follower]
	stop     context.CancelFunc
	running  sync.WaitGroup
	close    func() error
}

var _ servertypes.Application = (*provingNode)(nil)

// open opens all databases of the node and returns the application's.
func (n *provingNode) open(home string, backend dbm.BackendType) (dbm.DB, error) {
	n.home = home
	db, err := dbm.NewDB("application", backend, filepath.Join(home, "data"))
	if err != nil {
		return nil, err
	}
	if err := n.openIndex(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openIndex opens the index in data, which may be wiped, and the archive beside it.
func (n *provingNode) openIndex() (err error) {
	if err := rescueArchive(n.home); err != nil {
		return err
	}
	for _, part := range []struct {
		name, dir, advice string
		open              func(dbm.DB) error
	}{
		{"logindex", filepath.Join(n.home, "data"), "it can be deleted and is rebuilt then", func(db dbm.DB) (err error) { n.index, err = logindex.Open(db); return err }},
		{logindex.ArchiveName, n.home, "restore it from a backup; if there is none, move it away and name peers in [archive] of app.toml", func(db dbm.DB) (err error) { n.archive, err = logindex.OpenArchive(db); return err }},
	} {
		db, err := logindex.OpenDisk(part.name, part.dir)
		if err == nil {
			n.dbs = append(n.dbs, db)
			err = part.open(db)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w: %s", filepath.Join(part.dir, part.name+".db"), err, part.advice), closeAll(n.dbs))
		}
	}
	return nil
}

// rescueArchive moves the archive out of data, where a former build had it and where
// a reset would delete it: it cannot be made again.
func rescueArchive(home string) error {
	file := logindex.ArchiveName + ".db"
	to, from := filepath.Join(home, file), filepath.Join(home, "data", file)
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("expected one proof archive, got two: %s and %s: keep the one with the older proofs at the first place and move the other away", to, from)
	}
	return os.Rename(from, to)
}

func closeAll(dbs []dbm.DB) error {
	var errs []error
	for _, db := range dbs {
		errs = append(errs, db.Close())
	}
	return errors.Join(errs...)
}

// create makes the application over the databases that open opened.
func (n *provingNode) create(logger log.Logger, db dbm.DB, opts servertypes.AppOptions) servertypes.Application {
	n.App = app.New(logger, db, true, opts, server.DefaultBaseappOptions(opts)...)
	n.log = logger.With(log.ModuleKey, "logindex")
	n.answers = logindex.NewServer(n.index, n.archive, present{n.App})
	n.record = logindex.NewRecorder(n.archive, n.index, func() (logindex.ProvingState, error) { return committedState(n.App) }, n.log)
	n.close = sync.OnceValue(n.shut)
	n.stop = func() {}
	indextypes.RegisterQueryServer(n.GRPCQueryRouter(), n.answers)
	if n.LastBlockHeight() > 0 {
		n.record.Commit()
		n.signCheckpoints()
	}
	return n
}

// signCheckpoints gives the server the node's note key, once the log's id is known.
// Without it checkpoints have no signature; that must not stop the node.
func (n *provingNode) signCheckpoints() {
	if n.signs {
		return
	}
	id, err := present{n.App}.LogID()
	if err != nil {
		n.log.Error("checkpoints are not signed yet: the log's id cannot be read", "err", err)
		return // after the next block again
	}
	n.signs = true
	key, made, err := logindex.OpenNoteKey(filepath.Join(n.home, "config"), id)
	if err != nil {
		n.log.Error("the note key that signs checkpoints: mend it and start the node again", "err", err)
	}
	if key != nil {
		n.answers.SignCheckpoints(key)
		n.log.Info("checkpoints are signed", "key", key.Verifier(), "made now", made)
	}
}

// Commit feeds what was committed to archive and index before the next block is made,
// unless that would take long. What fails is logged and made up for after the next
// commit: it must not stop consensus.
func (n *provingNode) Commit() (*abci.ResponseCommit, error) {
	resp, err := n.App.Commit()
	if err != nil {
		return resp, err
	}
	n.record.Commit()
	n.signCheckpoints()
	if f := n.follower.Load(); f != nil {
		f.Wake(uint64(n.LastBlockHeight()))
	}
	resp.RetainHeight = n.retain(resp.RetainHeight)
	return resp, nil
}

// retain keeps blocks from being pruned that the archive has yet to read.
func (n *provingNode) retain(height int64) int64 {
	if height == 0 || !n.record.Settled() {
		return 0
	}
	needed := n.archive.NeededFrom
	if f := n.follower.Load(); f != nil {
		needed = f.NeededFrom
	}
	from, err := needed()
	if err != nil {
		n.log.Error("no blocks are pruned: the proof archive does not say which it needs", "err", err)
		return 0
	}
	return min(height, int64(from))
}

// RegisterGRPCServerWithSkipCheckHeader always skips the check: it refuses all questions
// of a node that was started and has not seen a block since, and an idle chain makes
// none for a while. Questions over CometBFT's RPC are not checked so either.
func (n *provingNode) RegisterGRPCServerWithSkipCheckHeader(s gogogrpc.Server, _ bool) {
	n.App.RegisterGRPCServerWithSkipCheckHeader(s, true)
}

// RegisterAPIRoutes serves the index as REST and, for members, as tiles.
func (n *provingNode) RegisterAPIRoutes(s *api.Server, c serverconfig.APIConfig) {
	n.App.RegisterAPIRoutes(s, c)
	if err := indextypes.RegisterQueryHandlerClient(context.Background(), s.GRPCGatewayRouter, indextypes.NewQueryClient(s.ClientCtx)); err != nil {
		n.log.Error("the index of the log is not served as REST", "err", err)
	}
	s.Router.PathPrefix("/log/").Handler(http.StripPrefix("/log", n.answers.MembersHandler()))
}

// RegisterTendermintService learns the client of the node's own CometBFT. It is not
// called if neither API nor gRPC are on; the client of commands is for any node.
func (n *provingNode) RegisterTendermintService(c client.Context) {
	n.App.RegisterTendermintService(c)
	n.comet = &c
}

// serve starts what runs beside consensus: follower, peers, public listener. They
// end before Close closes their databases.
func (n *provingNode) serve(svr *server.Context, _ client.Context, parent context.Context, _ *errgroup.Group) error {
	ctx, cancel := context.WithCancel(parent)
	n.stop = cancel
	if address := cast.ToString(svr.Viper.Get("log-index.public-address")); address != "" {
		if err := n.servePublic(ctx, address); err != nil {
			return err
		}
	}
	if n.comet == nil {
		n.log.Error("THE PROOF ARCHIVE GETS NO HEADERS: enable the API or the gRPC server in app.toml, and run with CometBFT")
		return nil
	}
	f := logindex.NewFollower(n.archive, n.comet.Client, n.log)
	n.follower.Store(f)
	n.running.Go(func() { f.Run(ctx) })
	urls := cast.ToStringSlice(svr.Viper.Get("archive.peers"))
	if len(urls) == 0 {
		return nil
	}
	peers, err := logindex.NewPeers(n.archive, n.index, history{n.ChainID(), *n.comet}, urls, n.log)
	if err != nil {
		return err
	}
	n.running.Go(func() { peers.Run(ctx) })
	return nil
}

// maxPublic is how many public requests are answered at the same time.
const maxPublic = 64

// servePublic serves to anybody what is public, until the context ends.
func (n *provingNode) servePublic(ctx context.Context, address string) error {
	l, err := net.Listen("tcp", strings.TrimPrefix(address, "tcp://"))
	if err != nil {
		return fmt.Errorf("[log-index] public-address: %w", err)
	}
	s := &http.Server{
		Handler:           atMost(maxPublic, n.answers.PublicHandler()),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	n.log.Info("serving proofs to the public", "address", l.Addr())
	n.running.Go(func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			n.log.Error("proofs are not served to the public any more", "err", err)
		}
	})
	n.running.Go(func() { <-ctx.Done(); _ = s.Close() })
	return nil
}

// atMost turns away what exceeds so many requests at once.
func atMost(limit int, h http.Handler) http.Handler {
	places := make(chan struct{}, limit)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			h.ServeHTTP(w, r)
		default:
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	})
}

// Close ends all of it. May be called more than once.
func (n *provingNode) Close() error { return n.close() }

func (n *provingNode) shut() error {
	n.stop()
	n.running.Wait()
	n.record.Close()
	return errors.Join(n.App.Close(), closeAll(n.dbs))
}
