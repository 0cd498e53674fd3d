package cli

import (
	"bytes"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/app"
	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/format/opening"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func TestParseRanges(t *testing.T) {
	for text, want := range map[string][]uint64{
		"0": {0}, "0,3-7": {0, 3, 4, 5, 6, 7}, "9, 2": {2, 9}, "5-5": {5},
	} {
		got, err := parseRanges(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "a", "-1", "3-", "7-3", "1,1", "0-3,2", "1,,2", "0-100000", "0-1099511627775", "1099511627776", "18446744073709551615-18446744073709551615"} {
		_, err := parseRanges(text)
		require.Equal(t, ExitUsage, exitOf(t, err).Exit, text)
	}
}

func TestOutFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.ink")
	require.NoError(t, outFile{path: path}.check())
	require.NoError(t, outFile{path: path}.write([]byte("one")))
	require.Equal(t, ExitLocalFile, exitOf(t, outFile{path: path}.check()).Exit)
	require.Equal(t, ExitLocalFile, exitOf(t, outFile{path: path}.write([]byte("two"))).Exit)
	require.NoError(t, outFile{path: path, force: true}.check())
	require.NoError(t, outFile{path: path, force: true}.write([]byte("two")))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "two", string(b))
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left beside it")
	require.Error(t, outFile{path: dir, force: true}.check(), "a directory is never replaced")
	require.Error(t, outFile{path: filepath.Join(dir, "no", "x.ink")}.check())
}

// Only what can be made again is replaced, whatever the user says.
func TestOutFileSparesOthers(t *testing.T) {
	dir := t.TempDir()
	at := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	old := at("old.ink", bundle.AnchorMagic+"old")
	for _, path := range []string{at("a.inkopen", "INKOPEN1…"), at("b.ink", bundle.Magic+"…"), at("empty", ""), at("short", bundle.AnchorMagic[:7])} {
		o := outFile{path: path, force: true, magic: bundle.AnchorMagic}
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, err := range []error{o.check(), o.write([]byte(bundle.AnchorMagic))} {
			e := exitOf(t, err)
			require.Equal(t, ExitLocalFile, e.Exit)
			require.Contains(t, e.Zh, "不覆盖其他种类的文件")
			require.Contains(t, e.En, "expected a file that begins with INKANCH1")
		}
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, before, after)
	}
	input := filepath.Join(dir, "input.ink")
	require.NoError(t, os.Symlink(old, input))
	e := exitOf(t, outFile{path: old, force: true, magic: bundle.AnchorMagic, inputs: []string{"", input}}.check())
	require.Equal(t, ExitLocalFile, e.Exit)
	require.Contains(t, e.En, "expected another file than those that are read")
	require.NoError(t, outFile{path: old, force: true, magic: bundle.AnchorMagic}.write([]byte(bundle.AnchorMagic+"new")))
}

// manyRows is an opening file of that many rows, and the entry of its record.
func manyRows(t *testing.T, n int) (string, *logtypes.Entry) {
	t.Helper()
	var parts []testutil.Part
	for i := range n {
		parts = append(parts, testutil.Part{Bytes: fmt.Appendf(nil, "row %d\n", i)})
	}
	d, err := testutil.NewDeposited(format.Hash{1}, 1, format.RecipeLines, "rows", parts...)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "rows.inkopen")
	var items iter.Seq2[format.Item, error] = func(yield func(format.Item, error) bool) {
		for _, it := range d.Items {
			if !yield(it.Item, nil) {
				return
			}
		}
	}
	require.NoError(t, opening.Create(path, d.Header, items))
	return path, &logtypes.Entry{Seq: 7, Body: &logtypes.Entry_Record{Record: &logtypes.Record{Commitment: d.Header.Commitment[:]}}}
}

// What is shown by default, and what somebody chooses.
func TestShownContent(t *testing.T) {
	small, e := manyRows(t, 3)
	for items, want := range map[string]int{"": 3, "all": 3, "none": 0, "1": 1, "0,2": 2} {
		c := shownContent{opening: small, items: items}
		require.NoError(t, c.check())
		content, shown, err := c.read(e)
		require.NoError(t, err, items)
		require.Len(t, shown, want, items)
		require.Nil(t, content.Private, "the description stays unless it is asked for")
	}
	content, _, err := (&shownContent{opening: small, private: true}).read(e)
	require.NoError(t, err)
	require.NotNil(t, content.Private)

	large, of := manyRows(t, 3000)
	_, shown, err := (&shownContent{opening: large}).read(of)
	require.NoError(t, err)
	require.Len(t, shown, 3000)
	_, shown, err = (&shownContent{opening: large, most: 3000 * leastItem}).read(of)
	require.NoError(t, err)
	require.Len(t, shown, 1)
	require.NotEmpty(t, shown[0].Path)

	_, _, err = (&shownContent{opening: large}).read(e)
	require.Contains(t, exitOf(t, err).En, "expected the commitment")
	_, _, err = (&shownContent{opening: small, items: "3"}).read(e)
	require.Contains(t, exitOf(t, err).Hint, "indexes from 0 to 2, like --items 0,3-7")
	for _, c := range []shownContent{{items: "all"}, {private: true}, {opening: "a", review: "b"}, {opening: "a", items: "x"}} {
		require.Equal(t, ExitUsage, exitOf(t, c.check()).Exit)
	}
}

