package verify_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// rewriters rewrite the story's file: all validators sign another history, in which
// the record at the same place commits to another content.
func rewriters(w *workshop, who func(int) bool) (*draft, format.Hash) {
	d := w.small()
	other, err := testutil.NewDeposited(w.Anchor.LogID, w.Enterprise, format.RecipeFile, "伪造的设计图", testutil.Part{Bytes: []byte("forged")})
	require.NoError(w.t, err)
	e, err := logtypes.ParseEntry(d.entry().Bytes)
	require.NoError(w.t, err)
	e.GetRecord().Commitment = other.Header.Commitment[:]

	f := &forgery{w: w, entries: map[uint64][]byte{}, subject: e.Seq, size: d.entry().Size, last: e.Height, state: e.Height, time: d.b.Blocks[0].Header.Time}
	for seq := range f.size {
		f.entries[seq], err = w.Source.Entry(w.ctx(), seq)
		require.NoError(w.t, err)
	}
	f.entries[e.Seq], err = e.Marshal()
	require.NoError(w.t, err)
	forged := f.draft()
	forged.b.Content, forged.b.Items = prove.ContentOf(&other.Header, true), other.All()
	forged.presented = []verify.Presented{{Name: "forged.txt", Digests: digestOf([]byte("forged"))}}
	w.sign(forged, 0, who)
	return forged, format.TreeRoot(f.leaves())
}

func says(v verify.Verdict, code string) bool {
	return slices.ContainsFunc(v.RestsOn, func(s verify.Sentence) bool { return s.Code == code })
}

// A5: with the keys of all four validators a record is rewritten and everything
// signed again. Whoever kept a pin is not deceived; whoever did not is told on what
// the verdict rests.
func TestA5CollusionOfAllIsSeenByAPin(t *testing.T) {
	w := newWorkshop(t)
	t.Cleanup(func() { w.Stop() })
	forged, root := rewriters(w, testutil.Everybody)
	verdict := verify.Verify(forged.input())
	require.Equal(t, verify.ExitOK, verdict.Exit, "%s", lines(verdict))
	require.True(t, says(verdict, "no-pin"), "%v", verdict.RestsOn)

	for name, pin := range map[string]verify.Pin{
		"made before, of the beginning":     w.pin(w.File - 3),
		"made after, longer than the entry": w.pin(w.Package + 1),
		"of the same size":                  w.pin(forged.entry().Size),
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := rewriters(w, testutil.Everybody)
			d.policy.Pins = []verify.Pin{pin}
			// Whatever proofs the forgers attach: those of their own log, or of the real one.
			if pin.Size > w.File {
				d.b.Proofs.Inclusions = []bundle.Inclusion{{Seq: w.File, Size: pin.Size, Path: w.path(w.File, pin.Size)}}
			}
			verdict := verify.Verify(d.input())
			if pin.Size < w.File { // their log has the same beginning: the pin cannot tell
				require.Contains(t, []int{verify.ExitOK, verify.ExitTrust}, verdict.Exit, "%s", lines(verdict))
				return
			}
			require.Equal(t, verify.ExitFailed, verdict.Exit, "%s", lines(verdict))
			require.Nil(t, verdict.Statement)
		})
	}
	require.NotEqual(t, root, w.pin(forged.entry().Size).Root)
}

