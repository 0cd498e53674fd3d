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
	r.st.ClaimedFrom, r.st.ClaimedTo = Time(public.ProducedFrom), Time(public.ProducedTo)
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
