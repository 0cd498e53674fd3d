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

const (
	// expectBatch is how many entries are read between two notes of what they expect.
	expectBatch = 20_000
	// maxHeld proofs, of some kilobytes each, wait in memory for a disk that works.
	maxHeld = 4_096
)

// pace is how much may be done before the next block: entries read, and heads proven.
// Zeros are no bounds.
type pace struct{ entries, heads uint64 }

// atCommit takes well below a second.
var atCommit = pace{entries: 5_000, heads: 50}

// Record keeps the head that the state's block left, if it appended, and those of
// earlier blocks that are not kept yet, as far back as their states reach. It must be
// called for each committed state before states are pruned further.
func (a *Archive) Record(s ProvingState) error {
	return errors.Join(a.keepHead(s), a.makeUp(s, pace{}))
}

// keepHead keeps the head that the state's block left, or the last one before it. A
// proof that cannot be written is held in memory: the disk may work again after the
// state is pruned.
func (a *Archive) keepHead(s ProvingState) error {
	size, _, last, err := s.Head()
	if err != nil {
		return fmt.Errorf("head of the state at %d: %w", s.Height(), err)
	}
	if size == 0 {
		return nil
	}
	broken := a.writeHeld(s)
	if last < s.Height() {
		if _, kept, err := a.Head(last); err == nil && kept {
			return broken
		}
	}
	proof, err := s.HeadProof(last)
	if errors.Is(err, ErrNotProvable) {
		return broken
	}
	if err == nil && broken == nil {
		broken = a.AddHead(proof)
	}
	if err == nil && broken != nil && !refused(broken) {
		a.hold(proof)
	}
	if err = errors.Join(err, broken); err != nil {
		return fmt.Errorf("head of block %d: %w", last, err)
	}
	return nil
}

// writeHeld writes what is held, and first of all whose log it is. What the archive
// refuses for good is given up.
func (a *Archive) writeHeld(s ProvingState) error {
	if err := heal(a.db); err != nil {
		return err
	}
	id, err := s.LogID()
	if err != nil {
		return err
	}
	if err := a.Bind(id); err != nil {
		return err
	}
	for len(a.held) > 0 {
		err := a.AddHead(a.held[0])
		if err != nil && !refused(err) {
			return err
		}
		a.held = a.held[1:]
	}
	return nil
}

func (a *Archive) hold(proof bundle.State) {
	n := len(a.held)
	if n < maxHeld && (n == 0 || a.held[n-1].Height != proof.Height) {
		a.held = append(a.held, proof)
	}
}

// refused says that a write would not succeed on any disk.
func refused(err error) bool {
	return errors.Is(err, ErrConflict) || errors.Is(err, ErrNotSound) || errors.Is(err, ErrDamaged) || errors.Is(err, ErrOtherLog)
}

// makeUp keeps what is not kept of earlier blocks. What exceeds the pace is errLong.
func (a *Archive) makeUp(s ProvingState, p pace) error {
	size, _, _, err := s.Head()
	if err != nil {
		return fmt.Errorf("head of the state at %d: %w", s.Height(), err)
	}
	if err := a.expect(s, size, p.entries); err != nil {
		return err
	}
	return a.proveMissing(s, p.heads)
}

// expect notes the heights of the entries that came.
func (a *Archive) expect(s State, size, limit uint64) error {
	seen, err := a.Seen()
	if err != nil {
		return err
	}
	if limit > 0 && size > seen+limit {
		return fmt.Errorf("%w: %d entries of %d are known to the archive", errLong, seen, size)
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
func (a *Archive) proveMissing(s ProvingState, limit uint64) error {
	for n := uint64(1); ; n++ {
		height, ok, err := a.last(tableMissing)
		if err != nil || !ok || height > s.Height() {
			return err
		}
		if limit > 0 && n > limit {
			return fmt.Errorf("%w: the head of block %d and others are to be proven", errLong, height)
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
