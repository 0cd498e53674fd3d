package logindex

import (
	"bytes"
	"crypto/sha256"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/logindex/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// idFields are the fields of bodies by which entries are found. What names such an
// id must be found by it, in kinds of entries that come later as well.
var idFields = map[types.Subject][]string{
	types.Subject_SUBJECT_ENTERPRISE:  {"EnterpriseId"},
	types.Subject_SUBJECT_EVIDENCE:    {"EvidenceSeq"},
	types.Subject_SUBJECT_CERTIFICATE: {"CertSeq"},
	types.Subject_SUBJECT_INSTITUTION: {"InstitutionId"},
	types.Subject_SUBJECT_USER:        {"UserId", "Administrator", "GrantedBy", "RemovedBy"},
}

// matches says by looking at the entry whether a request means it.
func matches(e *logtypes.Entry, q *types.QueryFindRequest) bool {
	switch q.Subject {
	case types.Subject_SUBJECT_TIME:
		return true
	case types.Subject_SUBJECT_APPLICATIONS:
		return e.GetCertificateApplied() != nil
	case types.Subject_SUBJECT_ENTERPRISE_RECORDS:
		return e.GetRecord() != nil && e.GetRecord().EnterpriseId == q.Id
	case types.Subject_SUBJECT_KEY:
		return e.GetKeyBound() != nil && e.GetKeyBound().KeyId == q.Id || e.GetKeyRetired() != nil && e.GetKeyRetired().KeyId == q.Id
	case types.Subject_SUBJECT_TRANSACTION:
		return bytes.Equal(e.TxHash, q.Digest)
	case types.Subject_SUBJECT_ENTERPRISE_CERTIFIED:
		return e.GetEnterpriseCertified() != nil && e.GetEnterpriseCertified().EnterpriseId == q.Id
	case types.Subject_SUBJECT_COMMITMENT:
		return e.GetRecord() != nil && bytes.Equal(e.GetRecord().Commitment, q.Digest)
	case types.Subject_SUBJECT_CONSENSUS_KEY:
		key := sha256.Sum256(e.GetValidatorKeyBound().GetPublicKey())
		return e.GetValidatorKeyBound() != nil && bytes.Equal(key[:], q.Digest)
	case types.Subject_SUBJECT_DIGEST:
		return slices.ContainsFunc(e.GetItemDisclosure().GetItems(), func(i *logtypes.DisclosedItem) bool {
			return bytes.Equal(i.Sha256, q.Digest) || bytes.Equal(i.Sm3, q.Digest)
		})
	}
	if e.GetCertificateApplied() != nil && q.Subject == types.Subject_SUBJECT_CERTIFICATE && e.Seq == q.Id {
		return true
	}
	body := reflect.ValueOf(e.Body).Elem().Field(0).Elem()
	return slices.ContainsFunc(idFields[q.Subject], func(name string) bool {
		f := body.FieldByName(name)
		return f.IsValid() && f.Uint() == q.Id
	})
}

// randomRequest asks for something that is often there.
func randomRequest(c *chain, size uint64) *types.QueryFindRequest {
	q := &types.QueryFindRequest{Subject: types.Subject(1 + c.r.IntN(14)), Limit: uint32(c.r.IntN(8))}
	switch q.Subject {
	case types.Subject_SUBJECT_DIGEST, types.Subject_SUBJECT_TRANSACTION, types.Subject_SUBJECT_COMMITMENT:
		q.Digest = c.digest()
	case types.Subject_SUBJECT_CONSENSUS_KEY:
		key := sha256.Sum256(c.digest())
		q.Digest = key[:]
	case types.Subject_SUBJECT_TIME, types.Subject_SUBJECT_APPLICATIONS:
	default:
		q.Id = 1 + c.r.Uint64N(6)
	}
	if q.Limit == 1 {
		q.Limit = 2 // a page of one, entry 0, has no next one
	}
	if c.r.IntN(2) == 0 {
		q.From = blockTime(c.r.Uint64N(c.height)) - c.r.Uint64N(2)
	}
	if c.r.IntN(2) == 0 {
		q.To = max(q.From, blockTime(c.r.Uint64N(c.height+3))-c.r.Uint64N(2))
	}
	if c.r.IntN(3) == 0 {
		q.After = c.r.Uint64N(size + 2)
	}
	return q
}

// checkFind asks random questions, page by page, and compares with looking at every
// entry of the served tree.
func checkFind(t *testing.T, x *Index, c *chain, size uint64, questions int) {
	t.Helper()
	for range questions {
		q := randomRequest(c, size)
		var want []uint64
		for _, e := range c.entries[:size] {
			if (e.Seq > q.After || q.After == 0) && e.BlockTime >= q.From && (q.To == 0 || e.BlockTime < q.To) && matches(e, q) {
				want = append(want, e.Seq)
			}
		}
		asked := *q
		require.Equal(t, want, allPages(t, x, q), "%v", &asked)
	}
}

func allPages(t *testing.T, x *Index, q *types.QueryFindRequest) []uint64 {
	t.Helper()
	var all []uint64
	for {
		seqs, more, err := x.Find(q)
		require.NoError(t, err)
		all = append(all, seqs...)
		if !more {
			return all
		}
		require.Len(t, seqs, int(q.Limit), "a page with more behind it is full")
		q.After = seqs[len(seqs)-1]
	}
}

func TestFindIsLookingAtEveryEntry(t *testing.T) {
	for seed := range uint64(3) {
		c := grownChain(seed, 900)
		x, _ := caughtUp(t, c.now())
		checkFind(t, x, c, 900, 1500)
	}
}

// Each kind of entry is found by something besides its time and transaction, except
// those that tell of the chain itself.
func TestEveryKindIsFound(t *testing.T) {
	c := newChain(5)
	for _, kind := range (*logtypes.Entry)(nil).XXX_OneofWrappers() {
		e := &logtypes.Entry{Seq: 5, Body: c.bodyOf(kind, func() uint64 { return 1 })}
		switch e.Kind() {
		case "parameters_changed", "software_upgrade", "era":
			require.Empty(t, rows(e), e.Kind())
		default:
			require.NotEmpty(t, rows(e), e.Kind())
		}
	}
}

func TestPagesOfFind(t *testing.T) {
	c := newChain(6)
	for range 25 {
		c.block(100)
	}
	x, _ := caughtUp(t, c.now())
	all := &types.QueryFindRequest{Subject: types.Subject_SUBJECT_TIME}
	seqs, more, err := x.Find(all)
	require.NoError(t, err)
	require.True(t, more)
	require.Len(t, seqs, MaxPage)
	require.Equal(t, uint64(0), seqs[0])
	all.After, all.Limit = 1499, MaxPage
	seqs, more, err = x.Find(all)
	require.NoError(t, err)
	require.False(t, more)
	require.Len(t, seqs, MaxPage)
	require.Equal(t, uint64(1500), seqs[0])
	for _, after := range []uint64{2499, 2500, math.MaxUint64 - 1, math.MaxUint64} {
		all.After = after
		seqs, more, err = x.Find(all)
		require.NoError(t, err)
		require.Empty(t, seqs)
		require.False(t, more)
	}
}

func TestFindRefusesRequests(t *testing.T) {
	x, _ := caughtUp(t, grownChain(7, 10).now())
	digest := digestOf(1)
	for _, c := range []struct {
		q    types.QueryFindRequest
		part string
	}{
		{types.QueryFindRequest{}, "expected a subject from 1 to 14, got 0"},
		{types.QueryFindRequest{Subject: 15}, "expected a subject from 1 to 14, got 15"},
		{types.QueryFindRequest{Subject: types.Subject_SUBJECT_USER}, "expected an id from 1 for SUBJECT_USER, got id 0"},
		{types.QueryFindRequest{Subject: types.Subject_SUBJECT_USER, Id: 1, Digest: digest}, "expected none for SUBJECT_USER, got 32 bytes"},
		{types.QueryFindRequest{Subject: types.Subject_SUBJECT_USER, Id: 1, Digest: digest[:3]}, "expected none for SUBJECT_USER, got 3 bytes"},
		{types.QueryFindRequest{Subject: types.Subject_SUBJECT_DIGEST, Digest: digest[:31]}, "expected a digest of 32 bytes for SUBJECT_DIGEST, got 31 bytes"},
		{types.QueryFindRequest{Subject: types.Subject_SUBJECT_DIGEST, Digest: digest, Id: 1}, "expected none for SUBJECT_DIGEST, got id 1"},
		{types.QueryFindRequest{Subject: types.Subject_SUBJECT_TIME, Id: 1}, "expected none for SUBJECT_TIME, got id 1"},
		{types.QueryFindRequest{Subject: types.Subject_SUBJECT_APPLICATIONS, Digest: digest}, "expected none for SUBJECT_APPLICATIONS"},
		{types.QueryFindRequest{Subject: types.Subject_SUBJECT_TIME, Limit: 1001}, "expected a limit of at most 1000, got 1001"},
		{types.QueryFindRequest{Subject: types.Subject_SUBJECT_TIME, From: 6, To: 5}, "expected from of at most 5, got 6"},
	} {
		_, _, err := x.Find(&c.q)
		require.ErrorIs(t, err, ErrRequest)
		require.ErrorContains(t, err, c.part)
	}
}
