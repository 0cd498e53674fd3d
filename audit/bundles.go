package audit

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
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
			b, err := os.ReadFile(file)
			if err != nil {
				return err
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

func (r *run) checkBundle(a *Area, file string, b []byte) {
	if _, err := bundle.Parse(b); err != nil {
		a.find("bundle-file", Where{File: file}, "a bundle", err)
	}
}
