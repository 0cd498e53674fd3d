package keeper_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/inkchain/inkd/verify/layout"
	"github.com/inkchain/inkd/x/log/types"
)

// model is the log as the specification tells it, kept naively.
type model struct {
	entries [][]byte
	records map[uint64]uint64 // seq to enterprise
	accs    map[uint64][]byte // by enterprise; applications under 0
	counts  map[uint64]uint64
	certs   map[uint64]types.CertificateState
	about   map[uint64]uint64 // evidence of a certificate
	keys    map[uint64]types.KeyState
	since   map[uint64]uint64
	events  map[[2]uint64]uint64
	last    map[[2]uint64]uint64
}

func newModel() *model {
	return &model{
		records: map[uint64]uint64{}, accs: map[uint64][]byte{}, counts: map[uint64]uint64{},
		certs: map[uint64]types.CertificateState{}, about: map[uint64]uint64{},
		keys: map[uint64]types.KeyState{}, since: map[uint64]uint64{},
		events: map[[2]uint64]uint64{}, last: map[[2]uint64]uint64{},
	}
}

func sum(parts ...[]byte) []byte {
	h := sha256.Sum256(bytes.Join(parts, nil))
	return h[:]
}

func leaf(entry []byte) []byte { return sum([]byte{0}, []byte("ink/entry/v1"), entry) }

// root is RFC 6962's definition, word for word.
func root(leaves [][]byte) []byte {
	switch n := len(leaves); n {
	case 0:
		return sum()
	case 1:
		return leaves[0]
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		return sum([]byte{1}, root(leaves[:k]), root(leaves[k:]))
	}
}

func (m *model) root() []byte {
	leaves := make([][]byte, len(m.entries))
	for i, e := range m.entries {
		leaves[i] = leaf(e)
	}
	return root(leaves)
}

// admits says whether the specification admits the body as the next entry, and
// which subject it is an event of.
func (m *model) admits(body types.Body) (subject [2]uint64, ok bool) {
	seq := uint64(len(m.entries))
	switch b := body.(type) {
	case *types.Entry_Record, *types.Entry_InstitutionAdmitted, *types.Entry_InstitutionRemoved, *types.Entry_InstitutionPower,
		*types.Entry_ParametersChanged, *types.Entry_Misbehaviour, *types.Entry_InstitutionDigest:
		return [2]uint64{}, true
	case *types.Entry_SoftwareUpgrade:
		return [2]uint64{}, b.SoftwareUpgrade.LogSize == seq && bytes.Equal(b.SoftwareUpgrade.LogRoot, m.root())
	case *types.Entry_KeyBound:
		return [2]uint64{3, b.KeyBound.KeyId}, m.keys[b.KeyBound.KeyId] != types.KEY_STATE_RETIRED
	case *types.Entry_KeyRetired:
		return [2]uint64{3, b.KeyRetired.KeyId}, m.keys[b.KeyRetired.KeyId] == types.KEY_STATE_ACTIVE
	case *types.Entry_Opening:
		_, known := m.records[b.Opening.EvidenceSeq]
		return [2]uint64{2, b.Opening.EvidenceSeq}, known && len(b.Opening.Public) < 16<<10-200
	case *types.Entry_ItemDisclosure:
		_, known := m.records[b.ItemDisclosure.EvidenceSeq]
		return [2]uint64{2, b.ItemDisclosure.EvidenceSeq}, known
	case *types.Entry_CertificateApplied:
		return [2]uint64{1, seq}, true
	case *types.Entry_CertificateInitialReview:
		cert := b.CertificateInitialReview.CertSeq
		return [2]uint64{1, cert}, m.certs[cert] == types.CERTIFICATE_STATE_APPLIED
	case *types.Entry_CertificateFinalReview:
		cert := b.CertificateFinalReview.CertSeq
		return [2]uint64{1, cert}, m.certs[cert] == types.CERTIFICATE_STATE_INITIALLY_REVIEWED
	case *types.Entry_CertificateIssued:
		cert := b.CertificateIssued.CertSeq
		return [2]uint64{1, cert}, m.certs[cert] == types.CERTIFICATE_STATE_FINALLY_REVIEWED
	case *types.Entry_CertificateRejected:
		cert := b.CertificateRejected.CertSeq
		s := m.certs[cert]
		return [2]uint64{1, cert}, s >= types.CERTIFICATE_STATE_APPLIED && s <= types.CERTIFICATE_STATE_FINALLY_REVIEWED
	case *types.Entry_CertificateRevoked:
		cert := b.CertificateRevoked.CertSeq
		return [2]uint64{1, cert}, m.certs[cert] == types.CERTIFICATE_STATE_ISSUED
	}
	panic(body)
}

