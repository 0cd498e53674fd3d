package format

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Item is one ordered part of an evidence: a file, a row, a message. Its label
// is empty except for the recipe dir, where it is the path.
type Item struct {
	Index uint64 // position, from 0
	Label string // at most MaxLabelBytes, text by CheckText
	Digests
}

const itemDomain = "ink/item/v1"

// AppendItemLeaf appends the bytes a leaf is made of to dst: "ink/item/v1" ‖
// salt ‖ be64(size) ‖ sha256 ‖ sm3 ‖ be16(len(label)) ‖ label.
func AppendItemLeaf(dst []byte, salt Hash, it Item) []byte {
	dst = append(dst, itemDomain...)
	dst = append(dst, salt[:]...)
	dst = binary.BigEndian.AppendUint64(dst, it.Size)
	dst = append(dst, it.SHA256[:]...)
	dst = append(dst, it.SM3[:]...)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(it.Label)))
	return append(dst, it.Label...)
}

// ItemLeaf returns the leaf hash of an item, H(0x00 ‖ leaf bytes). It refuses a
// label that CheckText refuses and an index no evidence can have.
func ItemLeaf(salt Hash, it Item) (Hash, error) {
	if it.Index >= MaxItems {
		return Hash{}, fmt.Errorf("item: %w: expected an index below %d, got %d", ErrLimit, uint64(MaxItems), it.Index)
	}
	if err := CheckText(it.Label, MaxLabelBytes); err != nil {
		return Hash{}, fmt.Errorf("label of item %d: %w", it.Index, err)
	}
	var buf [192]byte // prefix and fixed part are 119; longer labels go to the heap
	buf[0] = leafPrefix
	return sha256.Sum256(AppendItemLeaf(buf[:1], salt, it)), nil
}

// ItemTree builds the content tree of one evidence item by item, in constant
// memory. Create it with NewItemTree.
type ItemTree struct {
	secret Secret
	edge   Edge
	total  uint64
}

// NewItemTree returns the empty content tree under the owner's secret.
func NewItemTree(s Secret) *ItemTree { return &ItemTree{secret: s} }

// Add appends the next item; its Index must be the number of items before it.
func (t *ItemTree) Add(it Item) error {
	if it.Index != t.edge.Size() {
		return fmt.Errorf("item: %w: expected index %d, got %d", ErrValue, t.edge.Size(), it.Index)
	}
	if t.total+it.Size < t.total {
		return fmt.Errorf("item %d: %w: sizes add up to more than 2^64 bytes", it.Index, ErrLimit)
	}
	leaf, err := ItemLeaf(t.secret.Salt(it.Index), it)
	if err != nil {
		return err
	}
	t.edge.Append(leaf)
	t.total += it.Size
	return nil
}

// Root returns the root over all items added so far.
func (t *ItemTree) Root() Hash { return t.edge.Root() }

// Items returns the number of items added so far.
func (t *ItemTree) Items() uint64 { return t.edge.Size() }

// TotalSize returns the sum of the items' sizes, in bytes.
func (t *ItemTree) TotalSize() uint64 { return t.total }
