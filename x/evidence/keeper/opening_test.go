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

func TestOpenRevealsThePublicPart(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	seq := w.deposit(t, c)
	resp, err := deliver(w, w.msg.Open, &types.MsgOpen{Opener: "depositor", EvidenceSeq: seq, Revelation: c.rev})
	require.NoError(t, err)
	entry, err := w.log.Entry(w.ctx, resp.OpeningSeq)
	require.NoError(t, err)
	require.Equal(t, &logtypes.Opening{
		EvidenceSeq: seq, Public: c.rev.Public, Nonce: c.rev.Nonce, PrivateDigest: c.rev.PrivateDigest, UserId: 12,
	}, entry.GetOpening())
	require.Equal(t, uint64(1), entry.EventNo)
}

func TestOpenHappensOnce(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	m := &types.MsgOpen{Opener: "employee", EvidenceSeq: w.deposit(t, c), Revelation: c.rev}
	_, err := deliver(w, w.msg.Open, m)
	require.NoError(t, err)
	refused(t, w, w.msg.Open, m, types.ErrAlreadyOpen, "open by entry 2")
}

func TestOpenRefusals(t *testing.T) {
	c := newContent(t, oak, 1, "file")
	other := newContent(t, oak, 2, "another file")
	cases := map[string]struct {
		change func(*types.MsgOpen)
		want   error
		text   string
	}{
		"outsider":             {func(m *types.MsgOpen) { m.Opener = "outsider" }, consortiumtypes.ErrNotPermitted, ""},
		"member without right": {func(m *types.MsgOpen) { m.Opener = "clerk" }, consortiumtypes.ErrNotPermitted, "RIGHT_DEPOSIT"},
		"other enterprise":     {func(m *types.MsgOpen) { m.Opener = "copier" }, consortiumtypes.ErrNotPermitted, ""},
		"officer":              {func(m *types.MsgOpen) { m.Opener = "certifier" }, consortiumtypes.ErrNotPermitted, ""},
		"unknown evidence":     {func(m *types.MsgOpen) { m.EvidenceSeq = 99 }, types.ErrNotFound, "99"},
		"no record":            {func(m *types.MsgOpen) { m.EvidenceSeq = 0 }, types.ErrNotFound, "institution_admitted"},
		"short nonce":          {func(m *types.MsgOpen) { m.Revelation.Nonce = []byte{1} }, types.ErrInvalid, "nonce: expected 32 bytes, got 1"},
		"no digest":            {func(m *types.MsgOpen) { m.Revelation.PrivateDigest = nil }, types.ErrInvalid, "private_digest: expected 32 bytes, got 0"},
		"other nonce":          {func(m *types.MsgOpen) { m.Revelation.Nonce = other.rev.Nonce }, types.ErrCommitmentMismatch, ""},
		"other digest":         {func(m *types.MsgOpen) { m.Revelation.PrivateDigest = other.rev.Nonce }, types.ErrCommitmentMismatch, ""},
		"other public part":    {func(m *types.MsgOpen) { m.Revelation.Public = other.rev.Public }, types.ErrCommitmentMismatch, ""},
		"swapped nonces": {func(m *types.MsgOpen) {
			m.Revelation.Nonce, m.Revelation.PrivateDigest = m.Revelation.PrivateDigest, m.Revelation.Nonce
		}, types.ErrCommitmentMismatch, ""},
		"no public part":      {func(m *types.MsgOpen) { m.Revelation.Public = nil }, types.ErrPublic, ""},
		"trailing bytes":      {func(m *types.MsgOpen) { m.Revelation.Public = append(bytes.Clone(c.rev.Public), 0) }, types.ErrPublic, ""},
		"over eight kibibyte": {func(m *types.MsgOpen) { m.Revelation.Public = make([]byte, 8<<10+1) }, types.ErrPublic, "at most 8192 bytes, got 8193"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := &types.MsgOpen{Opener: "employee", EvidenceSeq: w.deposit(t, c), Revelation: c.rev}
			tc.change(m)
			refused(t, w, w.msg.Open, m, tc.want, tc.text)
		})
	}
}

// A public part that is not canonical is refused even if the commitment was made
// over exactly these bytes.
func TestOpenRefusesACommitmentOverOtherEncodings(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	odd := append(bytes.Clone(c.rev.Public), 0x50, 0x01) // field 10, which is unknown
	c.commitment = format.Commitment(logID, oak, 1, format.Hash(c.rev.Nonce), odd, format.Hash(c.rev.PrivateDigest))
	c.rev.Public = odd
	m := &types.MsgOpen{Opener: "employee", EvidenceSeq: w.deposit(t, c), Revelation: c.rev}
	refused(t, w, w.msg.Open, m, types.ErrPublic, "unknown field")
}

// A1: a copier sees the owner's commitment before it is in a block and submits the
// same bytes first. Both are records, but only the owner's can be opened.
func TestA1CopiedCommitmentCannotBeOpened(t *testing.T) {
	w := newWorld(t)
	owner := newContent(t, oak, 1, "file")
	copied := owner.submission("copier")
	copied.EnterpriseId = elm
	first, err := deliver(w, w.msg.SubmitRecord, copied)
	require.NoError(t, err)
	second, err := deliver(w, w.msg.SubmitRecord, owner.submission("employee"))
	require.NoError(t, err)
	require.Less(t, first.Seq, second.Seq, "the copier was first")

	// Even with all that the owner's opening reveals, the copier cannot open.
	refused(t, w, w.msg.Open, &types.MsgOpen{Opener: "copier", EvidenceSeq: first.Seq, Revelation: owner.rev}, types.ErrCommitmentMismatch, "enterprise 2")
	refused(t, w, w.msg.Open, &types.MsgOpen{Opener: "copier", EvidenceSeq: second.Seq, Revelation: owner.rev}, consortiumtypes.ErrNotPermitted)
	_, err = deliver(w, w.msg.Open, &types.MsgOpen{Opener: "employee", EvidenceSeq: second.Seq, Revelation: owner.rev})
	require.NoError(t, err)
	refused(t, w, w.msg.Open, &types.MsgOpen{Opener: "copier", EvidenceSeq: first.Seq, Revelation: owner.rev}, types.ErrCommitmentMismatch)
}

func TestACommitmentForAnotherLogCannotBeOpened(t *testing.T) {
	w := newWorld(t)
	c := newContent(t, oak, 1, "file")
	c.commitment = format.Commitment(format.Hash{1}, oak, 1, format.Hash(c.rev.Nonce), c.rev.Public, format.Hash(c.rev.PrivateDigest))
	refused(t, w, w.msg.Open, &types.MsgOpen{Opener: "employee", EvidenceSeq: w.deposit(t, c), Revelation: c.rev}, types.ErrCommitmentMismatch)
}
