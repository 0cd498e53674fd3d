package verify

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/inkchain/inkd/format"
)

// checkPresented finds each thing on the table among the items. All of it is compared,
// whatever the first of it was.
func (r *run) checkPresented() error {
	if r.public == nil || len(r.b.Items) == 0 {
		return missing("presented.no-items", "the bundle shows no items to compare with")
	}
	var refused []error
	x := indexOf(r.b.Items)
	for i := range r.in.Presented {
		m, err := r.match(&r.in.Presented[i], x)
		if err != nil {
			refused = append(refused, err)
			continue
		}
		r.st.Matched = append(r.st.Matched, m)
		for n := range m.Items {
			r.matched[m.First+n] = true
		}
	}
	r.st.ItemsMatched = uint64(len(r.matched))
	r.st.Counted = r.st.ItemsMatched == r.public.Items
	r.notPresented()
	return gravest(refused, len(r.in.Presented))
}

// notPresented names what of a directory is in the bundle and not on the table.
func (r *run) notPresented() {
	if r.public.Recipe != format.RecipeDir || len(r.matched) == 0 {
		return
	}
	for i := range r.b.Items {
		if it := &r.b.Items[i]; !r.matched[it.Index] && len(r.st.NotPresented) < MaxNotPresented {
			r.st.NotPresented = append(r.st.NotPresented, it.Label)
		}
	}
}

// index finds items by what they are, however many of them are equal.
type index struct {
	named       map[named]int // the first of these digests and this label
	first, last map[format.Digests]int
	sha, sm     byDigest
}

type named struct {
	format.Digests
	label string
}

func indexOf(items []format.Shown) *index {
	x := &index{map[named]int{}, map[format.Digests]int{}, map[format.Digests]int{}, byDigest{}, byDigest{}}
	for i := range items {
		x.last[items[i].Digests] = i
		x.sha.add(items, items[i].SHA256, i)
		x.sm.add(items, items[i].SM3, i)
	}
	for i := range slices.Backward(items) {
		x.first[items[i].Digests] = i
		x.named[named{items[i].Digests, items[i].Label}] = i
	}
	return x
}

// byDigest has, by one digest of two, the last item that has it, and the last whose
// other digest or size is not that one's; -1 if there is none.
type byDigest map[Hash][2]int

func (o byDigest) add(items []format.Shown, h Hash, i int) {
	had, ok := o[h]
	switch {
	case !ok:
		had[1] = -1
	case items[had[0]].Digests != items[i].Digests:
		had[1] = had[0]
	}
	o[h] = [2]int{i, had[1]}
}

// near is the last item with this digest and other digests than d; -1 if there is none.
func (o byDigest) near(items []format.Shown, h Hash, d format.Digests) int {
	had, ok := o[h]
	switch {
	case !ok:
		return -1
	case items[had[0]].Digests != d:
		return had[0]
	}
	return had[1]
}

// match finds one thing: as a file that the recipe takes apart, or as one item.
func (r *run) match(p *Presented, x *index) (Match, error) {
	m := Match{Name: p.Name, Of: r.public.Items, Size: p.Digests.Size, SHA256: hex.EncodeToString(p.Digests.SHA256[:]), SM3: hex.EncodeToString(p.Digests.SM3[:])}
	if r.inRows() && p.PartCount == r.public.Items && p.Label == "" { // parts have no labels
		return r.matchParts(p, m)
	}
	is := func(i int) Match {
		m.First, m.Items, m.Label = r.b.Items[i].Index, 1, r.b.Items[i].Label
		return m
	}
	same, found := x.first[p.Digests]
	if p.Label != "" {
		if i, ok := x.named[named{p.Digests, p.Label}]; ok {
			return is(i), nil
		}
	} else if found {
		return is(same), nil
	}
	near := x.sm.near(r.b.Items, p.Digests.SM3, p.Digests)
	if near < 0 {
		near = x.sha.near(r.b.Items, p.Digests.SHA256, p.Digests)
	}
	if near >= 0 {
		return is(near), r.oneDigest(p, []uint64{r.b.Items[near].Index})
	}
	if !found {
		return m, withExit(ExitNotFound, refuseWith("presented.not-found", r.unknown(p)))
	}
	m = is(x.last[p.Digests])
	return m, withExit(ExitNotFound, refuseWith("presented.label", both(
		fmt.Sprintf("%s：应名为 %q，实为 %q", p.Name, m.Label, p.Label), fmt.Sprintf("%s: expected label %q, got %q", p.Name, m.Label, p.Label))))
}

// unknown says of a thing that it is no item.
func (r *run) unknown(p *Presented) telling {
	d, shown, unit := &p.Digests, len(r.b.Items), r.unit()
	t := both(
		fmt.Sprintf("%s：应为所示 %d %s之一，实为 SHA-256 %x，SM3 %x，%d 字节", p.Name, shown, unit.zh, d.SHA256, d.SM3, d.Size),
		fmt.Sprintf("%s: expected one of the %d %ss shown, got SHA-256 %x, SM3 %x, %d bytes", p.Name, shown, unit.en, d.SHA256, d.SM3, d.Size),
	)
	if p.PartCount > 1 {
		t.zh += fmt.Sprintf("；该文件有 %d 行，存证有 %d 行", p.PartCount, r.public.Items)
		t.en += fmt.Sprintf("; it has %d rows, the evidence has %d", p.PartCount, r.public.Items)
	}
	return t
}

