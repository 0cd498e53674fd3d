package logindex

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
)

// AddHead keeps the proof of the head that its block left, synced. Once the next
// block is kept too it must lead to that block's app hash, or the error is
// ErrConflict; until then the last one given counts, because a node whose state was
// rolled back proves anew.
func (a *Archive) AddHead(s bundle.State) error {
	head, err := headIn(s)
	if err != nil {
		return err
	}
	if head.LastHeight != s.Height {
		return fmt.Errorf("%w: expected the head that block %d left, got that of block %d", ErrNotSound, s.Height, head.LastHeight)
	}
	if err := a.begin(); err != nil {
		return err
	}
	defer a.mu.Unlock()
	kept, err := a.get(heightKey(tableHead, s.Height))
	if err != nil || string(kept) == string(s.Message()) {
		return err
	}
	next, confirmed, err := a.header(s.Height + 1)
	if err != nil {
		return err
	}
	if confirmed {
		if _, err := ProveHead(s, next.AppHash); err != nil {
			return fmt.Errorf("head of block %d: %w: %w", s.Height, ErrConflict, err)
		}
		if kept != nil {
			return nil // proven when the block came
		}
	}
	return a.changeLocked(func(c *change) {
		if kept == nil {
			c.counts.heads++
		}
		c.set(heightKey(tableHead, s.Height), s.Message())
		c.unmark(tableMissing, s.Height, &c.counts.missing)
		if !confirmed {
			c.unmark(tableGone, s.Height, &c.counts.gone)
			c.mark(tablePending, s.Height, &c.counts.pending)
		}
	})
}

// AddBlock keeps a header with a commit for it, the set that signed it and, if the
// header names another set as next, that one; synced. Votes of a further commit for the
// same header and round are added to the kept ones; one of another round replaces them
// if it has more power. A kept head of the block before
// that does not lead to this header's app hash is given up: it proves nothing.
func (a *Archive) AddBlock(b bundle.Block, set, next []bundle.Validator) error {
	if err := checkBlock(&b, set, next); err != nil {
		return err
	}
	height := b.Header.Height
	if err := a.begin(); err != nil {
		return err
	}
	defer a.mu.Unlock()
	kept, err := a.get(heightKey(tableBlock, height))
	if err != nil {
		return err
	}
	if kept != nil {
		return a.replaceCommit(kept, &b, set)
	}
	head, err := a.get(heightKey(tableHead, height-1))
	if err != nil {
		return err
	}
	wrong := head != nil && !leadsTo(head, b.Header.AppHash)
	err = a.changeLocked(func(c *change) {
		c.counts.blocks++
		c.set(heightKey(tableBlock, height), b.Message())
		c.addSet(b.Header.ValidatorsHash, set)
		if isLink(&b.Header) {
			c.addSet(b.Header.NextValidatorsHash, next)
			c.set(heightKey(tableLink, height), nil)
		}
		c.unmark(tablePending, height-1, &c.counts.pending)
		c.unmark(tableGone, height-1, &c.counts.gone)
		if wrong {
			c.counts.heads--
			c.delete(heightKey(tableHead, height-1))
			c.mark(tableMissing, height-1, &c.counts.missing)
		}
	})
	if err == nil && wrong {
		err = fmt.Errorf("head of block %d: %w: it does not lead to the app hash of header %d and was given up", height-1, ErrNotSound, height)
	}
	return err
}

// replaceCommit takes what a further commit for a kept header has more.
func (a *Archive) replaceCommit(kept []byte, b *bundle.Block, set []bundle.Validator) error {
	old, err := bundle.ParseBlock(kept)
	if err != nil {
		return fmt.Errorf("block %d: %w: %w", b.Header.Height, ErrDamaged, err)
	}
	if had, got := blocks.HeaderHash(old.Header), blocks.HeaderHash(b.Header); string(had) != string(got) {
		return fmt.Errorf("block %d: %w: expected header %X, got %X", b.Header.Height, ErrConflict, had, got)
	}
	full := bundle.Block{Header: old.Header, Commit: fuller(old.Commit, b.Commit)}
	if power(&full.Commit, set) <= power(&old.Commit, set) {
		return nil
	}
	return a.changeLocked(func(c *change) { c.set(heightKey(tableBlock, b.Header.Height), full.Message()) })
}

// fuller has the votes of both commits if they are of one round, else it is the other
// one. A vote is of its round and does not depend on the votes beside it, so the kept
// commit and the chain's may each have one that the other lacks: of equal power, and
// yet not the same for who leaves some institutions out of account.
func fuller(kept, other bundle.Commit) bundle.Commit {
	a, b := kept.BlockID, other.BlockID
	if kept.Round != other.Round || string(a.Hash) != string(b.Hash) || a.PartsTotal != b.PartsTotal || string(a.PartsHash) != string(b.PartsHash) {
		return other
	}
	kept.Signatures = slices.Clone(kept.Signatures)
	for i, s := range other.Signatures {
		if i < len(kept.Signatures) && s.Flag == bundle.FlagCommit && kept.Signatures[i].Flag != bundle.FlagCommit {
			kept.Signatures[i] = s
		}
	}
	return kept
}

// Expect tells which blocks appended the entries from Seen up to size.
func (a *Archive) Expect(heights []uint64, size uint64) error {
	return a.change(func(c *change) {
		c.unsynced = true // told again if lost
		for _, h := range heights {
			if !c.has(heightKey(tableHead, h)) {
				c.mark(tableMissing, h, &c.counts.missing)
			}
		}
		c.note(metaSeen, size)
	})
}

