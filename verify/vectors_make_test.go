package verify_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

var write = flag.Bool("write", false, "write docs/spec/vectors/bundle anew; review the difference")

// draft is a vector in the making.
type draft struct {
	b         *bundle.Bundle
	raw       []byte // instead of b's bytes, if set
	anchor    *bundle.Anchor
	policy    verify.Policy
	proofs    []*bundle.Proofs
	presented []verify.Presented
	now       uint64
}

func (d *draft) bytes() []byte {
	if d.raw != nil {
		return d.raw
	}
	return d.b.Bytes()
}

func (d *draft) input() verify.Input {
	in := verify.Input{Bundle: d.bytes(), Anchor: d.anchor.Bytes(), Policy: d.policy, Presented: d.presented, Now: d.now}
	for _, p := range d.proofs {
		in.Proofs = append(in.Proofs, p.Bytes())
	}
	return in
}

// workshop has the story, and all keys of its validators.
type workshop struct {
	t testing.TB
	*testutil.Story
	forger *testutil.Forger
}

func newWorkshop(t testing.TB) *workshop {
	s := testutil.NewStory(t)
	return &workshop{t, s, testutil.NewForger(s.Keys()...)}
}

// evidence is a draft of a bundle about an entry, with what the owner shows of it.
func (w *workshop) evidence(seq uint64, o prove.Options) *draft {
	if kept := w.Evidence[seq]; kept != nil {
		o.Content = prove.ContentOf(&kept.Header, true)
		if o.Items == nil {
			o.Items = kept.All()
		}
	}
	return w.gather(seq, o)
}

// gather is evidence without what only the owner has.
func (w *workshop) gather(seq uint64, o prove.Options) *draft {
	o.Anchor = w.Anchor
	b, err := prove.Evidence(context.Background(), w.Source, seq, o)
	require.NoError(w.t, err)
	return &draft{b: b, anchor: w.Anchor}
}

// entry is the entry that the bundle is about, with its path.
func (d *draft) entry() *bundle.Entry {
	for i := range d.b.Entries {
		e, err := logtypes.ParseEntry(d.b.Entries[i].Bytes)
		if err == nil && e.Seq == d.b.Subject {
			return &d.b.Entries[i]
		}
	}
	return nil
}

func (w *workshop) ctx() context.Context { return context.Background() }

// present puts bytes on the table.
func (d *draft) present(name string, b []byte) *draft {
	d.presented = append(d.presented, verify.Presented{Name: name, Digests: digestOf(b)})
	return d
}

func digestOf(b []byte) format.Digests {
	h := format.NewDoubleHasher()
	_, _ = h.Write(b)
	return h.Sum()
}

// TestWriteVectors makes the vectors anew from the story. Without -write it checks
// that what is written is what the story gives: bundles are deterministic.
func TestWriteVectors(t *testing.T) {
	w := newWorkshop(t)
	t.Cleanup(func() { w.Stop() })
	files := map[string][]byte{}
	var all []vector
	for _, g := range goodVectors() {
		d := g.make(w)
		verdict := verify.Verify(d.input())
		require.Contains(t, []int{verify.ExitOK, verify.ExitNothingShown}, verdict.Exit, "%s\n%s", g.name, lines(verdict))
		all = append(all, d.write(files, vector{Name: g.name, Exit: verdict.Exit, Statement: verdict.Statement}))
	}
	for _, b := range badVectors() {
		d := b.make(w)
		verdict := verify.Verify(d.input())
		name := b.rule
		if b.name != "" {
			name += "-" + b.name
		}
		require.NotContains(t, []int{verify.ExitOK, verify.ExitNothingShown}, verdict.Exit, "%s\n%s", name, lines(verdict))
		seen := b.rule
		if b.seen != "" {
			seen = b.seen
		}
		require.Equal(t, []string{seen}, broken(verdict), "%s\n%s", name, lines(verdict))
		all = append(all, d.write(files, vector{Name: name, Rule: b.rule, Seen: b.seen, Exit: verdict.Exit}))
	}
	cases, err := json.MarshalIndent(all, "", " ")
	require.NoError(t, err)
	files["cases.json"] = append(cases, '\n')
	for name, b := range files {
		path := filepath.Join(vectorDir, name)
		if *write {
			require.NoError(t, os.WriteFile(path, b, 0o644))
			continue
		}
		had, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, slices.Equal(had, b), "%s differs from what the story gives: go test ./verify -run TestWriteVectors -write", name)
	}
}

// write names the files of a vector.
func (d *draft) write(files map[string][]byte, v vector) vector {
	v.Bundle, v.Now = v.Name+".ink", verify.Time(d.now)
	files[v.Bundle] = d.bytes()
	print := d.anchor.Fingerprint()
	v.Anchor = "anchor-" + hex.EncodeToString(print[:4]) + ".ink"
	files[v.Anchor] = d.anchor.Bytes()
	for i, p := range d.proofs {
		name := v.Name + "-proofs" + string(rune('0'+i)) + ".ink"
		v.Proofs = append(v.Proofs, name)
		files[name] = p.Bytes()
	}
	if policy := d.policy.JSON(); len(policy) > 0 && len(d.policy.Pins)+len(d.policy.Interested)+len(d.policy.RequiredInstitutions)+len(d.policy.WitnessKeys)+d.policy.MinInstitutions+int(d.policy.MaxStatusAge)+len(d.policy.Require) > 0 {
		v.Policy = policy
	}
	for _, p := range d.presented {
		out := presented{Name: p.Name, Label: p.Label, Size: p.Digests.Size, SHA256: hex.EncodeToString(p.Digests.SHA256[:]), SM3: hex.EncodeToString(p.Digests.SM3[:])}
		for i := range p.PartCount {
			part := p.Parts[i]
			out.Parts = append(out.Parts, digest{part.Size, hex.EncodeToString(part.SHA256[:]), hex.EncodeToString(part.SM3[:])})
		}
		v.Presented = append(v.Presented, out)
	}
	return v
}
