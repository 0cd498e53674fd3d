package keeper_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// A6: whatever anybody sends, former entries stay byte-equal, the working state
// says what the log's status says, at most one certificate of a piece of evidence
// is underway, and the export can be imported.
func TestA6FormerEntriesNeverChange(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt)
		contents := []content{newContent(rt, oak, 1, "file"), newContent(rt, oak, 2, "a\n", "b\n"), newContent(rt, elm, 3, "other")}
		names := []string{"employee", "clerk", "copier", "reviewer-1", "reviewer-2", "certifier", "all-round", "insider", "outsider"}
		before, accepted := w.entries(rt), 0
		for range rapid.IntRange(10, 40).Draw(rt, "messages") {
			name := rapid.SampledFrom(names).Draw(rt, "signer")
			if w.random(rt, name, rapid.SampledFrom(contents).Draw(rt, "content"), uint64(len(before))) == nil {
				accepted++
			}
			after := w.entries(rt)
			require.Equal(rt, before, after[:len(before)])
			before = after
			w.checkCertificates(rt)
		}
		require.NoError(rt, exported(rt, w).Validate())
	})
}

// random sends a message of any kind about a random entry of the log.
func (w *world) random(rt *rapid.T, name string, c content, size uint64) error {
	seq := rapid.Uint64Range(0, size).Draw(rt, "seq")
	var err error
	switch rapid.IntRange(0, 7).Draw(rt, "message") {
	case 0:
		m := c.submission(name)
		m.RequestId = rapid.SampledFrom([][]byte{nil, requestID, fields}).Draw(rt, "request")
		_, err = deliver(w, w.msg.SubmitRecord, m)
	case 1:
		_, err = deliver(w, w.msg.Open, &types.MsgOpen{Opener: name, EvidenceSeq: seq, Revelation: c.rev})
	case 2:
		_, err = deliver(w, w.msg.ApplyCertificate, &types.MsgApplyCertificate{
			Applicant: name, EvidenceSeq: seq, ConsentToPublish: true, DeclineItem: rapid.Bool().Draw(rt, "decline"),
		})
	case 3, 4:
		stage := types.ReviewStage(rapid.IntRange(0, 2).Draw(rt, "stage"))
		_, err = deliver(w, w.msg.ReviewCertificate, review(name, seq, stage))
	case 5:
		_, err = deliver(w, w.msg.RejectCertificate, rejection(name, seq))
	case 6:
		m := &types.MsgIssueCertificate{Officer: name, CertSeq: seq, FieldsCommitment: fields}
		if rapid.Bool().Draw(rt, "reveal") {
			m.Revelation = &c.rev
		}
		if rapid.Bool().Draw(rt, "disclose") {
			m.Item = &c.item
		}
		_, err = deliver(w, w.msg.IssueCertificate, m)
	case 7:
		_, err = deliver(w, w.msg.RevokeCertificate, revocation(name, seq))
	}
	// The log would notice a mistake of ours; it must never have to.
	if errors.Is(err, logtypes.ErrTransition) || errors.Is(err, types.ErrCorrupt) {
		rt.Fatalf("expected the module to refuse first, got %s", err)
	}
	return err
}

func (w *world) checkCertificates(rt *rapid.T) {
	underway := map[uint64]int{}
	for _, c := range exported(rt, w).Certificates {
		w.state(rt, c.CertSeq)
		if types.Underway(c.State) {
			underway[c.EvidenceSeq]++
			require.Equal(rt, 1, underway[c.EvidenceSeq])
		}
	}
}
