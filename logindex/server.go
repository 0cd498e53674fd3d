package logindex

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/types"
)

// Log is what the server reads from the node's present state. Entries never change,
// so it may be ahead of the index.
type Log interface {
	// LogID is the log's identity.
	LogID() (format.Hash, error)
	// Entry is an entry's bytes as stored.
	Entry(seq uint64) ([]byte, error)
}

// archive is what the server asks of the Archive.
type archive interface {
	// Head is the State message of a height's head.
	Head(height uint64) (state []byte, ok bool, err error)
	// Block is the Block message of a height, its set, and the next set if another.
	Block(height uint64) (block, validators, next []byte, ok bool, err error)
	// Links and Heads are heights above after, ascending, at most limit.
	Links(after uint64, limit int) ([]uint64, error)
	Heads(after uint64, limit int) ([]uint64, error)
	// Stats is for Status; see there.
	Stats() (heads, blocks, completeFrom, missing, pending uint64)
}

// Server answers from the index and the archive. It checks each proof of the tree
// before it gives it away: a damaged disk must not look like a forged log.
type Server struct {
	index   *Index
	archive archive
	log     Log
	key     atomic.Pointer[NoteKey]
}

var _ types.QueryServer = (*Server)(nil)

// NewServer answers from an index and an archive of the same log.
func NewServer(x *Index, a archive, l Log) *Server { return &Server{index: x, archive: a, log: l} }

// SignCheckpoints lets a key of this log sign the checkpoints that are served from now
// on; without one they have no signature.
func (s *Server) SignCheckpoints(k *NoteKey) { s.key.Store(k) }

// Status says how far index and archive are. An index that has not caught up says 0.
func (s *Server) Status(context.Context, *types.QueryStatusRequest) (*types.QueryStatusResponse, error) {
	resp := &types.QueryStatusResponse{}
	mark, err := s.index.Mark()
	if err == nil {
		resp.TreeSize, resp.Root, resp.Height = mark.Size, mark.Root[:], mark.Height
	} else if !errors.Is(err, ErrNotReady) {
		return nil, toStatus(err)
	}
	resp.Heads, resp.Blocks, resp.CompleteFrom, resp.Missing, resp.Pending = s.archive.Stats()
	return resp, nil
}

// Inclusion is the path of an entry, with the entry.
func (s *Server) Inclusion(_ context.Context, q *types.QueryInclusionRequest) (*types.QueryInclusionResponse, error) {
	mark, err := s.index.Mark()
	if err != nil {
		return nil, toStatus(err)
	}
	if q.Seq >= mark.Size {
		return nil, status.Errorf(codes.NotFound, "expected a seq below %d, the size of the log, got %d", mark.Size, q.Seq)
	}
	size := q.TreeSize
	if size == 0 {
		size = mark.Size
	}
	path, err := s.index.Inclusion(q.Seq, size)
	if err != nil {
		return nil, toStatus(err)
	}
	entry, err := s.log.Entry(q.Seq)
	if err != nil {
		return nil, toStatus(fmt.Errorf("entry %d of the state: %w", q.Seq, err))
	}
	root, err := s.index.Root(size)
	if err != nil {
		return nil, toStatus(err)
	}
	if err := format.VerifyInclusion(root, size, q.Seq, format.EntryLeaf(entry), path); err != nil {
		return nil, toStatus(fmt.Errorf("%w: path of entry %d in the tree of %d: %w", ErrCorrupt, q.Seq, size, err))
	}
	return &types.QueryInclusionResponse{TreeSize: size, Path: byteSlices(path), Entry: entry}, nil
}

