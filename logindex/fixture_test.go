package logindex

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

var logID = format.Hash{0: 0x10, 31: 0x01}

// chain is a log that grows in blocks of random entries, with the answers that an
// index has to give.
type chain struct {
	r *rand.Rand

	mu      sync.RWMutex
	entries []*logtypes.Entry
	stored  [][]byte
	leaves  []format.Hash
	edge    format.Edge
	roots   []format.Hash // of the first n entries
	heights []uint64      // of each entry's block
	height  uint64
}

func newChain(seed uint64) *chain {
	c := &chain{r: rand.New(rand.NewPCG(seed, 7))}
	c.roots = []format.Hash{c.edge.Root()}
	return c
}

// grownChain has n entries in blocks of 1 to 9.
func grownChain(seed uint64, n int) *chain {
	c := newChain(seed)
	for c.size() < uint64(n) {
		c.block(min(1+c.r.IntN(9), n-int(c.size())))
	}
	return c
}

func (c *chain) size() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return uint64(len(c.stored))
}

// block appends n entries in one block; with 0 it is an empty one.
func (c *chain) block(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.height++
	for range n {
		e := &logtypes.Entry{Version: 1, Seq: uint64(len(c.stored)), Height: c.height, BlockTime: blockTime(c.height), Body: c.body()}
		if c.r.IntN(4) > 0 {
			e.TxHash = c.digest()
		}
		b, err := e.Marshal()
		if err != nil {
			panic(err)
		}
		leaf := format.EntryLeaf(b)
		c.edge.Append(leaf)
		c.entries, c.stored, c.leaves = append(c.entries, e), append(c.stored, b), append(c.leaves, leaf)
		c.roots, c.heights = append(c.roots, c.edge.Root()), append(c.heights, c.height)
	}
}

func blockTime(height uint64) uint64 { return 1_000_000 + 10*height }

// body is a body of a random kind, its fields filled with few different values.
func (c *chain) body() logtypes.Body {
	kinds := (*logtypes.Entry)(nil).XXX_OneofWrappers()
	return c.bodyOf(kinds[c.r.IntN(len(kinds))], func() uint64 { return c.r.Uint64N(6) })
}

// bodyOf is a body of a kind with some number in its numbers.
func (c *chain) bodyOf(kind any, number func() uint64) logtypes.Body {
	wrapper := reflect.New(reflect.TypeOf(kind).Elem())
	message := reflect.New(wrapper.Elem().Field(0).Type().Elem())
	for i := range message.Elem().NumField() {
		switch f := message.Elem().Field(i); f.Interface().(type) {
		case uint64, uint32:
			f.SetUint(number())
		case []byte:
			f.SetBytes(c.digest())
		case string:
			f.SetString("x")
		case []*logtypes.DisclosedItem:
			f.Set(reflect.ValueOf(c.items()))
		}
	}
	wrapper.Elem().Field(0).Set(message)
	return wrapper.Interface().(logtypes.Body)
}

func (c *chain) items() []*logtypes.DisclosedItem {
	items := make([]*logtypes.DisclosedItem, 1+c.r.IntN(3))
	for i := range items {
		items[i] = &logtypes.DisclosedItem{Index: uint64(i), Sha256: c.digest(), Sm3: c.digest()}
	}
	return items
}

// digest is one of a few.
func (c *chain) digest() []byte { return digestOf(c.r.Uint64N(12)) }

func digestOf(n uint64) []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, n))
	return sum[:]
}

// fork is a chain with the same first entries and others behind.
func (c *chain) fork(at, size int) *chain {
	f := newChain(999)
	f.height = c.heights[at-1]
	f.entries, f.stored, f.leaves = c.entries[:at:at], c.stored[:at:at], c.leaves[:at:at]
	f.roots, f.heights = c.roots[:at+1:at+1], c.heights[:at:at]
	for _, l := range f.leaves {
		f.edge.Append(l)
	}
	for int(f.size()) < size {
		f.block(min(1+f.r.IntN(9), size-int(f.size())))
	}
	return f
}

// at is the state that has the first size entries.
func (c *chain) at(size uint64) *snapshot {
	c.mu.RLock()
	defer c.mu.RUnlock()
	s := &snapshot{c: c, size: size, root: c.roots[size]}
	if size > 0 {
		s.height = c.heights[size-1]
	}
	return s
}

func (c *chain) now() *snapshot { return c.at(c.size()) }

// Entry and LogID are what a server reads of the present state.
func (c *chain) Entry(seq uint64) ([]byte, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if seq >= uint64(len(c.stored)) {
		return nil, fmt.Errorf("no entry %d", seq)
	}
	return c.stored[seq], nil
}

func (c *chain) LogID() (format.Hash, error) { return logID, nil }

// snapshot is the state at one size. A test may look in before an entry is read.
type snapshot struct {
	c            *chain
	height, size uint64
	root         format.Hash
	before       func(seq uint64) error
	reads        int
}

func (s *snapshot) Height() uint64 { return s.height }

func (s *snapshot) Head() (uint64, format.Hash, uint64, error) {
	return s.size, s.root, s.height, nil
}

func (s *snapshot) Entry(seq uint64) ([]byte, error) {
	s.reads++
	if s.before != nil {
		if err := s.before(seq); err != nil {
			return nil, err
		}
	}
	if seq >= s.size {
		return nil, fmt.Errorf("no entry %d in a state of %d", seq, s.size)
	}
	return s.c.Entry(seq)
}

// open opens an index with small batches, so that a test has many of them.
func open(t testing.TB, db dbm.DB) *Index {
	t.Helper()
	x, err := Open(db)
	require.NoError(t, err)
	x.batch = 40
	return x
}

// caughtUp is an index of a state over a new database.
func caughtUp(t testing.TB, s State) (*Index, dbm.DB) {
	t.Helper()
	db := dbm.NewMemDB()
	x := open(t, db)
	require.NoError(t, x.CatchUp(s))
	return x, db
}

// dump is all of a database. An index's depends on the log only.
func dump(t testing.TB, db dbm.DB) map[string]string {
	t.Helper()
	it, err := db.Iterator(nil, nil)
	require.NoError(t, err)
	out := map[string]string{}
	for ; it.Valid(); it.Next() {
		out[string(it.Key())] = string(it.Value())
	}
	require.NoError(t, it.Close())
	return out
}
