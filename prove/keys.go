package prove

import (
	"crypto/sha256"
	"fmt"
	"slices"

	indextypes "github.com/inkchain/inkd/logindex/types"
	"github.com/inkchain/inkd/verify/bundle"
)

// keys adds the entries that say whose the consensus keys of the sets are, where the
// anchor does not. Sets that are the anchor's own are of its founders, whom their
// entries name too.
func (g *gatherer) keys() error {
	var all []bundle.Validator
	for _, e := range g.o.Anchor.Eras {
		if g.uses(e) {
			all = append(all, e.Validators...)
		}
	}
	for _, set := range g.b.Sets {
		all = append(all, set...)
	}
	done := map[string]bool{}
	for _, v := range all {
		name := string(v.Key)
		if done[name] || g.inAnchor(v.PublicKey) {
			continue
		}
		done[name] = true
		if err := g.key(v.PublicKey); err != nil {
			return err
		}
	}
	return nil
}

// uses tells whether the bundle has a block of an era.
func (g *gatherer) uses(e bundle.Era) bool {
	return slices.ContainsFunc(g.b.Blocks, func(b bundle.Block) bool {
		return b.Header.ChainID == e.ChainID && b.Header.Height >= e.InitialHeight
	})
}

func (g *gatherer) inAnchor(k bundle.PublicKey) bool {
	return slices.ContainsFunc(g.o.Anchor.Institutions, func(i bundle.Institution) bool {
		return slices.ContainsFunc(i.Keys, func(own bundle.PublicKey) bool {
			return own.Type == k.Type && string(own.Key) == string(k.Key)
		})
	})
}

// key adds the entry that bound a consensus key, and that of its institution's
// admission unless the anchor names it.
func (g *gatherer) key(k bundle.PublicKey) error {
	digest := sha256.Sum256(k.Key)
	bound, err := g.find(&indextypes.QueryFindRequest{Subject: indextypes.Subject_SUBJECT_CONSENSUS_KEY, Digest: digest[:]})
	if err != nil {
		return err
	}
	for _, e := range bound {
		b := e.GetValidatorKeyBound()
		if b == nil || uint32(b.KeyType) != k.Type || string(b.PublicKey) != string(k.Key) {
			continue
		}
		g.want(e.Seq)
		return g.institution(b.InstitutionId)
	}
	return fmt.Errorf("binding of the consensus key %X: %w", k.Key, ErrNotFound)
}

func (g *gatherer) institution(id uint64) error {
	if slices.ContainsFunc(g.o.Anchor.Institutions, func(i bundle.Institution) bool { return i.ID == id }) {
		return nil
	}
	about, err := g.find(&indextypes.QueryFindRequest{Subject: indextypes.Subject_SUBJECT_INSTITUTION, Id: id})
	if err != nil {
		return err
	}
	for _, e := range about {
		if b := e.GetInstitutionAdmitted(); b != nil && b.InstitutionId == id {
			g.want(e.Seq)
			return nil
		}
	}
	return fmt.Errorf("admission of institution %d: %w", id, ErrNotFound)
}