// A directory of very many files is shown whole, and whoever has it can compare it whole;
// more than a bundle holds is refused before the chain is asked.
func TestADirectoryOfManyFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a chain")
	}
	const files = 5000
	c := testutil.NewConsensus(t, testutil.Founding(), app.ConsensusParams(), testutil.FoundersKeys()...)
	t.Cleanup(func() { c.Stop() })
	people, src := testutil.NewPeople(c), testutil.NewProver(c)
	own, err := nodesAnchor(t.Context(), src)
	require.NoError(t, err)
	var parts []testutil.Part
	for i := range files {
		parts = append(parts, testutil.Part{Label: fmt.Sprintf("数据/%03d/文件 %05d.csv", i/100, i), Bytes: fmt.Appendf(nil, "file %d\n", i)})
	}
	d, err := testutil.NewDeposited(own.anchor.LogID, people.Enterprise, format.RecipeDir, "大目录", parts...)
	require.NoError(t, err)
	seq := people.Submit(people.Admin, people.Enterprise, d.Header.Commitment[:])
	c.Block(testutil.Next{})
	path := filepath.Join(t.TempDir(), "d.inkopen")
	require.NoError(t, opening.Create(path, d.Header, func(yield func(format.Item, error) bool) {
		for _, it := range d.Items {
			if !yield(it.Item, nil) {
				return
			}
		}
	}))
	raw, err := src.Entry(t.Context(), seq)
	require.NoError(t, err)
	e, err := logtypes.ParseEntry(raw)
	require.NoError(t, err)
	f := &bundleFlags{shown: shownContent{opening: path}}
	o, err := f.options(e, own)
	require.NoError(t, err)
	require.Len(t, o.Items, files)
	b, err := prove.Evidence(t.Context(), src, seq, o)
	require.NoError(t, err)
	v, file, err := own.judged(b)
	require.NoError(t, err)
	require.EqualValues(t, files, v.Statement.ItemsShown)
	require.Less(t, len(file), 2<<20, "some 150 bytes for each file and its name")

	f.shown.items = "0,17,4999"
	o, err = f.options(e, own)
	require.NoError(t, err)
	require.Len(t, o.Items, 3)

	require.NoError(t, tooManyBytes(d.Items))
	one := d.Items[0]
	one.Path = make([]format.Hash, 40)
	many := make([]format.Shown, mostShown/1200)
	for i := range many {
		many[i] = one
	}
	err = tooManyBytes(many)
	require.ErrorContains(t, err, "show fewer")
	require.ErrorContains(t, err, "which is what a bundle holds")
}

// A review copy shows no more than it holds.
func TestShownReview(t *testing.T) {
	path, e := manyRows(t, 5)
	f, err := opening.Open(path)
	require.NoError(t, err)
	defer f.Close()
	review, err := f.Review(e.Seq, []uint64{1, 3})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "a.inkreview")
	require.NoError(t, opening.WriteReview(file, review))
	for items, want := range map[string]int{"": 2, "all": 2, "none": 0, "3": 1} {
		_, shown, err := (&shownContent{review: file, items: items}).read(e)
		require.NoError(t, err, items)
		require.Len(t, shown, want, items)
	}
	_, _, err = (&shownContent{review: file, items: "0"}).read(e)
	require.Equal(t, ExitUsage, exitOf(t, err).Exit)
	_, _, err = (&shownContent{opening: file}).read(e)
	require.Contains(t, exitOf(t, err).En, "got a review copy")
}

// Whoever would show more than they know, or less than they think, is told.
func TestBundleNotes(t *testing.T) {
	s := testutil.NewStory(t)
	t.Cleanup(func() { s.Stop() })
	own, err := nodesAnchor(t.Context(), s.Source)
	require.NoError(t, err)
	notes := func(seq uint64, o prove.Options) string {
		o.Anchor = own.anchor
		b, err := prove.Evidence(t.Context(), s.Source, seq, o)
		require.NoError(t, err)
		v, file, err := own.judged(b)
		require.NoError(t, err)
		require.NotEmpty(t, file)
		var out bytes.Buffer
		cmd := &cobra.Command{}
		cmd.SetErr(&out)
		(&session{}).bundleNotes(cmd, &bundleFlags{}, v, b)
		return out.String()
	}
	require.Empty(t, notes(s.File, prove.Options{Submission: true}))
	require.Contains(t, notes(s.Siblings[0], prove.Options{Submission: true}), "shows 1 other messages, too; --no-submission leaves it out")
	require.Empty(t, notes(s.Siblings[0], prove.Options{}))
	table := s.Evidence[s.Table]
	content := prove.ContentOf(&table.Header, false)
	require.Contains(t, notes(s.Table, prove.Options{Content: content, Items: table.Items[:1]}), "only 1 of 3 items are shown: the whole file cannot be compared")

	raw, err := s.Source.Entry(t.Context(), s.File)
	require.NoError(t, err)
	e, err := logtypes.ParseEntry(raw)
	require.NoError(t, err)
	s.Source.NotKept[e.Height] = true
	require.Contains(t, notes(s.File, prove.Options{}), "no proof of the entry's own block")
}
