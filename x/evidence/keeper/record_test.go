package keeper_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

func TestSubmitRecordWritesTheRecord(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	resp, err := deliver(w, w.msg.SubmitRecord, c.submission("depositor"))
	require.NoError(t, err)
	require.Equal(t, &types.MsgSubmitRecordResponse{Seq: 1, EnterpriseSeq: 1}, resp)
	entry, err := w.log.Entry(w.ctx, 1)
	require.NoError(t, err)
	require.Equal(t, &logtypes.Record{
		Kind: logtypes.RECORD_KIND_DATA_PACKAGE, EnterpriseId: oak, EnterpriseSeq: 1, PrevAcc: make([]byte, 32),
		Category: category, UserId: 12, KeyId: 112, Commitment: c.commitment[:],
	}, entry.GetRecord())
	require.Equal(t, uint64(1), w.used[oak])
	events := w.ctx.EventManager().Events()
	require.Equal(t, "ink.evidence.v1.EventRecordSubmitted", events[len(events)-1].Type)
}

func TestSubmitRecordRefusals(t *testing.T) {
	valid := newContent(t, oak, 1, "file")
	cases := map[string]struct {
		change func(*types.MsgSubmitRecord)
		want   error
		text   string
	}{
		"outsider":             {func(m *types.MsgSubmitRecord) { m.Submitter = "outsider" }, consortiumtypes.ErrNotPermitted, ""},
		"unknown key":          {func(m *types.MsgSubmitRecord) { m.Submitter = "nobody" }, consortiumtypes.ErrUnknownSigner, ""},
		"member without right": {func(m *types.MsgSubmitRecord) { m.Submitter = "clerk" }, consortiumtypes.ErrNotPermitted, "RIGHT_DEPOSIT"},
		"other enterprise":     {func(m *types.MsgSubmitRecord) { m.EnterpriseId = elm }, consortiumtypes.ErrNotPermitted, ""},
		"officer":              {func(m *types.MsgSubmitRecord) { m.Submitter = "all-round" }, consortiumtypes.ErrNotPermitted, ""},
		"no kind":              {func(m *types.MsgSubmitRecord) { m.Kind = 0 }, types.ErrKind, "expected RECORD_KIND_DATA_PACKAGE"},
		"api batch":            {func(m *types.MsgSubmitRecord) { m.Kind = logtypes.RECORD_KIND_API_BATCH }, types.ErrKind, "RECORD_KIND_API_BATCH, which is not accepted yet"},
		"undefined kind":       {func(m *types.MsgSubmitRecord) { m.Kind = 99 }, types.ErrKind, ""},
		"short commitment":     {func(m *types.MsgSubmitRecord) { m.Commitment = m.Commitment[:31] }, consortiumtypes.ErrInvalidField, "commitment: expected 32 bytes, got 31"},
		"long commitment":      {func(m *types.MsgSubmitRecord) { m.Commitment = make([]byte, 33) }, consortiumtypes.ErrInvalidField, "got 33"},
		"zero commitment":      {func(m *types.MsgSubmitRecord) { m.Commitment = make([]byte, 32) }, consortiumtypes.ErrInvalidField, "zero"},
		"short request id":     {func(m *types.MsgSubmitRecord) { m.RequestId = []byte{1} }, types.ErrInvalid, "request_id: expected none or 32 bytes, got 1"},
		"unqualified category": {func(m *types.MsgSubmitRecord) { m.Category = 4 }, errCategory, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := valid.submission("employee")
			tc.change(m)
			refused(t, w, w.msg.SubmitRecord, m, tc.want, tc.text)
			require.Zero(t, w.used[oak])
		})
	}
}

func TestSubmitRecordOfASuspendedEnterprise(t *testing.T) {
	w := newWorld(t)
	w.suspended[oak] = true
	refused(t, w, w.msg.SubmitRecord, newContent(t, oak, 1, "file").submission("employee"), consortiumtypes.ErrNotPermitted)
}

func TestSubmitRecordStopsAtTheQuota(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	for range quota {
		w.deposit(t, c)
	}
	refused(t, w, w.msg.SubmitRecord, c.submission("employee"), errQuota)
}

func TestTheSameCommitmentTwiceIsTwoRecords(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	require.Equal(t, uint64(1), w.deposit(t, c))
	require.Equal(t, uint64(2), w.deposit(t, c))
	require.Equal(t, uint64(2), w.used[oak])
}

var requestID = []byte("request-request-request-request-")

func (c content) requested(id []byte) *types.MsgSubmitRecord {
	m := c.submission("employee")
	m.RequestId = id
	return m
}

func TestARepeatedRequestWritesNothing(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	w.deposit(t, c)
	first, err := deliver(w, w.msg.SubmitRecord, c.requested(requestID))
	require.NoError(t, err)
	before := w.hash()
	w.used[oak], w.unqualified = quota, true // a repeated request needs neither
	again, err := deliver(w, w.msg.SubmitRecord, c.requested(requestID))
	require.NoError(t, err)
	require.Equal(t, &types.MsgSubmitRecordResponse{Seq: first.Seq, EnterpriseSeq: 2, RepeatedRequest: true}, again)
	require.Equal(t, before, w.hash())
	require.Equal(t, quota, w.used[oak])
}

