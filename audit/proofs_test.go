package audit_test

import (
	"crypto/sha256"
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
	"github.com/syndtr/goleveldb/leveldb"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/testutil"
)

// heightKey is a key of the archive, and of the index's times.
func heightKey(table byte, n uint64) []byte { return binary.BigEndian.AppendUint64([]byte{table}, n) }

// sealed gives a value of the archive the checksum that it must have.
func sealed(key, value []byte) []byte {
	sum := sha256.Sum256(append(append([]byte{}, key...), value...))
	return append(sum[:8:8], value...)
}

// reseal changes a value of the archive, and its checksum with it.
func reseal(d db, key []byte, fn func(value []byte) []byte) {
	d.t.Helper()
	d.change(key, func(v []byte) []byte { return sealed(key, fn(v[8:])) })
}

var proofTamperings = []tampering{
	{"a hash of a tile", "logindex", func(d db) { d.change(append([]byte{1, 0}, make([]byte, 8)...), lastByte) }, "index-row"},
	{"a row deleted", "logindex", func(d db) { d.change(d.find("\x03", func(_, _ []byte) bool { return true }), gone) }, "index-row"},
	{"a row to another entry", "logindex", func(d db) {
		require.NoError(d.t, d.Put(append([]byte{3, 1}, make([]byte, 16)...), []byte{1}, nil))
	}, "index-row"},
	{"a time", "logindex", func(d db) { d.change(d.find("\x02", func(_, _ []byte) bool { return true }), lastByte) }, "index-row"},
	{"a size within a block", "logindex", func(d db) {
		d.change([]byte{0}, func(v []byte) []byte {
			v[8] = 2
			return v
		})
	}, "index-row"},
	{"another layout", "logindex", func(d db) {
		d.change([]byte{0}, func(v []byte) []byte {
			v[0]++
			return v
		})
	}, "index-row"},
	{"a key of no table", "logindex", func(d db) { require.NoError(d.t, d.Put([]byte{0x0f}, []byte{1}, nil)) }, "index-row"},

	{"a head without its checksum", "archive", func(d db) { d.change(heightKey('h', 10), lastByte) }, "archive-row"},
	{"a head", "archive", func(d db) { reseal(d, heightKey('h', 10), lastByte) }, "archive-row"},
	{"the head of another height", "archive", func(d db) {
		other, err := d.Get(heightKey('h', 11), nil)
		require.NoError(d.t, err)
		reseal(d, heightKey('h', 10), func([]byte) []byte { return other[8:] })
	}, "archive-row"},
	{"a head and its count deleted", "archive", func(d db) {
		d.change(heightKey('h', 10), gone)
		reseal(d, []byte("mcounts"), func(v []byte) []byte {
			v[7]--
			return v
		})
	}, "archive-head"},
	{"a block deleted", "archive", func(d db) { d.change(heightKey('b', 11), gone) }, "archive-row"},
	{"a block with its commit", "archive", func(d db) { reseal(d, heightKey('b', 11), lastByte) }, "archive-row"},
	{"a set", "archive", func(d db) { reseal(d, d.find("s", func(_, _ []byte) bool { return true }), lastByte) }, "archive-row"},
	{"a link to no change", "archive", func(d db) {
		require.NoError(d.t, d.Put(heightKey('l', 11), sealed(heightKey('l', 11), nil), nil))
	}, "archive-row"},
	{"a key of no table", "archive", func(d db) { require.NoError(d.t, d.Put([]byte("zzz"), sealed([]byte("zzz"), nil), nil)) }, "archive-row"},
	{"more seen than there is", "archive", func(d db) {
		reseal(d, []byte("mseen"), func(v []byte) []byte {
			v[0] = 1
			return v
		})
	}, "archive-row"},
	{"the log's id", "archive", func(d db) { reseal(d, []byte("mlog"), lastByte) }, "archive-log"},
}