// A5: two of four leaked keys forge nothing, neither a header nor a new set.
func TestA5TwoOfFourKeysForgeNothing(t *testing.T) {
	w := newWorkshop(t)
	t.Cleanup(func() { w.Stop() })
	leaked := testutil.NewForger(testutil.FoundersKeys()[:2]...)
	forged, _ := rewriters(w, testutil.Everybody)
	leaked.Resign(&forged.b.Blocks[0], w.Anchor.Eras[0].Validators, testutil.Everybody)
	verdict := verify.Verify(forged.input())
	require.Equal(t, []string{"commit.power"}, broken(verdict), "%s", lines(verdict))

	// They name themselves as the next set, and sign the header after alone.
	link := forged.b.Blocks[0]
	var mine []bundle.Validator
	for _, v := range w.Anchor.Eras[0].Validators {
		for _, k := range testutil.FoundersKeys()[:2] {
			if bytes.Equal(k.PubKey().Bytes(), v.Key) {
				mine = append(mine, v)
			}
		}
	}
	require.Len(t, mine, 2)
	hash, err := blocks.SetHash(mine)
	require.NoError(t, err)
	own := &draft{b: forged.b, anchor: forged.anchor, presented: forged.presented}
	link.Header.Height, link.Header.Time = link.Header.Height-1, link.Header.Time-1
	link.Header.NextValidatorsHash = hash
	leaked.Resign(&link, w.Anchor.Eras[0].Validators, testutil.Everybody)
	own.b.Blocks = []bundle.Block{link, forged.b.Blocks[0]}
	own.b.Sets = [][]bundle.Validator{mine}
	own.b.Blocks[1].Header.ValidatorsHash, own.b.Blocks[1].Header.NextValidatorsHash = hash, hash
	leaked.Resign(&own.b.Blocks[1], mine, testutil.Everybody)
	verdict = verify.Verify(own.input())
	require.Equal(t, []string{"commit.power"}, broken(verdict), "%s", lines(verdict))
}

// A5: keys of a set that was replaced long ago sign a branch of their own. A pin that
// names the set which came after refuses it, without one the verdict says so.
func TestA5RetiredKeysAndAPin(t *testing.T) {
	w := newWorkshop(t)
	t.Cleanup(func() { w.Stop() })
	branch := func() *draft {
		d, _ := rewriters(w, testutil.Everybody)
		return d
	}
	verdict := verify.Verify(branch().input())
	require.Equal(t, verify.ExitOK, verdict.Exit)
	require.True(t, says(verdict, "no-pin"))
	d := branch()
	pin := w.pinAt(w.PostQuantum)
	d.policy.Pins = []verify.Pin{pin}
	d.b.Proofs.Inclusions = []bundle.Inclusion{{Seq: w.File, Size: pin.Size, Path: w.path(w.File, pin.Size)}}
	require.Equal(t, verify.ExitFailed, verify.Verify(d.input()).Exit)
}

// A6: what was deposited and certified is not changed by a later revocation; the
// revocation cannot be hidden either, and a verdict says as of when it speaks.
func TestA6RevocationIsNeitherRetroactiveNorHidden(t *testing.T) {
	w := newWorkshop(t)
	t.Cleanup(func() { w.Stop() })
	d := w.directory()
	verdict := verify.Verify(d.input())
	require.Equal(t, verify.ExitOK, verdict.Exit, "%s", lines(verdict))
	st := verdict.Statement
	require.True(t, st.OriginProven)
	i := slices.IndexFunc(st.Statuses, func(s verify.StatusOf) bool { return s.Kind == "certificate" })
	require.GreaterOrEqual(t, i, 0)
	require.EqualValues(t, logtypes.CERTIFICATE_STATE_REVOKED, st.Statuses[i].State)
	require.True(t, st.Statuses[i].Complete)
	require.Greater(t, st.Statuses[i].AsOf, st.ProvenTime)
	require.True(t, says(verdict, "as-of"))

	// The proof of the deposit itself is the same as before the revocation.
	before := verify.Verify(w.evidence(w.Package, prove.Options{}).input())
	require.Equal(t, st.ProvenTime, before.Statement.ProvenTime)
	require.Equal(t, st.EntryHash, before.Statement.EntryHash)

	d.b.Entries = slices.DeleteFunc(d.b.Entries, func(e bundle.Entry) bool {
		parsed, err := logtypes.ParseEntry(e.Bytes)
		require.NoError(t, err)
		return parsed.GetCertificateRevoked() != nil
	})
	require.Equal(t, []string{"status.gap"}, broken(verify.Verify(d.input())))
}

