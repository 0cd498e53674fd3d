package logindex

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/inkchain/inkd/logindex/blocks"
	"github.com/inkchain/inkd/verify/bundle"
)

// Audit reads everything in the archive and reports what is not as it was written or
// does not fit to the rest. The error is that of reading on.
func (a *Archive) Audit(report func(error)) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	it, err := a.db.Iterator(nil, nil)
	if err != nil {
		return err
	}
	found := map[byte]uint64{}
	for ; it.Valid(); it.Next() {
		key := append([]byte(nil), it.Key()...)
		found[key[0]]++
		if err := a.auditRow(key); err != nil {
			report(fmt.Errorf("archive, key %q: %w", key, err))
		}
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return err
	}
	c, err := a.meta(metaCounts, 2)
	if err != nil || c[0] != found[tableHead] || c[1] != found[tableBlock] {
		report(fmt.Errorf("archive: expected %d heads and %d blocks as noted, got %d and %d: %w",
			c, c, found[tableHead], found[tableBlock], errors.Join(ErrDamaged, err)))
	}
	return nil
}

func (a *Archive) auditRow(key []byte) error {
	value, err := a.get(key)
	if err != nil {
		return err
	}
	if key[0] == tableSet {
		set, err := bundle.ParseSet(value)
		if err != nil {
			return err
		}
		return checkSet(key[1:], set)
	}
	if key[0] == tableMeta {
		return nil
	}
	if len(key) != 9 {
		return fmt.Errorf("%w: expected a table and a height", ErrDamaged)
	}
	height := binary.BigEndian.Uint64(key[1:])
	switch key[0] {
	case tableHead:
		return a.auditHead(height, value)
	case tableBlock:
		return a.auditBlock(height)
	case tableLink:
		return a.auditLink(height)
	case tableMissing, tablePending, tableGone:
		return a.auditMark(key[0], height)
	}
	return fmt.Errorf("%w: expected a known table", ErrDamaged)
}

// auditHead wants the block above, which the head leads to, or a mark that it is not
// there.
func (a *Archive) auditHead(height uint64, value []byte) error {
	s, err := bundle.ParseState(value)
	if err != nil {
		return err
	}
	next, ok, err := a.header(height + 1)
	switch {
	case err != nil:
		return err
	case s.Height != height:
		return fmt.Errorf("%w: expected the head of %d, got that of %d", ErrDamaged, height, s.Height)
	case ok:
		_, err = ProveHead(s, next.AppHash)
		return err
	}
	for _, table := range []byte{tablePending, tableGone} {
		if v, err := a.get(heightKey(table, height)); err != nil || v != nil {
			return err
		}
	}
	return fmt.Errorf("%w: expected block %d or a note that it is to come", ErrDamaged, height+1)
}

func (a *Archive) auditBlock(height uint64) error {
	block, set, next, _, err := a.Block(height)
	if err != nil {
		return err
	}
	b, err := bundle.ParseBlock(block)
	if err != nil {
		return err
	}
	if b.Header.Height != height {
		return fmt.Errorf("%w: expected block %d, got %d", ErrDamaged, height, b.Header.Height)
	}
	members, err := bundle.ParseSet(set)
	if err != nil {
		return err
	}
	var following []bundle.Validator
	if next != nil {
		if following, err = bundle.ParseSet(next); err != nil {
			return err
		}
		if link, err := a.get(heightKey(tableLink, height)); err != nil || link == nil {
			return errors.Join(fmt.Errorf("%w: expected it among the links", ErrDamaged), err)
		}
	}
	if err := checkBlock(&b, members, following); err != nil {
		return err
	}
	return checkCommit(b, members)
}

// checkCommit holds the commit's signatures against a set: more than two thirds.
func checkCommit(b bundle.Block, members []bundle.Validator) error {
	set, err := blocks.ToSet(members)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	header, commit := blocks.ToComet(b)
	if err := set.VerifyCommit(header.ChainID, commit.BlockID, header.Height, commit); err != nil {
		return fmt.Errorf("%w: %w", ErrNotSound, err)
	}
	return nil
}

func (a *Archive) auditLink(height uint64) error {
	h, ok, err := a.header(height)
	if err == nil && (!ok || !isLink(h)) {
		err = fmt.Errorf("%w: expected a block whose next set is another", ErrDamaged)
	}
	return err
}

// auditMark wants the head of what waits for a block, and none of what is missing.
func (a *Archive) auditMark(table byte, height uint64) error {
	head, err := a.get(heightKey(tableHead, height))
	if err == nil && (head == nil) != (table == tableMissing) {
		err = fmt.Errorf("%w: the head of %d and the note on it exclude each other", ErrDamaged, height)
	}
	return err
}
