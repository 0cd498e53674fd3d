package verify_test

import (
	"slices"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// enterprise of a record, as an entry before it certified it.
func (c *claims) enterprise(e *logtypes.Entry, r *logtypes.Record) {
	st := c.st
	if st.EnterpriseEntry == 0 {
		c.holds("a name without an entry", st.EnterpriseName == "" && st.EnterpriseUSCC == "")
		return
	}
	c.holds("entry %d names the enterprise of entry %d", st.EnterpriseEntry < e.Seq, st.EnterpriseEntry, e.Seq)
	if c.err == nil {
		k := c.entries[st.EnterpriseEntry].GetEnterpriseCertified()
		c.equal("enterprise that is named", r.EnterpriseId, k.GetEnterpriseId())
		c.equal("its name and code", [2]string{k.GetName(), k.GetUscc()}, [2]string{st.EnterpriseName, st.EnterpriseUSCC})
	}
}

// shown are the indexes of the items that the bundle shows, of evidence that the
// story has.
func (c *claims) shown(kept *testutil.Deposited) []uint64 {
	b, err := bundle.Parse(c.in.Bundle)
	c.holds("bundle: %v", err == nil, err)
	var out []uint64
	for i := 0; err == nil && i < len(b.Items); i++ {
		if b.Items[i].Index < uint64(len(kept.Items)) {
			out = append(out, b.Items[i].Index)
		}
	}
	return out
}

// notPresented are the labels of what of a directory is shown, and not on the table.
func (c *claims) notPresented(seq uint64) {
	kept := c.Evidence[seq]
	if len(c.st.NotPresented) == 0 || kept == nil {
		c.holds("labels of nobody's evidence", len(c.st.NotPresented) == 0)
		return
	}
	matched := map[uint64]bool{}
	for _, m := range c.st.Matched {
		for n := range m.Items {
			matched[m.First+n] = true
		}
	}
	var labels []string
	for _, i := range c.shown(kept) {
		if !matched[i] && len(labels) < verify.MaxNotPresented {
			labels = append(labels, kept.Items[i].Label)
		}
	}
	c.equal("what was not presented", labels, c.st.NotPresented)
}

// differing are parts of something presented that truly are others than the items of
// their places.
func (c *claims) differing(seq uint64) {
	kept := c.Evidence[seq]
	for _, d := range c.v.Differing {
		c.holds("parts that differ from nobody's evidence", kept != nil)
		c.holds("%q does not differ so", c.err != nil || slices.ContainsFunc(c.in.Presented, func(p verify.Presented) bool {
			return p.Name == d.Name && p.PartCount == kept.Public.Items && slices.Equal(d.Items, c.others(kept, p.Parts, d))
		}), d.Name)
	}
}

// others are the shown items of which neither digest is that of the part, the first of
// them; nil if their number is not the one that is claimed.
func (c *claims) others(kept *testutil.Deposited, parts map[uint64]format.Digests, d verify.Differing) []uint64 {
	var out []uint64
	shown := c.shown(kept)
	for _, i := range shown {
		want, got := digestOf(kept.Bytes[i]), parts[i]
		if want.SHA256 != got.SHA256 && want.SM3 != got.SM3 {
			out = append(out, i)
		}
	}
	if uint64(len(out)) != d.Count || uint64(len(shown)) != d.Of {
		return nil
	}
	return out[:min(len(out), verify.MaxDiffering)]
}
