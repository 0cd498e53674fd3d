package verify_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inkchain/inkd/prove"
	"github.com/inkchain/inkd/testutil"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// early is the story as it was before the first change of the validator set: bundles
// from it have few signatures, so that many more mutants can be judged in a second.
type early struct {
	*testutil.Prover
	height uint64
}

func (e early) Latest(context.Context) (uint64, error) { return e.height, nil }

// earlySeeds are bundles with certificates, statuses and lists, as of then. The lists
// end in different ways: with the counter, and behind a period.
func (l *lab) earlySeeds(t testing.TB) []seed {
	src := early{l.Source, l.links[0] - 2}
	anchor := l.founders()
	all := prove.Options{Anchor: anchor, Latest: true, Submission: true}
	var out []seed
	add := func(name string, b *bundle.Bundle, err error, content []byte) {
		require.NoError(t, err, name)
		s := seed{name: "early " + name, leaks: l.leaksAbove(0)}
		s.in = verify.Input{Bundle: b.Bytes(), Anchor: anchor.Bytes()}
		if content != nil {
			s.in.Presented = []verify.Presented{{Name: name, Digests: digestOf(content)}}
		}
		out = append(out, s)
	}
	for name, seq := range map[string]uint64{"file": l.File, "package": l.Package, "refused": l.Refused, "waiting": l.Waiting, "table": l.Table} {
		o := all
		o.Content, o.Items = prove.ContentOf(&l.Evidence[seq].Header, true), l.Evidence[seq].All()
		b, err := prove.Evidence(context.Background(), src, seq, o)
		add(name, b, err, l.Evidence[seq].Bytes[0])
	}
	applied := func(cert uint64) uint64 { return l.entries[cert].BlockTime }
	for name, p := range map[string][2]uint64{
		"up to now": {0, 0}, "of a period": {0, applied(l.Undecided)}, "in the midst": {applied(l.Issued) + 1, applied(l.Undecided)}, "from then on": {applied(l.Revoked), 0},
	} {
		o := all
		o.Submission, o.Statuses = false, true
		b, err := prove.List(context.Background(), src, bundle.ListApplications, 0, p[0], p[1], o)
		add("applications "+name, b, err, nil)
		b, err = prove.List(context.Background(), src, bundle.ListEnterprise, l.Enterprise, p[0], p[1], o)
		add("list "+name, b, err, nil)
	}
	slices.SortFunc(out, func(a, b seed) int { return slices.Compare([]byte(a.name), []byte(b.name)) })
	return out
}

// founders is the anchor that names one era.
func (l *lab) founders() *bundle.Anchor {
	for _, a := range l.anchors {
		if len(a.Eras) == 1 {
			return a
		}
	}
	return l.Anchor
}
