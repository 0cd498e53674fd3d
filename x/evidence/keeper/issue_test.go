package keeper_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	consortiumtypes "github.com/inkchain/inkd/x/consortium/types"
	"github.com/inkchain/inkd/x/evidence/types"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// kinds are the kinds of the entries from a seq on.
func (w *world) kinds(t *testing.T, from uint64) []string {
	var kinds []string
	for seq := range uint64(len(w.entries(t))) {
		if seq < from {
			continue
		}
		entry, err := w.log.Entry(w.ctx, seq)
		require.NoError(t, err)
		kinds = append(kinds, entry.Kind())
	}
	return kinds
}

func (w *world) issuance(certSeq uint64, c content) *types.MsgIssueCertificate {
	return &types.MsgIssueCertificate{Officer: "certifier", CertSeq: certSeq, Revelation: &c.rev, Item: &c.item, FieldsCommitment: fields}
}

func TestIssueOpensAndDisclosesTheFile(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	certSeq := w.reviewed(t, seq, false)
	issuedSeq := w.issue(t, certSeq, c)
	require.Equal(t, []string{"opening", "item_disclosure", "certificate_issued"}, w.kinds(t, issuedSeq-2))

	opening, err := w.log.Entry(w.ctx, issuedSeq-2)
	require.NoError(t, err)
	require.Equal(t, &logtypes.Opening{
		EvidenceSeq: seq, Public: c.rev.Public, Nonce: c.rev.Nonce, PrivateDigest: c.rev.PrivateDigest, OfficerId: 23,
	}, opening.GetOpening())
	disclosure, err := w.log.Entry(w.ctx, issuedSeq-1)
	require.NoError(t, err)
	require.Equal(t, &logtypes.ItemDisclosure{EvidenceSeq: seq, Items: []*logtypes.DisclosedItem{&c.item}}, disclosure.GetItemDisclosure())
	entry, err := w.log.Entry(w.ctx, issuedSeq)
	require.NoError(t, err)
	require.Equal(t, &logtypes.CertificateIssued{
		CertSeq: certSeq, EvidenceSeq: seq, OpeningSeq: issuedSeq - 2, OfficerId: 23, KeyId: 123, FieldsCommitment: fields,
	}, entry.GetCertificateIssued())
}

func TestIssueOfOpenEvidenceRefersToTheOpening(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	opened, err := deliver(w, w.msg.Open, &types.MsgOpen{Opener: "employee", EvidenceSeq: seq, Revelation: c.rev})
	require.NoError(t, err)
	certSeq := w.reviewed(t, seq, false)
	m := w.issuance(certSeq, c)
	refused(t, w, w.msg.IssueCertificate, m, types.ErrRevelation, "expected no revelation")
	m.Revelation = nil
	resp, err := deliver(w, w.msg.IssueCertificate, m)
	require.NoError(t, err)
	require.Equal(t, []string{"item_disclosure", "certificate_issued"}, w.kinds(t, resp.IssuedSeq-1))
	entry, err := w.log.Entry(w.ctx, resp.IssuedSeq)
	require.NoError(t, err)
	require.Equal(t, opened.OpeningSeq, entry.GetCertificateIssued().OpeningSeq)
}

func TestTheItemIsDisclosedOnce(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	certSeq := w.reviewed(t, seq, false)
	w.issue(t, certSeq, c)
	_, err := deliver(w, w.msg.RevokeCertificate, revocation("certifier", certSeq))
	require.NoError(t, err)
	certSeq = w.reviewed(t, seq, false)
	m := w.issuance(certSeq, c)
	m.Revelation = nil
	refused(t, w, w.msg.IssueCertificate, m, types.ErrItem, "disclosed before")
	m.Item = nil
	resp, err := deliver(w, w.msg.IssueCertificate, m)
	require.NoError(t, err)
	require.Equal(t, []string{"certificate_issued"}, w.kinds(t, resp.IssuedSeq))
}

