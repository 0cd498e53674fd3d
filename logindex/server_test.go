package logindex

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/types"
)

var background = context.Background()

// fakeArchive has the heads and blocks of even heights up to 20, with links at 4 and 8.
type fakeArchive struct{ err error }

func (a fakeArchive) Head(height uint64) ([]byte, bool, error) {
	return []byte{byte(height)}, height%2 == 0 && height <= 20, a.err
}

func (a fakeArchive) Block(height uint64) ([]byte, []byte, []byte, bool, error) {
	return []byte{byte(height), 1}, []byte{2}, []byte{3}, height%2 == 0 && height <= 20, a.err
}

func (a fakeArchive) Links(after uint64, limit int) ([]uint64, error) {
	return above(after, limit, 4, 8), a.err
}

func (a fakeArchive) Heads(after uint64, limit int) ([]uint64, error) {
	return above(after, limit, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20), a.err
}

func (a fakeArchive) Stats() (heads, blocks, completeFrom, missing, pending uint64) {
	return 1, 2, 3, 4, 5
}

func above(after uint64, limit int, all ...uint64) []uint64 {
	var out []uint64
	for _, h := range all {
		if h > after && len(out) < limit {
			out = append(out, h)
		}
	}
	return out
}

// served is a server over an index of a chain at a size.
func served(t testing.TB, c *chain, size uint64) (*Server, dbm.DB) {
	t.Helper()
	x, db := caughtUp(t, c.at(size))
	return NewServer(x, fakeArchive{}, c), db
}

func requireCode(t *testing.T, code codes.Code, part string, err error) {
	t.Helper()
	require.Equal(t, code, status.Code(err), "%v", err)
	require.ErrorContains(t, err, part)
}

func TestServerProves(t *testing.T) {
	c := grownChain(1, 700)
	s, _ := served(t, c, 650)
	for range 100 {
		size := 1 + c.r.Uint64N(650)
		seq, from := c.r.Uint64N(size), c.r.Uint64N(size+1)
		in, err := s.Inclusion(background, &types.QueryInclusionRequest{Seq: seq, TreeSize: size})
		require.NoError(t, err)
		require.Equal(t, c.stored[seq], in.Entry)
		require.Equal(t, size, in.TreeSize)
		require.NoError(t, format.VerifyInclusion(c.roots[size], size, seq, c.leaves[seq], fromSlices(in.Path)))
		con, err := s.Consistency(background, &types.QueryConsistencyRequest{From: from, To: size})
		require.NoError(t, err)
		require.Equal(t, size, con.To)
		require.NoError(t, format.VerifyConsistency(from, size, c.roots[from], c.roots[size], fromSlices(con.Hashes)))
	}
	in, err := s.Inclusion(background, &types.QueryInclusionRequest{Seq: 649})
	require.NoError(t, err)
	require.Equal(t, uint64(650), in.TreeSize)
	con, err := s.Consistency(background, &types.QueryConsistencyRequest{From: 3})
	require.NoError(t, err)
	require.Equal(t, uint64(650), con.To)
}

func fromSlices(path [][]byte) []format.Hash {
	out := make([]format.Hash, len(path))
	for i, h := range path {
		out[i] = format.Hash(h)
	}
	return out
}

func TestServerRefuses(t *testing.T) {
	c := grownChain(2, 100)
	s, _ := served(t, c, 90)
	_, err := s.Inclusion(background, &types.QueryInclusionRequest{Seq: 90})
	requireCode(t, codes.NotFound, "expected a seq below 90, the size of the log, got 90", err)
	_, err = s.Inclusion(background, &types.QueryInclusionRequest{Seq: 50, TreeSize: 50})
	requireCode(t, codes.InvalidArgument, "expected a seq below the tree's size 50, got 50", err)
	_, err = s.Inclusion(background, &types.QueryInclusionRequest{Seq: 50, TreeSize: 91})
	requireCode(t, codes.OutOfRange, "expected a size of at most 90, got 91", err)
	_, err = s.Consistency(background, &types.QueryConsistencyRequest{From: 50, To: 91})
	requireCode(t, codes.OutOfRange, "expected a size of at most 90, got 91", err)
	_, err = s.Consistency(background, &types.QueryConsistencyRequest{From: 91})
	requireCode(t, codes.InvalidArgument, "expected from of at most 90, got 91", err)
	_, err = s.Find(background, &types.QueryFindRequest{})
	requireCode(t, codes.InvalidArgument, "expected a subject", err)
	_, err = s.Head(background, &types.QueryHeadRequest{Height: 3})
	requireCode(t, codes.NotFound, "expected a height whose head is in the archive, got 3", err)
	_, err = s.Block(background, &types.QueryBlockRequest{Height: 22})
	requireCode(t, codes.NotFound, "expected a height whose header is in the archive, got 22", err)
	_, err = s.Links(background, &types.QueryLinksRequest{Limit: 1001})
	requireCode(t, codes.InvalidArgument, "expected a limit of at most 1000, got 1001", err)
	s.archive = fakeArchive{err: errors.New("disk on fire")}
	_, err = s.Heads(background, &types.QueryHeadsRequest{})
	requireCode(t, codes.Internal, "disk on fire", err)
}

