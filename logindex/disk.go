package logindex

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	dbm "github.com/cosmos/cosmos-db"
)

const (
	// reopenEvery is the least time between two attempts to open a database again.
	reopenEvery = 3 * time.Second
	// drainFor is how long such an attempt waits for questions under way.
	drainFor = 5 * time.Second
	// probeBytes must fit on the disk before a database is closed to be opened again.
	probeBytes = 64 << 10
)

// Disk is a database that can be opened again. goleveldb keeps the error of a write
// that failed, be it a disk that was full for a moment, and refuses all later writes
// until then. Safe for concurrent use.
type Disk struct {
	open  func() (dbm.DB, error)
	probe func() error // says why opening again would not help
	every time.Duration
	drain time.Duration

	mu     sync.Mutex
	db     dbm.DB // nil if it could not be opened again
	opened uint64 // how often: batches of before are void
	failed error  // of the first write since, or of opening
	tried  time.Time
	// users are calls and iterators under way; while drained is set there are no new
	// ones, and it is closed when the last one ends.
	users    int
	drained  chan struct{}
	mending  bool
	shutdown bool
}

var _ dbm.DB = (*Disk)(nil)

// OpenDisk opens the goleveldb database of a name in a directory.
func OpenDisk(name, dir string) (*Disk, error) {
	return newDisk(
		func() (dbm.DB, error) { return dbm.NewDB(name, dbm.GoLevelDBBackend, dir) },
		func() error { return probeDisk(filepath.Join(dir, name+".probe")) },
	)
}

func newDisk(open func() (dbm.DB, error), probe func() error) (*Disk, error) {
	db, err := open()
	if err != nil {
		return nil, err
	}
	return &Disk{open: open, probe: probe, every: reopenEvery, drain: drainFor, db: db}, nil
}

// probeDisk writes a file and removes it.
func probeDisk(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, probeBytes))
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close(), os.Remove(path))
}

// heal opens a database again if that is needed, may help, and is a kind that can.
func heal(db dbm.DB) error {
	if d, ok := db.(*Disk); ok {
		return d.Heal()
	}
	return nil
}

// Heal opens the database again if a write has failed since it was opened: at once
// after the first failure, then once in a while. The error, ErrDisk, says that it
// takes no writes. A database that cannot be opened again gives no answers either.
func (d *Disk) Heal() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.shutdown:
		return fmt.Errorf("%w: it was closed", ErrDisk)
	case d.failed == nil:
		return nil
	case d.mending || time.Since(d.tried) < d.every:
		return fmt.Errorf("%w: %w", ErrDisk, d.failed)
	}
	d.mending, d.tried = true, time.Now()
	defer func() { d.mending = false }()
	d.mu.Unlock()
	err := d.probe()
	d.mu.Lock()
	if err == nil {
		err = d.reopen()
	}
	if err != nil {
		return fmt.Errorf("%w: %w (not opened again: %w)", ErrDisk, d.failed, err)
	}
	return nil
}

// reopen is called, and returns, with mu held, and gives it up while it waits.
func (d *Disk) reopen() error {
	if err := d.drainUsers(); err != nil {
		return err
	}
	if d.shutdown {
		return errors.New("it was closed")
	}
	if d.db != nil {
		_ = d.db.Close() // says again what failed
		d.db = nil
	}
	db, err := d.open()
	if err != nil {
		return err
	}
	d.db, d.failed = db, nil
	d.opened++
	return nil
}

// drainUsers waits until nobody uses the database. New calls are refused meanwhile: to
// let them wait would be a deadlock for who reads while iterating.
func (d *Disk) drainUsers() error {
	if d.users == 0 {
		return nil
	}
	if d.drained == nil {
		d.drained = make(chan struct{})
	}
	drained := d.drained
	d.mu.Unlock()
	select {
	case <-drained:
	case <-time.After(d.drain):
	}
	d.mu.Lock()
	d.drained = nil
	if d.users > 0 {
		return fmt.Errorf("%d questions are under way", d.users)
	}
	return nil
}

// take begins to use the database; release ends it.
func (d *Disk) take() (dbm.DB, uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.db == nil || d.drained != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrDisk, errors.Join(d.failed, errors.New("not open at the moment")))
	}
	d.users++
	return d.db, d.opened, nil
}

func (d *Disk) release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.users--
	if d.users == 0 && d.drained != nil {
		close(d.drained)
		d.drained = nil
	}
}

// write remembers that a write has failed on what was opened then.
func (d *Disk) write(do func(db dbm.DB, opened uint64) error) error {
	db, opened, err := d.take()
	if err != nil {
		return err
	}
	defer d.release()
	if err = do(db, opened); err != nil && !errors.Is(err, errVoid) {
		d.mu.Lock()
		if d.failed == nil && d.opened == opened {
			d.failed = err
		}
		d.mu.Unlock()
	}
	return err
}

// Close waits for questions under way, but not for ever.
func (d *Disk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shutdown {
		return nil
	}
	d.shutdown = true
	err := d.drainUsers()
	if d.db != nil {
		err = errors.Join(err, d.db.Close())
		d.db = nil
	}
	return err
}
