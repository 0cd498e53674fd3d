package logindex

import (
	"errors"

	dbm "github.com/cosmos/cosmos-db"
)

// Get implements dbm.DB, as do all methods here.
func (d *Disk) Get(key []byte) ([]byte, error) {
	db, _, err := d.take()
	if err != nil {
		return nil, err
	}
	defer d.release()
	return db.Get(key)
}

// Has says whether there is a key.
func (d *Disk) Has(key []byte) (bool, error) {
	db, _, err := d.take()
	if err != nil {
		return false, err
	}
	defer d.release()
	return db.Has(key)
}

// Set writes one value.
func (d *Disk) Set(key, value []byte) error {
	return d.write(func(db dbm.DB, _ uint64) error { return db.Set(key, value) })
}

// SetSync writes one value, synced.
func (d *Disk) SetSync(key, value []byte) error {
	return d.write(func(db dbm.DB, _ uint64) error { return db.SetSync(key, value) })
}

// Delete removes one key.
func (d *Disk) Delete(key []byte) error {
	return d.write(func(db dbm.DB, _ uint64) error { return db.Delete(key) })
}

// DeleteSync removes one key, synced.
func (d *Disk) DeleteSync(key []byte) error {
	return d.write(func(db dbm.DB, _ uint64) error { return db.DeleteSync(key) })
}

// Iterator keeps the database from being opened again until it is closed.
func (d *Disk) Iterator(start, end []byte) (dbm.Iterator, error) {
	return d.iterator(func(db dbm.DB) (dbm.Iterator, error) { return db.Iterator(start, end) })
}

// ReverseIterator is an Iterator that goes down.
func (d *Disk) ReverseIterator(start, end []byte) (dbm.Iterator, error) {
	return d.iterator(func(db dbm.DB) (dbm.Iterator, error) { return db.ReverseIterator(start, end) })
}

func (d *Disk) iterator(from func(dbm.DB) (dbm.Iterator, error)) (dbm.Iterator, error) {
	db, _, err := d.take()
	if err != nil {
		return nil, err
	}
	it, err := from(db)
	if err != nil {
		d.release()
		return nil, err
	}
	return &diskIterator{Iterator: it, disk: d}, nil
}

type diskIterator struct {
	dbm.Iterator
	disk   *Disk
	closed bool
}

func (it *diskIterator) Close() error {
	if it.closed {
		return nil
	}
	it.closed = true
	defer it.disk.release()
	return it.Iterator.Close()
}

// NewBatch is void once the database was opened again.
func (d *Disk) NewBatch() dbm.Batch { return d.batch(dbm.DB.NewBatch) }

// NewBatchWithSize is a NewBatch with room for so many bytes.
func (d *Disk) NewBatchWithSize(size int) dbm.Batch {
	return d.batch(func(db dbm.DB) dbm.Batch { return db.NewBatchWithSize(size) })
}

func (d *Disk) batch(of func(dbm.DB) dbm.Batch) dbm.Batch {
	db, opened, err := d.take()
	if err != nil {
		return &diskBatch{Batch: of(dbm.NewMemDB()), refused: err}
	}
	defer d.release()
	return &diskBatch{Batch: of(db), disk: d, opened: opened}
}

// diskBatch is written to what was open when it was made, or not at all.
type diskBatch struct {
	dbm.Batch
	disk    *Disk
	opened  uint64
	refused error
}

func (b *diskBatch) Write() error { return b.write(b.Batch.Write) }

func (b *diskBatch) WriteSync() error { return b.write(b.Batch.WriteSync) }

func (b *diskBatch) write(do func() error) error {
	if b.refused != nil {
		return b.refused
	}
	return b.disk.write(func(_ dbm.DB, opened uint64) error {
		if opened != b.opened {
			return errVoid
		}
		return do()
	})
}

// errVoid is no failure of the disk: the write is made anew.
var errVoid = errors.New("the database was opened again since this write began")

// Print says nothing of a database that is not open.
func (d *Disk) Print() error {
	db, _, err := d.take()
	if err != nil {
		return err
	}
	defer d.release()
	return db.Print()
}

// Stats are those of the database that is open.
func (d *Disk) Stats() map[string]string {
	db, _, err := d.take()
	if err != nil {
		return nil
	}
	defer d.release()
	return db.Stats()
}
