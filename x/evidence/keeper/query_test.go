package keeper_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// The first seconds of 2027 at UTC+8 are still 2026 at UTC.
const newYear = uint64(1_798_732_800) * 1_000_000_000

func number(t *testing.T, make func(seq, nanos uint64) (string, error), seq, nanos uint64) string {
	n, err := make(seq, nanos)
	require.NoError(t, err)
	return n
}

func TestQueryRecord(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	n := number(t, format.EvidenceNumber, seq, uint64(genesisTime.UnixNano()))

	resp, err := w.query.Record(w.ctx, &types.QueryRecordRequest{Number: n})
	require.NoError(t, err)
	require.Equal(t, n, resp.Number)
	require.Equal(t, w.entries(t)[seq], resp.EntryBytes)
	require.Equal(t, c.commitment[:], resp.Entry.GetRecord().Commitment)
	require.Nil(t, resp.Status)
	require.Nil(t, resp.Certificate)
	require.Zero(t, resp.OpeningSeq)

	issuedSeq := w.issue(t, w.reviewed(t, seq, false), c)
	resp, err = w.query.Record(w.ctx, &types.QueryRecordRequest{Number: n})
	require.NoError(t, err)
	require.Equal(t, issuedSeq-2, resp.OpeningSeq)
	require.Equal(t, uint64(2), resp.Status.EventCount)
	require.Equal(t, issued, resp.Certificate.State)
}

func TestQueryRecordRefusals(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	now := uint64(genesisTime.UnixNano())
	right := number(t, format.EvidenceNumber, seq, now)
	wrongDigit := right[:18] + string('0'+(right[18]-'0'+1)%10)
	cases := map[string]struct {
		number string
		want   error
		text   string
	}{
		"check digit":     {wrongDigit, types.ErrNumber, "expected " + right[18:]},
		"year":            {number(t, format.EvidenceNumber, seq, newYear), types.ErrNumber, "expected " + right},
		"certificate":     {number(t, format.CertificateNumber, seq, now), types.ErrNumber, "expected a number CZ"},
		"former platform": {"CZ202015524040", types.ErrNumber, "former platform"},
		"empty":           {"", types.ErrNumber, "expected 19 characters"},
		"beyond the log":  {number(t, format.EvidenceNumber, 999, now), types.ErrNotFound, "999"},
		"no record":       {number(t, format.EvidenceNumber, 0, now), types.ErrNotFound, "institution_admitted"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := w.query.Record(w.ctx, &types.QueryRecordRequest{Number: tc.number})
			require.ErrorIs(t, err, tc.want)
			require.ErrorContains(t, err, tc.text)
		})
	}
}

func TestTheYearIsThatOfUTC8(t *testing.T) {
	w := newWorld(t)
	w.ctx = w.ctx.WithBlockTime(genesisTime.AddDate(0, 9, 30).Add(16 * 3600 * 1e9)) // 2026-12-31 16:00 UTC
	require.Equal(t, int64(newYear), w.ctx.BlockTime().UnixNano())
	seq := w.deposit(t, newContent(t, oak, 1, "file"))
	n := number(t, format.EvidenceNumber, seq, newYear)
	require.True(t, strings.HasPrefix(n, "CZ2027"))
	_, err := w.query.Record(w.ctx, &types.QueryRecordRequest{Number: n})
	require.NoError(t, err)
}

func TestQueryCertificate(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	certSeq := w.reviewed(t, w.deposit(t, c), false)
	now := uint64(genesisTime.UnixNano())

	byID := &types.QueryCertificateRequest{Id: strconv.FormatUint(certSeq, 10)}
	resp, err := w.query.Certificate(w.ctx, byID)
	require.NoError(t, err)
	require.Empty(t, resp.Number)
	require.Equal(t, number(t, format.EvidenceNumber, 1, now), resp.EvidenceNumber)
	require.Equal(t, final, resp.Status.State)

	issuedSeq := w.issue(t, certSeq, c)
	zs := number(t, format.CertificateNumber, issuedSeq, now)
	resp, err = w.query.Certificate(w.ctx, byID)
	require.NoError(t, err)
	require.Equal(t, zs, resp.Number)
	again, err := w.query.Certificate(w.ctx, &types.QueryCertificateRequest{Id: zs})
	require.NoError(t, err)
	require.Equal(t, resp, again)

	for id, want := range map[string]error{
		"99": types.ErrNotFound, "1": types.ErrNotFound, "": types.ErrNumber, "-1": types.ErrNumber, "ZS": types.ErrNumber,
		number(t, format.EvidenceNumber, 1, now):             types.ErrNumber,
		number(t, format.CertificateNumber, 1, now):          types.ErrNotFound,
		number(t, format.CertificateNumber, 999, now):        types.ErrNotFound,
		number(t, format.CertificateNumber, issuedSeq, 1<<8): types.ErrNumber,
	} {
		_, err := w.query.Certificate(w.ctx, &types.QueryCertificateRequest{Id: id})
		require.ErrorIs(t, err, want, id)
	}
	_, err = w.query.Certificate(w.ctx, &types.QueryCertificateRequest{Id: number(t, format.CertificateNumber, issuedSeq, newYear)})
	require.ErrorContains(t, err, "expected "+zs)
}

