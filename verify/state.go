package verify

import (
	"sort"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
)

// head is a proven LogHead.
type head struct {
	size, lastHeight uint64
	root             Hash
	stateHeight      uint64
	header           *header // the one above, which commits to it
}

// value is another proven state value: integers by field number, and acc.
type value struct {
	kind   bundle.StateKind
	id     uint64
	u      [6]uint64
	acc    Hash
	height uint64 // of the state
	header *header
}

// stateKey is where a kind of value lies.
func stateKey(kind bundle.StateKind, id uint64) (store string, key []byte, ok bool) {
	switch kind {
	case bundle.StateHead:
		return layout.HeadStore, layout.HeadKey(), id == 0
	case bundle.StateCertificate:
		return layout.LogStore, layout.CertificateStatusKey(id), true
	case bundle.StateEvidence:
		return layout.LogStore, layout.EvidenceStatusKey(id), true
	case bundle.StateKey:
		return layout.LogStore, layout.KeyStatusKey(id), true
	case bundle.StateEnterprise:
		return layout.LogStore, layout.EnterpriseCounterKey(id), true
	case bundle.StateApplications:
		return layout.LogStore, layout.ApplicationCounterKey(), id == 0
	}
	return "", nil, false
}

// loadStates proves each state value to the header above its height.
func (r *run) loadStates() error {
	for i := range r.b.States {
		s := &r.b.States[i]
		h := r.headers[s.Height+1]
		if off("state.height") && h == nil {
			h = r.headers[s.Height]
		}
		store, key, known := stateKey(s.Kind, s.ID)
		if err := first(
			must(h != nil, "state.height", "expected the header of height %d for the state after block %d, got none", s.Height+1, s.Height),
			withExit(ExitUnsupported, must(known, "state.kind", "expected a known kind of state value, got %d with id %d", s.Kind, s.ID)),
		); err != nil || h == nil || !known {
			return err
		}
		b, err := stateValue(s.ValueProof, s.StoreProof, store, key, h.AppHash)
		if err != nil {
			return err
		}
		if err := r.keepValue(s, h, b); err != nil {
			return err
		}
	}
	sort.SliceStable(r.heads, func(i, j int) bool { return r.heads[i].stateHeight < r.heads[j].stateHeight })
	return r.checkStates()
}

// checkStates holds the states against each other: the log only grows, and each value
// comes with the head of its state, which ties it to the rest.
func (r *run) checkStates() error {
	for i := 1; i < len(r.heads); i++ {
		a, b := &r.heads[i-1], &r.heads[i]
		same := b.size == a.size && b.lastHeight == a.lastHeight
		grown := b.size > a.size && b.lastHeight > a.stateHeight
		if err := must(same || grown || a.stateHeight == b.stateHeight, "head.order", "expected the log of height %d to go on after its %d entries of height %d, got %d entries and last height %d",
			b.stateHeight, a.size, a.stateHeight, b.size, b.lastHeight); err != nil {
			return err
		}
	}
	for i := range r.values {
		v := &r.values[i]
		tied := false
		for j := range r.heads {
			tied = tied || r.heads[j].stateHeight == v.height
		}
		if err := must(tied, "state.head", "expected the log's head of height %d beside the value %d of kind %d, got none", v.height, v.id, v.kind); err != nil {
			return err
		}
	}
	return nil
}

// keepValue decodes a proven value: 1 version, then integers; a head has its root in
// field 3, a counter its accumulator.
func (r *run) keepValue(s *bundle.State, h *header, b []byte) error {
	d := format.NewDecoder("state value", b, 256)
	d.Version()
	switch s.Kind {
	case bundle.StateHead:
		n := head{size: d.Uint(2), root: d.Hash(3), lastHeight: d.Uint(4), stateHeight: s.Height, header: h}
		if err := d.Close(); err != nil {
			return err
		}
		r.heads = append(r.heads, n)
		return r.checkHead(&n)
	case bundle.StateEnterprise, bundle.StateApplications:
		v := value{kind: s.Kind, id: s.ID, height: s.Height, header: h}
		v.u[2], v.acc = d.Uint(2), d.Hash(3)
		r.values = append(r.values, v)
		return d.Close()
	}
	v := value{kind: s.Kind, id: s.ID, height: s.Height, header: h}
	for n := uint32(2); n <= map[bundle.StateKind]uint32{bundle.StateCertificate: 5, bundle.StateEvidence: 3, bundle.StateKey: 5}[s.Kind]; n++ {
		v.u[n] = d.Uint(n)
	}
	r.values = append(r.values, v)
	return d.Close()
}

