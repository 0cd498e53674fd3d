package verify_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"

	ics23 "github.com/cosmos/ics23/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// truth is what really happened on the chain that the good vectors are about, as the
// chain's own software has it: nothing of it went through the verifier.
type truth struct {
	*testutil.Story
	anchors map[string]*bundle.Anchor // by fingerprint
	entries []*logtypes.Entry
	raw     [][]byte
	leaves  []format.Hash
	// heights ascend, over all eras; blocks and sets are by height.
	heights []uint64
	blocks  map[uint64]bundle.Block
	sets    map[uint64][]bundle.Validator
	links   []uint64
	at      map[verify.Time]uint64 // time of a header → its height
	values  map[valueAt][]byte
	holders map[string]uint64 // consensus key → institution
	names   map[uint64]string
	ids     map[bundle.StateKind][]uint64 // of which there are values
	txs     map[uint64][]byte             // by seq of the entry
}

type valueAt struct {
	height uint64
	kind   bundle.StateKind
	id     uint64
}

// newTruth tells the story, with the second era that some vectors have.
func newTruth(t testing.TB) *truth {
	s := testutil.NewStory(standing{})
	before, _, _ := s.NextEra()
	tr := &truth{
		Story: s, anchors: map[string]*bundle.Anchor{}, blocks: map[uint64]bundle.Block{}, sets: map[uint64][]bundle.Validator{},
		at: map[verify.Time]uint64{}, values: map[valueAt][]byte{}, holders: map[string]uint64{}, names: map[uint64]string{},
		ids: map[bundle.StateKind][]uint64{}, txs: map[uint64][]byte{},
	}
	for _, a := range []*bundle.Anchor{before, s.Anchor} {
		print := a.Fingerprint()
		tr.anchors[hex.EncodeToString(print[:])] = a
	}
	tr.readBlocks(t)
	tr.readLog(t)
	return tr
}

func (tr *truth) readBlocks(t testing.TB) {
	end := uint64(tr.Height())
	for h := uint64(1); h <= end; h++ {
		b, set, err := tr.Source.Block(context.Background(), h)
		if err != nil { // between the eras
			continue
		}
		tr.heights = append(tr.heights, h)
		tr.blocks[h], tr.sets[h], tr.at[verify.Time(b.Header.Time)] = b, set, h
	}
	var err error
	tr.links, err = tr.Source.Links(context.Background(), 0, end)
	require.NoError(t, err)
}

func (tr *truth) readLog(t testing.TB) {
	for seq := uint64(0); ; seq++ {
		b, err := tr.Source.Entry(context.Background(), seq)
		if err != nil {
			break
		}
		e, err := logtypes.ParseEntry(b)
		require.NoError(t, err)
		tr.raw, tr.entries, tr.leaves = append(tr.raw, b), append(tr.entries, e), append(tr.leaves, format.EntryLeaf(b))
		tr.note(e)
		if k := e.GetValidatorKeyBound(); k != nil {
			tr.holders[string(k.PublicKey)] = k.InstitutionId
		}
		if a := e.GetInstitutionAdmitted(); a != nil {
			tr.names[a.InstitutionId] = a.Name
		}
	}
	require.NotEmpty(t, tr.entries)
}

// note remembers what the state has values of.
func (tr *truth) note(e *logtypes.Entry) {
	add := func(kind bundle.StateKind, id uint64) {
		if !slices.Contains(tr.ids[kind], id) {
			tr.ids[kind] = append(tr.ids[kind], id)
		}
	}
	switch kind, id := e.Subject(); kind {
	case logtypes.SubjectCertificate:
		add(bundle.StateCertificate, id)
	case logtypes.SubjectEvidence:
		add(bundle.StateEvidence, id)
	case logtypes.SubjectKey:
		add(bundle.StateKey, id)
	}
	if r := e.GetRecord(); r != nil {
		add(bundle.StateEnterprise, r.EnterpriseId)
	}
}

// standing is a test that outlives the test that tells the story: the fuzzer forbids
// its own.
type standing struct{}

func (standing) Helper()                      {}
func (standing) Errorf(text string, a ...any) { panic(fmt.Sprintf(text, a...)) }
func (standing) FailNow()                     { panic("the story could not be told") }

