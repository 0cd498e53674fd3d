package verify_test

import (
	"reflect"
	"slices"

	ics23 "github.com/cosmos/ics23/go"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// forgeState makes a log in which the bundle's entries stand as they are now, altered
// or not, a state with its head, and a header that commits to it, with new paths and
// values: everything but the votes.
func (m *mutant) forgeState() {
	head := m.someHead()
	if head == nil {
		return
	}
	h, b := m.headOf(head), m.headerOf(head.Height+1)
	if h == nil || b == nil || h.Size_ == 0 || h.Size_ > uint64(len(m.leaves)) {
		return
	}
	if m.d.one(3) {
		m.say(alter(m.d, h, nil))
		h.Size_ = min(max(h.Size_, 1), uint64(len(m.leaves)))
	}
	leaves := m.forgedLeaves(h.Size_)
	root := format.TreeRoot(leaves)
	h.Root = root[:]
	var kvs []testutil.KV
	var at []int
	for i := range m.b.States {
		s := &m.b.States[i]
		if s.Height != head.Height {
			continue
		}
		store, key := prove.StateKey(s.Kind, s.ID)
		value := m.valueOf(s)
		if s == head {
			value, _ = h.Marshal()
		} else if m.d.one(2) {
			value = m.otherValue(s.Kind, value)
		}
		if len(key) > 0 && len(value) > 0 {
			kvs, at = append(kvs, testutil.KV{Store: store, Key: key, Value: value}), append(at, i)
		}
	}
	if len(kvs) == 0 {
		return
	}
	app, proofs := testutil.ForgeState(kvs...)
	whole := m.d.n(4) // or only a part of it, that the rest does not go with
	for n, i := range at {
		m.b.States[i].ValueProof = proofs[n].ValueProof
		if whole > 0 {
			m.b.States[i].StoreProof = proofs[n].StoreProof
		}
	}
	m.repath(h.Size_, leaves)
	if whole > 1 {
		b.Header.AppHash = app
		m.settle(b)
	}
}

func (m *mutant) someHead() *bundle.State {
	var heads []*bundle.State
	for i := range m.b.States {
		if m.b.States[i].Kind == bundle.StateHead {
			heads = append(heads, &m.b.States[i])
		}
	}
	if len(heads) == 0 {
		return nil
	}
	return heads[m.d.n(len(heads))]
}

func (m *mutant) valueOf(s *bundle.State) []byte {
	var p ics23.CommitmentProof
	if p.Unmarshal(s.ValueProof) != nil {
		return nil
	}
	return p.GetExist().GetValue()
}

func (m *mutant) headOf(s *bundle.State) *logtypes.LogHead {
	var h logtypes.LogHead
	if h.Unmarshal(m.valueOf(s)) != nil {
		return nil
	}
	return &h
}

func (m *mutant) headerOf(height uint64) *bundle.Block {
	for i := range m.b.Blocks {
		if m.b.Blocks[i].Header.Height == height {
			return &m.b.Blocks[i]
		}
	}
	return nil
}

// otherValue is a value of a kind with a field altered.
func (m *mutant) otherValue(kind bundle.StateKind, b []byte) []byte {
	var v interface {
		Marshal() ([]byte, error)
		Unmarshal([]byte) error
	}
	switch kind {
	case bundle.StateHead:
		v = &logtypes.LogHead{}
	case bundle.StateCertificate:
		v = &logtypes.CertificateStatus{}
	case bundle.StateEvidence:
		v = &logtypes.EvidenceStatus{}
	case bundle.StateKey:
		v = &logtypes.KeyStatus{}
	default:
		v = &logtypes.Counter{}
	}
	if v.Unmarshal(b) != nil {
		return b
	}
	m.say(alter(m.d, v, nil))
	if changed, err := v.Marshal(); err == nil {
		return changed
	}
	return b
}

// forgedLeaves are the log's, but for those of the bundle's entries as they are now.
func (m *mutant) forgedLeaves(size uint64) []format.Hash {
	leaves := slices.Clone(m.leaves[:size])
	put := func(b []byte) {
		var e logtypes.Entry
		if e.Unmarshal(b) == nil && e.Seq < size {
			leaves[e.Seq] = format.EntryLeaf(b)
		}
	}
	for _, e := range m.b.Entries {
		put(e.Bytes)
	}
	for _, l := range m.b.Lists {
		for _, b := range l.Entries {
			put(b)
		}
	}
	return leaves
}

// repath gives the entries under a size their paths in a log.
func (m *mutant) repath(size uint64, leaves []format.Hash) {
	for i := range m.b.Entries {
		e := &m.b.Entries[i]
		var parsed logtypes.Entry
		if e.Size == size && parsed.Unmarshal(e.Bytes) == nil && parsed.Seq < size {
			e.Path, _ = format.InclusionProof(leaves, parsed.Seq)
		}
	}
	for i := range m.b.Lists {
		l := &m.b.Lists[i]
		var last logtypes.Entry
		if n := len(l.Entries); n > 0 && l.Size == size && last.Unmarshal(l.Entries[n-1]) == nil && last.Seq < size {
			l.Path, _ = format.InclusionProof(leaves, last.Seq)
		}
	}
}

// rightPaths are those of the true log for the sizes that the entries name, or for
// that of a head, with the consistency proofs between all heads.
func (m *mutant) rightPaths() {
	if head := m.someHead(); head != nil && m.d.one(2) {
		if h := m.headOf(head); h != nil {
			for i := range m.b.Entries {
				m.b.Entries[i].Size = h.Size_
			}
		}
	}
	var sizes []uint64
	for i := range m.b.States {
		if h := m.headOf(&m.b.States[i]); m.b.States[i].Kind == bundle.StateHead && h != nil && h.Size_ > 0 && h.Size_ <= uint64(len(m.leaves)) {
			sizes = append(sizes, h.Size_)
		}
	}
	for _, p := range m.in.Policy.Pins {
		if p.Size <= uint64(len(m.leaves)) {
			sizes = append(sizes, p.Size)
			if path, err := format.InclusionProof(m.leaves[:p.Size], m.b.Subject); err == nil {
				m.b.Proofs.Inclusions = append(m.b.Proofs.Inclusions, bundle.Inclusion{Seq: m.b.Subject, Size: p.Size, Path: path})
			}
		}
	}
	slices.Sort(sizes)
	for i := 1; i < len(sizes); i++ {
		if hashes, err := format.ConsistencyProof(m.leaves[:sizes[i]], sizes[i-1]); err == nil {
			m.b.Proofs.Consistency = append(m.b.Proofs.Consistency, bundle.Consistency{From: sizes[i-1], To: sizes[i], Hashes: hashes})
		}
	}
	for _, size := range slices.Compact(sizes) {
		m.repath(size, m.leaves[:size])
	}
}

// closeList proves the last entry that a list now has by its true path.
func (m *mutant) closeList() {
	if len(m.b.Lists) == 0 {
		return
	}
	l := &m.b.Lists[m.d.n(len(m.b.Lists))]
	if head := m.someHead(); head != nil && m.d.one(2) {
		if h := m.headOf(head); h != nil {
			l.Size = h.Size_
		}
	}
	switch m.d.n(4) {
	case 0:
		l.To = number(m.d, l.To)
	case 1:
		l.From = number(m.d, l.From)
	}
	if l.Size <= uint64(len(m.leaves)) {
		m.repath(l.Size, m.leaves[:l.Size])
	}
}

// genuineBlock adds the block of another height, with its set.
func (m *mutant) genuineBlock() { m.addBlock(m.heights[m.d.n(len(m.heights))]) }

func (m *mutant) addBlock(height uint64) {
	b, ok := m.blocks[height]
	if !ok {
		return
	}
	again, err := bundle.ParseBlock(b.Message()) // a copy
	if err != nil {
		return
	}
	m.b.Blocks = slices.DeleteFunc(m.b.Blocks, func(b bundle.Block) bool { return b.Header.Height == height })
	m.b.Blocks = append(m.b.Blocks, again)
	m.b.Sets = append(m.b.Sets, slices.Clone(m.sets[height]))
	m.sortBlocks()
}

func (m *mutant) sortBlocks() {
	slices.SortStableFunc(m.b.Blocks, func(a, b bundle.Block) int {
		switch {
		case a.Header.Height < b.Header.Height:
			return -1
		case a.Header.Height > b.Header.Height:
			return 1
		}
		return 0
	})
}

// addLinks adds what leads to the highest block.
func (m *mutant) addLinks() {
	m.sortBlocks()
	if n := len(m.b.Blocks); n > 0 {
		upto := m.b.Blocks[n-1].Header.Height
		for _, h := range m.links {
			if h < upto && m.headerOf(h) == nil {
				m.addBlock(h)
			}
		}
	}
}

// genuineState adds a value of another height, or of another id, or lets it stand for
// one that is there, or is given out as it; the header above comes with it.
func (m *mutant) genuineState() {
	kind, id, height := bundle.StateKind(1+m.d.n(6)), uint64(0), m.heights[m.d.n(len(m.heights))]
	var there *bundle.State
	if len(m.b.States) > 0 {
		there = &m.b.States[m.d.n(len(m.b.States))]
		kind, id = there.Kind, there.ID
		if m.d.one(2) {
			height = there.Height
		}
	}
	renamed := there != nil && m.d.one(3)
	if renamed {
		height = there.Height
	} else if m.d.one(4) {
		kind = bundle.StateKind(1 + m.d.n(6))
	}
	if ids := m.ids[kind]; len(ids) > 0 && (renamed || m.d.one(2)) {
		id = ids[m.d.n(len(ids))]
	}
	s, err := m.Source.State(m.ctx(), height, kind, id)
	if err != nil {
		return
	}
	switch {
	case renamed:
		there.ValueProof, there.StoreProof = s.ValueProof, s.StoreProof
	case there != nil && m.d.one(2):
		*there = s
	default:
		m.b.States = append(m.b.States, s)
	}
	m.addBlock(height + 1)
	m.addLinks()
	if m.d.one(2) {
		m.rightPaths()
	}
}

// genuineEntry adds an entry of the log under one of the bundle's heads, as the
// subject or beside it.
func (m *mutant) genuineEntry() {
	head := m.someHead()
	if head == nil {
		return
	}
	h := m.headOf(head)
	if h == nil || h.Size_ == 0 || h.Size_ > uint64(len(m.leaves)) {
		return
	}
	seq := uint64(m.d.n(int(h.Size_)))
	path, err := format.InclusionProof(m.leaves[:h.Size_], seq)
	if err != nil {
		return
	}
	m.b.Entries = append(m.b.Entries, bundle.Entry{Bytes: m.raw[seq], Size: h.Size_, Path: path})
	m.sortEntries()
	if m.d.one(3) {
		m.b.Subject = seq
	}
}

// merge adds to the bundle what another one proves: both may be right, and together
// say what neither does.
func (m *mutant) merge() {
	o := m.other()
	for _, b := range o.Blocks {
		if m.headerOf(b.Header.Height) == nil {
			m.b.Blocks = append(m.b.Blocks, b)
		}
	}
	m.sortBlocks()
	m.b.Sets = append(m.b.Sets, o.Sets...)
	for _, s := range o.States {
		if !slices.ContainsFunc(m.b.States, func(t bundle.State) bool { return s.Height == t.Height && s.Kind == t.Kind && s.ID == t.ID }) {
			m.b.States = append(m.b.States, s)
		}
	}
	for _, e := range o.Entries {
		if !slices.ContainsFunc(m.b.Entries, func(f bundle.Entry) bool { return seqOf(e.Bytes) == seqOf(f.Bytes) }) {
			m.b.Entries = append(m.b.Entries, e)
		}
	}
	m.sortEntries()
	m.b.Lists = append(m.b.Lists, o.Lists...)
	m.addLinks()
	m.rightPaths()
}

func seqOf(entry []byte) uint64 {
	var e logtypes.Entry
	_ = e.Unmarshal(entry)
	return e.Seq
}

func (m *mutant) sortEntries() {
	slices.SortStableFunc(m.b.Entries, func(a, b bundle.Entry) int { return int(seqOf(a.Bytes)) - int(seqOf(b.Bytes)) })
}

// partOfAnother takes one whole part of another bundle.
func (m *mutant) partOfAnother() {
	mine, theirs := reflect.ValueOf(m.b).Elem(), reflect.ValueOf(m.other()).Elem()
	i := m.d.n(mine.NumField())
	mine.Field(i).Set(theirs.Field(i))
	m.say(mine.Type().Field(i).Name)
}
