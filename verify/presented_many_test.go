package verify

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// Forty thousand empty files under as many labels are compared in the time of forty
// thousand files, also if none has its label and one digest is equal to all.
func TestManyEqualFilesAreComparedSoon(t *testing.T) {
	const n = 40_000
	empty := format.NewDoubleHasher().Sum()
	for name, change := range map[string]func(i int, it *format.Shown, p *Presented){
		"equal":             func(int, *format.Shown, *Presented) {},
		"other labels":      func(_ int, _ *format.Shown, p *Presented) { p.Label += "x" },
		"one digest":        func(_ int, _ *format.Shown, p *Presented) { p.Digests.SM3[0] ^= 1 },
		"an SM3 of its own": func(i int, it *format.Shown, _ *Presented) { it.SM3[i%32] ^= byte(1 + i/32%255) },
	} {
		r := &run{matched: map[uint64]bool{}, public: &format.Public{Recipe: format.RecipeDir, Items: n}, b: &bundle.Bundle{Items: make([]format.Shown, n)}}
		for i := range r.b.Items {
			it, p := &r.b.Items[i], Presented{Digests: empty}
			it.Index, it.Label, it.Digests = uint64(i), fmt.Sprintf("f%06d", i), empty
			p.Name, p.Label = it.Label, it.Label
			change(i, it, &p)
			r.in.Presented = append(r.in.Presented, p)
		}
		began := time.Now()
		err := r.checkPresented()
		require.Less(t, time.Since(began), 4*time.Second, "%s: 0.2 s where this was written, and 27 s when each was compared with all", name)
		if name == "equal" {
			require.NoError(t, err)
			require.Len(t, r.matched, n)
		} else {
			require.Error(t, err)
			require.Empty(t, r.matched)
		}
	}
}

// What is found by looking it up is what is found by comparing with each item.
func TestWhatIsLookedUpIsWhatIsThere(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	hash := func() Hash { return Hash{byte(rnd.Intn(2))} }
	digests := func() format.Digests { return format.Digests{Size: uint64(rnd.Intn(2)), SHA256: hash(), SM3: hash()} }
	label := func() string { return []string{"", "a", "b"}[rnd.Intn(3)] }
	seen := map[string]int{}
	for range 20_000 {
		r := &run{public: &format.Public{Recipe: format.RecipeDir}, b: &bundle.Bundle{Items: make([]format.Shown, 1+rnd.Intn(5))}}
		for i := range r.b.Items {
			it := &r.b.Items[i]
			it.Index, it.Label, it.Digests = uint64(i), label(), digests()
		}
		p := Presented{Name: "p", Label: label(), Digests: digests()}
		what, at := compareWithEach(r.b.Items, &p)
		m, err := r.match(&p, indexOf(r.b.Items))
		seen[what]++
		if what == "" {
			require.NoError(t, err)
		} else {
			var ruled *ruleError
			require.ErrorAs(t, err, &ruled)
			require.Equal(t, what, ruled.Rule)
		}
		if at >= 0 {
			require.Equal(t, [3]any{uint64(at), uint64(1), r.b.Items[at].Label}, [3]any{m.First, m.Items, m.Label})
		}
	}
	require.Len(t, seen, 4)
}

// compareWithEach is bundle.md §9 for one item, word for word: the rule that is broken,
// and the item that counts.
func compareWithEach(items []format.Shown, p *Presented) (string, int) {
	equal, near, nearSM := -1, -1, -1
	for i := range items {
		it := &items[i]
		switch {
		case it.Digests == p.Digests:
			if equal = i; p.Label == "" || p.Label == it.Label {
				return "", i
			}
		case it.SM3 == p.Digests.SM3:
			nearSM = i
		case it.SHA256 == p.Digests.SHA256:
			near = i
		}
	}
	switch {
	case nearSM >= 0:
		return "presented.one-digest", nearSM
	case near >= 0:
		return "presented.one-digest", near
	case equal >= 0:
		return "presented.label", equal
	}
	return "presented.not-found", -1
}
