package format

import "crypto/sha256"

// EntryDomain stands in front of an entry's bytes in its leaf: LeafHash of both
// joined is EntryLeaf.
const EntryDomain = "ink/entry/v1"

// EntryLeaf returns the leaf hash of a log entry, H(0x00 ‖ "ink/entry/v1" ‖
// entry), over the entry's bytes as stored, never re-encoded.
func EntryLeaf(entry []byte) Hash {
	h := sha256.New()
	h.Write([]byte{leafPrefix})
	h.Write([]byte(EntryDomain))
	h.Write(entry)
	var out Hash
	h.Sum(out[:0])
	return out
}

// Accumulate returns a counter's next accumulator, H("ink/acc/v1" ‖ prev ‖
// leaf), where leaf is the EntryLeaf of the entry that was counted. The
// accumulator of an empty counter, acc_0, is 32 zero bytes.
func Accumulate(prev, leaf Hash) Hash {
	const domain = "ink/acc/v1"
	var b [len(domain) + 64]byte
	copy(b[:], domain)
	copy(b[len(domain):], prev[:])
	copy(b[len(domain)+32:], leaf[:])
	return sha256.Sum256(b[:])
}
