package keeper_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// The table of who may what, as ante sees it: only the named signers pass, and the
// handlers refuse everybody else with the same error.
func TestAuthoriseTable(t *testing.T) {
	w := newWorld(t)
	seq := w.deposit(t, newContent(t, oak, 1, "file"))
	certSeq := w.apply(t, seq, false)
	rows := map[string]struct {
		message func(signer string) sdk.Msg
		allowed []string
	}{
		"SubmitRecord": {func(s string) sdk.Msg { return newContent(t, oak, 1, "file").submission(s) }, []string{"employee", "depositor"}},
		"Open":         {func(s string) sdk.Msg { return &types.MsgOpen{Opener: s, EvidenceSeq: seq} }, []string{"employee", "depositor"}},
		"Apply":        {func(s string) sdk.Msg { return &types.MsgApplyCertificate{Applicant: s, EvidenceSeq: seq} }, []string{"employee", "clerk"}},
		"Review":       {func(s string) sdk.Msg { return review(s, certSeq, 0) }, []string{"reviewer-1", "reviewer-2", "all-round"}},
		"Reject":       {func(s string) sdk.Msg { return rejection(s, certSeq) }, []string{"reviewer-1", "reviewer-2", "all-round", "certifier"}},
		"Issue":        {func(s string) sdk.Msg { return &types.MsgIssueCertificate{Officer: s, CertSeq: certSeq} }, []string{"certifier", "all-round"}},
		"Revoke":       {func(s string) sdk.Msg { return revocation(s, certSeq) }, []string{"certifier", "all-round"}},
	}
	for name, row := range rows {
		for signer := range w.keys {
			err := w.k.Authorise(w.ctx, row.message(signer))
			handled := w.handle(row.message(signer))
			if slices.Contains(row.allowed, signer) {
				require.NoError(t, err, "%s by %s", name, signer)
				if name == "Reject" && signer == "certifier" { // only after the final review, EV-15
					require.ErrorIs(t, handled, consortiumtypes.ErrNotPermitted)
					continue
				}
				require.NotErrorIs(t, handled, consortiumtypes.ErrNotPermitted, "%s by %s, delivered", name, signer)
				continue
			}
			require.ErrorIs(t, err, consortiumtypes.ErrNotPermitted, "%s by %s", name, signer)
			require.ErrorIs(t, handled, consortiumtypes.ErrNotPermitted, "%s by %s, delivered", name, signer)
		}
	}
}

// handle delivers a message of any type and drops what it wrote.
func (w *world) handle(msg sdk.Msg) error {
	ctx, _ := w.ctx.CacheContext()
	var err error
	switch m := msg.(type) {
	case *types.MsgSubmitRecord:
		_, err = w.msg.SubmitRecord(ctx, m)
	case *types.MsgOpen:
		_, err = w.msg.Open(ctx, m)
	case *types.MsgApplyCertificate:
		_, err = w.msg.ApplyCertificate(ctx, m)
	case *types.MsgReviewCertificate:
		_, err = w.msg.ReviewCertificate(ctx, m)
	case *types.MsgRejectCertificate:
		_, err = w.msg.RejectCertificate(ctx, m)
	case *types.MsgIssueCertificate:
		_, err = w.msg.IssueCertificate(ctx, m)
	case *types.MsgRevokeCertificate:
		_, err = w.msg.RevokeCertificate(ctx, m)
	}
	return err
}

func TestAuthoriseRefusesOtherMessages(t *testing.T) {
	w := newWorld(t)
	err := w.k.Authorise(w.ctx, &consortiumtypes.MsgAppointOfficer{Operator: "employee"})
	require.ErrorIs(t, err, consortiumtypes.ErrNotPermitted)
}

// Leaving the enterprise does not make the applicant or the depositor impartial:
// neither decides on the own certificate as an officer.
func TestNobodyDecidesOnTheOwnApplicationAfterLeaving(t *testing.T) {
	for _, name := range []string{"clerk", "employee"} { // who applies, who deposits
		w := newWorld(t)
		c := newContent(t, oak, 1, "file")
		certSeq := w.apply(t, w.deposit(t, c), false)
		user := w.keys[name].UserId
		w.officer(name, 30, logtypes.ROLE_REVIEWER, logtypes.ROLE_CERTIFIER)
		w.user(name, user, 0)
		delete(w.rights, [2]uint64{user, oak})
		for _, m := range []sdk.Msg{
			review(name, certSeq, types.REVIEW_STAGE_INITIAL), rejection(name, certSeq),
			&types.MsgIssueCertificate{Officer: name, CertSeq: certSeq}, revocation(name, certSeq),
		} {
			require.ErrorIs(t, w.k.Authorise(w.ctx, m), consortiumtypes.ErrNotPermitted)
			require.ErrorContains(t, w.handle(m), "expected an officer other than")
		}
	}
}
