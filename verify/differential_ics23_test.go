package verify_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	ics23 "github.com/cosmos/ics23/go"
	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// strictProofs are the rules by which the verifier refuses what ics23 takes, on
// purpose. Rules of the canonical form are others: ics23 reads any protobuf.
var strictProofs = map[string]string{
	"ics23.existence":    "a batch, compressed or not, in place of one existence proof",
	"ics23.leaf-prefix":  "more after 00 in the tree of stores; a size other than 1 or long varints in a store's",
	"ics23.inner-prefix": "another prefix than 01 in the tree of stores; other lengths than 32 of a sibling, or long varints in a store's",
	"ics23.steps":        "more than 64 steps",
}

var specs = map[bool]*ics23.ProofSpec{false: ics23.IavlSpec, true: ics23.TendermintSpec}

// agreed is what both say of a proof.
type agreed struct{ both, none, strict int }

// judge holds the verifier against ics23 for one proof, as one of each tree. Where
// ics23 takes it, rule is why the verifier does not. An error is a difference that is
// not on purpose.
func judge(proof []byte) (taken []bool, rules []string, err error) {
	for _, stores := range []bool{false, true} {
		key, value, root, refused := verify.Existence(stores, proof)
		var p ics23.CommitmentProof
		readable := p.Unmarshal(proof) == nil
		if refused == nil {
			if !readable || !ics23.VerifyMembership(specs[stores], root[:], &p, key, value) {
				err = fmt.Errorf("taken here and not by ics23: %x", proof)
			}
		} else if rule := verify.RuleOf(refused); readable && ics23Takes(specs[stores], &p) {
			if strictProofs[rule] == "" && !strings.HasPrefix(rule, "format.") {
				err = fmt.Errorf("taken by ics23, and not here (%w): %x", refused, proof)
			}
			rules = append(rules, rule)
		}
		taken = append(taken, refused == nil)
	}
	return taken, rules, err
}

// ics23Takes says whether there is a root, a key and a value by which ics23 does.
func ics23Takes(spec *ics23.ProofSpec, p *ics23.CommitmentProof) (ok bool) {
	defer func() {
		if recover() != nil { // it has no care for absent operations
			ok = false
		}
	}()
	var all []*ics23.ExistenceProof
	if e := p.GetExist(); e != nil {
		all = append(all, e)
	}
	for _, entry := range ics23.Decompress(p).GetBatch().GetEntries() {
		if e := entry.GetExist(); e != nil {
			all = append(all, e)
		}
	}
	return slices.ContainsFunc(all, func(e *ics23.ExistenceProof) bool {
		root, err := e.Calculate()
		return err == nil && ics23.VerifyMembership(spec, root, p, e.Key, e.Value)
	})
}

// proofTrials are proofs of the story's states, altered; and proofs made up.
type proofTrials struct{ genuine [][]byte }

func newProofTrials(l *lab) *proofTrials {
	p := &proofTrials{}
	for _, s := range l.seeds {
		b, err := bundle.Parse(s.in.Bundle)
		if err == nil {
			for _, v := range b.States {
				p.genuine = append(p.genuine, v.ValueProof, v.StoreProof)
			}
		}
	}
	return p
}

func (p *proofTrials) next(n uint64) []byte {
	d := &dice{program(n)}
	if d.one(4) {
		return marshalProof(madeUp(d))
	}
	proof := p.genuine[d.n(len(p.genuine))]
	var parsed ics23.CommitmentProof
	if d.one(8) || parsed.Unmarshal(proof) != nil {
		return changeBytes(d, proof)
	}
	e := parsed.GetExist()
	for range d.n(3) {
		alter(d, e, nil)
	}
	switch d.n(12) {
	case 0:
		return marshalProof(&ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: &ics23.NonExistenceProof{Key: e.Key, Left: e}}})
	case 1:
		entry := &ics23.BatchEntry{Proof: &ics23.BatchEntry_Exist{Exist: e}}
		return marshalProof(&ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Batch{Batch: &ics23.BatchProof{Entries: []*ics23.BatchEntry{entry}}}})
	}
	return marshalProof(&parsed)
}

func marshalProof(p *ics23.CommitmentProof) []byte {
	b, err := p.Marshal()
	if err != nil {
		panic(err) // proofs of tests can be written
	}
	return b
}