// add enters what was appended.
func (m *model) add(t require.TestingT, e *types.Entry, stored []byte, subject [2]uint64) {
	require.EqualValues(t, len(m.entries), e.Seq)
	m.entries = append(m.entries, stored)
	if subject[0] != 0 {
		m.events[subject]++
		m.last[subject] = e.Seq
	}
	require.Equal(t, m.events[subject], e.EventNo, "event number")
	count := func(list uint64, seq uint64, prev []byte) {
		if m.accs[list] == nil {
			m.accs[list] = make([]byte, 32)
		}
		m.counts[list]++
		require.Equal(t, m.counts[list], seq, "place in its list")
		require.Equal(t, m.accs[list], prev)
		m.accs[list] = sum([]byte("ink/acc/v1"), prev, leaf(stored))
	}
	switch b := e.Body.(type) {
	case *types.Entry_Record:
		m.records[e.Seq] = b.Record.EnterpriseId
		count(b.Record.EnterpriseId, b.Record.EnterpriseSeq, b.Record.PrevAcc)
	case *types.Entry_KeyBound:
		if m.keys[subject[1]] == 0 {
			m.keys[subject[1]], m.since[subject[1]] = types.KEY_STATE_ACTIVE, e.BlockTime
		}
	case *types.Entry_KeyRetired:
		m.keys[subject[1]], m.since[subject[1]] = types.KEY_STATE_RETIRED, e.BlockTime
	case *types.Entry_CertificateApplied:
		m.certs[e.Seq], m.about[e.Seq] = types.CERTIFICATE_STATE_APPLIED, b.CertificateApplied.EvidenceSeq
		count(0, b.CertificateApplied.ApplicationSeq, b.CertificateApplied.PrevAcc)
	case *types.Entry_CertificateInitialReview:
		m.certs[subject[1]] = types.CERTIFICATE_STATE_INITIALLY_REVIEWED
	case *types.Entry_CertificateFinalReview:
		m.certs[subject[1]] = types.CERTIFICATE_STATE_FINALLY_REVIEWED
	case *types.Entry_CertificateIssued:
		m.certs[subject[1]] = types.CERTIFICATE_STATE_ISSUED
	case *types.Entry_CertificateRejected:
		m.certs[subject[1]] = types.CERTIFICATE_STATE_REJECTED
	case *types.Entry_CertificateRevoked:
		m.certs[subject[1]] = types.CERTIFICATE_STATE_REVOKED
	}
}

