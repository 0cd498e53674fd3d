package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
)

// errNoNode says that a node is not in the database.
var errNoNode = errors.New("expected a node, got none")

// tree is one store's IAVL tree in a database.
type tree struct {
	db   *database
	name string
	// latest version that is committed.
	latest int64
	area   *Area
}

func (t *tree) prefix(kind string) []byte { return []byte("s/k:" + t.name + "/" + kind) }

// where names a node, or a key of the store.
func (t *tree) where(key string) Where { return Where{File: t.db.name, Store: t.name, Key: key} }

// record reads the record of a node; nil if there is none. The root of a version that
// was pruned while a later one used it has moved to nonce 0.
func (t *tree) record(k nodeKey) (nodeKey, []byte, error) {
	b, err := t.db.get(append(t.prefix("s"), k.bytes()...))
	if err == nil && b == nil && k.nonce == 1 {
		k.nonce = 0
		b, err = t.db.get(append(t.prefix("s"), k.bytes()...))
	}
	return k, b, err
}

func (t *tree) node(k nodeKey) (*node, error) {
	k, b, err := t.record(k)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, errNoNode
	}
	return parseNode(k, b)
}

// root is the root of a version; the zero key for an empty tree, errNoNode if the
// version is not there.
func (t *tree) root(version int64) (nodeKey, error) {
	k := nodeKey{version, 1}
	b, err := t.db.get(append(t.prefix("s"), k.bytes()...))
	switch {
	case err != nil:
		return nodeKey{}, err
	case b == nil:
		return nodeKey{}, errNoNode
	case len(b) == 0:
		return nodeKey{}, nil
	case b[0] != 's':
		return k, nil
	}
	// No change in this version: it refers to the root of an earlier one.
	k, err = parseNodeKey(b[1:])
	if err != nil {
		return k, err
	}
	k, b, err = t.record(k)
	if err == nil && b == nil {
		err = errNoNode
	}
	return k, err
}

// hashOf is the hash of a version's tree: of a leaf recomputed, of an inner node as
// stored; walk and checkAll compare those with what they are of.
func (t *tree) hashOf(version int64) ([]byte, error) {
	k, err := t.root(version)
	if err != nil {
		return nil, err
	}
	if k == (nodeKey{}) {
		empty := sha256.Sum256(nil)
		return empty[:], nil
	}
	n, err := t.node(k)
	if err != nil {
		return nil, err
	}
	if n.isLeaf() {
		return n.leafHash(), nil
	}
	return n.hash, nil
}

// subtree is what a walk has seen below a node.
type subtree struct {
	hash     []byte
	size     int64
	height   int64
	min, max []byte
}

// walk recomputes a version from its leaves, and gives them to leaf in the order of
// their keys. The answer is the root's hash; nil if a part could not be read.
func (t *tree) walk(ctx context.Context, version int64, leaf func(n *node) error) ([]byte, error) {
	k, err := t.root(version)
	if err != nil {
		t.area.find("state-root", t.where(fmt.Sprintf("version %d", version)), "the root of the version", err)
		return nil, nil
	}
	if k == (nodeKey{}) {
		empty := sha256.Sum256(nil)
		return empty[:], nil
	}
	w := &walker{tree: t, ctx: ctx, leaf: leaf}
	s, err := w.visit(k, 128)
	if err != nil || !s.whole() {
		return nil, err
	}
	return s.hash, nil
}

func (s *subtree) whole() bool { return s != nil && s.hash != nil }

type walker struct {
	tree *tree
	ctx  context.Context
	leaf func(n *node) error
	seen int
}

// visit recomputes what is below a node that must be lower than limit. A part that is
// not as it must be is a finding; its parent is then judged by what is stored, so that
// one fault is found once, at its place.
func (w *walker) visit(k nodeKey, limit int64) (*subtree, error) {
	if w.seen++; w.seen%1024 == 0 && w.ctx.Err() != nil {
		return nil, w.ctx.Err()
	}
	t := w.tree
	n, err := t.node(k)
	if err != nil {
		t.area.find("state-node", t.where(k.String()), "a node", err)
		return nil, nil
	}
	if n.height >= limit {
		t.area.find("state-node", t.where(k.String()), fmt.Sprintf("a height below %d", limit), n.height)
		return nil, nil
	}
	if n.version > t.latest {
		t.area.find("state-node", t.where(k.String()), fmt.Sprintf("a version up to %d", t.latest), n.version)
	}
	t.area.counted("nodes", 1)
	if n.isLeaf() {
		return &subtree{hash: n.leafHash(), size: 1, min: n.key, max: n.key}, w.leaf(n)
	}
	left, err := w.visit(n.left, n.height)
	if err != nil {
		return nil, err
	}
	right, err := w.visit(n.right, n.height)
	if err != nil {
		return nil, err
	}
	return w.join(n, left, right), nil
}