// value of the state after a block, as the chain has it; nil if there is none.
func (tr *truth) value(height uint64, kind bundle.StateKind, id uint64) []byte {
	at := valueAt{height, kind, id}
	if v, ok := tr.values[at]; ok {
		return v
	}
	var v []byte
	if s, err := tr.Source.State(context.Background(), height, kind, id); err == nil {
		var p ics23.CommitmentProof
		if p.Unmarshal(s.ValueProof) == nil {
			v = p.GetExist().GetValue()
		}
	}
	tr.values[at] = v
	return v
}

func (tr *truth) certificate(height, id uint64) (s logtypes.CertificateStatus, ok bool) {
	v := tr.value(height, bundle.StateCertificate, id)
	return s, len(v) > 0 && s.Unmarshal(v) == nil
}

func (tr *truth) count(height uint64, kind bundle.StateKind, id uint64) uint64 {
	var c logtypes.Counter
	if c.Unmarshal(tr.value(height, kind, id)) != nil {
		return 0
	}
	return c.Count
}

// kindOf an entry is the number of its body's field, the last one of its bytes.
func kindOf(raw []byte) uint32 {
	kind := uint32(0)
	for len(raw) > 0 {
		n, _, size := protowire.ConsumeField(raw)
		if size < 0 {
			return 0
		}
		kind, raw = uint32(n), raw[size:]
	}
	return kind
}

// chainAt is the chain id of a height by an anchor.
func chainAt(a *bundle.Anchor, height uint64) string {
	id := ""
	for _, e := range a.Eras {
		if e.InitialHeight <= height {
			id = e.ChainID
		}
	}
	return id
}

// custody of the key of a record, as the last binding before it says.
func (tr *truth) custody(seq uint64) uint64 {
	r, found := tr.entries[seq].GetRecord(), uint64(0)
	for _, e := range tr.entries[:seq] {
		if k := e.GetKeyBound(); k != nil && k.KeyId == r.GetKeyId() && k.UserId == r.GetUserId() {
			found = uint64(k.Custody)
		}
	}
	return found
}

// tx is the transaction of an entry; nil if none made it.
func (tr *truth) tx(seq uint64) []byte {
	tx, ok := tr.txs[seq]
	if !ok {
		tx, _ = tr.Source.Tx(context.Background(), tr.entries[seq].TxHash)
		tr.txs[seq] = tx
	}
	return tx
}

// siblings of a record are the other messages of its transaction.
func (tr *truth) siblings(seq uint64) (uint64, []byte) {
	tx := tr.tx(seq)
	if tx == nil {
		return 0, nil
	}
	n := uint64(0)
	_, _, size := protowire.ConsumeTag(tx)
	body, _ := protowire.ConsumeBytes(tx[size:])
	for len(body) > 0 {
		field, _, size := protowire.ConsumeField(body)
		if field == 1 {
			n++
		}
		body = body[size:]
	}
	return n - 1, tx
}

// subjectOf is the kind and the id that a status is about.
func subjectOf(e *logtypes.Entry) (string, uint64) {
	kind, id := e.Subject()
	return map[logtypes.SubjectKind]string{
		logtypes.SubjectCertificate: "certificate", logtypes.SubjectEvidence: "evidence", logtypes.SubjectKey: "key",
	}[kind], id
}

// isItem holds a digest against the bytes that the story has of an item.
func (tr *truth) isItem(seq uint64, p format.Digests, index uint64, label string) bool {
	kept := tr.Evidence[seq]
	return kept != nil && index < uint64(len(kept.Bytes)) && digestOf(kept.Bytes[index]) == p && kept.Items[index].Label == label
}

// areItems says whether the parts of a presented file are the items: what they are
// parts of is the word of whoever took it apart, and parts have no labels.
func (tr *truth) areItems(seq uint64, p verify.Presented, m verify.Match) bool {
	kept := tr.Evidence[seq]
	for i := m.First; i < m.First+m.Items; i++ {
		if kept == nil || i >= uint64(len(kept.Items)) || !tr.isItem(seq, p.Parts[i], i, kept.Items[i].Label) {
			return false
		}
	}
	return m.Items > 0
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