func TestServerBeforeTheFirstCatchUp(t *testing.T) {
	c := grownChain(3, 10)
	s := NewServer(open(t, dbm.NewMemDB()), fakeArchive{}, c)
	_, err := s.Inclusion(background, &types.QueryInclusionRequest{})
	requireCode(t, codes.Unavailable, "not caught up", err)
	_, err = s.Consistency(background, &types.QueryConsistencyRequest{})
	requireCode(t, codes.Unavailable, "not caught up", err)
	_, err = s.Find(background, &types.QueryFindRequest{Subject: types.Subject_SUBJECT_TIME})
	requireCode(t, codes.Unavailable, "not caught up", err)
	got, err := s.Status(background, &types.QueryStatusRequest{})
	require.NoError(t, err)
	require.Equal(t, &types.QueryStatusResponse{Heads: 1, Blocks: 2, CompleteFrom: 3, Missing: 4, Pending: 5}, got)
}

func TestServerDelegatesToTheArchive(t *testing.T) {
	c := grownChain(4, 30)
	s, _ := served(t, c, 30)
	st, err := s.Status(background, &types.QueryStatusRequest{})
	require.NoError(t, err)
	require.Equal(t, &types.QueryStatusResponse{
		TreeSize: 30, Root: c.roots[30][:], Height: c.height, Heads: 1, Blocks: 2, CompleteFrom: 3, Missing: 4, Pending: 5,
	}, st)
	head, err := s.Head(background, &types.QueryHeadRequest{Height: 4})
	require.NoError(t, err)
	require.Equal(t, []byte{4}, head.State)
	block, err := s.Block(background, &types.QueryBlockRequest{Height: 4})
	require.NoError(t, err)
	require.Equal(t, &types.QueryBlockResponse{Block: []byte{4, 1}, Validators: []byte{2}, NextValidators: []byte{3}}, block)
	links, err := s.Links(background, &types.QueryLinksRequest{After: 4})
	require.NoError(t, err)
	require.Equal(t, []uint64{8}, links.Heights)
	heads, err := s.Heads(background, &types.QueryHeadsRequest{After: 4, Limit: 2})
	require.NoError(t, err)
	require.Equal(t, []uint64{6, 8}, heads.Heights)
}

// Bytes that turned on the disk make no wrong proof: the server says that it is ill.
func TestServerGivesNoWrongProof(t *testing.T) {
	c := grownChain(5, 700)
	s, db := served(t, c, 700)
	tile, err := db.Get(tileKey(0, 0))
	require.NoError(t, err)
	damaged := append([]byte{}, tile...)
	damaged[32*17] ^= 1
	require.NoError(t, db.Set(tileKey(0, 0), damaged))
	_, err = s.Inclusion(background, &types.QueryInclusionRequest{Seq: 16})
	requireCode(t, codes.DataLoss, "index is corrupt", err)
	_, err = s.Consistency(background, &types.QueryConsistencyRequest{From: 19})
	requireCode(t, codes.DataLoss, "index is corrupt", err)
	_, err = s.Inclusion(background, &types.QueryInclusionRequest{Seq: 300})
	require.NoError(t, err)
}

// Readers ask while the log grows and the index is rebuilt under them; every answer
// fits the tree it names. Meant for the race detector.
func TestQuestionsDuringCatchUp(t *testing.T) {
	c := newChain(6)
	s, _ := served(t, c, 0)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					ask(t, s)
				}
			}
		})
	}
	for round := range 150 {
		c.block(1 + round%60)
		if round%40 == 39 {
			require.NoError(t, s.index.wipe(background))
		}
		require.NoError(t, s.index.CatchUp(c.now()))
	}
	close(stop)
	readers.Wait()
}

func ask(t *testing.T, s *Server) {
	m, err := s.index.Mark()
	if err != nil || m.Size == 0 {
		return
	}
	seq := m.Size / 2
	in, err := s.Inclusion(background, &types.QueryInclusionRequest{Seq: seq, TreeSize: m.Size})
	if status.Code(err) == codes.Unavailable {
		return
	}
	if !noError(t, err) {
		return
	}
	if err := format.VerifyInclusion(m.Root, m.Size, seq, format.EntryLeaf(in.Entry), fromSlices(in.Path)); !noError(t, err) {
		return
	}
	_, err = s.Find(background, &types.QueryFindRequest{Subject: types.Subject_SUBJECT_USER, Id: 1, From: blockTime(2), Limit: 50})
	if status.Code(err) != codes.Unavailable {
		noError(t, err)
	}
}

// noError reports from a goroutine that is not the test's.
func noError(t *testing.T, err error) bool {
	if err != nil {
		t.Error(err)
	}
	return err == nil
}
