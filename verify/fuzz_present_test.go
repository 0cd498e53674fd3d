package verify_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify"
)

// present puts something else on the table.
func (m *mutant) present() {
	other := m.seeds[m.d.n(len(m.seeds))].in.Presented
	if len(other) > 0 && m.d.one(2) {
		m.in.Presented = slices.Clone(other)
		return
	}
	if len(m.in.Presented) == 0 {
		return
	}
	p := &m.in.Presented[m.d.n(len(m.in.Presented))]
	switch m.d.n(5) {
	case 0:
		p.Digests.SHA256[m.d.n(32)] ^= 1
	case 1:
		p.Digests.SM3[m.d.n(32)] ^= 1
	case 2:
		p.Digests.Size = number(m.d, p.Digests.Size)
	case 3:
		p.Label += "x"
	case 4:
		p.PartCount = number(m.d, p.PartCount) % 5
	}
}

// presentParts puts the subject's evidence on the table, taken apart, or something
// that differs from it: a part that is another, one that is missing, one at another
// place, another number of them, another size of the whole.
func (m *mutant) presentParts() {
	kept := m.Evidence[m.b.Subject]
	if kept == nil {
		return
	}
	p := verify.Presented{Name: "parts", Parts: map[uint64]format.Digests{}, PartCount: uint64(len(kept.Bytes))}
	var all []byte
	for i, b := range kept.Bytes {
		p.Parts[uint64(i)] = digestOf(b)
		all = append(all, b...)
	}
	p.Digests = digestOf(all)
	at, other := uint64(m.d.n(len(kept.Bytes))), uint64(m.d.n(len(kept.Bytes)))
	part := p.Parts[at]
	switch m.d.n(8) {
	case 0:
		part.SHA256[m.d.n(32)] ^= 1
		p.Parts[at] = part
	case 1:
		part.SM3[m.d.n(32)] ^= 1
		p.Parts[at] = part
	case 2:
		delete(p.Parts, at)
	case 3:
		p.Parts[at], p.Parts[other] = p.Parts[other], p.Parts[at]
	case 4:
		p.PartCount = number(m.d, p.PartCount) % 8
	case 5:
		p.Digests.Size = number(m.d, p.Digests.Size)
	}
	if m.d.one(2) {
		m.in.Presented = nil
	}
	m.in.Presented = append(slices.Clip(m.in.Presented), p)
}

// someItems shows other items of the evidence, each with its path, or all without.
func (m *mutant) someItems() {
	kept := m.Evidence[m.b.Subject]
	if kept == nil {
		return
	}
	mask := m.d.n(1 << 6)
	m.b.Items = nil
	for i, it := range kept.Items {
		if mask>>(i%6)&1 == 1 {
			it.Path = slices.Clone(it.Path) // the story's is for all
			m.b.Items = append(m.b.Items, it)
		}
	}
	if mask == 0 {
		m.b.Items = kept.All()
	}
}

// policy demands something more, or names who is interested.
func (m *mutant) policy() {
	p := &m.in.Policy
	ids := slices.Sorted(maps.Keys(m.names))
	id := ids[m.d.n(len(ids))]
	name := m.names[id]
	if m.d.one(3) {
		name = fmt.Sprint(id)
	}
	switch m.d.n(5) {
	case 0:
		p.Interested = append(slices.Clip(p.Interested), name)
	case 1:
		p.RequiredInstitutions = append(slices.Clip(p.RequiredInstitutions), name)
	case 2:
		p.MinInstitutions = 1 + m.d.n(6)
	case 3:
		p.MaxStatusAge = uint64(1 + m.d.n(1<<14))
		m.in.Now = m.blocks[m.heights[m.d.n(len(m.heights))]].Header.Time + uint64(m.d.n(1<<14))*1e9
	case 4:
		p.Require = withoutOpening
	}
}

// pin is one more of the user's: of this log, or of another, which must be noticed.
func (m *mutant) pin() {
	size := uint64(1 + m.d.n(len(m.leaves)))
	p := verify.Pin{Size: size, Root: format.TreeRoot(m.leaves[:size])}
	if m.d.one(3) && m.b.Subject != 0 && len(m.in.Policy.Pins) == 0 {
		p.Root[m.d.n(32)] ^= 1
		m.bogus = true
	} else if m.bogus {
		return // which of two pins counts is another question
	}
	m.in.Policy.Pins = append(m.in.Policy.Pins, p)
}