// checkHead holds a head against its header and its era.
func (r *run) checkHead(n *head) error {
	start, end := uint64(0), uint64(1)<<63
	for i := range r.anchor.Eras {
		if e := &r.anchor.Eras[i]; e.InitialHeight <= n.header.Height {
			start = e.LogSize
		} else if e.LogSize < end {
			end = e.LogSize
		}
	}
	for i := range r.in.Policy.Pins {
		p := &r.in.Policy.Pins[i]
		later := n.header.Height > p.Height
		if err := must(p.Height == 0 || p.Time == 0 || later == (n.header.Time > p.Time), "pins.time",
			"expected the header of height %d on the same side of the pinned time %s as of height %d, got time %s", n.header.Height, Time(p.Time), p.Height, Time(n.header.Time)); err != nil {
			return err
		}
		if err := must(p.Height == 0 || n.size == p.Size || later == (n.size > p.Size), "pins.height",
			"expected the header of a log of %d entries on the other side of height %d, where %d were pinned, got height %d", n.size, p.Height, p.Size, n.header.Height); err != nil {
			return err
		}
	}
	return first(
		must(n.lastHeight <= n.stateHeight, "head.last-height", "expected a last height of at most %d, got %d", n.stateHeight, n.lastHeight),
		must(n.size > start && n.size <= end, "era.size", "expected a log of %d to %d entries in the era of height %d, got %d", start+1, end, n.header.Height, n.size),
	)
}

// point is a state of the log that something vouches for.
type point struct {
	size uint64
	root Hash
	what string
}

// checkLine holds all states of the log against each other: heads, the starts of
// eras between them, and the largest pin that the user has below. Each must be the
// beginning of the next.
func (r *run) checkLine() error {
	var line []point
	for _, h := range r.heads {
		line = append(line, point{h.size, h.root, "head"})
	}
	if len(line) == 0 {
		return nil
	}
	least, most := line[0].size, line[0].size
	for _, p := range line {
		least, most = min(least, p.size), max(most, p.size)
	}
	for i := range r.anchor.Eras {
		if e := &r.anchor.Eras[i]; i > 0 && !off("era.start") && (e.LogSize > least && e.LogSize <= most) {
			line = append(line, point{e.LogSize, e.LogRoot, "era"})
		}
	}
	for _, p := range r.linePins() {
		line = append(line, point{p.Size, p.Root, "pin"})
	}
	r.lineErr = first(r.consistent(line), r.consistent(r.laterLine()))
	return r.lineErr
}

// consistent demands that each point is the beginning of the next.
func (r *run) consistent(line []point) error {
	sort.SliceStable(line, func(i, j int) bool { return line[i].size < line[j].size })
	for i := 1; i < len(line); i++ {
		if err := r.checkConsistent(line[i-1], line[i]); err != nil {
			return err
		}
	}
	return nil
}

// laterLine are the pins above the subject with the heads beside the one that it is
// found under: what is said of later must be of the pinned log, too.
func (r *run) laterLine() []point {
	if r.b.Subject == 0 {
		return nil // all pins are in the one line
	}
	var line []point
	for i := range r.in.Policy.Pins {
		if p := &r.in.Policy.Pins[i]; p.Size > r.b.Subject {
			line = append(line, point{p.Size, p.Root, "pin"})
		}
	}
	if len(line) == 0 {
		return nil
	}
	own := uint64(0)
	for i := range r.b.Entries {
		if e, err := parseEntry(r.b.Entries[i].Bytes); err == nil && e.seq == r.b.Subject {
			own = r.b.Entries[i].Size
		}
	}
	others := 0
	for _, h := range r.heads {
		if h.size != own {
			line, others = append(line, point{h.size, h.root, "head"}), others+1
		}
	}
	if others == 0 {
		return nil // the subject's place in the pinned log is demanded elsewhere
	}
	return line
}

