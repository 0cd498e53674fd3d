package prove_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

func newStory(t *testing.T) *testutil.Story {
	t.Helper()
	s := testutil.NewStory(t)
	t.Cleanup(func() { s.Stop() })
	return s
}

// judged verifies a bundle's bytes as somebody else would.
func judged(t *testing.T, b *bundle.Bundle, anchor *bundle.Anchor, in verify.Input) verify.Verdict {
	t.Helper()
	in.Bundle, in.Anchor = b.Bytes(), anchor.Bytes()
	v := verify.Verify(in)
	for _, c := range v.Checks {
		require.NotEqual(t, verify.Failed, c.Status, "%s: %s", c.Code, c.En)
	}
	require.NotNil(t, v.Statement)
	return v
}

func status(v verify.Verdict, code string) verify.Status {
	for _, c := range v.Checks {
		if c.Code == code {
			return c.Status
		}
	}
	return verify.NotChecked
}

// unopened is the exit status of a record whose content is not shown: the opening is
// a required check.
const unopened = verify.ExitUnsupported

// presented is a file on the table.
func presented(d *testutil.Deposited, item int) []verify.Presented {
	return []verify.Presented{{Name: "file", Digests: d.Items[item].Digests}}
}

// Whose record it is says the entry that certified the enterprise, if it is asked for.
func TestEvidenceNamesTheEnterprise(t *testing.T) {
	s := newStory(t)
	for _, named := range []bool{true, false} {
		b, err := prove.Evidence(t.Context(), s.Source, s.File, prove.Options{Anchor: s.Anchor, Enterprise: named})
		require.NoError(t, err)
		st := judged(t, b, s.Anchor, verify.Input{}).Statement
		require.Equal(t, named, st.EnterpriseName != "", st.EnterpriseName)
		require.Equal(t, named, st.EnterpriseUSCC != "" && st.EnterpriseEntry != 0)
	}
}

