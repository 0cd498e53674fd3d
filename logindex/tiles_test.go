package logindex

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
)

func get(t testing.TB, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// tileClient reads tiles as golang.org/x/mod does for the Go checksum database.
type tileClient struct {
	t *testing.T
	h http.Handler
}

func (tileClient) Height() int { return tileHeight }

func (c tileClient) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		path := "/tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		w := get(c.t, c.h, path)
		if w.Code != http.StatusOK {
			return nil, fmt.Errorf("%s: %d", path, w.Code)
		}
		out = append(out, w.Body.Bytes())
	}
	return out, nil
}

func (tileClient) SaveTiles([]tlog.Tile, [][]byte) {}

// Somebody else's client computes the same proofs from checkpoint and hash tiles.
func TestAnotherClientProvesFromTiles(t *testing.T) {
	c := grownChain(1, 70_500)
	s, _ := served(t, c, 70_000)
	h := s.PublicHandler()
	lines := strings.Split(get(t, h, "/checkpoint").Body.String(), "\n")
	root, err := tlog.ParseHash(lines[2])
	require.NoError(t, err)
	tree := tlog.Tree{N: 70_000, Hash: root}
	reader := tlog.TileHashReader(tree, tileClient{t, h})
	for range 50 {
		seq, size := c.r.Int64N(70_000), 1+c.r.Int64N(70_000)
		proof, err := tlog.ProveRecord(tree.N, seq, reader)
		require.NoError(t, err)
		ours, err := s.index.Inclusion(uint64(seq), 70_000)
		require.NoError(t, err)
		require.Equal(t, len(proof), len(ours))
		for i := range ours {
			require.Equal(t, proof[i], tlog.Hash(ours[i]))
		}
		leaf := tlog.RecordHash(append([]byte(format.EntryDomain), c.stored[seq]...))
		require.NoError(t, tlog.CheckRecord(proof, tree.N, root, seq, leaf))
		tproof, err := tlog.ProveTree(tree.N, size, reader)
		require.NoError(t, err)
		require.NoError(t, tlog.CheckTree(tproof, tree.N, root, size, tlog.Hash(c.roots[size])))
	}
}

func TestCheckpoint(t *testing.T) {
	c := grownChain(2, 300)
	s, _ := served(t, c, 290)
	w := get(t, s.PublicHandler(), "/checkpoint")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
	require.Equal(t, "no-cache", w.Header().Get("Cache-Control"))
	want := fmt.Sprintf("inkchain.org/log/%x\n290\n%s\n", logID, base64.StdEncoding.EncodeToString(c.roots[290][:]))
	require.Equal(t, want, w.Body.String())

	ill := NewServer(open(t, dbm.NewMemDB()), fakeArchive{}, c)
	require.Equal(t, http.StatusServiceUnavailable, get(t, ill.PublicHandler(), "/checkpoint").Code)
	require.Equal(t, http.StatusServiceUnavailable, get(t, ill.PublicHandler(), "/tile/0/000").Code)
}

func TestTilePaths(t *testing.T) {
	c := grownChain(3, 70_100)
	s, _ := served(t, c, 70_000)
	h := s.PublicHandler()
	for path, width := range map[string]int{
		"/tile/0/000": 256, "/tile/0/272": 256, "/tile/0/273.p/112": 112, "/tile/0/273.p/1": 1, "/tile/0/272.p/255": 255,
		"/tile/1/000": 256, "/tile/1/001.p/17": 17, "/tile/2/000.p/1": 1,
	} {
		w := get(t, h, path)
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Equal(t, "public, max-age=31536000, immutable", w.Header().Get("Cache-Control"))
		require.Equal(t, "application/octet-stream", w.Header().Get("Content-Type"))
		require.Len(t, w.Body.Bytes(), 32*width, path)
	}
	for _, path := range []string{
		"/tile/0/273", "/tile/0/273.p/113", "/tile/0/273.p/0", "/tile/0/273.p/256", "/tile/0/272.p/256", "/tile/0/273.p/012",
		"/tile/0/273.p/+1", "/tile/0/273.p/", "/tile/0/273.p", "/tile/0/274.p/1", "/tile/1/001", "/tile/2/000", "/tile/3/000.p/1",
		"/tile/00/000", "/tile/+0/000", "/tile/-1/000", "/tile/8/000", "/tile/64/000", "/tile/0/0", "/tile/0/00", "/tile/0/0000",
		"/tile/0/x000", "/tile/0/x000/000", "/tile/0/000/000", "/tile/0/x000/x000/000", "/tile/0/x00/000", "/tile/0/X000/000", "/tile/0/x001",
		"/tile/0/x001/234", "/tile/0/x072/x057/x594/x037/x927/936", "/tile/0/x018/x446/x744/x073/x709/x551/615", "/tile/0/00a", "/tile/0/ 00",
		"/tile/0/%30%30٣", "/tile/0/", "/tile/", "/tile", "/", "/favicon.ico",
	} {
		require.Equal(t, http.StatusNotFound, get(t, h, strings.ReplaceAll(path, " ", "%20")).Code, path)
	}
}

