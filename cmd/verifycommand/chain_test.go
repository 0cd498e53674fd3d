package verifycommand

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/cometbft/cometbft/crypto"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
)

// carried is what people carry away from a small real chain.
type carried struct {
	anchor   []byte
	file     []byte // one file of the bytes "hello"
	table    []byte // five rows, all of them shown
	rows     []byte // the same, two of the rows shown
	dir      []byte // two files in a directory
	sealed   []byte // nothing of the content
	elsewise []byte // the anchor of another chain
}

var (
	tableRows = []string{"id,text\n", "1,\"two\nlines\"\n", "2,b\n", "3,c\n", "4,d"}
	dirFiles  = []testutil.Part{{Label: "a/数据.txt", Bytes: []byte("one")}, {Label: "b.bin", Bytes: []byte{}}}
)

const trickyTitle = "标题\u200b\u0085完" // zero width, and a C1 control: canonical text allows both

var (
	once    sync.Once
	fixture carried
)

// carry makes the chain once; nothing of it is needed later.
func carry(t *testing.T) *carried {
	t.Helper()
	if testing.Short() {
		t.Skip("makes a chain")
	}
	once.Do(func() { fixture.make(t) })
	require.NotEmpty(t, fixture.sealed, "the chain could not be made")
	return &fixture
}

func (f *carried) make(t *testing.T) {
	var keys []crypto.PrivKey
	for _, in := range testutil.Institutions {
		keys = append(keys, testutil.ConsensusKey(in.Name))
	}
	c := testutil.NewConsensus(t, testutil.Founding(), app.ConsensusParams(), keys...)
	t.Cleanup(func() { c.Stop() })
	w := &chainWriter{t: t, c: c, people: testutil.NewPeople(c), source: testutil.NewProver(c)}
	f.anchor, f.elsewise = w.anchors(keys)

	f.file = w.bundle(format.RecipeFile, trickyTitle, nil, testutil.Part{Bytes: []byte("hello")})
	var rows []testutil.Part
	for _, r := range tableRows {
		rows = append(rows, testutil.Part{Bytes: []byte(r)})
	}
	f.table = w.bundle(format.RecipeCSV, "表", nil, rows...)
	f.rows = w.bundle(format.RecipeCSV, "表二", []int{1, 3}, rows...)
	f.dir = w.bundle(format.RecipeDir, "目录", nil, dirFiles...)
	f.sealed = w.bundle(format.RecipeFile, "密封", []int{}, testutil.Part{Bytes: []byte("sealed")})
}

type chainWriter struct {
	t      *testing.T
	c      *testutil.Consensus
	people testutil.People
	source *testutil.Prover
}

func (w *chainWriter) anchors(keys []crypto.PrivKey) (own, other []byte) {
	id, err := w.source.LogID(context.Background())
	require.NoError(w.t, err)
	set, err := blocks.Set(w.c.Validators(1))
	require.NoError(w.t, err)
	a := &bundle.Anchor{LogID: id, Eras: []bundle.Era{{ChainID: testutil.ChainID, InitialHeight: 1, Validators: set, LogRoot: format.TreeRoot(nil)}}}
	for i, in := range testutil.Institutions {
		a.Institutions = append(a.Institutions, bundle.Institution{
			ID: uint64(i + 1), Name: in.Name, Kind: 1, Keys: []bundle.PublicKey{{Type: bundle.KeyEd25519, Key: keys[i].PubKey().Bytes()}},
		})
	}
	own = a.Bytes()
	a.LogID[0] ^= 1
	return own, a.Bytes()
}

// bundle deposits and writes the bundle: all items if shown is nil, none and no
// content if it is empty, else those.
func (w *chainWriter) bundle(recipe format.Recipe, title string, shown []int, parts ...testutil.Part) []byte {
	t, ctx := w.t, context.Background()
	id, err := w.source.LogID(ctx)
	require.NoError(t, err)
	d, err := testutil.NewDeposited(id, w.people.Enterprise, recipe, title, parts...)
	require.NoError(t, err)
	w.c.Must(w.people.Admin, testutil.Deposit(w.people.Admin, w.people.Enterprise, d.Header.Commitment[:]), nil)
	height := uint64(w.c.Height())
	w.c.Block(testutil.Next{})
	w.c.Block(testutil.Next{})
	seq := uint64(0)
	for _, err := w.source.Entry(ctx, seq+1); err == nil; _, err = w.source.Entry(ctx, seq+1) {
		seq++
	}
	b := &bundle.Bundle{LogID: id, Subject: seq}
	block, _, err := w.source.Block(ctx, height+1)
	require.NoError(t, err)
	head, err := w.source.Head(ctx, height)
	require.NoError(t, err)
	entry, err := w.source.Entry(ctx, seq)
	require.NoError(t, err)
	path, err := w.source.Inclusion(ctx, seq, seq+1)
	require.NoError(t, err)
	b.Blocks, b.States = []bundle.Block{block}, []bundle.State{head}
	b.Entries = []bundle.Entry{{Bytes: entry, Size: seq + 1, Path: path}}
	if shown == nil || len(shown) > 0 {
		b.Content = &bundle.Content{Public: d.Header.Public, Nonce: d.Header.Secret.Nonce(), Private: d.Header.Private, PrivateNonce: d.Header.Secret.PrivateNonce()}
		b.Items = d.All()
	}
	if len(shown) > 0 {
		b.Items = nil
		for _, i := range shown {
			b.Items = append(b.Items, d.Items[i])
		}
	}
	return b.Bytes()
}

// table is a directory with files for one test.
type table struct {
	t   *testing.T
	dir string
}

func lay(t *testing.T, files map[string][]byte) *table {
	t.Helper()
	w := &table{t, t.TempDir()}
	for name, b := range files {
		w.put(name, b)
	}
	return w
}

func (w *table) put(name string, b []byte) string {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	require.NoError(w.t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(w.t, os.WriteFile(path, b, 0o600))
	return path
}

// answer is what a run of the command left.
type answer struct {
	exit     int
	out, err string
}

// run runs the command in the table's directory.
func (w *table) run(stdin string, words ...string) answer {
	w.t.Helper()
	w.t.Chdir(w.dir)
	var out, errs bytes.Buffer
	cmd := New("inkverify")
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	exit := Main(cmd, words)
	return answer{exit, out.String(), errs.String()}
}
