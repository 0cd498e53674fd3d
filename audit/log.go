package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"

	corestore "cosmossdk.io/core/store"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/verify/layout"
	logkeeper "github.com/inkchain/inkd/x/log/keeper"
	logtypes "github.com/inkchain/inkd/x/log/types"
)

// logAudit recomputes the evidence log from its entries. It is given the leaves of the
// two stores in the order of their keys: entries come before what follows from them.
type logAudit struct {
	ctx   context.Context
	chain *chain
	area  *Area
	// file is where the stores lie.
	file string
	// entryAt reads an entry of the audited version; nil if there is none.
	entryAt func(seq uint64) ([]byte, error)
	// logID that an anchor names; nil if none is given.
	logID []byte
	// eachEntry is called with each entry that can be read.
	eachEntry func(e *logtypes.Entry, b []byte)

	again *logkeeper.Recomputation
	heads *memory
	rest  *memory
	found map[string][]byte // of the head store

	// blocks are the heights that appended, with the log as they left it.
	blocks []logAt
	edge   format.Edge
	// foundID is the log's id; nil if it cannot be read.
	foundID []byte

	next     uint64
	broken   bool
	identity bool

	// The transactions of the block that was looked into last.
	txs       map[format.Hash]bool
	txsHeight uint64
}

// newLogAudit reads entries that others refer to from the log's store as it is.
func newLogAudit(ctx context.Context, c *chain, log *tree, version int64, area *Area) *logAudit {
	a := &logAudit{ctx: ctx, chain: c, area: area, file: log.db.name, found: map[string][]byte{}, eachEntry: func(*logtypes.Entry, []byte) {}}
	a.heads = &memory{values: map[string][]byte{}}
	a.rest = &memory{values: map[string][]byte{}, entry: func(key []byte) ([]byte, error) { return log.get(version, key) }}
	a.entryAt = func(seq uint64) ([]byte, error) { return log.get(version, layout.EntryKey(seq)) }
	a.again = logkeeper.NewRecomputation(a.heads, a.rest, c.id(), uint64(version), math.MaxUint64)
	return a
}

func (a *logAudit) where(store, key string, height uint64) Where {
	return Where{File: a.file, Store: store, Key: key, Height: int64(height)}
}

// headLeaf keeps a value of the head's store until all entries were seen.
func (a *logAudit) headLeaf(n *node) error {
	a.found[string(n.key)] = n.value
	return nil
}

// logLeaf takes an entry, or compares what must follow from the entries.
func (a *logAudit) logLeaf(n *node) error {
	switch {
	case len(n.key) > 0 && n.key[0] == layout.EntryKey(0)[0]:
		return a.entry(n)
	case bytes.Equal(n.key, layout.IdentityKey()):
		a.checkIdentity(n.value)
	case a.broken:
	default:
		want, ok := a.rest.values[string(n.key)]
		if !ok || !bytes.Equal(want, n.value) {
			a.area.find("log-value", a.where(layout.LogStore, nameOf(n.key), 0), orNoValue(want, ok), n.value)
		}
		delete(a.rest.values, string(n.key))
		a.area.counted("values", 1)
	}
	return nil
}

func orNoValue(b []byte, ok bool) any {
	if !ok {
		return "none"
	}
	return b
}

// entry recomputes with the next entry. After one that cannot follow, only what can be
// said of an entry alone is checked.
func (a *logAudit) entry(n *node) error {
	a.area.counted("entries", 1)
	name := nameOf(n.key)
	if !bytes.Equal(n.key, layout.EntryKey(a.next)) && !a.broken {
		a.broken = true
		a.area.find("log-entry", a.where(layout.LogStore, name, 0), nameOf(layout.EntryKey(a.next)), name)
	}
	a.next++
	e, err := logtypes.ParseEntry(n.value)
	if err != nil {
		a.broken = true
		a.area.find("log-entry", a.where(layout.LogStore, name, 0), "a canonical entry", err)
		return nil
	}
	if !bytes.Equal(n.key, layout.EntryKey(e.Seq)) {
		a.broken = true
		a.area.find("log-entry", a.where(layout.LogStore, name, e.Height), name, fmt.Sprintf("entry %d", e.Seq))
	}
	if !a.broken {
		if err := a.again.Enter(a.ctx, n.value); err != nil {
			a.broken = true
			a.area.find("log-entry", a.where(layout.LogStore, name, e.Height), "an entry that can follow those before", err)
		}
	}
	a.append(e, n.value)
	a.checkBlock(name, e)
	a.eachEntry(e, n.value)
	return nil
}

// append keeps what the log is after each block.
func (a *logAudit) append(e *logtypes.Entry, b []byte) {
	a.edge.Append(format.EntryLeaf(b))
	if n := len(a.blocks); n == 0 || a.blocks[n-1].height != e.Height {
		a.blocks = append(a.blocks, logAt{height: e.Height})
	}
	last := &a.blocks[len(a.blocks)-1]
	last.size, last.root = a.edge.Size(), a.edge.Root()
}

