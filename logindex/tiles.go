package logindex

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"google.golang.org/grpc/status"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify"
)

// immutable is said of tiles: a tile of one width never changes.
const immutable = "public, max-age=31536000, immutable"

// PublicHandler serves to anybody what shows nobody's business: the checkpoint and
// the hash tiles of C2SP tlog-tiles, and proofs as JSON under /v1/. It has no entries
// and no look-ups.
func (s *Server) PublicHandler() http.Handler { return s.publicMux() }

// MembersHandler serves the entry bundles of C2SP tlog-tiles as well.
func (s *Server) MembersHandler() http.Handler {
	mux := s.publicMux()
	mux.HandleFunc("GET /tile/entries/{number...}", s.serveEntries)
	return mux
}

func (s *Server) publicMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /checkpoint", s.serveCheckpoint)
	mux.HandleFunc("GET /tile/{level}/{number...}", s.serveTile)
	s.handleProofs(mux)
	return mux
}

// Checkpoint is the present tree as a note of C2SP tlog-checkpoint: origin, size and
// root, with the signature of the node's key if it has one.
func (s *Server) Checkpoint() ([]byte, error) {
	mark, err := s.index.Mark()
	if err != nil {
		return nil, err
	}
	id, err := s.log.LogID()
	if err != nil {
		return nil, err
	}
	text := verify.Checkpoint(id, mark.Size, mark.Root)
	k := s.key.Load()
	if k == nil {
		return text, nil
	}
	signed, err := k.sign(text)
	if err != nil {
		return nil, fmt.Errorf("sign the checkpoint of %d: %w", mark.Size, err)
	}
	return signed, nil
}

func (s *Server) serveCheckpoint(w http.ResponseWriter, _ *http.Request) {
	note, err := s.Checkpoint()
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(note)
}

func (s *Server) serveTile(w http.ResponseWriter, r *http.Request) {
	level, ok := decimal(r.PathValue("level"), tileLevels-1)
	if !ok {
		http.NotFound(w, r)
		return
	}
	n, width, ok := parseTileNumber(r.PathValue("number"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	b, err := s.index.Tile(level, n, width)
	if err != nil {
		refuse(w, err)
		return
	}
	serveImmutable(w, b)
}

func (s *Server) serveEntries(w http.ResponseWriter, r *http.Request) {
	n, width, ok := parseTileNumber(r.PathValue("number"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	b, err := s.entryBundle(n, width)
	if err != nil {
		refuse(w, err)
		return
	}
	serveImmutable(w, b)
}

// entryBundle is the entries of a tile, each behind its length. What C2SP calls an
// entry is what the leaf is the RFC 6962 hash of: our entry behind its domain.
func (s *Server) entryBundle(n uint64, width int) ([]byte, error) {
	leaves, err := s.index.Tile(0, n, width)
	if err != nil {
		return nil, err
	}
	var out []byte
	for i, leaf := range hashes(leaves) {
		seq := n*tileWidth + uint64(i)
		entry, err := s.log.Entry(seq)
		if err != nil {
			return nil, fmt.Errorf("entry %d of the state: %w", seq, err)
		}
		if got := format.EntryLeaf(entry); got != leaf {
			return nil, fmt.Errorf("%w: expected leaf %x of entry %d, got %x", ErrCorrupt, got, seq, leaf)
		}
		out = binary.BigEndian.AppendUint16(out, uint16(len(format.EntryDomain)+len(entry)))
		out = append(append(out, format.EntryDomain...), entry...)
	}
	return out, nil
}

func serveImmutable(w http.ResponseWriter, b []byte) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", immutable)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b)
}

// refuse answers with the code of the error as the REST gateway would.
func refuse(w http.ResponseWriter, err error) {
	st, ok := status.FromError(err)
	if !ok {
		st = status.Convert(toStatus(err))
	}
	http.Error(w, st.Message(), runtime.HTTPStatusFromCode(st.Code()))
}

// parseTileNumber reads N or N.p/W: N in elements of three digits, all but the last
// behind an x, without leading elements of zeros; W from 1 to 255.
func parseTileNumber(path string) (n uint64, width int, ok bool) {
	width = tileWidth
	if number, w, partial := strings.Cut(path, ".p/"); partial {
		v, ok := decimal(w, tileWidth-1)
		if !ok || v == 0 {
			return 0, 0, false
		}
		path, width = number, int(v)
	}
	if len(path) > len("x000/x000/x000/x000/x000/000") {
		return 0, 0, false // above 10^18, and 2^56 is the most there can be
	}
	elements := strings.Split(path, "/")
	for i, e := range elements {
		if i < len(elements)-1 {
			rest, marked := strings.CutPrefix(e, "x")
			if !marked || i == 0 && rest == "000" {
				return 0, 0, false
			}
			e = rest
		}
		if len(e) != 3 || strings.Trim(e, "0123456789") != "" {
			return 0, 0, false
		}
		n = n*1000 + uint64(e[0]-'0')*100 + uint64(e[1]-'0')*10 + uint64(e[2]-'0')
	}
	return n, width, true
}

// decimal reads a number without sign and leading zeros, up to a largest value.
func decimal(s string, largest uint64) (uint64, bool) {
	v, err := strconv.ParseUint(s, 10, 64)
	return v, err == nil && v <= largest && strconv.FormatUint(v, 10) == s
}
