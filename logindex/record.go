package logindex

import (
	"errors"
	"fmt"

	logtypes "github.com/inkchain/inkd/x/log/types"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/bundle"
)

// ErrNotProvable says that the node no longer has the state of a height, or has it
// not yet.
var ErrNotProvable = errors.New("no state of that height")

// ProvingState is a State that proves heads as long as their states are kept.
type ProvingState interface {
	State
	// LogID is the log's identity.
	LogID() (format.Hash, error)
	// HeadProof proves the head in the state of a height, this one's or an earlier
	// one's; ErrNotProvable.
	HeadProof(height uint64) (bundle.State, error)
}

// expectBatch is how many entries are read between two notes of what they expect.
const expectBatch = 20_000

// Record keeps the head that the state's block left, if it appended, and those of
// earlier blocks that are not kept yet, as far back as their states reach. It must be
// called for each committed state before states are pruned further.
func (a *Archive) Record(s ProvingState) error {
	size, _, _, err := s.Head()
	if err != nil {
		return fmt.Errorf("head of the state at %d: %w", s.Height(), err)
	}
	if size == 0 {
		return nil
	}
	id, err := s.LogID()
	if err != nil {
		return err
	}
	if err := a.Bind(id); err != nil {
		return err
	}
	if err := a.expect(s, size); err != nil {
		return err
	}
	return a.proveMissing(s)
}

// expect notes the heights of the entries that came.
func (a *Archive) expect(s State, size uint64) error {
	seen, err := a.Seen()
	if err != nil {
		return err
	}
	var heights []uint64
	for seq := seen; seq < size; seq++ {
		height, err := entryHeight(s, seq)
		if err != nil {
			return err
		}
		if len(heights) == 0 || heights[len(heights)-1] != height {
			heights = append(heights, height)
		}
		if (seq+1-seen)%expectBatch == 0 || seq+1 == size {
			if err := a.Expect(heights, seq+1); err != nil {
				return err
			}
			heights = nil
		}
	}
	return nil
}

func entryHeight(s State, seq uint64) (uint64, error) {
	b, err := s.Entry(seq)
	if err != nil {
		return 0, fmt.Errorf("entry %d of the state: %w", seq, err)
	}
	e := new(logtypes.Entry)
	if err := e.Unmarshal(b); err != nil {
		return 0, fmt.Errorf("entry %d of the state: %w", seq, err)
	}
	return e.Height, nil
}

// proveMissing goes down from the latest height without a head until a state is gone.
func (a *Archive) proveMissing(s ProvingState) error {
	for {
		height, ok, err := a.last(tableMissing)
		if err != nil || !ok || height > s.Height() {
			return err
		}
		proof, err := s.HeadProof(height)
		if errors.Is(err, ErrNotProvable) {
			return nil
		}
		if err == nil {
			err = a.AddHead(proof)
		}
		if err != nil {
			return fmt.Errorf("head of block %d: %w", height, err)
		}
	}
}