// Seen is the number of entries whose heights Expect was told.
func (a *Archive) Seen() (uint64, error) {
	v, err := a.meta(metaSeen, 1)
	return v[0], err
}

// giveUp says that this node has the block after a kept head no more.
func (a *Archive) giveUp(head uint64) error {
	return a.change(func(c *change) {
		c.unmark(tablePending, head, &c.counts.pending)
		c.mark(tableGone, head, &c.counts.gone)
	})
}

// markRead notes up to which height all blocks were read for links.
func (a *Archive) markRead(height uint64) error {
	return a.change(func(c *change) {
		c.unsynced = true // read again if lost
		c.note(metaRead, height)
	})
}

// header is that of a kept block.
func (a *Archive) header(height uint64) (*bundle.Header, bool, error) {
	b, err := a.get(heightKey(tableBlock, height))
	if err != nil || b == nil {
		return nil, false, err
	}
	parsed, err := bundle.ParseBlock(b)
	if err != nil {
		return nil, false, fmt.Errorf("block %d: %w: %w", height, ErrDamaged, err)
	}
	return &parsed.Header, true, nil
}

// checkBlock holds the parts of a block against each other. Signatures are not
// checked: that is for whoever has it from others.
func checkBlock(b *bundle.Block, set, next []bundle.Validator) error {
	h := &b.Header
	if h.Height == 0 || string(blocks.HeaderHash(*h)) != string(b.Commit.BlockID.Hash) {
		return fmt.Errorf("block %d: %w: expected a commit for header %X, got one for %X", h.Height, ErrNotSound, blocks.HeaderHash(*h), b.Commit.BlockID.Hash)
	}
	if len(b.Commit.Signatures) != len(set) {
		return fmt.Errorf("block %d: %w: expected %d places in the commit, got %d", h.Height, ErrNotSound, len(set), len(b.Commit.Signatures))
	}
	if err := checkSet(h.ValidatorsHash, set); err != nil {
		return fmt.Errorf("block %d: %w", h.Height, err)
	}
	if isLink(h) {
		if err := checkSet(h.NextValidatorsHash, next); err != nil {
			return fmt.Errorf("block %d, next set: %w", h.Height, err)
		}
	}
	return nil
}

func checkSet(hash []byte, set []bundle.Validator) error {
	got, err := blocks.SetHash(set)
	if err == nil && (len(set) == 0 || string(got) != string(hash)) {
		err = fmt.Errorf("expected validator set %X, got %X", hash, got)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	return nil
}

// power that voted for the block.
func power(c *bundle.Commit, set []bundle.Validator) (sum uint64) {
	for i, s := range c.Signatures {
		if i < len(set) && s.Flag == bundle.FlagCommit {
			sum += set[i].Power
		}
	}
	return sum
}

// change is one write with the counts after it.
type change struct {
	a        *Archive
	batch    dbm.Batch
	counts   counts
	unsynced bool
	errs     []error
}

func (a *Archive) change(make func(*change)) error {
	if err := a.begin(); err != nil {
		return err
	}
	defer a.mu.Unlock()
	return a.changeLocked(make)
}

// begin locks mu for a change, unless the database takes none. What a change reads
// must be read after it.
func (a *Archive) begin() error {
	a.mu.Lock()
	err := heal(a.db)
	if err == nil && a.unsure {
		a.counts, err = a.count()
		a.unsure = err != nil
	}
	if err != nil {
		a.mu.Unlock()
	}
	return err
}

func (a *Archive) changeLocked(make func(*change)) error {
	c := &change{a: a, batch: a.db.NewBatch(), counts: a.counts}
	make(c)
	if c.counts.heads != a.counts.heads || c.counts.blocks != a.counts.blocks {
		c.note(metaCounts, c.counts.heads, c.counts.blocks)
	}
	err := errors.Join(c.errs...)
	switch {
	case err != nil:
	case c.unsynced || a.lazy:
		err = c.batch.Write()
	default:
		err = c.batch.WriteSync()
	}
	if err == nil {
		a.counts = c.counts
	} else {
		a.unsure = true
	}
	return errors.Join(err, c.batch.Close())
}

func (c *change) set(key, value []byte) {
	c.fail(c.batch.Set(key, append(check(key, value), value...)))
}

func (c *change) delete(key []byte) { c.fail(c.batch.Delete(key)) }

func (c *change) fail(err error) {
	if err != nil {
		c.errs = append(c.errs, err)
	}
}

func (c *change) has(key []byte) bool {
	ok, err := c.a.db.Has(key)
	c.fail(err)
	return ok
}

// mark and unmark keep a table of heights and its count in step.
func (c *change) mark(table byte, height uint64, n *uint64) {
	if key := heightKey(table, height); !c.has(key) {
		c.set(key, nil)
		*n++
	}
}

func (c *change) unmark(table byte, height uint64, n *uint64) {
	if key := heightKey(table, height); c.has(key) {
		c.delete(key)
		*n--
	}
}

func (c *change) addSet(hash []byte, set []bundle.Validator) {
	if key := setKey(hash); !c.has(key) {
		c.set(key, bundle.EncodeSet(set))
	}
}

func (c *change) note(name string, values ...uint64) {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	c.set(metaKey(name), b)
}
