package types

import (
	"testing"

	"github.com/stretchr/testify/require"

	logtypes "github.com/inkchain/inkd/x/log/types"
)

func key(first byte) []byte { return append([]byte{first}, make([]byte, 31)...) }

// validGenesis has a rejected, a following issued and another applied certificate.
func validGenesis() *GenesisState {
	return &GenesisState{
		Certificates: []Certificate{
			{CertSeq: 4, EvidenceSeq: 1, EnterpriseId: 1, Applicant: 1, State: logtypes.CERTIFICATE_STATE_REJECTED, Reason: 1},
			{
				CertSeq: 6, EvidenceSeq: 1, EnterpriseId: 1, Applicant: 1, State: logtypes.CERTIFICATE_STATE_ISSUED,
				InitialReviewer: 1, InitialReviewerKey: 9, FinalReviewer: 2, Certifier: 3, IssuedSeq: 12, Previous: 4,
			},
			{CertSeq: 7, EvidenceSeq: 0, EnterpriseId: 1, Applicant: 1, State: logtypes.CERTIFICATE_STATE_APPLIED},
		},
		Requests: []GenesisRequest{{Key: key(1), Request: Request{Seq: 1, Expires: 1}}, {Key: key(2), Request: Request{Seq: 3, Expires: 1}}},
		Openings: []GenesisOpening{{EvidenceSeq: 0, Opened: Opened{OpeningSeq: 2}}, {EvidenceSeq: 1, Opened: Opened{OpeningSeq: 11, ItemDisclosed: true}}},
	}
}

func TestValidGenesis(t *testing.T) {
	require.NoError(t, DefaultGenesis().Validate())
	require.NoError(t, validGenesis().Validate())
}

func TestGenesisNamesTheField(t *testing.T) {
	cases := map[string]func(*GenesisState){
		"certificates[1].cert_seq":             func(gs *GenesisState) { gs.Certificates[1].CertSeq = 4 },
		"certificates[0].evidence_seq":         func(gs *GenesisState) { gs.Certificates[0].EvidenceSeq = 4 },
		"certificates[0].enterprise_id":        func(gs *GenesisState) { gs.Certificates[0].EnterpriseId = 0 },
		"certificates[1].enterprise_id":        func(gs *GenesisState) { gs.Certificates[1].EnterpriseId = 2 },
		"certificates[0].applicant":            func(gs *GenesisState) { gs.Certificates[0].Applicant = 0 },
		"certificates[2].state":                func(gs *GenesisState) { gs.Certificates[2].State = 7 },
		"certificates[0].state":                func(gs *GenesisState) { gs.Certificates[0].State = 0 },
		"certificates[1].initial_reviewer:":    func(gs *GenesisState) { gs.Certificates[1].InitialReviewer = 0 },
		"certificates[2].initial_reviewer:":    func(gs *GenesisState) { gs.Certificates[2].InitialReviewer = 1 },
		"certificates[1].initial_reviewer_key": func(gs *GenesisState) { gs.Certificates[1].InitialReviewerKey = 0 },
		"certificates[1].final_reviewer":       func(gs *GenesisState) { gs.Certificates[1].FinalReviewer = 1 },
		"certificates[1].certifier":            func(gs *GenesisState) { gs.Certificates[1].Certifier = 1 },
		"certificates[2].certifier":            func(gs *GenesisState) { gs.Certificates[2].Certifier = 1 },
		"certificates[1].issued_seq":           func(gs *GenesisState) { gs.Certificates[1].IssuedSeq = 6 },
		"certificates[2].issued_seq":           func(gs *GenesisState) { gs.Certificates[2].IssuedSeq = 9 },
		"certificates[0].reason":               func(gs *GenesisState) { gs.Certificates[0].Reason = 0 },
		"certificates[1].reason":               func(gs *GenesisState) { gs.Certificates[1].Reason = 1 },
		"certificates[1].previous":             func(gs *GenesisState) { gs.Certificates[1].Previous = 0 },
		"certificates[2].previous":             func(gs *GenesisState) { gs.Certificates[2].Previous = 4 },
		"certificates[1].evidence_seq": func(gs *GenesisState) {
			gs.Certificates[0].State, gs.Certificates[0].Reason = logtypes.CERTIFICATE_STATE_APPLIED, 0
		},
		"requests[0].key":             func(gs *GenesisState) { gs.Requests[0].Key = key(1)[1:] },
		"requests[1].key":             func(gs *GenesisState) { gs.Requests[1].Key = key(1) },
		"requests[1].request.seq":     func(gs *GenesisState) { gs.Requests[1].Request.Seq = gs.Requests[0].Request.Seq },
		"requests[1].request.expires": func(gs *GenesisState) { gs.Requests[1].Request.Expires = 0 },
		"openings[1].evidence_seq":    func(gs *GenesisState) { gs.Openings[1].EvidenceSeq = 0 },
		"openings[1].opened.opening_seq": func(gs *GenesisState) {
			gs.Openings[1].Opened.OpeningSeq = 1
		},
	}
	for field, change := range cases {
		t.Run(field, func(t *testing.T) {
			gs := validGenesis()
			change(gs)
			err := gs.Validate()
			require.ErrorIs(t, err, ErrGenesis)
			require.ErrorContains(t, err, "evidence."+field)
			require.ErrorContains(t, err, "expected")
		})
	}
}
