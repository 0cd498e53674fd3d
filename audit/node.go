package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// nodeKey names a node of an IAVL tree in the database.
type nodeKey struct {
	version int64
	nonce   uint32
}

func (k nodeKey) bytes() []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(k.version))
	return binary.BigEndian.AppendUint32(b, k.nonce)
}

func (k nodeKey) String() string { return fmt.Sprintf("node %d/%d", k.version, k.nonce) }

// parseNodeKey reads the key of a record without its prefix.
func parseNodeKey(b []byte) (nodeKey, error) {
	if len(b) != 12 {
		return nodeKey{}, fmt.Errorf("expected 12 bytes, got %x", b)
	}
	return nodeKey{int64(binary.BigEndian.Uint64(b)), binary.BigEndian.Uint32(b[8:])}, nil
}

// node is a node as it is stored: a leaf has a value, an inner node its own hash and
// its children. The version stands in its key.
type node struct {
	nodeKey
	height      int64
	size        int64
	key         []byte
	value       []byte
	hash        []byte
	left, right nodeKey
}

func (n *node) isLeaf() bool { return n.height == 0 }

// decoder reads the varints and lengths of a stored node.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail("expected a number, got %x", d.b)
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) bytes() []byte {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || v > uint64(len(d.b)-n) {
		d.fail("expected a length within %d bytes, got %d", len(d.b), v)
		return nil
	}
	out := d.b[n : n+int(v)]
	d.b = d.b[n+int(v):]
	return out
}

func (d *decoder) key() nodeKey {
	version, nonce := d.varint(), d.varint()
	if nonce < 0 || nonce > 0xffffffff {
		d.fail("expected a nonce of 32 bits, got %d", nonce)
	}
	return nodeKey{version, uint32(nonce)}
}

func (d *decoder) fail(text string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(text, args...)
	}
	d.b = nil
}

// parseNode decodes a stored node and refuses bytes that are left over.
func parseNode(k nodeKey, b []byte) (*node, error) {
	d := &decoder{b: b}
	n := &node{nodeKey: k, height: d.varint(), size: d.varint(), key: d.bytes()}
	if n.isLeaf() {
		n.value = d.bytes()
	} else {
		n.hash = d.bytes()
		if mode := d.varint(); mode != 0 {
			d.fail("expected children by their versions, got mode %d", mode)
		}
		n.left, n.right = d.key(), d.key()
	}
	if len(d.b) > 0 {
		d.fail("expected the end of the node, got %d bytes more", len(d.b))
	}
	if d.err == nil && (n.height < 0 || n.height > 127 || n.size < 1 || n.isLeaf() && n.size != 1) {
		d.fail("expected a height of 0 to 127 and the size of it, got %d and %d", n.height, n.size)
	}
	if d.err == nil && !n.isLeaf() && len(n.hash) != sha256.Size {
		d.fail("expected a hash of 32 bytes, got %d", len(n.hash))
	}
	return n, d.err
}

// leafHash is the hash of a leaf over its key and the hash of its value.
func (n *node) leafHash() []byte {
	sum := sha256.Sum256(n.value)
	b := n.hashHead()
	b = binary.AppendUvarint(b, uint64(len(n.key)))
	b = append(b, n.key...)
	b = append(append(b, sha256.Size), sum[:]...)
	out := sha256.Sum256(b)
	return out[:]
}

// innerHash is the hash of an inner node over its children's.
func (n *node) innerHash(left, right []byte) []byte {
	b := n.hashHead()
	b = append(append(b, sha256.Size), left...)
	b = append(append(b, sha256.Size), right...)
	out := sha256.Sum256(b)
	return out[:]
}

func (n *node) hashHead() []byte {
	b := binary.AppendVarint(nil, n.height)
	b = binary.AppendVarint(b, n.size)
	return binary.AppendVarint(b, n.version)
}
