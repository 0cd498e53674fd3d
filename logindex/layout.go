package logindex

import (
	"encoding/binary"
	"fmt"

	"github.com/inkchain/inkd/format"
	"github.com/inkchain/inkd/logindex/types"
)

// LayoutVersion is that of the tables below. An index of another version is rebuilt.
const LayoutVersion = 2

// The first byte of a key is its table. All keys of a table have the same length.
const (
	tableWritten byte = 0x00 // nothing further → what is written
	tableTile    byte = 0x01 // level u8, number be64 → 1 to 256 hashes
	tableTime    byte = 0x02 // block time be64 → be64 of the first seq with it
	tableID      byte = 0x03 // subject u8, id be64, seq be64 → 1
	tableDigest  byte = 0x04 // subject u8, digest 32 bytes, seq be64 → 1
	// tablesEnd is above all tables of this and of later layouts.
	tablesEnd byte = 0x10
)

// Tiles are those of C2SP tlog-tiles: level l holds the roots of perfect subtrees of
// 256^l leaves, 256 of them in a tile. The last tile of a level may hold fewer.
const (
	hashBytes  = len(format.Hash{})
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	tileBytes  = tileWidth * hashBytes
	tileLevels = 64 / tileHeight // a tree has fewer than 2^64 leaves
)

var present = []byte{1} // the value of a row that says all in its key

func writtenKey() []byte { return []byte{tableWritten} }

func tileKey(level int, n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{tableTile, byte(level)}, n)
}

func timeKey(t uint64) []byte { return binary.BigEndian.AppendUint64([]byte{tableTime}, t) }

func idRow(s types.Subject, id uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{tableID, byte(s)}, id)
}

func digestRow(s types.Subject, digest []byte) []byte {
	return append([]byte{tableDigest, byte(s)}, digest...)
}

// rowKey is the key of an entry in a row.
func rowKey(row []byte, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(row[:len(row):len(row)], seq)
}

// written says what the tables hold. It changes in the batch that changes them, so
// it is always true.
type written struct {
	size uint64 // entries
	time uint64 // block time of the last one, unix nanoseconds
}

func (w written) bytes() []byte {
	b := binary.BigEndian.AppendUint64([]byte{LayoutVersion}, w.size)
	return binary.BigEndian.AppendUint64(b, w.time)
}

// parseWritten refuses another layout; no bytes are those of an index that is new or
// whose wipe was interrupted.
func parseWritten(b []byte) (written, error) {
	if len(b) != 17 || b[0] != LayoutVersion {
		return written{}, fmt.Errorf("%w: expected layout %d in 17 bytes, got %x", ErrCorrupt, LayoutVersion, b)
	}
	return written{size: binary.BigEndian.Uint64(b[1:]), time: binary.BigEndian.Uint64(b[9:])}, nil
}
