package logindex

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/verify/bundle"
)

// Refusals of the archive.
var (
	// ErrConflict: something else is kept at that height, and is never overwritten.
	ErrConflict = errors.New("conflict with what the archive keeps")
	// ErrNotSound: a head, block or set that does not fit to itself or to its neighbours.
	ErrNotSound = errors.New("not sound")
	// ErrDamaged: what the archive kept is not what it gave back.
	ErrDamaged = errors.New("the archive is damaged")
	// ErrOtherLog: the archive is that of another log.
	ErrOtherLog = errors.New("archive of another log")
)

// The tables of the archive: the first byte of a key, before a height as be64 or a
// set's hash. Each value begins with checkBytes of SHA-256 over key ‖ the rest.
const (
	tableHead    byte = 'h' // height → bundle.State of kind head
	tableBlock   byte = 'b' // height → bundle.Block
	tableSet     byte = 's' // hash, 32 bytes → validator set
	tableLink    byte = 'l' // height of a block whose next set is another → nothing
	tableMissing byte = 'w' // height of a block that appended, without a head → nothing
	tablePending byte = 'p' // height of a head whose next block is to come → nothing
	tableGone    byte = 'g' // height of a head whose next block this node has no more → nothing
	tableMeta    byte = 'm' // one of the names below → be64s, or the log's id
)

const (
	metaCounts = "counts" // heads ‖ blocks
	metaSeen   = "seen"   // entries whose heights are known
	metaRead   = "read"   // height up to which blocks were read for links
	metaLog    = "log"    // the log's id
	checkBytes = 8
)

// ArchiveName is that of the archive's database, archive.db: of a node in its home, and
// not in data, which is wiped when a node begins anew.
const ArchiveName = "archive"

// Archive keeps what cannot be made again: for every block that appended the proof
// of the head it left, with header, commit and validator set of the next block, and
// every header that names another set than its own. Nothing is ever deleted, and
// nothing replaced but a commit by a fuller one for the same header. A write that
// returned without error survives a crash. Safe for concurrent use.
type Archive struct {
	db dbm.DB

	mu     sync.Mutex // one change at a time
	counts counts
	unsure bool // a write failed: it may be on the disk all the same
	lazy   bool // nothing is synced: a Copy is under way
	// held are proofs of heads that could not be written yet; for keepHead only.
	held []bundle.State
}

// counts of the tables.
type counts struct{ heads, blocks, missing, pending, gone uint64 }

// OpenArchive opens the archive in a database of its own.
func OpenArchive(db dbm.DB) (*Archive, error) {
	a := &Archive{db: db}
	var err error
	if a.counts, err = a.count(); err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	return a, nil
}

// count reads the counts.
func (a *Archive) count() (counts, error) {
	kept, err := a.meta(metaCounts, 2)
	if err != nil {
		return counts{}, err
	}
	c := counts{heads: kept[0], blocks: kept[1]}
	for table, n := range map[byte]*uint64{tableMissing: &c.missing, tablePending: &c.pending, tableGone: &c.gone} {
		if err := a.each(table, 0, func(uint64) bool { *n++; return true }); err != nil {
			return counts{}, err
		}
	}
	return c, nil
}

// Bind ties an archive to a log for ever; ErrOtherLog if it is another's.
func (a *Archive) Bind(logID bundle.Hash) error {
	kept, bound, err := a.LogID()
	switch {
	case err != nil:
		return err
	case bound && kept != logID:
		return fmt.Errorf("%w: expected %x, got %x", ErrOtherLog, kept, logID)
	case bound:
		return nil
	}
	return a.change(func(c *change) { c.set(metaKey(metaLog), logID[:]) })
}

// LogID is the log that the archive is tied to; false if it is to none yet.
func (a *Archive) LogID() (id bundle.Hash, bound bool, err error) {
	b, err := a.get(metaKey(metaLog))
	if err != nil || b == nil {
		return id, false, err
	}
	if len(b) != len(id) {
		return id, false, fmt.Errorf("%w: expected a log id of %d bytes, got %d", ErrDamaged, len(id), len(b))
	}
	return bundle.Hash(b), true, nil
}

// Head is the canonical bundle.State of the head that the block of a height left;
// false if it is not kept.
func (a *Archive) Head(height uint64) ([]byte, bool, error) {
	b, err := a.get(heightKey(tableHead, height))
	return b, b != nil, err
}

// Block is the canonical bundle.Block of a height with the canonical message of the
// set that signed it, and of the next set if that is another; false if it is not kept.
func (a *Archive) Block(height uint64) (block, validators, next []byte, ok bool, err error) {
	if block, err = a.get(heightKey(tableBlock, height)); err != nil || block == nil {
		return nil, nil, nil, false, err
	}
	parsed, err := bundle.ParseBlock(block)
	if err != nil {
		return nil, nil, nil, false, fmt.Errorf("block %d: %w: %w", height, ErrDamaged, err)
	}
	if validators, err = a.set(parsed.Header.ValidatorsHash); err != nil {
		return nil, nil, nil, false, fmt.Errorf("block %d: %w", height, err)
	}
	if isLink(&parsed.Header) {
		if next, err = a.set(parsed.Header.NextValidatorsHash); err != nil {
			return nil, nil, nil, false, fmt.Errorf("block %d: %w", height, err)
		}
	}
	return block, validators, next, true, nil
}