// checkBlock compares an entry with its block, if that is held.
func (a *logAudit) checkBlock(name string, e *logtypes.Entry) {
	m, err := a.chain.meta(int64(e.Height))
	if err != nil || m == nil {
		return
	}
	if t := uint64(m.Header.Time.UnixNano()); t != e.BlockTime {
		a.area.find("log-block", a.where(layout.LogStore, name, e.Height), fmt.Sprintf("block time %d", t), e.BlockTime)
	}
	if len(e.TxHash) == 0 || int64(e.Height) < a.chain.base {
		return
	}
	if a.txsHeight != e.Height {
		b, err := a.chain.block(m)
		if err != nil {
			return // a finding of the blocks
		}
		a.txs, a.txsHeight = map[format.Hash]bool{}, e.Height
		for _, tx := range b.Txs {
			a.txs[sha256.Sum256(tx)] = true
		}
	}
	if !a.txs[format.Hash(e.TxHash)] {
		a.area.find("log-block", a.where(layout.LogStore, name, e.Height), "a transaction of the block", e.TxHash)
	}
	a.area.counted("entries in blocks", 1)
}

func (a *logAudit) checkIdentity(value []byte) {
	a.identity = true
	where := a.where(layout.LogStore, "identity", 0)
	var id logtypes.LogIdentity
	err := id.Unmarshal(value)
	if again, _ := id.Marshal(); err != nil || !bytes.Equal(again, value) || id.Version != logtypes.Version || len(id.LogId) != len(format.Hash{}) {
		a.area.find("log-value", where, "a log id of 32 bytes", value)
		return
	}
	a.foundID = id.LogId
	if a.logID != nil && !bytes.Equal(a.logID, id.LogId) {
		a.area.find("log-identity", where, a.logID, id.LogId)
	}
	if s := a.chain.state; s != nil && uint64(s.InitialHeight) != id.FirstHeight {
		a.area.find("log-identity", where, fmt.Sprintf("first height %d", s.InitialHeight), id.FirstHeight)
	}
}

// close compares head and edge, and finds what is missing.
func (a *logAudit) close() error {
	if !a.identity {
		a.area.find("log-value", a.where(layout.LogStore, "identity", 0), "the log's identity", "none")
	}
	if a.broken {
		a.area.note("log-broken", "")
		return nil
	}
	for key := range a.rest.values {
		a.area.find("log-value", a.where(layout.LogStore, nameOf([]byte(key)), 0), a.rest.values[key], "none")
	}
	if err := a.again.Close(a.ctx); err != nil {
		return err
	}
	for _, h := range []struct {
		name string
		key  []byte
	}{{"head", layout.HeadKey()}, {"right edge", layout.EdgeKey()}} {
		want, wanted := a.heads.values[string(h.key)]
		got, ok := a.found[string(h.key)]
		if wanted != ok || !bytes.Equal(want, got) {
			a.area.find("log-value", a.where(layout.HeadStore, h.name, 0), orNoValue(want, wanted), orNoValue(got, ok))
		}
		delete(a.found, string(h.key))
	}
	for key, value := range a.found {
		a.area.find("log-value", a.where(layout.HeadStore, fmt.Sprintf("%x", key), 0), "none", value)
	}
	return nil
}

// names of the values in the log's store, by the first byte of their keys.
var names = map[byte]string{
	0x01: "entry", 0x02: "identity", 0x10: "certificate", 0x11: "evidence", 0x12: "key",
	0x20: "records of enterprise", 0x21: "batches of source", 0x22: "applications",
}

func nameOf(key []byte) string {
	if len(key) == 9 && names[key[0]] != "" {
		n := uint64(0)
		for _, b := range key[1:] {
			n = n<<8 | uint64(b)
		}
		return fmt.Sprintf("%s %d", names[key[0]], n)
	}
	return fmt.Sprintf("%x", key)
}

// memory is a store for what is recomputed. It keeps no entries: those are read where
// they are audited.
type memory struct {
	values map[string][]byte
	entry  func(key []byte) ([]byte, error)
}

var errNotHere = errors.New("not a store to walk through")

// OpenKVStore makes it its own service.
func (m *memory) OpenKVStore(context.Context) corestore.KVStore { return m }

// Get is nil for a key without a value.
func (m *memory) Get(key []byte) ([]byte, error) {
	if m.isEntry(key) {
		return m.entry(key)
	}
	return m.values[string(key)], nil
}

func (m *memory) isEntry(key []byte) bool {
	return m.entry != nil && len(key) > 0 && key[0] == layout.EntryKey(0)[0]
}

// Has says whether there is a value.
func (m *memory) Has(key []byte) (bool, error) {
	b, err := m.Get(key)
	return b != nil, err
}

// Set keeps a value.
func (m *memory) Set(key, value []byte) error {
	if !m.isEntry(key) {
		m.values[string(key)] = bytes.Clone(value)
	}
	return nil
}

// Delete forgets a value.
func (m *memory) Delete(key []byte) error {
	delete(m.values, string(key))
	return nil
}

// Iterator is none.
func (m *memory) Iterator(_, _ []byte) (corestore.Iterator, error) { return nil, errNotHere }

// ReverseIterator is none.
func (m *memory) ReverseIterator(_, _ []byte) (corestore.Iterator, error) { return nil, errNotHere }
