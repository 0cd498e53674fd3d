package verify

import (
	"bytes"

	"github.com/inkchain/inkd/verify/bundle"
)

// header is a header of the bundle that a set which the walk reached has signed.
type header struct {
	*bundle.Header
	set    *validatorSet
	signed []bool
	power  uint64
	link   bool // its next set is another
}

// walk goes through the blocks in their order, from the anchor's first validators
// (or a pin's) from set to set: each header must be of the set that the walk is at
// and signed by more than two thirds of it; the set that it names as next is where
// the walk goes on.
func (r *run) walk() error {
	var last *header
	var current []byte // hash of the set that signs what comes
	for i := range r.b.Blocks {
		b := &r.b.Blocks[i]
		h := &b.Header
		before := uint64(0)
		if last != nil {
			before = last.Height
			if err := first(
				must(h.Height > last.Height, "blocks.order", "expected a height above %d, got %d", last.Height, h.Height),
				must(h.Time > last.Time, "header.time", "expected a time after that of height %d, got %s", last.Height, Time(h.Time)),
			); err != nil {
				return err
			}
		}
		era := r.eraOf(h.Height)
		if err := first(
			must(era != nil, "era.height", "expected a height of an era of the anchor, got %d", h.Height),
			withExit(ExitUnsupported, must(h.BlockVersion == blockProtocol, "header.version", "expected block version %d, got %d", blockProtocol, h.BlockVersion)),
			must(era == nil || h.ChainID == era.ChainID, "era.chain-id", "expected the chain id of its era at height %d, got %q", h.Height, h.ChainID),
		); err != nil {
			return err
		}
		rule := "chain.set"
		if start, pinned := r.startBetween(before, h.Height); start != nil {
			current = start
			if pinned {
				rule = "pins.set"
			}
		}
		next, err := r.step(b, current, rule)
		if err != nil {
			return err
		}
		r.headers[h.Height], last, current = next, next, h.NextValidatorsHash
	}
	return nil
}

// step checks one block by the set with a hash.
func (r *run) step(b *bundle.Block, current []byte, rule string) (*header, error) {
	h := &b.Header
	if err := must(bytes.Equal(h.ValidatorsHash, current), rule,
		"expected the validator set %x at height %d, got %x: a link is missing or the set is another", current, h.Height, h.ValidatorsHash); err != nil {
		return nil, err
	}
	set, ok := r.sets[string(h.ValidatorsHash)]
	if !ok {
		return &header{h, &validatorSet{}, nil, 0, false}, refuse("chain.set-missing", "expected the validator set %x in the bundle, got none", h.ValidatorsHash)
	}
	signed, power, err := checkCommit(h, headerHash(h), &b.Commit, set)
	if err != nil {
		return nil, err
	}
	return &header{h, set, signed, power, !bytes.Equal(h.NextValidatorsHash, h.ValidatorsHash)}, nil
}

// startBetween is the hash of the set from which the user's trust starts anew above
// a height and up to another: the anchor's for the first block of an era, a pin's
// for what follows its height. The later one counts; nil for none.
func (r *run) startBetween(above, upto uint64) (start []byte, pinned bool) {
	at := uint64(0)
	for i := range r.anchor.Eras {
		if e := &r.anchor.Eras[i]; above < e.InitialHeight && e.InitialHeight <= upto && e.InitialHeight > at {
			hash := setHash(e.Validators)
			start, at = hash[:], e.InitialHeight
		}
	}
	for i := range r.in.Policy.Pins {
		p := &r.in.Policy.Pins[i]
		if p.NextValidatorsHash != nil && above <= p.Height && p.Height < upto && p.Height+1 > at {
			start, at, pinned = p.NextValidatorsHash[:], p.Height+1, true
		}
	}
	return start, pinned
}

// eraOf is the era of a height; nil if it lies before the first.
func (r *run) eraOf(height uint64) *bundle.Era {
	var era *bundle.Era
	for i := range r.anchor.Eras {
		if r.anchor.Eras[i].InitialHeight <= height {
			era = &r.anchor.Eras[i]
		}
	}
	return era
}

// loadSets takes the sets of the bundle and of the anchor, by their hashes.
func (r *run) loadSets() error {
	all := append([][]bundle.Validator(nil), r.b.Sets...)
	for i := range r.anchor.Eras {
		all = append(all, r.anchor.Eras[i].Validators)
	}
	for _, members := range all {
		s, err := newSet(members)
		if err != nil {
			return err
		}
		r.sets[string(s.hash[:])] = s
	}
	return nil
}
