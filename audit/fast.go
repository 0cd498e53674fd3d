package audit

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/syndtr/goleveldb/leveldb/iterator"
	"github.com/syndtr/goleveldb/leveldb/opt"
	"github.com/syndtr/goleveldb/leveldb/util"
)

// fastIndex goes through a store's fast nodes beside its tree: a node answers queries
// of the latest version from them.
type fastIndex struct {
	tree   *tree
	prefix []byte
	it     iterator.Iterator
	more   bool
}

// newFastIndex is nil if the store has none, or one that a node makes anew when it starts.
func newFastIndex(t *tree) *fastIndex {
	stored, err := t.db.get(t.prefix("mstorage_version"))
	if err != nil {
		t.area.find("db-read", t.where("mstorage_version"), "a record that can be read", err)
		return nil
	}
	form, version, fast := strings.Cut(string(stored), "-")
	if !fast && (stored == nil || form == "1.0.0") {
		return nil
	}
	switch want := fmt.Sprint(t.latest); {
	case form == "1.1.0" && version == want:
	case form == "1.1.0" && version == fmt.Sprint(t.latest+1):
		// The node ended between a store's commit and that of all stores.
		t.area.note("fast-behind", t.name)
		return nil
	default:
		t.area.find("state-fast", t.where("mstorage_version"), "1.1.0-"+want, string(stored))
		return nil
	}
	f := &fastIndex{tree: t, prefix: t.prefix("f")}
	f.it = t.db.db.NewIterator(util.BytesPrefix(f.prefix), &opt.ReadOptions{Strict: opt.StrictReader})
	f.more = f.it.Next()
	return f
}

// at compares the fast node of a leaf; leaves come in the order of their keys.
func (f *fastIndex) at(leaf *node) {
	if f == nil {
		return
	}
	for ; f.more && bytes.Compare(f.key(), leaf.key) < 0; f.more = f.it.Next() {
		f.extra()
	}
	t := f.tree
	if !f.more || !bytes.Equal(f.key(), leaf.key) {
		t.area.find("state-fast", t.where(fmt.Sprintf("%x", leaf.key)), leaf.value, "none")
		return
	}
	d := &decoder{b: f.it.Value()}
	version, value := d.varint(), d.bytes()
	if len(d.b) > 0 {
		d.fail("expected the end, got %d bytes more", len(d.b))
	}
	switch {
	case d.err != nil:
		t.area.find("state-fast", t.where(fmt.Sprintf("%x", leaf.key)), "a fast node", d.err)
	case !bytes.Equal(value, leaf.value):
		t.area.find("state-fast", t.where(fmt.Sprintf("%x", leaf.key)), leaf.value, bytes.Clone(value))
	case version < leaf.version || version > t.latest:
		t.area.find("state-fast", t.where(fmt.Sprintf("%x", leaf.key)), fmt.Sprintf("version %d to %d", leaf.version, t.latest), version)
	}
	t.area.counted("fast values", 1)
	f.more = f.it.Next()
}

func (f *fastIndex) key() []byte { return bytes.TrimPrefix(f.it.Key(), f.prefix) }

func (f *fastIndex) extra() {
	t := f.tree
	t.area.find("state-fast", t.where(fmt.Sprintf("%x", f.key())), "none", bytes.Clone(f.it.Value()))
}

// end reports what is left over.
func (f *fastIndex) end() {
	if f == nil {
		return
	}
	for ; f.more; f.more = f.it.Next() {
		f.extra()
	}
	if err := f.it.Error(); err != nil {
		f.tree.area.find("db-read", f.tree.where("fast index"), "records that can be read", err)
	}
	f.it.Release()
}