// join compares an inner node with the two parts below it.
func (w *walker) join(n *node, left, right *subtree) *subtree {
	t := w.tree
	if left == nil || right == nil {
		return nil
	}
	if want := n.innerHash(left.hash, right.hash); !bytes.Equal(want, n.hash) {
		where := t.where(fmt.Sprintf("%s, keys %x to %x", n.nodeKey, left.min, right.max))
		t.area.find("state-node-hash", where, want, n.hash)
	}
	size, height := left.size+right.size, max(left.height, right.height)+1
	if n.size != size || n.height != height {
		t.area.find("state-node", t.where(n.nodeKey.String()),
			fmt.Sprintf("size %d, height %d", size, height), fmt.Sprintf("size %d, height %d", n.size, n.height))
	}
	if bytes.Compare(left.max, n.key) >= 0 || bytes.Compare(n.key, right.min) > 0 {
		t.area.find("state-order", t.where(n.nodeKey.String()),
			fmt.Sprintf("a key above %x and up to %x", left.max, right.min), n.key)
	}
	return &subtree{hash: n.hash, size: size, height: height, min: left.min, max: right.max}
}

// checkAll compares every inner node of all versions, also pruned ones' remains, with
// the nodes below it.
func (t *tree) checkAll(ctx context.Context) error {
	return t.db.each(ctx, t.prefix("s"), func(key, value []byte) error {
		k, err := parseNodeKey(key)
		if err != nil {
			t.area.find("state-node", t.where(printable(key)), "the key of a node", err)
			return nil
		}
		t.area.counted("stored nodes", 1)
		if len(value) == 0 || value[0] == 's' {
			if len(value) != 0 && len(value) != 13 {
				t.area.find("state-node", t.where(k.String()), "a reference of 13 bytes", value)
			}
			return nil
		}
		n, err := parseNode(k, value)
		if err != nil {
			t.area.find("state-node", t.where(k.String()), "a node", err)
			return nil
		}
		return t.checkOne(n)
	})
}

func (t *tree) checkOne(n *node) error {
	if n.isLeaf() {
		return nil
	}
	var below [2][]byte
	for i, k := range []nodeKey{n.left, n.right} {
		child, err := t.node(k)
		if errors.Is(err, errNoNode) && n.version < t.latest {
			// Pruning has not come to its end here; walk misses what is needed.
			t.area.counted("remains of pruning", 1)
			return nil
		}
		if err != nil {
			t.area.find("state-node", t.where(k.String()), "a node", err)
			return nil
		}
		if below[i] = child.hash; child.isLeaf() {
			below[i] = child.leafHash()
		}
	}
	if want := n.innerHash(below[0], below[1]); !bytes.Equal(want, n.hash) {
		t.area.find("state-node-hash", t.where(n.nodeKey.String()), want, n.hash)
	}
	return nil
}

// get reads a key in a version as a node does that has no fast index; nil if there is
// none.
func (t *tree) get(version int64, key []byte) ([]byte, error) {
	k, err := t.root(version)
	if err != nil || k == (nodeKey{}) {
		return nil, err
	}
	for limit := int64(128); ; {
		n, err := t.node(k)
		if err != nil {
			return nil, err
		}
		if n.height >= limit {
			return nil, fmt.Errorf("%s: expected a height below %d, got %d", k, limit, n.height)
		}
		limit = n.height
		switch {
		case n.isLeaf() && bytes.Equal(n.key, key):
			return n.value, nil
		case n.isLeaf():
			return nil, nil
		case bytes.Compare(key, n.key) < 0:
			k = n.left
		default:
			k = n.right
		}
	}
}