func (a *Archive) set(hash []byte) ([]byte, error) {
	b, err := a.get(setKey(hash))
	if err == nil && b == nil {
		err = fmt.Errorf("%w: expected the validator set %x, got none", ErrDamaged, hash)
	}
	return b, err
}

// Links are heights of kept blocks above after whose next set is another, ascending;
// at most limit, and never more than MaxPage.
func (a *Archive) Links(after uint64, limit int) ([]uint64, error) {
	return a.page(tableLink, after, limit)
}

// Heads are the heights above after of kept heads, as Links.
func (a *Archive) Heads(after uint64, limit int) ([]uint64, error) {
	return a.page(tableHead, after, limit)
}

// Missing are heights above after of blocks that appended and have no kept head, or
// one without its next block that this node cannot get any more. As Links.
func (a *Archive) Missing(after uint64, limit int) ([]uint64, error) {
	none, err := a.page(tableMissing, after, limit)
	if err != nil {
		return nil, err
	}
	gone, err := a.page(tableGone, after, limit)
	if err != nil {
		return nil, err
	}
	all := merge(none, gone)
	return all[:min(len(all), pageSize(limit))], nil
}

func merge(a, b []uint64) []uint64 {
	out := make([]uint64, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] < b[0] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Stats counts heads and blocks kept; says from which height on every block that
// appended has its head (0 if the last one has none); how many have none, or one
// whose next block this node cannot get any more; and how many heads wait for their
// next block.
func (a *Archive) Stats() (heads, blocks, completeFrom, missing, pending uint64) {
	a.mu.Lock()
	c := a.counts
	a.mu.Unlock()
	var above uint64
	for _, table := range []byte{tableMissing, tableGone} {
		if last, ok, err := a.last(table); err == nil && ok {
			above = max(above, last)
		}
	}
	if first, err := a.Heads(above, 1); err == nil && len(first) == 1 {
		completeFrom = first[0]
	}
	return c.heads, c.blocks, completeFrom, c.missing + c.gone, c.pending
}

// NeededFrom is the lowest height of a block that the archive has yet to read: older
// ones may be pruned.
func (a *Archive) NeededFrom() (uint64, error) {
	read, err := a.meta(metaRead, 1)
	if err != nil {
		return 0, err
	}
	from := read[0] + 1
	waiting, err := a.page(tablePending, 0, 1)
	if err == nil && len(waiting) == 1 {
		from = min(from, waiting[0]+1)
	}
	return from, err
}

func heightKey(table byte, height uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{table}, height)
}

func setKey(hash []byte) []byte { return append([]byte{tableSet}, hash...) }

func metaKey(name string) []byte { return append([]byte{tableMeta}, name...) }

// get is a checked value; nil if there is none. The value may be empty.
func (a *Archive) get(key []byte) ([]byte, error) {
	b, err := a.db.Get(key)
	if err != nil || b == nil {
		return nil, err
	}
	if len(b) < checkBytes || string(b[:checkBytes]) != string(check(key, b[checkBytes:])) {
		return nil, fmt.Errorf("%w: the value of %q has another checksum than when it was written", ErrDamaged, key)
	}
	return b[checkBytes:], nil
}

func check(key, value []byte) []byte {
	h := sha256.New()
	h.Write(key)
	h.Write(value)
	return h.Sum(nil)[:checkBytes]
}

// meta is a note of n integers; zeros if it was never written.
func (a *Archive) meta(name string, n int) ([]uint64, error) {
	b, err := a.get(metaKey(name))
	if err != nil {
		return nil, err
	}
	out := make([]uint64, n)
	if b == nil {
		return out, nil
	}
	if len(b) != 8*n {
		return nil, fmt.Errorf("%w: expected %d bytes of %s, got %d", ErrDamaged, 8*n, name, len(b))
	}
	for i := range out {
		out[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return out, nil
}

func pageSize(limit int) int {
	if limit <= 0 || limit > MaxPage {
		return MaxPage
	}
	return limit
}

func (a *Archive) page(table byte, after uint64, limit int) ([]uint64, error) {
	var out []uint64
	if after == math.MaxUint64 {
		return nil, nil
	}
	err := a.each(table, after+1, func(height uint64) bool {
		out = append(out, height)
		return len(out) < pageSize(limit)
	})
	return out, err
}

// each calls visit with the heights of a table from one on, until it returns false.
func (a *Archive) each(table byte, from uint64, visit func(uint64) bool) error {
	it, err := a.db.Iterator(heightKey(table, from), []byte{table + 1})
	if err != nil {
		return err
	}
	for ; it.Valid(); it.Next() {
		if len(it.Key()) != 9 {
			return errors.Join(fmt.Errorf("%w: expected a key of 9 bytes, got %q", ErrDamaged, it.Key()), it.Close())
		}
		if !visit(binary.BigEndian.Uint64(it.Key()[1:])) {
			break
		}
	}
	return errors.Join(it.Error(), it.Close())
}

// last is the highest height in a table.
func (a *Archive) last(table byte) (uint64, bool, error) {
	it, err := a.db.ReverseIterator([]byte{table}, []byte{table + 1})
	if err != nil {
		return 0, false, err
	}
	var height uint64
	ok := it.Valid() && len(it.Key()) == 9
	if ok {
		height = binary.BigEndian.Uint64(it.Key()[1:])
	}
	return height, ok, errors.Join(it.Error(), it.Close())
}

func isLink(h *bundle.Header) bool { return string(h.NextValidatorsHash) != string(h.ValidatorsHash) }