// Every kind of bundle about an entry is accepted, and proves what it is for.
func TestEvidence(t *testing.T) {
	s := newStory(t)
	file, table, files := s.Evidence[s.File], s.Evidence[s.Table], s.Evidence[s.Package]
	full := prove.Options{Latest: true, Submission: true}
	for _, c := range []struct {
		name    string
		seq     uint64
		o       prove.Options
		shown   *testutil.Deposited // one of its items is presented
		exit    int
		links   int
		entries int // at least
	}{
		{"origin only", s.File, prove.Options{}, nil, unopened, 0, 2},
		{"content and file", s.File, prove.Options{Content: prove.ContentOf(&file.Header, true), Items: file.All()}, file, verify.ExitOK, 0, 2},
		{"content without the private part", s.File, prove.Options{Content: prove.ContentOf(&file.Header, false), Items: file.All()}, file, verify.ExitOK, 0, 2},
		{"transaction, ed25519", s.File, prove.Options{Submission: true}, nil, unopened, 0, 2},
		{"issued certificate", s.File, full, nil, verify.ExitNothingShown, 8, 8},
		{"opened on the log", s.File, prove.Options{Latest: true, Items: file.All()}, file, verify.ExitOK, 8, 8},
		{"some rows", s.Table, prove.Options{Latest: true, Content: prove.ContentOf(&table.Header, true), Items: table.Items[1:2]}, nil, verify.ExitNothingShown, 8, 3},
		{"all files of a directory", s.Package, prove.Options{Content: prove.ContentOf(&files.Header, true), Items: files.All()}, files, verify.ExitOK, 0, 2},
		{"one file of a directory, certificate revoked", s.Package, prove.Options{Latest: true, Content: prove.ContentOf(&files.Header, true), Items: files.Items[:1]}, files, verify.ExitOK, 8, 9},
		{"certificate refused", s.Refused, full, nil, unopened, 8, 4},
		{"certificate applied for", s.Waiting, full, nil, unopened, 8, 4},
		{"the application itself", s.Undecided, prove.Options{}, nil, verify.ExitNothingShown, 8, 2},
		{"P-256, another key of the court's validator", s.P256, prove.Options{Submission: true}, nil, unopened, 1, 3},
		{"ML-DSA-65, an institution more", s.MLDSA, prove.Options{Submission: true}, nil, unopened, 2, 5},
		{"consecutive changes, first", s.Powers[0], prove.Options{}, nil, unopened, 3, 5},
		{"consecutive changes, second", s.Powers[1], prove.Options{}, nil, unopened, 4, 5},
		{"consecutive changes, third: a set comes again", s.Powers[2], prove.Options{Submission: true}, nil, unopened, 5, 5},
		{"an ML-DSA-65 validator", s.PostQuantum, full, nil, unopened, 8, 7},
		{"an institution less", s.Removed, full, nil, unopened, 8, 7},
		{"first of two in a transaction", s.Siblings[0], full, nil, unopened, 8, 7},
		{"second of two in a transaction", s.Siblings[1], full, nil, unopened, 8, 7},
		{"after a stall", s.Stalled, prove.Options{}, nil, unopened, 8, 7},
		{"round 2 and a vote for nil", s.Round, prove.Options{}, nil, unopened, 8, 7},
		{"a signature absent", s.Absent, prove.Options{}, nil, unopened, 8, 7},
		{"secp256k1", s.Secp256k1, full, nil, unopened, 8, 7},
		{"an institution's admission", s.Source.FirstOf(t, "institution_admitted", 5), prove.Options{Latest: true}, nil, verify.ExitNothingShown, 8, 1},
		{"a key's binding", s.Source.FirstOf(t, "key_bound", s.AdminID), prove.Options{Latest: true}, nil, verify.ExitNothingShown, 8, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Anchor = s.Anchor
			b, err := prove.Evidence(t.Context(), s.Source, c.seq, c.o)
			require.NoError(t, err)
			in := verify.Input{}
			if c.shown != nil {
				in.Presented = presented(c.shown, 0)
			}
			v := judged(t, b, s.Anchor, in)
			require.Equal(t, c.exit, v.Exit)
			require.True(t, v.Statement.OriginProven)
			require.Equal(t, verify.Passed, status(v, "keys"))
			require.Equal(t, c.o.Submission, v.Statement.SubmitterSigned)
			require.Equal(t, c.o.Latest && v.Statement.Number != "", v.Statement.EnterpriseCount > 0)
			require.Equal(t, c.links, links(b), "links")
			require.GreaterOrEqual(t, len(b.Entries), c.entries)
			parsed, err := bundle.Parse(b.Bytes())
			require.NoError(t, err)
			require.Equal(t, b.Bytes(), parsed.Bytes())
			t.Logf("%d bytes, %d blocks, %d states, %d entries, %d sets", len(b.Bytes()), len(b.Blocks), len(b.States), len(b.Entries), len(b.Sets))
		})
	}
}

// links counts the headers that name another set as next, but for the last one.
func links(b *bundle.Bundle) int {
	n := 0
	for i := range b.Blocks[:len(b.Blocks)-1] {
		h := &b.Blocks[i].Header
		if string(h.ValidatorsHash) != string(h.NextValidatorsHash) {
			n++
		}
	}
	return n
}

// A stall before the header does not backdate what is proven.
func TestProvenTimeIsTheHeaders(t *testing.T) {
	s := newStory(t)
	b, err := prove.Evidence(t.Context(), s.Source, s.Stalled, prove.Options{Anchor: s.Anchor})
	require.NoError(t, err)
	v := judged(t, b, s.Anchor, verify.Input{})
	require.Greater(t, v.Statement.ProvenTime, v.Statement.BlockStamp+verify.Time(5*3600*1e9))
}

