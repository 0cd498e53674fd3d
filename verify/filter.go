package verify

import (
	"fmt"
	"sort"
	"strconv"

	"github.com/inkchain/inkd/verify/bundle"
)

func keyName(k bundle.PublicKey) string { return strconv.Itoa(int(k.Type)) + ":" + string(k.Key) }

// mapKeys learns whose the consensus keys are: from the anchor, and from proven
// entries. A key belongs to one institution for ever.
func (r *run) mapKeys() error {
	bind := func(k bundle.PublicKey, institution uint64) error {
		had, known := r.keys[keyName(k)]
		r.keys[keyName(k)] = institution
		return must(!known || had == institution, "keys.conflict", "expected key %x of institution %d only, got it of %d too", k.Key, had, institution)
	}
	for _, i := range r.anchor.Institutions {
		r.names[i.ID] = i.Name
		for _, k := range i.Keys {
			if err := bind(k, i.ID); err != nil {
				return withExit(ExitTrust, err)
			}
		}
	}
	for _, p := range r.entries {
		switch p.kind {
		case kindAdmitted:
			if had, known := r.names[p.u[1]]; known && had != string(p.b[2]) {
				return refuse("keys.name", "expected institution %d to be %q, got %q", p.u[1], had, p.b[2])
			}
			r.names[p.u[1]] = string(p.b[2])
		case kindValidatorKey:
			if err := bind(bundle.PublicKey{Type: uint32(p.u[2]), Key: p.b[3]}, p.u[1]); err != nil {
				return err
			}
		}
	}
	for _, height := range r.heights() {
		for _, v := range r.headers[height].set.members {
			if _, known := r.keys[keyName(v.PublicKey)]; !known {
				return missing("keys.unmapped", "whose key %x is, neither the anchor nor a proven entry says: it counts as interested", address(v.PublicKey))
			}
		}
	}
	return nil
}

// judgeFilter counts who signed, with and without the interested parties, and holds
// it against the policy.
func (r *run) judgeFilter() {
	policy := &r.in.Policy
	interested, err := r.institutions(policy.Interested)
	if len(policy.Interested) > 0 {
		r.judge("filter", withExit(ExitUsage, err))
	}
	for _, height := range r.heights() {
		h := r.headers[height]
		// Whoever is not known cannot be left out: then nothing is counted without anybody.
		s := r.signers(h, interested, len(policy.Interested) > 0 && err == nil)
		r.v.Signers = append(r.v.Signers, s)
	}
	if policy.MinInstitutions > 0 || len(policy.RequiredInstitutions) > 0 {
		var err error
		if len(r.heads) == 0 {
			err = missing("institutions.none", "the bundle proves nothing that institutions could have signed")
		}
		for i := range r.v.Signers {
			// Every header that something of the statement rests on, not the links.
			if s := &r.v.Signers[i]; s.Role == "final" || s.Role == "head" {
				err = first(err, r.checkInstitutions(s))
			}
		}
		r.judge("institutions", err)
	}
}

func (r *run) heights() []uint64 {
	var all []uint64
	for height := range r.headers {
		all = append(all, height)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all
}

// final is the header that the statement on the subject rests on; for lists that of the last head.
func (r *run) final() *header {
	if r.subject != nil {
		return r.proven(r.subject.seq).head.header
	}
	if n := len(r.heads); n > 0 {
		return r.heads[n-1].header
	}
	return nil
}

// institutions finds institutions by name or id.
func (r *run) institutions(names []string) (map[uint64]bool, error) {
	out := map[uint64]bool{}
	for _, name := range names {
		found := false
		for id, n := range r.names {
			if n == name || strconv.FormatUint(id, 10) == name {
				out[id], found = true, true
			}
		}
		if !found {
			return out, refuse("filter.unknown", "expected the name or id of an institution of the anchor or of a proven entry, got %q; known are %s", name, r.known())
		}
	}
	return out, nil
}

func (r *run) known() string {
	var all []string
	for id, n := range r.names {
		all = append(all, fmt.Sprintf("%d %s", id, n))
	}
	sort.Strings(all)
	return fmt.Sprintf("%q", all)
}

// signers counts one header. A key that nobody is known to hold counts as interested.
func (r *run) signers(h *header, interested map[uint64]bool, filtered bool) Signers {
	s := Signers{Height: h.Height, Time: Time(h.Time), Role: r.role(h), Total: h.set.total, Signed: h.power, Filtered: filtered}
	for i, v := range h.set.members {
		id, known := r.keys[keyName(v.PublicKey)]
		p := Signer{ID: id, Name: r.names[id], Power: v.Power, Signed: h.signed[i], Interested: !known || interested[id]}
		if filtered && !p.Interested {
			s.TotalRest += v.Power
			if p.Signed {
				s.SignedRest += v.Power
			}
		}
		s.Institution = append(s.Institution, p)
	}
	return s
}

func (r *run) role(h *header) string {
	if f := r.final(); f != nil && f.Height == h.Height {
		return "final"
	}
	for i := range r.heads {
		if r.heads[i].header.Height == h.Height {
			return "head"
		}
	}
	if h.link {
		return "link"
	}
	return "other"
}

// checkInstitutions holds the signers of the final header against the policy.
func (r *run) checkInstitutions(final *Signers) error {
	required, err := r.institutions(r.in.Policy.RequiredInstitutions)
	if err != nil {
		return withExit(ExitUsage, err)
	}
	signed := map[uint64]bool{}
	for _, p := range final.Institution {
		if p.Signed && p.ID != 0 {
			signed[p.ID] = true
		}
	}
	for _, id := range sortedIDs(required) {
		if err := must(signed[id], "institutions.required", "expected a signature of institution %d (%s) under height %d, got none", id, r.names[id], final.Height); err != nil {
			return err
		}
	}
	return must(len(signed) >= r.in.Policy.MinInstitutions, "institutions.number", "expected signatures of %d institutions under height %d, got %d", r.in.Policy.MinInstitutions, final.Height, len(signed))
}

func sortedIDs(m map[uint64]bool) []uint64 {
	var ids []uint64
	for id := range m {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return ids
}
