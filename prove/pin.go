package prove

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/inkchain/inkd/verify"
	"github.com/inkchain/inkd/verify/bundle"
)

// ErrPins says that the source's log is not the one that a former pin names, or is
// shorter: it is another history, or a node that is behind.
var ErrPins = errors.New("not the log of the pins")

// Pin makes a pin of the latest head. The head is proven by a bundle about nothing
// else, under the anchor, and as the continuation of every pin of the options. From
// is where the user has it from.
func Pin(ctx context.Context, src Source, from string, o Options) (verify.Pin, error) {
	p, _, err := PinWithHeader(ctx, src, from, o)
	return p, err
}

// PinWithHeader is Pin with the header that proves the head, so that what others say
// of that height can be compared with it.
func PinWithHeader(ctx context.Context, src Source, from string, o Options) (verify.Pin, *bundle.Header, error) {
	if o.Anchor == nil {
		return verify.Pin{}, nil, fmt.Errorf("%w: expected an anchor to verify the head against, got none", ErrOptions)
	}
	if err := longEnough(ctx, src, o.Pins); err != nil {
		return verify.Pin{}, nil, err
	}
	pins := o.Pins
	for _, p := range pins {
		o.PinSizes = append(o.PinSizes, p.Size)
	}
	o.Pins, o.FromPins = nil, false
	b, err := attempts(ctx, src, o, (*gatherer).latestHead)
	if err != nil {
		return verify.Pin{}, nil, err
	}
	// What the verifier takes without the pins and refuses with them contradicts them.
	if err := refusal(verify.Verify(verify.Input{Bundle: b.Bytes(), Anchor: o.Anchor.Bytes(), Policy: verify.Policy{Pins: pins}})); err != nil {
		return verify.Pin{}, nil, fmt.Errorf("%w: %w", ErrPins, err)
	}
	head, err := headOf(b.States[0])
	if err != nil {
		return verify.Pin{}, nil, err
	}
	h := &b.Blocks[len(b.Blocks)-1].Header // the one above the head's state
	next := verify.Hash(h.NextValidatorsHash)
	return verify.Pin{
		Size: head.Size_, Root: verify.Hash(head.Root), Source: from,
		Date:   time.Unix(0, int64(h.Time)).UTC().Format(time.RFC3339),
		Height: h.Height, Time: h.Time, NextValidatorsHash: &next,
	}, h, nil
}

// longEnough refuses a log that is shorter than a pin says.
func longEnough(ctx context.Context, src Source, pins []verify.Pin) error {
	latest, err := src.Latest(ctx)
	if err != nil {
		return err
	}
	s, err := src.State(ctx, latest, bundle.StateHead, 0)
	if err != nil {
		return err
	}
	head, err := headOf(s)
	if err != nil {
		return err
	}
	for _, p := range pins {
		if p.Size > head.Size_ {
			return fmt.Errorf("%w: expected at least the %d entries that are pinned, got %d", ErrPins, p.Size, head.Size_)
		}
		if p.Size == head.Size_ && p.Root != verify.Hash(head.Root) {
			return fmt.Errorf("%w: expected the pinned root %x of %d entries, got %x", ErrPins, p.Root, p.Size, head.Root)
		}
	}
	return nil
}
