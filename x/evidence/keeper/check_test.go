package keeper_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// Only a message whose case is missing is refused as one of another module. What an
// officer decides on is there, so that an empty message fails at its own check.
func TestCheckHasACaseForEveryMessage(t *testing.T) {
	w := newWorld(t)
	registry := codectypes.NewInterfaceRegistry()
	sdk.RegisterInterfaces(registry)
	types.RegisterInterfaces(registry)
	urls := registry.ListImplementations(sdk.MsgInterfaceProtoName)
	require.Len(t, urls, 7)
	certSeq := w.apply(t, w.deposit(t, newContent(t, oak, 1, "file")), false)
	decisions := 0
	for _, url := range urls {
		m, err := registry.Resolve(url)
		require.NoError(t, err)
		message := reflect.ValueOf(m).Elem()
		if officer := message.FieldByName("Officer"); officer.IsValid() {
			decisions++
			officer.SetString("all-round")
			message.FieldByName("CertSeq").SetUint(certSeq)
		}
		err = w.k.Check(w.ctx, m)
		require.Error(t, err, url)
		require.NotErrorIs(t, err, consortiumtypes.ErrNotPermitted, url)
	}
	require.Equal(t, 4, decisions)
	require.ErrorIs(t, w.k.Check(w.ctx, &consortiumtypes.MsgDismissOfficer{}), consortiumtypes.ErrNotPermitted)
}

// early requires that Check refuses what the handler refuses, with the same words
// and without a trace.
func early(t *testing.T, w *world, m sdk.Msg, want error) {
	t.Helper()
	require.NoError(t, w.k.Authorise(w.ctx, m), "the signer may")
	before := w.hash()
	err := w.k.Check(w.ctx, m)
	require.ErrorIs(t, err, want)
	require.Equal(t, before, w.hash(), "Check writes nothing")
	require.EqualError(t, w.handle(m), err.Error())
}

func TestCheckRefusesWrongDepositsBeforeExecution(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	change := func(f func(*types.MsgSubmitRecord)) *types.MsgSubmitRecord {
		m := c.requested(requestID)
		f(m)
		return m
	}
	early(t, w, change(func(m *types.MsgSubmitRecord) { m.Kind = logtypes.RECORD_KIND_TRADE_SECRET }), types.ErrKind)
	early(t, w, change(func(m *types.MsgSubmitRecord) { m.Commitment = []byte(strings.Repeat("text", 99)) }), consortiumtypes.ErrInvalidField)
	early(t, w, change(func(m *types.MsgSubmitRecord) { m.RequestId = m.RequestId[1:] }), types.ErrInvalid)
	early(t, w, change(func(m *types.MsgSubmitRecord) { m.Category++ }), errCategory)

	m := c.requested(requestID)
	require.NoError(t, w.k.Check(w.ctx, m))
	_, err := deliver(w, w.msg.SubmitRecord, m)
	require.NoError(t, err)
	w.unqualified = true
	require.NoError(t, w.k.Check(w.ctx, m), "a repeated request needs no qualification")
	early(t, w, newContent(t, oak, 2, "file").requested(requestID), types.ErrRequestReused)
}

// What an opening reveals stands in a block even if the opening fails, so it is
// refused before.
func TestCheckRefusesAnOpeningBeforeItStandsInABlock(t *testing.T) {
	w := newWorld(t)
	c, other := newContent(t, oak, 1, "file"), newContent(t, oak, 2, "another file")
	m := &types.MsgOpen{Opener: "employee", EvidenceSeq: w.deposit(t, c), Revelation: other.rev}
	early(t, w, m, types.ErrCommitmentMismatch)
	m.Revelation = c.rev
	m.Revelation.Public = make([]byte, 8<<10+1)
	early(t, w, m, types.ErrPublic)
	m.Revelation = c.rev
	m.Revelation.Nonce = nil
	early(t, w, m, types.ErrInvalid)
	m.Revelation = c.rev
	require.NoError(t, w.k.Check(w.ctx, m))
	_, err := deliver(w, w.msg.Open, m)
	require.NoError(t, err)
	early(t, w, m, types.ErrAlreadyOpen)
}

// The applicant declined item 0: no certifier's issue gets it into a block, nor
// the public part before the final review.
func TestCheckRefusesAnIssueThatShowsWhatWasWithheld(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	certSeq := w.apply(t, seq, true)
	issuance := w.issuance(certSeq, c)
	early(t, w, issuance, types.ErrState)
	decide(t, w, review("all-round", certSeq, types.REVIEW_STAGE_INITIAL))
	early(t, w, issuance, types.ErrState)
	early(t, w, review("all-round", certSeq, types.REVIEW_STAGE_FINAL), types.ErrFourEyes)
	decide(t, w, review("reviewer-2", certSeq, types.REVIEW_STAGE_FINAL))
	early(t, w, issuance, types.ErrItem)
	issuance.Item, issuance.Officer = nil, "all-round"
	early(t, w, issuance, types.ErrFourEyes)
	issuance.Officer, issuance.FieldsCommitment = "certifier", nil
	early(t, w, issuance, consortiumtypes.ErrInvalidField)
	issuance.FieldsCommitment = fields
	issuance.Revelation = &types.Revelation{}
	early(t, w, issuance, types.ErrInvalid)
	issuance.Revelation = &c.rev
	require.NoError(t, w.k.Check(w.ctx, issuance))
	decide(t, w, issuance)
	early(t, w, issuance, types.ErrState)
}

// decide delivers a message that has to pass Check and the handler.
func decide(t *testing.T, w *world, m sdk.Msg) {
	t.Helper()
	require.NoError(t, w.k.Authorise(w.ctx, m))
	require.NoError(t, w.k.Check(w.ctx, m))
	var err error
	switch m := m.(type) {
	case *types.MsgReviewCertificate:
		_, err = deliver(w, w.msg.ReviewCertificate, m)
	case *types.MsgRejectCertificate:
		_, err = deliver(w, w.msg.RejectCertificate, m)
	case *types.MsgIssueCertificate:
		_, err = deliver(w, w.msg.IssueCertificate, m)
	case *types.MsgRevokeCertificate:
		_, err = deliver(w, w.msg.RevokeCertificate, m)
	}
	require.NoError(t, err)
}

func TestCheckRefusesDecisionsInTheWrongState(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	early(t, w, &types.MsgApplyCertificate{Applicant: "clerk", EvidenceSeq: seq}, types.ErrConsent)
	certSeq := w.apply(t, seq, false)
	early(t, w, application(seq), types.ErrUnderway)
	early(t, w, review("reviewer-1", certSeq, types.REVIEW_STAGE_UNSPECIFIED), types.ErrInvalid)
	early(t, w, review("reviewer-1", certSeq, types.REVIEW_STAGE_FINAL), types.ErrState)
	early(t, w, rejection("certifier", certSeq), consortiumtypes.ErrNotPermitted)
	early(t, w, &types.MsgRejectCertificate{Officer: "reviewer-1", CertSeq: certSeq}, consortiumtypes.ErrInvalidField)
	early(t, w, revocation("certifier", certSeq), types.ErrState)
	early(t, w, &types.MsgRevokeCertificate{Officer: "certifier", CertSeq: certSeq}, consortiumtypes.ErrInvalidField)
	decide(t, w, rejection("reviewer-1", certSeq))
	early(t, w, rejection("reviewer-1", certSeq), types.ErrState)
}