// certSeqs queries one page and returns what it holds.
func (w *world) certSeqs(t *testing.T, req *types.QueryCertificatesRequest) ([]uint64, []byte) {
	resp, err := w.query.Certificates(w.ctx, req)
	require.NoError(t, err)
	var seqs []uint64
	for _, c := range resp.Certificates {
		seqs = append(seqs, c.CertSeq)
	}
	return seqs, resp.Pagination.NextKey
}

func TestQueryCertificatesByPage(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	var all []uint64
	for range 5 {
		all = append(all, w.apply(t, w.deposit(t, c), false))
	}
	w.reject(t, all[1])

	got, next := w.certSeqs(t, &types.QueryCertificatesRequest{})
	require.Equal(t, all, got)
	require.Nil(t, next)
	got, next = w.certSeqs(t, &types.QueryCertificatesRequest{Pagination: &query.PageRequest{Limit: 2}})
	require.Equal(t, all[:2], got)
	got, next = w.certSeqs(t, &types.QueryCertificatesRequest{Pagination: &query.PageRequest{Limit: 3, Key: next}})
	require.Equal(t, all[2:], got)
	require.Nil(t, next)
	got, next = w.certSeqs(t, &types.QueryCertificatesRequest{Pagination: &query.PageRequest{Limit: 2, Reverse: true}})
	require.Equal(t, []uint64{all[4], all[3]}, got)
	got, _ = w.certSeqs(t, &types.QueryCertificatesRequest{Pagination: &query.PageRequest{Key: next, Reverse: true}})
	require.Equal(t, []uint64{all[2], all[1], all[0]}, got)
	got, _ = w.certSeqs(t, &types.QueryCertificatesRequest{Pagination: &query.PageRequest{Offset: 4}})
	require.Equal(t, all[4:], got)

	got, _ = w.certSeqs(t, &types.QueryCertificatesRequest{State: rejected})
	require.Equal(t, all[1:2], got)
	got, _ = w.certSeqs(t, &types.QueryCertificatesRequest{EnterpriseId: oak, State: applied})
	require.Len(t, got, 4)
	got, _ = w.certSeqs(t, &types.QueryCertificatesRequest{EnterpriseId: elm})
	require.Empty(t, got)
}

func TestQueryCertificatesRefusals(t *testing.T) {
	w := newWorld(t)
	for name, req := range map[string]*types.QueryCertificatesRequest{
		"limit":       {Pagination: &query.PageRequest{Limit: 101}},
		"count_total": {Pagination: &query.PageRequest{CountTotal: true}},
		"at most":     {Pagination: &query.PageRequest{Offset: 10_001}},
		"filter":      {EnterpriseId: oak, Pagination: &query.PageRequest{Offset: 1}},
		"or a key":    {Pagination: &query.PageRequest{Offset: 1, Key: make([]byte, 8)}},
		"next_key":    {Pagination: &query.PageRequest{Key: []byte{1}}},
	} {
		_, err := w.query.Certificates(w.ctx, req)
		require.ErrorIs(t, err, types.ErrPage)
		require.ErrorContains(t, err, name)
	}
	_, err := w.query.Certificates(w.ctx, &types.QueryCertificatesRequest{State: 99})
	require.ErrorIs(t, err, types.ErrInvalid)
}

// A filter that matches nothing must not read the whole table.
func TestAFilteredPageStopsScanning(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	for range 1001 {
		w.used[oak] = 0
		w.apply(t, w.deposit(t, c), false)
	}
	got, next := w.certSeqs(t, &types.QueryCertificatesRequest{State: logtypes.CERTIFICATE_STATE_REVOKED})
	require.Empty(t, got)
	require.NotNil(t, next)
	_, next = w.certSeqs(t, &types.QueryCertificatesRequest{State: revoked, Pagination: &query.PageRequest{Key: next}})
	require.Nil(t, next)
}
