// Package verify tells from a bundle, the user's anchor and what is presented what
// is proven, and what that rests on. It reads no file, asks no clock and believes
// nothing for standing in the bundle: log, eras, first validators, algorithms,
// stores and keys come from the anchor or from here. The bytes and the rules are
// specified in docs/spec/bundle.md.
package verify

import (
	"encoding/hex"
	"fmt"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// run is one verification.
type run struct {
	in     Input
	anchor *bundle.Anchor
	b      *bundle.Bundle
	v      Verdict

	sets        map[string]*validatorSet
	headers     map[uint64]*header
	heads       []head // ascending by height of state
	values      []value
	entries     []*proven
	lineErr     error // of checkLine
	bySeq       map[uint64]*proven
	events      map[string][]*proven // by subject
	inclusions  []bundle.Inclusion   // of the bundle and of separate files
	consistency []bundle.Consistency
	keys        map[string]uint64 // consensus key → institution
	names       map[uint64]string // institution → name

	matched map[uint64]bool // items that something presented is
	subject *entry
	public  *format.Public
	st      Statement
}

// proven is an entry with the head it was found under.
type proven struct {
	*entry
	head *head
}

// Verify makes all checks that the bundle gives occasion for. It never panics over
// a bundle and never returns a statement when one of its checks failed.
func Verify(in Input) (v Verdict) {
	defer func() {
		if p := recover(); p != nil {
			v = Verdict{Exit: ExitInternal, Checks: []Check{{
				Code: "internal", Status: Failed, Required: true, Exit: ExitInternal,
				Zh: "内部错误", En: fmt.Sprintf("internal fault: %v", p),
			}}}
		}
	}()
	r := &run{in: in, matched: map[uint64]bool{}, bySeq: map[uint64]*proven{}, events: map[string][]*proven{}, sets: map[string]*validatorSet{}, headers: map[uint64]*header{}, keys: map[string]uint64{}, names: map[uint64]string{}}
	if r.parse() && r.prove() {
		r.tell()
	}
	r.v.Exit = r.exit()
	sound := true
	for _, c := range r.v.Checks {
		// What was presented and is another thing does not touch what is proven.
		sound = sound && c.Exit != ExitTrust && (c.Status != Failed || c.Exit == ExitNotFound)
	}
	if sound && r.b != nil && len(r.heads) > 0 {
		r.v.Statement = &r.st
		r.restsOn()
	}
	return r.v
}

// parse reads what was given.
func (r *run) parse() bool {
	var err error
	if r.b, err = bundle.Parse(r.in.Bundle); !r.judge("format", readable(r.in.Bundle, err)) {
		return false
	}
	r.anchor, err = bundle.ParseAnchor(r.in.Anchor)
	err = readable(r.in.Anchor, err)
	if err == nil {
		err = must(r.b.LogID == r.anchor.LogID, "log.id", "expected log %x of the anchor, got %x", r.anchor.LogID, r.b.LogID)
	}
	if !r.judge("log", withExit(ExitTrust, err)) {
		return false
	}
	r.inclusions, r.consistency = r.b.Proofs.Inclusions, r.b.Proofs.Consistency
	for _, file := range r.in.Proofs {
		p, err := bundle.ParseProofs(file)
		if err == nil {
			err = withExit(ExitTrust, must(p.LogID == r.b.LogID, "proofs.log-id", "expected proofs of log %x, got of %x", r.b.LogID, p.LogID))
		}
		if err != nil {
			return r.judge("proofs", readable(file, err))
		}
		r.inclusions = append(r.inclusions, p.Inclusions...)
		r.consistency = append(r.consistency, p.Consistency...)
	}
	r.st.LogID = hex.EncodeToString(r.b.LogID[:])
	print := r.anchor.Fingerprint()
	r.st.Fingerprint = hex.EncodeToString(print[:])
	return true
}

// prove goes from the anchor to the entries. Each step needs the one before.
func (r *run) prove() bool {
	steps := []struct {
		code string
		f    func() error
	}{
		{"authority", func() error {
			if err := r.loadSets(); err != nil {
				return err
			}
			return r.walk()
		}},
		{"state", r.loadStates},
		{"consistency", r.checkLine},
		{"inclusion", r.loadEntries},
		{"pins", r.checkPins},
		{"keys", r.mapKeys},
	}
	for _, s := range steps {
		// A pin that the log could not be held against agrees with nothing.
		if s.code == "pins" && (len(r.in.Policy.Pins) == 0 || r.lineErr != nil) {
			continue
		}
		if !r.judge(s.code, s.f()) && r.v.Checks[len(r.v.Checks)-1].Status == Failed {
			return false
		}
	}
	return true
}

// tell judges what the proven entries say.
func (r *run) tell() {
	if r.subject != nil {
		r.judge("origin", r.checkOrigin())
		r.describe()
		if r.subject.kind == kindRecord {
			r.judge("submission", r.checkSubmission())
			r.judge("opening", r.checkOpening())
		}
		if r.public != nil {
			r.judge("items", r.checkItems())
		}
	}
	if len(r.in.Presented) > 0 && r.judge("presented", r.checkPresented()) {
		r.sayPart()
	}
	r.judgeStatuses()
	if len(r.b.Lists) > 0 {
		r.judge("lists", r.checkLists())
	}
	r.judgeWitnesses()
	r.judgeFilter()
	r.judgeRest()
}

// loadEntries finds each entry under a proven head.
func (r *run) loadEntries() error {
	for i := range r.b.Entries {
		p := &r.b.Entries[i]
		e, err := parseEntry(p.Bytes)
		if err != nil {
			return err
		}
		if n := len(r.entries); n > 0 {
			if err := must(e.seq > r.entries[n-1].seq, "entries.order", "expected an entry above %d, got %d", r.entries[n-1].seq, e.seq); err != nil {
				return err
			}
		}
		h, err := r.include(e, p.Size, p.Path)
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.seq, err)
		}
		found := &proven{e, h}
		r.entries, r.bySeq[e.seq] = append(r.entries, found), found
		if kind, id := e.subject(); kind != "" {
			r.events[subjectName(kind, id)] = append(r.events[subjectName(kind, id)], found)
		}
		if r.b.Subject != 0 && e.seq == r.b.Subject {
			r.subject = e
		}
	}
	if err := r.checkOrder(); err != nil {
		return err
	}
	return must(r.b.Subject == 0 || r.subject != nil, "entries.subject", "expected entry %d, which the bundle is about, got none", r.b.Subject)
}

