package verify_test

import (
	"slices"
	"strconv"
	"strings"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// signers are the places of the set that really was at a height, as the verdict
// counts them, and the interested ones are those that the user named.
func (c *claims) signers() {
	for _, s := range c.v.Signers {
		set := c.sets[s.Height]
		c.equal("height of a header", s.Height, c.at[s.Time])
		c.equal("places of the set", len(set), len(s.Institution))
		c.equal("filtered", len(c.in.Policy.Interested) > 0, s.Filtered)
		c.holds("height %d is no link", s.Role != "link" || slices.Contains(c.links, s.Height), s.Height)
		if c.err != nil {
			return
		}
		total, signed, totalRest, signedRest := uint64(0), uint64(0), uint64(0), uint64(0)
		for i, p := range s.Institution {
			c.signer(set[i], p)
			total += p.Power
			if p.Signed {
				signed += p.Power
			}
			if s.Filtered && !p.Interested {
				totalRest += p.Power
				if p.Signed {
					signedRest += p.Power
				}
			}
		}
		c.equal("sums of power", [4]uint64{total, signed, totalRest, signedRest}, [4]uint64{s.Total, s.Signed, s.TotalRest, s.SignedRest})
		c.holds("height %d with %d of %d", 3*signed > 2*total, s.Height, signed, total)
	}
}

func (c *claims) signer(v bundle.Validator, p verify.Signer) {
	id := c.holders[string(v.Key)]
	c.equal("power", v.Power, p.Power)
	c.optional("institution", id, p.ID)
	c.optional("name", c.names[id], p.Name)
	named := p.ID != 0 && c.isNamed(p.ID, c.in.Policy.Interested)
	c.equal("interested, or unmapped", p.ID == 0 || named, p.Interested)
}

// isNamed says whether names have an institution, by its name or by its id.
func (c *claims) isNamed(id uint64, names []string) bool {
	return slices.Contains(names, c.names[id]) || slices.Contains(names, strconv.FormatUint(id, 10))
}

// votes are who signed for a height, as far as anybody has seen: in the chain's
// blocks, or in a good vector.
type votes map[vote]bool

type vote struct {
	height uint64
	key    string
}

func (v votes) add(b *bundle.Block, set []bundle.Validator) {
	for i, s := range b.Commit.Signatures {
		if s.Flag == bundle.FlagCommit && i < len(set) {
			v[vote{b.Header.Height, string(set[i].Key)}] = true
		}
	}
}

// votes that the truth and the seeds have.
func (l *lab) allVotes() votes {
	v := votes{}
	for h, b := range l.blocks {
		v.add(&b, l.sets[h])
	}
	for _, s := range l.seeds {
		b, err := bundle.Parse(s.in.Bundle)
		for i := 0; err == nil && i < len(b.Blocks); i++ {
			v.add(&b.Blocks[i], l.sets[b.Blocks[i].Header.Height])
		}
	}
	return v
}

// falseVote is a vote that the verdict counts and nobody gave: it is in no commit that
// there is, and whoever made the mutant has not the key.
func (m *mutant) falseVote(v verify.Verdict) error {
	if v.Statement == nil {
		return nil
	}
	for _, s := range v.Signers {
		for i, p := range s.Institution {
			key := m.sets[s.Height][i].Key
			if p.Signed && !m.voted[vote{s.Height, string(key)}] && !m.forger.Has(key) {
				return errFalseVote
			}
		}
	}
	return nil
}

// checks are what a verdict says of its own checks: what passed is so, and what is
// accepted lacks nothing that the user demanded.
func (c *claims) checks() {
	accepted := c.v.Exit == verify.ExitOK || c.v.Exit == verify.ExitNothingShown
	passed := map[string]bool{}
	for _, k := range c.v.Checks {
		passed[k.Code] = k.Status == verify.Passed
		c.holds("accepted, and %s is required and %s", !accepted || !k.Required || k.Status == verify.Passed, k.Code, k.Status)
	}
	for _, code := range c.in.Policy.Require {
		c.holds("accepted without %s", !accepted || passed[code] || code == "presented" && len(c.in.Presented) == 0, code)
	}
	c.equal("origin", passed["origin"], c.st.OriginProven)
	c.equal("submission", passed["submission"], c.st.SubmitterSigned)
	c.holds("an opening without content", !passed["opening"] || c.st.Root != "")
	c.holds("items without any", !passed["items"] || c.st.ItemsShown > 0)
	c.holds("presented and not all matched", !passed["presented"] || len(c.st.Matched) == len(c.in.Presented))
	for _, s := range c.st.Statuses {
		c.holds("a certificate without an event", !passed["certificate-status"] || s.Kind != "certificate" || s.Complete)
	}
	if passed["institutions"] {
		c.institutions()
	}
	p := c.in.Policy
	c.holds("accepted without the institutions", !accepted || passed["institutions"] || p.MinInstitutions == 0 && len(p.RequiredInstitutions) == 0)
	c.holds("accepted without the age", !accepted || passed["status-age"] || p.MaxStatusAge == 0)
	if passed["status-age"] && p.MaxStatusAge > 0 {
		c.age(p.MaxStatusAge * 1e9)
	}
}

// institutions are those that the policy demands, under each header that the
// statement rests on.
func (c *claims) institutions() {
	rests := 0
	for _, s := range c.v.Signers {
		if s.Role != "final" && s.Role != "head" {
			continue
		}
		rests++
		signed, required := map[uint64]bool{}, 0
		for _, p := range s.Institution {
			if p.Signed && p.ID != 0 && !signed[p.ID] {
				signed[p.ID] = true
				if c.isNamed(p.ID, c.in.Policy.RequiredInstitutions) {
					required++
				}
			}
		}
		c.holds("%d institutions under height %d", len(signed) >= c.in.Policy.MinInstitutions, len(signed), s.Height)
		c.holds("required institutions under height %d", required >= c.distinct(c.in.Policy.RequiredInstitutions), s.Height)
	}
	c.holds("institutions signed nothing", rests > 0)
}

// distinct is how many institutions the names are of.
func (c *claims) distinct(names []string) int {
	n := 0
	for id := range c.names {
		if c.isNamed(id, names) {
			n++
		}
	}
	return n
}

// age of each status and list is at most so many nanoseconds.
func (c *claims) age(limit uint64) {
	var times []verify.Time
	for _, s := range c.st.Statuses {
		times = append(times, s.AsOf)
	}
	for _, l := range c.st.Lists {
		times = append(times, l.AsOf)
	}
	c.holds("the age of nothing", len(times) > 0 && c.in.Now > 0)
	now := verify.Time(c.in.Now)
	for _, at := range times {
		c.holds("a status of %s is recent at %s", now < at || uint64(now-at) < limit+1e9, at, now)
		c.holds("a status of %s at %s", at <= now+10*60*1e9, at, now)
	}
}

// restsOn are the sentences about what is not proven: each is there where it must be.
func (c *claims) restsOn() {
	said := map[string]bool{}
	for _, s := range c.v.RestsOn {
		said[s.Code] = true
		all := strings.Contains(s.En, "what was presented is of it") || strings.Contains(s.Zh, "所出示文件均即")
		c.holds("all that was presented is of it: %d of %d", !all || len(c.st.Matched) == len(c.in.Presented), len(c.st.Matched), len(c.in.Presented))
	}
	void := false
	for _, s := range c.st.Statuses {
		void = void || s.Kind == "certificate" && (s.State == 5 || s.State == 6)
	}
	st, record := c.st, c.st.RecordKind != 0
	for code, due := range map[string]bool{
		"certificate-void": void, "anchor": true, "pins": len(c.in.Policy.Pins) > 0, "no-pin": !c.abovePins(),
		"no-origin": st.Seq != 0 && !st.OriginProven, "no-submission": record && !st.SubmitterSigned, "siblings": st.Siblings > 0,
		"count-stated": st.Root != "" && !st.Counted, "part": st.ItemsMatched > 0 && st.ItemsMatched < st.Items,
		"as-of": st.AsOf > 0, "no-status": st.AsOf == 0, "list-stamps": len(st.Lists) > 0, "limits": record, "no-era": c.eraAbove(),
	} {
		c.equal("the sentence "+code, due, said[code])
	}
}

// eraAbove says whether the anchor knows of a longer log than all that is proven or
// pinned.
func (c *claims) eraAbove() bool {
	most := uint64(0)
	b, _ := bundle.Parse(c.in.Bundle)
	for i := range b.States {
		var head logtypes.LogHead
		if s := &b.States[i]; s.Kind == bundle.StateHead && head.Unmarshal(c.value(s.Height, s.Kind, 0)) == nil {
			most = max(most, head.Size_)
		}
	}
	for _, p := range c.in.Policy.Pins {
		most = max(most, p.Size)
	}
	a, err := bundle.ParseAnchor(c.in.Anchor)
	return err == nil && slices.ContainsFunc(a.Eras, func(e bundle.Era) bool { return e.LogSize > most })
}

// abovePins says whether all headers lie above a pinned set: then no set that was
// retired before counts.
func (c *claims) abovePins() bool {
	for _, s := range c.v.Signers {
		if !slices.ContainsFunc(c.in.Policy.Pins, func(p verify.Pin) bool { return p.NextValidatorsHash != nil && p.Height < s.Height }) {
			return false
		}
	}
	return len(c.in.Policy.Pins) > 0
}
