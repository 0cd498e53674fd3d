package logindex

import (
	"fmt"
	"math/bits"
	"slices"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/inkchain/inkd/format"
)

// Root is the root of the tree of the first size entries.
func (x *Index) Root(size uint64) (format.Hash, error) {
	var root format.Hash
	err := x.view(size, func(v *view) (err error) {
		root, err = v.root(0, size)
		return err
	})
	return root, err
}

// Inclusion is the path of an entry in the tree of the first size entries, from the
// leaf up (RFC 9162 2.1.3.1).
func (x *Index) Inclusion(seq, size uint64) ([]format.Hash, error) {
	if seq >= size {
		return nil, fmt.Errorf("%w: expected a seq below the tree's size %d, got %d", ErrRequest, size, seq)
	}
	var path []format.Hash
	err := x.view(size, func(v *view) (err error) {
		path, err = v.inclusion(seq, size)
		return err
	})
	return path, err
}

// Consistency shows that the tree of from entries is the beginning of that of to
// (RFC 9162 2.1.4.1); no hashes if from is 0 or to.
func (x *Index) Consistency(from, to uint64) ([]format.Hash, error) {
	if from > to {
		return nil, fmt.Errorf("%w: expected from of at most %d, got %d", ErrRequest, to, from)
	}
	var path []format.Hash
	err := x.view(to, func(v *view) (err error) {
		path, err = v.consistency(from, to)
		return err
	})
	return path, err
}

// Tile is the first width hashes (1 to 256) of a tile, joined. ErrNoTile if the
// served tree does not have them.
func (x *Index) Tile(level, n uint64, width int) ([]byte, error) {
	var out []byte
	err := x.view(0, func(v *view) error {
		if !v.mark.hasTile(level, n, width) {
			return fmt.Errorf("%w: level %d, number %d with %d hashes in a tree of %d", ErrNoTile, level, n, width, v.mark.Size)
		}
		b, err := v.tile(int(level), n)
		if err != nil {
			return err
		}
		if len(b) < width*hashBytes {
			return fmt.Errorf("%w: expected %d hashes in tile %d of level %d, got %d bytes", ErrCorrupt, width, n, level, len(b))
		}
		out = b[: width*hashBytes : width*hashBytes]
		return nil
	})
	return out, err
}

// hasTile says whether a tile has so many hashes in the tree of the mark.
func (m Mark) hasTile(level, n uint64, width int) bool {
	if level >= tileLevels || width < 1 || width > tileWidth {
		return false
	}
	all := m.Size >> (level * tileHeight)
	return n <= all/tileWidth && n*tileWidth+uint64(width) <= all
}

// view answers one question at one mark; tiles are read once.
type view struct {
	db    dbm.DB
	mark  Mark
	tiles map[tileID][]byte
}

type tileID struct {
	level int
	n     uint64
}

func newView(db dbm.DB, m Mark) *view { return &view{db: db, mark: m, tiles: map[tileID][]byte{}} }

// view answers a question about the tree of a size, which must be served.
func (x *Index) view(size uint64, answer func(*view) error) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.served == nil {
		return x.notReady()
	}
	if size > x.served.Size {
		return fmt.Errorf("%w: expected a size of at most %d, got %d", ErrAhead, x.served.Size, size)
	}
	return answer(newView(x.db, *x.served))
}

func (v *view) tile(level int, n uint64) ([]byte, error) {
	id := tileID{level, n}
	if b, ok := v.tiles[id]; ok {
		return b, nil
	}
	b, err := v.db.Get(tileKey(level, n))
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, fmt.Errorf("%w: tile %d of level %d is not there", ErrCorrupt, n, level)
	}
	v.tiles[id] = b
	return b, nil
}

// node is the root of the perfect subtree of 2^height leaves with a number: itself
// in a tile, or above some hashes of one.
func (v *view) node(height int, number uint64) (format.Hash, error) {
	level, within := height/tileHeight, height%tileHeight
	first := number << within
	b, err := v.tile(level, first/tileWidth)
	if err != nil {
		return format.Hash{}, err
	}
	from := int(first%tileWidth) * hashBytes
	to := from + hashBytes<<within
	if len(b) < to {
		return format.Hash{}, fmt.Errorf("%w: expected %d bytes in tile %d of level %d, got %d", ErrCorrupt, to, first/tileWidth, level, len(b))
	}
	return format.TreeRoot(hashes(b[from:to])), nil
}

// root is that of n leaves from lo on, where lo is divisible by the largest power of
// two that is not above n: the perfect subtrees below it are then nodes of the log.
func (v *view) root(lo, n uint64) (format.Hash, error) {
	var b []byte
	for rest := n; rest > 0; {
		height := bits.Len64(rest) - 1
		node, err := v.node(height, lo>>height)
		if err != nil {
			return format.Hash{}, err
		}
		b = append(b, node[:]...)
		lo, rest = lo+1<<height, rest-1<<height
	}
	edge, err := format.ParseEdge(n, b)
	return edge.Root(), err
}

// split is the number of leaves below the left child of a tree of n > 1 leaves.
func split(n uint64) uint64 { return 1 << (bits.Len64(n-1) - 1) }

// down goes from the root of a tree of size leaves towards the leaf seq, until it has
// arrived at a subtree of n leaves from lo on, and collects the siblings on its way.
// Only one of them can be other than a perfect subtree, the first at the right, so the
// work is that of two paths.
func (v *view) down(seq, size uint64, arrived func(lo, n uint64) bool) (path []format.Hash, lo, n uint64, err error) {
	for n = size; !arrived(lo, n); {
		k := split(n)
		sibling, rest := lo+k, n-k
		if seq >= lo+k {
			sibling, rest, lo, n = lo, k, lo+k, n-k
		} else {
			n = k
		}
		h, err := v.root(sibling, rest)
		if err != nil {
			return nil, 0, 0, err
		}
		path = append(path, h)
	}
	return path, lo, n, nil
}

// inclusion goes down to the leaf.
func (v *view) inclusion(seq, size uint64) ([]format.Hash, error) {
	path, _, _, err := v.down(seq, size, func(_, n uint64) bool { return n == 1 })
	slices.Reverse(path) // collected from the root down
	return path, err
}

// consistency goes down to the node in which the smaller tree ends.
func (v *view) consistency(from, to uint64) ([]format.Hash, error) {
	if from == 0 || from == to {
		return nil, nil
	}
	path, lo, n, err := v.down(from-1, to, func(lo, n uint64) bool { return from == lo+n })
	if err != nil {
		return nil, err
	}
	// The node is sent unless it is the whole smaller tree.
	if lo > 0 {
		h, err := v.root(lo, n)
		if err != nil {
			return nil, err
		}
		path = append(path, h)
	}
	slices.Reverse(path)
	return path, nil
}
