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
		before := w.entries(rt)
		for range rapid.IntRange(20, 80).Draw(rt, "messages") {
			if c := rapid.SampledFrom(contents).Draw(rt, "content"); rapid.Bool().Draw(rt, "sensible") {
				w.next(rt, c)
			} else {
				w.random(rt, rapid.SampledFrom(names).Draw(rt, "signer"), c)
			}
			after := w.entries(rt)
			require.Equal(rt, before, after[:len(before)])
			before = after
			w.checkCertificates(rt)
		}
		require.NoError(rt, exported(rt, w).Validate())
	})
}

// target draws what a message is about: mostly one of the last few entries of the
// wanted kind, sometimes any number.
func (w *world) target(rt *rapid.T, kind string) uint64 {
	size := uint64(len(w.entries(rt)))
	var seqs []uint64
	for seq := range size {
		entry, err := w.log.Entry(w.ctx, seq)
		require.NoError(rt, err)
		if entry.Kind() == kind {
			seqs = append(seqs, seq)
		}
	}
	if len(seqs) == 0 || rapid.IntRange(0, 9).Draw(rt, "anything") == 0 {
		return rapid.Uint64Range(0, size).Draw(rt, "seq")
	}
	return rapid.SampledFrom(seqs[max(0, len(seqs)-2):]).Draw(rt, "target")
}

// next takes the sensible next step with the latest certificate, whatever came of
// it before; without it random messages hardly ever reach an issue.
func (w *world) next(rt *rapid.T, c content) {
	certs := exported(rt, w).Certificates
	if len(certs) == 0 {
		w.apply(rt, w.deposit(rt, newContent(rt, oak, 1, "file")), false)
		return
	}
	latest := certs[len(certs)-1]
	switch latest.State {
	case applied:
		_, _ = deliver(w, w.msg.ReviewCertificate, review("reviewer-1", latest.CertSeq, types.REVIEW_STAGE_INITIAL))
	case initial:
		_, _ = deliver(w, w.msg.ReviewCertificate, review("reviewer-2", latest.CertSeq, types.REVIEW_STAGE_FINAL))
	case final:
		for _, item := range []*logtypes.DisclosedItem{&c.item, nil} {
			for _, rev := range []*types.Revelation{&c.rev, nil} {
				_, _ = deliver(w, w.msg.IssueCertificate, &types.MsgIssueCertificate{
					Officer: "certifier", CertSeq: latest.CertSeq, Revelation: rev, Item: item, FieldsCommitment: fields,
				})
			}
		}
	case issued:
		_, _ = deliver(w, w.msg.RevokeCertificate, revocation("certifier", latest.CertSeq))
	default:
		_, _ = deliver(w, w.msg.ApplyCertificate, application(latest.EvidenceSeq))
	}
}

// random sends a message of any kind.
func (w *world) random(rt *rapid.T, name string, c content) {
	evidence, certificate := w.target(rt, "record"), w.target(rt, "certificate_applied")
	var err error
	switch rapid.IntRange(0, 7).Draw(rt, "message") {
	case 0:
		m := c.submission(name)
		m.RequestId = rapid.SampledFrom([][]byte{nil, requestID, fields}).Draw(rt, "request")
		_, err = deliver(w, w.msg.SubmitRecord, m)
	case 1:
		_, err = deliver(w, w.msg.Open, &types.MsgOpen{Opener: name, EvidenceSeq: evidence, Revelation: c.rev})
	case 2:
		_, err = deliver(w, w.msg.ApplyCertificate, &types.MsgApplyCertificate{
			Applicant: name, EvidenceSeq: evidence, ConsentToPublish: true, DeclineItem: rapid.Bool().Draw(rt, "decline"),
		})
	case 3, 4:
		stage := types.ReviewStage(rapid.IntRange(0, 2).Draw(rt, "stage"))
		_, err = deliver(w, w.msg.ReviewCertificate, review(name, certificate, stage))
	case 5:
		_, err = deliver(w, w.msg.RejectCertificate, rejection(name, certificate))
	case 6:
		m := &types.MsgIssueCertificate{Officer: name, CertSeq: certificate, FieldsCommitment: fields}
		if rapid.Bool().Draw(rt, "reveal") {
			m.Revelation = &c.rev
		}
		if rapid.Bool().Draw(rt, "disclose") {
			m.Item = &c.item
		}
		_, err = deliver(w, w.msg.IssueCertificate, m)
	case 7:
		_, err = deliver(w, w.msg.RevokeCertificate, revocation(name, certificate))
	}
	// The log would notice a mistake of ours; it must never have to.
	if errors.Is(err, logtypes.ErrTransition) || errors.Is(err, types.ErrCorrupt) {
		rt.Fatalf("expected the module to refuse first, got %s", err)
	}
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
