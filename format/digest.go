package format

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"io"

	"github.com/emmansun/gmsm/sm3"
)

// Digests are the size and the two digests of the same bytes. A verifier that
// has the bytes recomputes both: one broken algorithm does not break evidence.
type Digests struct {
	Size   uint64 // bytes
	SHA256 Hash
	SM3    Hash
}

// Match returns nil if both digests and the size are equal, and otherwise an
// ErrDigests that says which of them are not.
func (d Digests) Match(got Digests) error {
	switch {
	case d.Size != got.Size:
		return fmt.Errorf("%w: expected %d bytes, got %d", ErrDigests, d.Size, got.Size)
	case d.SHA256 != got.SHA256 && d.SM3 != got.SM3:
		return fmt.Errorf("%w: expected SHA-256 %x, got %x", ErrDigests, d.SHA256, got.SHA256)
	case d.SHA256 != got.SHA256:
		return fmt.Errorf("%w: SM3 is equal, but expected SHA-256 %x, got %x", ErrDigests, d.SHA256, got.SHA256)
	case d.SM3 != got.SM3:
		return fmt.Errorf("%w: SHA-256 is equal, but expected SM3 %x, got %x", ErrDigests, d.SM3, got.SM3)
	}
	return nil
}

// DoubleHasher computes both digests in one pass and without allocating per
// item: Write the bytes, take Sum, Reset, go on.
type DoubleHasher struct {
	sha, sm hash.Hash
	size    uint64
	sum     [2]Hash // reused, so that Sum does not allocate
}

// NewDoubleHasher returns a hasher that has seen no bytes yet.
func NewDoubleHasher() *DoubleHasher {
	return &DoubleHasher{sha: sha256.New(), sm: sm3.New()}
}

// Write adds p; it never fails.
func (d *DoubleHasher) Write(p []byte) (int, error) {
	d.sha.Write(p)
	d.sm.Write(p)
	d.size += uint64(len(p))
	return len(p), nil
}

// Sum returns the digests of everything written since the last Reset.
func (d *DoubleHasher) Sum() Digests {
	d.sha.Sum(d.sum[0][:0])
	d.sm.Sum(d.sum[1][:0])
	return Digests{Size: d.size, SHA256: d.sum[0], SM3: d.sum[1]}
}

// Reset forgets everything written.
func (d *DoubleHasher) Reset() {
	d.sha.Reset()
	d.sm.Reset()
	d.size = 0
}

// Digest reads r to its end, once and with constant memory.
func Digest(r io.Reader) (Digests, error) {
	d := NewDoubleHasher()
	if _, err := io.CopyBuffer(onlyWriter{d}, onlyReader{r}, make([]byte, 256<<10)); err != nil {
		return Digests{}, fmt.Errorf("reading what is to be digested: %w", err)
	}
	return d.Sum(), nil
}

// onlyWriter and onlyReader hide ReadFrom and WriteTo, so that io.CopyBuffer
// uses the buffer it was given.
type (
	onlyWriter struct{ io.Writer }
	onlyReader struct{ io.Reader }
)