// TestTheArchiveOfAnotherChain has the same validators, and other blocks and heads.
func TestTheArchiveOfAnotherChain(t *testing.T) {
	h := newHome(t).copied(t)
	other := filepath.Join(t.TempDir(), "other")
	c := testutil.NewConsensusIn(t, other, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	for range 3 {
		c.Block(testutil.Next{})
	}
	p := testutil.NewPeople(c)
	p.Submit(p.Admin, p.Enterprise, testutil.Commitment("other"))
	keepProofs(t, other, c, testutil.NewProver(c))
	c.Stop()
	for _, name := range []string{"archive", "logindex"} {
		replace(t, filepath.Join(parent(h.dir, name), name+".db"), filepath.Join(parent(other, name), name+".db"))
	}
	r := h.audit(t)
	for _, code := range []string{"archive-block", "archive-head", "index-row"} {
		requireFound(t, r, code)
	}
}

// TestAnArchiveThatNamesNoLog is that of a node that was stopped before its first block,
// or one that lost the note: the node binds it when it starts.
func TestAnArchiveThatNamesNoLog(t *testing.T) {
	h := newHome(t).copied(t)
	path := filepath.Join(h.dir, "archive.db")
	opened, err := leveldb.OpenFile(path, nil)
	require.NoError(t, err)
	db{t, opened}.change([]byte("mlog"), gone)
	require.NoError(t, opened.Close())
	requireClean(t, h.audit(t))
	require.Contains(t, noteCodes(t, h, "archive"), "archive-unbound")

	require.NoError(t, os.RemoveAll(path))
	empty, err := dbm.NewGoLevelDB("archive", h.dir, nil)
	require.NoError(t, err)
	require.NoError(t, empty.Close())
	requireClean(t, h.audit(t))
	require.Subset(t, noteCodes(t, h, "archive"), []string{"archive-unbound", "archive-behind"})
}

// TestALinkThatIsMissing takes away the block of a change of the validator set.
func TestALinkThatIsMissing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home")
	s := testutil.NewStoryIn(t, dir)
	links, err := s.Source.Links(t.Context(), 0, uint64(s.Height()))
	require.NoError(t, err)
	require.NotEmpty(t, links)
	keepProofs(t, dir, s.Consensus, s.Source)
	s.Stop()
	h := home{dir: dir, openings: t.TempDir(), bundles: t.TempDir(), anchor: s.Anchor.Bytes()}
	opened, err := leveldb.OpenFile(filepath.Join(dir, "archive.db"), nil)
	require.NoError(t, err)
	d := db{t, opened}
	counts, err := d.Get([]byte("mcounts"), nil)
	require.NoError(t, err)
	removed := uint64(0)
	for _, height := range links {
		if ok, _ := d.Has(heightKey('h', height-1), nil); ok {
			continue // also the next block of a head, which would be missed
		}
		d.change(heightKey('b', height), gone)
		d.change(heightKey('l', height), gone)
		removed++
	}
	if removed == 0 {
		// Each change is the next block of a head: remove one with its head.
		height := links[0]
		d.change(heightKey('b', height), gone)
		d.change(heightKey('l', height), gone)
		require.NoError(t, d.Put(heightKey('g', height-1), sealed(heightKey('g', height-1), nil), nil))
		removed++
	}
	blocks := binary.BigEndian.Uint64(counts[16:]) - removed
	reseal(d, []byte("mcounts"), func(v []byte) []byte { binary.BigEndian.PutUint64(v[8:], blocks); return v })
	require.NoError(t, opened.Close())

	r := h.audit(t)
	requireClean(t, r)
	require.Contains(t, noteCodes(t, h, "archive"), "archive-links", "this node's own blocks lead on")

	// Without them nobody knows how the set came to be.
	opened, err = leveldb.OpenFile(filepath.Join(dir, "data", "blockstore.db"), nil)
	require.NoError(t, err)
	d = db{t, opened}
	for _, height := range links {
		d.change(fmtKey("H", height), gone)
	}
	require.NoError(t, opened.Close())
	requireFound(t, h.audit(t), "archive-set")
}

func fmtKey(kind string, height uint64) []byte {
	return strconv.AppendUint([]byte(kind+":"), height, 10)
}

func noteCodes(t *testing.T, h home, name string) []string {
	t.Helper()
	var out []string
	for _, n := range area(t, h.audit(t), name).Notes {
		out = append(out, n.Code)
	}
	return out
}

// replace puts another directory in the place of one.
func replace(t *testing.T, dir, by string) {
	t.Helper()
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.CopyFS(dir, os.DirFS(by)))
}
