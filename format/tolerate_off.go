//go:build ruleoff

package format

import "errors"

// Tolerated are refusals of the decoder that are switched off. It exists only in
// builds with the tag ruleoff, which show that each bad vector of docs/spec dies of
// its own rule.
var Tolerated = map[error]bool{}

func tolerated(err error) bool {
	for e, on := range Tolerated {
		if on && errors.Is(err, e) {
			return true
		}
	}
	return false
}

// tolerate steps over a field whose refusal is switched off.
func (d *Decoder) tolerate() {
	if d.err == nil || !tolerated(d.err) {
		return
	}
	_, wire, n, _ := readTag(d.rest)
	rest := d.rest[n:]
	v, n, err := readVarint(rest)
	if err != nil || wire == wireBytes && v > uint64(len(rest)-n) {
		return
	}
	if rest = rest[n:]; wire == wireBytes {
		rest = rest[v:]
	}
	d.rest, d.err = rest, nil
}
