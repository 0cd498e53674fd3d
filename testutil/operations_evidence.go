package testutil

import (
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	enterprisetypes "github.com/inkchain/inkd/x/enterprise/types"
	evidencetypes "github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// content makes new evidence of an enterprise: a file or a small table.
func (o *Operations) content(enterprise uint64) Content {
	o.drawn++
	rows := make([]string, 1)
	if o.one(3) {
		rows = make([]string, 2+o.r.IntN(5))
	}
	for i := range rows {
		rows[i] = fmt.Sprintf("row %d of %d\n", i, o.drawn)
	}
	c, err := NewContent(o.logID, enterprise, fmt.Sprint(o.drawn), rows...)
	require.NoError(o.c.T, err)
	o.contents[c.Commitment] = c
	return c
}

// submit deposits, mostly one record, sometimes several in a transaction.
func (o *Operations) submit() (Signer, []sdk.Msg) {
	if len(o.requests) > 0 && o.one(12) {
		return o.repeat()
	}
	m, ok := o.member(enterprisetypes.RIGHT_DEPOSIT, 0)
	if !ok {
		return notNow()
	}
	q, qualified := where(o, o.enterprises.Qualifications, func(q enterprisetypes.Qualification) bool {
		return q.EnterpriseId == m.EnterpriseId && q.State == enterprisetypes.QUALIFICATION_STATE_APPROVED
	})
	category := uint32(1 + o.r.IntN(len(o.enterprises.Params.Categories)))
	if qualified {
		category = pick(o, q.Categories)
	} else if o.wrong == nothing {
		return notNow()
	}
	s, n := o.user(m.UserId), 1
	if o.one(8) {
		n = 2 + o.r.IntN(5)
	}
	var msgs []sdk.Msg
	for range n {
		c := o.content(m.EnterpriseId)
		record := &evidencetypes.MsgSubmitRecord{
			Submitter: s.Address(), EnterpriseId: o.id(m.EnterpriseId), Kind: logtypes.RECORD_KIND_DATA_PACKAGE,
			Category: category, Commitment: c.Commitment[:],
		}
		if o.wrong == wrongField {
			record.Commitment = record.Commitment[1:]
		}
		if o.one(3) {
			record.RequestId = o.bytes32()
			o.requests = append(o.requests, record)
		}
		msgs = append(msgs, record)
	}
	return by(s, msgs...)
}

// repeat sends a request again, or its id with another commitment.
func (o *Operations) repeat() (Signer, []sdk.Msg) {
	again := *pick(o, o.requests[max(0, len(o.requests)-40):])
	m, ok := o.member(enterprisetypes.RIGHT_DEPOSIT, again.EnterpriseId)
	if !ok || again.EnterpriseId == 0 {
		return notNow()
	}
	s := o.user(m.UserId)
	if again.Submitter = s.Address(); o.one(4) {
		c := o.content(m.EnterpriseId)
		again.Commitment = c.Commitment[:]
	}
	return by(s, &again)
}

// record draws a record whose content is known, and a member of its enterprise.
func (o *Operations) record(right enterprisetypes.Right, match func(uint64) bool) (uint64, enterprisetypes.Member, bool) {
	seq, ok := where(o, o.evidence[max(0, len(o.evidence)-300):], match)
	if !ok || !o.free("evidence", seq) {
		return 0, enterprisetypes.Member{}, false
	}
	m, ok := o.member(right, o.known[seq].Enterprise)
	return seq, m, ok
}

func (o *Operations) open() (Signer, []sdk.Msg) {
	seq, m, ok := o.record(enterprisetypes.RIGHT_DEPOSIT, func(seq uint64) bool {
		return o.opened[seq].OpeningSeq == 0 || o.wrong != nothing
	})
	if !ok {
		return notNow()
	}
	revelation := o.known[seq].Revelation
	if o.wrong == wrongField {
		revelation.Nonce = o.known[pick(o, o.evidence)].Revelation.PrivateDigest
	}
	s := o.user(m.UserId)
	return by(s, &evidencetypes.MsgOpen{Opener: s.Address(), EvidenceSeq: o.id(seq), Revelation: revelation})
}

func (o *Operations) applyCertificate() (Signer, []sdk.Msg) {
	underway := map[uint64]bool{}
	for _, c := range o.decisions.Certificates {
		underway[c.EvidenceSeq] = evidencetypes.Underway(c.State)
	}
	seq, m, ok := o.record(enterprisetypes.RIGHT_CERTIFICATE, func(seq uint64) bool { return !underway[seq] || o.wrong != nothing })
	if !ok {
		return notNow()
	}
	s := o.user(m.UserId)
	return by(s, &evidencetypes.MsgApplyCertificate{
		Applicant: s.Address(), EvidenceSeq: o.id(seq), ConsentToPublish: o.wrong != wrongField, DeclineItem: o.one(3),
	})
}

// certificate draws a certificate in a state and an officer with a role.
func (o *Operations) certificate(role logtypes.Role, states ...logtypes.CertificateState) (evidencetypes.Certificate, Signer, bool) {
	c, ok := where(o, o.decisions.Certificates, func(c evidencetypes.Certificate) bool { return slices.Contains(states, c.State) })
	officer, found := o.officer(role)
	if !ok || !found || !o.free("certificate", c.CertSeq) {
		return c, Signer{}, false
	}
	return c, o.act(o.holder(officer.KeyId)), true
}

func (o *Operations) reviewCertificate() (Signer, []sdk.Msg) {
	c, s, ok := o.certificate(logtypes.ROLE_REVIEWER, logtypes.CERTIFICATE_STATE_APPLIED, logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED)
	if !ok {
		return notNow()
	}
	stage := evidencetypes.REVIEW_STAGE_INITIAL
	if (c.State == logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED) != (o.wrong == wrongField) {
		stage = evidencetypes.REVIEW_STAGE_FINAL
	}
	return by(s, &evidencetypes.MsgReviewCertificate{Officer: s.Address(), CertSeq: o.id(c.CertSeq), Stage: stage})
}

func (o *Operations) rejectCertificate() (Signer, []sdk.Msg) {
	c, s, ok := o.certificate(logtypes.ROLE_REVIEWER, logtypes.CERTIFICATE_STATE_APPLIED,
		logtypes.CERTIFICATE_STATE_INITIALLY_REVIEWED, logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED)
	if !ok {
		return notNow()
	}
	return by(s, &evidencetypes.MsgRejectCertificate{Officer: s.Address(), CertSeq: o.id(c.CertSeq), Reason: o.reason(true)})
}

func (o *Operations) issueCertificate() (Signer, []sdk.Msg) {
	c, s, ok := o.certificate(logtypes.ROLE_CERTIFIER, logtypes.CERTIFICATE_STATE_FINALLY_REVIEWED)
	if !ok {
		return notNow()
	}
	content, opened := o.known[c.EvidenceSeq], o.opened[c.EvidenceSeq]
	m := &evidencetypes.MsgIssueCertificate{Officer: s.Address(), CertSeq: o.id(c.CertSeq), FieldsCommitment: o.bytes32()}
	if opened.OpeningSeq == 0 {
		m.Revelation = &content.Revelation
	}
	if !c.DeclineItem && !opened.ItemDisclosed {
		m.Item = content.Item
	}
	return by(s, m)
}

func (o *Operations) revokeCertificate() (Signer, []sdk.Msg) {
	c, s, ok := o.certificate(logtypes.ROLE_CERTIFIER, logtypes.CERTIFICATE_STATE_ISSUED)
	if !ok {
		return notNow()
	}
	return by(s, &evidencetypes.MsgRevokeCertificate{Officer: s.Address(), CertSeq: o.id(c.CertSeq), Reason: o.reason(true)})
}