// A7: a restart from an export goes on with the same log. Records of before verify
// under the anchor of both eras, in the new era too; an export that changed history
// does not.
func TestA7AnEraContinuesTheLog(t *testing.T) {
	w := newWorkshop(t)
	t.Cleanup(func() { w.Stop() })
	before, early, late := w.NextEra()
	old := w.file(early, prove.Options{})
	old.anchor = before
	require.Equal(t, verify.ExitOK, verify.Verify(old.input()).Exit, "with the anchor of before")
	// Under the anchor of both eras it stands, but nobody held it against the second's start.
	unheld := w.file(early, prove.Options{})
	verdict := verify.Verify(unheld.input())
	require.Equal(t, verify.ExitOK, verdict.Exit, "%s", lines(verdict))
	require.True(t, says(verdict, "no-era"), "%v", verdict.RestsOn)
	start := unheld.anchor.Eras[1]
	unheld.policy.Pins = []verify.Pin{{Size: start.LogSize, Root: start.LogRoot}}
	require.Equal(t, []string{"pins.missing"}, broken(verify.Verify(unheld.input())))
	both := w.file(early, prove.Options{Latest: true})
	verdict = verify.Verify(both.input())
	require.Equal(t, verify.ExitOK, verdict.Exit, "%s", lines(verdict))
	require.False(t, says(verdict, "no-era"), "%v", verdict.RestsOn)
	verdict = verify.Verify(w.file(late, prove.Options{Latest: true, Submission: true}).input())
	require.Equal(t, verify.ExitOK, verdict.Exit, "%s", lines(verdict))
	require.Equal(t, testutil.SecondChainID, verdict.Statement.ChainID)

	// Somebody says that the second era began from another log.
	lie := w.file(early, prove.Options{Latest: true})
	lie.otherAnchor().Eras[1].LogRoot[0] ^= 1
	require.Equal(t, []string{"era.start"}, broken(verify.Verify(lie.input())))
	// A record of the first era is shown as one of the second's blocks.
	require.Equal(t, verify.ExitTrust, verify.Verify((&draft{b: both.b, anchor: shiftedLog(both)}).input()).Exit)
}

// shiftedLog is the anchor of another log with the same eras.
func shiftedLog(d *draft) *bundle.Anchor {
	c := &draft{anchor: d.anchor}
	a := c.otherAnchor()
	a.LogID[31] ^= 1
	return a
}

// A12: tricks of trees: a node shown as a leaf, a leaf doubled at the end, proofs of
// other kinds and of other trees. The vectors ics23.*, state.* and inclusion.* are
// the rest of it.
func TestA12TreeTricks(t *testing.T) {
	w := newWorkshop(t)
	t.Cleanup(func() { w.Stop() })
	// The log's last leaf counted twice: a size of one more with the same root.
	d := w.small()
	d.entry().Path = append([]bundle.Hash{format.EntryLeaf(d.entry().Bytes)}, d.entry().Path...)
	require.Equal(t, []string{"inclusion.path"}, broken(verify.Verify(d.input())))
	// An inner node of the log as an entry: bytes that are no entry.
	d = w.small()
	e := d.entry()
	e.Bytes, e.Path = append(bytesOf(e.Path[0]), bytesOf(e.Path[1])...), e.Path[1:]
	require.Equal(t, verify.ExitFailed, verify.Verify(d.input()).Exit)
	seen := map[string]bool{}
	for _, v := range readVectors(t) {
		seen[v.Rule] = true
	}
	for _, rule := range []string{"ics23.existence", "ics23.leaf-prefix", "ics23.inner-prefix", "ics23.leaf-spec", "ics23.inner-spec", "ics23.steps", "state.key", "state.store", "state.root", "inclusion.path", "items.path"} {
		require.True(t, seen[rule], "expected a vector of %s", rule)
	}
}

func bytesOf(h bundle.Hash) []byte { return h[:] }

// A stall of hours before a deposit does not backdate it: the verdict's time is that
// of the header above, not the block stamp.
func TestStallDoesNotBackdate(t *testing.T) {
	w := newWorkshop(t)
	t.Cleanup(func() { w.Stop() })
	st := verify.Verify(w.bare(w.Stalled, prove.Options{}).input()).Statement
	require.NotNil(t, st)
	require.GreaterOrEqual(t, st.ProvenTime-st.BlockStamp, verify.Time(6*3600*1e9))
}
