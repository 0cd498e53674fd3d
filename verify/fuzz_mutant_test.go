package verify_test

import (
	"context"
	"slices"
	"testing"

	"github.com/cometbft/cometbft/crypto"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// lab makes mutants of the good vectors. A mutant is what somebody could put
// together who has all that is public, some leaked keys of validators, but never more
// than two thirds of a set that the user's trust leads through.
type lab struct {
	*truth
	seeds []seed
	// strangers are a validator set of nobody's.
	strangers []bundle.Validator
	stranger  []crypto.PrivKey
	forgers   map[uint64][]*testutil.Forger // by the height that they are above
	voted     votes
}

// seed is a good vector.
type seed struct {
	name string
	in   verify.Input
	// leaks are different sets of keys that leaked.
	leaks []*testutil.Forger
	// above is the height from which these keys are worth no more than two thirds:
	// that of the pin which trust starts from.
	above uint64
}

// leaks are how many sets of leaked keys there are.
const leaks = 12

func newLab(t testing.TB) *lab {
	l := &lab{truth: newTruth(t), forgers: map[uint64][]*testutil.Forger{}}
	for _, name := range []string{"stranger 1", "stranger 2", "stranger 3", "stranger 4"} {
		key := testutil.ConsensusKey(name)
		l.stranger = append(l.stranger, key)
		l.strangers = append(l.strangers, bundle.Validator{PublicKey: bundle.PublicKey{Type: bundle.KeyEd25519, Key: key.PubKey().Bytes()}, Power: 10})
	}
	for _, v := range readVectors(t) {
		if v.Rule == "" {
			l.seeds = append(l.seeds, l.seed(t, v))
		}
	}
	require.NotEmpty(t, l.seeds)
	l.seeds = append(l.seeds, l.earlySeeds(t)...)
	l.voted = l.allVotes()
	return l
}

func (l *lab) seed(t testing.TB, v vector) seed {
	s := seed{name: v.Name, in: v.input(t)}
	subject := uint64(0)
	if b, err := bundle.Parse(s.in.Bundle); err == nil {
		subject = b.Subject
	}
	for _, p := range s.in.Policy.Pins {
		// What the log had after the pin is only to be had from the pin's set on.
		if p.NextValidatorsHash != nil && p.Size <= subject {
			s.above = max(s.above, p.Height)
		}
	}
	s.leaks = l.leaksAbove(s.above)
	return s
}

func (l *lab) leaksAbove(height uint64) []*testutil.Forger {
	if l.forgers[height] == nil {
		for i := range leaks {
			above := height
			if i%2 == 1 {
				above = 0 // also from the start on
			}
			l.forgers[height] = append(l.forgers[height], testutil.NewForger(append(l.leak(i, above), l.stranger...)...))
		}
	}
	return l.forgers[height]
}

// leak is as many keys as can leak, in an order that n gives, without being worth
// more than two thirds of any set above a height: in many sets exactly one half or
// exactly two thirds.
func (l *lab) leak(n int, above uint64) []crypto.PrivKey {
	keys := l.keysInOrder()
	var out []crypto.PrivKey
	for len(keys) > 0 {
		i := (n*7 + len(keys)*3) % len(keys)
		if more := append(slices.Clone(out), keys[i]); l.atMostTwoThirds(more, above) {
			out = more
		}
		keys = slices.Delete(keys, i, i+1)
		n++
	}
	return out
}

func (l *lab) atMostTwoThirds(keys []crypto.PrivKey, above uint64) bool {
	for i, h := range l.heights {
		set := l.sets[h]
		if h <= above || i > 0 && l.heights[i-1] > above && slices.EqualFunc(set, l.sets[l.heights[i-1]], sameValidator) {
			continue
		}
		total, leaked := uint64(0), uint64(0)
		for _, v := range set {
			total += v.Power
			if slices.ContainsFunc(keys, func(k crypto.PrivKey) bool { return string(k.PubKey().Bytes()) == string(v.Key) }) {
				leaked += v.Power
			}
		}
		if 3*leaked > 2*total {
			return false
		}
	}
	return true
}

func sameValidator(a, b bundle.Validator) bool {
	return a.Power == b.Power && string(a.Key) == string(b.Key)
}

// keysInOrder are all keys that validators had, the same each time.
func (l *lab) keysInOrder() []crypto.PrivKey {
	keys := l.Keys()
	slices.SortFunc(keys, func(a, b crypto.PrivKey) int { return slices.Compare(a.PubKey().Bytes(), b.PubKey().Bytes()) })
	return keys
}

// mutant is a bundle in the making.
type mutant struct {
	*lab
	d      *dice
	seed   *seed
	in     verify.Input
	b      *bundle.Bundle
	forger *testutil.Forger
	bogus  bool // a pin of another log is among the user's
	did    []string
}

// mutate runs a program: it chooses a seed, what is done to it, and with which keys.
// File, if not empty, stands for the seed's bundle.
func (l *lab) mutate(file, program []byte) *mutant {
	d := &dice{program}
	m := &mutant{lab: l, d: d, seed: &l.seeds[d.n(len(l.seeds))]}
	m.in, m.forger = m.seed.in, m.seed.leaks[d.n(leaks)]
	m.in.Policy.Pins = slices.Clone(m.in.Policy.Pins)
	m.in.Presented = slices.Clone(m.in.Presented)
	if len(file) > 0 {
		m.in.Bundle = file
	}
	var err error
	if m.b, err = bundle.Parse(m.in.Bundle); err == nil {
		for n := 1 + min(d.n(5), d.n(5)); n > 0 && !d.empty(); n-- {
			all := m.mutations()
			op := all[d.n(len(all))]
			m.say(op.name)
			op.do(m)
		}
		m.in.Bundle = m.b.Bytes()
	}
	for n := d.n(16) - 13; n > 0 && !d.empty(); n-- {
		m.in.Bundle = changeBytes(d, m.in.Bundle)
		m.say("bytes")
	}
	if d.one(40) && !d.empty() {
		m.splice()
	}
	return m
}

func (m *mutant) say(what string) { m.did = append(m.did, what) }

// other is another seed's bundle, decoded anew.
func (m *mutant) other() *bundle.Bundle {
	b, err := bundle.Parse(m.seeds[m.d.n(len(m.seeds))].in.Bundle)
	if err != nil {
		return &bundle.Bundle{}
	}
	return b
}

// splice goes on with the bytes of another bundle.
func (m *mutant) splice() {
	other := m.seeds[m.d.n(len(m.seeds))].in.Bundle
	at, from := m.d.n(len(m.in.Bundle)+1), m.d.n(len(other)+1)
	m.in.Bundle = append(slices.Clone(m.in.Bundle[:at]), other[from:]...)
	m.say("splice")
}

// verify gives the verdict, and what is false about it.
func (m *mutant) verify() (verify.Verdict, error) {
	v := verify.Verify(m.in)
	err := m.falsehood(m.in, v)
	if err == nil && m.bogus && v.Statement != nil {
		err = errBogusPin
	}
	if err == nil {
		err = m.falseVote(v)
	}
	return v, err
}

func (m *mutant) ctx() context.Context { return context.Background() }
