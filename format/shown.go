package format

import "fmt"

// Shown is one item with what proves it to somebody who has the root: 1 index,
// 2 salt, 3 size, 4 sha256, 5 sm3, 6 label, 7 path (hashes joined, from the leaf up).
type Shown struct {
	Item
	Salt Hash
	Path []Hash
}

// Check recomputes the leaf and its place in the tree of the public part.
func (s *Shown) Check(p Public) error {
	leaf, err := ItemLeaf(s.Salt, s.Item)
	if err != nil {
		return err
	}
	return VerifyInclusion(p.Root, p.Items, s.Index, leaf, s.Path)
}

// Bytes is the canonical message.
func (s *Shown) Bytes() []byte {
	var e Encoder
	e.Uint(1, s.Index)
	e.Hash(2, s.Salt)
	e.Uint(3, s.Size)
	e.Hash(4, s.SHA256)
	e.Hash(5, s.SM3)
	e.Text(6, s.Label)
	e.Raw(7, JoinPath(s.Path))
	return e.Bytes()
}

// MaxShownBytes is the longest message of a shown item.
const MaxShownBytes = 3*34 + 2*11 + MaxLabelBytes + 32*MaxPath + 8

// ParseShown decodes the canonical message and refuses every other encoding.
func ParseShown(b []byte) (Shown, error) {
	d := NewDecoder("shown item", b, MaxShownBytes)
	var s Shown
	s.Index = d.Uint(1)
	s.Salt = d.Hash(2)
	s.Size = d.Uint(3)
	s.SHA256 = d.Hash(4)
	s.SM3 = d.Hash(5)
	s.Label = d.Text(6, MaxLabelBytes)
	s.Path = d.Path(7)
	return s, d.Close()
}

// JoinPath joins the hashes of a path.
func JoinPath(path []Hash) []byte {
	var out []byte
	for _, h := range path {
		out = append(out, h[:]...)
	}
	return out
}

// Path reads joined hashes, at most MaxPath; an absent field is none.
func (d *Decoder) Path(field uint32) []Hash { return d.LongPath(field, MaxPath) }

// LongPath is Path with another limit.
func (d *Decoder) LongPath(field uint32, limit int) []Hash {
	b := d.Raw(field, 32*limit)
	if len(b)%32 != 0 {
		d.Fail(field, fmt.Errorf("%w: expected a multiple of 32 bytes, got %d", ErrLength, len(b)))
		return nil
	}
	var path []Hash
	for ; len(b) > 0; b = b[32:] {
		path = append(path, Hash(b[:32]))
	}
	return path
}