// unit is what an item is called.
func (r *run) unit() telling {
	if r.inRows() {
		return telling{"行", "row"}
	}
	return telling{"项", "item"}
}

// inRows says whether the recipe takes a file apart.
func (r *run) inRows() bool {
	return r.public.Recipe == format.RecipeLines || r.public.Recipe == format.RecipeCSV
}

// matchParts compares a file that its recipe takes apart, item by item at its place:
// each that the bundle shows, so that all differing ones are known.
func (r *run) matchParts(p *Presented, m Match) (Match, error) {
	shown := uint64(len(r.b.Items))
	m.First, m.Items = r.b.Items[0].Index, shown
	var differ, near []uint64
	for i := range r.b.Items {
		it := &r.b.Items[i]
		switch got := p.Parts[it.Index]; {
		case it.Digests.Match(got) == nil:
		case it.SHA256 == got.SHA256 || it.SM3 == got.SM3:
			near = append(near, it.Index)
		default:
			differ = append(differ, it.Index)
		}
	}
	if len(near) > 0 {
		if err := r.oneDigest(p, near); err != nil {
			return m, err
		}
	}
	if len(differ) > 0 {
		err := withExit(ExitNotFound, refuseWith("presented.not-found", r.otherParts(p, differ)))
		if err != nil {
			return m, err
		}
	}
	if p.Digests.Size != r.public.TotalSize {
		err := refuseWith("presented.size", both(
			fmt.Sprintf("%s：应为 %d 字节，实为 %d 字节", p.Name, r.public.TotalSize, p.Digests.Size),
			fmt.Sprintf("%s: expected %d bytes, got %d", p.Name, r.public.TotalSize, p.Digests.Size)))
		return m, withExit(ExitNotFound, err)
	}
	if shown == r.public.Items || off("presented.partly") {
		return m, nil
	}
	return m, &notMade{"presented.partly", both(
		fmt.Sprintf("%s：证明包只示 %d 项中的 %d 项，其余无从比对；请逐项出示所示各项，或索取示出全部数据项的证明包", p.Name, r.public.Items, shown),
		fmt.Sprintf("%s: the bundle shows %d of %d items: the others cannot be compared; present the shown ones by themselves, or take a bundle with all", p.Name, shown, r.public.Items),
	), ExitUnsupported}
}

// oneDigest is a refusal of what is equal by one digest of two only.
func (r *run) oneDigest(p *Presented, items []uint64) error {
	unit := r.unit()
	return refuseWith("presented.one-digest", both(
		fmt.Sprintf("%s：与%s的 SHA-256、SM3 只有一种相同，或大小不同", p.Name, places("第 %s "+unit.zh, "、", items)),
		fmt.Sprintf("%s: is equal to %s by one of SHA-256 and SM3 only, or has another size", p.Name, places(unit.en+" %s", ", ", items))))
}

// otherParts says which parts are others, and notes it.
func (r *run) otherParts(p *Presented, items []uint64) telling {
	shown, unit := uint64(len(r.b.Items)), r.unit()
	r.v.Differing = append(r.v.Differing, Differing{Name: p.Name, Count: uint64(len(items)), Of: shown, Items: items[:min(len(items), MaxDiffering)]})
	return both(
		fmt.Sprintf("%s：所示 %d %s中有 %d %s不同：%s（自 1 数起）", p.Name, shown, unit.zh, len(items), unit.zh, places("第 %s "+unit.zh, "、", items)),
		fmt.Sprintf("%s: %d of the %d %ss shown differ: %s (counted from 1)", p.Name, len(items), shown, unit.en, places(unit.en+" %s", ", ", items)))
}

// places are the first of some items, counted from 1.
func places(words, between string, items []uint64) string {
	var out []string
	for _, i := range items[:min(len(items), MaxDiffering)] {
		out = append(out, fmt.Sprint(i+1))
	}
	text := strings.Join(out, between)
	if len(items) > MaxDiffering {
		text += between + "…"
	}
	return fmt.Sprintf(words, text)
}

// maxTold refusals are told in full.
const maxTold = 5

// gravest is the refusal that counts of several, told with the others: what differs
// comes before what could not be compared, which must not hide it.
func gravest(refused []error, presented int) error {
	if len(refused) == 0 || presented == 1 {
		return first(refused...)
	}
	slices.SortStableFunc(refused, func(a, b error) int { return gravity(b) - gravity(a) })
	var zh, en []string
	for _, err := range refused[:min(len(refused), maxTold)] {
		zh, en = append(zh, zhOf(err)), append(en, err.Error())
	}
	if more := len(refused) - maxTold; more > 0 {
		zh, en = append(zh, fmt.Sprintf("另有 %d 件", more)), append(en, fmt.Sprintf("and %d more", more))
	}
	return &retold{both(
		fmt.Sprintf("出示 %d 件，其中 %d 件比对不成：%s", presented, len(refused), strings.Join(zh, "；")),
		fmt.Sprintf("%d of the %d presented were not matched: %s", len(refused), presented, strings.Join(en, "; ")),
	), refused[0]}
}

// gravity of a refusal: the worse of two is the greater.
func gravity(err error) int {
	var not *notMade
	var other otherExit
	switch {
	case errors.As(err, &not):
		return -1
	case errors.As(err, &other):
		return rank(other.exit)
	}
	return rank(ExitFailed)
}
