package keeper_test

import (
	"fmt"
	"slices"
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
		}, types.ErrGenesis, "evidence.certificates[0].state: expected CERTIFICATE_STATE_APPLIED"},
		"another evidence":    {func(gs *types.GenesisState) { gs.Certificates[0].EvidenceSeq-- }, types.ErrGenesis, "evidence.certificates[0].evidence_seq"},
		"unknown certificate": {func(gs *types.GenesisState) { gs.Certificates[5].CertSeq += 9 }, types.ErrGenesis, "evidence.certificates[5].cert_seq"},
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

// What the log knows of a certificate cannot be forged by an import, field by
// field; each change is one that a genesis alone cannot see.
func TestInitGenesisRefusesAForgedCertificate(t *testing.T) {
	from := busyWorld(t)
	index := func(gs *types.GenesisState, state logtypes.CertificateState) int {
		i := slices.IndexFunc(gs.Certificates, func(c types.Certificate) bool { return c.State == state })
		require.GreaterOrEqual(t, i, 0)
		return i
	}
	cases := map[string]struct {
		state logtypes.CertificateState
		forge func(*types.Certificate)
	}{
		"enterprise_id":    {applied, func(c *types.Certificate) { c.EnterpriseId = elm }},
		"applicant":        {applied, func(c *types.Certificate) { c.Applicant = 999 }},
		"decline_item":     {applied, func(c *types.Certificate) { c.DeclineItem = !c.DeclineItem }},
		"initial_reviewer": {initial, func(c *types.Certificate) { c.InitialReviewer = 4711 }},
		"final_reviewer":   {final, func(c *types.Certificate) { c.FinalReviewer = 4711 }},
		"certifier":        {revoked, func(c *types.Certificate) { c.Certifier = 4711 }},
		"issued_seq":       {revoked, func(c *types.Certificate) { c.IssuedSeq++ }},
		"reason":           {revoked, func(c *types.Certificate) { c.Reason = uint32(logtypes.REASON_COURT_ORDER) }},
	}
	for field, tc := range cases {
		t.Run(field, func(t *testing.T) {
			gs := exported(t, from)
			i := index(gs, tc.state)
			tc.forge(&gs.Certificates[i])
			require.NoError(t, gs.Validate(), "consistent in itself")
			w, err := imported(t, from, gs)
			require.ErrorIs(t, err, types.ErrGenesis)
			require.ErrorContains(t, err, fmt.Sprintf("evidence.certificates[%d].%s: expected ", i, field))
			require.Empty(t, exported(t, w).Certificates, "a refused genesis writes nothing")
		})
	}
}

// The key of the initial review stands in no entry, but its officer's appointment
// does: without it the four eyes would be those of a forged key.
func TestInitGenesisRefusesAForgedReviewersKey(t *testing.T) {
	from := newWorld(t)
	_, err := from.log.Append(from.ctx, &logtypes.Entry_OfficerAppointed{OfficerAppointed: &logtypes.OfficerAppointed{
		OfficerId: 21, InstitutionId: 1, Roles: []logtypes.Role{logtypes.ROLE_REVIEWER}, KeyId: 121,
	}})
	require.NoError(t, err)
	from.reviewed(t, from.deposit(t, newContent(t, oak, 1, "file")), false)
	gs := exported(t, from)
	_, err = imported(t, from, gs)
	require.NoError(t, err)
	gs.Certificates[0].InitialReviewerKey = 4711
	_, err = imported(t, from, gs)
	require.ErrorIs(t, err, types.ErrGenesis)
	require.ErrorContains(t, err, "evidence.certificates[0].initial_reviewer_key: expected key 121 of officer 21 as in the log, got 4711")
}

// A request belongs to one record and ends seven days after it, no earlier and no
// later.
func TestInitGenesisRefusesAForgedRequest(t *testing.T) {
	from := busyWorld(t)
	for field, forge := range map[string]func(*types.GenesisState){
		"request.expires: expected":                        func(gs *types.GenesisState) { gs.Requests[1].Request.Expires = 1 << 63 },
		"request.expires: expected 1":                      func(gs *types.GenesisState) { gs.Requests[1].Request.Expires-- },
		"request.seq: expected a record of no other":       func(gs *types.GenesisState) { gs.Requests[1].Request.Seq = gs.Requests[0].Request.Seq },
		"request.seq: expected the seq of a record, got 0": func(gs *types.GenesisState) { gs.Requests[1].Request.Seq = 0 },
	} {
		gs := exported(t, from)
		forge(gs)
		_, err := imported(t, from, gs)
		require.ErrorContains(t, err, "evidence.requests[1]."+field)
	}
}

// A request that an import gave a record of another enterprise answers nobody.
func TestARequestNeverAnswersWithAnotherEnterprisesRecord(t *testing.T) {
	from := newWorld(t)
	c := newContent(t, oak, 1, "file")
	copied := c.submission("copier")
	copied.EnterpriseId = elm
	first, err := deliver(from, from.msg.SubmitRecord, copied)
	require.NoError(t, err)
	gs := exported(t, from)
	expires := uint64(from.ctx.BlockTime().UnixNano()) + uint64(types.RequestLife)
	gs.Requests = []types.GenesisRequest{{Key: types.RequestKey(oak, requestID), Request: types.Request{Seq: first.Seq, Expires: expires}}}
	w, err := imported(t, from, gs)
	require.NoError(t, err, "the key does not tell the enterprise")
	refused(t, w, w.msg.SubmitRecord, c.requested(requestID), types.ErrCorrupt, "expected a record of it, got 1 of enterprise 2")
}

// A log whose opening does not match its record is refused, though its own root is
// consistent: no other module can check it.
func TestInitGenesisRecomputesOpenings(t *testing.T) {
	from := newWorld(t)
	c, other := newContent(t, oak, 1, "file"), newContent(t, oak, 2, "another file")
	seq := from.deposit(t, c)
	_, err := from.log.Append(from.ctx, &logtypes.Entry_Opening{Opening: &logtypes.Opening{
		EvidenceSeq: seq, Public: other.rev.Public, Nonce: other.rev.Nonce, PrivateDigest: other.rev.PrivateDigest, UserId: 11,
	}})
	require.NoError(t, err)
	gs := &types.GenesisState{Openings: []types.GenesisOpening{{EvidenceSeq: seq, Opened: types.Opened{OpeningSeq: seq + 1}}}}
	_, err = imported(t, from, gs)
	require.ErrorIs(t, err, types.ErrCommitmentMismatch)
	require.ErrorContains(t, err, "opening of evidence 1 by entry 2 of the log")
}
