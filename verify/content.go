package verify

import (
	"encoding/hex"
	"fmt"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// checkOpening recomputes the commitment from the content that the bundle shows, or
// that an opening on the log does.
func (r *run) checkOpening() error {
	s := r.subject
	c := r.b.Content
	if c == nil {
		if c = openedOnLog(r.entries, s.seq); c == nil {
			return missing("opening.none", "the bundle shows no content: neither count nor files can be compared")
		}
	}
	d := c.PrivateDigest
	if c.Private != nil {
		private, err := format.ParsePrivate(c.Private)
		if err != nil {
			return err
		}
		d = format.PrivateDigest(c.PrivateNonce, c.Private)
		r.st.Title = private.Title
	}
	public, err := format.CheckOpening(format.Hash(s.b[8]), r.b.LogID, s.u[2], uint32(s.u[1]), c.Nonce, c.Public, d)
	if err != nil {
		parsed, bad := format.ParsePublic(c.Public)
		if bad != nil {
			return bad
		}
		if err := refuse("opening.commitment", "%s", err); err != nil {
			return err
		}
		public = parsed
	}
	r.public = &public
	r.st.Root, r.st.Items, r.st.Count = hex.EncodeToString(public.Root[:]), public.Items, public.Count()
	r.st.TotalSize, r.st.Recipe = public.TotalSize, format.RecipeName(public.Recipe, public.HeaderItems)
	r.st.ClaimedFrom, r.st.ClaimedTo = public.ProducedFrom, public.ProducedTo
	return nil
}

// openedOnLog is the content as an opening of the record among entries reveals it.
func openedOnLog(entries []*proven, seq uint64) *bundle.Content {
	for _, p := range entries {
		if p.kind == kindOpening && p.u[1] == seq {
			return &bundle.Content{Public: p.b[2], Nonce: format.Hash(p.b[3]), PrivateDigest: format.Hash(p.b[4])}
		}
	}
	return nil
}

// Claimed is the public part that the bundle shows, from which a caller learns how to
// take apart what is presented. Nothing of it is proven here. False if it shows none.
func Claimed(b *bundle.Bundle) (format.Public, bool) {
	c := b.Content
	for i := 0; c == nil && i < len(b.Entries); i++ {
		if e, err := parseEntry(b.Entries[i].Bytes); err == nil {
			c = openedOnLog([]*proven{{entry: e}}, b.Subject)
		}
	}
	if c == nil {
		return format.Public{}, false
	}
	p, err := format.ParsePublic(c.Public)
	return p, err == nil
}

// checkItems finds the shown items in the content tree: all of them, which also
// proves their number, or each by its path.
func (r *run) checkItems() error {
	items := r.b.Items
	r.st.ItemsShown = uint64(len(items))
	if len(items) == 0 {
		return missing("items.none", "the bundle shows no items: their number %d is stated by the submitter", r.public.Items)
	}
	all := uint64(len(items)) == r.public.Items && (len(items[0].Path) == 0)
	var edge format.Edge
	var total uint64
	for i := range items {
		it := &items[i]
		if i > 0 {
			if err := must(it.Index > items[i-1].Index, "items.order", "expected an item above %d, got %d", items[i-1].Index, it.Index); err != nil {
				return err
			}
		}
		if err := must(it.Label == "" || r.public.Recipe == format.RecipeDir, "items.label", "expected no label but for recipe dir, got one for item %d", it.Index); err != nil {
			return err
		}
		total += it.Size
		leaf, err := format.ItemLeaf(it.Salt, it.Item)
		if err == nil && all {
			edge.Append(leaf)
			err = must(len(it.Path) == 0 && it.Index == uint64(i), "items.order", "expected all items without paths, from 0, got item %d at place %d", it.Index, i)
		} else if err == nil {
			if err = it.Check(*r.public); err != nil {
				err = refuse("items.path", "%s", err)
			}
		}
		if err != nil {
			return fmt.Errorf("item %d: %w", it.Index, err)
		}
	}
	if !all {
		return nil
	}
	return first(
		must(edge.Root() == r.public.Root, "items.root", "expected root %x of all items, got %x", r.public.Root, edge.Root()),
		must(total == r.public.TotalSize, "items.total-size", "expected %d bytes in all items, got %d", r.public.TotalSize, total),
	)
}

// checkPresented finds each thing on the table among the items.
func (r *run) checkPresented() error {
	if r.public == nil || len(r.b.Items) == 0 {
		return missing("presented.no-items", "the bundle shows no items to compare with")
	}
	byHash := map[Hash][]int{}
	for i := range r.b.Items {
		byHash[r.b.Items[i].SHA256] = append(byHash[r.b.Items[i].SHA256], i)
		if sm := r.b.Items[i].SM3; sm != r.b.Items[i].SHA256 {
			byHash[sm] = append(byHash[sm], i)
		}
	}
	for i := range r.in.Presented {
		m, err := r.match(&r.in.Presented[i], byHash)
		if err != nil {
			return err
		}
		r.st.Matched = append(r.st.Matched, m)
		for n := range m.Items {
			r.matched[m.First+n] = true
		}
		r.st.ItemsMatched = uint64(len(r.matched))
	}
	r.st.Counted = r.st.ItemsMatched == r.public.Items
	return nil
}

func (r *run) match(p *Presented, byHash map[Hash][]int) (Match, error) {
	m := Match{Name: p.Name}
	if p.PartCount != 0 && p.PartCount == r.public.Items {
		return r.matchParts(p)
	}
	var near error
	for _, i := range append(byHash[p.Digests.SHA256], byHash[p.Digests.SM3]...) {
		it := &r.b.Items[i]
		if err := it.Digests.Match(p.Digests); err != nil {
			near = refuse("presented.one-digest", "%s, item %d: %s", p.Name, it.Index, err)
			if near == nil {
				return Match{Name: p.Name, First: it.Index, Items: 1, Label: it.Label}, nil
			}
			continue
		}
		m.First, m.Items, m.Label = it.Index, 1, it.Label
		if p.Label == "" || p.Label == it.Label {
			return m, nil
		}
	}
	switch {
	case near != nil:
		return m, near
	case m.Items > 0 && p.Label != "":
		return m, withExit(ExitNotFound, refuse("presented.label", "%s: expected label %q, got %q", p.Name, m.Label, p.Label))
	case m.Items > 0:
		return m, nil
	}
	return m, withExit(ExitNotFound, refuse("presented.not-found", "%s: expected one of the %d items shown, got SHA-256 %x of %d bytes", p.Name, len(r.b.Items), p.Digests.SHA256, p.Digests.Size))
}

// matchParts compares a file that its recipe takes apart, item by item at its place.
func (r *run) matchParts(p *Presented) (Match, error) {
	m := Match{Name: p.Name, First: r.b.Items[0].Index, Items: uint64(len(r.b.Items))}
	notFound := func(err error) (Match, error) { return m, withExit(ExitNotFound, err) }
	if p.Digests.Size != r.public.TotalSize {
		return notFound(refuse("presented.size", "%s: expected %d bytes, got %d", p.Name, r.public.TotalSize, p.Digests.Size))
	}
	if shown := uint64(len(r.b.Items)); shown != r.public.Items {
		if err := missing("presented.partly", "%s: the bundle shows %d of %d items: the others cannot be compared; present the shown ones by themselves, or take a bundle with all", p.Name, shown, r.public.Items); err != nil {
			return m, err
		}
	}
	for i := range r.b.Items {
		it := &r.b.Items[i]
		got := p.Parts[it.Index]
		if err := it.Digests.Match(got); err != nil {
			if it.SHA256 == got.SHA256 || it.SM3 == got.SM3 {
				return m, refuse("presented.one-digest", "%s, item %d: %s", p.Name, it.Index, err)
			}
			if err := refuse("presented.not-found", "%s, item %d: %s", p.Name, it.Index, err); err != nil {
				return notFound(err)
			}
		}
	}
	return m, nil
}
