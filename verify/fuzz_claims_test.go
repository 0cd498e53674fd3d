package verify_test

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// claims holds a verdict against the truth; err is the first claim that is false.
type claims struct {
	*truth
	in  verify.Input
	v   verify.Verdict
	st  *verify.Statement
	err error
}

// falsehood is the first false claim of a verdict; nil if there is none. A statement
// counts whatever the exit: people read it. What a bundle leaves out is no falsehood:
// empty fields claim nothing.
func (tr *truth) falsehood(in verify.Input, v verify.Verdict) error {
	if v.Exit == verify.ExitInternal {
		return fmt.Errorf("internal fault: %s", lines(v))
	}
	if v.Statement == nil {
		b, err := bundle.Parse(in.Bundle)
		nothing := err == nil && len(b.States) == 0 && v.Exit == verify.ExitNothingShown
		if !nothing && (v.Exit == verify.ExitOK || v.Exit == verify.ExitNothingShown) {
			return fmt.Errorf("accepted without a statement")
		}
		return nil
	}
	c := &claims{truth: tr, in: in, v: v, st: v.Statement}
	c.trust()
	if c.err == nil && (c.st.Seq != 0 || c.st.EntryKind != 0) {
		c.subject()
	} else if c.err == nil {
		c.nothingOf("a subject", verify.Statement{})
	}
	if c.err == nil {
		c.statuses()
		c.lists()
		c.signers()
		c.checks()
		c.restsOn()
	}
	return c.err
}

func (c *claims) equal(what string, truth, claim any) {
	if c.err == nil && !reflect.DeepEqual(truth, claim) {
		c.err = fmt.Errorf("%s: true is %v, claimed is %v", what, truth, claim)
	}
}

func (c *claims) holds(what string, ok bool, a ...any) {
	if c.err == nil && !ok {
		c.err = fmt.Errorf(what, a...)
	}
}

// same compares lists; none is like an empty one.
func (c *claims) same(what string, truth, claim []uint64) {
	c.holds("%s: true is %v, claimed is %v", slices.Equal(truth, claim), what, truth, claim)
}

// optional is equal, unless nothing is claimed.
func (c *claims) optional(what string, truth, claim any) {
	if !reflect.ValueOf(claim).IsZero() {
		c.equal(what, truth, claim)
	}
}

func (c *claims) trust() {
	a, err := bundle.ParseAnchor(c.in.Anchor)
	c.holds("anchor: %v", err == nil, err)
	if c.err != nil {
		return
	}
	print := a.Fingerprint()
	c.equal("fingerprint", hexOf(print[:]), c.st.Fingerprint)
	c.holds("an anchor that is not the story's", c.anchors[c.st.Fingerprint] != nil)
	c.equal("log", hexOf(c.Anchor.LogID[:]), c.st.LogID)
	c.holds("time stamps without a verifier", len(c.st.Tokens) == 0)
	if c.v.Exit == verify.ExitOK {
		c.holds("accepted with nothing matched", len(c.in.Presented) > 0 && len(c.st.Matched) == len(c.in.Presented))
	}
}

func (c *claims) subject() {
	st, seq := c.st, c.st.Seq
	c.holds("entry %d is not in the log", seq < uint64(len(c.entries)), seq)
	if c.err != nil {
		return
	}
	e := c.entries[seq]
	c.equal("kind of the entry", kindOf(c.raw[seq]), st.EntryKind)
	c.equal("hash of the entry", hexOf(c.leaves[seq][:]), st.EntryHash)
	c.equal("chain", chainAt(c.anchors[st.Fingerprint], e.Height), st.ChainID)
	c.equal("height", e.Height, st.Height)
	c.equal("transaction", hexOf(e.TxHash), st.TxHash)
	c.equal("block stamp", verify.Time(e.BlockTime), st.BlockStamp)
	proven := c.at[st.ProvenTime]
	c.holds("proven time %d is of no header above block %d", proven > e.Height, st.ProvenTime, e.Height)
	c.holds("block %d is claimed to be proven by header %d", !st.OriginProven || proven == e.Height+1, e.Height, proven)
	if r := e.GetRecord(); r != nil {
		c.record(e, r)
	} else {
		c.nothingOf("a record", verify.Statement{
			Seq: st.Seq, EntryKind: st.EntryKind, EntryHash: st.EntryHash, ChainID: st.ChainID, Height: st.Height, TxHash: st.TxHash,
			BlockStamp: st.BlockStamp, ProvenTime: st.ProvenTime, OriginProven: st.OriginProven,
		})
	}
}

// nothingOf says that the statement has nothing but what is given, and what has no
// subject: a claim about a thing that is not there is false whatever it says.
func (c *claims) nothingOf(what string, st verify.Statement) {
	st.LogID, st.Fingerprint, st.AsOf, st.Statuses, st.Lists = c.st.LogID, c.st.Fingerprint, c.st.AsOf, c.st.Statuses, c.st.Lists
	c.equal("a statement without "+what, st, *c.st)
}