func TestADeclinedItemIsNotDisclosed(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	certSeq := w.reviewed(t, seq, true)
	m := w.issuance(certSeq, c)
	refused(t, w, w.msg.IssueCertificate, m, types.ErrItem, "the applicant declined it")
	m.Item = nil
	_, err := deliver(w, w.msg.IssueCertificate, m)
	require.NoError(t, err)
	// A later application that does not decline discloses it.
	_, err = deliver(w, w.msg.RevokeCertificate, revocation("certifier", certSeq))
	require.NoError(t, err)
	m = w.issuance(w.reviewed(t, seq, false), c)
	m.Revelation = nil
	_, err = deliver(w, w.msg.IssueCertificate, m)
	require.NoError(t, err)
}

func TestOtherRecipesDiscloseNothing(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "row 1\n", "row 2\n", "row 3")
	certSeq := w.reviewed(t, w.deposit(t, c), false)
	refused(t, w, w.msg.IssueCertificate, w.issuance(certSeq, c), types.ErrItem, "the recipe is lines")
	issuedSeq := w.issue(t, certSeq, c)
	require.Equal(t, []string{"opening", "certificate_issued"}, w.kinds(t, issuedSeq-1))
}

func TestIssueRefusals(t *testing.T) {
	c := newContent(t, oak, 1, "file")
	other := newContent(t, oak, 2, "another file")
	cases := map[string]struct {
		change func(*types.MsgIssueCertificate)
		want   error
		text   string
	}{
		"reviewer":            {func(m *types.MsgIssueCertificate) { m.Officer = "reviewer-2" }, consortiumtypes.ErrNotPermitted, ""},
		"registrar":           {func(m *types.MsgIssueCertificate) { m.Officer = "registrar" }, consortiumtypes.ErrNotPermitted, ""},
		"applicant":           {func(m *types.MsgIssueCertificate) { m.Officer = "clerk" }, consortiumtypes.ErrNotPermitted, ""},
		"unknown certificate": {func(m *types.MsgIssueCertificate) { m.CertSeq = 1 }, types.ErrNotFound, ""},
		"no fields":           {func(m *types.MsgIssueCertificate) { m.FieldsCommitment = nil }, consortiumtypes.ErrInvalidField, "fields_commitment: expected 32 bytes, got 0"},
		"long fields":         {func(m *types.MsgIssueCertificate) { m.FieldsCommitment = make([]byte, 33) }, consortiumtypes.ErrInvalidField, "33"},
		"no revelation":       {func(m *types.MsgIssueCertificate) { m.Revelation = nil }, types.ErrRevelation, "expected a revelation, got none"},
		"other revelation":    {func(m *types.MsgIssueCertificate) { m.Revelation = &other.rev }, types.ErrCommitmentMismatch, ""},
		"empty revelation":    {func(m *types.MsgIssueCertificate) { m.Revelation = &types.Revelation{} }, types.ErrInvalid, "nonce"},
		"no item":             {func(m *types.MsgIssueCertificate) { m.Item = nil }, types.ErrItem, "expected item 0"},
		"item 1":              {func(m *types.MsgIssueCertificate) { m.Item.Index = 1 }, types.ErrItem, "index: expected 0, got 1"},
		"item with a label":   {func(m *types.MsgIssueCertificate) { m.Item.Label = "a" }, types.ErrItem, "label"},
		"item of another size": {func(m *types.MsgIssueCertificate) { m.Item.Size_++ }, types.ErrItem,
			"size: expected the total size 4, got 5"},
		"short salt":     {func(m *types.MsgIssueCertificate) { m.Item.Salt = m.Item.Salt[1:] }, types.ErrInvalid, "item.salt"},
		"short sha256":   {func(m *types.MsgIssueCertificate) { m.Item.Sha256 = nil }, types.ErrInvalid, "item.sha256"},
		"short sm3":      {func(m *types.MsgIssueCertificate) { m.Item.Sm3 = nil }, types.ErrInvalid, "item.sm3"},
		"other salt":     {func(m *types.MsgIssueCertificate) { m.Item.Salt = other.item.Salt }, types.ErrItem, ""},
		"other sha256":   {func(m *types.MsgIssueCertificate) { m.Item.Sha256 = other.item.Sha256 }, types.ErrItem, ""},
		"other sm3":      {func(m *types.MsgIssueCertificate) { m.Item.Sm3 = other.item.Sm3 }, types.ErrItem, ""},
		"path too long":  {func(m *types.MsgIssueCertificate) { m.Item.Path = [][]byte{fields} }, types.ErrItem, "path too long"},
		"path over 64":   {func(m *types.MsgIssueCertificate) { m.Item.Path = make([][]byte, 65) }, types.ErrItem, "at most 64"},
		"path of a byte": {func(m *types.MsgIssueCertificate) { m.Item.Path = [][]byte{{1}} }, types.ErrInvalid, "item.path"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			certSeq := w.reviewed(t, w.deposit(t, c), false)
			item := c.item
			m := w.issuance(certSeq, c)
			m.Item = &item
			tc.change(m)
			refused(t, w, w.msg.IssueCertificate, m, tc.want, tc.text)
			require.Equal(t, final, w.state(t, certSeq))
		})
	}
}

