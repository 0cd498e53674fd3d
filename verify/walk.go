package verify

import (
	"fmt"

	"github.com/inkchain/inkd/verify/bundle"
)

// Walk checks headers without a bundle around them: by the rules of the authority
// chain, from the anchor's first validators or from a pin's set, through the headers
// in their order. There is no trusting period. It is for programs that follow a chain:
// each header of the check "authority", if it passed, is signed by more than two
// thirds of the set that the one before leads to. Sets are found by their hashes.
func Walk(anchor *bundle.Anchor, pins []Pin, blocks []bundle.Block, sets [][]bundle.Validator) (c Check) {
	defer func() {
		if p := recover(); p != nil {
			c = Check{Code: "internal", Status: Failed, Required: true, Exit: ExitInternal, Zh: "内部错误", En: fmt.Sprintf("internal fault: %v", p)}
		}
	}()
	r := &run{
		in: Input{Policy: Policy{Pins: pins}}, anchor: anchor, b: &bundle.Bundle{LogID: anchor.LogID, Blocks: blocks, Sets: sets},
		sets: map[string]*validatorSet{}, headers: map[uint64]*header{},
	}
	err := r.loadSets()
	if err == nil {
		err = r.walk()
	}
	r.judge("authority", err)
	return r.v.Checks[0]
}