func (c *claims) record(e *logtypes.Entry, r *logtypes.Record) {
	st := c.st
	number, _ := format.EvidenceNumber(e.Seq, e.BlockTime)
	c.equal("number", number, st.Number)
	c.equal("kind of record", uint32(r.Kind), st.RecordKind)
	c.equal("enterprise", r.EnterpriseId, st.EnterpriseID)
	c.equal("place", r.EnterpriseSeq, st.EnterpriseSeq)
	c.equal("category", r.Category, st.Category)
	c.equal("user", r.UserId, st.UserID)
	c.equal("key", r.KeyId, st.KeyID)
	c.equal("commitment", hexOf(r.Commitment), st.Commitment)
	c.optional("custody", c.custody(e.Seq), st.Custody)
	if st.EnterpriseCount != 0 {
		c.equal("records of the enterprise", c.count(c.at[st.AsOf]-1, bundle.StateEnterprise, r.EnterpriseId), st.EnterpriseCount)
	}
	if st.SubmitterSigned {
		siblings, tx := c.siblings(e.Seq)
		c.equal("siblings", siblings, st.Siblings)
		b, err := bundle.Parse(c.in.Bundle)
		c.holds("a signature without the transaction", err == nil && b.Submission != nil)
		if c.err == nil {
			c.equal("transaction", hexOf(tx), hexOf(b.Submission.Tx))
		}
	} else {
		c.equal("siblings", uint64(0), st.Siblings)
	}
	c.enterprise(e, r)
	c.content(e.Seq)
	c.notPresented(e.Seq)
	c.differing(e.Seq)
}

func (c *claims) content(seq uint64) {
	st, kept := c.st, c.Evidence[seq]
	if kept == nil {
		c.holds("content of a record that nobody has", st.Root == "" && st.Items == 0 && !st.Counted && st.Title == "" && len(st.Matched) == 0)
		return
	}
	p := kept.Public
	private, err := format.ParsePrivate(kept.Header.Private)
	c.holds("private part: %v", err == nil, err)
	c.optional("title", private.Title, st.Title)
	if st.Root == "" {
		c.holds("content without a root", st.Items == 0 && st.Count == 0 && st.TotalSize == 0 && st.Recipe == "" && !st.Counted && len(st.Matched) == 0 &&
			st.ItemsShown == 0 && st.ItemsMatched == 0 && st.ClaimedFrom == 0 && st.ClaimedTo == 0)
		return
	}
	c.equal("root", hexOf(p.Root[:]), st.Root)
	c.equal("items", p.Items, st.Items)
	c.equal("count", p.Count(), st.Count)
	c.equal("size", p.TotalSize, st.TotalSize)
	c.equal("recipe", format.RecipeName(p.Recipe, p.HeaderItems), st.Recipe)
	c.equal("claimed period", [2]verify.Time{verify.Time(p.ProducedFrom), verify.Time(p.ProducedTo)}, [2]verify.Time{st.ClaimedFrom, st.ClaimedTo})
	c.holds("more matches than presented", len(st.Matched) <= len(c.in.Presented))
	compared := map[uint64]bool{}
	for i := 0; i < len(st.Matched) && c.err == nil; i++ {
		m := st.Matched[i]
		c.equal("items in all", p.Items, m.Of)
		for n := range min(m.Items, p.Items) {
			compared[m.First+n] = true
		}
		// Several may have that name and those digests of the whole.
		c.holds("%q is not item %d of entry %d (%d items, label %q)", slices.ContainsFunc(c.in.Presented, func(on verify.Presented) bool {
			one := m.Items == 1 && c.isItem(seq, on.Digests, m.First, m.Label) && (on.Label == "" || on.Label == m.Label)
			whole := m.Label == "" && on.Label == "" && on.PartCount == p.Items && on.Digests.Size == p.TotalSize && c.areItems(seq, on, m)
			return presentedAs(on, m) && (one || whole)
		}), m.Name, m.First, seq, m.Items, m.Label)
	}
	c.equal("compared items", uint64(len(compared)), st.ItemsMatched)
	c.holds("counted with %d of %d items", !st.Counted || st.ItemsMatched == p.Items, st.ItemsMatched, p.Items)
	if c.v.Exit == verify.ExitOK || c.v.Exit == verify.ExitNothingShown {
		c.equal("counted", st.ItemsMatched == p.Items, st.Counted)
	}
	c.holds("%d of %d items compared, %d shown", st.ItemsMatched <= st.ItemsShown && st.ItemsShown <= p.Items, st.ItemsMatched, p.Items, st.ItemsShown)
}

// presentedAs says whether a match is of something on the table, by its name and the
// digests of the whole.
func presentedAs(p verify.Presented, m verify.Match) bool {
	return p.Name == m.Name && p.Digests.Size == m.Size && hexOf(p.Digests.SHA256[:]) == m.SHA256 && hexOf(p.Digests.SM3[:]) == m.SM3
}