// Consistency is the proof between two sizes.
func (s *Server) Consistency(_ context.Context, q *types.QueryConsistencyRequest) (*types.QueryConsistencyResponse, error) {
	to := q.To
	if to == 0 {
		mark, err := s.index.Mark()
		if err != nil {
			return nil, toStatus(err)
		}
		to = mark.Size
	}
	path, err := s.index.Consistency(q.From, to)
	if err != nil {
		return nil, toStatus(err)
	}
	if err := s.checkConsistency(q.From, to, path); err != nil {
		return nil, toStatus(err)
	}
	return &types.QueryConsistencyResponse{To: to, Hashes: byteSlices(path)}, nil
}

func (s *Server) checkConsistency(from, to uint64, path []format.Hash) error {
	rootFrom, err := s.index.Root(from)
	if err != nil {
		return err
	}
	rootTo, err := s.index.Root(to)
	if err != nil {
		return err
	}
	if err := format.VerifyConsistency(from, to, rootFrom, rootTo, path); err != nil {
		return fmt.Errorf("%w: from %d to %d: %w", ErrCorrupt, from, to, err)
	}
	return nil
}

// Head is the archived head of a height.
func (s *Server) Head(_ context.Context, q *types.QueryHeadRequest) (*types.QueryHeadResponse, error) {
	state, ok, err := s.archive.Head(q.Height)
	if err != nil {
		return nil, toStatus(err)
	}
	if !ok {
		return nil, status.Errorf(codes.NotFound, "expected a height whose head is in the archive, got %d", q.Height)
	}
	return &types.QueryHeadResponse{State: state}, nil
}

// Block is the archived block of a height.
func (s *Server) Block(_ context.Context, q *types.QueryBlockRequest) (*types.QueryBlockResponse, error) {
	block, validators, next, ok, err := s.archive.Block(q.Height)
	if err != nil {
		return nil, toStatus(err)
	}
	if !ok {
		return nil, status.Errorf(codes.NotFound, "expected a height whose header is in the archive, got %d", q.Height)
	}
	return &types.QueryBlockResponse{Block: block, Validators: validators, NextValidators: next}, nil
}

// Links is a page of the archive's set changes.
func (s *Server) Links(_ context.Context, q *types.QueryLinksRequest) (*types.QueryLinksResponse, error) {
	heights, err := page(s.archive.Links, q.After, q.Limit)
	return &types.QueryLinksResponse{Heights: heights}, err
}

// Heads is a page of the archive's heads.
func (s *Server) Heads(_ context.Context, q *types.QueryHeadsRequest) (*types.QueryHeadsResponse, error) {
	heights, err := page(s.archive.Heads, q.After, q.Limit)
	return &types.QueryHeadsResponse{Heights: heights}, err
}

func page(list func(after uint64, limit int) ([]uint64, error), after uint64, limit uint32) ([]uint64, error) {
	n, err := pageLimit(limit)
	if err != nil {
		return nil, toStatus(err)
	}
	heights, err := list(after, n)
	return heights, toStatus(err)
}

// Find is a page of a look-up.
func (s *Server) Find(_ context.Context, q *types.QueryFindRequest) (*types.QueryFindResponse, error) {
	seqs, more, err := s.index.Find(q)
	if err != nil {
		return nil, toStatus(err)
	}
	return &types.QueryFindResponse{Seqs: seqs, More: more}, nil
}

// toStatus is an error with the code that tells the asker whose turn it is.
func toStatus(err error) error {
	code := codes.Internal
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrCorrupt), errors.Is(err, ErrDamaged):
		code = codes.DataLoss
	case errors.Is(err, ErrNotReady), errors.Is(err, ErrDisk):
		code = codes.Unavailable
	case errors.Is(err, ErrAhead):
		code = codes.OutOfRange
	case errors.Is(err, ErrNoTile):
		code = codes.NotFound
	case errors.Is(err, ErrRequest):
		code = codes.InvalidArgument
	}
	return status.Error(code, err.Error())
}

func byteSlices(path []format.Hash) [][]byte {
	out := make([][]byte, len(path))
	for i := range path {
		out[i] = path[i][:]
	}
	return out
}