func TestARequestIDIsForOneCommitment(t *testing.T) {
	w := newWorld(t)
	_, err := deliver(w, w.msg.SubmitRecord, newContent(t, oak, 1, "file").requested(requestID))
	require.NoError(t, err)
	refused(t, w, w.msg.SubmitRecord, newContent(t, oak, 2, "file").requested(requestID), types.ErrRequestReused, "of record 1, got")
}

// The answer of a repeated request must not vouch for a deposit that was never
// made.
func TestARepeatedRequestHasTheSameCategory(t *testing.T) {
	w := newWorld(t)
	m := newContent(t, oak, 1, "file").requested(requestID)
	_, err := deliver(w, w.msg.SubmitRecord, m)
	require.NoError(t, err)
	m.Category++
	early(t, w, m, types.ErrRequestReused)
	refused(t, w, w.msg.SubmitRecord, m, types.ErrRequestReused, "expected category 3 of record 1, got 4")
	m.Category--
	m.Kind = logtypes.RECORD_KIND_API_BATCH
	refused(t, w, w.msg.SubmitRecord, m, types.ErrKind) // not accepted at all yet
}

func TestARequestIDBelongsToItsEnterprise(t *testing.T) {
	w := newWorld(t)
	_, err := deliver(w, w.msg.SubmitRecord, newContent(t, oak, 1, "file").requested(requestID))
	require.NoError(t, err)
	m := newContent(t, elm, 2, "file").requested(requestID)
	m.Submitter = "copier"
	resp, err := deliver(w, w.msg.SubmitRecord, m)
	require.NoError(t, err)
	require.False(t, resp.RepeatedRequest)
}

func TestARequestIsForgottenAfterExactlySevenDays(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	_, err := deliver(w, w.msg.SubmitRecord, c.requested(requestID))
	require.NoError(t, err)

	w.after(types.RequestLife - time.Nanosecond)
	before := w.hash()
	require.NoError(t, w.k.PurgeRequests(w.ctx))
	require.Equal(t, before, w.hash(), "nothing was due")
	again, err := deliver(w, w.msg.SubmitRecord, c.requested(requestID))
	require.NoError(t, err)
	require.True(t, again.RepeatedRequest)

	// Expired but not purged: absent. The purge that follows must not take the new one.
	w.after(time.Nanosecond)
	second, err := deliver(w, w.msg.SubmitRecord, c.requested(requestID))
	require.NoError(t, err)
	require.Equal(t, &types.MsgSubmitRecordResponse{Seq: 2, EnterpriseSeq: 2}, second)
	require.NoError(t, w.k.PurgeRequests(w.ctx))
	again, err = deliver(w, w.msg.SubmitRecord, c.requested(requestID))
	require.NoError(t, err)
	require.Equal(t, uint64(2), again.Seq)

	w.after(types.RequestLife)
	require.NoError(t, w.k.PurgeRequests(w.ctx))
	require.Empty(t, exported(t, w).Requests)
}

func TestAnExpiredRequestMayGetAnotherCommitment(t *testing.T) {
	w := newWorld(t)
	_, err := deliver(w, w.msg.SubmitRecord, newContent(t, oak, 1, "file").requested(requestID))
	require.NoError(t, err)
	w.after(types.RequestLife)
	resp, err := deliver(w, w.msg.SubmitRecord, newContent(t, oak, 2, "file").requested(requestID))
	require.NoError(t, err)
	require.False(t, resp.RepeatedRequest)
}

func TestThePurgeHasACapAndCarriesOver(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	for i := range types.MaxPurge + 10 {
		w.used[oak] = 0
		id := make([]byte, types.RequestIDLength)
		id[0], id[1] = byte(i>>8), byte(i)
		_, err := w.msg.SubmitRecord(w.ctx, c.requested(id))
		require.NoError(t, err)
		if i == types.MaxPurge+8 {
			w.after(time.Second) // the next and last is the youngest
		}
	}

	w.after(types.RequestLife)
	require.NoError(t, w.k.PurgeRequests(w.ctx))
	left := exported(t, w).Requests
	require.Len(t, left, 10)
	require.True(t, slices.ContainsFunc(left, func(r types.GenesisRequest) bool { return r.Request.Seq == types.MaxPurge+10 }))
	require.NoError(t, w.k.PurgeRequests(w.ctx))
	require.Empty(t, exported(t, w).Requests)
	before := w.hash()
	require.NoError(t, w.k.PurgeRequests(w.ctx))
	require.Equal(t, before, w.hash())
}

func TestPurgeCapIsTwiceABlock(t *testing.T) {
	require.Equal(t, 4352, types.MaxDepositsPerBlock)
	require.Equal(t, 2304, types.MaxRequestsPerBlock)
	require.Equal(t, 2*types.MaxRequestsPerBlock, types.MaxPurge)
}

func exported(t require.TestingT, w *world) *types.GenesisState {
	gs, err := w.k.ExportGenesis(w.ctx)
	require.NoError(t, err)
	return gs
}