func TestIssueNeedsTheFinalReview(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	certSeq := w.apply(t, w.deposit(t, c), false)
	refused(t, w, w.msg.IssueCertificate, w.issuance(certSeq, c), types.ErrState, "expected CERTIFICATE_STATE_FINALLY_REVIEWED, got CERTIFICATE_STATE_APPLIED")
	_, err := deliver(w, w.msg.ReviewCertificate, review("reviewer-1", certSeq, types.REVIEW_STAGE_INITIAL))
	require.NoError(t, err)
	refused(t, w, w.msg.IssueCertificate, w.issuance(certSeq, c), types.ErrState)
	_, err = deliver(w, w.msg.ReviewCertificate, review("reviewer-2", certSeq, types.REVIEW_STAGE_FINAL))
	require.NoError(t, err)
	w.issue(t, certSeq, c)
	refused(t, w, w.msg.IssueCertificate, w.issuance(certSeq, c), types.ErrState, "got CERTIFICATE_STATE_ISSUED")
}

// A suspended enterprise gets no certificate; an end of its file stays possible,
// and so does the issue once the suspension is lifted.
func TestNoIssueForASuspendedEnterprise(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	certSeq := w.reviewed(t, seq, false)
	w.suspended[oak] = true
	early(t, w, w.issuance(certSeq, c), types.ErrState)
	refused(t, w, w.msg.IssueCertificate, w.issuance(certSeq, c), types.ErrState, "enterprise 1 (企业1): expected certified, got suspended")
	decide(t, w, rejection("certifier", certSeq))

	w.suspended[oak] = false
	certSeq = w.reviewed(t, seq, false)
	w.issue(t, certSeq, c)
	w.suspended[oak] = true
	decide(t, w, revocation("certifier", certSeq))
}

// An inner node of a larger tree is no item, and an empty file is one.
func TestItemsAtTheEdge(t *testing.T) {
	public := newContent(t, oak, 1, "file").public
	two := newContent(t, oak, 1, "row\n", "row\n")
	item := two.item
	public.Root, public.TotalSize = two.public.Root, item.Size_
	require.ErrorIs(t, types.CheckItem(public, &item), types.ErrItem)
	require.ErrorContains(t, types.CheckItem(public, &item), format.ErrRootMismatch.Error())

	empty := newContent(t, oak, 1, "")
	require.NoError(t, types.CheckItem(empty.public, &empty.item))
	moved := bytes.Clone(empty.item.Sha256)
	moved[0] ^= 1
	empty.item.Sha256 = moved
	require.ErrorIs(t, types.CheckItem(empty.public, &empty.item), types.ErrItem)
}
