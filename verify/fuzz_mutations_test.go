package verify_test

import (
	"bytes"
	"errors"
	"slices"

	ics23 "github.com/cosmos/ics23/go"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

var (
	errBogusPin  = errors.New("accepted against a pin of another log")
	errFalseVote = errors.New("a vote counts that nobody gave")
)

// mutation is one thing to do to a bundle. Those that forge only are of use with one
// that signs; those that mend make the rest consistent, so that a verifier can refuse
// only for what is wrong.
type mutation struct {
	name string
	do   func(*mutant)
}

// mutations are those that a bundle gives occasion for; some stand there more often.
func (m *mutant) mutations() []mutation {
	all := []mutation{
		{"alter", (*mutant).alter}, {"alter", (*mutant).alter}, {"alter", (*mutant).alter}, {"alter", (*mutant).alter},
		{"alter the header", (*mutant).alterHeader}, {"alter the proof", (*mutant).alterProof},
		{"resign", (*mutant).resign}, {"keep signatures", (*mutant).keepSignatures},
		{"strangers", (*mutant).useStrangers}, {"former set", (*mutant).formerSet},
		{"forge the state", (*mutant).forgeState}, {"forge the state", (*mutant).forgeState},
		{"genuine block", (*mutant).genuineBlock}, {"genuine state", (*mutant).genuineState}, {"genuine state", (*mutant).genuineState},
		{"genuine entry", (*mutant).genuineEntry}, {"all links", (*mutant).addLinks}, {"right paths", (*mutant).rightPaths},
		{"present", (*mutant).present}, {"pin", (*mutant).pin}, {"policy", (*mutant).policy}, {"part of another", (*mutant).partOfAnother},
		{"merge", (*mutant).merge},
	}
	if m.Evidence[m.b.Subject] != nil {
		all = append(all, mutation{"some items", (*mutant).someItems}, mutation{"present parts", (*mutant).presentParts})
	}
	if len(m.b.Entries) > 0 {
		all = append(all, mutation{"alter the entry", (*mutant).alterEntry}, mutation{"alter the entry", (*mutant).alterEntry},
			mutation{"other submission", (*mutant).otherSubmission}, mutation{"other content", (*mutant).otherContent})
	}
	if len(m.b.Lists) > 0 {
		for range 4 {
			all = append(all, mutation{"alter the list", (*mutant).alterList}, mutation{"close the list", (*mutant).closeList})
		}
	}
	return all
}

// alter changes anything in the bundle.
func (m *mutant) alter() { m.say(alter(m.d, m.b, m.other())) }

// block is one of the bundle's, nil if it has none.
func (m *mutant) block() *bundle.Block {
	if len(m.b.Blocks) == 0 {
		return nil
	}
	return &m.b.Blocks[m.d.n(len(m.b.Blocks))]
}

// alterHeader changes a field of a header and signs it again, or leaves the old votes.
func (m *mutant) alterHeader() {
	b := m.block()
	if b == nil {
		return
	}
	other := m.heights[m.d.n(len(m.heights))]
	h := m.blocks[other].Header
	m.say(alter(m.d, &b.Header, &h))
	m.settle(b)
}

// settle lets a changed header have a commit, in one of three ways.
func (m *mutant) settle(b *bundle.Block) {
	switch m.d.n(3) {
	case 0:
		m.signed(b)
	case 1:
		b.Commit.BlockID.Hash = blocks.HeaderHash(b.Header)
	}
}

// resign lets the leaked keys sign a block, as it is now.
func (m *mutant) resign() {
	if b := m.block(); b != nil {
		m.signed(b)
	}
}

// signed is a commit by all leaked keys of the set that the header names; the others
// are absent, or keep the votes that they gave for something else.
func (m *mutant) signed(b *bundle.Block) {
	if b.Header.Height <= m.seed.above {
		return // there these keys are worth more
	}
	set, old := m.setOf(b.Header.ValidatorsHash), b.Commit.Signatures
	if set == nil {
		return
	}
	round := b.Commit.Round
	if round > 1<<30 {
		b.Commit.Round = 0
	}
	m.forger.Resign(b, set, func(int) bool { return true })
	for i := range b.Commit.Signatures {
		if s := &b.Commit.Signatures[i]; s.Flag == bundle.FlagAbsent && i < len(old) && m.d.one(2) {
			*s = old[i]
		}
	}
	m.say("signed by a minority")
}

// setOf is the set of a hash: the bundle's, the anchor's, the strangers' or any that
// the chain had.
func (m *mutant) setOf(hash []byte) []bundle.Validator {
	all := append([][]bundle.Validator{m.strangers}, m.b.Sets...)
	for _, h := range m.heights {
		all = append(all, m.sets[h])
	}
	for _, set := range all {
		if got, err := blocks.SetHash(set); err == nil && len(set) > 0 && bytes.Equal(got, hash) {
			return set
		}
	}
	return nil
}

// keepSignatures names the changed header in the commit, and keeps the votes.
func (m *mutant) keepSignatures() {
	if b := m.block(); b != nil {
		b.Commit.BlockID.Hash = blocks.HeaderHash(b.Header)
	}
}

// useStrangers gives a block to a set that nobody appointed, which signs it.
func (m *mutant) useStrangers() {
	b := m.block()
	if b == nil {
		return
	}
	hash, _ := blocks.SetHash(m.strangers)
	m.b.Sets = append(m.b.Sets, slices.Clone(m.strangers))
	b.Header.ValidatorsHash, b.Header.NextValidatorsHash = hash, hash
	b.Header.Time += uint64(m.d.n(1<<12)) * 1e9
	m.signed(b)
}

// formerSet gives a block to a set that the chain has at another height.
func (m *mutant) formerSet() {
	b := m.block()
	if b == nil {
		return
	}
	set := slices.Clone(m.sets[m.heights[m.d.n(len(m.heights))]])
	hash, _ := blocks.SetHash(set)
	m.b.Sets = append(m.b.Sets, set)
	b.Header.ValidatorsHash = hash
	if m.d.one(2) {
		b.Header.NextValidatorsHash = hash
	}
	m.settle(b)
}

// alterEntry changes a field of an entry and writes it in canonical form.
func (m *mutant) alterEntry() {
	if len(m.b.Entries) > 0 {
		e := &m.b.Entries[m.d.n(len(m.b.Entries))]
		e.Bytes = m.otherEntry(e.Bytes)
	}
}

func (m *mutant) otherEntry(b []byte) []byte {
	var e, donor logtypes.Entry
	if e.Unmarshal(b) != nil || donor.Unmarshal(m.raw[m.d.n(len(m.raw))]) != nil {
		return b
	}
	m.say(alter(m.d, &e, &donor))
	changed, err := e.Marshal()
	if err != nil {
		return b
	}
	return changed
}

// alterList changes an entry of a list, or which there are.
func (m *mutant) alterList() {
	if len(m.b.Lists) == 0 {
		return
	}
	l := &m.b.Lists[m.d.n(len(m.b.Lists))]
	switch n := len(l.Entries); {
	case n > 0 && m.d.one(2):
		at := m.d.n(n)
		if m.d.one(3) {
			at = n - 1 // only what closes the list knows it
		}
		l.Entries[at] = m.otherEntry(l.Entries[at])
	case n > 1 && m.d.one(2):
		if m.d.one(2) {
			l.Entries = l.Entries[1:]
		} else {
			l.Entries = l.Entries[:n-1]
		}
	default:
		m.say(alter(m.d, l, nil))
	}
}

// alterProof changes an ICS-23 proof inside its encoding.
func (m *mutant) alterProof() {
	if len(m.b.States) == 0 {
		return
	}
	s := &m.b.States[m.d.n(len(m.b.States))]
	at := &s.ValueProof
	if m.d.one(2) {
		at = &s.StoreProof
	}
	var p ics23.CommitmentProof
	if p.Unmarshal(*at) != nil || p.GetExist() == nil {
		return
	}
	m.say(alter(m.d, p.GetExist(), nil))
	if b, err := p.Marshal(); err == nil {
		*at = b
	}
}

// otherSubmission shows the transaction of another record.
func (m *mutant) otherSubmission() {
	seq := uint64(m.d.n(len(m.entries)))
	if tx := m.tx(seq); tx != nil {
		m.b.Submission = &bundle.Submission{Tx: tx, AccountNumber: m.entries[seq].GetRecord().GetKeyId()}
	}
}

// otherContent shows the content of another record, or more items than there are.
func (m *mutant) otherContent() {
	o := m.other()
	if m.d.one(2) {
		m.b.Items = o.Items
	}
	if m.d.one(2) || m.b.Content == nil {
		m.b.Content = o.Content
		return
	}
	p, err := format.ParsePublic(m.b.Content.Public)
	if err != nil {
		return
	}
	m.say(alter(m.d, &p, nil))
	if b, err := p.Bytes(); err == nil {
		m.b.Content.Public = b
	}
}
