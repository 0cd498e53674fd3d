package audit

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex"
)

// inMemory is up to how many entries an index is made anew in memory; a larger one is
// made in a temporary directory.
const inMemory = 200_000

// logAt is the log as a block left it.
type logAt struct {
	height, size uint64
	root         format.Hash
}

// logState is the audited log up to one of its blocks, for a new index.
type logState struct {
	log *logAudit
	at  logAt
}

var _ logindex.State = logState{}

func (s logState) Height() uint64 { return s.at.height }

func (s logState) Head() (uint64, format.Hash, uint64, error) {
	return s.at.size, s.at.root, s.at.height, nil
}

func (s logState) Entry(seq uint64) ([]byte, error) { return s.log.entryAt(seq) }

// indexAudit compares an index with one that is made anew from the entries: an index
// depends on the log only, byte by byte.
type indexAudit struct {
	db   *database
	log  *logAudit
	area *Area
}

func (a *indexAudit) where(key []byte) Where {
	return Where{File: a.db.name, Key: fmt.Sprintf("%x", key)}
}

func (a *indexAudit) run(ctx context.Context) error {
	at, ok, err := a.end()
	if err != nil || !ok {
		return err
	}
	fresh, remove, err := scratch(at.size)
	if err != nil {
		return err
	}
	defer remove()
	index, err := logindex.Open(fresh)
	if err != nil {
		return err
	}
	if err := index.CatchUp(logState{a.log, at}); err != nil {
		a.area.find("index-row", Where{File: a.db.name}, "an index that can be made from the log", err)
		return nil
	}
	return a.compare(ctx, fresh)
}

// end is the block of the log with which the index ends; false if there is nothing to
// compare.
func (a *indexAudit) end() (logAt, bool, error) {
	key := []byte{0} // docs: logindex/README.md, tables
	b, err := a.db.get(key)
	if err != nil {
		a.area.find("db-read", a.where(key), "a record that can be read", err)
		return logAt{}, false, nil
	}
	if len(b) != 17 || b[0] != logindex.LayoutVersion {
		a.area.find("index-row", a.where(key), fmt.Sprintf("layout %d in 17 bytes", logindex.LayoutVersion), b)
		return logAt{}, false, nil
	}
	size := binary.BigEndian.Uint64(b[1:])
	for _, at := range a.log.blocks {
		if at.size == size {
			if last := a.log.blocks[len(a.log.blocks)-1]; size < last.size {
				a.area.note("index-behind", fmt.Sprintf("%d of %d", size, last.size))
			}
			return at, true, nil
		}
	}
	a.area.find("index-row", a.where(key), fmt.Sprintf("the size of the log after a block, up to %d", a.log.next), size)
	return logAt{}, false, nil
}

// scratch is a database for an index of so many entries.
func scratch(entries uint64) (db dbm.DB, remove func(), err error) {
	if entries <= inMemory {
		db = dbm.NewMemDB()
		return db, func() { _ = db.Close() }, nil
	}
	dir, err := os.MkdirTemp("", "inkd-audit-")
	if err != nil {
		return nil, nil, err
	}
	if db, err = dbm.NewGoLevelDB("logindex", dir, nil); err != nil {
		return nil, nil, err
	}
	return db, func() {
		_ = db.Close()
		_ = os.RemoveAll(dir)
	}, nil
}

// compare goes through both, in the order of their keys.
func (a *indexAudit) compare(ctx context.Context, fresh dbm.DB) error {
	it, err := fresh.Iterator(nil, nil)
	if err != nil {
		return err
	}
	defer it.Close()
	err = a.db.each(ctx, nil, func(key, value []byte) error {
		for ; it.Valid() && bytes.Compare(it.Key(), key) < 0; it.Next() {
			a.area.find("index-row", a.where(it.Key()), bytes.Clone(it.Value()), "none")
		}
		if !it.Valid() || !bytes.Equal(it.Key(), key) {
			a.area.find("index-row", a.where(key), "none", value)
			return nil
		}
		if !bytes.Equal(it.Value(), value) {
			a.area.find("index-row", a.where(key), bytes.Clone(it.Value()), value)
		}
		a.area.counted("rows", 1)
		it.Next()
		return nil
	})
	for ; err == nil && it.Valid(); it.Next() {
		a.area.find("index-row", a.where(it.Key()), bytes.Clone(it.Value()), "none")
	}
	if err != nil {
		return err
	}
	return it.Error()
}