func (r *run) checkConsistent(a, b point) error {
	if a.size == b.size {
		return must(a.root == b.root, "consistency.root", "expected root %x of %d entries (%s), got %x (%s)", a.root, a.size, a.what, b.root, b.what)
	}
	if a.size == 0 {
		return nil // every log begins with nothing
	}
	rule, none := "consistency.proof", "consistency.missing"
	if a.what == "era" || b.what == "era" {
		rule, none = "era.start", "era.start"
	}
	pinned := a.what == "pin" || b.what == "pin"
	if pinned {
		rule = "pins.consistency"
	}
	var err error
	for _, c := range r.consistency {
		if c.From == a.size && c.To == b.size {
			if err = format.VerifyConsistency(c.From, c.To, a.root, b.root, c.Hashes); err == nil {
				return nil
			}
		}
	}
	if err != nil {
		return refuse(rule, "from %d entries (%s) to %d (%s): %s", a.size, a.what, b.size, b.what, err)
	}
	if pinned {
		pin := a.size
		if b.what == "pin" {
			pin = b.size
		}
		return noTrust("pins.missing", "expected a consistency proof from %d entries (%s) to %d (%s), got none: inkd trust proof %d NUMBER --bundle FILE, then verify with --proofs", a.size, a.what, b.size, b.what, pin)
	}
	return refuse(none, "expected a consistency proof from %d entries (%s) to %d (%s), got none", a.size, a.what, b.size, b.what)
}

// linePins are the pins that the log must be consistent with: the largest that the
// subject comes after, or all of them where lists are the subject.
func (r *run) linePins() []*Pin {
	var largest *Pin
	var all []*Pin
	for i := range r.in.Policy.Pins {
		p := &r.in.Policy.Pins[i]
		all = append(all, p)
		if p.Size <= r.b.Subject && (largest == nil || p.Size > largest.Size) {
			largest = p
		}
	}
	switch {
	case off("pins.consistency"):
		return nil
	case r.b.Subject == 0:
		return all
	case largest != nil:
		return []*Pin{largest}
	}
	return nil
}

// eraAbove is the first start of an era with more entries than all heads, which thus
// nothing here was held against; nil if there is none, or the user pinned it.
func (r *run) eraAbove() *bundle.Era {
	most := uint64(0)
	for i := range r.heads {
		most = max(most, r.heads[i].size)
	}
	for i := range r.in.Policy.Pins {
		most = max(most, r.in.Policy.Pins[i].Size)
	}
	for i := range r.anchor.Eras {
		if e := &r.anchor.Eras[i]; e.LogSize > most {
			return e
		}
	}
	return nil
}

// checkPins demands the subject's place in each pinned log that is longer.
func (r *run) checkPins() error {
	for i := range r.in.Policy.Pins {
		p := &r.in.Policy.Pins[i]
		for _, h := range r.heads {
			if err := must(h.size != p.Size || h.root == p.Root, "pins.root", "expected the pinned root %x of %d entries, got %x", p.Root, p.Size, h.root); err != nil {
				return err
			}
		}
	}
	s := r.subject
	for i := range r.in.Policy.Pins {
		p := &r.in.Policy.Pins[i]
		if s == nil || p.Size <= s.seq {
			continue
		}
		if err := r.checkPin(p, s); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) checkPin(p *Pin, s *entry) error {
	var err error
	for _, in := range r.inclusions {
		if in.Seq == s.seq && in.Size == p.Size {
			if err = format.VerifyInclusion(p.Root, p.Size, s.seq, s.leaf, in.Path); err == nil {
				return nil
			}
		}
	}
	for _, h := range r.heads { // the pin may be of a head that the bundle has
		if h.size == p.Size && h.root == p.Root && r.proven(s.seq).head.size <= h.size {
			return nil
		}
	}
	if err != nil {
		return refuse("pins.inclusion", "the entry is not in the pinned log of %d entries: %s", p.Size, err)
	}
	return noTrust("pins.missing", "expected a proof that entry %d is in the pinned log of %d entries, got none: inkd trust proof %d NUMBER --bundle FILE, then verify with --proofs", s.seq, p.Size, p.Size)
}
