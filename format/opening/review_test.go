package opening

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
)

func reviewOf(t *testing.T, n int, indexes ...uint64) (Review, Header) {
	t.Helper()
	path, h, _ := written(t, n)
	o, err := Open(path)
	require.NoError(t, err)
	defer o.Close()
	r, err := o.Review(12, indexes)
	require.NoError(t, err)
	return r, h
}

func TestReviewCopySurvives(t *testing.T) {
	for _, indexes := range [][]uint64{nil, {0}, {1, 3, 4}, {0, 1, 2, 3, 4}} {
		r, h := reviewOf(t, 5, indexes...)
		path := filepath.Join(t.TempDir(), "a.inkreview")
		require.NoError(t, WriteReview(path, r))
		require.ErrorIs(t, WriteReview(path, r), ErrExists)
		got, err := ReadReview(path)
		require.NoError(t, err)
		require.Equal(t, r, got)
		p, err := got.Check()
		require.NoError(t, err)
		require.Equal(t, uint64(5), p.Items)
		require.Equal(t, h.Commitment, got.Commitment)
		require.Len(t, got.Shown, len(indexes))
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		require.False(t, bytes.Contains(b, h.Secret[:]), "the secret must never be in a review copy")
		require.Equal(t, b, EncodeReview(got))
	}
}

func TestReviewOfWrongIndexes(t *testing.T) {
	path, _, _ := written(t, 3)
	o, err := Open(path)
	require.NoError(t, err)
	defer o.Close()
	for _, indexes := range [][]uint64{{3}, {1, 1}, {2, 1}} {
		_, err := o.Review(0, indexes)
		require.ErrorIs(t, err, format.ErrIndexRange)
	}
}

func TestAlteredReviewIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Review)
		want   error
	}{
		"enterprise": {func(r *Review) { r.EnterpriseID++ }, format.ErrCommitment},
		"nonce":      {func(r *Review) { r.Nonce, r.PrivateNonce = r.PrivateNonce, r.Nonce }, format.ErrCommitment},
		"private":    {func(r *Review) { r.Private = []byte{8, 1} }, format.ErrCommitment},
		"salt":       {func(r *Review) { r.Shown[0].Salt[0]++ }, format.ErrRootMismatch},
		"digest":     {func(r *Review) { r.Shown[1].SM3[0]++ }, format.ErrRootMismatch},
		"size":       {func(r *Review) { r.Shown[1].Size++ }, format.ErrRootMismatch},
		"label":      {func(r *Review) { r.Shown[1].Label = "x" }, format.ErrRootMismatch},
		"index":      {func(r *Review) { r.Shown[0].Index = 0 }, format.ErrRootMismatch},
		"outside":    {func(r *Review) { r.Shown[1].Index = 5 }, format.ErrIndexRange},
		"twice":      {func(r *Review) { r.Shown[1] = r.Shown[0] }, format.ErrFieldOrder},
		"short path": {func(r *Review) { r.Shown[0].Path = r.Shown[0].Path[1:] }, format.ErrPathTooShort},
	} {
		r, _ := reviewOf(t, 5, 1, 3)
		c.change(&r)
		_, err := r.Check()
		require.ErrorIs(t, err, c.want, name)
		dir := t.TempDir()
		require.ErrorIs(t, WriteReview(filepath.Join(dir, "a"), r), c.want, name)
		onlyFiles(t, dir)
		again, err := ParseReview(EncodeReview(r))
		require.NoError(t, err, "the framing is sound")
		_, err = again.Check()
		require.ErrorIs(t, err, c.want, name)
	}
}

func TestDamagedReviewIsNamed(t *testing.T) {
	r, _ := reviewOf(t, 5, 1, 3)
	good := EncodeReview(r)
	for n := range good {
		_, err := ParseReview(good[:n])
		require.ErrorIs(t, err, ErrTruncated, "cut at %d", n)
	}
	for at := range good {
		b := append([]byte(nil), good...)
		b[at] ^= 0x10
		_, err := ParseReview(b)
		require.Error(t, err, "bit in byte %d", at)
	}
	_, err := ParseReview(append(good[:len(good):len(good)], 0))
	require.ErrorIs(t, err, ErrTrailing)
	_, err = ParseReview(append([]byte(openMagic), good[8:]...))
	require.ErrorIs(t, err, ErrMagic)
}

func FuzzParseReview(f *testing.F) {
	f.Add([]byte(reviewMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseReview(b)
		if err != nil {
			return
		}
		require.Equal(t, b, EncodeReview(r))
		_, _ = r.Check()
	})
}