// check compares the whole state with the model.
func (m *model) check(t require.TestingT, b *bench) {
	head, err := b.k.Head(b.ctx)
	require.NoError(t, err)
	require.EqualValues(t, len(m.entries), head.Size_)
	if len(m.entries) > 0 {
		require.Equal(t, m.root(), head.Root)
	}
	for seq, want := range m.entries {
		got, err := b.k.EntryBytes(b.ctx, uint64(seq))
		require.NoError(t, err)
		require.Equal(t, want, got)
		_, err = b.k.EvidenceStatus(b.ctx, uint64(seq))
		require.Equal(t, m.events[[2]uint64{2, uint64(seq)}] == 0, errors.Is(err, types.ErrNotFound))
	}
	for list, acc := range m.accs {
		counter, err := b.k.EnterpriseCounter(b.ctx, list)
		if list == 0 {
			counter, err = b.k.ApplicationCounter(b.ctx)
		}
		require.NoError(t, err)
		require.Equal(t, types.Counter{Version: 1, Count: m.counts[list], Acc: acc}, counter)
	}
	for subject, events := range m.events {
		switch last := m.last[subject]; subject[0] {
		case 1:
			s, err := b.k.CertificateStatus(b.ctx, subject[1])
			require.NoError(t, err)
			require.Equal(t, types.CertificateStatus{
				Version: 1, State: m.certs[subject[1]], EventCount: events, LastEventIndex: last, EvidenceSeq: m.about[subject[1]],
			}, s)
		case 2:
			s, err := b.k.EvidenceStatus(b.ctx, subject[1])
			require.NoError(t, err)
			require.Equal(t, types.EvidenceStatus{Version: 1, EventCount: events, LastEventIndex: last}, s)
		case 3:
			s, err := b.k.KeyStatus(b.ctx, subject[1])
			require.NoError(t, err)
			require.Equal(t, types.KeyStatus{
				Version: 1, State: m.keys[subject[1]], Since: m.since[subject[1]], EventCount: events, LastEventIndex: last,
			}, s)
		}
	}
}

// draw draws a body; what it is about exists more often than not.
func (m *model) draw(t *rapid.T) types.Body {
	about := rapid.Uint64Range(0, uint64(len(m.entries))+1).Draw(t, "about")
	switch rapid.IntRange(0, 10).Draw(t, "body") {
	case 0, 1:
		return record(rapid.Uint64Range(1, 3).Draw(t, "enterprise"))
	case 2:
		return opening(about, rapid.SampledFrom([]int{0, 100, 8 << 10, 16 << 10}).Draw(t, "public"))
	case 3:
		return disclosure(about)
	case 4:
		return application(about)
	case 5:
		return keyBound(rapid.Uint64Range(1, 4).Draw(t, "key"))
	case 6:
		return governance(rapid.IntRange(0, 5).Draw(t, "governance"), about)
	case 7:
		return keyRetired(rapid.Uint64Range(1, 4).Draw(t, "key"))
	case 8:
		return applied(rapid.SampledFrom([]uint64{about, uint64(len(m.entries))}).Draw(t, "size"), m.root())
	}
	for cert := about; cert > 0 && rapid.IntRange(0, 5).Draw(t, "exact") > 0; cert-- {
		if m.certs[cert-1] != 0 {
			about = cert - 1
			break
		}
	}
	return decision(rapid.IntRange(0, 4).Draw(t, "decision"), about)
}

// LG-1 to LG-10 by random appends: entries, root, accumulators, event numbers and status values are
// what the specification says, refusals leave nothing behind, and a block that
// appends nothing leaves the head's bytes and the app hash alone.
func TestAppendsFollowTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, m := founded(t), newModel()
		for range rapid.IntRange(1, 12).Draw(t, "blocks") {
			before := b.cms.GetKVStore(b.head).Get(layout.HeadKey())
			appended := 0
			for i := range rapid.IntRange(0, 8).Draw(t, "entries") {
				body := m.draw(t)
				b.transaction(rapid.SampledFrom([][]byte{nil, []byte("tx")}).Draw(t, "tx"), i)
				subject, ok := m.admits(body)
				e, err := b.append(body)
				require.Equal(t, ok, err == nil, "%T: %v", body, err)
				if err == nil {
					stored, err := b.k.EntryBytes(b.ctx, e.Seq)
					require.NoError(t, err)
					m.add(t, e, stored, subject)
					appended++
				}
			}
			if appended == 0 {
				require.Equal(t, before, b.cms.GetKVStore(b.head).Get(layout.HeadKey()))
			}
			m.check(t, b)
			hash := b.block()
			require.Equal(t, hash, b.block(), "an idle block")
		}
		again, err := imported(t, b.export(t))
		require.NoError(t, err)
		m.check(t, again)
	})
}