// What is known as of now is complete.
func TestLatestShowsAllLaterEvents(t *testing.T) {
	s := newStory(t)
	b, err := prove.Evidence(t.Context(), s.Source, s.Package, prove.Options{Anchor: s.Anchor, Latest: true})
	require.NoError(t, err)
	v := judged(t, b, s.Anchor, verify.Input{})
	require.Len(t, v.Statement.Statuses, 3)
	for _, st := range v.Statement.Statuses {
		require.True(t, st.Complete, "%s %d", st.Kind, st.ID)
		if st.Kind == "certificate" {
			require.Equal(t, s.Revoked, st.ID)
			require.EqualValues(t, 6, st.State)
			require.EqualValues(t, 5, st.EventCount)
		}
	}
	b, err = prove.Evidence(t.Context(), s.Source, s.File, prove.Options{Anchor: s.Anchor, Latest: true})
	require.NoError(t, err)
	v = judged(t, b, s.Anchor, verify.Input{})
	for _, st := range v.Statement.Statuses {
		if st.Kind == "key" {
			require.EqualValues(t, 2, st.EventCount, "the administrator's key has two holders")
			require.True(t, st.Complete)
		}
	}
}

// An anchor that names everybody makes proofs of keys unnecessary.
func TestKeysThatTheAnchorNamesNeedNoProof(t *testing.T) {
	s := newStory(t)
	o := prove.Options{Anchor: s.Anchor}
	few, err := prove.Evidence(t.Context(), s.Source, s.Absent, o)
	require.NoError(t, err)
	o.Anchor, err = prove.Anchor(t.Context(), s.Source, 0, s.Anchor.Eras...)
	require.NoError(t, err)
	require.Len(t, o.Anchor.Institutions, 6)
	require.Len(t, o.Anchor.Institutions[1].Keys, 2)
	all, err := prove.Evidence(t.Context(), s.Source, s.Absent, o)
	require.NoError(t, err)
	require.Len(t, all.Entries, 2)
	require.Less(t, len(all.Entries), len(few.Entries))
	require.Equal(t, verify.Passed, status(judged(t, all, o.Anchor, verify.Input{}), "keys"))
}

// The same story makes the same bundles.
func TestBundlesAreTheSameEachTime(t *testing.T) {
	var first []byte
	for range 2 {
		s := newStory(t)
		b, err := prove.Evidence(t.Context(), s.Source, s.MLDSA, prove.Options{Anchor: s.Anchor, Latest: true, Submission: true})
		require.NoError(t, err)
		if first == nil {
			first = b.Bytes()
		}
		require.Equal(t, first, b.Bytes())
	}
}

func TestEvidenceRefuses(t *testing.T) {
	s := newStory(t)
	content := prove.ContentOf(&s.Evidence[s.File].Header, true)
	for name, c := range map[string]struct {
		seq  uint64
		o    prove.Options
		want error
	}{
		"no anchor":               {s.File, prove.Options{}, prove.ErrOptions},
		"entry 0":                 {0, prove.Options{Anchor: s.Anchor}, prove.ErrOptions},
		"no such entry":           {100_000, prove.Options{Anchor: s.Anchor}, prove.ErrNotFound},
		"transaction of another":  {s.Issued, prove.Options{Anchor: s.Anchor, Submission: true}, prove.ErrOptions},
		"content of another":      {s.Table, prove.Options{Anchor: s.Anchor, Content: content}, prove.ErrRefused},
		"items of another":        {s.Table, prove.Options{Anchor: s.Anchor, Content: prove.ContentOf(&s.Evidence[s.Table].Header, true), Items: s.Evidence[s.File].All()}, prove.ErrRefused},
		"items without a content": {s.File, prove.Options{Anchor: s.Anchor, Items: s.Evidence[s.File].All()}, prove.ErrOptions},
		"another chain":           {s.File, prove.Options{Anchor: otherLog(s.Anchor)}, prove.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := prove.Evidence(t.Context(), s.Source, c.seq, c.o)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func otherLog(a *bundle.Anchor) *bundle.Anchor {
	other := *a
	other.LogID = format.Hash(testutil.Commitment("another log"))
	return &other
}
