package verify_test

import (
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// forgery is a log and a state that validators never agreed on, signed by them all:
// what a rule is worth shows when everything else is right.
type forgery struct {
	w       *workshop
	entries map[uint64][]byte
	subject uint64
	// size, last height and state of the head.
	size, last, state uint64
	// time of the header.
	time   uint64
	values []value
}

// value of the state beside the head, as a message.
type value struct {
	kind bundle.StateKind
	id   uint64
	key  []byte
	msg  interface{ Marshal() ([]byte, error) }
}

const (
	forgedHeight = 100
	forgedTime   = 1_779_300_000_000_000_000
)

// forge has a record of the story's enterprise, deposited by the administrator in
// block 100, as the last of 60 entries.
func (w *workshop) forge() *forgery {
	f := &forgery{w: w, entries: map[uint64][]byte{}, subject: 59, size: 60, last: forgedHeight, state: forgedHeight, time: forgedTime + 1e9}
	f.put(f.subject, f.record(nil), 0)
	return f
}

// record with a commitment that the story's file opens.
func (f *forgery) record(txHash []byte) *logtypes.Entry {
	kept := f.w.Evidence[f.w.File]
	user, key := f.w.holder(f.w.Admin)
	return &logtypes.Entry{TxHash: txHash, Body: &logtypes.Entry_Record{Record: &logtypes.Record{
		Kind: logtypes.RECORD_KIND_DATA_PACKAGE, EnterpriseId: f.w.Enterprise, EnterpriseSeq: 3, PrevAcc: testutil.Commitment("acc"),
		Category: 1, UserId: user, KeyId: key, Commitment: kept.Header.Commitment[:],
	}}}
}

// holder is the user and the key id of a signer.
func (w *workshop) holder(s testutil.Signer) (user, key uint64) {
	k, err := w.App.ConsortiumKeeper.KeyOf(w.Ctx(), s.Address())
	require.NoError(w.t, err)
	return k.UserId, k.Id
}

// put places an entry of block 100 in the log.
func (f *forgery) put(seq uint64, e *logtypes.Entry, eventNo uint64) {
	e.Version, e.Seq, e.EventNo = 1, seq, eventNo
	if e.Height == 0 {
		e.Height = forgedHeight
	}
	if e.BlockTime == 0 {
		e.BlockTime = forgedTime
	}
	b, err := e.Marshal()
	require.NoError(f.w.t, err)
	f.entries[seq] = b
}

// draft signs all of it.
func (f *forgery) draft() *draft {
	w := f.w
	leaves := make([]format.Hash, f.size)
	for i := range leaves {
		leaves[i] = format.Hash(testutil.Commitment("leaf"))
		if b := f.entries[uint64(i)]; b != nil {
			leaves[i] = format.EntryLeaf(b)
		}
	}
	root := format.TreeRoot(leaves)
	head := logtypes.LogHead{Version: 1, Size_: f.size, Root: root[:], LastHeight: f.last}
	values := append([]value{{bundle.StateHead, 0, layout.HeadKey(), &head}}, f.values...)
	var kvs []testutil.KV
	for _, v := range values {
		b, err := v.msg.Marshal()
		require.NoError(w.t, err)
		store := layout.LogStore
		if v.kind == bundle.StateHead {
			store = layout.HeadStore
		}
		kvs = append(kvs, testutil.KV{Store: store, Key: v.key, Value: b})
	}
	app, states := testutil.ForgeState(kvs...)
	for i := range states {
		states[i].Height, states[i].Kind, states[i].ID = f.state, values[i].kind, values[i].id
	}
	d := w.small()
	d.b.Subject, d.b.States, d.b.Entries = f.subject, states, nil
	for seq := range f.size {
		if b := f.entries[seq]; b != nil {
			path, err := format.InclusionProof(leaves, seq)
			require.NoError(w.t, err)
			d.b.Entries = append(d.b.Entries, bundle.Entry{Bytes: b, Size: f.size, Path: path})
		}
	}
	return w.edit(d, 0, func(h *bundle.Header) { h.Height, h.Time, h.AppHash = f.state+1, f.time, app })
}

// certificate adds an application about evidence and an initial review, and says in
// the state what it is told to.
func (f *forgery) certificate(evidence uint64, status logtypes.CertificateStatus) *forgery {
	f.put(60, &logtypes.Entry{Body: &logtypes.Entry_CertificateApplied{CertificateApplied: &logtypes.CertificateApplied{
		EvidenceSeq: evidence, EnterpriseId: f.w.Enterprise, UserId: 1, ApplicationSeq: 1, PrevAcc: make([]byte, 32), ConsentToPublish: true,
	}}}, 1)
	f.put(61, &logtypes.Entry{Body: &logtypes.Entry_CertificateInitialReview{CertificateInitialReview: &logtypes.CertificateReviewed{CertSeq: 60, OfficerId: 3}}}, 2)
	f.size = 62
	status.Version = 1
	f.values = append(f.values, value{bundle.StateCertificate, 60, layout.CertificateStatusKey(60), &status})
	return f
}

// keyStatus says how the submitter's key stands.
func (f *forgery) keyStatus(state logtypes.KeyState, since uint64) *forgery {
	_, key := f.w.holder(f.w.Admin)
	f.values = append(f.values, value{bundle.StateKey, key, layout.KeyStatusKey(key), &logtypes.KeyStatus{
		Version: 1, State: state, Since: since, EventCount: 1, LastEventIndex: 5,
	}})
	return f
}