// madeUp is a proof near the edge of what a tree can have: heights one too low,
// prefixes too long by one, many steps.
func madeUp(d *dice) *ics23.CommitmentProof {
	leaf := *ics23.IavlSpec.LeafSpec
	e := &ics23.ExistenceProof{Key: []byte("key"), Value: []byte("value"), Leaf: &leaf}
	iavl, hash := d.one(2), bytes.Repeat([]byte{byte(d.n(256))}, 32)
	if iavl {
		leaf.Prefix = varintsOf(0, int64(1+d.n(8)/7), version(d))
	}
	steps := d.n(6)
	if d.one(16) {
		steps = 60 + d.n(10)
	}
	for i := range steps {
		step := &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: []byte{1}}
		if iavl {
			step.Prefix = varintsOf(int64(i+2-d.n(8)/6), int64(2+d.n(1<<10)), version(d))
			step.Prefix = append(step.Prefix, 32)
		}
		sibling := hash[:32-d.n(40)/39]
		if right := d.one(2); right && iavl {
			step.Suffix = append([]byte{32}, sibling...)
		} else if right {
			step.Suffix = sibling
		} else if step.Prefix = append(step.Prefix, sibling...); iavl {
			step.Prefix = append(step.Prefix, 32)
		}
		e.Path = append(e.Path, step)
	}
	return &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: e}}
}

func version(d *dice) int64 { return int64(d.n(256)) << (d.n(9) * 7) & (1<<62 - 1) }

func varintsOf(all ...int64) []byte {
	var b []byte
	for _, n := range all {
		b = binary.AppendVarint(b, n)
	}
	return b
}

// What this verifier takes as a proof, ics23 takes; where only ics23 does, the reason
// is one of the list.
func TestProofsAgainstICS23(t *testing.T) {
	trials := newProofTrials(newLab(t))
	var sum agreed
	why := map[string]int{}
	for _, p := range trials.genuine {
		taken, _, err := judge(p)
		require.NoError(t, err, "genuine")
		require.Contains(t, taken, true)
	}
	for n := range uint64(cases() * 3) {
		taken, rules, err := judge(trials.next(n))
		require.NoError(t, err, "case %d", n)
		for _, rule := range rules {
			why[rule]++
		}
		switch {
		case slices.Contains(taken, true):
			sum.both++
		case len(rules) > 0:
			sum.strict++
		default:
			sum.none++
		}
	}
	t.Logf("%d genuine; %d taken by both, %d by none, %d by ics23 alone: %v", len(trials.genuine), sum.both, sum.none, sum.strict, why)
	require.Greater(t, sum.both, 100)
	require.Greater(t, sum.none, 100)
	require.Positive(t, why["ics23.existence"])
}

// upstream is a proof of ics23's own tests; hex, all of it.
type upstream struct {
	Name, Tree, Proof, Root, Key, Value string
	Holds                               bool
}

func readUpstream(t *testing.T) []upstream {
	b, err := os.ReadFile(filepath.Join("testdata", "ics23.json"))
	require.NoError(t, err)
	var file struct{ Cases []upstream }
	require.NoError(t, json.Unmarshal(b, &file))
	return file.Cases
}

// compare says what the verifier makes of it, and what is wrong with that.
func (u *upstream) compare() (taken bool, err error) {
	proof, err := hex.DecodeString(u.Proof)
	if err != nil {
		return false, err
	}
	as, _, err := judge(proof)
	if err != nil {
		return false, err
	}
	if !slices.Contains(as, true) {
		if u.Holds && u.Root != "" {
			return false, errors.New("refused: a proof of a whole tree")
		}
		return false, nil
	}
	if u.Tree == "other" || u.Tree == "none" { // of another specification, which does not decide here
		return true, nil
	}
	if holds := []bool{u.Holds && u.Tree == "iavl", u.Holds && u.Tree == "tendermint"}; !slices.Equal(holds, as) {
		return true, fmt.Errorf("it holds as %v, and is taken as %v", holds, as)
	}
	if u.Root == "" {
		return true, nil
	}
	key, value, root, err := verify.Existence(u.Tree == "tendermint", proof)
	if got := [3]string{hex.EncodeToString(key), hex.EncodeToString(value), hex.EncodeToString(root[:])}; err == nil && got != [3]string{u.Key, u.Value, u.Root} {
		err = fmt.Errorf("expected %s, %s, %s, got %s", u.Key, u.Value, u.Root, got)
	}
	return true, err
}

// Of ics23's own proofs those are taken that hold by the specification of their tree,
// and only as proofs of that tree: no other tree's, no batch, compressed or
// non-existence proof, no operation that was tampered with.
func TestProofsOfICS23sOwnTests(t *testing.T) {
	all, refused := readUpstream(t), 0
	for _, u := range all {
		taken, err := u.compare()
		require.NoError(t, err, u.Name)
		if !taken {
			refused++
		}
	}
	t.Logf("%d proofs, %d refused", len(all), refused)
	require.Greater(t, refused, 60)
}
