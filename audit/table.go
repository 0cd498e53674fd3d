package audit

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/golang/snappy"
	"github.com/syndtr/goleveldb/leveldb/util"
)

// The form of a table file of goleveldb: blocks, each followed by its compression
// and a checksum, then a footer that names the last two, metaindex and index.
const (
	footerBytes  = 48
	trailerBytes = 5
	tableMagic   = "\x57\xfb\x80\x8b\x24\x75\x47\xdb"
	maxBlock     = 64 << 20
)

// block is a part of a table file, without its trailer.
type block struct{ offset, length uint64 }

// checkTable accounts for every byte of a table file. goleveldb itself reads only
// what it needs: it passes over a damaged filter and over the footer's padding.
func checkTable(file []byte) error {
	if len(file) < footerBytes {
		return fmt.Errorf("expected at least %d bytes, got %d", footerBytes, len(file))
	}
	body, footer := file[:len(file)-footerBytes], file[len(file)-footerBytes:]
	meta, n, ok := readHandle(footer)
	index, m, ok2 := readHandle(footer[min(n, len(footer)):])
	if !ok || !ok2 {
		return fmt.Errorf("footer: expected two blocks, got %x", footer)
	}
	want := make([]byte, footerBytes)
	copy(want, footer[:n+m])
	copy(want[footerBytes-len(tableMagic):], tableMagic)
	if n+m > footerBytes-len(tableMagic) || !bytes.Equal(want, footer) {
		return fmt.Errorf("footer: expected %x, got %x", want, footer)
	}
	blocks := []block{meta, index}
	for _, list := range []block{meta, index} {
		raw, err := readBlock(body, list)
		if err != nil {
			return err
		}
		named, err := handlesOf(raw)
		if err != nil {
			return fmt.Errorf("block at %d: %w", list.offset, err)
		}
		blocks = append(blocks, named...)
	}
	return checkTiles(body, blocks)
}

// checkTiles wants the blocks to lie side by side and to have their checksums.
func checkTiles(body []byte, blocks []block) error {
	slices.SortFunc(blocks, func(a, b block) int {
		if a.offset < b.offset {
			return -1
		}
		return 1
	})
	next := uint64(0)
	for _, b := range blocks {
		if b.offset != next {
			return fmt.Errorf("expected a block at %d, got one at %d", next, b.offset)
		}
		if _, err := readBlock(body, b); err != nil {
			return err
		}
		next = b.offset + b.length + trailerBytes
	}
	if next != uint64(len(body)) {
		return fmt.Errorf("expected blocks up to %d, got up to %d", len(body), next)
	}
	return nil
}

// readBlock checks a block and unpacks it.
func readBlock(body []byte, b block) ([]byte, error) {
	size := uint64(len(body))
	if b.length > maxBlock || b.offset > size || b.offset+b.length+trailerBytes > size {
		return nil, fmt.Errorf("expected a block within %d bytes, got %d at %d", size, b.length, b.offset)
	}
	packed := body[b.offset : b.offset+b.length+1]
	stored := binary.LittleEndian.Uint32(body[b.offset+b.length+1:])
	if sum := util.NewCRC(packed).Value(); sum != stored {
		return nil, fmt.Errorf("block at %d: expected checksum %08x, got %08x", b.offset, stored, sum)
	}
	data := packed[:b.length]
	switch packed[b.length] {
	case 0:
		return data, nil
	case 1:
		if n, err := snappy.DecodedLen(data); err != nil || n > maxBlock {
			return nil, fmt.Errorf("block at %d: expected at most %d bytes, got %d", b.offset, maxBlock, n)
		}
		return snappy.Decode(nil, data)
	}
	return nil, fmt.Errorf("block at %d: expected compression 0 or 1, got %d", b.offset, packed[b.length])
}

// handlesOf are the blocks that the entries of an index or metaindex name.
func handlesOf(raw []byte) ([]block, error) {
	if len(raw) < 4 {
		return nil, fmt.Errorf("expected at least 4 bytes, got %d", len(raw))
	}
	restarts := uint64(binary.LittleEndian.Uint32(raw[len(raw)-4:]))
	end := uint64(len(raw))
	if tail := 4 * (restarts + 1); tail <= end {
		end -= tail
	} else {
		return nil, fmt.Errorf("expected restarts within %d bytes, got %d", len(raw), restarts)
	}
	var out []block
	for at := uint64(0); at < end; {
		_, a := binary.Uvarint(raw[at:end])
		fresh, b := binary.Uvarint(raw[min(at+uint64(max(a, 0)), end):end])
		value, c := binary.Uvarint(raw[min(at+uint64(max(a, 0)+max(b, 0)), end):end])
		if a <= 0 || b <= 0 || c <= 0 || fresh > end || value > end {
			return nil, fmt.Errorf("expected an entry at %d, got none", at)
		}
		at += uint64(a+b+c) + fresh
		if at+value > end {
			return nil, fmt.Errorf("expected an entry within %d bytes, got up to %d", end, at+value)
		}
		h, n, ok := readHandle(raw[at : at+value])
		if !ok || uint64(n) != value {
			return nil, fmt.Errorf("expected a block, got %x", raw[at:at+value])
		}
		out = append(out, h)
		at += value
	}
	return out, nil
}

// readHandle reads where a block lies.
func readHandle(b []byte) (block, int, bool) {
	offset, n := binary.Uvarint(b)
	if n <= 0 {
		return block{}, 0, false
	}
	length, m := binary.Uvarint(b[n:])
	if m <= 0 {
		return block{}, 0, false
	}
	return block{offset, length}, n + m, true
}
