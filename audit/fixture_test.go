package audit_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/audit"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/logindex"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
)

// home is a stopped node's home with what owners keep beside it.
type home struct {
	dir, openings, bundles string
	anchor                 []byte
}

// newHome runs a chain over databases on disk. It is opened twice, so that there are
// tables and journals.
func newHome(t testing.TB) home {
	t.Helper()
	h := home{dir: filepath.Join(t.TempDir(), "home")}
	h.openings, h.bundles = filepath.Join(h.dir, "openings"), filepath.Join(h.dir, "bundles")
	require.NoError(t, os.MkdirAll(h.openings, 0o700))
	require.NoError(t, os.MkdirAll(h.bundles, 0o700))
	c := testutil.NewConsensusIn(t, h.dir, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	p := testutil.NewPeople(c)
	c.Restart()
	source := testutil.NewProver(c)
	for i := range 3 {
		d, err := testutil.NewDeposited(logID, p.Enterprise, format.RecipeFile,
			fmt.Sprintf("设计图 %d", i), testutil.Part{Bytes: fmt.Appendf(nil, "content %d", i)})
		require.NoError(t, err)
		seq := p.Submit(p.Admin, p.Enterprise, d.Header.Commitment[:])
		height := uint64(c.Height())
		require.NoError(t, opening.Create(filepath.Join(h.openings, fmt.Sprintf("%d.inkopen", i)), d.Header, each(d.Items)))
		c.Block(testutil.Next{})
		h.anchor = anchorFile(t, logID, c)
		b := bundleOf(t, source, d, seq, height)
		require.NoError(t, os.WriteFile(filepath.Join(h.bundles, fmt.Sprintf("%d.ink", i)), b.Bytes(), 0o600))
	}
	c.Block(testutil.Next{})
	keepProofs(t, h.dir, c, source)
	c.Stop()
	return h
}

// keepProofs fills index and archive as a node does block by block; here all states
// are still there at the end.
func keepProofs(t testing.TB, dir string, c *testutil.Consensus, source *testutil.Prover) {
	t.Helper()
	open := func(name string) dbm.DB {
		db, err := dbm.NewGoLevelDB(name, parent(dir, name), nil)
		require.NoError(t, err)
		return db
	}
	state := logState{t, c, source}
	db := open("logindex")
	index, err := logindex.Open(db)
	require.NoError(t, err)
	require.NoError(t, index.CatchUp(state))
	require.NoError(t, db.Close())
	// Twice, so that there is a table beside the journal.
	for first := true; ; first = false {
		db = open("archive")
		archive, err := logindex.OpenArchive(db)
		require.NoError(t, err)
		if first {
			require.NoError(t, archive.Record(state))
			require.NoError(t, db.Close())
			continue
		}
		heads, err := archive.Heads(0, 0)
		require.NoError(t, err)
		links, err := source.Links(context.Background(), 0, uint64(c.Height()))
		require.NoError(t, err)
		for _, head := range heads {
			links = append(links, head+1)
		}
		slices.Sort(links)
		for _, height := range slices.Compact(links) {
			if height <= uint64(c.Height()) {
				archiveBlock(t, archive, c, source, height)
			}
		}
		require.NoError(t, db.Close())
		return
	}
}

// parent is the directory of a home that holds a database.
func parent(home, name string) string {
	if name == logindex.ArchiveName {
		return home
	}
	return filepath.Join(home, "data")
}

func archiveBlock(t testing.TB, archive *logindex.Archive, c *testutil.Consensus, source *testutil.Prover, height uint64) {
	t.Helper()
	block, set, err := source.Block(context.Background(), height)
	require.NoError(t, err)
	next, err := blocks.Set(c.Validators(int64(height) + 1))
	require.NoError(t, err)
	require.NoError(t, archive.AddBlock(block, set, next))
}

// logState is the log's committed state with proofs, for index and archive.
type logState struct {
	t      testing.TB
	c      *testutil.Consensus
	source *testutil.Prover
}

func (s logState) Height() uint64              { return uint64(s.c.Height()) }
func (s logState) LogID() (format.Hash, error) { return s.source.LogID(context.Background()) }
func (s logState) Head() (uint64, format.Hash, uint64, error) {
	head, err := s.c.App.LogKeeper.Head(s.c.Ctx())
	return head.Size_, format.Hash(head.Root), head.LastHeight, err
}
func (s logState) Entry(seq uint64) ([]byte, error) {
	return s.source.Entry(context.Background(), seq)
}
func (s logState) HeadProof(height uint64) (bundle.State, error) {
	return s.source.Head(context.Background(), height)
}

// logID of the chain.
var logID = format.Hash(testutil.Commitment("log id"))

// anchorFile is the anchor of a chain whose validators have not changed.
func anchorFile(t testing.TB, id format.Hash, c *testutil.Consensus) []byte {
	t.Helper()
	a := bundle.Anchor{LogID: id, Eras: []bundle.Era{{ChainID: testutil.ChainID, InitialHeight: 1, LogRoot: format.TreeRoot(nil)}}}
	for i, in := range testutil.Institutions {
		key := bundle.PublicKey{Type: bundle.KeyEd25519, Key: testutil.ConsensusKey(in.Name).PubKey().Bytes()}
		a.Institutions = append(a.Institutions, bundle.Institution{ID: uint64(i + 1), Name: in.Name, Kind: uint32(in.Kind), Keys: []bundle.PublicKey{key}})
	}
	var err error
	a.Eras[0].Validators, err = blocks.Set(c.State.Validators)
	require.NoError(t, err)
	return a.Bytes()
}

// bundleOf is the smallest bundle about a record, with its content.
func bundleOf(t testing.TB, source prove.Source, d *testutil.Deposited, seq, height uint64) *bundle.Bundle {
	t.Helper()
	ctx := context.Background()
	block, _, err := source.Block(ctx, height+1)
	require.NoError(t, err)
	state, err := source.Head(ctx, height)
	require.NoError(t, err)
	entry, err := source.Entry(ctx, seq)
	require.NoError(t, err)
	path, err := source.Inclusion(ctx, seq, seq+1)
	require.NoError(t, err)
	return &bundle.Bundle{
		LogID: logID, Subject: seq, Blocks: []bundle.Block{block}, States: []bundle.State{state},
		Entries: []bundle.Entry{{Bytes: entry, Size: seq + 1, Path: path}},
		Content: &bundle.Content{Public: d.Header.Public, Nonce: d.Header.Secret.Nonce(), Private: d.Header.Private, PrivateNonce: d.Header.Secret.PrivateNonce()},
		Items:   d.All(),
	}
}

func each(items []format.Shown) iter.Seq2[format.Item, error] {
	return func(yield func(format.Item, error) bool) {
		for _, it := range items {
			if !yield(it.Item, nil) {
				return
			}
		}
	}
}

// audit runs the audit over the whole home.
func (h home) audit(t testing.TB) *audit.Report {
	t.Helper()
	r, err := audit.Run(context.Background(), h.options())
	require.NoError(t, err)
	return r
}

func (h home) options() audit.Options {
	return audit.Options{Home: h.dir, Openings: []string{h.openings}, Bundles: []string{h.bundles}, Anchor: h.anchor}
}

// fingerprint is what all files in a directory are, with their names and modes.
func fingerprint(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		out[path] = fmt.Sprint(info.Mode(), info.ModTime())
		if d.Type().IsRegular() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			out[path] += fmt.Sprintf(" %x", sha256.Sum256(b))
		}
		return nil
	}))
	return out
}
