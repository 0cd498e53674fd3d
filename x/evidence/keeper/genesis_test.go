package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// busyWorld has certificates in every state, requests and openings.
func busyWorld(t *testing.T) *world {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	for i := range 3 {
		m := newContent(t, oak, byte(10+i), "file").requested(append([]byte{byte(i)}, requestID[1:]...))
		_, err := deliver(w, w.msg.SubmitRecord, m)
		require.NoError(t, err)
		w.after(time.Hour)
	}
	w.apply(t, w.deposit(t, c), true)
	w.reviewed(t, w.deposit(t, c), false)
	seq := w.deposit(t, c)
	w.reject(t, w.apply(t, seq, false))
	certSeq := w.reviewed(t, seq, false)
	w.issue(t, certSeq, c)
	_, err := deliver(w, w.msg.RevokeCertificate, revocation("certifier", certSeq))
	require.NoError(t, err)
	w.apply(t, seq, false)
	seq = w.deposit(t, c)
	_, err = deliver(w, w.msg.Open, &types.MsgOpen{Opener: "employee", EvidenceSeq: seq, Revelation: c.rev})
	require.NoError(t, err)
	certSeq = w.apply(t, w.deposit(t, c), false)
	_, err = deliver(w, w.msg.ReviewCertificate, review("reviewer-1", certSeq, types.REVIEW_STAGE_INITIAL))
	require.NoError(t, err)
	return w
}

// imported is a new world from the log and the genesis of another one.
func imported(t *testing.T, from *world, gs *types.GenesisState) (*world, error) {
	w := newEmptyWorld(t)
	logState, err := from.log.ExportGenesis(from.ctx)
	require.NoError(t, err)
	w.ctx = w.ctx.WithChainID(from.ctx.ChainID()).WithBlockHeight(from.ctx.BlockHeight() + 1).WithBlockTime(from.ctx.BlockTime())
	require.NoError(t, w.log.InitGenesis(w.ctx, logState))
	return w, w.k.InitGenesis(w.ctx, gs)
}

func TestExportInitExport(t *testing.T) {
	from := busyWorld(t)
	gs := exported(t, from)
	require.Len(t, gs.Certificates, 6)
	require.Len(t, gs.Requests, 3)
	require.Len(t, gs.Openings, 2)
	before, err := gs.Marshal()
	require.NoError(t, err)

	w, err := imported(t, from, gs)
	require.NoError(t, err)
	after, err := exported(t, w).Marshal()
	require.NoError(t, err)
	require.Equal(t, before, after)

	// What is derived came along: requests are known and expire, the latest
	// certificate stands in the way of another.
	m := newContent(t, oak, 10, "file").requested(append([]byte{0}, requestID[1:]...))
	resp, err := deliver(w, w.msg.SubmitRecord, m)
	require.NoError(t, err)
	require.True(t, resp.RepeatedRequest)
	refused(t, w, w.msg.ApplyCertificate, application(gs.Certificates[0].EvidenceSeq), types.ErrUnderway)
	w.after(types.RequestLife)
	require.NoError(t, w.k.PurgeRequests(w.ctx))
	require.Empty(t, exported(t, w).Requests)
}

func TestInitGenesisBelievesTheLog(t *testing.T) {
	from := busyWorld(t)
	cases := map[string]struct {
		change func(*types.GenesisState)
		want   error
		text   string
	}{
		"another state": {func(gs *types.GenesisState) {
			gs.Certificates[0].State, gs.Certificates[0].Reason = logtypes.CERTIFICATE_STATE_REJECTED, 1
		}, types.ErrGenesis, "evidence.certificates[0]: expected state CERTIFICATE_STATE_APPLIED"},
		"another evidence":    {func(gs *types.GenesisState) { gs.Certificates[0].EvidenceSeq-- }, types.ErrGenesis, "certificates[0]"},
		"unknown certificate": {func(gs *types.GenesisState) { gs.Certificates[5].CertSeq += 9 }, logtypes.ErrNotFound, "certificates[5]"},
		"no record":           {func(gs *types.GenesisState) { gs.Requests[1].Request.Seq = 0 }, types.ErrNotFound, "evidence.requests[1].request.seq"},
		"no opening":          {func(gs *types.GenesisState) { gs.Openings[1].Opened.OpeningSeq++ }, types.ErrGenesis, "evidence.openings[1].opened: expected {opening_seq:"},
		"undisclosed":         {func(gs *types.GenesisState) { gs.Openings[0].Opened.ItemDisclosed = false }, types.ErrGenesis, "evidence.openings[0].opened"},
		"another opening":     {func(gs *types.GenesisState) { gs.Openings[0].EvidenceSeq-- }, types.ErrGenesis, "evidence.openings[0].opened: expected {}"},
		"opening left out":    {func(gs *types.GenesisState) { gs.Openings = gs.Openings[:1] }, types.ErrGenesis, "evidence.openings: expected 2 as in the log, got 1"},
		"left out":            {func(gs *types.GenesisState) { gs.Certificates = gs.Certificates[:5] }, types.ErrGenesis, "evidence.certificates: expected 6 as in the log, got 5"},
		"invalid":             {func(gs *types.GenesisState) { gs.Certificates[1].EnterpriseId = 0 }, types.ErrGenesis, "evidence.certificates[1].enterprise_id"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			gs := exported(t, from)
			tc.change(gs)
			_, err := imported(t, from, gs)
			require.ErrorIs(t, err, tc.want)
			require.ErrorContains(t, err, tc.text)
		})
	}
}
