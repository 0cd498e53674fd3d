package testutil

import (
	"time"

	"github.com/cometbft/cometbft/crypto"
	cmtmldsa "github.com/cometbft/cometbft/crypto/mldsa65"
	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/inkchain/inkd/app"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// certificates are applied for, reviewed, issued, refused and revoked.
func (s *Story) certificates() {
	s.Issued = s.apply(s.Admin, s.File)
	s.issue(s.Issued, s.File)
	var r evidencetypes.MsgOpenResponse
	s.Must(s.Admin, &evidencetypes.MsgOpen{Opener: s.Admin.Address(), EvidenceSeq: s.Table, Revelation: s.Evidence[s.Table].Revelation()}, &r)
	s.Revoked = s.apply(s.Employee, s.Package)
	s.issue(s.Revoked, s.Package)
	s.Rejected = s.apply(s.Employee, s.Refused)
	s.Must(s.Reviewer1, &evidencetypes.MsgRejectCertificate{
		Officer: s.Reviewer1.Address(), CertSeq: s.Rejected, Reason: logtypes.REASON_INCOMPLETE,
	}, nil)
	s.Must(s.Certifier, &evidencetypes.MsgRevokeCertificate{
		Officer: s.Certifier.Address(), CertSeq: s.Revoked, Reason: logtypes.REASON_ISSUED_IN_ERROR,
	}, nil)
	s.Undecided = s.apply(s.Employee, s.Waiting)
	s.review(s.Reviewer1, s.Undecided, evidencetypes.REVIEW_STAGE_INITIAL)
}

func (s *Story) apply(applicant Signer, evidence uint64) uint64 {
	var r evidencetypes.MsgApplyCertificateResponse
	s.Must(applicant, &evidencetypes.MsgApplyCertificate{Applicant: applicant.Address(), EvidenceSeq: evidence, ConsentToPublish: true}, &r)
	return r.CertSeq
}

func (s *Story) review(officer Signer, cert uint64, stage evidencetypes.ReviewStage) {
	s.Must(officer, &evidencetypes.MsgReviewCertificate{Officer: officer.Address(), CertSeq: cert, Stage: stage}, nil)
}

func (s *Story) issue(cert, evidence uint64) {
	s.review(s.Reviewer1, cert, evidencetypes.REVIEW_STAGE_INITIAL)
	s.review(s.Reviewer2, cert, evidencetypes.REVIEW_STAGE_FINAL)
	revelation := s.Evidence[evidence].Revelation()
	s.Must(s.Certifier, &evidencetypes.MsgIssueCertificate{
		Officer: s.Certifier.Address(), CertSeq: cert, Revelation: &revelation,
		Item: s.Evidence[evidence].Disclosed(), FieldsCommitment: Commitment("fields"),
	}, nil)
}

// rotate gives an institution's validator another key.
func (s *Story) rotate(institution, name string) {
	key := ConsensusKey(name)
	s.Know(key)
	operator := Operator(institution)
	s.Must(operator, &consortiumtypes.MsgRotateConsensusKey{
		Operator: operator.Address(), ConsensusKey: consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: key.PubKey().Bytes()},
	}, nil)
}

// admission of an institution whose operator and validator have keys of its name.
func (s *Story) admission(name string, kind logtypes.InstitutionKind, uscc int, key crypto.PrivKey) sdk.Msg {
	s.Know(key)
	public := consortiumtypes.PublicKey{Type: logtypes.KEY_TYPE_ED25519, Key: key.PubKey().Bytes()}
	if _, ok := key.(cmtmldsa.PrivKey); ok {
		public.Type = logtypes.KEY_TYPE_ML_DSA_65
	}
	return &consortiumtypes.MsgAdmitInstitution{
		Authority: app.Authority, Name: name, Kind: kind, Uscc: SomeUSCC(uscc),
		OperatorKey: Operator(name).PublicKey(), OperatorCustody: logtypes.CUSTODY_SELF_HARDWARE,
		ConsensusKey: public, Power: 10,
	}
}

func (s *Story) removal(institution uint64) sdk.Msg {
	return &consortiumtypes.MsgRemoveInstitution{Authority: app.Authority, InstitutionId: institution, Reason: logtypes.REASON_LEFT}
}

func (s *Story) power(institution, power uint64) sdk.Msg {
	return &consortiumtypes.MsgSetPower{Authority: app.Authority, InstitutionId: institution, Power: power}
}

// decide lets so many institutions decide.
func (s *Story) decide(institutions int, msg sdk.Msg) {
	vote := s.propose(institutions, msg)
	result := s.Block(Next{Txs: [][]byte{vote()}})[0]
	require.Zero(s.T, result.Code, result.Log)
	var r consortiumtypes.MsgVoteResponse
	decodeResponse(s.T, s.App, result, &r)
	require.Equal(s.T, consortiumtypes.PROPOSAL_STATUS_EXECUTED, r.Status)
}

// propose proposes and approves, and returns the deciding vote, to be signed when it
// is sent.
func (s *Story) propose(institutions int, msg sdk.Msg) (deciding func() []byte) {
	voters := []Signer{Operator("center"), Operator("court"), Operator("notary"), Operator("exchange"), Operator("second notary")}[:institutions]
	packed, err := codectypes.NewAnyWithValue(msg)
	require.NoError(s.T, err)
	var p consortiumtypes.MsgProposeResponse
	s.Must(voters[0], &consortiumtypes.MsgPropose{
		Operator: voters[0].Address(), Title: "提案", DocumentDigest: Commitment("document"),
		ExpiresAt: uint64(s.Now().Add(24 * time.Hour).UnixNano()), Messages: []*codectypes.Any{packed},
	}, &p)
	vote := func(v Signer) *consortiumtypes.MsgVote {
		return &consortiumtypes.MsgVote{Operator: v.Address(), ProposalId: p.ProposalId, Choice: consortiumtypes.VOTE_CHOICE_APPROVE}
	}
	last := voters[len(voters)-1]
	for _, v := range voters[1 : len(voters)-1] {
		s.Must(v, vote(v), nil)
	}
	return func() []byte { return s.Sign(last, 0, vote(last)) }
}