// checkOrder holds each entry against every head: who has it comes after it, who has
// it not comes before.
func (r *run) checkOrder() error {
	for _, p := range r.entries {
		for i := range r.heads {
			h := &r.heads[i]
			has := h.size > p.seq
			if err := first(
				must(has == (p.height <= h.lastHeight), "entry.height", "expected entry %d of height %d on its side of the head of %d entries, got last height %d", p.seq, p.height, h.size, h.lastHeight),
				must(!has || p.blockTime < h.header.Time, "entry.time", "expected a block stamp of entry %d before %s, got %s", p.seq, Time(h.header.Time), Time(p.blockTime)),
			); err != nil {
				return err
			}
		}
	}
	return nil
}

// include checks that an entry stands in the log of a proven head, the earliest one
// of that size.
func (r *run) include(e *entry, size uint64, path []Hash) (*head, error) {
	for i := range r.heads {
		h := &r.heads[i]
		if h.size != size && !off("inclusion.head") {
			continue
		}
		err := format.VerifyInclusion(h.root, size, e.seq, e.leaf, path)
		return h, first(
			must(err == nil || h.size != size, "inclusion.path", "%v", err),
			must(e.height <= h.lastHeight, "entry.height", "expected a height of at most %d, got %d", h.lastHeight, e.height),
			must(e.blockTime < h.header.Time, "entry.time", "expected a block stamp before %s, got %s", Time(h.header.Time), Time(e.blockTime)),
		)
	}
	return nil, &ruleError{"inclusion.head", told("inclusion.head", "expected a proven head of %d entries, got none", []any{size})}
}

// checkOrigin holds the subject against the head that its own block left.
func (r *run) checkOrigin() error {
	s := r.proven(r.subject.seq)
	era := r.eraOf(s.height)
	r.st.ProvenTime = Time(s.head.header.Time)
	for i := range r.heads { // all heads are one log: the earliest that is long enough
		if h := &r.heads[i]; h.size > s.seq {
			r.st.ProvenTime = min(r.st.ProvenTime, Time(h.header.Time))
		}
	}
	if s.head.lastHeight != s.height || s.head.stateHeight != s.height {
		return missing("origin.height", "height and block of the entry are the word of the validators of height %d: the bundle has no proof from block %d", s.head.header.Height, s.height+1)
	}
	if err := must(era != nil && s.seq >= era.LogSize && era == r.eraOf(s.head.header.Height), "origin.era",
		"expected an entry of the era of height %d, got entry %d of height %d", s.head.header.Height, s.seq, s.height); err != nil {
		return err
	}
	r.st.OriginProven = true
	return nil
}

func (r *run) proven(seq uint64) *proven { return r.bySeq[seq] }

// describe fills the statement with what the subject says of itself.
func (r *run) describe() {
	s := r.subject
	r.st.Seq, r.st.EntryKind, r.st.EntryHash = s.seq, s.kind, hex.EncodeToString(s.leaf[:])
	r.st.Height, r.st.BlockStamp = s.height, Time(s.blockTime)
	r.st.TxHash = hex.EncodeToString(s.txHash)
	if era := r.eraOf(s.height); era != nil {
		r.st.ChainID = era.ChainID
	}
	if s.kind != kindRecord {
		return
	}
	r.st.Number, _ = format.EvidenceNumber(s.seq, s.blockTime)
	r.st.RecordKind, r.st.EnterpriseID, r.st.EnterpriseSeq = uint32(s.u[1]), s.u[2], s.u[3]
	r.st.Category, r.st.UserID, r.st.KeyID = uint32(s.u[5]), s.u[6], s.u[7]
	r.st.Commitment = hex.EncodeToString(s.b[8])
	r.nameEnterprise(s)
}
