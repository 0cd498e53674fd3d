package prove_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
)

// openingFile is what the owner of evidence keeps, as a file.
func openingFile(t *testing.T, d *testutil.Deposited) *opening.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "evidence.inkopen")
	require.NoError(t, opening.Create(path, d.Header, func(yield func(format.Item, error) bool) {
		for _, s := range d.Items {
			if !yield(s.Item, nil) {
				return
			}
		}
	}))
	f, err := opening.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

// Content and items come from an opening file or from a review copy, and the secret
// comes along from neither.
func TestContentFromFiles(t *testing.T) {
	s := newStory(t)
	d := s.Evidence[s.Package]
	f := openingFile(t, d)
	all, err := prove.AllItems(f)
	require.NoError(t, err)
	require.Equal(t, d.All(), all)
	some, err := prove.SomeItems(f, []uint64{0, 2})
	require.NoError(t, err)
	require.Equal(t, []format.Shown{d.Items[0], d.Items[2]}, some)
	_, err = prove.SomeItems(f, []uint64{7})
	require.ErrorIs(t, err, format.ErrIndexRange)
	review, err := f.Review(s.Package, []uint64{2})
	require.NoError(t, err)

	for name, o := range map[string]prove.Options{
		"all files, private part":    {Content: prove.ContentOf(&f.Header, true), Items: all},
		"some files":                 {Content: prove.ContentOf(&f.Header, false), Items: some},
		"review copy":                {Content: prove.ContentOfReview(&review, false), Items: review.Shown},
		"review copy, private part":  {Content: prove.ContentOfReview(&review, true), Items: review.Shown},
		"opened on the log, content": {Content: prove.ContentOf(&f.Header, true), Items: some, Latest: true},
	} {
		t.Run(name, func(t *testing.T) {
			o.Anchor = s.Anchor
			b, err := prove.Evidence(t.Context(), s.Source, s.Package, o)
			require.NoError(t, err)
			v := judged(t, b, s.Anchor, verify.Input{Presented: presented(d, 2)})
			require.Equal(t, verify.ExitOK, v.Exit)
			require.EqualValues(t, len(o.Items), v.Statement.ItemsShown)
			require.EqualValues(t, 1, v.Statement.ItemsMatched)
			require.False(t, v.Statement.Counted, "one of three was presented")
			require.Equal(t, o.Content.Private != nil, v.Statement.Title == "产品数据包")
			require.NotContains(t, string(b.Bytes()), string(f.Header.Secret[:]))
		})
	}
}
