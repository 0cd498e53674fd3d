package audit

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
	"github.com/inkchain/inkd/verify/layout"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// checkEra compares the chain with the anchor: its first header must name the
// validators that founded the era.
func (r *run) checkEra(a *blockAudit) {
	if r.anchor == nil || r.chain.id() == "" {
		return
	}
	where := Where{File: "state.db", Key: "chain id"}
	var era *bundle.Era
	for i := range r.anchor.Eras {
		if r.anchor.Eras[i].ChainID == r.chain.id() {
			era = &r.anchor.Eras[i]
		}
	}
	if era == nil {
		a.area.find("anchor-era", where, "a chain that the anchor names", r.chain.id())
		return
	}
	if initial := uint64(r.chain.state.InitialHeight); initial != era.InitialHeight {
		a.area.find("anchor-era", where, fmt.Sprintf("initial height %d", era.InitialHeight), initial)
		return
	}
	set, err := blocks.ToSet(era.Validators)
	if err != nil {
		a.area.find("anchor-era", where, "founding validators", err)
		return
	}
	if h := a.header(int64(era.InitialHeight)); h != nil && !bytes.Equal(h.ValidatorsHash, set.Hash()) {
		a.area.find("anchor-era", a.where("H", h.Height), set.Hash(), []byte(h.ValidatorsHash))
	}
}

func (r *run) checkBundles(ctx context.Context, files []string) error {
	if len(files) == 0 && len(r.Bundles) == 0 {
		return nil
	}
	a := r.area("bundles")
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		a.counted("bundles", 1)
		err := guard(a, file, func() error {
			b, err := readBundle(file)
			if err != nil {
				return err
			}
			if len(b) > bundle.MaxBytes {
				a.find("bundle-file", Where{File: file}, fmt.Sprintf("a bundle of at most %d bytes", bundle.MaxBytes), "more")
				return nil
			}
			r.checkBundle(a, file, b)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// readBundle reads a file, but of one that is too large for a bundle only the first
// byte too many: a directory of bundles may hold anything.
func readBundle(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, bundle.MaxBytes+1))
}

// checkBundle verifies one, and compares its entries with those of the log.
func (r *run) checkBundle(a *Area, file string, b []byte) {
	v := verify.Verify(verify.Input{Bundle: b, Anchor: r.Anchor})
	if v.Exit != verify.ExitOK && v.Exit != verify.ExitNothingShown {
		a.find("bundle-file", Where{File: file}, "a bundle that verifies", failures(v))
		return
	}
	parsed, err := bundle.Parse(b)
	if err != nil || r.log == nil {
		return
	}
	r.checkVotes(a, file, parsed)
	for _, e := range parsed.Entries {
		r.compareEntry(a, file, e.Bytes)
	}
	for _, l := range parsed.Lists {
		for _, e := range l.Entries {
			r.compareEntry(a, file, e)
		}
	}
}

// checkVotes wants every vote in a bundle to be valid, not only those of more than two
// thirds of the power: no node made a bundle with others, so they have been damaged.
func (r *run) checkVotes(a *Area, file string, b *bundle.Bundle) {
	sets := map[string][]bundle.Validator{}
	for _, era := range r.anchor.Eras {
		b.Sets = append(b.Sets, era.Validators)
	}
	for _, s := range b.Sets {
		if hash, err := blocks.SetHash(s); err == nil {
			sets[string(hash)] = s
		}
	}
	for _, block := range b.Blocks {
		header, commit := blocks.ToComet(block)
		set, err := blocks.ToSet(sets[string(header.ValidatorsHash)])
		if err == nil {
			err = set.VerifyCommit(header.ChainID, commit.BlockID, header.Height, commit)
		}
		if err != nil {
			a.find("bundle-vote", Where{File: file, Height: header.Height}, "valid votes only", err)
		}
	}
}

// compareEntry wants the log to hold an entry of a bundle that verifies: if it holds
// another, somebody with the validators' keys has rewritten it.
func (r *run) compareEntry(a *Area, file string, b []byte) {
	e, err := logtypes.ParseEntry(b)
	if err != nil {
		a.find("bundle-log", Where{File: file}, "an entry", err)
		return
	}
	where := Where{File: file, Store: layout.LogStore, Key: fmt.Sprintf("entry %d", e.Seq), Height: int64(e.Height)}
	held, err := r.log.entryAt(e.Seq)
	switch {
	case err != nil:
		a.find("bundle-log", where, b, err)
	case held == nil && int64(e.Height) > r.report.Height:
		a.note("bundle-ahead", file)
	case !bytes.Equal(held, b):
		a.find("bundle-log", where, b, orNoValue(held, held != nil))
	default:
		a.counted("entries in the log", 1)
	}
}

// failures are the checks that did not pass, with the rules they broke.
func failures(v verify.Verdict) string {
	var out []string
	for _, c := range v.Checks {
		if c.Status == verify.Failed || c.Required && c.Status != verify.Passed {
			out = append(out, fmt.Sprintf("%s: %s", c.Code, c.En))
		}
	}
	return fmt.Sprintf("exit %d; %s", v.Exit, strings.Join(out, "; "))
}
