package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/syndtr/goleveldb/leveldb"
	dberrors "github.com/syndtr/goleveldb/leveldb/errors"
	"github.com/syndtr/goleveldb/leveldb/opt"
	"github.com/syndtr/goleveldb/leveldb/storage"
	"github.com/syndtr/goleveldb/leveldb/util"
)

// ErrRunning says that a node has the database open.
var ErrRunning = errors.New("expected a stopped node, got one that has its databases open")

// blockCache is how much of a database is kept in memory, in bytes.
const blockCache = 64 << 20

// database is a goleveldb database opened for reading only.
type database struct {
	// name is the directory's, such as application.db.
	name string
	path string
	area *Area

	db   *leveldb.DB
	stor *watched
}

// openDatabase opens a database and accounts for every byte of its living files. It
// is nil without an error if it is so damaged that it does not open: that is a
// finding. fs.ErrNotExist is returned if there is none.
func openDatabase(ctx context.Context, data, name string, area *Area) (*database, error) {
	d := &database{name: name, path: filepath.Join(data, name), area: area}
	// Without these goleveldb would make a lock file, and with it the directory.
	for _, file := range []string{d.path, filepath.Join(d.path, "LOCK")} {
		if _, err := os.Stat(file); err != nil {
			return nil, err
		}
	}
	disk, err := storage.OpenFile(d.path, true)
	if err != nil {
		if errors.Is(err, syscall.EAGAIN) || errors.Is(err, storage.ErrLocked) {
			return nil, fmt.Errorf("%s: %w", d.path, ErrRunning)
		}
		return nil, err
	}
	d.stor = &watched{Storage: disk, tables: map[storage.FileDesc]bool{}}
	if err := d.open(); err != nil {
		disk.Close()
		return nil, err
	}
	if d.db == nil {
		disk.Close()
		return nil, nil
	}
	if err := d.checkFiles(ctx); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// open tries it first with all checks that goleveldb has, and if something is found
// then as a starting node does, to see what is left.
func (d *database) open() error {
	d.checkCurrent()
	o := &opt.Options{ReadOnly: true, ErrorIfMissing: true, Strict: opt.StrictAll, BlockCacheCapacity: blockCache}
	db, err := leveldb.Open(d.stor, o)
	if err == nil {
		d.db = db
		return nil
	}
	if !dberrors.IsCorrupted(err) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	d.area.find("db-journal", Where{File: d.name}, "a journal and a manifest without damage", err)
	o.Strict = opt.DefaultStrict
	if db, err = leveldb.Open(d.stor, o); err != nil {
		d.area.find("db-open", Where{File: d.name}, "a database that opens", err)
		return nil
	}
	d.db = db
	return nil
}

// checkCurrent compares the one file of goleveldb that has no checksum.
func (d *database) checkCurrent() {
	fd, err := d.stor.GetMeta()
	if err != nil {
		return // the opening fails with it
	}
	name := filepath.Join(d.name, "CURRENT")
	got, err := os.ReadFile(filepath.Join(d.path, "CURRENT"))
	if want := fmt.Sprintf("MANIFEST-%06d\n", fd.Num); err != nil || string(got) != want {
		d.area.find("db-current", Where{File: name}, fmt.Sprintf("%q", want), fmt.Sprintf("%q", got))
	}
}

// checkFiles reads all records, and checks each table that was needed for it to its
// last byte.
func (d *database) checkFiles(ctx context.Context) error {
	it := d.db.NewIterator(nil, &opt.ReadOptions{DontFillCache: true, Strict: opt.StrictReader})
	defer it.Release()
	n := uint64(0)
	for it.Next() {
		if n++; n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if err := it.Error(); err != nil {
		d.area.find("db-read", Where{File: d.name}, "records that can be read", err)
	}
	d.area.counted("records", n)
	for _, fd := range d.stor.opened() {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := fmt.Sprintf("%06d.ldb", fd.Num)
		b, err := os.ReadFile(filepath.Join(d.path, name))
		if errors.Is(err, fs.ErrNotExist) {
			name = fmt.Sprintf("%06d.sst", fd.Num)
			b, err = os.ReadFile(filepath.Join(d.path, name))
		}
		if err == nil {
			err = checkTable(b)
		}
		if err != nil {
			d.area.find("db-table", Where{File: filepath.Join(d.name, name)}, "blocks with their checksums", err)
		}
		d.area.counted("tables", 1)
	}
	return nil
}

func (d *database) close() {
	if d == nil {
		return
	}
	d.db.Close()
	d.stor.Close()
}

// get reads a record; nil if there is none. A value that is there but empty is not nil.
func (d *database) get(key []byte) ([]byte, error) {
	b, err := d.db.Get(key, nil)
	if errors.Is(err, leveldb.ErrNotFound) {
		return nil, nil
	}
	if err == nil && b == nil {
		b = []byte{}
	}
	return b, err
}

// each calls fn with all records of a prefix, in order of their keys without it. A
// record that cannot be read is a finding and ends the walk.
func (d *database) each(ctx context.Context, prefix []byte, fn func(key, value []byte) error) error {
	return d.between(ctx, util.BytesPrefix(prefix), func(key, value []byte) error {
		return fn(bytes.TrimPrefix(key, prefix), value)
	})
}

func (d *database) between(ctx context.Context, r *util.Range, fn func(key, value []byte) error) error {
	it := d.db.NewIterator(r, &opt.ReadOptions{Strict: opt.StrictReader})
	defer it.Release()
	for n := 0; it.Next(); n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := fn(bytes.Clone(it.Key()), bytes.Clone(it.Value())); err != nil {
			return err
		}
	}
	if err := it.Error(); err != nil {
		d.area.find("db-read", Where{File: d.name}, "records that can be read", err)
	}
	return nil
}

// watched remembers which tables were read.
type watched struct {
	storage.Storage
	mu     sync.Mutex
	tables map[storage.FileDesc]bool
	order  []storage.FileDesc
}

func (w *watched) Open(fd storage.FileDesc) (storage.Reader, error) {
	w.mu.Lock()
	if fd.Type == storage.TypeTable && !w.tables[fd] {
		w.tables[fd] = true
		w.order = append(w.order, fd)
	}
	w.mu.Unlock()
	return w.Storage.Open(fd)
}

func (w *watched) opened() []storage.FileDesc {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]storage.FileDesc(nil), w.order...)
}

// printable writes a key as text if it is one, else in hex.
func printable(key []byte) string {
	for _, c := range key {
		if c < 0x20 || c > 0x7e {
			return fmt.Sprintf("%x", key)
		}
	}
	return strings.TrimSpace(string(key))
}