func TestTileNumbers(t *testing.T) {
	for n, path := range map[uint64]string{
		0: "000", 67: "067", 999: "999", 1000: "x001/000", 1234067: "x001/x234/067", 1 << 56: "x072/x057/x594/x037/x927/936",
	} {
		got, width, ok := parseTileNumber(path)
		require.True(t, ok, path)
		require.Equal(t, n, got)
		require.Equal(t, 256, width)
		got, width, ok = parseTileNumber(path + ".p/255")
		require.True(t, ok, path)
		require.Equal(t, n, got)
		require.Equal(t, 255, width)
	}
}

// What is of members is not there for the public, whatever way it is asked for.
func TestPublicHasNoEntriesAndNoLookUps(t *testing.T) {
	c := grownChain(4, 300)
	s, _ := served(t, c, 300)
	h := s.PublicHandler()
	for _, path := range []string{
		"/tile/entries/000", "/tile/entries/001.p/44", "/tile/entries/000.p/1", "/tile/data/000", "/v1/find", "/v1/find/7/1",
		"/v1/entry/0", "/v1/entries/0", "/v1/status", "/ink/index/v1/find", "/ink/index/v1/find?subject=7&id=1", "/ink/index/v1/inclusion/0/0",
	} {
		require.Equal(t, http.StatusNotFound, get(t, h, path).Code, path)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/checkpoint", nil))
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
	body := get(t, h, "/v1/inclusion/5/0").Body.String()
	require.NotContains(t, body, base64.StdEncoding.EncodeToString(c.stored[5]))
	require.Contains(t, body, `"entry":null`)
}

func TestEntryBundlesAreForMembers(t *testing.T) {
	c := grownChain(5, 300)
	s, db := served(t, c, 290)
	h := s.MembersHandler()
	for path, span := range map[string][2]int{
		"/tile/entries/000": {0, 256}, "/tile/entries/001.p/34": {256, 290}, "/tile/entries/000.p/3": {0, 3},
	} {
		w := get(t, h, path)
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Equal(t, "public, max-age=31536000, immutable", w.Header().Get("Cache-Control"))
		b := w.Body.Bytes()
		for seq := span[0]; seq < span[1]; seq++ {
			n := int(binary.BigEndian.Uint16(b))
			require.Equal(t, c.leaves[seq], format.LeafHash(b[2:2+n]), "what C2SP hashes is our leaf")
			require.Equal(t, format.EntryDomain+string(c.stored[seq]), string(b[2:2+n]))
			b = b[2+n:]
		}
		require.Empty(t, b)
	}
	for _, path := range []string{"/tile/entries/001", "/tile/entries/001.p/35", "/tile/entries/002.p/1", "/tile/entries/1", "/tile/entries/"} {
		require.Equal(t, http.StatusNotFound, get(t, h, path).Code, path)
	}
	require.Equal(t, http.StatusOK, get(t, h, "/tile/0/000").Code)
	require.NoError(t, db.Set(tileKey(0, 0), make([]byte, tileBytes)))
	require.Equal(t, http.StatusInternalServerError, get(t, h, "/tile/entries/000").Code)
}

func TestProofsAsJSON(t *testing.T) {
	c := grownChain(6, 100)
	s, _ := served(t, c, 90)
	h := s.PublicHandler()
	var in struct {
		TreeSize string   `json:"tree_size"`
		Path     [][]byte `json:"path"`
	}
	w := get(t, h, "/v1/inclusion/7/80")
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &in))
	require.Equal(t, "80", in.TreeSize)
	require.NoError(t, format.VerifyInclusion(c.roots[80], 80, 7, c.leaves[7], fromSlices(in.Path)))
	for path, body := range map[string]string{
		"/v1/consistency/90/90": `{"to":"90","hashes":[]}`,
		"/v1/head/4":            `{"state":"BA=="}`,
		"/v1/block/4":           `{"block":"BAE=","validators":"Ag==","next_validators":"Aw=="}`,
		"/v1/heads/16":          `{"heights":["18","20"]}`,
		"/v1/links/0":           `{"heights":["4","8"]}`,
	} {
		w := get(t, h, path)
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Equal(t, body, w.Body.String(), path)
	}
	for path, code := range map[string]int{
		"/v1/inclusion/90/0": http.StatusNotFound, "/v1/inclusion/5/5": http.StatusBadRequest, "/v1/inclusion/5/91": http.StatusBadRequest,
		"/v1/inclusion/x/5": http.StatusBadRequest, "/v1/inclusion/05/9": http.StatusBadRequest, "/v1/inclusion/5": http.StatusNotFound,
		"/v1/consistency/-1/5": http.StatusBadRequest, "/v1/head/5": http.StatusNotFound, "/v1/block/18446744073709551616": http.StatusBadRequest,
	} {
		require.Equal(t, code, get(t, h, path).Code, path)
	}
}
