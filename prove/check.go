package prove

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// plan is what an attempt goes without.
type plan struct {
	// noOrigin: the header above the subject's block is not validly signed by enough.
	noOrigin bool
	// back is how many blocks before the latest the latest state is taken from.
	back uint64
}

// maxAttempts bounds how often a bundle is begun anew: because states went while they
// were read, or because a header lacks valid signatures. (Consensus takes signatures
// that RFC 8032 does not allow, verifiers do not.)
const maxAttempts = 6

// attempts gathers until the verifier accepts the bundle.
func attempts(ctx context.Context, src Source, o Options, gather func(*gatherer) error) (*bundle.Bundle, error) {
	var p plan
	var last error
	for range maxAttempts {
		g := newGatherer(ctx, src, o, p)
		last = gather(g)
		if last == nil {
			var b *bundle.Bundle
			if b, last = g.finish(); last == nil {
				return b, nil
			}
		}
		switch {
		case errors.Is(last, ErrPruned):
		case errors.Is(last, ErrRefused):
			if !g.replan(&p) {
				return nil, last
			}
		default:
			return nil, last
		}
	}
	return nil, last
}

// replan goes around the first header that is not validly signed by enough; false if
// it is not that, or if there is no way around it.
func (g *gatherer) replan(p *plan) bool {
	height, found := g.unsigned()
	switch {
	case !found:
		return false
	case g.latest != 0 && height == g.latest+1:
		p.back++
	case !p.noOrigin && g.b.Subject != 0 && height == g.b.States[0].Height+1:
		p.noOrigin = true
	default: // a link
		return false
	}
	return true
}

// unsigned is the height of the first block that the verifier refuses.
func (g *gatherer) unsigned() (uint64, bool) {
	whole := *g.b
	for n := range g.b.Blocks {
		whole.Blocks = g.b.Blocks[:n+1]
		for _, c := range g.verdict(&whole).Checks {
			if c.Code == "authority" && c.Status == verify.Failed {
				return g.b.Blocks[n].Header.Height, c.Rule == "commit.power"
			}
		}
	}
	return 0, false
}

func (g *gatherer) verdict(b *bundle.Bundle) verify.Verdict {
	return verify.Verify(verify.Input{Bundle: b.Bytes(), Anchor: g.o.Anchor.Bytes(), Policy: verify.Policy{Pins: g.o.Pins}})
}

// check lets the verifier judge the bundle. What it does not carry is not missed.
func (g *gatherer) check() error {
	return refusal(g.verdict(g.b))
}

func refusal(v verify.Verdict) error {
	var failed []string
	for _, c := range v.Checks {
		if c.Status == verify.Failed {
			failed = append(failed, fmt.Sprintf("%s (rule %s)", c.En, c.Rule))
		}
	}
	switch {
	case len(failed) > 0:
		return fmt.Errorf("%w: %s", ErrRefused, strings.Join(failed, "; "))
	case v.Exit != verify.ExitOK && v.Exit != verify.ExitNothingShown && v.Exit != verify.ExitUnsupported:
		return fmt.Errorf("%w: exit status %d", ErrRefused, v.Exit)
	}
	return nil
}
